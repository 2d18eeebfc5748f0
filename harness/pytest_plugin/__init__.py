"""The pytest plug-in: ``xen_machine`` for tests in Python, and guests that carry what they expect in a comment.

It is loaded by every pytest run of whoever installed the package, so this file imports nothing that such a run would
not import anyway: what needs an emulator is imported when the first test needs it.
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
"""``harness.xen.models.model.DEFAULT_MODEL``, which is not to be imported here."""

SOURCE_SUFFIXES = (".S", ".s")

MACHINES: pytest.StashKey[Machines] = pytest.StashKey()
"""The machines that a test has booted."""


class Boot(Protocol):
    """What ``xen_machine`` is: the type for a test's annotation."""

    def __call__(self, guest: Guest | Path | str, **options: Any) -> Machine:
        """Boot a guest, a file, or a text of several lines; ``options`` are those of :func:`harness.boot`."""


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
    """Refuse an unknown model before anything runs."""
    if names := config.getoption("xen_abi"):
        from harness.errors import InputError
        from harness.xen.models.model_file import resolve_model

        try:
            for name in names:
                resolve_model(name)
        except InputError as error:
            raise pytest.UsageError(f"--xen-abi: {error}") from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> GuestFile | None:
    """Collect an assembler source whose first comment says what to expect, and one that was named by itself.

    A file that says nothing, and that was only found in a directory, is none of ours.
    """
    if file_path.suffix not in SOURCE_SUFFIXES:
        return None
    from harness.errors import InputError
    from harness.pytest_plugin.header_scan import HeaderScan, scan

    named = _is_named(file_path, parent.config)
    try:
        found, problem = scan(file_path, named=named), ""
    except InputError as error:  # nobody knows whether it is a test, so nobody may take it for none
        found, problem = HeaderScan(), str(error)
    if not (named or problem or found.is_ours):
        return None
    from harness.pytest_plugin.guest_file import GuestFile

    return GuestFile.from_parent(parent, path=file_path, scan=found, problem=problem)


def _is_named(path: Path, config: pytest.Config) -> bool:
    """Whether a file is an argument of the command line, with or without a test in it."""
    here = config.invocation_params.dir
    return any(here / str(argument).partition("::")[0] == path for argument in config.args)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat a test that uses ``xen_machine`` over the models of ``--xen-abi``, unless it names its own."""
    names = metafunc.config.getoption("xen_abi")
    if names and "xen_abi" in metafunc.fixturenames and not _names_its_own(metafunc):
        metafunc.parametrize("xen_abi", dict.fromkeys(names), ids=model_title)


def model_title(name: str) -> str:
    """What stands for a model in a test's name: the model's name, or that of its file."""
    return Path(name).name if name.endswith(".py") else name


def _names_its_own(metafunc: pytest.Metafunc) -> bool:
    for mark in metafunc.definition.iter_markers("parametrize"):
        names = mark.args[0] if mark.args else mark.kwargs.get("argnames", ())
        if "xen_abi" in ([each.strip() for each in names.split(",")] if isinstance(names, str) else names):
            return True
    return False


@pytest.fixture
def xen_abi() -> str:
    """Return the ABI model of ``xen_machine``: of ``--xen-abi``, or of the test's own parametrisation."""
    return DEFAULT_ABI


@pytest.fixture
def xen_machine(request: pytest.FixtureRequest, xen_abi: str) -> Generator[Boot]:
    """``xen_machine(guest, **options)`` boots a machine, which is closed after the test; a leak is an error.

    ``guest`` is a path, a loaded ``Guest``, or source: a str with a line break in it; ``options`` are those of
    ``harness.boot``, where ``abi`` is ``xen_abi`` unless given. When the test fails, its report shows each machine.

    A ``run()`` or ``traps()`` that is given no ``max_instructions`` raises ``harness.LimitReached`` after 100,000,000;
    None is no limit.
    """
    from harness.pytest_plugin.machines import Machines

    machines = request.node.stash[MACHINES] = Machines(xen_abi, include=(request.path.parent,))
    yield machines.boot
    machines.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what there is to see of a failed test's machines, which are still open, to its report.

    A mistake in a user's model is told by the model's own lines and the test's; ours between them say nothing.
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
