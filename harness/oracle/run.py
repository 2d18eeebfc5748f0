"""Boots a guest on a real Xen in QEMU and returns what it printed and how it ended."""

import struct
import time
from dataclasses import dataclass
from pathlib import Path

from harness import temporary
from harness.errors import InputError
from harness.oracle import board, serial_log
from harness.oracle.conversation import converse
from harness.oracle.releases import fetch, release_of
from harness.oracle.serial_log import RealEnd
from harness.xen.command_line import command_line

MEGABYTE = 1 << 20
MIN_MEMORY, MAX_MEMORY = 8 * MEGABYTE, 16 << 30
MAX_VCPUS_DOM0 = 123
"""The number of redistributors in the board's interrupt controller."""
MAX_VCPUS_DOMU = 32
"""Xen builds a domU's device tree in 4 KiB, which is enough for 33 vCPUs without a command line."""

IMAGE_MAGIC = b"ARM\x64"
PLACEMENT = 2 * MEGABYTE
"""Xen places the image and the device tree in whole units of 2 MiB, the tree at the end of the first 130 MiB."""


@dataclass(frozen=True)
class OracleRun:
    """One run on the real Xen: the guest's console, Xen's log, the end, host seconds, and the raw serial line."""

    console: bytes
    xen_log: tuple[str, ...]
    end: RealEnd
    seconds: float
    serial: bytes


def run_guest(
    image: bytes,
    *,
    xen: str = "4.17",
    domu: bool = False,
    vcpus: int = 1,
    memory: int = 64 * MEGABYTE,
    cmdline: str | bytes = "",
    initrd: bytes = b"",
    timeout: float = 30.0,
    console_input: bytes = b"",
    hypervisor: Path | None = None,
    also: bytes = b"",
) -> OracleRun:
    """Boot ``image`` (an arm64 Image) on Xen ``xen``, or on the binary ``hypervisor``, as dom0 or as domain 1.

    ``cmdline`` and ``initrd`` are as for :func:`harness.boot`. ``memory`` is in bytes, ``timeout`` in host seconds.
    ``console_input`` is given to dom0's console as soon as Xen is up (a domU cannot read its console); Xen keeps 128
    unread bytes and drops the rest, and the time of their arrival is the only thing that is not deterministic. ``also``
    is an image that runs as domain 1 beside dom0; the console contains what either prints. Raises InputError if the
    guest cannot be booted, ToolMissing without QEMU.
    """
    plan = board.BootPlan(image, domu, vcpus, memory, command_line(cmdline), initrd, also)
    _check(plan, console_input)
    if hypervisor is None:
        release_of(xen)  # report an unknown version before a missing QEMU
    board.qemu()
    binary = fetch(xen) if hypervisor is None else hypervisor
    started = time.monotonic()
    with temporary.folder("oracle") as directory:
        command = board.command(plan, binary, directory)
        transcript = converse(command, directory, console_input, started + timeout)
    end = serial_log.end_of(transcript.serial) or transcript.stopped
    if end is None:
        raise InputError(f"{board.QEMU} ended by itself: {transcript.stderr.decode(errors='replace').strip()}")
    console, log = serial_log.separate(transcript.serial, domu=domu)
    return OracleRun(console, log, end, time.monotonic() - started, transcript.serial)


def _check(plan: board.BootPlan, console_input: bytes) -> None:
    """Refuse what would only make Xen panic. Raises InputError."""
    kind, most = ("domU", MAX_VCPUS_DOMU) if plan.domu else ("dom0", MAX_VCPUS_DOM0)
    if not 1 <= plan.vcpus <= most:
        raise InputError(f"{plan.vcpus} vCPUs: a {kind} can have 1 to {most}")
    if not MIN_MEMORY <= plan.memory <= MAX_MEMORY or plan.memory % MEGABYTE:
        raise InputError(f"{plan.memory} bytes of memory: expected whole MiB, from 8 MiB to {MAX_MEMORY >> 30} GiB")
    if plan.domu and console_input:
        raise InputError("console input goes to dom0 only: Xen does not pass it to a domU's console_io")
    if plan.domu and plan.also:
        raise InputError("a domU runs beside a guest that is dom0, not beside another domU")
    _check_image(plan.image, plan.memory, plan.initrd)
    if plan.also:
        _check_image(plan.also, plan.memory)


def _check_image(image: bytes, memory: int, initrd: bytes = b"") -> None:
    if image[56:60] != IMAGE_MAGIC:
        raise InputError('not an arm64 Image ("ARM\\x64" at offset 56), which is what Xen boots')
    text_offset, image_size = struct.unpack_from("<QQ", image, 8)
    end = text_offset + max(image_size, len(image))
    need = -(-end // PLACEMENT) * PLACEMENT + PLACEMENT + len(initrd)
    if need >= memory:
        what = "the image, the RAM disk and a device tree" if initrd else "the image and a device tree"
        raise InputError(f"{what} need more than {need} bytes, but the memory is {memory}")
