"""Downloads files of Debian's pool, without changing the system's package state.

Trust rests on the pinned SHA-256, so a file may come from anywhere: the mirrors of this machine's apt configuration,
Debian's mirror, its archive of old releases, its snapshots.
"""

import hashlib
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from harness import temporary
from harness.errors import InputError
from harness.processes.start import run

DEBIAN = "http://deb.debian.org/debian/"
ARCHIVE = "http://archive.debian.org/debian/"
SNAPSHOT = "https://snapshot.debian.org/file/"

APT_HELPER = Path("/usr/lib/apt/apt-helper")
"""apt's own downloader (Debian package apt). It downloads one file with apt's configured proxies and credentials."""

TIMEOUT_SECONDS = 30

Download = Callable[[str], bytes]
"""Returns the bytes at an address, or raises OSError."""


def sources(pool_path: str, sha1: str) -> list[str]:
    """List the addresses to try, in order: this machine's mirrors, Debian's, its archive, its snapshots."""
    roots = dict.fromkeys([*_apt_mirrors(), DEBIAN, ARCHIVE])
    return [*(root + pool_path for root in roots), SNAPSHOT + sha1]


def fetch_pinned(pool_path: str, sha1: str, sha256: str, download: Download | None = None) -> bytes:
    """Download a file of Debian's pool from the first source with the right content. Raises InputError if none has it.

    ``sha1`` is the file's name at Debian's snapshots, ``sha256`` the hash of the right content, both hexadecimal.
    """
    failures = []
    for address in sources(pool_path, sha1):
        try:
            content = (download or _download)(address)
        except OSError as error:
            failures.append(f"{address}: {error}")
            continue
        if sha256_of(content) == sha256:
            return content
        failures.append(f"{address}: SHA-256 is {sha256_of(content)}, must be {sha256}")
    raise InputError("\n  ".join([f"cannot fetch {Path(pool_path).name}:", *failures]))


def _apt_mirrors() -> list[str]:
    """List the Debian mirrors of this machine's apt configuration; empty without apt."""
    apt = shutil.which("apt-get")
    if apt is None:
        return []
    query = [apt, "indextargets", "--no-release-info", "--format", "$(REPO_URI)", "Created-By: Packages"]
    answer = run(query)
    return [uri for uri in answer.stdout.split() if uri.rstrip("/").endswith("/debian")]


def _download(address: str) -> bytes:
    return _apt_download(address) if APT_HELPER.exists() else _plain_download(address)


def _apt_download(address: str) -> bytes:
    with temporary.folder("download") as directory:
        target = directory / "package.deb"
        limits = ["-o", "Acquire::Retries=0", "-o", f"Acquire::http::Timeout={TIMEOUT_SECONDS}"]
        command = [str(APT_HELPER), *limits, "download-file", address, str(target)]
        answer = run(command, tree=True)
        if answer.returncode or not target.exists():
            errors = [line[2:].strip() for line in answer.stderr.splitlines() if line.startswith("E:")]
            raise OSError(errors[0] if errors else "apt could not download it")
        return target.read_bytes()


def _plain_download(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as answer:
            content: bytes = answer.read()
            return content
    except ValueError as error:  # a scheme that only apt understands
        raise OSError(str(error)) from error


def sha256_of(content: bytes) -> str:
    """The SHA-256 of a file's content, hexadecimal."""
    return hashlib.sha256(content).hexdigest()
