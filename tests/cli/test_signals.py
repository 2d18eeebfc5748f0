"""SIGINT, SIGTERM and SIGHUP: the status is 128 plus the signal's number at any time, and never a traceback."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

GUESTS = Path(__file__).parents[2] / "guest_asm"
SWEEP = Path(__file__).with_name("signal_sweep.py")
PARTIAL = "harness: interrupted: these results are partial\n"
CUT_SHORT = "harness: /dev/null: the trace ends early: interrupted; it contains everything up to then\n"


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hello as an image: nothing is assembled, so no child's pipe is shared with a copy of the process."""
    path = tmp_path_factory.mktemp("image") / "hello.img"
    command = [sys.executable, "-m", "harness", "asm", str(GUESTS / "hello.S"), "-o", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


@pytest.mark.parametrize(
    ("every", "number", "words"),
    [
        (3_000, signal.SIGINT, ["run", "IMAGE"]),
        (3_000, signal.SIGHUP, ["run", "IMAGE", "--trace", "/dev/null", "--trace-format", "text"]),
        (9_000, signal.SIGTERM, ["step", "IMAGE", "-c", "lost", "-c", "back"]),
        (15_000, signal.SIGINT, ["conform", "-j1", "AST", "--as", "dom0", "--vcpus", "1"]),
        (40_000, signal.SIGTERM, ["diff", "-j1", "xen-4.17", "vmap", "AST-001"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_a_signal_ends_a_command_with_its_status_wherever_it_comes(
    every: int, number: int, words: list[str], image: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.touch()
    if words[0] in ("conform", "diff"):  # so that its cases are in the cache, and nothing is assembled
        subprocess.run([sys.executable, "-m", "harness", *words], capture_output=True, check=False)
    command = [sys.executable, str(SWEEP), str(every), str(int(number)), str(log)]
    command += [str(image) if word == "IMAGE" else word for word in words]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    found = [json.loads(line) for line in log.read_text().splitlines()]
    assert len(found) >= 5
    assert [each for each in found if each[1] != 128 + number or each[2] not in ("", PARTIAL, CUT_SHORT)] == []


@pytest.mark.parametrize("call", [3_000, 15_000])
@pytest.mark.parametrize(
    "words",
    [
        ["demo"],
        ["asm", str(GUESTS / "kpti.S"), "--listing", "-", "-o", os.devnull],
        ["claims", "3"],
        ["report", str(GUESTS / "kpti.S"), "-o", os.devnull],
        ["gdb", str(GUESTS / "hello.S"), "--port", "0"],
    ],
    ids=lambda words: words[0],
)
def test_so_does_every_command_that_starts_others(words: list[str], call: int) -> None:
    command = [sys.executable, str(SWEEP), str(call), str(int(signal.SIGINT)), "once", *words]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def test_a_server_that_waits_for_a_client_ends_by_a_signal() -> None:
    command = [sys.executable, "-m", "harness", "gdb", str(GUESTS / "hello.S"), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr is not None
        assert "connect with" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.stderr.read() == ""
    assert process.returncode == 143


def guarded(action: str) -> subprocess.CompletedProcess[str]:
    """A process that does nothing but this, line by line, as a guarded action."""
    text = "import ctypes, os, signal, sys\nfrom harness.signals import Signals\ndef action():\n"
    text += "".join(f"    {line}\n" for line in action.splitlines())
    text += "signals = Signals()\nsignals.take_over()\nos._exit(signals.guarded(action))\n"
    reset = "import signal\nfor each in (1, 2, 15): signal.signal(each, signal.SIG_DFL)\n"
    return subprocess.run([sys.executable, "-c", reset + text], capture_output=True, text=True, check=False)


SEND = "os.kill(os.getpid(), signal.SIGINT)"


def test_a_second_signal_does_not_disturb_the_cleaning_up_and_the_third_ends_it() -> None:
    done = guarded(
        f"try:\n    {SEND}\nfinally:\n    {SEND}\n    print('cleaned', flush=True)\n    {SEND}\n    print('no')"
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "cleaned\n", "")


def test_an_error_in_the_cleaning_up_leaves_the_status() -> None:
    done = guarded(f"try:\n    {SEND}\nfinally:\n    return 70")
    assert (done.returncode, done.stderr) == (130, "")


def test_where_no_exception_gets_through_the_signal_comes_again() -> None:
    sort = (
        "kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)\n"
        f"def compare(one, other):\n    {SEND}\n    return 0\n"
        "ctypes.CDLL(None).qsort(ctypes.create_string_buffer(2), 2, 1, kind(compare))\n"
        "while True: pass"
    )
    done = guarded(sort)
    assert (done.returncode, done.stderr) == (130, "")


def test_what_was_ignored_at_the_start_stays_ignored(image: Path) -> None:
    text = (
        "import os, signal, sys\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        f"sys.argv = ['harness', 'run', {str(image)!r}]\nfrom harness import signals\n"
        "class Late(signals.Signals):\n    def guarded(self, action):\n"
        "        os.kill(os.getpid(), signal.SIGHUP)\n        return super().guarded(action)\n"
        "signals.Signals = Late\nfrom harness.__main__ import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_nothing_slow_is_loaded_before_signals_are_answered() -> None:
    text = "import sys; before = set(sys.modules); import harness.signals; print(*set(sys.modules) - before)"
    loaded = subprocess.run([sys.executable, "-I", "-c", text], capture_output=True, text=True, check=True).stdout
    foreign = {name for name in loaded.split() if not re.match(r"harness|_signal|_thread|time|collections|types", name)}
    assert not foreign
