"""Standard input, output and error that are closed, full, or whose other end has gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GUESTS = Path(__file__).parents[2] / "guest_asm"
FULL = Path("/dev/full")
HELLO = ["run", GUESTS / "hello.S"]
CRASH = ["run", GUESTS / "crash.S"]
COMMANDS = {
    "run": HELLO,
    "crash": CRASH,
    "step": ["step", GUESTS / "hello.S", "-c", "s"],
    "conform": ["conform", "-j1", "AST"],
    "list": ["conform", "--list"],
    "diff": ["diff", "-j1", "xen-4.17", "vmap", "AST"],
    "claims": ["claims", "3", "--abi", "vmap"],
    "asm": ["asm", GUESTS / "hello.S", "-o", os.devnull, "--listing", "-"],
    "help": ["--help"],
    "help of run": ["run", "--help"],
    "version": ["--version"],
}
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this host has no /dev/full")


def harness(words: list[object], redirections: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command with a shell's redirections."""
    command = ["sh", "-c", f'"$@" {redirections}', "sh", sys.executable, "-m", "harness", *map(str, words)]
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)


@needs_full
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_standard_output_is_one_line_and_74(name: str) -> None:
    done = harness(COMMANDS[name], ">/dev/full")
    last = done.stderr.splitlines()[-1]
    assert (done.returncode, last) == (74, b"harness: standard output cannot be written: No space left on device")
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"harness: ") == 1


@pytest.mark.parametrize("name", ["run", "help", "conform"])
def test_so_is_a_closed_one(name: str) -> None:
    done = harness(COMMANDS[name], ">&-")
    assert (done.returncode, done.stderr) == (74, b"harness: standard output cannot be written: Bad file descriptor\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_closed_pipe_is_141_and_silence(name: str) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "harness", *map(str, COMMANDS[name])]
    with os.fdopen(write, "wb") as pipe:
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_command_that_says_nothing_needs_no_standard_output(tmp_path: Path) -> None:
    done = harness(["asm", GUESTS / "hello.S", "-o", tmp_path / "hello.img"], ">&-")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"ARM\x64" in (tmp_path / "hello.img").read_bytes()


@pytest.mark.parametrize("redirection", ["2>&-", pytest.param("2>/dev/full", marks=needs_full)])
@pytest.mark.parametrize(
    ("words", "status"),
    [(HELLO, 0), (CRASH, 4), (["run", "nowhere"], 3), (["run", "--frobnicate"], 2), (["diff", "-j1", *"aa"], 3)],
    ids=["hello", "crash", "missing", "usage", "diff"],
)
def test_standard_error_that_cannot_be_written_changes_no_status(
    words: list[object], status: int, redirection: str
) -> None:
    done = harness(words, redirection)
    assert (done.returncode, b"Traceback" in done.stdout) == (status, False)


def test_all_three_may_be_closed() -> None:
    assert harness(CRASH, "<&- >&- 2>&-").returncode == 74
    assert harness(["run", "nowhere"], "<&- >&- 2>&-").returncode == 3


def test_a_closed_standard_input_is_an_empty_one() -> None:
    done = harness(["run", GUESTS / "echo.S", "--dom0"], "<&-")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, b"echo: no more input")
    assert harness(["step", GUESTS / "hello.S"], "<&-").returncode == 0
