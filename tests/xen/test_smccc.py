"""PSCI and SMCCC where affinities, registers and releases matter, as the real Xens answered; they are asked again."""

from collections.abc import Callable

import pytest
from call_guest import VCPUS, Call, answers, call_guest, smccc

import harness
from harness.oracle import RELEASES, run_guest

CPU_ON, AFFINITY_INFO, CPU_SUSPEND = 0xC400_0003, 0xC400_0004, 0xC400_0001
INVALID, ALREADY_ON, BAD_ADDRESS = (value & (1 << 64) - 1 for value in (-2, -4, -9))
UNKNOWN = (1 << 64) - 1

SUSPEND = Call(
    {"x0": CPU_SUSPEND, "x1": 1 << 16, "x2": "park", "x3": 7},
    "mov x9, #1000\n msr cntv_tval_el0, x9\n mov x9, #1\n msr cntv_ctl_el0, x9\n isb\n hvc #0",
)
"""Power down, says its argument, and come back at ``park``: Xen only waits."""

ROWS: tuple[tuple[str, Call, int], ...] = (
    ("a vCPU that Aff0 alone would name", smccc(CPU_ON, 0x10, "park"), INVALID),
    ("Aff2 is not looked at", smccc(CPU_ON, 0x1_0000, "park"), ALREADY_ON),
    ("nor are the bits between Aff2 and Aff3", smccc(CPU_ON, 1 << 24, "park"), ALREADY_ON),
    ("an odd address comes before a vCPU that is on", smccc(CPU_ON, 0, "park+1"), BAD_ADDRESS),
    ("affinity_info looks at Aff3", smccc(AFFINITY_INFO, 1 << 32, 0), 1),
    ("and at Aff2", smccc(AFFINITY_INFO, 1 << 16, 0), 1),
    ("not at the bits between", smccc(AFFINITY_INFO, 1 << 24, 0), 0),
    ("at level 3 at Aff3 alone", smccc(AFFINITY_INFO, 1 << 32, 3), 1),
    ("at level 1 at Aff1 and above", smccc(AFFINITY_INFO, 0x100, 1), 1),
    ("the level is of 32 bits", smccc(AFFINITY_INFO, 0, 1 << 32), 0),
    ("PSCI 0.1 has 32 bits of a vCPU's number", smccc(2, 1 << 32, "park"), INVALID),
    ("PSCI 0.1 does not know bad addresses", smccc(2, 1, "park+1"), INVALID),
    ("cpu_suspend waits, and goes on after the call", SUSPEND, 0),
    ("cpu_on", smccc(CPU_ON, 1, "park"), 0),
    ("once more, at an odd address", smccc(CPU_ON, 1, "park+1"), BAD_ADDRESS),
    ("once more, by PSCI 0.1", smccc(2, 1, "park"), INVALID),
    *(
        (f"{function:#x} is unknown", smccc(function), UNKNOWN)
        for function in (0xC600_FF01, 0xFF00_0000, 0xFE00_FF01, 0x8200_0000, 0xB200_0000, 0x8400_FFFF, 0x0100_0000)
    ),
)

ZEROED = {0x8000_8000: 2, 0x8000_7FFF: 4, 0x8000_3FFF: 2}
"""The calls for workarounds, and how many registers they leave at zero, made by HVC; by SMC none."""
WORKAROUNDS = [smccc(function, 7, 8, 9, 10) for function in ZEROED]


@pytest.fixture(params=RELEASES)
def xen(request: pytest.FixtureRequest) -> str:
    """A release."""
    assert isinstance(request.param, str)
    return request.param


@pytest.fixture(params=[False, True], ids=["domU", "dom0"])
def ask(request: pytest.FixtureRequest, xen: str) -> Callable[[list[Call]], list[tuple[int | str, ...]]]:
    """``ask(calls)``: what each leaves in x0 to x4, here."""

    def run(calls: list[Call]) -> list[tuple[int | str, ...]]:
        with harness.boot(call_guest(calls), abi=f"xen-{xen}", dom0=request.param, vcpus=VCPUS) as machine:
            machine.run(max_instructions=20_000_000)
            return [answer.x for answer in answers(machine.console.decode(), calls)]

    return run


def test_affinities_and_errors_are_xens(ask: Callable[[list[Call]], list[tuple[int | str, ...]]]) -> None:
    found = ask([call for _, call, _ in ROWS])
    assert {name: x[0] for (name, _, _), x in zip(ROWS, found, strict=True)} == {name: x0 for name, _, x0 in ROWS}


def test_a_call_for_a_workaround_zeroes_what_the_vector_uses(
    ask: Callable[[list[Call]], list[tuple[int | str, ...]]],
) -> None:
    assert ask(WORKAROUNDS) == [(0,) * count + (0, 7, 8, 9, 10)[count:] for count in ZEROED.values()]


@pytest.mark.parametrize("domu", [False, True], ids=["dom0", "domU"])
def test_the_real_xen_answers_all_of_it_alike(xen: str, domu: bool, tool: Callable[..., str]) -> None:
    tool("qemu-system-aarch64", package="qemu-system-arm")
    calls = [call for _, call, _ in ROWS] + WORKAROUNDS
    guest = call_guest(calls)
    real = answers(run_guest(guest.flat(), xen=xen, domu=domu, vcpus=VCPUS).console.decode(), calls)
    with harness.boot(guest, abi=f"xen-{xen}", dom0=not domu, vcpus=VCPUS) as machine:
        machine.run(max_instructions=20_000_000)
        assert answers(machine.console.decode(), calls) == real
