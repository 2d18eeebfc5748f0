"""Mutants that cannot matter to a guest, each with a reason, from ``cannot_matter.toml``.

The file is a list of tables, each with a ``why`` and ``mutants``. An entry is a mutant's name as reports print it, or
how names begin: a file, a function, or an operator in one. These mutants are not tried and do not count. An entry is
stale if it names no mutant, and if the one mutant that it names is killed when all are tried.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from harness.conform.mutation.mutants import Mutant
from harness.errors import InputError

FILE = Path(__file__).with_name("cannot_matter.toml")

_ENDS = (": ", " -> ", " #")
"""What may come behind the beginning of a name."""


@dataclass(frozen=True)
class Reasons:
    """Why mutants cannot matter, by their names or by how those begin."""

    by_name: Mapping[str, str]

    def why(self, mutant: Mutant) -> str:
        """The reason for a mutant; empty if it can matter."""
        name = self._entry(mutant)
        return "" if name is None else self.by_name[name]

    def stale(self, mutants: Iterable[Mutant]) -> tuple[str, ...]:
        """The entries that none of all mutants is called by."""
        used = {self._entry(mutant) for mutant in mutants}
        return tuple(name for name in self.by_name if name not in used)

    def _entry(self, mutant: Mutant) -> str | None:
        """The longest entry that a mutant's name is, or begins with."""
        name = mutant.name
        here = self._by_module.get(mutant.module, ())
        return next((each for each in here if name == each or name.startswith(_beginnings(each))), None)

    @cached_property
    def _by_module(self) -> Mapping[str, tuple[str, ...]]:
        """The entries of each file, the longest first."""
        found: dict[str, list[str]] = {}
        for name in sorted(self.by_name, key=len, reverse=True):
            found.setdefault(name.partition(": ")[0], []).append(name)
        return {module: tuple(names) for module, names in found.items()}


@cache
def _beginnings(entry: str) -> tuple[str, ...]:
    return tuple(entry + end for end in _ENDS)


def load_reasons(path: Path = FILE) -> Reasons:
    """Read the file. Raises InputError for what is not as this module says, or is there twice."""
    by_name: dict[str, str] = {}
    try:
        for table in tomllib.loads(path.read_text(encoding="utf-8")).get("cannot_matter", []):
            why = str(table["why"])
            for name in table["mutants"]:
                if name in by_name:
                    raise InputError(f"{path}: there twice: {name}")
                by_name[name] = why
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise InputError(f"{path}: {type(error).__name__}: {error}") from None
    return Reasons(by_name)
