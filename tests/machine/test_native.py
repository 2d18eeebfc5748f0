"""The machine code for the host: its bytes are its source's, and it does on either host what it says."""

import ctypes
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import unicorn
from unicorn import arm64_const as arm64
from unicorn import x86_const as x86

from harness.machine import native
from harness.machine.counting import (
    BLOCK,
    CLOCK,
    CNTKCTL,
    COUNT,
    EXIT,
    LIMIT,
    PHYSICAL,
    PSTATE,
    SHIFT,
    SIZE,
    STOP,
    VIRTUAL,
)

SOURCES = Path(native.__file__).parent
ASSEMBLERS = {
    "x86_64": ("x86_64-linux-gnu-", "binutils-x86-64-linux-gnu", ["--64"]),
    "aarch64": ("aarch64-linux-gnu-", "binutils-aarch64-linux-gnu", []),
}


@pytest.mark.parametrize("host", native.MACHINE_CODE)
def test_the_bytes_are_those_of_the_source(host: str, tool: Callable[..., str], tmp_path: Path) -> None:
    prefix, package, options = ASSEMBLERS[host]
    assembler, copier = (tool(f"{prefix}{name}", package=package) for name in ("as", "objcopy"))
    linked, flat = tmp_path / "code.o", tmp_path / "code.bin"
    subprocess.run([assembler, *options, "-o", linked, SOURCES / f"{host}.S"], check=True)
    subprocess.run([copier, "-O", "binary", linked, flat], check=True)
    assert flat.read_bytes() == native.MACHINE_CODE[host].code


# -- What the functions do, on either host's CPU as Unicorn emulates it ------------------------------------------------

CODE, METER, SITE, ACCESS, WORDS, STACK = 0x1000, 0x2000, 0x3000, 0x3100, 0x3200, 0x8000
RETURN, UC_EMU_STOP, PYTHON = 0x4000, 0x4100, 0x4200
EXIT_WORD, PSTATE_WORD, CNTKCTL_WORD, TARGET = WORDS, WORDS + 8, WORDS + 16, WORDS + 24
ENGINE, X5 = 0xE000, arm64.UC_ARM64_REG_X5
VA = 0x4000_0008
ERET = 0xD69F_03E0


class Host:
    """One of the functions, called on an emulated host with a meter and a site in its memory."""

    def __init__(self, name: str) -> None:
        x86_64 = name == "x86_64"
        kind = (unicorn.UC_ARCH_X86, unicorn.UC_MODE_64) if x86_64 else (unicorn.UC_ARCH_ARM64, unicorn.UC_MODE_ARM)
        self._engine = unicorn.Uc(*kind)
        self._x86_64 = x86_64
        self._engine.mem_map(0, 0x10000)
        self._engine.mem_write(CODE, native.MACHINE_CODE[name].code)
        self._read_counter = CODE + native.MACHINE_CODE[name].read_counter
        self._check_return = CODE + native.MACHINE_CODE[name].check_return
        self.meter = [0] * 12
        self.meter[EXIT], self.meter[PSTATE], self.meter[CNTKCTL] = EXIT_WORD, PSTATE_WORD, CNTKCTL_WORD
        self.meter[STOP] = UC_EMU_STOP
        self.meter[LIMIT] = 1000
        self.words = dict.fromkeys((EXIT_WORD, PSTATE_WORD, CNTKCTL_WORD, TARGET), 0)
        self.ended_at = 0
        self.engine_argument = self.last_argument = 0

    def _call(self, function: int, *arguments: int) -> int:
        engine = self._engine
        engine.mem_write(METER, struct.pack("<12Q", *self.meter))
        engine.mem_write(SITE, struct.pack("<5Q", VA, X5, TARGET, METER, PYTHON))
        for at, value in self.words.items():
            engine.mem_write(at, struct.pack("<Q", value))
        if self._x86_64:
            engine.mem_write(STACK, struct.pack("<Q", RETURN))
            engine.reg_write(x86.UC_X86_REG_RSP, STACK)
            into = x86.UC_X86_REG_RDI, x86.UC_X86_REG_RSI, x86.UC_X86_REG_RDX, x86.UC_X86_REG_RCX
            result, program_counter = x86.UC_X86_REG_RAX, x86.UC_X86_REG_RIP
        else:
            engine.reg_write(arm64.UC_ARM64_REG_X30, RETURN)
            into = arm64.UC_ARM64_REG_X0, arm64.UC_ARM64_REG_X1, arm64.UC_ARM64_REG_X2, arm64.UC_ARM64_REG_X3
            result, program_counter = arm64.UC_ARM64_REG_X0, arm64.UC_ARM64_REG_PC
        for register, value in zip(into, arguments, strict=True):
            engine.reg_write(register, value)
        engine.ctl_exits_enabled(True)
        engine.ctl_set_exits([RETURN, UC_EMU_STOP, PYTHON])
        engine.emu_start(function, 0, count=200)
        self.ended_at = engine.reg_read(program_counter)
        self.engine_argument, self.last_argument = engine.reg_read(into[0]), engine.reg_read(into[3])
        self.meter = list(struct.unpack("<12Q", engine.mem_read(METER, 96)))
        for at in self.words:
            (self.words[at],) = struct.unpack("<Q", engine.mem_read(at, 8))
        return int(engine.reg_read(result)) & 0xFFFF_FFFF

    def count_block(self, address: int, size: int) -> None:
        self._call(CODE, ENGINE, address, 0xFFFF_FFFF_0000_0000 | size, METER)

    def read_counter(self, register: int = X5, encoding: tuple[int, ...] = (14, 0, 3, 3, 2)) -> int:
        self._engine.mem_write(ACCESS, struct.pack("<5IxxxxQ", *encoding, 0))
        return self._call(self._read_counter, ENGINE, register, ACCESS, SITE)

    def check_return(self, spsr: int) -> None:
        self._engine.mem_write(ACCESS, struct.pack("<3Q", ACCESS + 16, PYTHON, spsr))
        self._call(self._check_return, ENGINE, VA, 4, ACCESS)


@pytest.fixture(params=native.MACHINE_CODE)
def host(request: pytest.FixtureRequest) -> Host:
    return Host(request.param)


def test_a_block_that_fits_is_counted(host: Host) -> None:
    host.meter[COUNT] = 990
    host.count_block(VA, 40)
    assert (host.ended_at, host.meter[COUNT], host.meter[BLOCK], host.meter[SIZE]) == (RETURN, 1000, VA, 40)


def test_a_block_that_does_not_fit_ends_the_run_before_it(host: Host) -> None:
    host.meter[COUNT] = 990
    host.count_block(VA, 44)
    assert (host.ended_at, host.engine_argument) == (UC_EMU_STOP, ENGINE)
    assert (host.meter[COUNT], host.meter[BLOCK], host.meter[SIZE]) == (990, 0, 0)


def test_a_block_that_the_engine_will_not_run_is_not_counted(host: Host) -> None:
    host.words[EXIT_WORD] = 0xFFFF_0000
    host.count_block(VA, 4)
    assert (host.ended_at, host.meter[COUNT]) == (RETURN, 0)


def clock(host: Host, *, el: int = 1, cntkctl: int = 0) -> Host:
    """Ten instructions begun, the site the third of the four in the present block: so the ninth of all."""
    host.meter[COUNT], host.meter[BLOCK], host.meter[SIZE] = 10, VA - 8, 16
    host.meter[SHIFT], host.meter[CLOCK], host.meter[VIRTUAL], host.meter[PHYSICAL] = 4, 10_000, 1_600, 800
    host.words[PSTATE_WORD], host.words[CNTKCTL_WORD] = el << 2 | el, cntkctl
    return host


@pytest.mark.parametrize(("op2", "origin"), [(1, 800), (2, 1_600)])
def test_a_counter_is_read_as_of_the_instruction_that_reads_it(host: Host, op2: int, origin: int) -> None:
    assert clock(host).read_counter(encoding=(14, 0, 3, 3, op2)) == 1
    assert (host.ended_at, host.words[TARGET]) == (RETURN, (10_009 - origin) // 16)


@pytest.mark.parametrize(("op2", "bit"), [(1, 1), (2, 2)])
def test_el0_reads_only_with_leave(host: Host, op2: int, bit: int) -> None:
    assert clock(host, el=0, cntkctl=bit).read_counter(encoding=(14, 0, 3, 3, op2)) == 1
    clock(host, el=0, cntkctl=3 & ~bit).read_counter(encoding=(14, 0, 3, 3, op2))
    assert (host.ended_at, host.last_argument) == (PYTHON, VA)


@pytest.mark.parametrize(
    "encoding",
    [(13, 0, 3, 3, 2), (14, 1, 3, 3, 2), (14, 0, 2, 3, 2), (14, 0, 3, 2, 2), (14, 0, 3, 3, 0), (14, 0, 3, 3, 3)],
)
def test_another_instruction_at_the_address_is_left_to_python(host: Host, encoding: tuple[int, ...]) -> None:
    clock(host).read_counter(encoding=encoding)
    assert (host.ended_at, host.engine_argument, host.last_argument) == (PYTHON, ENGINE, VA)


def test_another_register_is_left_to_python(host: Host) -> None:
    clock(host).read_counter(register=X5 + 1)
    assert (host.ended_at, host.words[TARGET]) == (PYTHON, 0)


def test_a_read_at_the_very_end_of_a_run_is_left_to_python(host: Host) -> None:
    clock(host).meter[LIMIT] = 9
    host.read_counter()
    assert host.ended_at == PYTHON


def test_without_a_clock_every_read_is_left_to_python(host: Host) -> None:
    clock(host).meter[SHIFT] = 0
    host.read_counter()
    assert host.ended_at == PYTHON


@pytest.mark.parametrize("bits", [0, 0xFFFF_FFFF_F02F_FFE0], ids=["alone", "with other bits"])
@pytest.mark.parametrize("mode", range(32))
def test_only_a_return_to_el0_or_el1_without_il_is_let_through(host: Host, mode: int, bits: int) -> None:
    host.check_return(bits & ~(1 << 20) | mode)
    legal = mode in (0b00000, 0b00100, 0b00101)
    assert host.ended_at == (RETURN if legal else PYTHON)
    if not legal:
        assert (host.engine_argument, host.last_argument & 0xFFFF_FFFF) == (ENGINE, ERET)
    host.check_return(1 << 20 | mode)
    assert host.ended_at == PYTHON


def test_this_host_has_its_functions_or_does_without() -> None:
    functions = native.native_functions()
    if functions is not None:
        code = native.MACHINE_CODE[native.platform.machine()].code
        assert ctypes.string_at(functions.count_block, len(code)) == code
