"""Checks before the few instructions that the engine executes otherwise than the CPU, which would refuse most of them.

The engine ignores CPACR_EL1.FPEN, PSTATE.IL, SCTLR_EL1.UMA for MSR DAIFSet and DAIFClr, and IC. New code is searched
for the instructions concerned (``new_code.py``), and each gets a hook of its own, which ends the slice before an
instruction that the CPU refuses, or an IC that has an effect. So only these instructions are slower: FP and SIMD ones
while FPEN traps them somewhere, DAIFSet and DAIFClr at EL0, ERET, IC.
"""

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass

import unicorn
from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.machine import exits
from harness.machine.counting import BlockCount
from harness.machine.exceptions import ESR_IL, ESR_UNKNOWN, FPEN_ALL, fp_traps, sets_illegal_state
from harness.machine.new_code import NewCode
from harness.machine.unicorn_layout import CODE_HOOK, INTERRUPT_HOOK, PROBE_BASE, add_hook, probe_engine

_ERET = 0xD69F_03E0
_RARE = re.compile(rb"\x03\x9f\xd6|\xf3\x39\xd5|[\x40-\x4f]\x03\xd5|[\x71\x75][\x08\x0b]\xd5", re.DOTALL)
"""Bytes 1 to 3 of ERET, a read of CBAR_EL1, MSR DAIFSet and DAIFClr, IC; checked exactly where it matches."""
_CBAR_MASK, _CBAR = 0xFFFF_FFE0, 0xD539_F300
_DAIF_MASK, _DAIF = 0xFFFF_F0DF, 0xD503_40DF
_FPCR_MASK, _FPCR = 0xFFDF_FFC0, 0xD51B_4400
_FP_BITS = 3 << 26
"""Set in all FP and SIMD instructions, and in no others (Arm DDI 0487, C4.1)."""
_FP_BYTE = re.compile(b"[" + b"".join(b"\\x%02x" % byte for byte in range(256) if byte & 12 == 12) + b"]")
_FPCR_BYTES = re.compile(rb"\x44[\x1b\x3b]\xd5")
_IC_ALL = frozenset((0xD508_711F, 0xD508_751F))
_IC_IVAU_MASK, _IC_IVAU = 0xFFFF_FFE0, 0xD50B_7520
_SCTLR_UMA, _SCTLR_UCI = 1 << 9, 1 << 26
_HCR_TPU = 1 << 24

_MOST_HOOKS = 2048
INTNO_UNDEFINED = 1

ESR_FP = exits.EC_FP << 26 | ESR_IL | 1 << 24 | 0xE << 20
"""Exception class 7; CV and COND as AArch64 always has them."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The CPU is on an instruction at ``va`` that raises an exception with this syndrome."""

    va: int
    syndrome: int


@dataclass(frozen=True, slots=True)
class IllegalReturn:
    """The CPU is on an ERET at ``va`` that sets PSTATE.IL."""

    va: int


@dataclass(frozen=True, slots=True)
class CodeChanged:
    """The CPU is on an IC at ``va``, and code that the engine has translated was overwritten since."""

    va: int


StoppedBefore = Refused | IllegalReturn | CodeChanged

_RETURN, _CACHE, _STATE, _FLOAT = _ERET, 1, 2, 3
"""Kinds of guarded instructions: ERET, IC, those that are refused whatever CPACR_EL1 says, FP and SIMD."""

Site = tuple[int, int]
"""An address, and the kind of instruction that is guarded there."""


class Guards:
    """The guarded instructions of one engine.

    ``code`` is the engine's code; ``level`` returns the exception level, ``sysreg`` a system register's value;
    ``code_changed`` says at an IC whether code that the engine has translated was overwritten.
    ``on_finding`` is called before an instruction that must not be executed; the slice ends there. ``by_block`` checks
    ERET natively; None if this host cannot do that.
    """

    def __init__(
        self,
        engine: unicorn.Uc,
        code: NewCode,
        level: Callable[[], int],
        sysreg: Callable[[str], int],
        code_changed: Callable[[], bool],
        on_finding: Callable[[StoppedBefore], None],
        failed: Callable[[BaseException], None],
        by_block: BlockCount | None,
    ) -> None:
        self._engine = engine
        self._code = code
        self._fetch = code.fetch
        self._level = level
        self._sysreg = sysreg
        self._code_changed = code_changed
        self._on_finding = on_finding
        self._failed = failed
        self.fpen = 0
        """CPACR_EL1.FPEN as of the search: 3 lets all FP and SIMD instructions through, 1 those of EL1."""
        self._found: set[Site] = set()
        self._hooks: dict[Site, int] = {}
        self._callback = CODE_HOOK(self._before)
        python = ctypes.cast(self._callback, ctypes.c_void_p).value or 0
        self._return_hook = None if by_block is None else by_block.return_hook(python)
        self._exists = ExistingInstructions()

    def close(self) -> None:
        """Release the engine."""
        self._exists.close()
        del self._engine

    @property
    def pattern(self) -> bytes:
        """A regular expression; code in which nothing matches need not be searched."""
        return _RARE.pattern if self.fpen == FPEN_ALL else b""

    def search(self, va: int, code: bytes) -> bool:
        """Search ``code``, which lies at ``va``; return whether there is an instruction that has no hook yet."""
        before = len(self._found)
        for match in _RARE.finditer(code):
            self._consider(va, code, match.start() - 1)
        if self.fpen != FPEN_ALL:
            for match in _FP_BYTE.finditer(code[3::4]):
                self._consider(va, code, match.start() * 4)
            for match in _FPCR_BYTES.finditer(code):
                self._consider(va, code, match.start() - 1)
        return len(self._found) > before

    def _consider(self, va: int, code: bytes, at: int) -> None:
        if at % 4:
            return
        word = int.from_bytes(code[at : at + 4], "little")
        kind = _kind(word)
        if kind is None or (va + at, kind) in self._hooks:
            return
        if word & _DAIF_MASK == _DAIF and self._level():  # kernels use these all the time
            return
        if kind != _FLOAT or self.fpen != FPEN_ALL:
            self._found.add((va + at, kind))

    @property
    def too_many(self) -> bool:
        """Whether there are so many hooks that they slow the engine down: a guest may make code for ever."""
        return len(self._hooks) > _MOST_HOOKS

    def add_hooks(self) -> None:
        """Add hooks for the instructions that were found."""
        for va, kind in self._found:
            native = self._return_hook if kind == _RETURN else None
            callback, data = native or (self._callback, kind)
            self._hooks[va, kind] = add_hook(self._engine, uc_const.UC_HOOK_CODE, callback, va, va, data=data)
        self._found.clear()

    def follow(self, fpen: int) -> None:
        """Guard FP and SIMD instructions as CPACR_EL1.FPEN is now; translated code must then be discarded.

        Hooks that are not needed any more are removed, and all of them if there are too many.
        """
        self.fpen = fpen
        for site in list(self._hooks) if self.too_many else [site for site in self._hooks if site[1] == _FLOAT]:
            uclib.uc_hook_del(self._engine._uch, ctypes.c_size_t(self._hooks.pop(site)))

    def _before(self, _engine: int, va: int, _size: int, kind: int) -> None:
        try:
            # Most of the time nothing is refused, so the state comes before the instruction. The address may hold
            # another one by now, or in another address space; if that is guarded, too, it has its own hook.
            if self._may_refuse(kind):
                word = self._fetch(va)
                if _kind(word) == kind and self._is_refused(word):
                    self._on_finding(_finding(va, word))
        except BaseException as error:
            self._failed(error)

    def _may_refuse(self, kind: int) -> bool:
        if kind == _RETURN:
            return sets_illegal_state(self._sysreg("SPSR_EL1")) and self._level() == 1
        if kind == _CACHE:
            return self._code.has_fresh_pages  # only for the first of a loop of them, line by line
        return kind == _STATE or fp_traps(self._sysreg("CPACR_EL1"), self._level())

    def _is_refused(self, word: int) -> bool:
        if word & _DAIF_MASK == _DAIF:
            return not self._sysreg("SCTLR_EL1") & _SCTLR_UMA and self._level() == 0
        if _is_ic(word):
            # At EL0 there is IC IVAU alone, and only if EL1 allows it. EL2 itself answers an IC that it traps.
            allowed = self._level() or (word not in _IC_ALL and self._sysreg("SCTLR_EL1") & _SCTLR_UCI)
            return bool(allowed) and not self._sysreg("HCR_EL2") & _HCR_TPU and self._code_changed()
        return not _is_float(word) or self._exists(word)


def _is_float(word: int) -> bool:
    return word & _FP_BITS == _FP_BITS or word & _FPCR_MASK == _FPCR


def _is_ic(word: int) -> bool:
    return word in _IC_ALL or word & _IC_IVAU_MASK == _IC_IVAU


def _kind(word: int) -> int | None:
    if word == _ERET:
        return _RETURN
    if _is_ic(word):
        return _CACHE
    if word & _DAIF_MASK == _DAIF or word & _CBAR_MASK == _CBAR:
        return _STATE
    return _FLOAT if _is_float(word) else None


def _finding(va: int, word: int) -> StoppedBefore:
    if word == _ERET:
        return IllegalReturn(va)
    if _is_ic(word):
        return CodeChanged(va)
    if word & _CBAR_MASK == _CBAR:
        # HCR_EL2.TIDCP traps this implementation defined register of the Cortex-A53; Xen then has it undefined.
        return Refused(va, ESR_UNKNOWN)
    return Refused(va, exits.syndrome_of_system(word) if word & _DAIF_MASK == _DAIF else ESR_FP)


class ExistingInstructions:
    """Whether the CPU has an instruction: an undefined one is undefined even where FPEN traps. Asks a second engine."""

    def __init__(self) -> None:
        self._known: dict[int, bool] = {}
        self._engine: unicorn.Uc | None = None
        self._raised: list[int] = []
        self._callback = INTERRUPT_HOOK(self._on_exception)

    def close(self) -> None:
        """Release the second engine."""
        self._engine = None

    def __call__(self, word: int) -> bool:
        """Whether ``word`` is not undefined."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) > _MOST_HOOKS:
                self._known.clear()
            known = self._known[word] = self._try(word)
        return known

    def _try(self, word: int) -> bool:
        if self._engine is None:
            self._engine = probe_engine([])
            add_hook(self._engine, uc_const.UC_HOOK_INTR, self._callback)
            self._start = self._engine.context_save()
        engine = self._engine
        engine.context_restore(self._start)
        engine.mem_write(PROBE_BASE, word.to_bytes(4, "little"))
        engine.ctl_flush_tb()
        self._raised.clear()
        uclib.uc_emu_start(engine._uch, PROBE_BASE, 0, 0, 1)
        return INTNO_UNDEFINED not in self._raised

    def _on_exception(self, _engine: int, number: int, _data: int) -> None:
        self._raised.append(number)
        if self._engine is not None:
            uclib.uc_emu_stop(self._engine._uch)
