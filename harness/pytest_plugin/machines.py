"""The machines of one test: booted on request, shown when the test fails, closed at its end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from harness import api
from harness.api import Machine
from harness.debug.crash import code_lines, crash_report, crash_sentences, loop_sentences, register_lines
from harness.debug.event_words import in_words
from harness.debug.trace import KINDS
from harness.events import EventBus
from harness.guest import Guest, assemble
from harness.pytest_plugin.header import DEFAULT_MAX_INSTRUCTIONS
from harness.xen.models.model import AbiModel
from harness.xen.outcome import End, Outcome

EVENTS_SHOWN = 30
CONSOLE_LINES_SHOWN = 30
LAST_LINES_SHOWN = 5
"""Lines of the console at the top of a failure's report."""


@dataclass(frozen=True)
class _Watched:
    machine: Machine
    last_events: deque[object]


class Machines:
    """Boots machines, by default under ``abi``. Sources may include files from ``include``."""

    def __init__(self, abi: AbiModel | str, include: Sequence[Path] = ()) -> None:
        self._abi = abi
        self._include = include
        self._watched: list[_Watched] = []
        self._open = ExitStack()

    def boot(self, guest: Guest | Path | str, **options: Any) -> Machine:
        """Boot a guest as :func:`harness.boot` does; a str with a line break is source text. Raises InputError.

        A run without a limit raises LimitReached after 100,000,000 instructions, the limit of a `.S` test.
        """
        __tracebackhide__ = True
        if isinstance(guest, str) and "\n" in guest:
            guest = assemble(guest, include=self._include)
        # The last events are kept for the report of a failure.
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
        """Close every machine, even if one of them leaks. Raises LeakError after that."""
        self._open.close()

    def sections(self) -> Iterator[tuple[str, str]]:
        """Yield titles and texts: first a summary of each machine in a few lines, then the details of each."""
        titled = [
            (f"xen machine {number}: {each.machine.guest.name} under {each.machine.domain.abi}", each)
            for number, each in enumerate(self._watched, 1)
        ]
        for title, watched in titled:
            yield title, "\n".join(_summary(watched))
        for title, watched in titled:
            yield f"{title}: machine details", "\n".join(_details(watched))


def _crash_of(machine: Machine) -> Outcome | None:
    """The main guest's crash, if it crashed and its machine is still open."""
    outcome = machine.xen.outcome
    crashed = outcome is not None and outcome.end is End.CRASH and outcome.domain == machine.domain.number
    return outcome if crashed and not machine.closed else None


def _console(machine: Machine) -> list[str]:
    return machine.console.decode(errors="backslashreplace").splitlines()


def _summary(watched: _Watched) -> Iterator[str]:
    machine = watched.machine
    crash = _crash_of(machine)
    if crash is not None:
        yield next(crash_sentences(machine, crash))
    elif not machine.closed:
        yield from islice(loop_sentences(machine), 1)
    console = _console(machine)
    if not console:
        yield "the console is empty"
        return
    left_out = len(console) - LAST_LINES_SHOWN
    yield f"the console ends with ({left_out:,} lines before):" if left_out > 0 else "the console:"
    yield from (f"  {line}" for line in console[-LAST_LINES_SHOWN:])


def _details(watched: _Watched) -> Iterator[str]:
    machine = watched.machine
    yield f"console, the last {CONSOLE_LINES_SHOWN} lines:"
    yield from (f"  {line}" for line in _console(machine)[-CONSOLE_LINES_SHOWN:])
    yield f"trace, the last {EVENTS_SHOWN} events (time in ns):"
    for event in watched.last_events:
        words = in_words(event)
        yield f"  {getattr(event, 'time_ns', 0):>15,}  {words.who:<5} {words.kind:<10} {words.details}"
    yield f"after {machine.instructions:,} instructions:"
    if machine.closed:
        yield "  the test has closed this machine"
        return
    crash = _crash_of(machine)
    if crash is not None:
        yield from crash_report(machine, crash)
        return
    for number, vcpu in enumerate(machine.domain.vcpus):
        if vcpu.has_cpu:
            yield str(vcpu)
            yield from register_lines(machine, number)
            yield from code_lines(machine, number)
