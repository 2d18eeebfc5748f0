"""Outputs are whole or not there, and what was in their place outlives whatever goes wrong."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import OutputError
from harness.files.output import check_writable, whole_file, write_bytes, write_text


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.mark.parametrize("ending", [KeyboardInterrupt, SystemExit, ValueError, MemoryError])
def test_an_exception_while_writing_leaves_what_was_there_and_nothing_else(ending, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("whole")

    def pieces() -> Iterator[bytes]:
        yield b"half" * 100_000
        raise ending

    with pytest.raises(ending), whole_file(tmp_path / "page.html") as file:
        file.writelines(pieces())
    assert (tmp_path / "page.html").read_text() == "whole"
    assert names(tmp_path) == ["page.html"]


def test_nothing_is_there_until_it_is_whole(tmp_path: Path) -> None:
    with whole_file(tmp_path / "page.html") as file:
        file.write(b"x")
        assert not (tmp_path / "page.html").exists()
    assert (tmp_path / "page.html").read_bytes() == b"x"


def test_a_new_file_has_the_mode_of_the_umask_and_a_replaced_one_keeps_its_own(tmp_path: Path) -> None:
    former = os.umask(0o027)
    try:
        write_text(tmp_path / "new", "x")
        (tmp_path / "old").write_text("x")
        (tmp_path / "old").chmod(0o604)
        write_text(tmp_path / "old", "y")
    finally:
        os.umask(former)
    assert (tmp_path / "new").stat().st_mode & 0o7777 == 0o640
    assert (tmp_path / "old").stat().st_mode & 0o7777 == 0o604


def test_a_symbolic_link_stays_one_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real/file")
    for text in ("first", "second"):
        write_text(tmp_path / "link", text)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "real" / "file").read_text() == text
    assert names(tmp_path / "real") == ["file"]


def test_the_longest_name_that_a_file_can_have_is_good_enough(tmp_path: Path) -> None:
    write_text(tmp_path / ("n" * 255), "x")
    assert names(tmp_path) == ["n" * 255]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_device_that_takes_nothing_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"^/dev/full: cannot be written: No space left on device$"):
        write_bytes(Path("/dev/full"), b"x")


def test_a_pipe_is_written_as_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    check_writable(tmp_path / "pipe")  # which does not wait for a reader
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write_bytes(tmp_path / "pipe", b"through")
    reader.join()
    assert read == [b"through"]
    assert (tmp_path / "pipe").is_fifo()


def test_an_open_file_of_this_process_is_written_where_it_stands(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb", buffering=0) as log:
        log.write(b"before ")
        write_bytes(Path(f"/dev/fd/{log.fileno()}"), b"page ")
        log.write(b"after")
    assert (tmp_path / "log").read_bytes() == b"before page after"
    assert names(tmp_path) == ["log"]


def test_looking_whether_an_output_can_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    check_writable(tmp_path / "new")
    assert names(tmp_path) == []
    (tmp_path / "old").write_text("kept")
    check_writable(tmp_path / "old")
    assert (tmp_path / "old").read_text() == "kept"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("old/below", "there is no directory old"),
        ("none/file", "there is no directory none"),
        ("dangling", "there is no directory .*/nowhere"),
        (".", "this is a directory"),
        ("x" * 256, "File name too long"),
    ],
)
def test_what_cannot_be_written_is_said_at_once(name, why, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old").write_text("kept")
    Path("dangling").symlink_to("nowhere/file")
    with pytest.raises(OutputError, match=f"{name[:8]}.*: cannot be written: {why}"):
        check_writable(Path(name))
    assert names(tmp_path) == ["dangling", "old"]


def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "old").write_text("kept")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # a test may run as root, who may write everything
    with pytest.raises(OutputError, match="old: cannot be written: the file there is read-only"):
        write_text(tmp_path / "old", "new")
    assert (tmp_path / "old").read_text() == "kept"
