"""Views: commands that show the machine without moving it."""

from harness.api import MemoryAccessError
from harness.debug.event_words import in_words
from harness.debug.replay.stops import Space
from harness.debug.step.command import Command
from harness.debug.step.errors import CommandError
from harness.debug.step.expressions import evaluate, parse_count, parse_number, register_name
from harness.debug.step.session import StepSession
from harness.debug.step.vcpu_words import parse_vcpu
from harness.debug.views.address_map import map_lines
from harness.debug.views.code import code_lines
from harness.debug.views.field_tables import FIELDS
from harness.debug.views.fields import field_lines
from harness.debug.views.memory import memory_lines, stack_lines
from harness.debug.views.references import reference_lines
from harness.debug.views.registers import general_lines, system_lines
from harness.debug.views.runstate import runstate_lines
from harness.debug.views.scheduler import scheduler_lines, vcpu_lines
from harness.debug.views.walk import walk_lines
from harness.machine.mmu.faults import Access
from harness.words import suggestion

_ACCESSES = {"read": Access.READ, "write": Access.WRITE, "execute": Access.EXECUTE}
_LEVELS = {"el0": 0, "el1": 1}


def where(session: StepSession, words: list[str]) -> None:
    """Show the current position again."""
    session.say(session.status())


def registers(session: StepSession, words: list[str]) -> None:
    """Show the general registers, with `sys` the system registers of EL1 and EL0, or named registers field by field.

    A star marks registers that the last movement changed. Names are SCTLR_EL1, TCR_EL1, TTBR1_EL1, ESR_EL1, SPSR_EL1,
    PAR_EL1, HCR_EL2 and so on, PSTATE, and x0 to x30, in upper or lower case.
    """
    vcpu = session.live_vcpu
    before = session.before.get(vcpu.key)
    if not words:
        session.say_all(general_lines(session.machine, vcpu, before))
        return
    if words == ["sys"]:
        session.say_all(system_lines(vcpu, before))
        return
    for word in words:
        name = register_name(word)
        if name is None:
            raise CommandError(f"{word} is not a register{suggestion(word, FIELDS)}; decoded: {', '.join(FIELDS)}")
        value = evaluate(name, vcpu, session.places)
        session.say_all(field_lines("PSTATE" if name == "pstate" else name, value, (before or {}).get(name)))


def code(session: StepSession, words: list[str]) -> None:
    """Show 10 instructions around PC, or COUNT instructions from ADDRESS, with symbols and source lines."""
    vcpu = session.live_vcpu
    if not words:
        start, count = vcpu.cpu.pc - 16, 10
        # Just after a page boundary the code before PC may be unmapped: then begin at PC.
        if next(code_lines(session.machine, vcpu, start, 1)).endswith("cannot be read"):
            start, count = vcpu.cpu.pc, 6
    else:
        start, count = evaluate(words[0], vcpu, session.places), parse_count(words[1:], 10)
    session.say_all(code_lines(session.machine, vcpu, start & ~3, min(count, 1000)))


def walk(session: StepSession, words: list[str]) -> None:
    """Walk both translation stages for an address, descriptor by descriptor, through the vCPU's live tables.

    walk area               a read at the vCPU's current exception level
    walk area write el1     a write at EL1 (choose from read, write, execute and el0, el1)
    """
    if not words:
        raise CommandError("walk what? Give an address, a symbol or a register")
    access, level = Access.READ, None
    for word in words[1:]:
        if word in _LEVELS:
            level = _LEVELS[word]
        elif word in _ACCESSES:
            access = _ACCESSES[word]
        else:
            meant = suggestion(word, (*_LEVELS, *_ACCESSES))
            raise CommandError(f"{word}: expected read, write, execute, el0 or el1{meant}")
    vcpu = session.live_vcpu
    session.say_all(walk_lines(vcpu, evaluate(words[0], vcpu, session.places), access, level))


def address_map(session: StepSession, words: list[str]) -> None:
    """Show what the vCPU's live tables map, under TTBR0_EL1 and TTBR1_EL1: ranges, sizes, IPAs, rights, symbols.

    In user mode under KPTI, that is the user directory. `map before` shows the tables as they were before the vCPU
    last wrote TTBR1_EL1: in user mode, the kernel directory.
    """
    vcpu = session.live_vcpu
    if words == ["before"]:
        session.say_all(session.before_last_write("TTBR1_EL1", vcpu, lambda: list(map_lines(session.machine, vcpu))))
    elif words:
        raise CommandError("map what? Give no argument, or before")
    else:
        session.say_all(map_lines(session.machine, vcpu))


def memory(session: StepSession, words: list[str]) -> None:
    """Show memory: x ADDRESS [BYTES] by virtual address (default: 64 bytes).

    x ipa ADDRESS           by guest-physical address
    x maddr ADDRESS         by machine address
    """
    space = Space.VA
    if words and words[0] in ("va", "ipa", "maddr"):
        space = Space(words[0])
        words = words[1:]
    if not words or len(words) > 2:
        raise CommandError("show what? Usage: x [va|ipa|maddr] ADDRESS [BYTES]")
    vcpu = session.live_vcpu
    address = evaluate(words[0], vcpu, session.places)
    length = parse_number(words[1]) if len(words) > 1 else 64
    try:
        session.say_all(memory_lines(session.machine, vcpu, space, address, length))
    except MemoryAccessError as error:
        raise CommandError(str(error)) from None


def stack(session: StepSession, words: list[str]) -> None:
    """Show 16 doublewords from SP up, or COUNT, with the names of the symbols they point at."""
    session.say_all(stack_lines(session.machine, session.live_vcpu, min(parse_count(words, 16), 512)))


def area(session: StepSession, words: list[str]) -> None:
    """Compare the runstate area with the truth: its content, Xen's own copy, the difference, and the current values.

    The view also says whether the area's address translates at the moment, and if not, why. `area 1` shows vCPU 1.
    """
    vcpu = session.machine.xen.vcpus[parse_vcpu(session, words[0])] if words else session.vcpu
    session.say_all(runstate_lines(session.machine, vcpu, session.area_ipa(vcpu)))


def references(session: StepSession, words: list[str]) -> None:
    """Show which frames have references besides their owner's, and what Xen has mapped (vmap)."""
    session.say_all(reference_lines(session.machine))


def scheduler(session: StepSession, words: list[str]) -> None:
    """Show which vCPU each physical CPU runs and until when, and which vCPUs wait in the queue."""
    session.say_all(scheduler_lines(session.machine))


def events(session: StepSession, words: list[str]) -> None:
    """Show the last 10 events before this position, or COUNT: time, vCPU or domain, kind, details."""
    count = parse_count(words, 10)
    past = session.past_events(count)
    if not past:
        session.say("no events up to here")
    for each in reversed(past):
        said = in_words(each)
        session.say(f"{each.time_ns:>15,}  {said.who:<5} {said.kind:<10} {said.details}")


def vcpus(session: StepSession, words: list[str]) -> None:
    """List the vCPUs of all domains. `vcpu 1` or `vcpu d1v1` chooses one: movements and views then concern it alone.

    `vcpu any` cancels the choice: views then show the vCPU of the last stop, or the one that runs.
    """
    if words == ["any"]:
        session.chosen = None
    elif words:
        session.chosen = parse_vcpu(session, words[0])
    session.say_all(vcpu_lines(session.machine, session.vcpu))


def console(session: StepSession, words: list[str]) -> None:
    """Show what the guest has written to its console so far."""
    session.say_all(session.history.console.decode("utf-8", "replace").splitlines())


def type_text(session: StepSession, words: list[str]) -> None:
    """Type a line at the guest's console at this position. The recorded future from here on is discarded."""
    session.type((" ".join(words) + "\n").encode())


COMMANDS = (
    Command("where", "show the current position again", where),
    Command(
        "registers",
        "registers, with changes marked, or their fields",
        registers,
        aliases=("regs", "p"),
        words="[sys|NAME...]",
        completes="register",
    ),
    Command(
        "code",
        "disassembly, symbols, source",
        code,
        aliases=("l", "dis"),
        words="[ADDRESS [COUNT]]",
        completes="address",
    ),
    Command("x", "memory", memory, words="[va|ipa|maddr] ADDRESS [BYTES]", completes="memory"),
    Command("stack", "the stack", stack, words="[COUNT]"),
    Command(
        "walk",
        "a translation through both stages",
        walk,
        words="ADDRESS [read|write|execute] [el0|el1]",
        completes="address",
    ),
    Command("map", "the address space under each TTBR", address_map, words="[before]"),
    Command("area", "the runstate area compared with the truth", area, aliases=("runstate",), words="[VCPU]"),
    Command("vcpu", "list vCPUs, or choose one", vcpus, aliases=("vcpus",), words="[VCPU|any]", completes="vcpu"),
    Command("scheduler", "which vCPUs run and which wait", scheduler, aliases=("sched", "queue")),
    Command("references", "page references and vmaps", references, aliases=("refs",)),
    Command("events", "the last events", events, aliases=("tail",), words="[COUNT]"),
    Command("console", "what the guest has written", console),
    Command("type", "type a line at the guest's console", type_text, words="TEXT"),
)
