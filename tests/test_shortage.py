"""A host with too few resources: one line that names what is short, status 3, and a process that goes on."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HELLO = str(ROOT / "guest_asm" / "hello.S")
MEBIBYTE = 1 << 20
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are enforced otherwise elsewhere")


def harness(*words: str, limit: Callable[[], object] | None = None, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command under a limit, with changes to the environment."""
    return python("-m", "harness", *words, limit=limit, **changes)


def python(*words: str, limit: Callable[[], object] | None = None, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        env={**os.environ, **changes},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )


def of_memory(mebibytes: int) -> Callable[[], object]:
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (mebibytes * MEBIBYTE, mebibytes * MEBIBYTE))


def of_files(count: int) -> Callable[[], object]:
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


@pytest.mark.parametrize("mebibytes", [24, 60, 150, 330, 700, 1300, 2000, 3000, 4000])
def test_too_little_memory_is_one_line_with_what_is_missing(mebibytes: int) -> None:
    done = harness("run", HELLO, limit=of_memory(mebibytes))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.startswith("harness: ")
    assert f"ulimit -v allows {mebibytes:,} MiB" in done.stderr


def test_workers_say_it_as_the_command_does() -> None:
    done = harness("conform", "-j2", "AST", limit=of_memory(3000))
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "an emulated CPU needs 1,088 MiB more" in done.stderr


@pytest.mark.parametrize(
    ("count", "words"),
    [(6, ["run", HELLO]), (8, ["run", HELLO]), (9, ["run", HELLO]), (6, ["conform", "-j2", "AST-001"])],
    ids=["run 6", "run 8", "run 9", "conform 6"],
)
def test_too_few_files_are_one_line_with_the_limit(words: list[str], count: int) -> None:
    done = harness(*words, limit=of_files(count))
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert f"too many open files: ulimit -n allows {count}; a command needs 32" in done.stderr


@pytest.mark.parametrize("words", [["run", HELLO], ["conform", "-j2", "AST-001"], ["demo"]], ids=lambda words: words[0])
def test_what_the_message_asks_for_is_enough(words: list[str]) -> None:
    done = harness(*words, limit=of_files(32 + 2 * 8))
    assert (done.returncode, done.stderr) == (0, "")
    assert harness("run", HELLO, limit=of_memory(5 * 1024)).returncode == 0


LIVES_ON = """
import harness, pytest
guest = harness.load({guest!r})
harness.boot(guest).close()
{limit}
kept = []
with pytest.raises(harness.InputError, match={match!r}):
    for _ in range(64):
        kept.append(harness.boot(guest))
        kept[-1].run()
for machine in kept:
    machine.close()
with harness.boot(guest) as machine:
    machine.run()
    print(machine.console.decode(), end="")
"""
SPACE = """
import resource
used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (4 << 30),) * 2)
"""
FILES = """
import resource, os
resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir('/proc/self/fd')) + 12,) * 2)
"""


@pytest.mark.parametrize(
    ("limit", "match"), [(SPACE, "ulimit -v"), (FILES, "ulimit -n")], ids=["address space", "open files"]
)
def test_a_process_that_boots_too_many_machines_lives_on_and_boots_again(limit: str, match: str) -> None:
    text = LIVES_ON.format(guest=HELLO, limit=limit, match=match)
    done = python("-c", text)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Hello from EL1, through console_io.\n", "")


def test_workers_need_no_shared_semaphores(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import _multiprocessing\ndef none(*_):\n    raise FileNotFoundError('/dev/shm')\n"
        "_multiprocessing.SemLock = none\n"
    )
    done = harness("conform", "-j2", "AST-001", PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


def test_no_home_costs_the_cache_only() -> None:
    script = "import os, sys; del os.environ['HOME']; os.environ.pop('XDG_CACHE_HOME', 0)\n"
    script += "import pwd; pwd.getpwuid = lambda _: (_ for _ in ()).throw(KeyError())\n"
    script += "from harness.cli import status_of; sys.exit(status_of(['harness', *sys.argv[1:]]))"
    done = python("-c", script, "conform", "-j1", "AST-001")
    assert (done.returncode, done.stderr) == (0, "")
    done = python("-c", script, "oracle", "fetch")
    assert (done.returncode, done.stderr) == (
        3,
        "harness: there is no home directory: set HOME or XDG_CACHE_HOME to an absolute path\n",
    )


def test_a_home_that_cannot_be_written_costs_the_cache_only() -> None:
    assert harness("conform", "-j1", "AST-001", XDG_CACHE_HOME="/proc/none").returncode == 0
    done = harness("oracle", "fetch", XDG_CACHE_HOME="/proc/none")
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "/proc/none" in done.stderr


def test_a_current_directory_that_is_gone_is_no_traceback(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    script = f'mkdir {gone} && cd {gone} && rmdir {gone} && exec "$@"'
    for status, words in [(0, ["run", HELLO]), (3, ["run", "hello.S"]), (3, ["demo"]), (3, ["asm", HELLO, "-o", "x"])]:
        command = ["sh", "-c", script, "sh", sys.executable, "-m", "harness", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == status
        assert done.stderr.count("\n") == (status == 3), done.stderr
