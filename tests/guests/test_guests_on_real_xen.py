"""The guests print on a real Xen what is recorded beside this file, which all other runs are compared with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.guest import load
from harness.oracle import RealEnd, run_guest

GUESTS = Path(__file__).parents[2] / "guest_asm"
EXPECTED = Path(__file__).parent / "expected"


@dataclass(frozen=True)
class Case:
    """A guest, how it is run, and the name of the file with its console."""

    guest: str
    vcpus: int = 1
    expected: str = ""
    end: RealEnd = RealEnd.POWEROFF
    console_input: bytes = b""

    @property
    def console(self) -> str:
        return (EXPECTED / f"{self.expected or self.guest}.txt").read_text()


CASES = [
    Case("hello"),
    Case("mmu"),
    Case("timer"),
    Case("irq"),
    Case("events"),
    Case("smp", vcpus=1, expected="smp-1"),
    Case("smp", vcpus=4, expected="smp-4"),
    Case("wfi_user"),
    Case("kpti", vcpus=2, expected="kpti-2"),
    Case("kpti", vcpus=1, expected="kpti-1"),
    Case("echo", console_input=b"hello there\nand goodbye\n\4 not this"),
    Case("crash", end=RealEnd.CRASH),
]


def without_times(console: str) -> str:
    """Drop the lines that measure: they begin with ``time:``."""
    return "".join(line for line in console.splitlines(keepends=True) if not line.startswith("time: "))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.guest}-{case.vcpus}")
def test_the_guest_prints_what_is_expected_on_xen_4_17(case: Case, real_xen: Callable[[str], str]) -> None:
    image = load(GUESTS / f"{case.guest}.S").flat()
    run = run_guest(image, xen=real_xen("4.17"), vcpus=case.vcpus, console_input=case.console_input)
    assert without_times(run.console.decode()) == case.console
    assert run.end is case.end


@pytest.mark.parametrize("xen", ["4.14", "4.20"])
def test_the_defect_is_in_every_release(xen: str, real_xen: Callable[[str], str]) -> None:
    run = run_guest(load(GUESTS / "kpti.S").flat(), xen=real_xen(xen), vcpus=2)
    assert without_times(run.console.decode()) == (EXPECTED / "kpti-2.txt").read_text()


def test_the_defect_is_the_same_for_a_domu(real_xen: Callable[[str], str]) -> None:
    run = run_guest(load(GUESTS / "kpti.S").flat(), xen=real_xen("4.17"), domu=True, vcpus=2)
    assert without_times(run.console.decode()) == (EXPECTED / "kpti-2.txt").read_text()


def test_user_mode_loses_time_that_the_area_never_mentions(real_xen: Callable[[str], str]) -> None:
    run = run_guest(load(GUESTS / "kpti.S").flat(), xen=real_xen("4.17"), vcpus=2)
    times = [line.split() for line in run.console.decode().splitlines() if line.startswith("time: ")]
    (user_lost, user_stolen), (kernel_lost, kernel_stolen) = [(int(line[4]), int(line[10])) for line in times]
    assert user_lost > 0
    assert user_stolen == 0
    assert kernel_stolen >= kernel_lost > 0


@pytest.mark.parametrize("guest", ["irq", "events"])
@pytest.mark.parametrize("xen", ["4.14", "4.17", "4.20"])
def test_interrupts_and_events_reach_a_domu_alike_in_every_release(
    xen: str, guest: str, real_xen: Callable[[str], str]
) -> None:
    run = run_guest(load(GUESTS / f"{guest}.S").flat(), xen=real_xen(xen), domu=True)
    assert run.console.decode() == (EXPECTED / f"{guest}.txt").read_text()
