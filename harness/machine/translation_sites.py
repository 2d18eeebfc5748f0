"""Intercepts instructions about translation that do something else on Unicorn's CPU than on the guest's.

A write of TCR_EL1 may name a granule or a size that only Unicorn has, one of SCTLR_EL1 may turn on alignment checks,
which Unicorn does not make, and AT must report address size faults, of which Unicorn knows nothing. Such instructions
are rare, and each gets a hook for its address alone: :mod:`harness.machine.counter_sites` finds them, and asks here.
"""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass

import unicorn
from unicorn import arm64_const as uc_arm64
from unicorn.unicorn_py3.unicorn import uclib

from harness.machine.mmu import Access
from harness.machine.sysregs import SYSREGS
from harness.machine.unicorn_layout import SystemRegister

_AT, _AT_OPERANDS = 0xD508_7800, 0x7F
_MSR_TCR, _MRS_TCR, _MSR_SCTLR, _REGISTER = 0xD518_2040, 0xD538_2040, 0xD518_1000, 0x1F


def is_site(word: int) -> bool:
    """Whether an instruction is AT S1E1R, S1E1W, S1E0R or S1E0W, an access to TCR_EL1, or a write of SCTLR_EL1."""
    return word & ~_AT_OPERANDS == _AT or word & ~_REGISTER in (_MSR_TCR, _MRS_TCR, _MSR_SCTLR)


@dataclass(frozen=True)
class TranslationAnswers:
    """What the CPU does at a site. It is called in the middle of a slice, at EL1 only.

    ``read_tcr`` returns TCR_EL1. ``writes_tcr`` and ``writes_sctlr`` are passed the value before it is written.
    ``translates`` is passed the address and the access of an AT, with the exception level of the access; it returns
    PAR_EL1, or None if the emulator must execute the instruction itself.
    """

    read_tcr: Callable[[], int]
    writes_tcr: Callable[[int], None]
    writes_sctlr: Callable[[int], None]
    translates: Callable[[int, Access, int], int | None]


class TranslationSites:
    """Answers the hooks of the sites; whoever adds these checks that the CPU is at EL1 before it asks."""

    def __init__(self, engine: unicorn.Uc, answers: TranslationAnswers) -> None:
        self._handle = engine._uch
        self._answers = answers

    def read(self, register: int, at: SystemRegister) -> bool:
        """Answer an MRS into Unicorn's ``register``; False if the CPU must execute it."""
        if at.encoding != SYSREGS["TCR_EL1"]:
            return False
        value = ctypes.c_uint64(self._answers.read_tcr())
        if register != uc_arm64.UC_ARM64_REG_XZR:
            uclib.uc_reg_write(self._handle, register, ctypes.byref(value))
        return True

    def write(self, at: SystemRegister) -> None:
        """Note an MSR, which the CPU executes itself."""
        encoding = at.encoding
        if encoding == SYSREGS["TCR_EL1"]:
            self._answers.writes_tcr(at.value)
        elif encoding == SYSREGS["SCTLR_EL1"]:
            self._answers.writes_sctlr(at.value)

    def execute(self, at: SystemRegister) -> bool:
        """Execute an AT; False if the CPU must do that, or if it is another instruction."""
        if (at.op0, at.op1, at.crn, at.crm) != (1, 0, 7, 8) or at.op2 > 3:
            return False
        par = self._answers.translates(at.value, Access.WRITE if at.op2 & 1 else Access.READ, 0 if at.op2 & 2 else 1)
        if par is None:
            return False
        answer = SystemRegister.named("PAR_EL1")
        answer.value = par
        uclib.uc_reg_write(self._handle, uc_arm64.UC_ARM64_REG_CP_REG, ctypes.byref(answer))
        return True
