"""The machines of one test: booted on request, shown when the test fails, closed at its end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import api
from harness.api import Machine
from harness.conform.pytest_plugin.header import DEFAULT_MAX_INSTRUCTIONS
from harness.debug.crash import code_lines, crash_report, register_lines
from harness.debug.trace import KINDS, as_json
from harness.events import EventBus
from harness.guest import Guest, assemble
from harness.xen.hypervisor import End
from harness.xen.models import AbiModel

EVENTS_SHOWN = 30
CONSOLE_LINES_SHOWN = 30


@dataclass(frozen=True)
class _Watched:
    machine: Machine
    last_events: deque[object]


class Machines:
    """Boots machines under ``abi`` unless told otherwise; sources may include from ``include``."""

    def __init__(self, abi: AbiModel | str, include: Sequence[Path] = ()) -> None:
        self._abi = abi
        self._include = include
        self._watched: list[_Watched] = []
        self._open = ExitStack()

    def boot(self, guest: Guest | Path | str, **options: Any) -> Machine:
        """Boot a guest as :func:`harness.boot` does; a str with a line break is source. Raises InputError.

        A run of it that is told no limit raises LimitReached after as many instructions as a `.S` test: 100,000,000.
        """
        __tracebackhide__ = True
        if isinstance(guest, str) and "\n" in guest:
            guest = assemble(guest, include=self._include)
        events = options.pop("events", None) or EventBus()
        last: deque[object] = deque(maxlen=EVENTS_SHOWN)
        machine = api.boot(guest, **{"abi": self._abi, **options}, events=events)
        machine.run_limit = DEFAULT_MAX_INSTRUCTIONS
        self._open.callback(machine.close)
        for kind in KINDS.values():
            events.listen(kind, last.append)
        self._watched.append(_Watched(machine, last))
        return machine

    def close(self) -> None:
        """Close every machine, also if one of them leaks; then LeakError."""
        self._open.close()

    def sections(self) -> Iterator[tuple[str, str]]:
        """Yield a title and a text for each machine, in the order in which they were booted."""
        for number, watched in enumerate(self._watched, 1):
            machine = watched.machine
            title = f"xen machine {number}: {machine.guest.name} under {machine.domain.model.name}"
            yield title, "\n".join(_view(watched))


def _view(watched: _Watched) -> Iterator[str]:
    machine = watched.machine
    console = machine.console.decode(errors="backslashreplace").splitlines()
    yield f"console, the last {CONSOLE_LINES_SHOWN} lines:"
    yield from (f"  {line}" for line in console[-CONSOLE_LINES_SHOWN:])
    yield f"trace, the last {EVENTS_SHOWN} events:"
    yield from (f"  {as_json(event)}" for event in watched.last_events)
    yield f"after {machine.instructions:,} instructions:"
    if machine.closed:
        yield "  the test has closed this machine"
        return
    outcome = machine.xen.outcome
    if outcome is not None and outcome.end is End.CRASH and outcome.domain == machine.domain.number:
        yield from crash_report(machine, outcome)
        return
    for number, vcpu in enumerate(machine.domain.vcpus):
        if vcpu.has_cpu:
            yield str(vcpu)
            yield from register_lines(machine, number)
            yield from code_lines(machine, number)
