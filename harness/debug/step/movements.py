"""Movements: each goes forward, and after ``back`` the same word goes backwards."""

from harness.debug.call_words import DecodedCall
from harness.debug.changes import changes, take_picture
from harness.debug.replay import calls
from harness.debug.replay.arrival import Arrival, Why
from harness.debug.replay.position import Position
from harness.debug.step import targets
from harness.debug.step.calls_in_words import call_at, call_lines, hvc_immediate
from harness.debug.step.command import Command
from harness.debug.step.errors import CommandError
from harness.debug.step.expressions import parse_count, parse_number
from harness.debug.step.session import StepSession
from harness.debug.step.targets import parse_target
from harness.debug.step.vcpu_words import split_on
from harness.xen.domains.domain import Vcpu
from harness.xen.scheduler import Key


def step(session: StepSession, words: list[str], back: bool) -> None:
    """Execute one instruction, or COUNT: of the chosen vCPU, or else of any vCPU.

    If an instruction takes an exception, the step ends at the vector. Breakpoints are ignored.
    """
    count = parse_count(words)
    if count > MOST_STEPS:
        raise CommandError(f"{count:,} is too many steps: the limit is {MOST_STEPS:,}; use goto to go further")
    key, history = session.chosen, session.history
    if not back:
        session.move(lambda: history.step(count, key, interrupted=session.interrupted))
    elif key is None:
        session.move(lambda: history.back(count))
    else:
        session.move(lambda: _back_on(session, count, key))


def _back_on(session: StepSession, count: int, key: Key) -> Arrival:
    arrival = Arrival(Why.MOVED, session.history.position)
    for _ in range(count):
        if session.interrupted():
            return Arrival(Why.INTERRUPTED, session.history.position)
        arrival = calls.back_one(session.history, session.machine.xen.vcpus[key])
        if arrival.why is not Why.MOVED:
            break
    return arrival


def over(session: StepSession, words: list[str], back: bool) -> None:
    """Execute one instruction, or COUNT, and treat a call (BL, BLR, SVC, HVC) with all that it does as one.

    Back: undo the last instruction, or the whole call that has just returned.
    """
    go = calls.back_over if back else calls.over
    vcpu = session.live_vcpu

    def once() -> Arrival:
        # The callee may turn the MMU on and return to another virtual address of the same code.
        if not back and calls.stands_on_call(vcpu) and session.places.untranslated(vcpu):
            return session.go_on_to(vcpu, vcpu.cpu.pc + 4)
        return go(session.history, vcpu, *session.stops(), interrupted=session.interrupted)

    for _ in range(parse_count(words)):
        arrival = session.move(once)
        if arrival.why not in (Why.MOVED, Why.HIT) or session.hit_breakpoint(arrival) is not None:
            return


def out(session: StepSession, words: list[str], back: bool) -> None:
    """On an HVC: let Xen answer it, and show the result and what changed.

    Elsewhere: run until this function, or this exception handler, has returned. The return address is found by
    following the code to its RET. Back: to the call that entered this function; right after an HVC, onto the HVC.
    """
    _no_words(words)
    vcpu = session.live_vcpu
    if back and hvc_immediate(vcpu, vcpu.cpu.pc - 4) is not None:
        session.move(lambda: session.history.back(1, vcpu.key))
        return
    call = call_at(vcpu)
    if not back and call is not None:
        _answer(session, vcpu, call)
        return
    go = calls.back_out if back else calls.out
    try:
        if not back and session.places.untranslated(vcpu):
            returns_to = calls.find_return(vcpu).va
            session.move(lambda: session.go_on_to(vcpu, returns_to))
            return
        session.move(lambda: go(session.history, vcpu, *session.stops(), interrupted=session.interrupted))
    except calls.NoReturnAddress as error:
        raise CommandError(str(error)) from None


def until(session: StepSession, words: list[str], back: bool) -> None:
    """Run to a place, an event, or the next breakpoint.

    WHERE is as for `break`: ADDRESS, SYMBOL, FILE:LINE, hvc [CALL], msr REGISTER..., exception, event KIND.
    Add `on VCPU` to stop for that vCPU only.
    """
    rest, by = split_on(session, words)
    session.travel(parse_target(rest, session.vcpu, session.places, by), back=back)


def run(session: StepSession, words: list[str], back: bool) -> None:
    """Run to the next breakpoint, or to the guest's end. Back: to the previous breakpoint, or the beginning."""
    _no_words(words)
    session.travel(back=back)


def goto(session: StepSession, words: list[str]) -> None:
    """Go to an instruction number, forward or back: the number after # in the status line, such as 21,327 or 21327+1.

    `goto start` goes to the beginning. Breakpoints are ignored.
    """
    if len(words) != 1:
        raise CommandError("goto where? Give an instruction number, or start")
    number, _, moment = words[0].removeprefix("#").partition("+")
    wanted = session.history.start if number == "start" else Position(parse_number(number), parse_number(moment or "0"))
    session.move(lambda: _goto(session, wanted))


def _goto(session: StepSession, wanted: Position) -> Arrival:
    """Go to a position; on a long way forward, Ctrl-C interrupts."""
    ahead = wanted.instructions - session.history.position.instructions
    if ahead > 0:
        arrival = session.history.forward(max_instructions=ahead, interrupted=session.interrupted)
        if arrival.why is not Why.LIMIT:
            return arrival
    return session.history.goto(wanted)


def undo(session: StepSession, words: list[str]) -> None:
    """Undo the last movement: the machine returns to where it began. Repeat to undo earlier movements."""
    _no_words(words)
    if not session.came_from:
        raise CommandError("there is no movement to undo")
    position = session.came_from.pop()
    session.move(lambda: session.history.goto(position))
    session.came_from.pop()  # the undo is a movement itself, but undoing it again would lead nowhere


# -- To the next of a kind --------------------------------------------------------------------------------------


def hvc(session: StepSession, words: list[str], back: bool) -> None:
    """Run to the next HVC, or to the next one of CALL (a hypercall's name or number), and stop on it.

    `into` shows the call in full; `out` lets Xen answer it.
    """
    session.travel(targets.hvc_target(words), back=back)


def into(session: StepSession, words: list[str], back: bool) -> None:
    """Show the call that is about to be made: its name, arguments, and the structures they point at.

    If the machine is not on an HVC, it goes to the next one first.
    """
    _no_words(words)
    if back or call_at(session.vcpu) is None:
        session.travel(targets.HVC, back=back)
    call = call_at(session.vcpu)
    if call is not None:
        session.say_all(f"  {line}" for line in call_lines(call))


def _kind(line: str, name: str, *aliases: str) -> Command:
    """The command that goes to a target of :data:`targets.KINDS`."""

    def travel(session: StepSession, words: list[str], back: bool) -> None:
        _no_words(words)
        session.travel(targets.KINDS[name], back=back)

    travel.__doc__ = f"Run until the machine is {line}. Back: the previous one."
    return Command(name, line, move=travel, aliases=aliases)


def event(session: StepSession, words: list[str], back: bool) -> None:
    """Run to the next event, of any kind or of these KINDs, and stop right after it.

    Kinds: hypercall psci switch state registered published lost step exception up down shutdown console log.
    """
    session.travel(targets.event_target(words), back=back)


# -- Calls ------------------------------------------------------------------------------------------------------


def _answer(session: StepSession, vcpu: Vcpu, call: DecodedCall) -> None:
    """Execute the HVC that ``vcpu`` is on, and show its result in words and everything that changed."""
    pc, xen = vcpu.cpu.pc, session.machine.xen
    before = take_picture(xen, vcpu)
    arrival = session.move(lambda: session.history.step(1, vcpu.key, interrupted=session.interrupted))
    if arrival.why is Why.END or not vcpu.has_cpu:
        return
    again = call.is_hypercall and vcpu.cpu.pc == pc
    result = "preempted: the guest repeats the call" if again else f"= {call.result(vcpu.cpu.x[0])}"
    session.say(f"  {call.name} {result}")
    for change in changes(xen, before, take_picture(xen, vcpu, before)):
        session.say(f"    {change}")


def _no_words(words: list[str]) -> None:
    if words:
        raise CommandError(f"{' '.join(words)}: this command takes no arguments")


MOST_STEPS = 100_000

COMMANDS = (
    Command("step", "one instruction, or COUNT", move=step, aliases=("s", "si"), words="[COUNT]"),
    Command("next", "one instruction, or a whole call", move=over, aliases=("n", "over"), words="[COUNT]"),
    Command("out", "to the end of a function, handler or HVC", move=out, aliases=("finish",)),
    Command("until", "to a place or an event", move=until, aliases=("u",), words="WHERE [on VCPU]", completes="target"),
    Command("run", "to the next breakpoint, or the end", move=run, aliases=("continue", "c", "r")),
    Command("hvc", "onto the next HVC", move=hvc, words="[CALL]", completes="hypercall"),
    Command("into", "the call at the HVC, decoded", move=into),
    _kind("right after the next HVC that Xen has answered", "answer"),
    _kind("at the vector of the next exception to EL1, IRQs included", "exception", "exc"),
    _kind("right after the next context switch", "switch"),
    _kind("on the next MSR to TTBR0_EL1 or TTBR1_EL1", "ttbr"),
    _kind("right after the next update of a runstate area, lost or not", "publish"),
    _kind("right after the next lost update of a runstate area", "lost"),
    Command("event", "right after the next event", move=event, words="[KIND...]", completes="event"),
    Command("goto", "to an instruction number", look=goto, aliases=("g",), words="NUMBER|start"),
    Command("undo", "undo the last movement", look=undo),
)
