"""``monitor`` commands: Xen's own state, and stops that gdb has no command for."""

from collections.abc import Callable
from dataclasses import dataclass

from harness import events
from harness.abi.hypercalls.table import SIGNATURES
from harness.abi.words import MASK64
from harness.debug.event_words import in_words, state_name
from harness.debug.gdb.memory import machine_address, read_memory
from harness.debug.gdb.movement import Movement
from harness.debug.gdb.target import GdbTarget
from harness.debug.replay.stops import (
    LOST_UPDATE,
    PUBLISHED,
    SWITCHED,
    TTBR_WRITE,
    ExceptionTaken,
    HvcAnswered,
    HvcMade,
    Stop,
)
from harness.machine.mmu.describe import describe_walk
from harness.machine.mmu.faults import Access
from harness.words import suggestion
from harness.xen.domains.domain import Vcpu
from harness.xen.runstate.area import Area
from harness.xen.runstate.info import AREA_SIZE, RunstateInfo

_MOST_DUMPED = 4096
_USUAL_EVENTS = 20

UNTIL: dict[str, tuple[Stop, str]] = {
    "hvc": (HvcMade(), "on the next HVC"),
    "answered": (HvcAnswered(), "right after an HVC was answered"),
    "exception": (ExceptionTaken(), "at the vector of the next exception or interrupt"),
    "ttbr": (TTBR_WRITE, "on the next write of TTBR0_EL1 or TTBR1_EL1"),
    "switch": (SWITCHED, "right after the next context switch"),
    "update": (PUBLISHED, "right after Xen updates a runstate area, or tries to"),
    "lost": (LOST_UPDATE, "right after an update of a runstate area that did not reach the guest"),
}
"""The stops of ``monitor until``, with words that follow "stops"."""


class _Usage(Exception):
    """A command cannot be done; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class _Context:
    target: GdbTarget
    vcpu: Vcpu
    moves: Movement


@dataclass(frozen=True, slots=True)
class _Command:
    """A command; ``run`` takes its arguments and returns the text to show."""

    usage: str
    purpose: str
    run: Callable[[_Context, list[str]], str]


def monitor(target: GdbTarget, vcpu: Vcpu, moves: Movement, text: str) -> str:
    """Carry out a command for the thread of ``vcpu``, and return its output, or a line that says what is wrong."""
    name, *arguments = text.split() or ["help"]
    command = _COMMANDS.get(name)
    if command is None:
        return f"{name!r} is not a command{suggestion(name, _COMMANDS)}; try: monitor help\n"
    try:
        return command.run(_Context(target, vcpu, moves), arguments) + "\n"
    except _Usage as error:
        return f"{error}; usage: monitor {command.usage}\n"


def _number(text: str) -> int:
    try:
        value = int(text, 0)
    except ValueError:
        raise _Usage(f"{text!r} is not a number, such as 0x1000 or 4096") from None
    return value & MASK64


def _arguments(words: list[str], least: int, most: int) -> None:
    if not least <= len(words) <= most:
        raise _Usage(f"wrong number of arguments ({len(words)})")


# -- What is shown ----------------------------------------------------------------------------------------------


def _help(_: _Context, words: list[str]) -> str:
    width = max(len(command.usage) for command in _COMMANDS.values())
    return "\n".join(f"{command.usage:<{width}}  {command.purpose}" for command in _COMMANDS.values())


def _vcpus(context: _Context, words: list[str]) -> str:
    _arguments(words, 0, 0)
    threads, lines = context.target.threads, []
    for thread in threads.numbers:
        vcpu = threads.vcpu(thread)
        assert vcpu is not None
        pc = f", pc {vcpu.cpu.pc:#x}" if vcpu.has_cpu else ""
        lines.append(f"thread {thread}: {vcpu} {threads.words(vcpu)}{pc}")
    return "\n".join(lines)


def _runstate(context: _Context, words: list[str]) -> str:
    _arguments(words, 0, 0)
    return "\n".join(line for vcpu in context.vcpu.domain.vcpus for line in _runstate_of(vcpu))


def _runstate_of(vcpu: Vcpu) -> list[str]:
    truth = vcpu.state.runstate.at(vcpu.domain.now_ns())
    lines = [f"{vcpu} in truth: {_times(truth)}"]
    for area, physical in ((vcpu.state.area, False), (vcpu.state.physical_area, True)):
        if area is None:
            continue
        where = f"  its area at {'ipa' if physical else 'va'} {area.address:#x}"
        data = _content(vcpu, area, physical)
        if data is None:
            lines.append(f"{where}: not mapped by its live tables (TTBR1_EL1 "
                         f"{vcpu.cpu.read_sysreg('TTBR1_EL1'):#x})")  # fmt: skip
        else:
            lines.append(f"{where}: {_times(RunstateInfo.unpack(data))}")
    return lines


def _content(vcpu: Vcpu, area: Area, physical: bool) -> bytes | None:
    """The area's content, read by its address, or else from the frames that Xen has mapped; None if neither works."""
    data = read_memory(vcpu, area.address, AREA_SIZE, physical=physical)
    if len(data) == AREA_SIZE:
        return data
    memory = vcpu.domain.memory
    pages = b"".join(memory.read(mfn << 12, 4096) for mfn in area.frames)
    data = pages[area.offset : area.offset + AREA_SIZE]
    return data if len(data) == AREA_SIZE else None


def _times(info: RunstateInfo) -> str:
    state = state_name(info.state) if 0 <= info.state <= 3 else f"state {info.state}"
    entered = info.state_entry_time
    flag = " (being updated)" if entered >> 63 else ""
    spent = ", ".join(f"{state_name(number)} {time:,}" for number, time in enumerate(info.time))
    return f"{state} since {entered & MASK64 >> 1:,} ns{flag}; ns spent {spent}"


def _walk(context: _Context, words: list[str]) -> str:
    _arguments(words, 1, 2)
    va = _number(words[0])
    vcpu = context.target.threads.vcpu(_number(words[1])) if len(words) > 1 else context.vcpu
    if vcpu is None:
        raise _Usage(f"there is no thread {words[1]}")
    if not vcpu.has_cpu:
        return f"{vcpu} was never started"
    walk = vcpu.domain.walker.walk(vcpu.cpu.translation, va, Access.READ, vcpu.cpu.el)
    # gdb does not name the thread of a monitor command: it is the thread that gdb asked about last. So say which.
    return f"{va:#x} by the tables of {vcpu} (thread {context.target.threads.number(vcpu)}):\n{describe_walk(walk)}"


def _phys(context: _Context, words: list[str]) -> str:
    _arguments(words, 1, 2)
    ipa, length = _number(words[0]), _number(words[1]) if len(words) > 1 else 64
    if not 1 <= length <= _MOST_DUMPED:
        raise _Usage(f"cannot show {length} bytes: the length must be 1 to {_MOST_DUMPED}")
    data = read_memory(context.vcpu, ipa, length, physical=True)
    lines = []
    for at in range(0, len(data), 16):
        part = data[at : at + 16]
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
        maddr = machine_address(context.vcpu, ipa + at, physical=True)
        lines.append(f"ipa {ipa + at:#x} (maddr {maddr:#x}): {part.hex(' ', 4):<36} {text}")
    if len(data) < length:
        lines.append(f"nothing is mapped at ipa {ipa + len(data):#x}")
    return "\n".join(lines)


def _time(context: _Context, words: list[str]) -> str:
    _arguments(words, 0, 0)
    vcpu, machine = context.vcpu, context.target.machine
    count = vcpu.state.timer.count(vcpu.domain.now_ns())
    position = context.target.history.position
    return f"{machine.now_ns:,} ns of Xen system time; {position} instructions; CNTVCT_EL0 {count:,}"


def _hypercalls(context: _Context, words: list[str]) -> str:
    return _tail(context, words, events.HypercallMade, events.SmcccCall)


def _events(context: _Context, words: list[str]) -> str:
    return _tail(context, words)


def _tail(context: _Context, words: list[str], *kinds: type) -> str:
    _arguments(words, 0, 1)
    count = _number(words[0]) if words else _USUAL_EVENTS
    lines = []
    for event in context.target.recent(*kinds)[-count:] if count else []:
        said = in_words(event)
        lines.append(f"{event.time_ns:>15,} {said.who:<5} {said.kind}: {said.details}")
    return "\n".join(lines) or "nothing yet"


def _console(context: _Context, words: list[str]) -> str:
    _arguments(words, 0, 0)
    return context.target.history.console.decode("utf-8", "replace").rstrip("\n") or "nothing yet"


# -- What is done -----------------------------------------------------------------------------------------------


def _until(context: _Context, words: list[str]) -> str:
    _arguments(words, 1, 1)
    if words[0] not in UNTIL:
        raise _Usage(f"{words[0]!r} is not one of {', '.join(UNTIL)}{suggestion(words[0], UNTIL)}")
    stop, text = UNTIL[words[0]]
    return _arm(context, stop, text)


def _arm(context: _Context, stop: Stop, text: str) -> str:
    context.moves.until = (*context.moves.until, stop)
    return f"the next continue or reverse-continue stops {text}"


def _hvc(context: _Context, words: list[str]) -> str:
    _arguments(words, 0, 1)
    if not words:
        return _arm(context, HvcMade(), "on an HVC")
    named = {signature.name: called for called, signature in SIGNATURES.items()}
    called = named[words[0]] if words[0] in named else _number(words[0])
    return _arm(context, HvcMade(called, 0xEA1), f"on hypercall {words[0]}")


def _type(context: _Context, words: list[str]) -> str:
    context.target.type((" ".join(words) + "\n").encode("utf-8", "surrogatepass"))
    return "typed"


_COMMANDS = {
    command.usage.split()[0]: command
    for command in (
        _Command("help", "list the commands", _help),
        _Command("vcpus", "show what every vCPU is doing", _vcpus),
        _Command("runstate", "show the domain's runstates: Xen's own copy and the guest's areas", _runstate),
        _Command("walk VA [THREAD]", "show a translation through both stages, by a thread's tables", _walk),
        _Command("phys IPA [LENGTH]", "show guest-physical memory, with machine addresses", _phys),
        _Command("hypercalls [N]", "show the last N hypercalls and PSCI calls so far, with results", _hypercalls),
        _Command("events [N]", "show the last N events so far", _events),
        _Command("hvc [HYPERCALL]", "make the next continue stop on an HVC, or on this hypercall", _hvc),
        _Command(f"until {'|'.join(UNTIL)}", "make the next continue, forward or back, stop there", _until),
        _Command("time", "show Xen system time, the position in the run, the virtual counter", _time),
        _Command("console", "show what the guest has written so far", _console),
        _Command("type TEXT", "type a line at the guest's console", _type),
    )
}
