"""One Unicorn engine as the state of a CPU: registers, system registers, caches; saving and restoring it.

:class:`harness.machine.cpu.Cpu` runs it. All registers are read from and written to ``_words``, which hold the CPU's
state between :meth:`Engine._load` and :meth:`Engine._store`; if they are its live state, both do nothing.
"""

import ctypes
from operator import itemgetter

import unicorn
from unicorn import arm64_const as uc_arm64
from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.abi.words import MASK64
from harness.machine.memory import Memory
from harness.machine.mmu.stage1 import effective_tcr
from harness.machine.mmu.walker import TranslationRegisters
from harness.machine.registers import CopiedRegisters, open_registers
from harness.machine.sysregs import SYSREGS
from harness.machine.unicorn_layout import EngineLayout, SystemRegister, find_layout, new_engine, write_sysreg

_TRANSLATION = ("SCTLR_EL1", "TCR_EL1", "TTBR0_EL1", "TTBR1_EL1", "VTTBR_EL2", "VTCR_EL2", "HCR_EL2")


class Engine:
    """An engine on ``memory``; without ``live_registers`` it uses Unicorn's public API alone."""

    def __init__(self, memory: Memory, *, live_registers: bool = True) -> None:
        self._layout: EngineLayout = find_layout()
        self._engine = new_engine()
        self._handle = self._engine._uch
        self._engine.mem_map_ptr(memory.base, memory.size, uc_const.UC_PROT_ALL, memory.host_address)
        self._memory = memory
        self._registers = open_registers(self._layout, self._engine, live=live_registers)
        self.x = self._registers.x
        self._words = self._registers.words
        self._load, self._store = self._registers.load, self._registers.store
        self._copied = isinstance(self._registers, CopiedRegisters)
        self._pstate = ctypes.c_uint64()
        self._translated = ctypes.c_uint64()
        self._spsr = SystemRegister.named("SPSR_EL1")
        self._translation = itemgetter(*(self._layout.sysregs[name] for name in _TRANSLATION))
        self._load()

    def close(self) -> None:
        """Release the emulator; the CPU cannot be used afterwards."""
        self._registers.close()
        del self._engine  # the last reference: the binding closes it

    @property
    def engine(self) -> unicorn.Uc:
        """The engine, for hooks."""
        return self._engine

    def synchronise(self) -> None:
        """Inside a hook: make the registers' present values readable here."""
        self._load()

    # -- Registers ----------------------------------------------------------------------------------------------

    @property
    def pc(self) -> int:
        """The program counter."""
        return int(self._words[self._layout.pc])

    @pc.setter
    def pc(self, value: int) -> None:
        self._words[self._layout.pc] = value & MASK64

    @property
    def sp(self) -> int:
        """The stack pointer in use: SP_EL0 or SP_EL1."""
        return int(self._words[self._layout.sp])

    @sp.setter
    def sp(self, value: int) -> None:
        self._words[self._layout.sp] = value & MASK64

    @property
    def pstate(self) -> int:
        """PSTATE as SPSR_ELx would hold it."""
        self._store()
        uclib.uc_reg_read(self._handle, uc_arm64.UC_ARM64_REG_PSTATE, ctypes.byref(self._pstate))
        return self._pstate.value & 0xFFFF_FFFF

    @pstate.setter
    def pstate(self, value: int) -> None:
        self._store()
        self._write_pstate(value, self._read_encoding("SPSR_EL1"))

    def _write_pstate(self, pstate: int, spsr: int) -> None:
        # Only a write by CP_REG makes Unicorn derive its cached flags (EL, MMU regime) from PSTATE again, so
        # SPSR_EL1 comes last.
        self._pstate.value = pstate
        uclib.uc_reg_write(self._handle, uc_arm64.UC_ARM64_REG_PSTATE, ctypes.byref(self._pstate))
        self._spsr.value = spsr
        uclib.uc_reg_write(self._handle, uc_arm64.UC_ARM64_REG_CP_REG, ctypes.byref(self._spsr))
        self._load()

    @property
    def el(self) -> int:
        """The current exception level, 0 or 1."""
        return self.pstate >> 2 & 3

    def read_sysreg(self, name: str) -> int:
        """Read a system register by its manual name. SP_EL0 and SP_EL1 are the banked values, see :attr:`sp`."""
        index = self._layout.sysregs.get(name)
        if index is not None:
            value = int(self._words[index])
            return value ^ self._words[self._layout.sysregs["TPIDR_EL3"]] if name == "TCR_EL1" else value
        self._store()
        return self._read_encoding(name)

    def write_sysreg(self, name: str, value: int) -> None:
        """Write a system register by its manual name, with the write's effects on the CPU (HCR_EL2.VI, ...)."""
        self._store()
        write_sysreg(self._engine, name, value & MASK64)
        self._load()
        if name == "TCR_EL1":
            self._translate_tcr()

    def _translate_tcr(self) -> None:
        """After a write of TCR_EL1: give the engine, which has more granules and sizes, one with the same effect.

        TPIDR_EL3 keeps the difference from what was written. It belongs to no guest, and is saved with the others.
        """
        tcr = self._words[self._layout.sysregs["TCR_EL1"]]
        effective = effective_tcr(tcr)
        self._store()
        if effective != tcr:
            write_sysreg(self._engine, "TCR_EL1", effective)
        write_sysreg(self._engine, "TPIDR_EL3", tcr ^ effective)
        self._load()

    @property
    def translation(self) -> TranslationRegisters:
        """The registers that a translation for EL1 or EL0 depends on."""
        regs = TranslationRegisters(*self._translation(self._words))
        change = self._words[self._layout.sysregs["TPIDR_EL3"]]
        return regs._replace(tcr_el1=regs.tcr_el1 ^ change) if change else regs

    def is_readable(self, va: int) -> bool:
        """Whether the engine's MMU lets the present exception level read at ``va``, by both stages."""
        self._store()
        at, read = ctypes.c_uint64(va), ctypes.c_uint32(uc_const.UC_PROT_READ)
        return not uclib.uc_vmem_translate(self._handle, at, read, ctypes.byref(self._translated))

    def _read_encoding(self, name: str) -> int:
        op0, op1, crn, crm, op2 = SYSREGS[name]
        return int(self._engine.reg_read(uc_arm64.UC_ARM64_REG_CP_REG, (crn, crm, op0, op1, op2)))

    def read_vector(self, number: int) -> int:
        """Read the 128-bit FP/SIMD register v0 to v31."""
        self._store()
        return int(self._engine.reg_read(uc_arm64.UC_ARM64_REG_Q0 + number))

    def write_vector(self, number: int, value: int) -> None:
        """Write the 128-bit FP/SIMD register v0 to v31."""
        self._store()
        self._engine.reg_write(uc_arm64.UC_ARM64_REG_Q0 + number, value)
        self._load()

    # -- Upkeep -------------------------------------------------------------------------------------------------

    def flush_tlb(self) -> None:
        """Discard all cached translations; required after the host has changed a table or a TTBR."""
        self._engine.ctl(uc_const.UC_CTL_TLB_FLUSH, uc_const.UC_CTL_IO_WRITE)

    def flush_code(self) -> None:
        """Discard all translated code; required after the host has written to memory that the guest may execute."""
        self._engine.ctl_flush_tb()

    def maintain(self, op1: int, crn: int, crm: int, op2: int, value: int) -> None:
        """Issue a TLB maintenance instruction (op0 = 1) as the guest would, with ``value`` in its register."""
        self._store()
        self._engine.reg_write(uc_arm64.UC_ARM64_REG_CP_REG, (crn, crm, 1, op1, op2, value))
        self._load()

    def save(self) -> unicorn.unicorn_py3.unicorn.UcContext:
        """Copy the CPU's whole state, without memory."""
        self._store()
        return self._engine.context_save()

    def restore(self, context: unicorn.unicorn_py3.unicorn.UcContext) -> None:
        """Restore a state from :meth:`save`, and discard cached translations and code."""
        self._engine.context_restore(context)
        self._load()
        # Unicorn keeps the pending virtual interrupt outside the context; writing HCR_EL2 sets it again.
        write_sysreg(self._engine, "HCR_EL2", self.read_sysreg("HCR_EL2"))
        self._load()
        self.flush_tlb()
        self.flush_code()
