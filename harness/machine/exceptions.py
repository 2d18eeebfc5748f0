"""Taking an exception to EL1, as the architecture defines it: a function from CPU state to CPU state.

Arm DDI 0487, AArch64.TakeException and D1.3 ("Exceptions"). ESR_EL1 and FAR_EL1 are the caller's to write: they
depend on the exception, the rest does not.
"""

from dataclasses import dataclass

from harness.abi.words import MASK64

SYNCHRONOUS = 0x000
IRQ = 0x080
FIQ = 0x100
SERROR = 0x180

PSTATE_EL = 0b1100
PSTATE_SP = 0b0001
PSTATE_DAIF = 0b1111 << 6
PSTATE_I = 1 << 7
"""IRQs are masked."""
PSTATE_NZCV = 0xF000_0000

HCR_VI = 1 << 7
"""HCR_EL2: a virtual IRQ is pending."""

MODE_EL0 = 0b0000
MODE_EL1T = 0b0100
MODE_EL1H = 0b0101

ESR_IL = 1 << 25
ESR_UNKNOWN = ESR_IL
"""ESR_EL1 of an undefined instruction: exception class 0, a 32-bit instruction."""


@dataclass(frozen=True, slots=True)
class CpuState:
    """What an exception entry reads: the banked stack pointers are valid where they are not the one in use."""

    pc: int
    pstate: int
    sp: int
    sp_el0: int
    sp_el1: int
    vbar: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What an exception entry writes."""

    pc: int
    pstate: int
    sp: int
    sp_el0: int
    elr: int
    spsr: int


def enter_el1(state: CpuState, kind: int = SYNCHRONOUS) -> Entry:
    """Take an exception of ``kind`` (the offset in a vector group) from EL0 or EL1 to EL1."""
    mode = state.pstate & (PSTATE_EL | PSTATE_SP)
    if mode == MODE_EL1H:
        group, sp, sp_el0 = 0x200, state.sp, state.sp_el0
    else:  # SP_EL0 is in use, at EL0 or at EL1t: it is banked and SP_EL1 taken
        group, sp, sp_el0 = 0x400 if mode == MODE_EL0 else 0x000, state.sp_el1, state.sp
    return Entry(
        pc=state.vbar + group + kind & MASK64,
        pstate=state.pstate & PSTATE_NZCV | PSTATE_DAIF | MODE_EL1H,
        sp=sp,
        sp_el0=sp_el0,
        elr=state.pc,
        spsr=state.pstate,
    )
