"""Shared by all tests: outside tools, found or skipped by the name of the package that brings them."""

import os
import shutil
from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def tool() -> Callable[..., str]:
    """``tool("qemu-system-aarch64", package="qemu-system-arm")``: its path, or a skip that names the package.

    With HARNESS_REQUIRE_TOOLS=1 in the environment (``make test-tools``) a missing tool is a failure.
    """

    def find(name: str, *, package: str) -> str:
        path = shutil.which(name)
        if path is None:
            message = f"needs {name} (Debian package {package})"
            if os.environ.get("HARNESS_REQUIRE_TOOLS") == "1":
                pytest.fail(message)
            pytest.skip(message)
        return path

    return find
