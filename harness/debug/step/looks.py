"""Views: commands that leave the machine where it is."""

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
    """Say again where the machine stands."""
    session.say(session.status())


def registers(session: StepSession, words: list[str]) -> None:
    """Show the general registers; with `sys` the system registers of EL1 and EL0; with names, these, field by field.

    A star is at what changed in the last movement. Names: SCTLR_EL1, TCR_EL1, TTBR1_EL1, ESR_EL1, SPSR_EL1, PAR_EL1,
    HCR_EL2 and so on, in any case; PSTATE; x0.
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
            raise CommandError(f"{word} is no register{suggestion(word, FIELDS)}; decoded are: {', '.join(FIELDS)}")
        value = evaluate(name, vcpu, session.places)
        session.say_all(field_lines("PSTATE" if name == "pstate" else name, value, (before or {}).get(name)))


def code(session: StepSession, words: list[str]) -> None:
    """Show 10 instructions around PC, or COUNT from ADDRESS on, with symbols and source lines."""
    vcpu = session.live_vcpu
    if not words:
        start, count = vcpu.cpu.pc - 16, 10
        if next(code_lines(session.machine, vcpu, start, 1)).endswith("cannot be read"):
            start, count = vcpu.cpu.pc, 6
    else:
        start, count = evaluate(words[0], vcpu, session.places), parse_count(words[1:], 10)
    session.say_all(code_lines(session.machine, vcpu, start & ~3, min(count, 1000)))


def walk(session: StepSession, words: list[str]) -> None:
    """Walk both stages for an address, descriptor by descriptor, as the tables of the vCPU are now.

    walk area               as the level that the vCPU is in would read it
    walk area write el1     as a write by EL1 (read, write, execute; el0, el1)
    """
    if not words:
        raise CommandError("walk what? An address, a symbol or a register")
    access, level = Access.READ, None
    for word in words[1:]:
        if word in _LEVELS:
            level = _LEVELS[word]
        elif word in _ACCESSES:
            access = _ACCESSES[word]
        else:
            meant = suggestion(word, (*_LEVELS, *_ACCESSES))
            raise CommandError(f"{word} is none of read, write, execute, el0, el1{meant}")
    vcpu = session.live_vcpu
    session.say_all(walk_lines(vcpu, evaluate(words[0], vcpu, session.places), access, level))


def address_map(session: StepSession, words: list[str]) -> None:
    """Show what the live tables of the vCPU map, under TTBR0_EL1 and TTBR1_EL1: ranges, sizes, IPAs, rights, symbols.

    In user mode under KPTI that is the user directory. `map before` shows what they mapped before the vCPU's last
    write of TTBR1_EL1: then it is the kernel's.
    """
    vcpu = session.live_vcpu
    if words == ["before"]:
        session.say_all(session.before_last_write("TTBR1_EL1", vcpu, lambda: list(map_lines(session.machine, vcpu))))
    elif words:
        raise CommandError("map what? Nothing, or before")
    else:
        session.say_all(map_lines(session.machine, vcpu))


def memory(session: StepSession, words: list[str]) -> None:
    """Show memory: x ADDRESS [BYTES], 64 bytes unless said; x ipa ADDRESS and x maddr ADDRESS for other addresses."""
    space = Space.VA
    if words and words[0] in ("va", "ipa", "maddr"):
        space = Space(words[0])
        words = words[1:]
    if not words or len(words) > 2:
        raise CommandError("show what? x [va|ipa|maddr] ADDRESS [BYTES]")
    vcpu = session.live_vcpu
    address = evaluate(words[0], vcpu, session.places)
    length = parse_number(words[1]) if len(words) > 1 else 64
    try:
        session.say_all(memory_lines(session.machine, vcpu, space, address, length))
    except MemoryAccessError as error:
        raise CommandError(str(error)) from None


def stack(session: StepSession, words: list[str]) -> None:
    """Show 16 doublewords from SP on, or COUNT, with the names of what they point at."""
    session.say_all(stack_lines(session.machine, session.live_vcpu, min(parse_count(words, 16), 512)))


def area(session: StepSession, words: list[str]) -> None:
    """Show the runstate area beside the truth: what it says, what Xen keeps, the difference, and what is true by now.

    Also whether its address translates right now, and if not, why. `area 1` shows another vCPU's.
    """
    vcpu = session.machine.xen.vcpus[parse_vcpu(session, words[0])] if words else session.vcpu
    session.say_all(runstate_lines(session.machine, vcpu, session.area_ipa(vcpu)))


def references(session: StepSession, words: list[str]) -> None:
    """Show which frames are held by more than their owner, and what Xen has mapped (vmap)."""
    session.say_all(reference_lines(session.machine))


def scheduler(session: StepSession, words: list[str]) -> None:
    """Show what each physical CPU runs and until when, and who waits in the queue."""
    session.say_all(scheduler_lines(session.machine))


def events(session: StepSession, words: list[str]) -> None:
    """Show the last 10 events up to here, or COUNT: time, who, what."""
    count = parse_count(words, 10)
    past = session.past_events(count)
    if not past:
        session.say("no events up to here")
    for each in reversed(past):
        said = in_words(each)
        session.say(f"{each.time_ns:>15,}  {said.who:<5} {said.kind:<10} {said.details}")


def vcpus(session: StepSession, words: list[str]) -> None:
    """List the vCPUs of all domains; `vcpu 1` or `vcpu d1v1` chooses one: movements and views are of it alone.

    `vcpu any` ends that: whoever runs, or whom the last stop was about.
    """
    if words == ["any"]:
        session.chosen = None
    elif words:
        session.chosen = parse_vcpu(session, words[0])
    session.say_all(vcpu_lines(session.machine, session.vcpu))


def console(session: StepSession, words: list[str]) -> None:
    """Show what the guest has written to its console up to here."""
    session.say_all(session.history.console.decode("utf-8", "replace").splitlines())


def type_text(session: StepSession, words: list[str]) -> None:
    """Type a line at the guest's console, here: what was to come from here on is forgotten."""
    session.type((" ".join(words) + "\n").encode())


COMMANDS = (
    Command("where", "say again where it is", where),
    Command(
        "registers",
        "registers, with changes; fields",
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
        "both stages of a translation",
        walk,
        words="ADDRESS [read|write|execute] [el0|el1]",
        completes="address",
    ),
    Command("map", "the address space under each TTBR", address_map, words="[before]"),
    Command("area", "the runstate area beside the truth", area, aliases=("runstate",), words="[VCPU]"),
    Command("vcpu", "list vCPUs, or choose one", vcpus, aliases=("vcpus",), words="[VCPU|any]", completes="vcpu"),
    Command("scheduler", "who runs, who waits", scheduler, aliases=("sched", "queue")),
    Command("references", "page references and vmaps", references, aliases=("refs",)),
    Command("events", "the last events", events, aliases=("tail",), words="[COUNT]"),
    Command("console", "what the guest has written", console),
    Command("type", "type a line at the guest's console", type_text, words="TEXT"),
)
