"""Makes a batch of hypercalls on a model and on the real Xen, with the same guest, and compares each answer.

An answer is a line with the result and a hash of what the call left in memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import harness
from harness.conform.random_calls.guest import TableCall, call_table_guest
from harness.oracle import run_guest

BUDGET = 2_000_000_000
"""Maximum number of instructions in a batch; a thousand calls take about 20 million."""


@dataclass(frozen=True)
class Difference:
    """A call that the model and the real Xen answered differently: its index in the batch, and both lines."""

    index: int
    call: TableCall
    model: str
    real: str


def ask_model(calls: Sequence[TableCall], xen: str, *, domu: bool, dump_last: bool = False) -> list[str]:
    """The answers of a release's model, one line for each call."""
    guest = call_table_guest(calls, dump_last=dump_last)
    with harness.boot(guest, abi=f"xen-{xen}", dom0=not domu) as machine:
        machine.run(max_instructions=BUDGET)
        return machine.console.decode(errors="replace").splitlines()


def ask_xen(calls: Sequence[TableCall], xen: str, *, domu: bool, dump_last: bool = False) -> list[str]:
    """The answers of the real Xen, one line for each call."""
    guest = call_table_guest(calls, dump_last=dump_last)
    return run_guest(guest.flat(), xen=xen, domu=domu).console.decode(errors="replace").splitlines()


@dataclass(frozen=True)
class BatchComparison:
    """Both answers to a batch, one line for each call, and the differences."""

    model: tuple[str, ...]
    real: tuple[str, ...]
    differences: tuple[Difference, ...]


def compare(calls: Sequence[TableCall], xen: str, *, domu: bool) -> BatchComparison:
    """Run a batch on both. A call that the model did not answer counts as a difference, too."""
    model, real = ask_model(calls, xen, domu=domu), ask_xen(calls, xen, domu=domu)
    lines = [(index, call, _at(model, index), _at(real, index)) for index, call in enumerate(calls)]
    differ = tuple(Difference(*line) for line in lines if line[2] != line[3] or not line[2])
    return BatchComparison(tuple(model), tuple(real), differ)


def _at(lines: list[str], index: int) -> str:
    return lines[index] if index < len(lines) else ""
