"""Run the random guests of some seeds in this process: ``run_streams.py FIRST COUNT``.

Each seed is written to standard output before it runs, so that whoever watches knows which one ended the process.
"""

import hashlib
import os
import sys

import streams

import harness
from harness.machine.sysregs import GUEST_STATE


def run(seed: int, *, sum_up: bool = False) -> str:
    """Run one random guest to its end; anything raised is a defect of the harness. Returns a digest, if asked."""
    made = streams.stream(seed)
    with harness.boot(
        made.guest, abi=made.abi, vcpus=made.vcpus, pcpus=made.pcpus, dom0=made.dom0, memory=streams.MEMORY
    ) as machine:
        for piece in made.pieces:
            saved = machine.snapshot() if made.rewind else None
            machine.run(max_instructions=piece)
            if saved is not None:
                machine.restore(saved)
                machine.run(max_instructions=piece)
        return digest(machine) if sum_up else ""


def digest(machine: harness.Machine) -> str:
    """Sum up all that a guest can tell: registers, memory, console, time."""
    sum_of_all = hashlib.sha256(repr((machine.console, machine.now_ns, machine.instructions)).encode())
    for vcpu in machine.domain.vcpus:
        if vcpu.has_cpu:
            cpu = vcpu.cpu
            general = (*cpu.x, cpu.pc, cpu.sp, cpu.pstate, cpu.retired)
            sum_of_all.update(repr((general, [cpu.read_sysreg(name) for name in GUEST_STATE])).encode())
    memory = machine.domain.memory
    for start, length in memory.touched():
        sum_of_all.update(memory.view(start, length))
    return sum_of_all.hexdigest()


if __name__ == "__main__":
    first, count = map(int, sys.argv[1:])
    for number in range(first, first + count):
        os.write(1, b"%d\n" % number)
        run(number)
