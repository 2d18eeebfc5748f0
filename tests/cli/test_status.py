"""Every exit status of every command, seen by running the commands; and the README's table of them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.abi.hypercalls.sched_op import Shutdown
from harness.cli import COMMANDS, status
from harness.xen import exit_status
from harness.xen.hypervisor import End, Outcome

ROOT = Path(__file__).parents[2]
HELLO = "guest_asm/hello.S"
CRASH = "guest_asm/crash.S"
DEAD = "1:  wfi\n    b 1b\n"
REBOOT = '#include "lib/boot.S"\n    .text\nkernel_main:\n    psci PSCI_SYSTEM_RESET\n#include "lib/end.S"\n'
ODD = """
from harness.xen.delivery import VmapDelivery
from harness.xen.models import AbiModel
from harness.xen.releases import XEN_4_17
MODEL = AbiModel("odd", "the patch on 4.17", XEN_4_17, VmapDelivery)
"""
FAILING = ODD.replace("VmapDelivery)", "Broken)").replace(
    "MODEL", "class Broken(VmapDelivery):\n    def register(self, *_):\n        raise RuntimeError\nMODEL", 1
)
DEAF = FAILING.replace("raise RuntimeError", "return False")
BUGGY = "import harness.guest\ndef fail(*_, **__):\n    raise RuntimeError('a bug')\nharness.guest.load = fail\n"

STATUSES = [
    (0, f"run {HELLO}"),
    (2, "run"),
    (2, f"run {HELLO} --frobnicate"),
    (3, "run nowhere"),
    (4, f"run {CRASH}"),
    (5, f"run {HELLO} --max-insns 5"),
    (5, f"run {HELLO} --timeout 0"),
    (6, "run TMP/dead.S"),
    (7, "run TMP/reboot.S"),
    (0, f"step {HELLO} -c s"),
    (3, f"step {HELLO} -c frobnicate"),
    (5, f"step {HELLO} -c s --timeout 0"),
    (0, f"asm {HELLO} -o TMP/hello.img"),
    (3, "asm nowhere.S"),
    (3, f"asm {HELLO} -o TMP/none/hello.img"),
    (0, "claims 3 --abi vmap"),
    (1, "claims 1 --abi TMP/deaf.py"),
    (2, "claims 10"),
    (3, "claims --abi nobody"),
    (0, "conform -j1 AST"),
    (1, "conform -j1 RST-004 --abi TMP/odd.py"),
    (8, "conform -j1 RST-004 --abi TMP/failing.py"),
    (2, "conform --shard 3/2"),
    (3, "conform NONE-001"),
    (0, "conform --list AST"),
    (0, "conform -j1 --mutations AST-001"),
    (0, "diff -j1 xen-4.17 xen-4.17 AST-001"),
    (1, "diff -j1 xen-4.17 vmap RST-004"),
    (8, "diff -j1 xen-4.17 TMP/failing.py RST-004"),
    (3, "diff xen-4.17 nobody"),
    (0, f"report {HELLO} -o TMP/page.html"),
    (0, f"report {CRASH} -o TMP/page.html"),
    (2, f"report {HELLO}"),
    (3, "report nowhere -o TMP/page.html"),
    (3, "gdb nowhere"),
    (3, f"gdb {HELLO} --host 192.0.2.1"),
    (3, "oracle run nowhere"),
    (3, f"oracle run {HELLO} --xen 3.0"),
    (2, "oracle frobnicate"),
    (3, "oracle agree --xen nowhere"),
    (0, "demo"),
    (2, "demo 1"),
    (2, "bench 1"),
    (0, "--version"),
    (2, "frobnicate"),
    *((0, f"{name} --help") for name in COMMANDS),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("status")
    for name, text in {
        "dead.S": DEAD,
        "reboot.S": REBOOT,
        "odd.py": ODD,
        "failing.py": FAILING,
        "deaf.py": DEAF,
    }.items():
        (folder / name).write_text(text)
    return folder


def harness(words: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", *words]
    return subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options
    )


@pytest.mark.parametrize(("expected", "line"), STATUSES, ids=lambda value: str(value))
def test_each_command_ends_with_each_of_its_statuses(expected: int, line: str, files: Path) -> None:
    done = harness([word.replace("TMP", str(files)) for word in line.split()])
    assert done.returncode == expected, done.stderr
    assert "Traceback" not in done.stderr
    if expected == status.BAD_INPUT:
        assert re.fullmatch(r"harness: [^\n]+\n", done.stderr), done.stderr


def test_a_bug_in_the_harness_is_70_with_its_traceback_and_the_command(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(BUGGY)
    done = harness(["run", HELLO], env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert done.returncode == status.BUG
    assert "RuntimeError: a bug" in done.stderr
    assert "it happens with: " in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(("expected", "line"), [(0, HELLO), (4, CRASH), (5, f"{HELLO} --timeout 0.05"), (7, "REBOOT")])
def test_a_guest_on_a_real_xen_has_the_statuses_of_run(expected: int, line: str, real_xen, files: Path) -> None:
    words = line.replace("REBOOT", str(files / "reboot.S")).split()
    assert harness(["oracle", "run", *words, "--xen", real_xen("4.17")]).returncode == expected


def test_the_table_in_the_readme_is_the_one_that_commands_use() -> None:
    text = (ROOT / "README.md").read_text()
    rows = re.findall(
        r"^\| (\d+) \| (.*) \|$", text.partition("### Exit status")[2].partition("\n## ")[0], re.MULTILINE
    )
    assert {int(number): meaning for number, meaning in rows} == dict(status.MEANINGS)


def test_a_guests_own_statuses_are_in_the_table() -> None:
    outcomes = [Outcome(end, reason=reason) for end in End for reason in Shutdown]
    assert {exit_status.exit_status(outcome) for outcome in outcomes} <= set(status.MEANINGS)


@pytest.mark.parametrize("command", ["run", "step"])
def test_the_help_of_a_command_lists_its_statuses(command: str) -> None:
    said = harness([command, "--help"]).stdout.partition("Exit status:")[2]
    numbers = {int(line.split()[0]) for line in said.splitlines() if re.match(r"\s+\d+  ", line)}
    assert numbers >= {0, *status.ALWAYS}
    assert numbers <= set(status.MEANINGS)
