"""Fetches the pinned hypervisors into the user's cache, without changing the system's package state.

Trust rests on the pinned SHA-256, so a package may come from anywhere: the mirrors of this machine's apt
configuration, Debian's mirror, its archive of old releases, its snapshots. The whole package (under 1 MB) is checked
and unpacked in memory, and one rename puts the hypervisor into the cache, so that there is never half a file.
"""

import fcntl
import hashlib
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import temporary
from harness.errors import InputError
from harness.files import directories
from harness.oracle import deb
from harness.oracle.releases import RELEASES, XenPackage
from harness.processes.start import run
from harness.words import suggestion

DEBIAN = "http://deb.debian.org/debian/"
ARCHIVE = "http://archive.debian.org/debian/"
SNAPSHOT = "https://snapshot.debian.org/file/"

APT_HELPER = Path("/usr/lib/apt/apt-helper")
"""apt's own downloader (Debian package apt). It downloads one file with apt's configured proxies and credentials."""

TIMEOUT_SECONDS = 30

Download = Callable[[str], bytes]
"""Returns the bytes at an address, or raises OSError."""


def cache_directory() -> Path:
    """The directory of the hypervisors. Raises InputError if there is no cache directory."""
    return directories.cache_directory() / "xen"


def release_of(xen: str) -> XenPackage:
    """Look up a version. Raises InputError if it is not pinned."""
    try:
        return RELEASES[xen]
    except KeyError:
        known = ", ".join(RELEASES)
        raise InputError(f"Xen {xen} is not a pinned release{suggestion(xen, RELEASES)}; pinned: {known}") from None


def cached(xen: str) -> Path | None:
    """Return the path of the hypervisor if it is in the cache and intact, else None."""
    release = release_of(xen)
    path = _place(release)
    try:
        return path if _sha256(path.read_bytes()) == release.binary_sha256 else None
    except OSError:
        return None


def fetch(xen: str, *, download: Download | None = None) -> Path:
    """Return the path of the hypervisor binary of version ``xen``; fetch it first if it is not in the cache.

    Raises InputError for an unknown version, or if no source has the pinned package or the cache cannot be written;
    then nothing is left behind.
    """
    release = release_of(xen)
    try:
        if path := cached(xen):
            return path
        # Another process may have fetched it while this one waited for the lock, so look again.
        with locked(cache_directory()):
            return cached(xen) or _store(release, _binary(release, download))
    except OSError as error:
        raise InputError(f"cannot keep Xen {xen} in {cache_directory()}: {error}") from error


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
        if _sha256(content) == sha256:
            return content
        failures.append(f"{address}: SHA-256 is {_sha256(content)}, must be {sha256}")
    raise InputError("\n  ".join([f"cannot fetch {Path(pool_path).name}:", *failures]))


def _binary(release: XenPackage, download: Download | None) -> bytes:
    """Fetch the package, and take the hypervisor from it."""
    package = fetch_pinned(release.pool_path, release.deb_sha1, release.deb_sha256, download)
    binary = deb.member(package, release.binary_path)
    if _sha256(binary) != release.binary_sha256:
        raise InputError(f"{release.deb_name}: {release.binary_path} has SHA-256 {_sha256(binary)}")
    return binary


def _store(release: XenPackage, binary: bytes) -> Path:
    place = _place(release)
    with temporary.folder("fetch", place.parent.with_name("temporary")) as directory:
        partial = directory / place.name
        partial.write_bytes(binary)
        return partial.replace(place)


def _place(release: XenPackage) -> Path:
    return cache_directory() / f"xen-{release.xen}-arm64_{release.package_version}"


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Let one process at a time fetch. The system releases the lock when its holder ends, however it ends."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


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


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
