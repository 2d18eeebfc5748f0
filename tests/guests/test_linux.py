"""Debian's unmodified Linux as dom0: it prints what it prints on the real Xen, however its instructions are counted."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from harness import events as event_types
from harness.api import boot
from harness.events import EventBus
from harness.oracle import RealEnd, run_guest
from harness.packages.linux import LinuxFiles
from harness.xen.outcome import End

CMDLINE = "console=hvc0 kpti=1 poweroff"
MEMORY = 256 << 20
STAMP = re.compile(r"^\[ *\d+\.\d+\] ")
DIFFERENT = re.compile(
    r"Machine model|NODE_DATA|Memory: |deferred pages|audit: type=|^cpu\d* |rcu: |sched_clock: |clk: "
)
"""Lines that tell of QEMU's board, of the device tree's size, or of time."""


def lines(console: bytes) -> list[str]:
    found = [STAMP.sub("", line.rstrip("\r")) for line in console.decode().splitlines()]
    return [line for line in found if line and not DIFFERENT.search(line)]


@pytest.fixture
def dom0(linux: Callable[[str], LinuxFiles]) -> dict[str, Any]:
    files = linux("6.1")
    initrd = files.initramfs.read_bytes()
    return {"guest": files.kernel, "initrd": initrd, "memory": MEMORY, "cmdline": CMDLINE, "dom0": True}


def test_linux_reaches_user_space_and_prints_what_it_prints_on_the_real_xen(
    dom0: dict[str, Any], linux: Callable[[str], LinuxFiles], real_xen: Callable[[str], str]
) -> None:
    with boot(**dom0) as machine:
        assert machine.run().end is End.SHUTDOWN
        here = lines(machine.console)
    files = linux("6.1")
    real = run_guest(
        files.kernel.read_bytes(),
        initrd=files.initramfs.read_bytes(),
        xen=real_xen("4.17"),
        memory=MEMORY,
        cmdline=CMDLINE,
        timeout=120,
    )
    assert real.end is RealEnd.POWEROFF
    assert "harness: Linux 6.1.0-50-arm64 reached user space, 1 CPUs" in here
    assert [line for line in here if line not in lines(real.console)] == []


def test_linux_runs_the_same_whether_blocks_or_instructions_are_counted(
    dom0: dict[str, Any], monkeypatch: pytest.MonkeyPatch, every_tool: None
) -> None:
    by_block = trace(dom0)
    monkeypatch.setattr("harness.machine.counted_engine.open_block_count", lambda *_: None)
    assert trace(dom0) == by_block


def trace(dom0: dict[str, Any]) -> tuple[int, str, bytes]:
    """How many instructions a boot takes, and hashes of all its events and its console."""
    seen, events = hashlib.sha256(), EventBus()
    for kind in vars(event_types).values():
        if isinstance(kind, type) and kind.__module__ == event_types.__name__ and kind is not EventBus:
            events.listen(kind, lambda event: seen.update(repr(event).encode()))
    with boot(**dom0, vcpus=2, events=events) as machine:
        assert machine.run().end is End.SHUTDOWN
        return machine.instructions, seen.hexdigest(), machine.console
