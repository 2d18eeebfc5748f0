"""No command destroys its input, reads an endless file, or runs longer than its time limit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GUESTS = Path(__file__).parents[2] / "guest_asm"
MODEL = """
from harness.xen.delivery import VirtualAddressDelivery
from harness.xen.models import AbiModel
from harness.xen.releases import XEN_4_20

MODEL = AbiModel("mine", "as 4.20", XEN_4_20, VirtualAddressDelivery)
"""
INPUTS = {
    "mine.S": '#include "mine.h"\n#include "lib/kernel.h"\n.text\nkernel_main: b power_off\n#include "lib/end.S"\n',
    "mine.h": ".set unused, 1\n",
    "mine.py": MODEL,
    "order": "",
    "disk": "a disk",
    "spin.S": '#include "lib/kernel.h"\n.text\nkernel_main: b .\n#include "lib/end.S"\n',
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in INPUTS.items():
        Path(name).write_text(text)
    return tmp_path


def harness(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, input=typed)


def untouched() -> bool:
    return {path.name for path in Path().iterdir()} == set(INPUTS) and all(
        Path(name).read_text() == text for name, text in INPUTS.items()
    )


@pytest.mark.parametrize(
    "line",
    [
        "run mine.S --trace-format text --trace mine.S",
        "run mine.S --trace-format text --trace mine.h",
        "run mine.S --trace-format text --trace mine.py --abi mine.py",
        "run mine.S --trace-format text --trace order --order order",
        "run mine.S --trace-format text --trace disk --initrd disk",
        "run mine.S --trace-format text --trace spin.S --also spin.S",
        "run spin.S --trace-format text --trace mine.h --also mine.S",
        "report mine.S -o mine.S",
        "report mine.S -o mine.h",
        "report mine.S -o mine.py --abi vmap --abi mine.py",
        "claims 4 --abi mine.py --json mine.py",
        "conform VER --json same --junit same",
        "conform VER --abi mine.py --html ./mine.py",
        "diff mine.py vmap VER --html mine.py",
        "asm mine.S -o mine.S",
        "asm mine.S -o mine.h",
        "asm mine.S -o same --listing ./same",
    ],
)
def test_an_output_that_is_an_input_or_another_output_is_refused(line: str) -> None:
    done = harness(*line.split())
    assert (done.returncode, done.stdout) == (3, "")
    assert ": this is the same file as " in done.stderr
    assert done.stderr.count("\n") == 1
    assert untouched()


@pytest.mark.parametrize(
    "line",
    [
        "run /dev/zero",
        "run .",
        "run mine.S --initrd /dev/zero",
        "run mine.S --order /dev/zero",
        "run mine.S --also /dev/urandom",
        "step mine.S -x /dev/urandom",
        "report /dev/zero -o page.html",
        "oracle run /dev/zero",
        "asm /dev/zero",
    ],
)
def test_an_input_without_an_end_is_refused_in_a_line(line: str) -> None:
    done = harness(*line.split())
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 1
    assert untouched()


@pytest.mark.parametrize("line", ["run pipe", "run mine.S --initrd pipe", "report pipe -o page.html", "step pipe"])
def test_a_pipe_that_nobody_writes_to_is_waited_for_until_the_time_is_up(line: str) -> None:
    os.mkfifo("pipe")
    done = harness(*line.split(), "--timeout", "0.5")
    assert done.stderr == "harness: given up after 0.5 s: the time on the host is up before the guest has started\n"
    assert done.returncode == 5


@pytest.mark.parametrize("where", ["import", "register"])
@pytest.mark.parametrize("command", ["run", "report"])
def test_a_model_that_does_not_come_back_is_ended_by_the_time_limit(where: str, command: str) -> None:
    loop = "while True:\n    pass\n"
    if where == "register":
        loop = "class Endless(VirtualAddressDelivery):\n    def register(self, *_):\n        while True: pass\n"
        loop += 'MODEL = AbiModel("mine", "endless", XEN_4_20, Endless)\n'
    Path("mine.py").write_text(MODEL + loop)
    output = ["-o", "page.html"] if command == "report" else []
    done = harness(command, str(GUESTS / "kpti.S"), "--abi", "mine.py", "--timeout", "3", *output)
    assert done.returncode == 5
    assert done.stderr.splitlines()[-1].startswith("harness: given up after 3 s: the time on the host is up")
    assert not Path("page.html").exists()


def test_a_run_whose_time_is_up_keeps_its_trace() -> None:
    done = harness("run", "spin.S", "--trace", "t.txt", "--timeout", "6")
    assert done.returncode == 5
    assert "t.txt: the trace ends early: the time on the host is up" in done.stderr
    assert Path("t.txt").read_text().endswith("\n# the trace ends early: the time on the host is up\n")


@pytest.mark.parametrize(("name", "word"), [("t.txt", "text"), ("t.pftrace", "perfetto")])
def test_a_report_is_not_made_of_a_trace_that_it_cannot_read(name: str, word: str) -> None:
    assert harness("run", "mine.S", "--trace", name).returncode == 0
    done = harness("report", name, "-o", "page.html")
    assert done.returncode == 3
    assert done.stderr == (
        f"harness: {name}: this is a trace of harness run as {word}; a report is made from a trace in JSON lines "
        "(--trace FILE.jsonl), or from the guest itself\n"
    )
    assert not Path("page.html").exists()


def test_a_trace_in_json_lines_may_come_by_a_pipe() -> None:
    assert harness("run", "mine.S", "--trace", "t.jsonl").returncode == 0
    done = harness("report", "/dev/stdin", "-o", "page.html", typed=Path("t.jsonl").read_text())
    assert (done.returncode, done.stdout) == (0, "")
    assert "mine.S" in Path("page.html").read_text()


def test_the_output_that_standard_output_is_redirected_to_is_written_where_it_stands() -> None:
    with Path("out").open("wb") as out:
        command = [sys.executable, "-m", "harness", "run", "mine.S", "--trace", "/dev/stdout", "--trace-format", "text"]
        assert subprocess.run(command, stdout=out, check=False).returncode == 0
    assert Path("out").read_text().startswith("# harness trace, text, version 1: mine.S as d1")
