"""Debian's unmodified kernels for arm64, and a small user space to boot them into.

As with the hypervisors, the versions are those of Debian's main archive, which its archive of old releases keeps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from harness.errors import InputError
from harness.packages import cpio
from harness.packages.download import Download, sha256_of
from harness.packages.pinned import PinnedFile, keep, locked
from harness.words import suggestion

FOLDER = "linux"
"""The directory of the cache."""


def _kernel(version: str, build: str, package: str, hashes: tuple[str, str, str]) -> PinnedFile:
    deb_sha256, deb_sha1, sha256 = hashes
    return PinnedFile(
        what=f"Linux {version}",
        folder=FOLDER,
        name=f"vmlinuz-{build}",
        pool_path=f"pool/main/l/linux/linux-image-{build}-unsigned_{package}_arm64.deb",
        member=f"./boot/vmlinuz-{build}",
        deb_sha256=deb_sha256,
        deb_sha1=deb_sha1,
        sha256=sha256,
    )


KERNELS: Mapping[str, PinnedFile] = MappingProxyType(
    {
        "6.1": _kernel(  # Debian 12, bookworm
            "6.1",
            "6.1.0-50-arm64",
            "6.1.176-1",
            (
                "31ba9c41615c6e3a2c5397671ecd169af9822871cf19a6ac711d56b39833bd08",
                "7da7f622dacc706e04f6dd88ba271ebd6e9df976",
                "da023e41eb0d54659075cf9e007e14b8188fa13341ac8af7204676122c02a068",
            ),
        ),
        "6.12": _kernel(  # Debian 13, trixie
            "6.12",
            "6.12.107+deb13-arm64",
            "6.12.107-1",
            (
                "2f986ade1a1336423adf2316ea89c3525dd4c05a646b2141626490ca2f388339",
                "65ee9f70a08b8a840d397b16db7234f5da8b75bf",
                "23c83c6a363de92ea5e0c678a6e6b59a846ee5af13565ffe498d209061292365",
            ),
        ),
    }
)
"""The kernels, by version as written after ``harness fetch linux``. Each is an arm64 Image."""

BUSYBOX = PinnedFile(
    what="busybox",
    folder=FOLDER,
    name="busybox-1.35.0-4+deb12u1+b1",
    pool_path="pool/main/b/busybox/busybox-static_1.35.0-4+deb12u1+b1_arm64.deb",
    member="./bin/busybox",
    deb_sha256="732c9135564fc71337e0e05fb4da4d11e6c28c1834bce3e405e575afef2a52f5",
    deb_sha1="87bf504541e6583e6fef6ec0bc67537f53c327f2",
    sha256="61781806ad3650b0b9d2b3fc6971e2bffdca967af1a95375abd0578bafff14fb",
)
"""One static program that is every command (Debian package busybox-static)."""

INIT = """\
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
echo "harness: $(uname -sr) reached user space, $(nproc) CPUs"
for argument in $(cat /proc/cmdline); do
    case $argument in poweroff) head -n $(($(nproc) + 1)) /proc/stat; poweroff -f;; esac
done
setsid cttyhack sh
poweroff -f
"""
"""The first program: it makes user space usable and opens a shell; with ``poweroff`` on the command line, it ends."""


@dataclass(frozen=True)
class LinuxFiles:
    """What a Linux guest is booted from: paths of the kernel and of the initial RAM file system."""

    kernel: Path
    initramfs: Path


def fetch(version: str, download: Download | None = None) -> LinuxFiles:
    """Return the files of a kernel; fetch and make those that are not in the cache.

    Raises InputError for an unknown version, and as :meth:`PinnedFile.fetch` does.
    """
    kernel = KERNELS.get(version)
    if kernel is None:
        known = ", ".join(KERNELS)
        raise InputError(f"Linux {version} is not a pinned kernel{suggestion(version, KERNELS)}; pinned: {known}")
    return LinuxFiles(kernel.fetch(download), _initramfs(BUSYBOX.fetch(download)))


def _initramfs(busybox: Path) -> Path:
    """The initial RAM file system, in the cache; its name changes with its content."""
    content = initramfs(busybox.read_bytes())
    path = busybox.with_name(f"initramfs-{sha256_of(content)[:12]}.cpio")
    try:
        with locked(path.parent):
            return path if path.exists() else keep(path.parent, path.name, content)
    except OSError as error:
        raise InputError(f"cannot keep an initial RAM file system in {path.parent}: {error}") from error


def initramfs(busybox: bytes) -> bytes:
    """An initial RAM file system of busybox and :data:`INIT`: a cpio archive, the same bytes every time."""
    directories = [cpio.directory(path) for path in ("bin", "dev", "proc", "sys", "root", "tmp", "etc")]
    return cpio.archive(
        [
            *directories,
            cpio.character_device("dev/console", 5, 1),  # opened before devtmpfs is mounted
            cpio.program("bin/busybox", busybox),
            cpio.link("bin/sh", "busybox"),
            cpio.program("init", INIT.encode()),
        ]
    )
