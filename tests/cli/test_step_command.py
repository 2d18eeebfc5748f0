"""``harness step`` as a user calls it: scripts by -c, by file and by pipe, and how it ends."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

GUESTS = Path(__file__).parents[2] / "guest_asm"
KPTI = ("guest_asm/kpti.S", "--vcpus", "2", "--memory", "8M")


def harness(*words: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", "step", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, input=stdin, cwd=GUESTS.parent)


def commands(*lines: str) -> list[str]:
    return [word for line in lines for word in ("-c", line)]


def test_where_the_area_of_the_kpti_scenario_goes_stale_forwards_and_backwards() -> None:
    done = harness(
        *KPTI,
        *commands("lost", "area", "back ttbr", "walk area write el1", "s", "walk area write el1", "until lost", "undo"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    msr = (
        "#21,962  2,024,794 ns  d1v0 EL1 0xffffffffffffe814 <trampoline+0x814>: msr ttbr1_el1, x30   "
        "guest_asm/lib/kpti.S:69  msr ttbr1_el1, x30"
    )
    fault = "stage 1 translation fault, level 1, write of va 0xffffff8000018000 (FSC 0x05)"
    preempted = (
        "#998,000  3,000,832 ns  d1v0 EL0 (runnable) 0x400014 <user_page+0x14>: b.ne #0x400010 <user_page+0x10>   "
        "guest_asm/lib/gap.h:21  b.ne 2b"
    )
    lost = f"d1v0 area lost: 0 of 50 bytes arrived, leaving cpu0 at EL0: {fault}"
    assert lines[4:6] == [lost, preempted], "the first update that is lost: forwards"
    assert lines[7] == f"  does not translate now, at EL0: {fault}"
    assert "  ns running                             0       1,000,000      -1,000,000       1,000,000" in lines
    at = lines.index(msr)
    assert lines[at - 1] == "d1v0 writes 0x300004000a000 to TTBR1_EL1", "the instruction that takes it away: backwards"
    walks = [line for line in lines[at:] if line.startswith("  => ")]
    assert walks[0].startswith("  => va 0xffffff8000018000 -> ipa 0x40018000 -> maddr 0x")
    assert walks[0].endswith("(rw-, 4 KiB)")
    assert walks[1] == f"  => {fault}", "one instruction on"
    assert lines[-3:-1] == [lost, preempted], "and forwards again, the same"
    assert lines[-1].startswith("#21,963  ")


def test_commands_come_from_a_file_or_standard_input_or_both_from_file_and_line(tmp_path: Path) -> None:
    script = tmp_path / "commands"
    script.write_text("# to the first hypercall\nhvc\n\ninto\n")
    by_file = harness(GUESTS / "hello.S", "-x", script)
    by_pipe = harness(GUESTS / "hello.S", stdin=script.read_text())
    assert by_file.returncode == by_pipe.returncode == 0
    assert by_file.stdout == by_pipe.stdout
    assert "command CONSOLEIO_write" in by_file.stdout
    both = harness(GUESTS / "hello.S", "-x", script, "-c", "out", stdin="nonsense\n")
    assert both.returncode == 0
    assert both.stdout.startswith(by_file.stdout)
    assert both.stdout.endswith("  console_io = 0\n")
    assert "(d1) Hello from EL1, through console_io.\n" in both.stdout


def test_quit_ends_a_script(tmp_path: Path) -> None:
    done = harness(GUESTS / "hello.S", *commands("s", "quit", "nonsense"))
    assert (done.returncode, done.stdout.count("\n")) == (0, 2)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["no-such.S"], "no-such.S: No such file"),
        ([GUESTS / "hello.S", "-x", "no-such"], "no-such: No such file"),
        ([GUESTS / "hello.S", "-c", "nonsense", "-c", "s"], "-c 'nonsense': nonsense is not a command; see help"),
        ([GUESTS / "hello.S", "-c", "x 0"], "-c 'x 0': va 0x0 cannot be read: stage 2 translation fault"),
        ([GUESTS / "hello.S", "--abi", "xen-3"], "no ABI model is called 'xen-3'"),
    ],
)
def test_bad_input_is_one_line_and_status_3(words: list[object], complaint: str) -> None:
    done = harness(*words)
    assert done.returncode == 3
    assert done.stderr.startswith(f"harness: {complaint}")
    assert done.stderr.count("\n") == 1


def test_a_mistake_in_a_script_is_named_by_its_line(tmp_path: Path) -> None:
    script = tmp_path / "commands"
    script.write_text("s\n\nbreak nowhere\n")
    done = harness(GUESTS / "hello.S", "-x", script)
    assert done.returncode == 3
    assert done.stderr == f"harness: {script}:3: nowhere is not a number, register or symbol of the guest\n"


def test_a_script_that_never_comes_back_is_given_up() -> None:
    done = harness(GUESTS / "spin.S", "--timeout", "6", *commands("run", "nonsense"))
    assert done.returncode == 5
    assert done.stdout.splitlines()[1:2] in (["stopped: interrupted"], [])  # a slow host is still loading
    assert done.stderr.startswith("harness: given up after 6 s")
    assert "nonsense" not in done.stderr


def test_two_sessions_say_the_same() -> None:
    lines = commands(
        "goto 1,500,000", "back hvc", "into", "out", "map", "back run", "until kernel_spin", "regs", "refs", "sched"
    )
    first, second = (harness(*KPTI, "--abi", "vmap", *lines) for _ in range(2))
    assert first.stdout == second.stdout
    assert first.returncode == 0


def test_a_script_that_is_interrupted_ends_with_130() -> None:
    command = [sys.executable, "-m", "harness", "step", GUESTS / "spin.S", "-c", "run", "-c", "nonsense"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith("#0  ")
        running.send_signal(signal.SIGINT)
        out, complaint = running.communicate()
    assert (running.returncode, complaint) == (130, "")
    assert out.startswith("stopped: interrupted\n#")


def test_a_neighbour_is_looked_at_like_the_main_guest() -> None:
    lines = commands(
        "vcpu d2v0", "s 3", "regs", "code", "map", "x pc 16", "watch sp", "until hvc", "into", "area", "stack"
    )
    done = harness(GUESTS / "kpti.S", "--also", GUESTS / "hello.S", "--memory", "8M", *lines)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\n  console_io, hypercall 0x12, command CONSOLEIO_write\n" in done.stdout
    assert "\nd2v0: no runstate area is registered\n" in done.stdout
    assert "\n  1  write of 8 bytes at va 0x0, only by d2v0\n" in done.stdout
