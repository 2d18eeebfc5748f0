"""A guest with a header, as pytest sees it: a file with one test for each ABI model."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import ndiff
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError
from harness.guest import Guest, load
from harness.pytest_plugin import DEFAULT_ABI, MACHINES, model_title
from harness.pytest_plugin.header import Expectation, Header, parse_header
from harness.pytest_plugin.header_scan import HeaderScan
from harness.pytest_plugin.machines import Machines
from harness.words import printable, suggestion
from harness.xen.exit_status import STATUS_POWEROFF, exit_status
from harness.xen.models.model import MODELS, AbiModel
from harness.xen.models.model_file import resolve_model
from harness.xen.outcome import Outcome


class NotAsExpected(Exception):
    """A guest did not do what its header expects. The message is shown to the user."""


class GuestFile(pytest.File):
    """A source with a header, or one that the command line names. ``problem`` says why it cannot be read, if so."""

    def __init__(self, *, scan: HeaderScan, problem: str = "", **more: Any) -> None:
        super().__init__(**more)
        self._scan = scan
        self._problem = problem

    @cached_property
    def guest(self) -> Guest:
        """The guest, assembled once for all models. Raises InputError."""
        return load(self.path)

    def collect(self) -> Iterator[GuestItem]:
        """Yield a test for each model: of ``--xen-abi``, or else of the header, or else the default."""
        if self._problem:
            raise self.CollectError(self._problem)
        if self._scan.mistakes:
            wrong = (f"{self.path}:{line}: {printable(text)}" for line, text in self._scan.mistakes)
            raise self.CollectError("\n".join(wrong))
        try:
            header = parse_header(self.path, self._scan.lines)
            names = dict.fromkeys(self.config.getoption("xen_abi") or header.abis or (DEFAULT_ABI,))
            models = {name: resolve_model(name) for name in names}
            declared = [resolve_model(name) for name in header.abis]
            _check_conditions(self.path, header, {model.name for model in (*models.values(), *declared)})
            if not self.config.getoption("xen_abi"):
                _check_that_all_are_looked_at(self.path, header, {model.name for model in models.values()})
        except InputError as error:
            raise self.CollectError(str(error)) from None
        for name, model in models.items():
            yield GuestItem.from_parent(self, name=model_title(name), header=header, model=model)


def _check_conditions(path: Path, header: Header, named: set[str]) -> None:
    """Raise InputError for a line with the condition of an unknown model: it would never be checked."""
    for each in header.expectations:
        for name in each.models:
            if name not in MODELS and name not in named:
                meant = suggestion(name, MODELS)
                known = ", ".join(MODELS)
                raise InputError(f"{path}:{each.line}: no ABI model is called {name!r}{meant}: there are {known}")


def _check_that_all_are_looked_at(path: Path, header: Header, run: set[str]) -> None:
    """Raise InputError for an expectation that no model of the file's ``abi`` line would check."""
    for each in header.expectations:
        missing = [name for name in each.models if name not in run]
        if header.abis and missing:
            raise InputError(
                f"{path}:{each.line}: the test does not run under {missing[0]}: add that to the line harness: abi"
            )
    if all(each.models and not run & set(each.models) for each in header.expectations):
        first = header.expectations[0]
        models = ", ".join(sorted(run))
        raise InputError(
            f"{path}:{first.line}: nothing is expected under {models}: add a line harness: abi {first.models[0]}"
        )


class GuestItem(pytest.Item):
    """A guest under one model."""

    parent: GuestFile

    def __init__(self, *, header: Header, model: AbiModel, **more: Any) -> None:
        super().__init__(**more)
        self._header = header
        self._model = model

    def runtest(self) -> None:
        """Boot the guest, run it to its end, and check the expectations. Raises NotAsExpected, InputError."""
        machines = self.stash[MACHINES] = Machines(self._model)
        machine = machines.boot(self.parent.guest, **self._header.options)
        outcome = machine.run(max_instructions=self._header.max_instructions)
        console = machine.console.decode(errors="backslashreplace").removesuffix("\n")
        found = [*self._status(outcome), *self._console(console.split("\n") if console else [])]
        if found:
            raise NotAsExpected("\n".join(found))

    def teardown(self) -> None:
        """Close the machine. Raises LeakError if it leaked anything."""
        if MACHINES in self.stash:
            self.stash[MACHINES].close()

    def _status(self, outcome: Outcome) -> Iterator[str]:
        status = exit_status(outcome)
        detail = f": {outcome.detail}" if outcome.detail else ""
        found = f"and it is {status}: {outcome.end.value}{detail}"
        expected = self._header.of("status", self._model.name)
        for each in expected:
            if each.value != str(status):
                yield f"{self._at(each)}status {each.value} was expected, {found}"
        if not expected and status != STATUS_POWEROFF:
            yield f"status {STATUS_POWEROFF} was expected, because no line names another, {found}"

    def _console(self, lines: list[str]) -> Iterator[str]:
        console = self._header.of("console", self._model.name)
        whole = [each.value for each in console]
        if whole and whole != lines:
            yield f"{self._at(console[0])}the console is not as expected (- expected, + actual):"
            yield from (each.rstrip("\n") for each in ndiff(whole, lines))
        rest = iter(lines)
        for each in self._header.of("line", self._model.name):
            if each.value not in rest:  # `in` consumes the iterator, so the search goes on after the previous match
                where = "in its place" if each.value in lines else "anywhere"
                yield f"{self._at(each)}the console does not have this line {where}: {each.value}"
                return

    def _at(self, expectation: Expectation) -> str:
        return f"{self.path.name}:{expectation.line}: "

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Leave out the traceback for an unmet expectation and for a mistake in a source."""
        if isinstance(excinfo.value, NotAsExpected | InputError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Point at the first expectation."""
        first = self._header.expectations[0]
        return self.path, first.line - 1, f"{self.path.name} under {self.name}"
