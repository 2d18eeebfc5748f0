"""The scheduler view: which vCPU each physical CPU runs and until when, which wait, and the state of every vCPU."""

from collections.abc import Iterator

from harness.abi.runstate import Runstate
from harness.api import Machine
from harness.debug.event_words import state_name, vcpu_name
from harness.debug.views.names import named
from harness.xen.domains.domain import Vcpu


def scheduler_lines(machine: Machine) -> Iterator[str]:
    """Yield the physical CPUs, then the queue."""
    state = machine.xen.scheduler.state
    for number, pcpu in enumerate(state.pcpus):
        runs = "idle" if pcpu.current is None else vcpu_name(pcpu.current)
        until = "" if pcpu.current is None else f", its slice ends at {pcpu.slice_end_ns:,} ns"
        yield f"cpu{number}: {runs} at {pcpu.time_ns:,} ns{until}"
    waiting = ", ".join(vcpu_name(key) for key in state.queue)
    yield f"queue: {waiting or 'empty'}"


def vcpu_lines(machine: Machine, chosen: Vcpu | None = None) -> Iterator[str]:
    """Yield every vCPU of every domain, with an arrow at the ``chosen`` one."""
    for vcpu in machine.xen.vcpus.values():
        arrow = "->" if vcpu is chosen else "  "
        state = state_name(vcpu.state.runstate.state)
        if not vcpu.has_cpu:
            yield f"{arrow} {vcpu}  {state:<9} was never started"
            continue
        why = f"  {_waits_for(vcpu)}" if vcpu.state.runstate.state == Runstate.RUNSTATE_blocked else ""
        yield f"{arrow} {vcpu}  {state:<9} EL{vcpu.cpu.el}  pc {named(machine, vcpu, vcpu.cpu.pc)}{why}"


def _waits_for(vcpu: Vcpu) -> str:
    if vcpu.state.poll_deadline_ns is not None:
        return f"polls until {vcpu.state.poll_deadline_ns:,} ns"
    return "polls" if vcpu.state.polling else "waits for an interrupt or event"
