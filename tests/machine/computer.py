"""A bare computer for the tests of the CPU: one MiB of RAM under stage 2, code, and a record of all traps."""

import itertools
from collections.abc import Callable
from functools import cache

from harness.guest import Guest, assemble
from harness.machine import exits
from harness.machine.counter_sites import CounterAccess
from harness.machine.cpu import Cpu
from harness.machine.memory import Memory
from harness.machine.mmu import Stage1Tree, Stage2Tree, xen_vtcr
from harness.machine.mmu.descriptors import TCR_T1SZ_SHIFT
from harness.machine.mmu.stage1_tree import leaf_attributes
from harness.machine.sysregs import SYSREGS

RAM = 0x4000_0000
RAM_SIZE = 1 << 20
VECTORS = RAM + 0x4_0000
DATA = RAM + 0x5_0000
TABLES = RAM + 0x8_0000
NOWHERE = 0x7000_0000
"""An address that neither stage maps."""
STAGE2_ROOT = RAM + 0x20_0000

EL0, EL1T, EL1H = 0x3C0, 0x3C4, 0x3C5
SP_EL0, SP_EL1 = DATA + 0x1000, DATA + 0x2000
HCR = 1 << 31 | 1 << 21 | 1 << 20 | 1 << 19 | 1 << 13 | 0b111 << 3 | 1
"""HCR_EL2: RW, TAC, TIDCP, TSC, TWI, AMO, IMO, FMO, VM."""
HCR_VI, HCR_TPU, HCR_TTLB = 1 << 7, 1 << 24, 1 << 25
TCR_39_BITS = 25 | 25 << TCR_T1SZ_SHIFT | 2 << 30 | 2 << 32
DONE = 0xFFFF

STOP_AT_DONE = f"hvc #{DONE:#x}"
RESUMING_VECTORS = ".balign 0x80\n hvc #0x200\n eret\n" * 16
"""Each vector asks Python, by HVC #0x200, and returns."""

Answer = Callable[[Cpu, exits.Trap], bool]


@cache
def code(source: str, base: int = RAM) -> Guest:
    return assemble(f".text\n{source}\n", base=base)


class Computer:
    """``run`` goes on until HVC #0xffff. Other HVCs go to ``answer``; WFI, SMC and system registers are skipped.

    ``cpu_options`` say which of Unicorn's private parts its CPUs do without.
    """

    def __init__(
        self,
        source: str,
        *,
        vectors: str = RESUMING_VECTORS,
        answer: Answer | None = None,
        hcr: int = HCR,
        cpus: int = 1,
        **cpu_options: bool,
    ) -> None:
        self.memory = Memory(4 << 20)
        frames = itertools.count(STAGE2_ROOT >> 12)
        self.stage2 = Stage2Tree(self.memory, lambda: next(frames), lambda _mfn: None, vtcr=xen_vtcr(1))
        self.stage2.map(RAM >> 12, RAM >> 12, RAM_SIZE >> 12)
        self.answer = answer or (lambda _cpu, _trap: True)
        self.traps: list[exits.Trap] = []
        self.counter_accesses: list[CounterAccess] = []
        self.clock_origin_ns: int | None = None
        self.symbols = code(source).symbols
        self.load(RAM, source)
        self.load(VECTORS, vectors)
        self.cpus = [self._new_cpu(index, hcr, cpu_options) for index in range(cpus)]
        self.cpu = self.cpus[0]

    def load(self, at: int, source: str) -> None:
        self.memory.write(at, code(source, at).flat())

    def _new_cpu(self, index: int, hcr: int, options: dict[str, bool]) -> Cpu:
        cpu = Cpu(
            self.memory,
            lambda trap: self._on_trap(cpu, trap),
            lambda access: self._on_counter(cpu, access),
            **options,
        )
        for name, value in (
            ("HCR_EL2", hcr),
            ("VTCR_EL2", self.stage2.vtcr),
            ("VTTBR_EL2", self.stage2.vttbr(1)),
            ("VMPIDR_EL2", 1 << 31 | index),
            ("VBAR_EL1", VECTORS),
        ):
            cpu.write_sysreg(name, value)
        cpu.flush_tlb()
        cpu.pc = RAM
        return cpu

    def enter(self, pstate: int, pc: int | None = None) -> None:
        """Be in a mode, with SP_EL0 and SP_EL1 where they are expected."""
        self.cpu.pstate = pstate
        self.cpu.write_sysreg("SP_EL0", SP_EL0)
        self.cpu.write_sysreg("SP_EL1", SP_EL1)
        self.cpu.sp = SP_EL1 if pstate & 0b1101 == 0b0101 else SP_EL0
        if pc is not None:
            self.cpu.pc = pc

    def turn_mmu_on(self, cpu: Cpu | None = None, **attributes: bool) -> Stage1Tree:
        """Map all RAM at its own addresses for EL0 and EL1, in the lower half."""
        tables = itertools.count(TABLES, 0x1000)
        tree = Stage1Tree(self.memory, lambda: next(tables))
        rights = {"user": True, "writable": False, "user_execute": True, "kernel_execute": True} | attributes
        tree.map(RAM, RAM, DATA - RAM, leaf_attributes(**rights))
        tree.map(DATA, DATA, RAM + RAM_SIZE - DATA, leaf_attributes(user=True))
        for each in self.cpus if cpu is None else [cpu]:
            each.write_sysreg("TTBR0_EL1", tree.ttbr())
            each.write_sysreg("TCR_EL1", TCR_39_BITS)
            each.write_sysreg("SCTLR_EL1", each.read_sysreg("SCTLR_EL1") | 1)
            each.flush_tlb()
        return tree

    def run(self, budget: int = 100_000) -> exits.RunEnd:
        return self.cpu.run(budget)

    def _on_trap(self, cpu: Cpu, trap: exits.Trap) -> bool:
        match trap:
            case exits.Hvc(immediate):
                if immediate == DONE:
                    return False
                self.traps.append(trap)
                return self.answer(cpu, trap)
            case exits.Stage2Abort() | exits.OtherTrap():
                self.traps.append(trap)
                return False
            case _:
                self.traps.append(trap)
                cpu.complete_instruction()
                return self.answer(cpu, trap)

    def read_counters_as_a_clock(self, origin_ns: int) -> None:
        """Have the counters tick every 16 instructions, from 1000 ns before ``origin_ns`` on, and be read natively."""
        self.clock_origin_ns = origin_ns
        for cpu in self.cpus:
            cpu.read_counters_natively(4, origin_ns, origin_ns)
            cpu.set_clock(origin_ns + 1_000)

    def _on_counter(self, cpu: Cpu, access: CounterAccess) -> int:
        self.counter_accesses.append(access)
        return cpu.retired if self.clock_origin_ns is None else (1_000 + cpu.retired) // 16

    def state(self) -> tuple[object, ...]:
        """All that the guest can tell, and how many instructions it took."""
        cpu = self.cpu
        registers = (*cpu.x, cpu.pc, cpu.sp, cpu.pstate, cpu.retired)
        system = [cpu.read_sysreg(name) for name in SYSREGS if name.endswith("EL1") and not name.startswith("ID_")]
        return registers, system, self.memory.read(RAM, RAM_SIZE), tuple(self.traps), tuple(self.counter_accesses)

    def close(self) -> None:
        for cpu in self.cpus:
            cpu.close()
        self.memory.close()
