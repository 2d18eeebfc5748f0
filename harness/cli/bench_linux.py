"""Linux's part of ``harness bench``: CPU seconds of a boot to power off, here and on the real Xen in QEMU, in turn."""

import resource
import shutil
import statistics
import sys
from collections.abc import Iterator, Sequence

import click

from harness.cli.figure import Figure
from harness.processes.start import run

VERSION = "6.1"
ROUNDS = 3
CMDLINE = "console=hvc0 kpti=1 poweroff"


def linux() -> Iterator[Figure]:
    """Measure Debian's kernel as dom0, with KPTI, for 1 and 2 vCPUs; it must have been fetched."""
    from harness.packages.linux import KERNELS, fetch

    if KERNELS[VERSION].cached is None:
        click.echo(f"harness: Linux is not measured (run: harness fetch linux {VERSION})", err=True)
        return
    files = fetch(VERSION)
    guest = [str(files.kernel), "--initrd", str(files.initramfs), "--memory", "256M", "--cmdline", CMDLINE]
    here, there = ["run", "--dom0"], ["oracle", "run"]
    with_real = shutil.which("qemu-system-aarch64") is not None
    for what, vcpus, pcpus in (("1 vCPU", 1, 1), ("2 vCPUs on 1 pCPU", 2, 1), ("2 vCPUs on 2 pCPUs", 2, 2)):
        ours, real = [], []
        for _ in range(ROUNDS):
            ours.append(_cpu_seconds([*here, "--vcpus", str(vcpus), "--pcpus", str(pcpus), *guest]))
            if with_real:
                real.append(_cpu_seconds([*there, "--vcpus", str(vcpus), *guest]))
        beside = ""
        if real:
            ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, real, strict=True))
            beside = f"{ratio:.2f} of the real Xen 4.17 in QEMU on 1 CPU ({min(real):.2f} s)"
        yield Figure(f"Linux {VERSION}, kpti=1, to power off, {what}", f"{min(ours):.2f} CPU seconds", beside)


def _cpu_seconds(arguments: Sequence[str]) -> float:
    """The CPU seconds that a command of the harness takes, with all that it starts."""
    before = _children()
    run([sys.executable, "-m", "harness", *arguments]).check_returncode()
    return _children() - before


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
