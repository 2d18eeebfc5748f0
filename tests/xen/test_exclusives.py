"""The exclusive monitor of a vCPU when others run between a load-exclusive and its store-exclusive."""

import pytest

import harness
from harness.api import Machine
from harness.guest import assemble

_BEGIN = """
#include "lib/hypercall.h"
    mov     x1, #1
    address x2, other
    mov     x3, #0
    psci    PSCI_CPU_ON_64
"""
_DATA = """
    .balign 64
datum:  .quad 1
turn:   .quad 0
"""

ABA = assemble(
    f"""{_BEGIN}
    address x20, datum
    address x21, turn
    ldxr    x3, [x20]
    mov     x4, #1
    str     x4, [x21]                   // now the other one may store
1:  ldr     x4, [x21]
    cmp     x4, #2
    b.ne    1b
    stxr    w5, x3, [x20]
done:
    b       done
other:
    address x20, datum
    address x21, turn
2:  ldr     x4, [x21]
    cbz     x4, 2b
    mov     x3, #7
    str     x3, [x20]
    mov     x3, #1
    str     x3, [x20]                   // the same value again
    mov     x4, #2
    str     x4, [x21]
3:  b       3b
{_DATA}""",
    name="aba.S",
)

ALONE = assemble(
    f"""
#include "lib/hypercall.h"
    address x20, datum
    ldxr    x3, [x20]
    mov     x4, #0x200000
1:  sub     x4, x4, #1
    cbnz    x4, 1b
    stxr    w5, x3, [x20]
done:
    b       done
{_DATA}""",
    name="alone.S",
)


def status_at_done(machine: Machine, at_a_time: int) -> int:
    """The status of vCPU 0's store-exclusive; the machine runs in pieces of so many instructions."""
    cpu = machine.vcpu().cpu
    done = machine.symbol("done")
    for _ in range(20_000_000 // at_a_time):
        machine.run(max_instructions=at_a_time)
        if cpu.pc == done:
            break
    assert cpu.pc == done
    return int(cpu.x[5]) & 0xFFFF_FFFF


@pytest.mark.parametrize("pcpus", [1, 2])
@pytest.mark.parametrize("at_a_time", [100_000, 997])
def test_a_store_of_another_vcpu_lets_a_store_exclusive_fail_even_of_the_same_value(pcpus: int, at_a_time: int) -> None:
    with harness.boot(ABA, vcpus=2, pcpus=pcpus, memory=4 << 20) as machine:
        assert status_at_done(machine, at_a_time) == 1


@pytest.mark.parametrize("at_a_time", [1_000_000, 100_003])
def test_a_vcpu_that_runs_alone_keeps_its_monitor_through_slices_and_turns(at_a_time: int) -> None:
    with harness.boot(ALONE, pcpus=2, memory=4 << 20) as machine:
        assert status_at_done(machine, at_a_time) == 0


def test_a_restored_machine_goes_on_as_the_one_that_was_saved() -> None:
    with harness.boot(ABA, vcpus=2, pcpus=2, memory=4 << 20) as machine:
        machine.run(max_instructions=5_000)
        saved = machine.snapshot()
        first = status_at_done(machine, 10_000)
        machine.restore(saved)
        assert status_at_done(machine, 997) == first == 1
