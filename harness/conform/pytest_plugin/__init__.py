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
    from harness.conform.pytest_plugin.guest_file import GuestFile
    from harness.conform.pytest_plugin.machines import Machines
    from harness.guest import Guest

DEFAULT_ABI = "xen-4.17"
"""``harness.xen.models.DEFAULT_MODEL``, which is not to be imported here."""

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
        from harness.xen.model_file import resolve_model

        try:
            for name in names:
                resolve_model(name)
        except InputError as error:
            raise pytest.UsageError(f"--xen-abi: {error}") from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> GuestFile | None:
    """Collect a ``.S`` file whose first comment says what to expect, and no other."""
    if file_path.suffix != ".S":
        return None
    from harness.conform.pytest_plugin.header import header_lines

    lines = header_lines(file_path)
    if not lines:
        return None
    from harness.conform.pytest_plugin.guest_file import GuestFile

    return GuestFile.from_parent(parent, path=file_path, lines=lines)


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
    from harness.conform.pytest_plugin.machines import Machines

    machines = request.node.stash[MACHINES] = Machines(xen_abi, include=(request.path.parent,))
    yield machines.boot
    machines.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what there is to see of a failed test's machines, which are still open, to its report."""
    report = yield
    if report.failed and report.when != "teardown" and MACHINES in item.stash:
        report.sections.extend(item.stash[MACHINES].sections())
    return report
