"""Unicorn's own MMU as a witness: the same registers, the same memory, asked by AT and by real fetches."""

import ctypes
from dataclasses import dataclass

from unicorn import arm64_const as uc_arm64
from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE, Memory
from harness.machine.mmu import Access, TranslationRegisters
from harness.machine.mmu.stage1 import effective_tcr
from harness.machine.unicorn_layout import (
    INTERRUPT_HOOK,
    add_hook,
    context_address,
    find_layout,
    new_engine,
    write_sysreg,
)

MOVZ_X0 = 0xD280_0000
EL2_MASKED = 0x3C9
EL_MASKED = {0: 0x3C0, 1: 0x3C5}
HCR_RW = 1 << 31

# op2 of AT S12E1R, S12E1W, S12E0R, S12E0W (DDI 0487, C5.5): op0 1, op1 4, CRn 7, CRm 8
AT_S12 = {(1, Access.READ): 4, (1, Access.WRITE): 5, (0, Access.READ): 6, (0, Access.WRITE): 7}
PAR_EL1 = (7, 4, 3, 0, 0)


@dataclass(frozen=True)
class Seen:
    """What the emulated MMU said: an address, or a fault by its status code."""

    maddr: int | None = None
    fsc: int = 0
    stage: int = 0
    s1ptw: bool = False
    ipa_page: int | None = None


class EmulatedMmu:
    def __init__(self, memory: Memory) -> None:
        self.engine = new_engine()
        self.engine.mem_map_ptr(memory.base, memory.size, uc_const.UC_PROT_ALL, memory.host_address)
        self._memory = memory
        self._layout = find_layout()
        self._context = self.engine.context_save()
        self._words = (
            memoryview((ctypes.c_char * (self._context.size & ~7)).from_address(context_address(self._context)))
            .cast("B")
            .cast("Q")
        )
        self._trap: tuple[int, int, int, int] | None = None
        self._callback = INTERRUPT_HOOK(self._on_interrupt)
        add_hook(self.engine, uc_const.UC_HOOK_INTR, self._callback)
        self._hcr = 0

    def close(self) -> None:
        self._words.release()
        del self._context

    def load(self, regs: TranslationRegisters) -> None:
        """Make these registers live, as a hypervisor would."""
        self._hcr = regs.hcr_el2 | HCR_RW
        for name, value in (
            ("TCR_EL1", effective_tcr(regs.tcr_el1)),
            ("TTBR0_EL1", regs.ttbr0_el1),
            ("TTBR1_EL1", regs.ttbr1_el1),
            ("VTCR_EL2", regs.vtcr_el2),
            ("VTTBR_EL2", regs.vttbr_el2),
            ("HCR_EL2", self._hcr),
            ("SCTLR_EL1", regs.sctlr_el1),
        ):
            write_sysreg(self.engine, name, value)
        self.engine.ctl(uc_const.UC_CTL_TLB_FLUSH, uc_const.UC_CTL_IO_WRITE)

    def ask(self, va: int, access: Access, el: int) -> Seen:
        return self._fetch(va, el) if access is Access.EXECUTE else self._address_translate(va, access, el)

    def _address_translate(self, va: int, access: Access, el: int) -> Seen:
        # From EL1 a walk that fails at stage 2 would be taken as an exception; EL2 gets it in PAR_EL1.
        self.engine.reg_write(uc_arm64.UC_ARM64_REG_PSTATE, EL2_MASKED)
        self.engine.reg_write(uc_arm64.UC_ARM64_REG_CP_REG, (7, 8, 1, 4, AT_S12[el, access], va))
        par = self.engine.reg_read(uc_arm64.UC_ARM64_REG_CP_REG, PAR_EL1)
        if not par & 1:
            return Seen(maddr=par & 0x0000_FFFF_FFFF_F000 | va & 0xFFF)
        return Seen(fsc=par >> 1 & 0x3F, stage=1 + (par >> 9 & 1), s1ptw=bool(par >> 8 & 1))

    def _fetch(self, va: int, el: int) -> Seen:
        """Execute one instruction at ``va``; it says in x0 which frame it was fetched from."""
        self._trap = None
        self.engine.reg_write(uc_arm64.UC_ARM64_REG_PSTATE, EL_MASKED[el])
        # Only a write of a system register makes the engine look at the exception level again.
        write_sysreg(self.engine, "HCR_EL2", self._hcr)
        self.engine.emu_start(va, 0, count=1)
        if self._trap is None:
            frame = self.engine.reg_read(uc_arm64.UC_ARM64_REG_X0)
            return Seen(maddr=self._memory.base + (frame << PAGE_SHIFT | va & 0xFFF))
        number, syndrome, target_el, hpfar = self._trap
        assert number == 3, f"exception {number}, syndrome {syndrome:#x} instead of a fetch"
        stage2 = target_el == 2
        s1ptw = bool(syndrome >> 7 & 1)
        return Seen(
            fsc=syndrome & 0x3F,
            stage=2 if stage2 else 1,
            s1ptw=s1ptw,
            ipa_page=hpfar << 8 if stage2 else None,
        )

    def _on_interrupt(self, _engine: object, number: int, _data: object) -> None:
        uclib.uc_context_save(self.engine._uch, self._context.context)
        at = self._layout.exception
        hpfar = self._words[self._layout.sysregs["HPFAR_EL2"]]
        self._trap = (number, self._words[at] & 0xFFFF_FFFF, self._words[at + 2] & 0xFF, hpfar)
        uclib.uc_emu_stop(self.engine._uch)


def number_the_frames(memory: Memory) -> None:
    """Fill every frame with ``movz x0, #number``, so that a fetch tells where it came from."""
    for frame in range(memory.size >> PAGE_SHIFT):
        instruction = (MOVZ_X0 | frame << 5).to_bytes(4, "little")
        memory.write(memory.base + (frame << PAGE_SHIFT), instruction * (PAGE_SIZE // 4))
