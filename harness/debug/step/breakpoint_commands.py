"""Commands that set, list and delete breakpoints and watchpoints."""

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
    """Stop every run, forward or back, at a place or an event. Without arguments, list all breakpoints.

    break kernel_main       the first instruction of a symbol, wherever the guest maps it
    break kpti.S:61         the code of a source line, or of the next line that has code
    break 0xffffff8000001000
    break hvc vcpu_op       a hypercall, on its HVC; without a name, any HVC
    break msr TTBR1_EL1     a write of a system register, on the MSR
    break exception         an exception to EL1, at the vector
    break event lost        right after an event; `help event` lists the kinds
    Add `on VCPU` to stop for that vCPU only.
    """
    if not words:
        breakpoints(session, words)
        return
    rest, by = split_on(session, words)
    _add(session, parse_target(rest, session.vcpu, session.places, by or session.chosen))


def watch(session: StepSession, words: list[str]) -> None:
    """Stop every run where memory is written (or read), by a guest or by Xen.

    watch area 48           the runstate area, by virtual address
    watch ipa 0x40018000    8 bytes at a guest-physical address, wherever they are mapped
    watch maddr 0x40323000  8 bytes at a machine address
    watch read runstate_area 48, watch access x0
    An access by a guest stops on the instruction, before it is executed; a write by Xen stops right after the write.
    A watch by virtual address covers the memory that is mapped there now, even if it is written through another
    address, and any memory that is mapped there later.
    """
    rest, by = split_on(session, words)
    target = parse_watch(rest, session.live_vcpu, session.places, by)
    _add(session, _wherever_it_lies(session, target))


def _wherever_it_lies(session: StepSession, target: StopTarget) -> StopTarget:
    """Extend a watch by virtual address to the guest-physical memory behind it.

    Under KPTI, Xen writes to the area through its own mapping while the guest's live tables do not map it.
    """
    vcpu, watched = session.live_vcpu, target.stops[0]
    if not isinstance(watched, Watch) or watched.space is not Space.VA:
        return target
    stops: list[Stop] = [watched]
    start, end = watched.start, watched.start + watched.length
    while start < end:
        # Pages that are neighbours in virtual memory need not be neighbours in guest-physical memory.
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
        raise CommandError("delete which breakpoints? Give their numbers, or all")
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
    Command("breakpoints", "list breakpoints and watchpoints", breakpoints, aliases=("bl",)),
    Command("delete", "delete breakpoints and watchpoints", delete, aliases=("d",), words="NUMBER...|all"),
)
