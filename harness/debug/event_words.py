"""Events in words: whom an event concerns, its kind, and its details. Traces, reports and the stepper use them.

Hypercalls, PSCI functions, states and results have the names of Xen's and Arm's headers (``harness.abi``).
"""

from dataclasses import dataclass

from harness import events
from harness.abi.hypercalls.sched_op import Shutdown
from harness.abi.runstate import Runstate
from harness.abi.words import MASK64
from harness.debug.call_words import hypercall, smccc

EXCEPTION_CLASSES = {
    0x00: "undefined instruction",
    0x01: "trapped WFI or WFE",
    0x07: "FP or SIMD is off",
    0x0E: "illegal execution state",
    0x15: "SVC",
    0x18: "trapped system register",
    0x20: "instruction abort from EL0",
    0x21: "instruction abort",
    0x22: "PC alignment",
    0x24: "data abort from EL0",
    0x25: "data abort",
    0x26: "SP alignment",
    0x2C: "floating-point exception",
    0x30: "breakpoint from EL0",
    0x31: "breakpoint",
    0x32: "software step from EL0",
    0x33: "software step",
    0x34: "watchpoint from EL0",
    0x35: "watchpoint",
    0x3C: "BRK",
}
"""ESR_EL1.EC in words (Arm DDI 0487, D17, ESR_ELx)."""


@dataclass(frozen=True, slots=True)
class EventWords:
    """One event in readable form: ``who`` is d1v0, d1, cpu0 or Xen; ``kind`` is one or two words, then ``details``."""

    who: str
    kind: str
    details: str


def state_name(state: int) -> str:
    """The name of a runstate without its prefix RUNSTATE_."""
    return Runstate(state).name.removeprefix("RUNSTATE_")


def exception_words(syndrome: int) -> str:
    """An ESR_EL1 value in words: its exception class, then the value."""
    name = EXCEPTION_CLASSES.get(syndrome >> 26, f"exception class {syndrome >> 26:#04x}")
    return f"{name}, ESR_EL1 {syndrome:#010x}"


def vcpu_name(key: tuple[int, int] | None) -> str:
    """The name of a vCPU, such as ``d1v0``; "idle" for None."""
    return "idle" if key is None else f"d{key[0]}v{key[1]}"


def in_words(event: object) -> EventWords:
    """Describe an event; an event of an unknown type is described by its ``str``."""
    match event:
        case events.HypercallMade():
            call = hypercall(event.number, event.arguments)
            took = f", took {event.took_ns:,}" if event.took_ns else ""
            return EventWords(_of(event), "hypercall", f"{call} = {call.result(event.result)}{took}")
        case events.SmcccCall(result=result):
            call = smccc(event.function, event.arguments)
            end = "does not return" if result is None else f"= {call.result(result)}"
            return EventWords(_of(event), "psci", f"{call} {end}")
        case events.ContextSwitch(pcpu=pcpu):
            level = "" if event.previous_el is None else f" (at EL{event.previous_el})"
            details = f"{vcpu_name(event.previous)}{level} -> {vcpu_name(event.next)}"
            return EventWords(f"cpu{pcpu}", "switch", details)
        case events.RunstateChange(old=old, new=new):
            details = f"{state_name(old)} -> {state_name(new)}, after {event.time_in:,}"
            return EventWords(_of(event), "state", details)
        case events.RunstatePublished():
            return EventWords(_of(event), *_publication(event))
        case events.UpdateStep():
            return EventWords(_of(event), "area step", _step(event))
        case events.AreaRegistered():
            return EventWords(_of(event), "area", _registration(event))
        case events.GuestException():
            by = "injected by Xen: " if event.injected else ""
            far = "" if event.far is None else f", FAR_EL1 {event.far:#x}"
            details = f"{by}{exception_words(event.syndrome)}{far}, from EL{event.el} at {event.pc:#x}"
            return EventWords(_of(event), "exception", details)
        case events.VcpuUp():
            return EventWords(_of(event), "up", f"at ipa {event.entry:#x}, x0 = {event.context:#x}")
        case events.VcpuDown():
            return EventWords(_of(event), "down", "by CPU_OFF")
        case events.DomainShutdown(domain=domain, reason=reason):
            known = reason in Shutdown.__members__.values()
            return EventWords(f"d{domain}", "shutdown", Shutdown(reason).name if known else f"reason {reason}")
        case events.ConsoleOutput(domain=domain, data=data):
            # repr keeps control characters away from the reader's terminal; [1:] drops the b of a bytes literal.
            return EventWords(f"d{domain}", "console", repr(data)[1:])
        case events.XenLog(line=line):
            return EventWords("Xen", "log", line)
        case _:
            return EventWords("", type(event).__name__, str(event))


def _of(event: object) -> str:
    return f"d{getattr(event, 'domain', '?')}v{getattr(event, 'vcpu', '?')}"


def _publication(event: events.RunstatePublished) -> tuple[str, str]:
    when = f"{'leaving' if event.leaving else 'entering'} cpu{event.pcpu} at EL{event.el}"
    if event.written == event.wanted:
        return "area", f"updated at {event.address:#x}, {when}"
    return "area lost", f"{event.written} of {event.wanted} bytes arrived, {when}: {event.fault}"


def _step(event: events.UpdateStep) -> str:
    piece = f" doubleword {event.piece}" if event.step == "STORE_ALL" else ""
    late = ", visible later" if event.late else ""
    return f"{event.step}{piece}{late}, {'leaving' if event.leaving else 'entering'} cpu{event.pcpu}"


def _registration(event: events.AreaRegistered) -> str:
    if event.address in (0, MASK64):
        return "no longer registered"
    kind = "ipa" if event.physical else "va"
    return f"registered at {kind} {event.address:#x}" + (f"; not filled: {event.fault}" if event.fault else "")
