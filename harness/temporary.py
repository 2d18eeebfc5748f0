"""Temporary folders that never stay: if a process is killed, the next one that needs a folder removes the old one.

All folders are entries of one place, which belongs to this user alone. The owner of an entry locks it, and the lock
disappears with its owner, however the owner ends; so an entry without a lock is litter. Entries are made, and litter is
removed, under the lock of the place itself: nobody else sees an entry that is made but not yet locked.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.errors import InputError
from harness.shortage import shortage_of


@contextmanager
def folder(purpose: str, place: Path | None = None) -> Iterator[Path]:
    """Make an empty folder, and remove it with its contents at the end.

    ``place`` is the folder to make it in: a hidden one of this user's, made if it does not exist. None selects one
    below the system's folder for temporary files. Raises InputError if the folder cannot be made.
    """
    try:
        place = _place() if place is None else place
        made = _make(place, purpose)
    except OSError as error:
        raise shortage_of(error, "a temporary folder") or InputError(
            f"a temporary folder cannot be made{f' in {place}' if place else ''}: {error.strerror or error}: "
            "set TMPDIR to a folder that can be written"
        ) from None
    path, lock = made
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _place() -> Path:
    return Path(tempfile.gettempdir()) / f"harness-{os.geteuid()}"


def _make(place: Path, purpose: str) -> tuple[Path, int]:
    """Make an entry and lock it; return it with the descriptor that holds the lock."""
    with suppress(FileExistsError):
        place.mkdir(mode=0o700, parents=True)
    directory = _open_own(place)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        for each in place.iterdir():
            _remove_litter(each)
        path = Path(tempfile.mkdtemp(prefix=f"{purpose}-", dir=place))
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(lock, fcntl.LOCK_EX)
    finally:
        os.close(directory)
    return path, lock


def _open_own(place: Path) -> int:
    """Open the place, which must be a folder that only this user can write; links are not followed.

    Below the system's folder for temporary files another user may have made a folder or a link of that name.
    """
    wrong = InputError(f"{place}: this is not a private folder of yours: remove it, or set TMPDIR to another folder")
    try:
        directory = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except NotADirectoryError:
        raise wrong from None
    except OSError:
        if place.is_symlink():
            raise wrong from None
        raise
    found = os.fstat(directory)
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o022:
        os.close(directory)
        raise wrong
    return directory


def _remove_litter(entry: Path) -> None:
    """Remove an entry whose owner has ended."""
    try:
        lock = os.open(entry, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:  # not one of our folders
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(entry, ignore_errors=True)
    except OSError:  # in use
        pass
    finally:
        os.close(lock)
