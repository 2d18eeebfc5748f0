"""Runs a table of calls in one guest, and gives what each answered."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest
from answer_tables import GROUPS
from call_guest import VCPUS, Answer, answers, call_guest, of_first_vcpu

import harness
from harness.events import EventBus, XenLog
from harness.guest import Guest
from harness.xen.outcome import End

BUDGET = 20_000_000


@dataclass(frozen=True)
class TableRun:
    """What a table's guest saw, and what Xen's log says of its first vCPU."""

    answers: tuple[Answer, ...]
    log: tuple[str, ...]


@pytest.fixture(scope="session")
def table_guest() -> Callable[[str], Guest]:
    """``table_guest("psci")``: the guest that makes the calls of a table."""
    return cache(lambda group: call_guest([row.call for row in GROUPS[group]]))


@pytest.fixture(scope="session")
def run_table(table_guest: Callable[[str], Guest]) -> Callable[[str, str, bool], TableRun]:
    """``run_table(group, model, dom0)``: its guest's run here."""

    def run(group: str, model: str, dom0: bool) -> TableRun:
        events = EventBus()
        log: list[str] = []
        events.listen(XenLog, lambda event: log.append(event.line))
        guest = table_guest(group)
        with harness.boot(guest, abi=model, dom0=dom0, vcpus=VCPUS, events=events) as machine:
            outcome = machine.run(max_instructions=BUDGET)
            assert outcome.end is End.SHUTDOWN, outcome
            console = machine.console.decode()
        return TableRun(tuple(answers(console, [row.call for row in GROUPS[group]])), of_first_vcpu(log, dom0))

    return cache(run)
