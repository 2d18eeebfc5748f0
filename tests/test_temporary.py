"""Temporary folders: in a place that belongs to this user alone, and that the next command cleans."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from harness import temporary
from harness.errors import InputError, ResourceShortage


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where they are made, in a folder for temporary files that only this test has."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"harness-{os.geteuid()}"


def killed_in_one(place: Path) -> None:
    """A process makes a folder with something in it, and is killed."""
    text = (
        "import os, signal\nfrom harness import temporary\n"
        "with temporary.folder('dead') as path:\n    (path / 'deep').mkdir()\n    (path / 'deep' / 'file').touch()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", text], env={**os.environ, "TMPDIR": str(place.parent)}, check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_folder_is_this_users_alone_and_goes_with_all_that_is_in_it(place: Path) -> None:
    with temporary.folder("test") as path:
        assert path.parent == place
        assert place.stat().st_mode & 0o777 == 0o700
        (path / "file").write_text("content")
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next(place: Path) -> None:
    killed_in_one(place)
    (left,) = place.iterdir()
    with temporary.folder("test") as path:
        assert list(place.iterdir()) == [path]
    assert not left.exists()


def test_what_is_in_use_is_left_alone(place: Path) -> None:
    with temporary.folder("one") as one:
        with temporary.folder("two"):
            assert one.is_dir()
        assert list(place.iterdir()) == [one]


def test_somebody_elses_link_is_not_followed(place: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="not a private folder of yours"), temporary.folder("test"):
        pass
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("make", [lambda place: place.touch(), lambda place: place.mkdir() or place.chmod(0o777)])
def test_nor_is_a_file_or_a_folder_that_others_can_write_used(place: Path, make) -> None:
    make(place)
    with pytest.raises(InputError, match="not a private folder of yours"), temporary.folder("test"):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_nor_is_a_folder_of_another_user(place: Path) -> None:
    place.mkdir(mode=0o700)
    os.chown(place, 12345, 12345)
    with pytest.raises(InputError, match="not a private folder of yours"), temporary.folder("test"):
        pass


def test_a_link_among_the_entries_is_not_followed(place: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    with temporary.folder("test"):
        (place / "link").symlink_to(precious)
        with temporary.folder("test"):
            pass
    assert (precious / "file").exists()


def test_where_no_folder_can_be_made_it_says_what_to_do(place: Path) -> None:
    tempfile.tempdir = "/proc/no/such/folder"
    with pytest.raises(InputError, match="TMPDIR"), temporary.folder("test"):
        pass


def test_too_many_open_files_are_a_shortage(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(ResourceShortage, match="ulimit -n"), temporary.folder("test"):
        pass
