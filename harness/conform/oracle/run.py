"""Boots a guest on a real Xen in QEMU and returns what it printed and how it ended."""

import struct
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from harness.conform.oracle import board, serial_log
from harness.conform.oracle.conversation import converse
from harness.conform.oracle.hypervisor_cache import fetch
from harness.conform.oracle.serial_log import Outcome
from harness.errors import InputError

MEGABYTE = 1 << 20
MAX_MEMORY = 16 << 30
MAX_VCPUS = 128
"""Xen/arm64's limit (``MAX_VIRT_CPUS``)."""

IMAGE_MAGIC = b"ARM\x64"
DEVICE_TREE_ROOM = 2 * MEGABYTE
"""Xen puts the device tree into the last 2 MiB of the guest's memory."""


@dataclass(frozen=True)
class OracleRun:
    """One run on the real Xen: the guest's console, Xen's log, the end, the host's seconds, the raw serial line."""

    console: bytes
    xen_log: tuple[str, ...]
    outcome: Outcome
    seconds: float
    serial: bytes


def run_guest(
    image: bytes,
    *,
    xen: str = "4.17",
    domu: bool = False,
    vcpus: int = 1,
    memory: int = 64 * MEGABYTE,
    cmdline: str = "",
    timeout: float = 30.0,
    console_input: bytes = b"",
    hypervisor: Path | None = None,
) -> OracleRun:
    """Boot ``image`` (an arm64 Image) on Xen ``xen``, or on the binary ``hypervisor``, as dom0 or as domain 1.

    ``memory`` is in bytes, ``timeout`` in the host's seconds. ``console_input`` is given to dom0's console as soon
    as Xen is up (a domU's cannot be read); Xen keeps 128 unread bytes and drops the rest, and *when* they arrive
    is the one thing here that is not deterministic. Raises InputError for what cannot be booted, ToolMissing
    without QEMU.
    """
    plan = board.Plan(image=image, domu=domu, vcpus=vcpus, memory=memory, cmdline=cmdline)
    _check(plan, console_input)
    board.qemu()
    binary = fetch(xen) if hypervisor is None else hypervisor
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="harness-oracle-") as name:
        directory = Path(name)
        command = board.command(plan, binary, directory)
        transcript = converse(command, directory, console_input, started + timeout)
    outcome = serial_log.outcome(transcript.serial) or transcript.stopped
    if outcome is None:
        raise InputError(f"{board.QEMU} ended by itself: {transcript.stderr.decode(errors='replace').strip()}")
    console, log = serial_log.separate(transcript.serial, domu=domu)
    return OracleRun(console, log, outcome, time.monotonic() - started, transcript.serial)


def _check(plan: board.Plan, console_input: bytes) -> None:
    """Refuse what Xen would only panic about."""
    if not 1 <= plan.vcpus <= MAX_VCPUS:
        raise InputError(f"{plan.vcpus} vCPUs: Xen gives a domain 1 to {MAX_VCPUS}")
    if not 4 * MEGABYTE <= plan.memory <= MAX_MEMORY or plan.memory % MEGABYTE:
        raise InputError(f"{plan.memory} bytes of memory: must be whole MiB, from 4 MiB to {MAX_MEMORY >> 30} GiB")
    if not plan.cmdline.isascii() or "\0" in plan.cmdline:
        raise InputError("the command line must be ASCII, without NUL")
    if plan.domu and console_input:
        raise InputError("console input goes to dom0 only: Xen does not pass it to a domU's console_io")
    if plan.image[56:60] != IMAGE_MAGIC:
        raise InputError('not an arm64 Image ("ARM\\x64" at offset 56), which is what Xen boots')
    text_offset, image_size = struct.unpack_from("<QQ", plan.image, 8)
    need = text_offset + max(image_size, len(plan.image)) + DEVICE_TREE_ROOM
    if need > plan.memory:
        raise InputError(f"the image needs {need} bytes with its device tree, memory is {plan.memory}")
