"""The event stream as readable text: one line for each event, in columns."""

from collections.abc import Callable, Mapping
from typing import Any

from harness.debug.event_words import in_words
from harness.debug.trace.batch import Batch, Known
from harness.debug.trace.header import TraceHeader
from harness.debug.trace.kinds import KINDS
from harness.debug.trace.trace_file import Sized
from harness.events import HypercallMade

VERSION = 1
BEGINS = b"# harness trace, text"
"""The beginning of every trace."""
_THREE_DIGITS = tuple(f"{number:03}" for number in range(1000))


class Text:
    """Writes lines: time in ns, who, what, details."""

    def __init__(self, out: Sized, header: TraceHeader) -> None:
        self._out = out
        self._columns = Known(_columns)
        self._hypercalls = Batch(self._write_hypercalls)
        title = f"# harness trace, text, version {VERSION}: {header}\n# times are ns of Xen system time\n"
        self._out.write(f"{title}{'time':>15}  {'who':<5} {'what':<10} details\n".encode("utf-8", "replace"))

    @property
    def listeners(self) -> Mapping[type, Callable[[Any], None]]:
        """The function that takes each kind of event."""
        return dict.fromkeys(KINDS.values(), self._event) | {HypercallMade: self._hypercalls.listener()}

    def _event(self, event: Any) -> None:
        self._hypercalls.flush()
        self._out.write(f"{event.time_ns:>15,}  {_columns(event)}".encode("utf-8", "replace"))

    def _write_hypercalls(self, batch: list[HypercallMade]) -> None:
        columns = self._columns
        lines = []
        micros, start = -1, ""  # formatting a time is slow, and many hypercalls share its microseconds
        for event in batch:
            time_ns = event[0]
            if time_ns // 1000 != micros:
                micros = time_ns // 1000
                start = f"{micros:>11,},"
            lines.append(f"{start}{_THREE_DIGITS[time_ns % 1000]}  {columns[event[1:]]}")
        self._out.write("".join(lines).encode("utf-8", "replace"))

    def close(self) -> None:
        """Write the last hypercalls."""
        self._hypercalls.flush()

    def cut(self, reason: str) -> None:
        """Write a last line that says that the trace ends early."""
        self._out.write(f"# the trace ends early: {_one_line(reason)}\n".encode("utf-8", "replace"))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _columns(event: object) -> str:
    words = in_words(event)
    return f"{words.who:<5} {words.kind:<10} {words.details}\n"
