"""Inputs are bounded, and what cannot be one is said in a line."""

import os
import socket
import threading
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.files import input as files
from harness.files.input import read_bytes, read_text


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (".", "this is a directory, not a guest"),
        ("/dev/zero", "this is a device, not a guest: a file or a pipe is expected"),
        ("/dev/urandom", "this is a device, not a guest"),
        ("/dev/full", "this is a device, not a guest"),
        ("none", "No such file or directory"),
        ("a\0b", "embedded null byte"),
    ],
)
def test_what_is_no_input_is_refused_in_a_line(path, why) -> None:
    with pytest.raises(InputError, match=f": {why}") as refused:
        read_bytes(Path(path), "a guest")
    assert "\n" not in str(refused.value)


def test_a_socket_is_no_input(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(InputError, match=r"^socket: this is a socket, not a guest$"):
            read_bytes(Path("socket"), "a guest")


def test_an_empty_device_is_an_empty_input() -> None:
    assert read_bytes(Path(os.devnull), "an initial RAM disk") == b""


def test_a_file_that_is_too_large_is_refused_without_reading_it(tmp_path: Path, monkeypatch) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(InputError, match="sparse: this is larger than 1,024 MiB, the most that is accepted"):
        read_bytes(tmp_path / "sparse", "a guest")


def piped(path: Path, data: bytes, times: int) -> threading.Thread:
    os.mkfifo(path)

    def write() -> None:
        try:
            with path.open("wb", buffering=0) as pipe:
                for _ in range(times):
                    pipe.write(data)
        except BrokenPipeError:
            pass

    writer = threading.Thread(target=write)
    writer.start()
    return writer


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    writer = piped(tmp_path / "pipe", b"abc" * 10_000, 10)
    assert read_bytes(tmp_path / "pipe", "a guest") == b"abc" * 100_000
    writer.join()


def test_a_pipe_without_an_end_is_read_no_further_than_the_bound(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(files, "MOST_STREAM", 1 << 20)
    writer = piped(tmp_path / "pipe", bytes(1 << 16), 1 << 20)
    with pytest.raises(InputError, match="pipe: this is larger than 1 MiB, the most that is accepted for a guest"):
        read_bytes(tmp_path / "pipe", "a guest")
    writer.join()


def test_a_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "order").write_bytes(b"at \xff")
    with pytest.raises(InputError, match=r"order: this is not text in UTF-8 .byte 3.: an order is expected"):
        read_text(tmp_path / "order", "an order")
