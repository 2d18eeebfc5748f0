"""A command that is killed leaves no process behind, and what it leaves in its temporary folder goes with the next."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

GUESTS = Path(__file__).parents[2] / "guest_asm"
pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this host does not show processes")

FOREVER = '#include "lib/boot.S"\n    .text\nkernel_main:\n1:  b 1b\n#include "lib/end.S"\n'
SLOW = FOREVER.replace("1:  b 1b", "    .rept 60000\n    add x0, x0, #1\n    .endr")
ENDLESS = """
from harness.xen.delivery import VmapDelivery
from harness.xen.models import AbiModel
from harness.xen.releases import XEN_4_17
class Endless(VmapDelivery):
    def register(self, *_):
        while True: pass
MODEL = AbiModel("endless", "never answers", XEN_4_17, Endless)
"""


def marked(mark: str) -> dict[int, str]:
    """The live processes that have this in their environment, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            ended = "State:\tZ" in (folder / "status").read_text()
            if mark.encode() in (folder / "environ").read_bytes() and not ended:
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it has just ended
            continue
    return found


def eventually(condition: Callable[[], object]) -> bool:
    """Whether it comes to be, in a time that is long for the slowest machine."""
    give_up = time.monotonic() + 60
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True


class Command:
    """A command that has been started, and all the processes that come of it."""

    def __init__(self, folder: Path, *words: object) -> None:
        self.folder = folder
        self.mark = f"TMPDIR={folder}"
        command = [sys.executable, "-m", "harness", *map(str, words)]
        quiet = subprocess.DEVNULL
        environment = {**os.environ, "TMPDIR": str(folder), "XDG_STATE_HOME": str(folder)}
        self.process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment)

    def wait_for(self, program: str, count: int) -> None:
        """Wait until so many of its processes have this in their command lines."""
        seen = eventually(lambda: sum(program in each for each in marked(self.mark).values()) >= count)
        assert seen or self.process.poll() is not None, marked(self.mark)
        assert self.process.poll() is None, "it has ended by itself"

    def end_by(self, number: int) -> int:
        """Send it the signal, and return how it ended, once nobody is left."""
        self.process.send_signal(number)
        status = self.process.wait()
        assert eventually(lambda: not marked(self.mark)), marked(self.mark)
        return status


@pytest.fixture
def command(tmp_path: Path):
    """Start a command; if a test fails nobody stays."""
    started: list[Command] = []

    def start(*words: object) -> Command:
        (tmp_path / "temporary").mkdir(exist_ok=True)
        started.append(Command(tmp_path / "temporary", *words))
        return started[-1]

    yield start
    for each in started:
        for pid in marked(each.mark):
            os.kill(pid, signal.SIGKILL)
        each.process.wait()


ENDS = [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
each_end = pytest.mark.parametrize(("number", "status"), ENDS, ids=[each.name for each, _ in ENDS])


@each_end
def test_workers_end_with_conform(number: int, status: int, command, tmp_path: Path) -> None:
    model = tmp_path / "endless.py"
    model.write_text(ENDLESS)
    started = command("conform", "-j2", "RST", "--abi", model)
    started.wait_for("worker.py", 2)
    assert started.end_by(number) == status


def test_workers_and_what_they_fork_end_with_conform_mutations(command) -> None:
    started = command("conform", "-j2", "--mutations")
    started.wait_for("worker.py", 2)
    assert started.end_by(signal.SIGKILL) == -9


@each_end
def test_a_real_xen_ends_with_oracle_run_and_its_folder_with_the_next_command(
    number: int, status: int, command, tmp_path: Path, real_xen
) -> None:
    guest = tmp_path / "forever.S"
    guest.write_text(FOREVER)
    started = command("oracle", "run", guest, "--xen", real_xen("4.17"))
    started.wait_for("qemu-system-aarch64 ", 1)
    assert started.end_by(number) == status
    place = started.folder / f"harness-{os.geteuid()}"
    left = list(place.iterdir())
    assert len(left) == (number == signal.SIGKILL)
    again = command("oracle", "run", GUESTS / "hello.S", "--xen", "4.17")
    assert again.process.wait() == 0
    assert list(place.iterdir()) == []


@each_end
def test_real_xens_end_with_conform(number: int, status: int, command, real_xen) -> None:
    started = command("conform", "-j2", "--on", f"xen:{real_xen('4.17')}")
    started.wait_for("qemu-system-aarch64 ", 2)
    assert started.end_by(number) == status


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_the_assembler_ends_with_run(number: int, command, tmp_path: Path) -> None:
    guest = tmp_path / "slow.S"
    guest.write_text(SLOW)
    started = command("run", guest)
    started.wait_for("keystone_child.py", 1)
    started.end_by(number)
