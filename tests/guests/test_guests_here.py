"""Under the model of a real Xen, the guests print what they print on it; under the patch, the defect is gone."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import harness
from harness import events as kinds
from harness.abi.hypercalls.sched_op import Shutdown
from harness.events import EventBus
from harness.xen.memory.p2m import Placement
from harness.xen.outcome import End

GUESTS = Path(__file__).parents[2] / "guest_asm"
EXPECTED = Path(__file__).parent / "expected"
BUDGET = 400_000_000

CURED = {
    "kpti-2": "kpti: user mode: 8 rounds preempted, area updated in 8, stolen time grew in 8\n",
    "wfi_user": "wfi_user: user mode: 4 waits, area updated in 4\n",
}
"""The line of user mode where the area is written through a mapping of Xen's own."""


@dataclass(frozen=True)
class Case:
    """A guest, how it is run, and the name of the file with its console."""

    guest: str
    expected: str = ""
    vcpus: int = 1
    dom0: bool = False
    console_input: bytes = b""
    reason: int = Shutdown.SHUTDOWN_poweroff

    @property
    def name(self) -> str:
        return self.expected or self.guest


CASES = [
    Case("hello"),
    Case("mmu"),
    Case("timer"),
    Case("irq"),
    Case("events"),
    Case("smp", "smp-1"),
    Case("smp", "smp-4", vcpus=4),
    Case("wfi_user"),
    Case("kpti", "kpti-1"),
    Case("kpti", "kpti-2", vcpus=2),
    Case("echo", dom0=True, console_input=b"hello there\nand goodbye\n\4 not this"),
    Case("crash", reason=Shutdown.SHUTDOWN_crash),
]
BY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
QUICK = [case for case in CASES if case.name != "kpti-1"]
"""Without the guest that waits 200 ms for somebody to compete with it."""
BY_QUICK_CASE = pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
KINDS = [kind for kind in vars(kinds).values() if isinstance(kind, type) and hasattr(kind, "time_ns")]


@dataclass
class Run:
    """All that can be seen of a run."""

    console: bytes = b""
    outcome: Any = None
    now_ns: int = 0
    instructions: int = 0
    events: list[Any] = field(default_factory=list)


def run(case: Case, model: str, **more: Any) -> Run:
    seen = Run()
    bus = EventBus()
    for kind in KINDS:
        bus.listen(kind, seen.events.append)
    with harness.boot(
        GUESTS / f"{case.guest}.S",
        abi=model,
        vcpus=case.vcpus,
        console_input=case.console_input,
        events=bus,
        **{"dom0": case.dom0, **more},
    ) as machine:
        seen.outcome = machine.run(max_instructions=BUDGET)
        seen.console, seen.now_ns, seen.instructions = machine.console, machine.now_ns, machine.instructions
    return seen


def without_times(console: bytes) -> str:
    return "".join(line for line in console.decode().splitlines(keepends=True) if not line.startswith("time: "))


def expected(case: Case, model: str) -> str:
    text = (EXPECTED / f"{case.name}.txt").read_text()
    if model == "xen-4.17" or case.name not in CURED:
        return text
    lines = text.splitlines(keepends=True)
    return "".join(CURED[case.name] if "user mode: " in line else line for line in lines)


@BY_CASE
@pytest.mark.parametrize("model", ["xen-4.17", "vmap"])
def test_the_guest_prints_what_it_should(case: Case, model: str) -> None:
    seen = run(case, model)
    assert without_times(seen.console) == expected(case, model)
    assert seen.outcome.reason == case.reason
    assert seen.outcome.end is (End.CRASH if case.reason == Shutdown.SHUTDOWN_crash else End.SHUTDOWN)


@pytest.mark.parametrize("name", CURED)
def test_the_cure_is_no_accident_of_the_words(name: str) -> None:
    assert CURED[name] not in (EXPECTED / f"{name}.txt").read_text()


@BY_QUICK_CASE
def test_the_same_command_gives_the_same_bytes_and_the_same_history_every_time(case: Case) -> None:
    assert run(case, "xen-4.17") == run(case, "xen-4.17")


@BY_QUICK_CASE
@pytest.mark.parametrize("model", ["xen-4.17", "vmap"])
def test_where_the_frames_lie_is_not_to_be_seen(case: Case, model: str) -> None:
    scattered = run(case, model, placement=Placement.SCATTERED)
    blocks = run(case, model, placement=Placement.BLOCKS)
    assert blocks.console == scattered.console
    assert (blocks.outcome, blocks.now_ns, blocks.instructions) == (
        scattered.outcome,
        scattered.now_ns,
        scattered.instructions,
    )


@pytest.mark.parametrize("model", ["xen-4.17", "vmap"])
def test_dom0_and_a_domu_print_the_same(model: str) -> None:
    for case in QUICK:
        if not case.console_input:
            dom0 = without_times(run(case, model, dom0=True).console)
            assert dom0 == expected(case, model), case.name


def test_a_neighbour_may_be_the_competitor() -> None:
    case = Case("kpti", "kpti-1")
    seen = run(case, "xen-4.17", also=[GUESTS / "spin.S"])
    assert b"kpti: user mode: 8 rounds preempted, area updated in 0, stolen time grew in 0\n" in seen.console
    assert b"kpti: kernel mode: 8 rounds preempted, area updated in 8, stolen time grew in 8\n" in seen.console
