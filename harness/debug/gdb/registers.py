"""The registers that a debugger sees of a vCPU, in the order of their numbers: data, and how each is read and written.

Names and sizes are those of gdb's standard features ``org.gnu.gdb.aarch64.core`` and ``.fpu``. The EL1 and EL0 system
registers follow, under their names in the Arm architecture manual.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from harness.machine.exceptions import MODE_EL0, MODE_EL1H, MODE_EL1T
from harness.machine.sysregs import GUEST_STATE
from harness.xen.domains.domain import Vcpu
from harness.xen.interrupts.timers import access_timer

CORE, FPU, SYSTEM = "org.gnu.gdb.aarch64.core", "org.gnu.gdb.aarch64.fpu", "org.xen.harness.aarch64.system"

_MODE_BITS = 0x1F
_PSTATE_BITS = 0xF000_0000 | 1 << 21 | 1 << 20 | 0xF << 6 | _MODE_BITS
"""NZCV, SS, IL, DAIF and the mode: the bits that an SPSR of an Armv8.0 CPU can put into PSTATE from AArch64."""


@dataclass(frozen=True, slots=True)
class GdbRegister:
    """One register. ``write`` returns whether it accepted the value; it is None for a read-only register."""

    name: str
    bits: int
    feature: str
    read: Callable[[Vcpu], int]
    write: Callable[[Vcpu, int], bool] | None

    @property
    def size(self) -> int:
        """The register's size in packets, in bytes."""
        return self.bits // 8


def _read_x(number: int, vcpu: Vcpu) -> int:
    return vcpu.cpu.x[number]


def _write_x(number: int, vcpu: Vcpu, value: int) -> bool:
    vcpu.cpu.x[number] = value
    return True


def _write_sp(vcpu: Vcpu, value: int) -> bool:
    vcpu.cpu.sp = value
    return True


def _write_pc(vcpu: Vcpu, value: int) -> bool:
    vcpu.cpu.pc = value
    return True


def _bank_in_use(pstate: int) -> str:
    return "SP_EL1" if pstate & _MODE_BITS == MODE_EL1H else "SP_EL0"


def _write_pstate(vcpu: Vcpu, value: int) -> bool:
    """Write PSTATE; the mode must be one that a guest can be in, because EL2 is Xen's and AArch32 is not emulated."""
    if value & _MODE_BITS not in (MODE_EL0, MODE_EL1T, MODE_EL1H) or value & ~_PSTATE_BITS:
        return False
    cpu = vcpu.cpu
    # cpu.sp is the SP of the present mode: save it to its bank, and load that of the new mode.
    before, after = _bank_in_use(cpu.pstate), _bank_in_use(value)
    if before != after:
        cpu.write_sysreg(before, cpu.sp)
    cpu.pstate = value
    if before != after:
        cpu.sp = cpu.read_sysreg(after)
    return True


def _read_banked(name: str, vcpu: Vcpu) -> int:
    """SP_EL0 or SP_EL1; the one in use is SP itself."""
    cpu = vcpu.cpu
    return cpu.sp if name == _bank_in_use(cpu.pstate) else cpu.read_sysreg(name)


def _write_banked(name: str, vcpu: Vcpu, value: int) -> bool:
    cpu = vcpu.cpu
    if name == _bank_in_use(cpu.pstate):
        cpu.sp = value
    else:
        cpu.write_sysreg(name, value)
    return True


def _read_sysreg(name: str, vcpu: Vcpu) -> int:
    return vcpu.cpu.read_sysreg(name)


def _write_sysreg(name: str, vcpu: Vcpu, value: int) -> bool:
    vcpu.cpu.write_sysreg(name, value)
    vcpu.cpu.flush_tlb()  # the register may be a TTBR or TCR, and the debugger has no TLBI
    return True


def _read_vector(number: int, vcpu: Vcpu) -> int:
    return vcpu.cpu.read_vector(number)


def _write_vector(number: int, vcpu: Vcpu, value: int) -> bool:
    vcpu.cpu.write_vector(number, value)
    return True


def _read_timer(register: str, vcpu: Vcpu) -> int:
    return vcpu.state.timer.read(register, vcpu.domain.now_ns())


def _write_timer(register: str, vcpu: Vcpu, value: int) -> bool:
    access_timer(vcpu, vcpu.state.timer, register, value)
    return True


def _core() -> list[GdbRegister]:
    general = [GdbRegister(f"x{n}", 64, CORE, partial(_read_x, n), partial(_write_x, n)) for n in range(31)]
    return [
        *general,
        GdbRegister("sp", 64, CORE, lambda vcpu: vcpu.cpu.sp, _write_sp),
        GdbRegister("pc", 64, CORE, lambda vcpu: vcpu.cpu.pc, _write_pc),
        GdbRegister("cpsr", 32, CORE, lambda vcpu: vcpu.cpu.pstate, _write_pstate),
    ]


def _fpu() -> list[GdbRegister]:
    vectors = [GdbRegister(f"v{n}", 128, FPU, partial(_read_vector, n), partial(_write_vector, n)) for n in range(32)]
    controls = [
        GdbRegister(name.lower(), 32, FPU, partial(_read_sysreg, name), partial(_write_sysreg, name))
        for name in ("FPSR", "FPCR")
    ]
    return vectors + controls


def _system() -> list[GdbRegister]:
    stored = [GdbRegister(name, 64, SYSTEM, partial(_read_sysreg, name), partial(_write_sysreg, name))
              for name in GUEST_STATE]  # fmt: skip
    banked = [GdbRegister(name, 64, SYSTEM, partial(_read_banked, name), partial(_write_banked, name))
              for name in ("SP_EL0", "SP_EL1")]  # fmt: skip
    timer = [GdbRegister(f"CNTV_{each}_EL0", 64, SYSTEM, partial(_read_timer, each), partial(_write_timer, each))
             for each in ("CTL", "CVAL", "TVAL")]  # fmt: skip
    return [
        *stored,
        *banked,
        *timer,
        GdbRegister("CNTVCT_EL0", 64, SYSTEM, partial(_read_timer, "CT"), None),
        GdbRegister("MPIDR_EL1", 64, SYSTEM, lambda vcpu: vcpu.mpidr, None),
    ]


REGISTERS: tuple[GdbRegister, ...] = (*_core(), *_fpu(), *_system())
"""All registers; a register's number in packets is its index."""

PC = 32
"""The number of the register pc."""


def read_register(vcpu: Vcpu, register: GdbRegister) -> bytes:
    """A register's value as in packets: little-endian hexadecimal, or ``x`` for each digit if the vCPU has no CPU."""
    if not vcpu.has_cpu:
        return b"xx" * register.size
    value = register.read(vcpu) & (1 << register.bits) - 1
    return value.to_bytes(register.size, "little").hex().encode()


def write_register(vcpu: Vcpu, register: GdbRegister, value: int) -> bool:
    """Write a register; False if it is read-only, or cannot have this value."""
    return vcpu.has_cpu and register.write is not None and register.write(vcpu, value)
