"""Debug builds of the pinned releases (CONFIG_DEBUG=y). Debian does not have them, so they are built from its sources.

The sources are pinned and fetched like the hypervisors. A cross compiler builds Xen in 30 to 120 seconds, and the
result is kept beside the hypervisors. Its bytes depend on the compiler, so they are not pinned.
"""

import io
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from harness import temporary
from harness.errors import InputError, ToolMissing
from harness.oracle.releases import cache_directory, release_of
from harness.packages.download import Download, fetch_pinned
from harness.packages.pinned import locked
from harness.processes.start import run

CROSS_COMPILE = "aarch64-linux-gnu-"
TOOLS: Mapping[str, str] = MappingProxyType(
    {
        f"{CROSS_COMPILE}gcc": "gcc-aarch64-linux-gnu",
        "make": "make",
        "flex": "flex",
        "bison": "bison",
        "python3": "python3",
    }
)
"""The tools that a build needs, and the Debian package of each."""

LOG_LINES = 5
_DEBUG_OPTION = re.compile(r"^(# )?CONFIG_DEBUG[ =].*$", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """An upstream tarball in Debian's pool. Hashes are hexadecimal; ``sha1`` is its name at Debian's snapshots."""

    version: str
    sha256: str
    sha1: str

    @property
    def pool_path(self) -> str:
        """The tarball's place below the root of a Debian mirror."""
        return f"pool/main/x/xen/xen_{self.version}.orig.tar.xz"


SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "4.14": Source(
            version="4.14.6",
            sha256="6365e5435b9a18dbce3433ec27e5409d2b1a421d5f6aacfb06833f15d3d9aedd",
            sha1="526a98bac4ce7958fb826cbed19db54e80226640",
        ),
        "4.17": Source(
            version="4.17.5+72-g01140da4e8",
            sha256="53922f4d0a02c577f2ea9d63f65989cd88715779eebeed879ca1d314103ee06e",
            sha1="484aee73ee641a79784ccca082d88548f1979258",
        ),
        "4.20": Source(
            version="4.20.3+127-gc42374a105",
            sha256="df0831854a55a8f31cb3cb85036f2edc928e2ef098d77f815f5714bfafac68f3",
            sha1="db72543f43aa34ac8976c1de1a5ac1746006dc43",
        ),
    }
)
"""The sources of the pinned releases."""


def built(xen: str) -> Path | None:
    """The debug build of a release; None if there is none in the cache."""
    place = _place(xen)
    return place if place.is_file() else None


def build(xen: str, *, download: Download | None = None) -> Path:
    """Return the debug build of a release; build it first if it is not in the cache.

    Raises InputError for an unknown version, or if the source cannot be fetched or built; ToolMissing if a tool is
    missing.
    """
    release_of(xen)
    try:
        with locked(cache_directory()):
            return built(xen) or _build(xen, download)
    except OSError as error:
        raise InputError(f"cannot build Xen {xen} in {cache_directory()}: {error}") from error


def _build(xen: str, download: Download | None) -> Path:
    for tool, package in TOOLS.items():
        if shutil.which(tool) is None:
            raise ToolMissing(f"building Xen needs {tool}: apt install {package}")
    source = SOURCES[xen]
    tarball = fetch_pinned(source.pool_path, source.sha1, source.sha256, download)
    with temporary.folder("build", cache_directory().with_name("temporary")) as name:  # the result is moved from there
        with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:xz") as archive:
            archive.extraction_filter = getattr(tarfile, "fully_trusted_filter", None)  # its hash has been checked
            archive.extractall(name)
        (directory,) = name.glob("*/xen")
        _make(directory, "defconfig")
        config = directory / ".config"
        config.write_text(_DEBUG_OPTION.sub("CONFIG_DEBUG=y", config.read_text()))
        _make(directory, "olddefconfig")
        _make(directory, f"-j{os.cpu_count() or 1}")
        return (directory / "xen").replace(_place(xen))


def _make(directory: Path, *arguments: str) -> None:
    """Run make. If it fails, raises InputError with the last lines of its output."""
    command: Sequence[str] = ["make", "XEN_TARGET_ARCH=arm64", f"CROSS_COMPILE={CROSS_COMPILE}", "PYTHON=python3"]
    done = run(
        [*command, *arguments],
        tree=True,
        cwd=directory,
        stderr=subprocess.STDOUT,
        # The caller may be a make itself, whose flags (-n, a job server) must not reach this one.
        env={name: value for name, value in os.environ.items() if name != "MAKEFLAGS"},
    )
    if done.returncode:
        said = "\n  ".join(["", *done.stdout.splitlines()[-LOG_LINES:]])
        raise InputError(f"make {' '.join(arguments)} of Xen failed:{said}")


def _place(xen: str) -> Path:
    return cache_directory() / f"xen-{xen}-arm64-debug_{SOURCES[xen].version}"
