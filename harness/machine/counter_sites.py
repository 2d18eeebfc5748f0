"""Intercepts reads of the counters and accesses to the virtual timer, so that none reaches the host's clock.

Unicorn answers CNTVCT_EL0 and CNTPCT_EL0 from the host's clock and drops writes to CNTV_*; EL2 cannot trap these at
EL1, or does not as Xen programs it (Arm DDI 0487, CNTHCTL_EL2). A hook on the instruction can, but a hook on every MRS
would slow every guest. So new code is searched (``new_code.py``), and a hook is added for the address of such an
instruction alone. A waiting loop reads a counter in every iteration, so native code (``native/x86_64.S``) answers plain
reads, on hosts that can run it.
"""

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass

import unicorn
from unicorn import arm64_const as uc_arm64
from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.machine import translation_sites
from harness.machine.counting import BlockCount
from harness.machine.exceptions import PSTATE_EL
from harness.machine.sysregs import NAMES, SYSREGS, Encoding
from harness.machine.translation_sites import TranslationSites
from harness.machine.unicorn_layout import SystemRegister, add_hook

_TIMER_NAMES = frozenset(("CNTPCT_EL0", "CNTVCT_EL0", "CNTV_TVAL_EL0", "CNTV_CTL_EL0", "CNTV_CVAL_EL0"))
_PATTERN = re.compile(rb"[\xe0\xe3\x78\x20\x10][\x1b\x3b\x08\x18\x38]\xd5")
"""Bytes 1 to 3 of MRS or MSR (0xd53b, 0xd51b) of CRn 14 with CRm 0 or 3, of AT, of MSR and MRS of TCR_EL1, and of MSR
SCTLR_EL1; checked exactly where it matches. One class for each byte is the fastest."""

_REGISTERS = (
    *range(uc_arm64.UC_ARM64_REG_X0, uc_arm64.UC_ARM64_REG_X28 + 1),
    uc_arm64.UC_ARM64_REG_X29,
    uc_arm64.UC_ARM64_REG_X30,
    uc_arm64.UC_ARM64_REG_XZR,
)
"""Unicorn's number of each general register."""


@dataclass(frozen=True, slots=True)
class CounterAccess:
    """A read (``value`` is None) or a write: CNTPCT_EL0, CNTVCT_EL0, CNTV_CTL_EL0, CNTV_CVAL_EL0 or CNTV_TVAL_EL0."""

    name: str
    value: int | None


SYSREG_HOOK = ctypes.CFUNCTYPE(
    ctypes.c_uint32, ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(SystemRegister), ctypes.c_void_p
)

_CNTKCTL_ENABLE = {"CNTPCT_EL0": 1 << 0, "CNTVCT_EL0": 1 << 1}
"""The bit of CNTKCTL_EL1 that lets EL0 read a counter."""
COUNTERS = frozenset(_CNTKCTL_ENABLE)
"""The counters themselves; they are read-only."""
_EL0VTEN = 1 << 8
_XZR = 31
NOT_OURS, _ANSWERED = 0, 1  # what a hook on MRS and MSR returns: execute the instruction, or skip it


def sites_in(code: bytes | memoryview, va: int) -> list[int]:
    """Find where in ``code``, which lies at ``va`` (a multiple of 4), an instruction needs a hook."""
    sites = []
    for match in _PATTERN.finditer(code):
        at = match.start() - 1
        if at % 4:
            continue
        word = int.from_bytes(code[at : at + 4], "little")
        if _names_timer(word) or translation_sites.is_site(word):
            sites.append(va + at)
    return sites


def _names_timer(word: int) -> bool:
    op0 = 2 | word >> 19 & 1
    encoding = Encoding(op0, word >> 16 & 7, word >> 12 & 15, word >> 8 & 15, word >> 5 & 7)
    return NAMES.get(encoding) in _TIMER_NAMES


class CounterSites:
    """Every place in one engine where the guest accesses the virtual counter or timer, each with its hooks.

    The same hooks serve the instructions of ``translation``, because one place may hold one and later the other.
    ``fetch`` returns the instruction at an address. ``by_block`` counts the engine's instructions and answers plain
    reads of the counters natively; None if this host cannot do that.
    """

    def __init__(
        self,
        engine: unicorn.Uc,
        fetch: Callable[[int], int],
        answer: Callable[[CounterAccess, int], int],
        failed: Callable[[BaseException], None],
        by_block: BlockCount | None,
        translation: TranslationSites,
    ) -> None:
        self._engine = engine
        self._handle = engine._uch
        self._fetch = fetch
        self._translation = translation
        self._answer = answer
        self._failed = failed
        self._by_block = by_block
        self._hooked: dict[int, object] = {}
        """By address of each instruction that has a hook: the words that the native function is passed."""
        self._found: list[int] = []
        self._value = ctypes.c_uint64()
        self.last_answer = NOT_OURS
        """The last answer to the engine, which uses that of only one hook if an instruction has several."""
        self._callbacks = {
            uc_arm64.UC_ARM64_INS_MRS: SYSREG_HOOK(self._on_read),
            uc_arm64.UC_ARM64_INS_MSR: SYSREG_HOOK(self._on_write),
            uc_arm64.UC_ARM64_INS_SYS: SYSREG_HOOK(self._on_system),
        }

    def close(self) -> None:
        """Release the engine."""
        del self._engine

    @property
    def pattern(self) -> bytes:
        """A regular expression; code in which nothing matches need not be searched."""
        return _PATTERN.pattern

    def search(self, va: int, code: bytes) -> bool:
        """Search ``code``, which lies at ``va``; return whether there is an instruction that has no hook yet."""
        found = [site for site in sites_in(code, va) if site not in self._hooked]
        self._found += found
        return bool(found)

    def add_hooks(self) -> None:
        """Add hooks for the sites that were found."""
        sites, self._found = self._found, []
        for va in sites:
            if va not in self._hooked:
                self._hook(va)

    def _hook(self, va: int) -> None:
        read = uc_arm64.UC_ARM64_INS_MRS
        for kind in (uc_arm64.UC_ARM64_INS_MSR, uc_arm64.UC_ARM64_INS_SYS):
            add_hook(self._engine, uc_const.UC_HOOK_INSN, self._callbacks[kind], va, va, kind, data=va)
        if self._by_block is None:
            self._hooked[va] = None
            add_hook(self._engine, uc_const.UC_HOOK_INSN, self._callbacks[read], va, va, read, data=va)
            return
        number = self._fetch(va) & 31
        self._hooked[va] = site = (ctypes.c_uint64 * 5)(
            va,
            _REGISTERS[number],
            ctypes.addressof(self._value) if number == _XZR else self._by_block.register_address(number),
            self._by_block.address,
            ctypes.cast(self._callbacks[read], ctypes.c_void_p).value or 0,
        )
        native, data = self._by_block.read_counter, ctypes.addressof(site)
        add_hook(self._engine, uc_const.UC_HOOK_INSN, native, va, va, read, data=data)

    def _on_read(self, _engine: int, register: int, cp_register: object, va: int) -> int:
        try:
            name = self._accessed(cp_register)
            if name is None:
                at: SystemRegister = cp_register.contents  # type: ignore[attr-defined]  # a ctypes pointer
                return _ANSWERED if self._at_el1() and self._translation.read(register, at) else NOT_OURS
            value = ctypes.c_uint64(self._answered(CounterAccess(name, None), va))
            if register != uc_arm64.UC_ARM64_REG_XZR:
                uclib.uc_reg_write(self._handle, register, ctypes.byref(value))
        except BaseException as error:
            self._failed(error)
        return _ANSWERED

    def _answered(self, access: CounterAccess, va: int) -> int:
        """Have an access answered, with the instruction count as of the instruction at ``va``."""
        if self._by_block is None:
            return self._answer(access, va)
        with self._by_block.within(va):
            return self._answer(access, va)

    def _on_write(self, _engine: int, _register: int, cp_register: object, va: int) -> int:
        try:
            name = self._accessed(cp_register)
            if name in COUNTERS:
                name = None  # the CPU itself raises an undefined instruction
            self.last_answer = NOT_OURS if name is None else _ANSWERED
            if name is None:
                if self._at_el1():
                    self._translation.write(cp_register.contents)  # type: ignore[attr-defined]  # a ctypes pointer
                return NOT_OURS
            self._answered(CounterAccess(name, cp_register.contents.value), va)  # type: ignore[attr-defined]
        except BaseException as error:
            self._failed(error)
        return _ANSWERED

    def _on_system(self, _engine: int, _register: int, cp_register: object, _va: int) -> int:
        try:
            at: SystemRegister = cp_register.contents  # type: ignore[attr-defined]  # a ctypes pointer
            return _ANSWERED if self._at_el1() and self._translation.execute(at) else NOT_OURS
        except BaseException as error:
            self._failed(error)
        return _ANSWERED

    def _at_el1(self) -> bool:
        uclib.uc_reg_read(self._handle, uc_arm64.UC_ARM64_REG_PSTATE, ctypes.byref(self._value))
        return bool(self._value.value & PSTATE_EL)

    def _accessed(self, cp_register: object) -> str | None:
        """The name of the register that is accessed, or None if the CPU must execute the instruction itself.

        That is the case if the address holds another instruction by now, or in another address space; and at EL0
        without permission by CNTKCTL_EL1, where the CPU raises the trap.
        """
        at: SystemRegister = cp_register.contents  # type: ignore[attr-defined]  # a ctypes pointer
        name = NAMES.get(at.encoding)
        if name not in _TIMER_NAMES:
            return None
        if not self._at_el1():
            op0, op1, crn, crm, op2 = SYSREGS["CNTKCTL_EL1"]
            control = self._engine.reg_read(uc_arm64.UC_ARM64_REG_CP_REG, (crn, crm, op0, op1, op2))
            if not control & _CNTKCTL_ENABLE.get(name, _EL0VTEN):
                return None
        return name
