"""Shared by all tests: outside tools and real Xens, found, or skipped with what brings them."""

import os
import shutil
import signal
from collections.abc import Callable

import pytest

from harness.oracle.releases import cached
from harness.packages import linux as debian_linux

DEFAULT_RELEASE = "4.17"
pytest_plugins = ["pytester"]

# Whoever started this may ignore a signal (nohup, a shell's &): commands under test would inherit that, and not end.
for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(ending) is signal.SIG_IGN:
        signal.signal(ending, signal.default_int_handler if ending == signal.SIGINT else signal.SIG_DFL)

REQUIRED = os.environ.get("HARNESS_REQUIRE_TOOLS") == "1"


def _missing(message: str) -> None:
    (pytest.fail if REQUIRED else pytest.skip)(message)


@pytest.fixture(scope="session")
def tool() -> Callable[..., str]:
    """``tool("qemu-system-aarch64", package="qemu-system-arm")``: its path, or a skip that names the package.

    With HARNESS_REQUIRE_TOOLS=1 in the environment (``make test-tools``) a missing tool is a failure.
    """

    def find(name: str, *, package: str) -> str:
        path = shutil.which(name)
        if path is None:
            _missing(f"needs {name} (Debian package {package})")
        assert path is not None
        return path

    return find


@pytest.fixture
def real_xen(tool: Callable[..., str]) -> Callable[[str], str]:
    """``real_xen("4.17")``: the version again, or a skip that says what to install or to run.

    ``make test`` asks one release, so that it stays short; ``make test-tools`` asks all.
    """

    def ready(version: str) -> str:
        tool("qemu-system-aarch64", package="qemu-system-arm")
        if version != DEFAULT_RELEASE and not REQUIRED:
            pytest.skip(f"Xen {version} is asked by make test-tools")
        if cached(version) is None:
            _missing(f"needs Xen {version} (run: harness oracle fetch)")
        return version

    return ready


@pytest.fixture
def linux() -> Callable[[str], debian_linux.LinuxFiles]:
    """``linux("6.1")``: a kernel's files, or a skip that says what to run."""

    def ready(version: str) -> debian_linux.LinuxFiles:
        if debian_linux.KERNELS[version].cached is None or debian_linux.BUSYBOX.cached is None:
            _missing(f"needs Linux {version} (run: harness fetch linux {version})")
        return debian_linux.fetch(version)

    return ready


@pytest.fixture
def every_tool() -> None:
    """For a test that takes long: ``make test`` skips it, ``make test-tools`` does not."""
    if not REQUIRED:
        pytest.skip("takes long: run by make test-tools")
