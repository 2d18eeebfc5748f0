"""Processes that end with the one that started them, and a list worked off by several."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.processes.start import LINUX, Leashed, run
from harness.processes.workers import LOST, in_order

needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this host does not show processes")
WAYS = [pytest.param(False, marks=pytest.mark.skipif(not LINUX, reason="no parent-death signal")), True]
SLEEP = "import time; time.sleep(600)"


def marked(mark: str) -> dict[int, str]:
    """The live processes that have this in their environment, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (
                mark.encode() in (folder / "environ").read_bytes()
                and "State:\tZ" not in (folder / "status").read_text()
            ):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it has just ended
            continue
    return found


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it comes to be, in a time that is long for the slowest machine."""
    give_up = time.monotonic() + 60
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def mark(tmp_path: Path) -> str:
    """Something that no other test's processes have in their environment."""
    return f"HARNESS_TEST_MARK={tmp_path}"


def parent(mark: str, body: str) -> subprocess.Popen[bytes]:
    """A process with a mark that does this, and then waits."""
    name, _, value = mark.partition("=")
    text = f"from harness.processes.start import *\nimport sys, time, threading\n{body}\ntime.sleep(600)\n"
    return subprocess.Popen([sys.executable, "-c", text], env={**os.environ, name: value})


ENDS = [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV]


@needs_proc
@pytest.mark.parametrize("watched", WAYS)
@pytest.mark.parametrize("end", ENDS, ids=lambda each: each.name)
@pytest.mark.parametrize(
    "body",
    [
        f"Leashed([sys.executable, '-c', {SLEEP!r}], watched=WATCHED)",
        "Leashed([SCRIPT], ChildKind.SCRIPT, watched=WATCHED)",
        "Leashed(['sh', '-c', 'sleep 600 & sleep 600 & wait'], ChildKind.TREE, watched=WATCHED)",
    ],
    ids=["program", "script", "tree"],
)
def test_they_end_with_their_parent_however_it_ends(
    body: str, end: int, watched: bool, mark: str, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SLEEP)
    count = 4 if "TREE" in body or (watched and "SCRIPT" not in body) else 2
    count = 5 if "TREE" in body else 3 if watched and "SCRIPT" not in body else 2
    with parent(mark, body.replace("SCRIPT]", f"{str(script)!r}]").replace("WATCHED", str(watched))) as process:
        assert eventually(lambda: len(marked(mark)) == count), marked(mark)
        process.send_signal(end)
    assert eventually(lambda: not marked(mark)), marked(mark)


@needs_proc
def test_a_child_of_a_fork_ends_with_its_parent(mark: str) -> None:
    with parent(mark, "fork()") as process:
        assert eventually(lambda: len(marked(mark)) == 2)
        process.kill()
    assert eventually(lambda: not marked(mark))


@pytest.mark.parametrize("watched", WAYS)
def test_a_program_is_killed_with_what_it_has_started(watched: bool) -> None:
    with Leashed(["sleep", "600"], watched=watched) as process:
        process.kill()
        assert process.wait() != 0


@pytest.mark.parametrize("tree", [False, True])
def test_what_a_program_says_and_its_status_come_back(tree: bool) -> None:
    done = run(["sh", "-c", "echo out; echo err >&2; exit 7"], tree=tree)
    assert (done.returncode, done.stdout, done.stderr) == (7, "out\n", "err\n")


def test_a_tree_that_leaves_somebody_behind_does_not_keep_its_pipes_open() -> None:
    assert run(["sh", "-c", "sleep 600 & echo done"], tree=True).stdout == "done\n"


def test_a_program_that_does_not_exist_says_so() -> None:
    done = run(["/no/such/program"])
    assert (done.returncode, done.stderr) == (127, "/no/such/program: No such file or directory\n")


def square_or_die(number: int) -> int:
    if number == 3:
        os._exit(9)
    if number == 5:
        raise ValueError(number)
    return number * number


def test_results_come_in_the_order_of_the_list() -> None:
    assert list(in_order(square_or_die, [9, 1, 8, 2, 7], 2)) == [81, 1, 64, 4, 49]


def test_a_worker_that_dies_loses_its_item_and_no_other() -> None:
    assert list(in_order(square_or_die, [1, 2, 3, 4], 2)) == [1, 4, LOST, 16]


def test_an_exception_in_a_worker_is_told_with_its_traceback() -> None:
    with pytest.raises(RuntimeError, match="ValueError: 5"):
        list(in_order(square_or_die, [5], 1))


def test_a_wish_to_stop_does_not_wait_for_what_is_being_done() -> None:
    asked = iter([False, True])
    assert list(in_order(time.sleep, [600, 600], 2, lambda: next(asked))) == []
