"""Targets of movements and breakpoints: read from words, and turned into stops.

ADDRESS | SYMBOL | FILE:LINE    an instruction; a name matches wherever its code is mapped, now and later
hvc [CALL]                      an HVC; CALL is a hypercall's name or number
msr REGISTER...                 a write of a system register
exception                       an exception to EL1, including an IRQ
event KIND                      an event; lost is an update of a runstate area that did not arrive
answer, switch, ttbr, publish, lost     the targets of the movements with these names
... on VCPU                     by that vCPU only
"""

from dataclasses import dataclass, replace

from harness import events
from harness.abi.hypercalls.table import SIGNATURES
from harness.debug.replay.stops import (
    LOST_UPDATE,
    Address,
    EventSeen,
    ExceptionTaken,
    HvcAnswered,
    HvcMade,
    RegisterWrite,
    Space,
    Stop,
    Watch,
)
from harness.debug.step.errors import CommandError
from harness.debug.step.expressions import evaluate, parse_number, source_line
from harness.debug.step.places import Places
from harness.machine.sysregs import SYSREGS
from harness.words import suggestion
from harness.xen.domains.domain import Vcpu
from harness.xen.scheduler import Key

EVENTS: dict[str, EventSeen] = {
    "hypercall": EventSeen(events.HypercallMade),
    "psci": EventSeen(events.SmcccCall),
    "switch": EventSeen(events.ContextSwitch),
    "state": EventSeen(events.RunstateChange),
    "registered": EventSeen(events.AreaRegistered),
    "published": EventSeen(events.RunstatePublished),
    "lost": LOST_UPDATE,
    "step": EventSeen(events.UpdateStep),
    "exception": EventSeen(events.GuestException),
    "up": EventSeen(events.VcpuUp),
    "down": EventSeen(events.VcpuDown),
    "shutdown": EventSeen(events.DomainShutdown),
    "console": EventSeen(events.ConsoleOutput),
    "log": EventSeen(events.XenLog),
}
"""The events that a run can stop at, by the names that a user types."""

HYPERCALLS = {signature.name: called for called, signature in SIGNATURES.items()}
"""The numbers of hypercalls, by their names."""

DEFAULT_WATCH = 8
"""Number of bytes watched if none is given."""


@dataclass(frozen=True, slots=True)
class StopTarget:
    """A target: a description in ``words``, its ``stops``, and ``ipas`` of code that match wherever they are mapped."""

    words: str
    stops: tuple[Stop, ...] = ()
    ipas: tuple[int, ...] = ()
    vcpu: Key | None = None

    def stops_now(self, places: Places) -> tuple[Stop, ...]:
        """The stops, including one for each known virtual address of the target's code."""
        found = [Address(va, self.vcpu) for ipa in self.ipas for va in places.code_vas(ipa)]
        return (*self.stops, *found)

    def on(self, vcpu: Key | None) -> "StopTarget":
        """The same target, restricted to this vCPU; unchanged if None, or if it is restricted already."""
        if vcpu is None or self.vcpu is not None:
            return self
        return replace(self, stops=tuple(replace(stop, vcpu=vcpu) for stop in self.stops), vcpu=vcpu)


HVC = StopTarget("HVC", (HvcMade(),))
ANSWER = StopTarget("answered HVC", (HvcAnswered(),))
EXCEPTION = StopTarget("exception", (ExceptionTaken(),))
SWITCH = StopTarget("context switch", (EVENTS["switch"],))
TTBR = StopTarget("write of TTBR0_EL1 or TTBR1_EL1", (RegisterWrite(("TTBR0_EL1", "TTBR1_EL1")),))
PUBLISHED = StopTarget("publication of a runstate", (EVENTS["published"],))
LOST = StopTarget("lost update of a runstate area", (EVENTS["lost"],))


KINDS: dict[str, StopTarget] = {
    "answer": ANSWER,
    "exception": EXCEPTION,
    "exc": EXCEPTION,
    "switch": SWITCH,
    "ttbr": TTBR,
    "publish": PUBLISHED,
    "lost": LOST,
}
"""Targets that consist of one word."""


def event_target(names: list[str]) -> StopTarget:
    """The target for these kinds of events; for any event if there are none. Raises CommandError."""
    unknown = [name for name in names if name not in EVENTS]
    if unknown:
        raise CommandError(f"{unknown[0]} is not an event{suggestion(unknown[0], EVENTS)}; events: {', '.join(EVENTS)}")
    # "lost" is left out of "any": its events are those of "published", and would count twice.
    stops = tuple(EVENTS[name] for name in names or EVENTS if names or name != "lost")
    return StopTarget(f"event {' or '.join(names) or 'of any kind'}", stops)


def hvc_target(words: list[str]) -> StopTarget:
    """The target for any HVC, or for a hypercall by name or number. Raises CommandError."""
    if not words:
        return HVC
    name = words[0].removeprefix("HYPERVISOR_")
    if len(words) > 1 or (name not in HYPERCALLS and not name[0].isdigit()):
        meant = suggestion(name, HYPERCALLS)
        raise CommandError(f"{' '.join(words)} is not a hypercall{meant}; hypercalls: {', '.join(HYPERCALLS)}")
    number = HYPERCALLS[name] if name in HYPERCALLS else parse_number(name)
    return StopTarget(f"HVC {name}", (HvcMade(number=number),))


def register_target(words: list[str]) -> StopTarget:
    """The target for a write of one of these system registers. Raises CommandError."""
    names = tuple(word.upper() for word in words)
    unknown = [name for name in names if name not in SYSREGS]
    if unknown or not names:
        meant = suggestion(unknown[0], SYSREGS) if unknown else ""
        raise CommandError(
            f"{unknown[0] if unknown else 'msr alone'} does not name a system register{meant}, such as TTBR1_EL1"
        )
    return StopTarget(f"write of {' or '.join(names)}", (RegisterWrite(names),))


def parse_target(words: list[str], vcpu: Vcpu, places: Places, by: Key | None = None) -> StopTarget:
    """Read a target from words.

    ``vcpu`` supplies the registers and tables for expressions; ``by`` is the vCPU given after ``on``. Raises
    CommandError.
    """
    match words:
        case []:
            raise CommandError(f"where? Give an address, symbol, FILE:LINE, or: hvc, msr, event, {', '.join(KINDS)}")
        case ["hvc", *rest]:
            target = hvc_target(rest)
        case ["msr", *rest]:
            target = register_target(rest)
        case [name] if name in KINDS and places.symbol(name) is None:
            target = KINDS[name]
        case ["event", *rest]:
            target = event_target(rest)
        case _:
            target = _place("".join(words), vcpu, places)
    return target.on(by)


def _place(text: str, vcpu: Vcpu, places: Places) -> StopTarget:
    line = source_line(text)
    if line is not None:
        name, ipas = places.line(*line)
        return StopTarget(name, ipas=tuple(ipas))
    name, plus, offset = text.partition("+")
    ipa = places.symbol(name)
    if ipa is not None and (not plus or offset[:1].isdigit()):
        return StopTarget(text, ipas=(ipa + (parse_number(offset) if plus else 0),))
    va = evaluate(text, vcpu, places)
    return StopTarget(text if text == f"{va:#x}" else f"{text} ({va:#x})", (Address(va),))


_WATCH_WORDS = ("read", "write", "access", "va", "ipa", "maddr")


def parse_watch(words: list[str], vcpu: Vcpu, places: Places, by: Key | None = None) -> StopTarget:
    """Read a watchpoint from ``[read|write|access] [va|ipa|maddr] ADDRESS [LENGTH]``. Raises CommandError."""
    given = []
    while words and words[0] in _WATCH_WORDS:
        given.append(words[0])
        words = words[1:]
    if not words or len(words) > 2:
        raise CommandError("watch what? Usage: watch [read|write|access] [va|ipa|maddr] ADDRESS [LENGTH]")
    spaces = [Space(word) for word in given if word in ("va", "ipa", "maddr")]
    space = spaces[0] if spaces else Space.VA
    start = evaluate(words[0], vcpu, places)
    length = parse_number(words[1]) if len(words) > 1 else DEFAULT_WATCH
    if not 0 < length <= 1 << 16:
        raise CommandError(f"cannot watch {length:,} bytes: the length must be 1 to 65,536")
    read = "read" in given or "access" in given
    write = "read" not in given or "write" in given or "access" in given
    kind = "access to" if read and write else "read of" if read else "write of"
    if by is None and vcpu.domain is not places.domain:
        by = vcpu.key  # without a vCPU, a watch is in the main domain's memory
    stop = Watch(start, length, read=read, write=write, space=space, vcpu=by)
    return StopTarget(f"{kind} {length} bytes at {space.value} {start:#x}", (stop,), vcpu=by)
