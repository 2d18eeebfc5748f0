"""A guest with a header, as pytest sees it: a file, and in it a test for each ABI model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import ndiff
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError
from harness.guest import Guest, load
from harness.pytest_plugin import DEFAULT_ABI, MACHINES, model_title
from harness.pytest_plugin.header import Header, HeaderLine, parse_header
from harness.pytest_plugin.machines import Machines
from harness.xen.exit_status import STATUS_POWEROFF, exit_status
from harness.xen.models.model import MODELS, AbiModel
from harness.xen.models.model_file import resolve_model
from harness.xen.outcome import Outcome


class NotAsExpected(Exception):
    """A guest did something else than its header says; the message is for people."""


class GuestFile(pytest.File):
    """A source with a header; ``lines`` are the header's."""

    def __init__(self, *, lines: Sequence[HeaderLine], **more: Any) -> None:
        super().__init__(**more)
        self._lines = lines

    @cached_property
    def guest(self) -> Guest:
        """The assembled guest: once for all models. Raises InputError."""
        return load(self.path)

    def collect(self) -> Iterator[GuestItem]:
        """Yield a test for each model of ``--xen-abi``, else of the header, else the default."""
        try:
            header = parse_header(self.path, self._lines)
            names = dict.fromkeys(self.config.getoption("xen_abi") or header.abis or (DEFAULT_ABI,))
            models = {name: resolve_model(name) for name in names}
            declared = [resolve_model(name) for name in header.abis]
            _check_conditions(self.path, header, {model.name for model in (*models.values(), *declared)})
        except InputError as error:
            raise self.CollectError(str(error)) from None
        for name, model in models.items():
            yield GuestItem.from_parent(self, name=model_title(name), header=header, model=model)


def _check_conditions(path: Path, header: Header, named: set[str]) -> None:
    """Raise InputError for a line that depends on a model that nobody has heard of: it would never be looked at."""
    for each in header.expectations:
        for name in each.models:
            if name not in MODELS and name not in named:
                raise InputError(f"{path}:{each.line}: no ABI model is called {name!r}: there are {', '.join(MODELS)}")


class GuestItem(pytest.Item):
    """A guest under one model."""

    parent: GuestFile

    def __init__(self, *, header: Header, model: AbiModel, **more: Any) -> None:
        super().__init__(**more)
        self._header = header
        self._model = model

    def runtest(self) -> None:
        """Boot the guest, run it to its end, and look at what came of it. Raises NotAsExpected, InputError."""
        machines = self.stash[MACHINES] = Machines(self._model)
        machine = machines.boot(self.parent.guest, **self._header.options)
        outcome = machine.run(max_instructions=self._header.max_instructions)
        console = machine.console.decode(errors="backslashreplace").removesuffix("\n")
        found = [*self._status(outcome), *self._console(console.split("\n") if console else [])]
        if found:
            raise NotAsExpected("\n".join(found))

    def teardown(self) -> None:
        """Close the machine; LeakError if it left something behind."""
        if MACHINES in self.stash:
            self.stash[MACHINES].close()

    def _status(self, outcome: Outcome) -> Iterator[str]:
        status = exit_status(outcome)
        for wanted in self._header.of("status", self._model.name) or [str(STATUS_POWEROFF)]:
            if wanted != str(status):
                detail = f": {outcome.detail}" if outcome.detail else ""
                yield f"status {wanted} was expected, and it is {status}: {outcome.end.value}{detail}"

    def _console(self, lines: list[str]) -> Iterator[str]:
        whole = self._header.of("console", self._model.name)
        if whole and whole != lines:
            yield "the console is not as expected (- expected, + there):"
            yield from (each.rstrip("\n") for each in ndiff(whole, lines))
        rest = iter(lines)
        for wanted in self._header.of("line", self._model.name):
            if wanted not in rest:  # looks on from where the one before was found
                where = "in its place" if wanted in lines else "anywhere"
                yield f"the console does not have this line {where}: {wanted}"
                return

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was not as expected, and what is wrong with a source, need no traceback."""
        if isinstance(excinfo.value, NotAsExpected | InputError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Point at the first expectation."""
        first = self._header.expectations[0]
        return self.path, first.line - 1, f"{self.path.name} under {self.name}"
