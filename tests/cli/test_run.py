"""``harness run``: every exit status, what goes to which stream, and one clear line for bad input."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

GUESTS = Path(__file__).parents[2] / "guest_asm"
SAYS = b"Hello from EL1, through console_io.\n"
TRACEBACK = b"Traceback"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: bytes
    err: bytes


def run(*words: str | Path, console_input: bytes = b"") -> Done:
    command = [sys.executable, "-m", "harness", "run", *(str(word) for word in words)]
    done = subprocess.run(command, input=console_input, capture_output=True, check=False)
    assert TRACEBACK not in done.stderr + done.stdout
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def source(tmp_path: Path):
    """``source("text")``: a path to a guest with that text."""

    def write(text: str) -> Path:
        path = tmp_path / "guest.S"
        path.write_text(text)
        return path

    return write


def kernel(body: str) -> str:
    return f'#include "lib/boot.S"\n#include "lib/console.S"\n    .text\nkernel_main:\n{body}\n#include "lib/end.S"\n'


def test_a_guest_that_powers_off_is_status_0_and_standard_output_is_its_console_alone() -> None:
    assert run(GUESTS / "hello.S") == Done(0, SAYS, b"")


def test_the_bytes_of_a_console_are_not_changed(source) -> None:
    body = (
        "    address x2, all\n    mov x0, #0\n    mov x1, #256\n    hypercall HYPERVISOR_console_io\n    b power_off\n"
        "all:\n" + "".join(f"    .byte {value}\n" for value in range(256))
    )
    assert run(source(kernel(body))) == Done(0, bytes(range(256)), b"")


def test_input_is_standard_input() -> None:
    done = run(GUESTS / "echo.S", "--dom0", console_input=b"from a pipe\n\4")
    assert done.status == 0
    assert b"from a pipe\n" in done.out


def test_xens_log_goes_to_standard_error_with_xens_prefix(source) -> None:
    done = run(source(kernel('    mov x0, #0x3333\n    hvc #0\n    print "on\\n"\n    b power_off')))
    assert done == Done(0, b"on\n", b"(XEN) d1v0 Unhandled SMC/HVC: 0x3333\n")


def test_a_neighbours_console_goes_to_standard_error_and_is_marked(source) -> None:
    body = "    mov x19, #0x100000\n1:  subs x19, x19, #1\n    b.ne 1b\n    mov x19, #0x300000\n2:  subs x19, x19, #1\n"
    done = run(source(kernel(body + "    b.ne 2b\n    b power_off")), "--also", GUESTS / "echo.S", console_input=b"\4")
    assert done.out == b""
    assert b"(d2) echo: type; Ctrl-D ends" in done.err


@pytest.mark.parametrize(
    ("guest", "words"),
    [
        ("hello.S", ["--frobnicate"]),
        ("hello.S", ["--memory", "much"]),
        ("hello.S", ["--max-insns", "0"]),
        ("hello.S", ["--vcpus", "many"]),
        ("hello.S", ["another"]),
    ],
)
def test_wrong_usage_is_status_2(guest: str, words: list[str]) -> None:
    done = run(GUESTS / guest, *words)
    assert done.status == 2
    assert done.out == b""
    assert b"Usage:" in done.err


def test_no_guest_is_wrong_usage() -> None:
    assert run().status == 2


def elf_of_x86() -> bytes:
    words = (2, 62), (1,), (0, 64, 0), (0,), (64, 56, 0, 64, 0, 0)
    sizes = 2, 4, 8, 4, 2
    packed = [value.to_bytes(size, "little") for group, size in zip(words, sizes, strict=True) for value in group]
    return b"\x7fELF\x02\x01\x01" + bytes(9) + b"".join(packed)


BAD_FILES = {
    "missing.S": (None, b"missing.S"),
    "missing.bin": (None, b"missing.bin"),
    "empty.bin": (b"", b"empty.bin"),
    "x86.elf": (elf_of_x86(), b"x86.elf"),
    "bad.S": (b"    nop\n    frobnicate x0\n", b"bad.S:2: "),
    "large.bin": (bytes(65 << 20), b"memory is 67,108,864 bytes"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_used_is_status_3_and_says_why(name: str, tmp_path: Path) -> None:
    data, message = BAD_FILES[name]
    if data is not None:
        (tmp_path / name).write_bytes(data)
    done = run(tmp_path / name)
    assert (done.status, done.out) == (3, b"")
    assert message in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["--abi", "xen-3.0"],
        ["--vcpus", "0"],
        ["--vcpus", "1000000"],
        ["--pcpus", "0"],
        ["--memory", "0"],
        ["--memory", "1048576G"],
        ["--memory", "3"],
        ["--initrd", "/no/such/file"],
        ["--also", "/no/such/file"],
    ],
    ids=" ".join,
)
def test_a_value_that_cannot_be_used_is_status_3_in_one_line(words: list[str]) -> None:
    done = run(GUESTS / "hello.S", *words)
    assert (done.status, done.out) == (3, b"")
    assert done.err.startswith(b"harness: ")
    assert done.err.count(b"\n") == 1


def test_a_guest_that_gives_up_is_status_4_with_its_registers_its_code_and_both_stages_of_pc() -> None:
    done = run(GUESTS / "crash.S")
    assert done.status == 4
    assert done.out.startswith(b"Unhandled exception: synchronous from EL1")
    text = done.err.decode()
    assert "d1v0 crashed" in text
    assert "SCTLR_EL1" in text
    assert "x30 " in text
    assert "-> ffffff80" in text
    assert "both stages translate it" in text
    assert "stage 1" in text
    assert "stage 2" in text


def test_a_guest_whose_vectors_fault_for_ever_is_status_4_at_once(source) -> None:
    done = run(source("    udf #0\n"))
    assert (done.status, done.out) == (4, b"")
    assert done.err.startswith(b"d1v0 crashed: pc 0x40000000 (")
    assert b"guest.S:1), at EL1: `udf #0` is undefined" in done.err.splitlines()[0]
    assert b"The vectors could not take that exception: VBAR_EL1 is 0x0 (no vectors)" in done.err
    assert b"stage 2" in done.err


def test_a_guest_that_never_stops_is_status_5_when_its_instructions_are_spent(source) -> None:
    done = run(source("    b .\n"), "--max-insns", "12345")
    assert (done.status, done.out) == (5, b"")
    assert b"12,345 instructions" in done.err


def test_a_guest_that_never_stops_is_status_5_when_its_time_is_up(source) -> None:
    done = run(source("    b .\n"), "--timeout", "0")
    assert (done.status, done.out) == (5, b"")
    assert b"time" in done.err


def test_a_guest_that_waits_for_nothing_is_status_6(source) -> None:
    done = run(source("1:  wfi\n    b 1b\n"))
    assert (done.status, done.out) == (6, b"")
    assert b"deadlock" in done.err
    assert b"d1v0 waits" in done.err


@pytest.mark.parametrize("reason", ["SHUTDOWN_reboot", "SHUTDOWN_suspend"])
def test_another_shutdown_is_status_7(reason: str, source) -> None:
    done = run(source(kernel(f"    mov x0, #{reason}\n    b shutdown")))
    assert (done.status, done.out) == (7, b"")


def test_a_psci_reset_is_status_7(source) -> None:
    assert run(source(kernel("    psci PSCI_SYSTEM_RESET"))).status == 7


def test_an_image_and_an_elf_run_as_their_source_does(tmp_path: Path) -> None:
    for options in ([], ["--elf"]):
        built = tmp_path / "hello"
        command = [sys.executable, "-m", "harness", "asm", str(GUESTS / "hello.S"), "-o", str(built), *options]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 0
        assert run(built) == Done(0, SAYS, b"")


def test_the_same_command_gives_the_same_bytes() -> None:
    words = (GUESTS / "kpti.S", "--vcpus", "2")
    assert run(*words) == run(*words)
