"""What a machine is at a moment, to be compared with another that should be the same."""

from dataclasses import dataclass
from typing import Any

import harness
from harness.machine.memory import PAGE_SIZE
from harness.machine.sysregs import GUEST_STATE
from harness.xen.hypervisor import Outcome


@dataclass(frozen=True)
class Picture:
    """All of a machine that a guest, or whoever looks at it, can tell."""

    outcome: Outcome | None
    now_ns: int
    instructions: int
    registers: dict[tuple[int, int], Any]
    kept: Any
    memory: dict[int, bytes]


def picture(machine: harness.Machine) -> Picture:
    xen = machine.xen
    registers = {}
    for key, vcpu in xen.vcpus.items():
        if vcpu.has_cpu:
            cpu = vcpu.cpu
            system = tuple(cpu.read_sysreg(name) for name in (*GUEST_STATE, "SP_EL0", "SP_EL1", "HCR_EL2"))
            vectors = tuple(cpu.read_vector(number) for number in range(32))
            registers[key] = (tuple(cpu.x), cpu.pc, cpu.sp, cpu.pstate, system, vectors)
    kept = (
        repr([domain.state for domain in xen.domains.values()]),
        repr([vcpu.state for vcpu in xen.vcpus.values()]),
        repr((xen.scheduler.state, xen.console.state, xen.host.frames.state)),
    )
    return Picture(xen.outcome, machine.now_ns, machine.instructions, registers, kept, touched(machine))


def touched(machine: harness.Machine) -> dict[int, bytes]:
    """Every frame that holds something."""
    memory = machine.domain.memory
    frames = {}
    for start, length in memory.touched():
        for maddr in range(start, start + length, PAGE_SIZE):
            data = memory.read(maddr, PAGE_SIZE)
            if data.strip(b"\0"):
                frames[maddr] = data
    return frames
