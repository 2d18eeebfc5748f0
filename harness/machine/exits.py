"""Why a CPU stopped, or what it trapped on, as typed values decoded from an ESR_EL2-format syndrome.

``TRAPS`` is the one table from exception class (Arm DDI 0487, D19.2, "ESR_ELx") to a type. The hypervisor answers
traps; :meth:`harness.machine.cpu.Cpu.run` returns run ends to its caller.
"""

from collections.abc import Callable
from dataclasses import dataclass

from harness.machine.sysregs import NAMES, Encoding


@dataclass(frozen=True, slots=True)
class Hvc:
    """HVC from EL1; PC is already on the next instruction."""

    immediate: int


@dataclass(frozen=True, slots=True)
class Smc:
    """SMC from EL1, trapped by HCR_EL2.TSC; PC is on it."""

    immediate: int


@dataclass(frozen=True, slots=True)
class Wfx:
    """WFI or WFE, trapped by HCR_EL2.TWI or TWE; PC is on it."""

    event: bool


@dataclass(frozen=True, slots=True)
class SysregAccess:
    """MSR, MRS or a cache, TLB or address instruction that EL2 traps; PC is on it."""

    encoding: Encoding
    register: int
    read: bool

    def __str__(self) -> str:
        name = NAMES.get(self.encoding, str(self.encoding))
        return f"mrs x{self.register}, {name}" if self.read else f"msr {name}, x{self.register}"


@dataclass(frozen=True, slots=True)
class Stage2Abort:
    """An access that stage 2 does not allow; PC is on the instruction.

    ``iss`` is the syndrome's ISS. ``va`` is FAR_EL2; ``ipa`` has the page from HPFAR_EL2 and the offset from
    ``va``, but only the page where the walk of stage 1 itself faulted (``s1ptw``).
    """

    fetch: bool
    va: int
    ipa: int
    iss: int

    @property
    def write(self) -> bool:
        """Whether it is a store (ISS.WnR)."""
        return not self.fetch and bool(self.iss >> 6 & 1)

    @property
    def s1ptw(self) -> bool:
        """Whether the fault is on a read of a stage-1 table (ISS.S1PTW)."""
        return bool(self.iss >> 7 & 1)

    @property
    def status_code(self) -> int:
        """The fault status code: kind and level (ISS.DFSC or IFSC)."""
        return self.iss & 0x3F


@dataclass(frozen=True, slots=True)
class OtherTrap:
    """A trap to EL2 of a class that has no type above."""

    exception_class: int
    iss: int


Trap = Hvc | Smc | Wfx | SysregAccess | Stage2Abort | OtherTrap

EC_WFX = 0x01
EC_SVC64 = 0x15
EC_HVC64 = 0x16
EC_SMC64 = 0x17
EC_SYSREG = 0x18
EC_INSTRUCTION_ABORT_LOWER = 0x20
EC_INSTRUCTION_ABORT_SAME = 0x21
EC_PC_ALIGNMENT = 0x22
EC_DATA_ABORT_LOWER = 0x24
EC_DATA_ABORT_SAME = 0x25


ISS_WNR = 1 << 6
ISS_ACQUIRE_RELEASE = 1 << 14
ISS_SIZE_SHIFT = 22
"""Fields of the ISS of a data abort (Arm DDI 0487, D19.2): a store; LDAR or STLR; log2 of the access's size."""

RETIRED_AT_TRAP = frozenset((EC_SVC64, EC_HVC64))
"""Exception classes whose instruction is complete when the CPU traps: PC is after it."""


def _sysreg(iss: int, _va: int, _ipa: int) -> Trap:
    encoding = Encoding(iss >> 20 & 3, iss >> 14 & 7, iss >> 10 & 15, iss >> 1 & 15, iss >> 17 & 7)
    return SysregAccess(encoding, iss >> 5 & 31, bool(iss & 1))


TRAPS: dict[int, Callable[[int, int, int], Trap]] = {
    EC_WFX: lambda iss, va, ipa: Wfx(bool(iss & 1)),
    EC_HVC64: lambda iss, va, ipa: Hvc(iss & 0xFFFF),
    EC_SMC64: lambda iss, va, ipa: Smc(iss & 0xFFFF),
    EC_SYSREG: _sysreg,
    EC_INSTRUCTION_ABORT_LOWER: lambda iss, va, ipa: Stage2Abort(True, va, ipa, iss),
    EC_DATA_ABORT_LOWER: lambda iss, va, ipa: Stage2Abort(False, va, ipa, iss),
}
"""By exception class, the function that makes the trap from the syndrome's ISS, FAR_EL2 and the faulting IPA."""


_SYSTEM_MASK, _SYSTEM = 0xFFD0_0000, 0xD510_0000
"""MRS and MSR of a general register, op0 2 or 3 (Arm DDI 0487, C4.1, "System register move")."""


def decode_system(word: int) -> SysregAccess | None:
    """Make the trap of an MRS or MSR instruction; None for any other."""
    if word & _SYSTEM_MASK != _SYSTEM:
        return None
    encoding = Encoding(word >> 19 & 3, word >> 16 & 7, word >> 12 & 15, word >> 8 & 15, word >> 5 & 7)
    return SysregAccess(encoding, word & 31, bool(word >> 21 & 1))


def decode(syndrome: int, va: int, ipa: int) -> Trap:
    """Make the typed trap of a syndrome, FAR_EL2 and the faulting IPA."""
    make = TRAPS.get(syndrome >> 26)
    iss = syndrome & 0x1FF_FFFF
    return make(iss, va, ipa) if make else OtherTrap(syndrome >> 26, iss)


def taken_to_el1(exception_class: int, el: int) -> int:
    """The class that EL1 sees of an abort whose class is that of EL2, raised at exception level ``el``."""
    return exception_class | 1 if el else exception_class


@dataclass(frozen=True, slots=True)
class BudgetSpent:
    """The slice ended: its whole budget of instructions has been issued."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The handler of a trap made the CPU stop there."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Something happened that changes the hypervisor's plans; the CPU can continue from here."""


@dataclass(frozen=True, slots=True)
class VectorLoop:
    """An exception at EL1 whose own vector raises the same exception for ever, so that the CPU makes no progress.

    A real CPU would spin there silently; ``syndrome`` and ``far`` are those of the exception.
    """

    vector: int
    syndrome: int
    far: int


@dataclass(frozen=True, slots=True)
class Aarch32State:
    """The guest left AArch64 by an ERET to AArch32 EL0, which the harness does not run."""

    pc: int


RunEnd = BudgetSpent | Stopped | Paused | VectorLoop | Aarch32State
