"""The command line of traces and reports: a user's mistake gets one line and status 3."""

import subprocess
import sys
from pathlib import Path

import pytest

GUESTS = Path(__file__).parents[2] / "guest_asm"
HELLO = GUESTS / "hello.S"


def harness(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_trace_whose_name_says_no_format_is_refused_before_anything_runs(tmp_path) -> None:
    done = harness("run", HELLO, "--trace", tmp_path / "t.out")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"harness: {tmp_path / 't.out'}: the suffix is not that of a trace format")
    assert done.stderr.count("\n") == 1


def test_a_format_may_be_asked_for_whatever_the_file_is_called(tmp_path) -> None:
    assert harness("run", HELLO, "--trace", tmp_path / "t.out", "--trace-format", "text").returncode == 0
    assert (tmp_path / "t.out").read_text().startswith("# harness trace, text, version 1: hello.S as d1")


@pytest.mark.parametrize("name", ["t.txt", "t.jsonl", "t.pftrace"])
def test_two_runs_write_the_same_trace(name, tmp_path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        assert harness("run", HELLO, "--trace", tmp_path / folder / name).returncode == 0
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["no-such.S", "-o", "page.html"], "no-such.S: No such file"),
        ([HELLO, "-o", "no/such/page.html"], "no/such/page.html: cannot be written: there is no directory no/such"),
        ([HELLO, "-o", "page.html", "--abi", "xen-3"], "no ABI model is called 'xen-3'"),
        ([HELLO, "-o", "page.html", "--initrd", "no-such"], "no-such: No such file"),
    ],
)
def test_bad_input_of_a_report_is_one_line(words, complaint, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = harness("report", *words)
    assert done.returncode == 3
    assert done.stderr.startswith(f"harness: {complaint}")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "page.html").exists()


def test_a_guest_that_never_ends_or_crashes_has_a_report_all_the_same(tmp_path) -> None:
    done = harness("report", GUESTS / "spin.S", "-o", tmp_path / "page.html", "--max-insns", 50_000)
    assert done.returncode == 0
    assert "the instruction budget is spent, after 50,000 instructions" in (tmp_path / "page.html").read_text()
