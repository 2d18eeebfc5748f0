"""Run a guest, count its hypercalls by their events, and look at the CPU it leaves behind."""

import harness
from harness.debug.disassembly import symbol_at
from harness.events import HypercallMade

calls: list[HypercallMade] = []
with harness.boot("answer.S") as machine:
    machine.events.listen(HypercallMade, calls.append)
    outcome = machine.run()
    print(f"{outcome.end.value.replace('shut down', 'powered off')} after {len(calls)} hypercalls")
    where = symbol_at(machine, machine.vcpu(0).cpu.pc)
    print(f"pc is in {where.partition('+')[0]}")
