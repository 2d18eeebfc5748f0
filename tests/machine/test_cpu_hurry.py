"""A CPU that is in a hurry ends its slice where it could have been cut at all times, and goes on as if it never had."""

from collections.abc import Callable
from itertools import pairwise

import pytest

import harness
from harness.machine.counter_sites import CounterAccess
from harness.machine.cpu import Cpu
from harness.xen.hypervisor import End

LOOP = """
#include "lib/kernel.h"
        .text
kernel_main:
        adrp    x1, vectors_here
        add     x1, x1, :lo12:vectors_here
        msr     vbar_el1, x1
        isb
        ldr     x20, =0x03001000
        mov     x19, #0
1:      {trap}
        add     x19, x19, #1
        b       1b
        .balign 2048
vectors_here:
        .space  0x200
        mrs     x1, elr_el1
        add     x1, x1, #{skip}
        msr     elr_el1, x1
        eret
        .space  0x5f0
#include "lib/end.S"
"""
TRAPS = {
    "hypercall": "mov x0, #XENVER_version; hypercall HYPERVISOR_xen_version",
    "svc": "svc #0",
    "undefined": ".inst 0",
    "counter read": "mrs x0, cntvct_el0",
    "timer write": "msr cntv_cval_el0, x19",
    "mmio": "ldr w0, [x20]",
    "timer read": "mrs x0, cntv_ctl_el0",
}
MUCH = 60_000


def hurry_after(count: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have CPUs hurry from their ``count``-th trap on; returns a list of how many there were."""
    seen = [0]

    def counting(method: Callable[..., object]) -> Callable[..., object]:
        def wrapped(self: Cpu, *arguments: object) -> object:
            seen[0] += 1
            self.hurry = seen[0] >= count
            return method(self, *arguments)

        return wrapped

    monkeypatch.setattr(Cpu, "_take", counting(Cpu._take))
    monkeypatch.setattr(Cpu, "_access_counter", counting(Cpu._access_counter))
    return seen


def state_after(source: str, instructions: int) -> tuple[int, ...]:
    with harness.boot(harness.assemble(source)) as machine:
        assert machine.run(max_instructions=instructions).end is End.BUDGET
        cpu = machine.vcpu().cpu
        return machine.instructions, cpu.pc, cpu.x[19], machine.now_ns


@pytest.mark.parametrize("trap", TRAPS)
def test_a_run_whose_slices_are_cut_goes_the_same_way(trap: str, monkeypatch) -> None:
    source = LOOP.format(trap=TRAPS[trap], skip=4 if trap == "undefined" else 0)
    expected = state_after(source, MUCH)
    hurry_after(100, monkeypatch)
    assert state_after(source, MUCH) == expected


@pytest.mark.parametrize("trap", [trap for trap in TRAPS if trap != "counter read"])  # which need not be a trap
def test_a_slice_ends_at_the_next_trap(trap: str) -> None:
    source = LOOP.format(trap=TRAPS[trap], skip=4 if trap == "undefined" else 0)
    with harness.boot(harness.assemble(source)) as machine:
        machine.run(max_instructions=MUCH)
        machine.xen.hurry()
        before = machine.instructions
        asked: list[int] = []

        def stop() -> bool:
            asked.append(machine.instructions)
            return len(asked) == 10

        assert machine.run(until=stop).end is End.STOPPED
        assert machine.instructions - before < 10 * 100


def test_a_timer_access_is_counted_exactly_when_it_ends_a_slice() -> None:
    retired: list[int] = []
    source = LOOP.format(trap=TRAPS["timer read"], skip=0)
    with harness.boot(harness.assemble(source)) as machine:
        machine.run(max_instructions=MUCH)
        cpu = machine.vcpu().cpu
        answer = cpu.on_counter

        def noted(access: CounterAccess) -> int:
            retired.append(cpu.retired)
            return answer(access)

        cpu.on_counter = noted
        cpu.hurry = True
        machine.run(max_instructions=3000)
    assert {after - before for before, after in pairwise(retired)} == {3}


def test_a_time_that_is_up_ends_a_run_in_the_middle_of_a_slice() -> None:
    with harness.boot(harness.assemble(LOOP.format(trap=TRAPS["hypercall"], skip=0))) as machine:
        machine.run(max_instructions=MUCH)
        before = machine.instructions
        assert machine.run(timeout_s=0.05).end is End.TIMEOUT
        assert machine.instructions > before
        assert not machine.vcpu().cpu.hurry
