"""One file of a Debian package, pinned, and kept in the user's cache.

The whole package is checked and unpacked in memory, and one rename puts the file into the cache, so that there is never
half a file.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness import temporary
from harness.errors import InputError
from harness.files import directories
from harness.packages import deb
from harness.packages.download import Download, fetch_pinned, sha256_of


@dataclass(frozen=True)
class PinnedFile:
    """The file ``member`` of the package at ``pool_path`` below the root of a Debian mirror.

    ``what`` is its name for people; it is kept as ``name`` in the cache's ``folder``. Hashes are hexadecimal;
    ``deb_sha1`` is the package's name at Debian's snapshots.
    """

    what: str
    folder: str
    name: str
    pool_path: str
    member: str
    deb_sha256: str
    deb_sha1: str
    sha256: str

    @property
    def directory(self) -> Path:
        """The directory of the cache that it is kept in. Raises InputError if there is no cache directory."""
        return directories.cache_directory() / self.folder

    @property
    def cached(self) -> Path | None:
        """The path of the file if it is in the cache and intact, else None."""
        path = self.directory / self.name
        try:
            return path if sha256_of(path.read_bytes()) == self.sha256 else None
        except OSError:
            return None

    def fetch(self, download: Download | None = None) -> Path:
        """Return the path of the file; fetch it first if it is not in the cache.

        Raises InputError if no source has the pinned package or the cache cannot be written; then nothing is left
        behind.
        """
        try:
            if path := self.cached:
                return path
            # Another process may have fetched it while this one waited for the lock, so look again.
            with locked(self.directory):
                return self.cached or keep(self.directory, self.name, self._unpack(download))
        except OSError as error:
            raise InputError(f"cannot keep {self.what} in {self.directory}: {error}") from error

    def _unpack(self, download: Download | None) -> bytes:
        package = fetch_pinned(self.pool_path, self.deb_sha1, self.deb_sha256, download)
        content = deb.member(package, self.member)
        if sha256_of(content) != self.sha256:
            raise InputError(f"{Path(self.pool_path).name}: {self.member} has SHA-256 {sha256_of(content)}")
        return content


def keep(directory: Path, name: str, content: bytes) -> Path:
    """Write a file of a cache's ``directory`` by one rename, and return its path. Raises OSError."""
    with temporary.folder("fetch", directory.with_name("temporary")) as folder:
        partial = folder / name
        partial.write_bytes(content)
        return partial.replace(directory / name)


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Let one process at a time fetch. The system releases the lock when its holder ends, however it ends."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
