"""What the real Xens answered to the tables of calls: ``python tests/xen/op_recordings.py`` writes ``ops/`` anew."""

import itertools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grant_table_op_table import grant_table_ops
from memory_op_table import memory_ops
from op_guest import Op, op_guest, readable
from privileged_op_table import privileged_ops

from harness.oracle import RELEASES, run_guest

TABLES: dict[str, Callable[[int], list[Op]]] = {
    "memory_op": memory_ops,
    "grant_table_op": grant_table_ops,
    "privileged": privileged_ops,
}
"""By name, the calls that the domain of a number makes."""


@dataclass(frozen=True)
class Recording:
    """A table on a release, made by dom0 or by a domU, d1."""

    table: str
    xen: str
    domu: bool

    def __str__(self) -> str:
        return f"{self.table}-{self.xen}-{'domu' if self.domu else 'dom0'}"

    @property
    def path(self) -> Path:
        return Path(__file__).with_name("ops") / f"{self}.txt"

    @property
    def ops(self) -> list[Op]:
        return TABLES[self.table](1 if self.domu else 0)

    def ask(self) -> list[str]:
        """Run the calls on the real Xen."""
        run = run_guest(op_guest(self.ops).flat(), xen=self.xen, domu=self.domu)
        return readable(run.console.decode(errors="replace"), self.ops)


def recordings() -> list[Recording]:
    return [Recording(*which) for which in itertools.product(TABLES, RELEASES, (False, True))]


if __name__ == "__main__":
    for recording in recordings():
        recording.path.parent.mkdir(exist_ok=True)
        recording.path.write_text("".join(f"{line}\n" for line in recording.ask()))
        sys.stdout.write(f"{recording.path}\n")
