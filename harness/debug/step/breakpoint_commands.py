"""Breakpoints and watchpoints: set, listed, deleted."""

from dataclasses import replace

from harness.abi.words import MASK64
from harness.debug.replay.stops import Space, Stop, Watch
from harness.debug.step.command import Command
from harness.debug.step.errors import CommandError
from harness.debug.step.expressions import parse_number
from harness.debug.step.session import StepSession
from harness.debug.step.targets import StopTarget, parse_target, parse_watch
from harness.debug.step.vcpu_words import split_on
from harness.machine.memory import PAGE_SIZE


def break_at(session: StepSession, words: list[str]) -> None:
    """Stop every run, forward or back, at a place or an event; without words, list all breakpoints.

    break kernel_main       the first instruction of a symbol, wherever the guest maps it
    break kpti.S:61         the code of a source line, or of the next line that has code
    break 0xffffff8000001000
    break hvc vcpu_op       a hypercall, on the HVC; without a name any HVC
    break msr TTBR1_EL1     a write of a system register, on the MSR
    break exception         an exception to EL1, at the vector
    break event lost        an event, right after it; `help event` has the kinds
    `on VCPU` behind any of these: only by that one.
    """
    if not words:
        breakpoints(session, words)
        return
    rest, by = split_on(session, words)
    _add(session, parse_target(rest, session.vcpu, session.places, by or session.chosen))


def watch(session: StepSession, words: list[str]) -> None:
    """Stop every run where memory is written (or read), by a guest or by Xen.

    watch area 48           the runstate area, by virtual address
    watch ipa 0x40018000    8 bytes at a guest-physical address, whoever has them mapped where
    watch maddr 0x40323000  the same by machine address
    watch read runstate_area 48, watch access x0
    A guest's access stops on the instruction, nothing done yet; Xen's own write right after it. By virtual address
    it is what lies there now, by whatever address it is written, and what will lie there.
    """
    rest, by = split_on(session, words)
    target = parse_watch(rest, session.live_vcpu, session.places, by)
    _add(session, _wherever_it_lies(session, target))


def _wherever_it_lies(session: StepSession, target: StopTarget) -> StopTarget:
    """A watch by virtual address, and by the guest-physical one behind it: Xen writes while nothing maps it (KPTI)."""
    vcpu, watched = session.live_vcpu, target.stops[0]
    if not isinstance(watched, Watch) or watched.space is not Space.VA:
        return target
    stops: list[Stop] = [watched]
    start, end = watched.start, watched.start + watched.length
    while start < end:
        length = min(end - start, PAGE_SIZE - start % PAGE_SIZE)
        ipa = session.ipa_of(vcpu, start & MASK64)
        if ipa is not None:
            stops.append(replace(watched, start=ipa, length=length, space=Space.IPA))
        start += length
    return replace(target, stops=tuple(stops))


def _add(session: StepSession, target: StopTarget) -> None:
    session.say(str(session.add_breakpoint(target)))


def breakpoints(session: StepSession, words: list[str]) -> None:
    """List breakpoints and watchpoints with their numbers."""
    for each in session.breakpoints.values():
        session.say(str(each))
    if not session.breakpoints:
        session.say("no breakpoints")


def delete(session: StepSession, words: list[str]) -> None:
    """Delete breakpoints and watchpoints by number; `delete all` deletes every one."""
    if not words:
        raise CommandError("delete which? Numbers, or all")
    numbers = list(session.breakpoints) if words == ["all"] else [parse_number(word) for word in words]
    missing = [number for number in numbers if number not in session.breakpoints]
    if missing:
        raise CommandError(f"there is no breakpoint {missing[0]}")
    for number in numbers:
        session.breakpoints.pop(number, None)


COMMANDS = (
    Command("break", "stop at a place or an event", break_at, aliases=("b",), words="[WHERE]", completes="target"),
    Command(
        "watch",
        "stop where memory is written",
        watch,
        aliases=("w",),
        words="[read|access] [va|ipa|maddr] ADDRESS [LENGTH]",
        completes="watch",
    ),
    Command("breakpoints", "list them", breakpoints, aliases=("bl",)),
    Command("delete", "delete them", delete, aliases=("d",), words="NUMBER...|all"),
)
