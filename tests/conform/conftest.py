"""A real Xen for a test to ask: needs QEMU, and the hypervisors that ``harness oracle fetch`` brings."""

import os
from collections.abc import Callable

import pytest

from harness.conform.oracle.hypervisor_cache import cached


@pytest.fixture
def real_xen(tool: Callable[..., str]) -> Callable[[str], str]:
    """``real_xen("4.17")``: the version again, or a skip that says what to install or to run."""

    def ready(version: str) -> str:
        tool("qemu-system-aarch64", package="qemu-system-arm")
        if cached(version) is None:
            message = f"needs Xen {version} (run: harness oracle fetch)"
            if os.environ.get("HARNESS_REQUIRE_TOOLS") == "1":
                pytest.fail(message)
            pytest.skip(message)
        return version

    return ready
