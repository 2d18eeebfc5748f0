"""Turns of waiting loops that are left out: nothing in the machine tells that they were."""

from pathlib import Path

import pytest

import harness
from harness.guest import assemble
from harness.machine.counter_sites import CounterSites
from harness.machine.waits import Waits
from harness.xen.outcome import End

KERNEL = """
#include "lib/boot.S"
    .text
kernel_main:
    mrs     x2, cntvct_el0
    movz    x3, #{low}
    movk    x3, #{high}, lsl #16
{body}
    mrs     x20, cntvct_el0
    mrs     x21, nzcv
    b       power_off
#include "lib/end.S"
"""
LOOPS = {
    "since": "1: mrs x0, cntvct_el0\n sub x1, x0, x2\n cmp x1, x3\n b.lo 1b",
    "until": "add x4, x2, x3\n1: isb\n mrs x0, cntvct_el0\n cmp x0, x4\n b.lt 1b",
    "physical": "mrs x2, cntpct_el0\n1: mrs x0, cntpct_el0\n yield\n sub x1, x0, x2\n subs x5, x3, x1\n b.hi 1b",
    "function": "b 2f\n1: isb\n mrs x0, cntvct_el0\n ret\n2: bl 1b\n sub x1, x0, x2\n cmp x1, x3\n b.ls 2b",
    "counting": "1: add x6, x6, #1\n mrs x0, cntvct_el0\n sub x1, x0, x2\n cmp x1, x3\n b.lo 1b",
}


@pytest.fixture(autouse=True)
def _no_native_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.machine.counted_engine.open_block_count", lambda *_: None)


def run(loop: str, ticks: int, pieces: int | None = None) -> tuple[object, ...]:
    source = KERNEL.format(body=LOOPS[loop], low=ticks & 0xFFFF, high=ticks >> 16)
    path = Path(harness.__file__).parents[1] / "guest_asm" / "hello.S"
    with harness.boot(assemble(source, name=str(path)), memory=8 << 20) as machine:
        while (outcome := machine.run(max_instructions=pieces)).end is End.BUDGET:
            pass
        assert outcome.end is End.SHUTDOWN
        cpu = machine.vcpu().cpu
        return machine.instructions, machine.now_ns, tuple(cpu.x), cpu.pc, cpu.pstate


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("ticks", [1, 40, 2_000])
def test_the_end_is_the_same_as_of_executing_every_turn(loop: str, ticks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    short = run(loop, ticks)
    assert short == run(loop, ticks, pieces=777)
    monkeypatch.setattr(Waits, "skip", lambda *_: 0)
    assert short == run(loop, ticks)


@pytest.mark.parametrize("loop", [loop for loop in LOOPS if loop != "counting"])
def test_a_long_wait_is_over_after_a_few_turns(loop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reads, answered = [], CounterSites._answered
    monkeypatch.setattr(CounterSites, "_answered", lambda *args: reads.append(None) or answered(*args))
    instructions = run(loop, 6_250_000)[0]  # 0.1 s
    assert instructions > 90_000_000
    assert len(reads) < 5_000
