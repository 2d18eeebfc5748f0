"""Taking an exception to EL1 and returning, as the architecture defines them: functions from CPU state to CPU state.

Arm DDI 0487, AArch64.TakeException and D1.3 ("Exceptions"). The caller writes ESR_EL1 and FAR_EL1: they depend on the
exception, the rest does not.
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
PSTATE_IL = 1 << 20
"""Illegal execution state: every instruction raises an exception."""
PSTATE_NZCV = 0xF000_0000

HCR_VI = 1 << 7
"""HCR_EL2: a virtual IRQ is pending."""

MODE_EL0 = 0b0000
MODE_EL1T = 0b0100
MODE_EL1H = 0b0101

ESR_IL = 1 << 25
ESR_UNKNOWN = ESR_IL
"""ESR_EL1 of an undefined instruction: exception class 0, a 32-bit instruction."""


FPEN_SHIFT, FPEN_ALL, FPEN_EL1 = 20, 3, 1
"""CPACR_EL1.FPEN: 3 lets all FP and SIMD instructions through, 1 those of EL1, and 0 and 2 none."""


def fp_traps(cpacr: int, level: int) -> bool:
    """Whether CPACR_EL1 traps FP and SIMD instructions at exception level ``level``."""
    fpen = cpacr >> FPEN_SHIFT & FPEN_ALL
    return fpen != FPEN_ALL and not (fpen == FPEN_EL1 and level == 1)


@dataclass(frozen=True, slots=True)
class CpuState:
    """What an exception entry reads. Of ``sp_el0`` and ``sp_el1``, the one in use is stale: ``sp`` has its value."""

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
    # The groups of vectors: 0x000 from EL1 with SP_EL0, 0x200 from EL1 with SP_EL1, 0x400 from EL0 in AArch64.
    if mode == MODE_EL1H:
        group, sp, sp_el0 = 0x200, state.sp, state.sp_el0
    else:  # SP_EL0 is in use, at EL0 or at EL1t: save it and switch to SP_EL1
        group, sp, sp_el0 = 0x400 if mode == MODE_EL0 else 0x000, state.sp_el1, state.sp
    return Entry(
        pc=state.vbar + group + kind & MASK64,
        pstate=state.pstate & PSTATE_NZCV | PSTATE_DAIF | MODE_EL1H,
        sp=sp,
        sp_el0=sp_el0,
        elr=state.pc,
        spsr=state.pstate,
    )


_AARCH32 = 1 << 4
_LEGAL_MODES = frozenset((MODE_EL0, MODE_EL1T, MODE_EL1H, _AARCH32))
"""SPSR_EL1.M to which an exception return at EL1 is legal: EL0 and EL1 in AArch64, EL0 in AArch32."""
SPSR_MODE = 0x1F


def sets_illegal_state(spsr: int) -> bool:
    """Whether an exception return at EL1 with this SPSR_EL1 sets PSTATE.IL (Arm DDI 0487, D1.3.4 and D1.3.5)."""
    mode = spsr & SPSR_MODE
    return mode not in _LEGAL_MODES or bool(spsr & PSTATE_IL and mode != _AARCH32)


@dataclass(frozen=True, slots=True)
class IllegalReturnState:
    """What an exception return writes."""

    pc: int
    pstate: int
    sp: int
    sp_el0: int
    sp_el1: int


def return_illegally(state: CpuState, spsr: int, elr: int) -> IllegalReturnState:
    """Return from EL1 to ``elr`` with an ``spsr`` that sets PSTATE.IL; an illegal mode keeps the level and SP."""
    before = state.pstate & (PSTATE_EL | PSTATE_SP)
    mode = spsr & SPSR_MODE
    after = mode if mode in _LEGAL_MODES else before
    pstate = spsr & (PSTATE_NZCV | PSTATE_DAIF) | PSTATE_IL | after
    sp_el0, sp_el1 = (state.sp_el0, state.sp) if before == MODE_EL1H else (state.sp, state.sp_el1)
    return IllegalReturnState(elr, pstate, sp_el1 if after == MODE_EL1H else sp_el0, sp_el0, sp_el1)
