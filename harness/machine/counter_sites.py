"""Intercepts reads of the counters and accesses to the virtual timer, so that none reaches the host's clock.

Unicorn answers CNTVCT_EL0 and CNTPCT_EL0 from the host's clock and drops writes to CNTV_*; EL2 cannot trap these at
EL1, or does not as Xen programs it (Arm DDI 0487, CNTHCTL_EL2). A hook on the instruction can, but a hook on every MRS
would slow every guest. So each block of code is searched when it is translated, before it runs for the first time,
including code that the guest generates. If such an instruction is found, a hook is added for its address alone, and the
block is translated again. A waiting loop reads a counter in every iteration, so native code (``native/x86_64.S``)
answers plain reads, on hosts that can run it.
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
from harness.machine.memory import PAGE_SIZE, Memory
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

_BLOCK_BYTES = 4 * 512
"""The longest block that QEMU's translator makes."""
_MOST_SEARCHED = 512
"""The number of searched pieces of code that are remembered."""


@dataclass(frozen=True, slots=True)
class CounterAccess:
    """A read (``value`` is None) or a write: CNTPCT_EL0, CNTVCT_EL0, CNTV_CTL_EL0, CNTV_CVAL_EL0 or CNTV_TVAL_EL0."""

    name: str
    value: int | None


class _TranslationBlock(ctypes.Structure):
    _fields_ = (("pc", ctypes.c_uint64), ("instructions", ctypes.c_uint16), ("size", ctypes.c_uint16))


_BLOCK_HOOK = ctypes.CFUNCTYPE(
    None,
    ctypes.c_void_p,
    ctypes.POINTER(_TranslationBlock),
    ctypes.POINTER(_TranslationBlock),
    ctypes.c_void_p,
)
SYSREG_HOOK = ctypes.CFUNCTYPE(
    ctypes.c_uint32, ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(SystemRegister), ctypes.c_void_p
)

_CNTKCTL_ENABLE = {"CNTPCT_EL0": 1 << 0, "CNTVCT_EL0": 1 << 1}
"""The bit of CNTKCTL_EL1 that lets EL0 read a counter."""
_READ_ONLY = frozenset(_CNTKCTL_ENABLE)
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
    ``must_not_run`` is called before a new block's first instruction; if it returns True, the slice ends there.
    ``by_block`` counts the engine's instructions and answers plain reads of the counters natively; None if this host
    cannot do that.
    """

    def __init__(
        self,
        engine: unicorn.Uc,
        memory: Memory,
        answer: Callable[[CounterAccess], int],
        failed: Callable[[BaseException], None],
        must_not_run: Callable[[], bool],
        by_block: BlockCount | None,
        translation: TranslationSites,
    ) -> None:
        self._engine = engine
        self._handle = engine._uch
        self._translation = translation
        self._memory = memory
        self._answer = answer
        self._failed = failed
        self._must_not_run = must_not_run
        self._by_block = by_block
        self._hooked: dict[int, object] = {}
        """By address of each instruction that has a hook: the words that the native function is passed."""
        self._found: list[int] = []
        self._searched: dict[int, bytes] = {}
        """Code that was searched already, by its address, because slices often begin at the same few places."""
        self._value = ctypes.c_uint64()
        self.last_answer = NOT_OURS
        """The last answer to the engine, which uses that of only one hook if an instruction has several."""
        self._callbacks = {
            uc_arm64.UC_ARM64_INS_MRS: SYSREG_HOOK(self._on_read),
            uc_arm64.UC_ARM64_INS_MSR: SYSREG_HOOK(self._on_write),
            uc_arm64.UC_ARM64_INS_SYS: SYSREG_HOOK(self._on_system),
        }
        self._block_callback = _BLOCK_HOOK(self._on_block)
        add_hook(engine, uc_const.UC_HOOK_EDGE_GENERATED, self._block_callback)

    def close(self) -> None:
        """Release the engine."""
        del self._engine

    def prepare(self, pc: int) -> bool:
        """Add hooks for the sites found so far, and for those in the first block of a slice.

        The engine translates that block without calling the hook on new blocks. Returns whether translated code must
        be discarded.
        """
        sites = self._found
        self._found = []
        sites += self._new_sites(pc, min(_BLOCK_BYTES, PAGE_SIZE - pc % PAGE_SIZE))
        for va in sites:
            if va not in self._hooked:
                self._hook(va)
        return bool(sites)

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

    def _new_sites(self, va: int, size: int) -> list[int]:
        if va % 4 or uclib.uc_vmem_translate(
            self._handle, ctypes.c_uint64(va), ctypes.c_uint32(uc_const.UC_PROT_EXEC), ctypes.byref(self._value)
        ):
            return []  # not executable: the fetch will fault
        maddr = self._value.value
        if not self._memory.contains(maddr, size):
            return []
        at = maddr - self._memory.base
        code = bytes(self._memory.bytes[at : at + size])
        if self._searched.get(va) == code:
            return []
        if len(self._searched) >= _MOST_SEARCHED:
            self._searched.clear()
        self._searched[va] = code
        return [site for site in sites_in(code, va) if site not in self._hooked]

    def _fetch(self, va: int) -> int:
        """The instruction at ``va``, which :meth:`_new_sites` has just found to be memory."""
        execute = ctypes.c_uint32(uc_const.UC_PROT_EXEC)
        if uclib.uc_vmem_translate(self._handle, ctypes.c_uint64(va), execute, ctypes.byref(self._value)):
            return _XZR
        at = self._value.value - self._memory.base
        return int.from_bytes(self._memory.bytes[at : at + 4], "little")

    def _on_block(self, _engine: int, block: object, _previous: object, _data: int) -> None:
        try:
            if self._must_not_run():
                uclib.uc_emu_stop(self._handle)
                return
            new: _TranslationBlock = block.contents  # type: ignore[attr-defined]  # a ctypes pointer
            sites = self._new_sites(new.pc, new.size)
            if sites:
                self._found += sites
                uclib.uc_emu_stop(self._handle)  # before the block's first instruction
        except BaseException as error:
            self._failed(error)

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
            return self._answer(access)
        with self._by_block.within(va):
            return self._answer(access)

    def _on_write(self, _engine: int, _register: int, cp_register: object, va: int) -> int:
        try:
            name = self._accessed(cp_register)
            if name in _READ_ONLY:
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
        name = NAMES.get(Encoding(at.op0, at.op1, at.crn, at.crm, at.op2))
        if name not in _TIMER_NAMES:
            return None
        if not self._at_el1():
            op0, op1, crn, crm, op2 = SYSREGS["CNTKCTL_EL1"]
            control = self._engine.reg_read(uc_arm64.UC_ARM64_REG_CP_REG, (crn, crm, op0, op1, op2))
            if not control & _CNTKCTL_ENABLE.get(name, _EL0VTEN):
                return None
        return name
