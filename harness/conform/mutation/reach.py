"""Which run executes which line: what is to be known before a mutant's judges can be chosen.

Lines are traced by the interpreter itself (``sys.settrace``, which is the same in every Python from 3.11 on) and not by
a coverage tool: every run needs a record of its own, and no report. It takes twice the time of the run.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

from harness.conform.mutation.runs import Judge, Sight
from harness.conform.subject import BUDGET

Lines = dict[str, frozenset[int]]
"""By the name of a file."""

_Tracer = Callable[[FrameType, str, Any], Any]


@dataclass(frozen=True)
class Reached:
    """A run without a mutant: what it came to, and the lines that it executed."""

    sight: Sight
    lines: Lines


def trace(judge: Judge, directories: tuple[str, ...]) -> Reached:
    """Run a judge and note which lines of files below the directories it executes. Needs the only tracer."""
    seen: dict[str, set[int]] = {}
    wanted: dict[str, set[int] | None] = {}

    def call(frame: FrameType, _event: str, _argument: object) -> _Tracer | None:
        name = frame.f_code.co_filename
        if name not in wanted:
            wanted[name] = seen.setdefault(name, set()) if name.startswith(directories) else None
        lines = wanted[name]
        if lines is None:
            return None
        lines.add(frame.f_lineno)
        return line

    def line(frame: FrameType, _event: str, _argument: object) -> _Tracer:
        seen[frame.f_code.co_filename].add(frame.f_lineno)
        return line

    before, began = sys.gettrace(), time.process_time()
    sys.settrace(call)
    try:
        sight = judge.look(BUDGET)
    finally:
        sys.settrace(before)
    sight = replace(sight, seconds=time.process_time() - began)
    return Reached(sight, {name: frozenset(lines) for name, lines in seen.items()})
