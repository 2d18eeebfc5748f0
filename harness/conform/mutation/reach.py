"""Which run executes which line: what is to be known before a mutant's judges can be chosen.

Lines are traced by the interpreter itself (``sys.settrace``, which is the same in every Python from 3.11 on) and not by
a coverage tool: every run needs a record of its own, and no report. It takes twice the time of the run.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import CodeType, FrameType
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
    """Run a judge and note which lines of files below the directories it executes. Needs the only tracer.

    A function all of whose lines have run is not traced any more.
    """
    left: dict[CodeType, set[int]] = {}

    def call(frame: FrameType, _event: str, _argument: object) -> _Tracer | None:
        missed = left.get(frame.f_code)
        if missed is None:
            wanted = frame.f_code.co_filename.startswith(directories)
            missed = left.setdefault(frame.f_code, _lines_of(frame.f_code) if wanted else set())
        missed.discard(frame.f_lineno)
        return line if missed else None

    def line(frame: FrameType, _event: str, _argument: object) -> _Tracer:
        left[frame.f_code].discard(frame.f_lineno)
        return line

    before, began = sys.gettrace(), time.process_time()
    sys.settrace(call)
    try:
        sight = judge.look(BUDGET)
    finally:
        sys.settrace(before)
    sight = replace(sight, seconds=time.process_time() - began)
    executed: dict[str, frozenset[int]] = {}
    for code, missed in left.items():
        if code.co_filename.startswith(directories):
            executed[code.co_filename] = executed.get(code.co_filename, frozenset()) | (_lines_of(code) - missed)
    return Reached(sight, executed)


def _lines_of(code: CodeType) -> set[int]:
    return {line for _, _, line in code.co_lines() if line is not None}
