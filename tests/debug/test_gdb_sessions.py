"""Whole sessions of the real gdb, as a user types them."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from gdb_client import PATIENCE_S, Serving, run_gdb

import harness
from harness.events import ConsoleOutput
from harness.guest.elf_writer import to_elf

Boot = Callable[..., harness.Machine]
UPPER_HALF = "0xffffff8000000000"
"""Where the guests of the library map themselves."""


@pytest.fixture
def gdb(tool: Callable[..., str]) -> str:
    """The path of the real gdb."""
    return tool("gdb-multiarch", package="gdb-multiarch")


def write_elf(machine: harness.Machine, path: Path) -> str:
    """Write the guest as ``harness asm --elf`` does, for its symbols."""
    path.write_bytes(to_elf(machine.guest))
    return str(path)


def test_symbols_registers_and_code_are_those_of_the_guest_before_and_after_its_mmu(
    gdb: str, boot: Boot, tmp_path: Path
) -> None:
    machine = boot("kpti", vcpus=2)
    with Serving(machine) as serving:
        elf = write_elf(machine, tmp_path / "kpti.elf")
        said = run_gdb(
            gdb,
            serving.port,
            [
                "break kernel_main",
                "continue",
                "x/1i $pc",
                "stepi",
                "info registers pc cpsr",
                f"symbol-file {elf} -o {UPPER_HALF}",
                "delete",
                "break runstate_register",
                "continue",
                "info registers pc TTBR1_EL1 SCTLR_EL1",
                "p/x $v0.d.u[1]",
                "bt 1",
                "info threads",
                "set $x5 = 0x1234",
                "p/x $x5",
                "set {int}&runstate_area = 77",
                "x/dw &runstate_area",
            ],
            elf,
        )
    assert f"hit Breakpoint 1, {machine.symbol('kernel_main'):#018x} in kernel_main" in said
    assert "<boot_mmu>" in said
    assert "[ SP EL=1 F I A C Z ]" in said
    assert "in runstate_register ()" in said
    assert "TTBR1_EL1      0x" in said
    assert "$1 = 0x0" in said
    assert '"d1v0" (running on pCPU 0 at EL1)' in said
    assert '"d1v1" (never started)' in said
    assert "$2 = 0x1234" in said
    assert ":\t77\n" in said


def test_the_instruction_at_which_the_area_of_kpti_goes_stale_is_found_forwards_and_backwards(
    gdb: str, boot: Boot, tmp_path: Path
) -> None:
    """The session of README.md."""
    with Serving(boot("kpti", vcpus=2)) as serving:
        elf = write_elf(serving.machine, tmp_path / "kpti.elf")
        said = run_gdb(
            gdb,
            serving.port,
            [
                f"symbol-file {elf} -o {UPPER_HALF}",
                "tbreak runstate_register",
                "continue",
                "watch *((long *)&runstate_area + 1)",
                "continue",
                "monitor until lost",
                "continue",
                "info threads",
                "p/x $TTBR1_EL1",
                "monitor runstate",
                "monitor walk 0xffffff8000018000 1",
                "continue",
                "echo == backwards ==\\n",
                "reverse-continue",
                "monitor until lost",
                "reverse-continue",
                "info registers pc cpsr",
                "reverse-continue",
            ],
        )
    forwards, backwards = said.split("== backwards ==")
    values = re.compile(r"Old value = (\d+)\nNew value = (\d+)")
    (zero, filled), (still, caught_up) = values.findall(forwards)
    assert int(zero) == 0 < int(filled) == int(still) < int(caught_up)
    assert "in runstate_register ()" in forwards  # Xen fills it as it is registered ...
    assert re.search(r"d1v0 area lost: 0 of \d+ bytes arrived, leaving cpu0 at EL0", forwards)
    assert '* 1    Thread 1 "d1v0" (runnable at EL0)          0x00000000004000' in forwards
    assert "not mapped by its live tables" in forwards
    walk = forwards[forwards.index("by the tables of d1v0 (thread 1)") :]
    assert "stage 1 translation fault, level 1, read of va 0xffffff8000018000" in walk
    assert "in kernel_spin ()" in forwards  # ... and not again before it is preempted in kernel mode
    assert values.findall(backwards) == [(caught_up, filled), (filled, zero)]
    lost = backwards.index("area lost")
    assert re.search(r"pc +0x4000.*\ncpsr .*\[ .*EL=0", backwards[lost:])


def test_a_watched_store_of_the_guest_is_met_forwards_and_undone_backwards(
    gdb: str, boot: Boot, tmp_path: Path
) -> None:
    with Serving(boot("kpti", vcpus=2)) as serving:
        elf = write_elf(serving.machine, tmp_path / "kpti.elf")
        said = run_gdb(
            gdb,
            serving.port,
            [
                f"symbol-file {elf} -o {UPPER_HALF}",
                "tbreak run_phase",
                "continue",
                "watch -l *(long *)($sp - 8)",
                "continue",
                "echo == backwards ==\\n",
                "reverse-continue",
                "x/1i $pc",
                "echo == again ==\\n",
                "continue",
            ],
        )
    forwards, rest = said.split("== backwards ==")
    backwards, again = rest.split("== again ==")
    assert "hit Hardware watchpoint 2" in forwards
    change = re.compile(r"Old value = (-?\d+)\nNew value = (-?\d+)\n0x(\w+) in run_phase")
    [(old, new, after)] = change.findall(forwards)
    [(undone_from, undone_to, at)] = change.findall(backwards)
    assert (undone_from, undone_to) == (new, old)
    assert int(at, 16) == int(after, 16) - 4
    assert "stp\tx29, x30, [sp, #-16]!" in backwards
    assert change.findall(again) == [(old, new, after)]


def test_stops_end_where_the_history_does_at_both_ends(gdb: str, boot: Boot) -> None:
    with Serving(boot("hello")) as serving:
        said = run_gdb(
            gdb, serving.port, ["continue", "reverse-stepi", "reverse-continue", "continue", "continue", "info threads"]
        )
        serving.wait()
    assert said.count("No more reverse-execution history.") == 3
    assert "Go back, or continue once more to let it end" in said
    assert "exited normally" in said


def test_detached_from_the_guest_stays_where_it_is_for_the_next_client(gdb: str, boot: Boot) -> None:
    with Serving(boot("hello")) as serving:
        run_gdb(gdb, serving.port, ["stepi", "stepi", "detach"])
        assert serving.machine.instructions == 2
        assert "Thread 1" in run_gdb(gdb, serving.port, ["reverse-stepi", "info threads", "detach"])
        assert serving.machine.instructions == 1


def test_a_step_of_another_thread_is_one_of_its_own_instructions(gdb: str, boot: Boot) -> None:
    with Serving(boot("kpti", vcpus=2)) as serving:
        said = run_gdb(
            gdb,
            serving.port,
            [
                "hbreak *0x400050",
                "continue",
                "delete",
                "thread 1",
                "stepi",
                "p/x $cpsr & 12",
                "thread 2",
                "stepi",
                "where",
            ],
        )
    assert 'Thread 2 "d1v1" hit Breakpoint 1' in said
    assert "0x0000000000400050" in said


def test_physical_memory_is_read_where_gdb_is_told_to(gdb: str, boot: Boot) -> None:
    with Serving(boot("hello")) as serving:
        said = run_gdb(
            gdb, serving.port, ["maint packet Qqemu.PhyMemMode:1", "x/4xb 0x40000038", "monitor phys 0x40000038 4"]
        )
    assert "0x41\t0x52\t0x4d\t0x64" in said  # the magic number of an arm64 Image
    assert "ARMd" in said


def test_ctrl_c_in_gdb_stops_the_guest(gdb: str, tmp_path: Path) -> None:
    source = tmp_path / "loud.S"
    text = """
#include "lib/kernel.h"
        .text
kernel_main:
        bl      boot_mmu
        print   "here\\n"
1:      b       1b
        .ltorg
#include "lib/end.S"
"""
    source.write_text(text)
    machine = harness.boot(source, memory=8 << 20)
    printed = threading.Event()
    machine.events.listen(ConsoleOutput, lambda _: printed.set())
    with Serving(machine) as serving:
        command = [gdb, "-nx", "-batch", "-ex", f"target remote 127.0.0.1:{serving.port}", "-ex", "continue"]
        command += ["-ex", "x/1i $pc", "-ex", "detach"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert printed.wait(PATIENCE_S)
        os.kill(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert "received signal SIGINT" in said
    assert "=> 0xffffff80000" in said


def test_kill_ends_the_server(gdb: str, boot: Boot) -> None:
    with Serving(boot("spin")) as serving:
        run_gdb(gdb, serving.port, ["kill"])
        serving.wait()
        assert serving.server.outcome is None
