"""What the tests of the MMU share: a machine whose guest pages are scattered, and a tree for one half."""

import itertools

from harness.machine.memory import PAGE_SHIFT, Memory
from harness.machine.mmu import Stage1Tree, Stage2Tree, TranslationRegisters, Walker, xen_vtcr
from harness.machine.mmu import descriptors as d

GUEST_IPA = 0x4000_0000
GUEST_PAGES = 256
TABLES_IPA = GUEST_IPA + 0x8_0000
TCR_39 = 25 | 25 << d.TCR_T1SZ_SHIFT | 2 << d.TCR_TG1_SHIFT | 4 << d.TCR_IPS_SHIFT
TCR_48 = 16 | 16 << d.TCR_T1SZ_SHIFT | 2 << d.TCR_TG1_SHIFT | 4 << d.TCR_IPS_SHIFT


class FrameSource:
    """Frames from one end of memory, and a record of those that came back."""

    def __init__(self, first: int) -> None:
        self._next = itertools.count(first)
        self.out: set[int] = set()

    def take(self) -> int:
        mfn = next(self._next)
        self.out.add(mfn)
        return mfn

    def give_back(self, mfn: int) -> None:
        self.out.remove(mfn)


class TwoStages:
    """A guest of 1 MiB at 1 GiB, each page three frames from the last, with one stage-1 tree for both halves."""

    def __init__(self, memory: Memory, tcr: int = TCR_39) -> None:
        self.memory = memory
        self.frames = FrameSource(memory.base >> PAGE_SHIFT)
        self.stage2 = Stage2Tree(memory, self.frames.take, self.frames.give_back, vtcr=xen_vtcr(4))
        self.first_mfn = (memory.base >> PAGE_SHIFT) + 1024
        self.stage2.map(GUEST_IPA >> PAGE_SHIFT, self.first_mfn, GUEST_PAGES, stride=3)
        tables = itertools.count(TABLES_IPA, 0x1000)
        self.stage1 = Stage1Tree(memory, lambda: next(tables), input_bits=64 - (tcr & 0x3F), maddr_of=self.maddr_of)
        self.regs = TranslationRegisters(
            sctlr_el1=d.SCTLR_M,
            tcr_el1=tcr,
            ttbr0_el1=self.stage1.ttbr(asid=1),
            ttbr1_el1=self.stage1.ttbr(asid=1),
            vttbr_el2=self.stage2.vttbr(7),
            vtcr_el2=self.stage2.vtcr,
            hcr_el2=d.HCR_VM,
        )
        self.walker = Walker(memory, pa_bits=44)  # wide enough for stage 2 to begin at level 0

    def with_regs(self, **changes: int) -> TranslationRegisters:
        return self.regs._replace(**changes)

    def maddr_of(self, ipa: int) -> int:
        entry = self.stage2.lookup(ipa >> PAGE_SHIFT)
        assert entry is not None
        return entry.mfn << PAGE_SHIFT | ipa & 0xFFF
