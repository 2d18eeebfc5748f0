"""The pytest plug-in: ``xen_machine`` for tests in Python, and guests whose comments state what to expect.

Where the package is installed, every pytest run loads this file. It therefore imports nothing that such a run would not
import anyway; modules that need the emulator are imported when the first test needs them.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from harness.api import Machine
    from harness.guest import Guest
    from harness.pytest_plugin.guest_file import GuestFile
    from harness.pytest_plugin.machines import Machines

DEFAULT_ABI = "xen-4.17"
"""The same as ``harness.xen.models.model.DEFAULT_MODEL``, whose import would load the emulator."""

SOURCE_SUFFIXES = (".S", ".s")

MACHINES: pytest.StashKey[Machines] = pytest.StashKey()
"""The key under which a test keeps the machines that it has booted."""


class Boot(Protocol):
    """The type of ``xen_machine``, for annotations in tests."""

    def __call__(self, guest: Guest | Path | str, **options: Any) -> Machine:
        """Boot a guest, a file, or a source text of several lines; ``options`` are those of :func:`harness.boot`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--xen-abi``."""
    parser.getgroup("harness", "guests on Xen/Arm").addoption(
        "--xen-abi",
        action="append",
        default=[],
        metavar="MODEL|FILE.py",
        help="run guests and tests of xen_machine under this ABI model; repeat it to run each under several",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Report an unknown model before any test runs."""
    if names := config.getoption("xen_abi"):
        from harness.errors import InputError
        from harness.xen.models.model_file import resolve_model

        try:
            for name in names:
                resolve_model(name)
        except InputError as error:
            raise pytest.UsageError(f"--xen-abi: {error}") from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> GuestFile | None:
    """Collect an assembler source whose first comment states what to expect, or that the command line names.

    A source without such a comment that pytest only found in a directory is not a test, and is ignored.
    """
    if file_path.suffix not in SOURCE_SUFFIXES:
        return None
    from harness.errors import InputError
    from harness.pytest_plugin.header_scan import HeaderScan, scan

    named = _is_named(file_path, parent.config)
    try:
        found, problem = scan(file_path, named=named), ""
    except InputError as error:  # it may be a test, so it must not be ignored silently
        found, problem = HeaderScan(), str(error)
    if not (named or problem or found.is_ours):
        return None
    from harness.pytest_plugin.guest_file import GuestFile

    return GuestFile.from_parent(parent, path=file_path, scan=found, problem=problem)


def _is_named(path: Path, config: pytest.Config) -> bool:
    """Whether the command line names a file, or a test in it (``FILE::TEST``)."""
    here = config.invocation_params.dir
    return any(here / str(argument).partition("::")[0] == path for argument in config.args)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat a test that uses ``xen_machine`` for each model of ``--xen-abi``, unless the test chooses its models."""
    names = metafunc.config.getoption("xen_abi")
    if names and "xen_abi" in metafunc.fixturenames and not _names_its_own(metafunc):
        metafunc.parametrize("xen_abi", dict.fromkeys(names), ids=model_title)


def model_title(name: str) -> str:
    """The part of a test's name that names the model: the model's name, or its file's."""
    return Path(name).name if name.endswith(".py") else name


def _names_its_own(metafunc: pytest.Metafunc) -> bool:
    for mark in metafunc.definition.iter_markers("parametrize"):
        names = mark.args[0] if mark.args else mark.kwargs.get("argnames", ())
        if "xen_abi" in ([each.strip() for each in names.split(",")] if isinstance(names, str) else names):
            return True
    return False


@pytest.fixture
def xen_abi() -> str:
    """Return the ABI model of ``xen_machine``, from ``--xen-abi`` or the test's own parametrisation."""
    return DEFAULT_ABI


@pytest.fixture
def xen_machine(request: pytest.FixtureRequest, xen_abi: str) -> Generator[Boot]:
    """``xen_machine(guest, **options)`` boots a machine and closes it after the test. A leak is an error.

    ``guest`` is a path, a loaded ``Guest``, or source text: a str with a line break in it. ``options`` are those of
    ``harness.boot``; ``abi`` defaults to ``xen_abi``. When the test fails, its report shows each machine.

    Without ``max_instructions``, ``run()`` and ``traps()`` raise ``harness.LimitReached`` after 100,000,000
    instructions; ``max_instructions=None`` removes the limit.
    """
    from harness.pytest_plugin.machines import Machines

    machines = request.node.stash[MACHINES] = Machines(xen_abi, include=(request.path.parent,))
    yield machines.boot
    machines.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the state of a failed test's machines, which are still open, to its report.

    For a mistake in a user's model, the report has only lines of the model and of the test. The frames of the harness
    between them would not help.
    """
    report = yield
    if report.failed and call.excinfo is not None and MACHINES in item.stash:
        from harness.errors import ModelError

        if call.excinfo.errisinstance(ModelError):
            lines = [each for each in call.excinfo.traceback if Path(str(each.path)) == item.path]
            at = f"{item.path.name}:{lines[-1].lineno + 1}: " if lines else ""
            report.longrepr = f"{at}{call.excinfo.value}"
    if report.failed and report.when != "teardown" and MACHINES in item.stash:
        report.sections.extend(item.stash[MACHINES].sections())
    return report
