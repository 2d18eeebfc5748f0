"""One emulated CPU: it runs for a number of instructions and ends with a typed reason.

Traps to EL2 are passed to ``on_trap`` inside the emulation loop, without leaving it. Exceptions to the guest's own EL1
are taken here (``harness.machine.exceptions``), because Unicorn does not take them. A trap handler reads and changes
the registers through ``x``, ``pc``, ``sp``, ``pstate`` and the system registers by name. Instructions are counted
exactly: those that really retired, including traps that were answered in the loop.
"""

import ctypes
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext

import unicorn
from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.abi.words import MASK64
from harness.machine import exits
from harness.machine.aborts import Aborts, alignment_syndrome
from harness.machine.alignment import SCTLR_A, AlignmentCheck
from harness.machine.counter_sites import CounterAccess, CounterSites
from harness.machine.counting import (
    CLOCK,
    PHYSICAL,
    SHIFT,
    VIRTUAL,
    EngineCount,
    InstructionCount,
    open_block_count,
)
from harness.machine.engine import Engine
from harness.machine.exceptions import ESR_IL, HCR_VI, IRQ, PSTATE_I, SYNCHRONOUS, CpuState, Entry, enter_el1
from harness.machine.exits import BudgetSpent, RunEnd, Trap
from harness.machine.fault_chain import FaultChain, Taken
from harness.machine.lifetime import Closed, become
from harness.machine.memory import Memory
from harness.machine.mmu import Access
from harness.machine.mmu.stage1 import effective_tcr
from harness.machine.probes import Probes
from harness.machine.sysregs import Encoding
from harness.machine.translation_sites import TranslationAnswers, TranslationSites
from harness.machine.unicorn_layout import INTERRUPT_HOOK, add_hook

_INTNO_UNDEFINED = 1
_INTNO_PREFETCH_ABORT = 3
_INTNO_DATA_ABORT = 4
_INTNO_HVC = 11
_RETIRED_AT_TRAP = frozenset((2, _INTNO_HVC))
"""Unicorn's interrupt numbers of SVC and HVC: the instruction is done, PC is after it."""

_TRAPS_WITHOUT_PROGRESS = 10_000
"""After so many fetch faults in a row without a retired instruction, the guest is in an endless loop."""


class EmulatorError(Exception):
    """Unicorn stopped for a reason that no guest can cause: a bug in the harness."""


class Cpu(Engine):
    """A CPU on ``memory``; ``on_trap(trap)`` answers a trap to EL2 and returns whether the slice continues.

    ``on_counter(access)`` handles reads and writes of the virtual counter and timer; for a read it returns the value.
    ``emulated`` are system registers that this CPU lacks and EL2 supplies: an access at EL1 is a trap to EL2.
    ``live_registers``, ``engine_counter`` and ``block_count`` can be turned off, to run on Unicorn's public API alone:
    much slower, with the same results.
    """

    def __init__(
        self,
        memory: Memory,
        on_trap: Callable[[Trap], bool],
        on_counter: Callable[[CounterAccess], int],
        *,
        emulated: Collection[Encoding] = (),
        live_registers: bool = True,
        engine_counter: bool = True,
        block_count: bool = True,
    ) -> None:
        super().__init__(memory, live_registers=live_registers)
        self._emulated = frozenset(emulated)
        self.on_trap = on_trap
        self.on_exception: Callable[[int, int | None], None] | None = None
        """Called with ESR_EL1, and FAR_EL1 if that is set, for each synchronous exception that the CPU itself takes."""
        self.on_entry: Callable[[bool], None] | None = None
        """Called at every entry to EL1, except for IRQs within a slice; True if an instruction retired by the entry."""
        self.faults = FaultChain()
        """The nested synchronous exceptions that the CPU took, for the report of a crash."""
        self.now_ns: Callable[[], int] = self._no_clock
        """Returns the present time in ns, for ``faults``."""
        self._by_instruction = EngineCount(self._engine, self._layout, use_counter=engine_counter)
        by_block = (
            open_block_count(self._engine, self._layout)
            if block_count and engine_counter and not self._copied
            else None
        )
        self._by_block = by_block
        self._count: InstructionCount = by_block or self._by_instruction
        self._slice_start = 0
        self._clock_ns = 0
        self._tick_shift = 0
        self._watchers = 0
        self._end: RunEnd | None = None
        self._error: BaseException | None = None
        self._hvc: dict[int, Trap] = {}
        self._syndrome_at, self._exclusive_at = self._layout.exception, self._layout.exclusive
        self._idle_traps = 0
        self._idle_mark = 0
        self._running = False
        self.unnoticed = False
        """Set by the answer to a trap that a real CPU would not take, so that the exclusive monitor stays as it is."""
        self.hurry = False
        """While another thread keeps it set, a slice ends at the next trap or counter access, as if it were shorter."""
        self._code_is_stale = False
        self._flushed_in_run = False
        self._interrupt_callback = INTERRUPT_HOOK(self._on_interrupt)
        add_hook(self._engine, uc_const.UC_HOOK_INTR, self._interrupt_callback)
        self.on_counter = on_counter
        self.checks_alignment = False
        """Whether the alignment of LDAR and STLR is checked even while SCTLR_EL1.A is clear: exact, and slow."""
        self._alignment = AlignmentCheck(self, self.fetch, self._refuse_access, self._hook_failed)
        self._refused: tuple[int, bool] | None = None
        self._aborts = Aborts(self, memory, self._alignment)
        self._tcr_written = False
        answers = TranslationAnswers(
            lambda: self.read_sysreg("TCR_EL1"), self._writes_tcr, self._writes_sctlr, self._address_translate
        )
        self._sites = CounterSites(
            self._engine,
            memory,
            self._access_counter,
            self._hook_failed,
            self._in_aarch32,
            by_block,
            TranslationSites(self._engine, answers),
        )

    def close(self) -> None:
        """Release the emulator; any later use of the CPU is MachineClosedError."""
        self._sites.close()
        super().close()
        become(self, Closed)

    # -- Time ---------------------------------------------------------------------------------------------------

    def read_counters_natively(self, tick_shift: int, virtual_origin_ns: int, physical_origin_ns: int) -> None:
        """Answer reads of CNTVCT_EL0 and CNTPCT_EL0 without ``on_counter``, on hosts that can do this.

        A tick is ``1 << tick_shift`` ns; the origins are the times at which the counters were 0, on the clock of
        :meth:`set_clock`.
        """
        if self._by_block is not None:
            self._tick_shift = tick_shift
            self._by_block.words[VIRTUAL] = virtual_origin_ns
            self._by_block.words[PHYSICAL] = physical_origin_ns

    def set_clock(self, time_ns: int) -> None:
        """Set the clock to ``time_ns``; it advances by 1 ns for every instruction that retires."""
        self._clock_ns = time_ns - self.retired
        if self._running and self._by_block is not None:
            self._by_block.words[CLOCK] = self._clock_ns + self._slice_start & MASK64

    # -- Running ------------------------------------------------------------------------------------------------

    @property
    def retired(self) -> int:
        """Instructions retired since the CPU was made; exact also inside a trap."""
        return self._slice_start + self._count.retired if self._running else self._slice_start

    def run(self, budget: int) -> RunEnd:
        """Run until ``budget`` instructions have retired or the answer to a trap ends the run; return the reason."""
        target = self._slice_start + budget
        self._end = None
        self._flushed_in_run = False
        if self._code_is_stale:
            self._code_is_stale = False
            self.flush_code()
        if self.on_entry is not None and self.interrupt_waits:
            self._enter(enter_el1(self._state(), IRQ))  # as the engine would, before the slice's first instruction
            self.on_entry(False)
        while self._end is None:
            left = target - self._slice_start
            if left <= 0:
                return BudgetSpent()
            self._run_slice(left)  # which may end early, to translate a block again with a hook in it
            if self._error is not None:
                error, self._error = self._error, None
                raise error
            if self._in_aarch32():
                # Stopped before the first AArch32 instruction: ELR_EL1 still holds the target of the ERET.
                self._end = exits.Aarch32State(self.read_sysreg("ELR_EL1"))
        return self._end

    def _run_slice(self, count: int) -> None:
        checks = self.checks_alignment or bool(self.read_sysreg("SCTLR_EL1") & SCTLR_A)
        if checks != self._alignment.on:
            self._alignment.turn(checks)
            self._watching(checks)
        self._store()
        if self._sites.prepare(self.pc):
            self.flush_code()
        if self._by_block is not None:
            self._by_block.words[CLOCK] = self._clock_ns + self._slice_start & MASK64
            # For a debugger, instructions are counted one by one; with shift 0, Python answers counter reads, too,
            # because the native code knows only the count by block.
            self._by_block.words[SHIFT] = 0 if self._watchers else self._tick_shift
        count_by = self._by_instruction if self._by_block is None or self._watchers else self._by_block
        if count_by is not self._count:
            self._count = count_by
            self.flush_code()  # code that was translated without the engine's own counter runs on uncounted
        self._running = True
        status = self._count.run(self.pc, count)
        self._running = False
        self._slice_start += self._count.retired
        self._load()
        self._settle()
        if status != uc_const.UC_ERR_OK and self._error is None:
            raise EmulatorError(f"{unicorn.UcError(status)} at pc {self.pc:#x}")

    def _settle(self) -> None:
        """After a slice: complete what a hook has ended it for."""
        if self._tcr_written:
            self._tcr_written = False
            self._translate_tcr()
        if self._refused is not None and self._error is None:
            (address, write), self._refused = self._refused, None
            self.take_abort(self._alignment_fault(write), address)

    def invalidate_code(self, *, by_itself: bool) -> None:
        """Perform an IC instruction of this CPU (``by_itself``) or of another one, as late and as seldom as is correct.

        The engine itself discards code that this CPU overwrites; other CPUs write between two runs of this one. So one
        flush per run is enough for its own IC instructions, and one before the next run for those of others.
        """
        if not by_itself:
            self._code_is_stale = True
        elif not self._flushed_in_run:
            self._flushed_in_run = True
            self.flush_code()

    def stop(self, end: RunEnd) -> None:
        """End the slice here, from inside the answer to a trap."""
        self._end = end
        uclib.uc_emu_stop(self._handle)

    def pause(self) -> None:
        """End the slice here, from inside the answer to a trap or a counter access: the scheduler must plan anew."""
        if self._running and self._end is None:
            self.stop(exits.Paused())

    def fetch(self, va: int) -> int:
        """The instruction that the CPU would fetch from ``va`` now; 0, which is undefined, if the fetch would fail."""
        found = ctypes.c_uint64()
        execute = ctypes.c_uint32(uc_const.UC_PROT_EXEC)
        if uclib.uc_vmem_translate(self._handle, ctypes.c_uint64(va), execute, ctypes.byref(found)):
            return 0
        if not self._memory.contains(found.value, 4):
            return 0
        at = found.value - self._memory.base
        return int.from_bytes(self._memory.bytes[at : at + 4], "little")

    def _in_aarch32(self) -> bool:
        self._load()
        word, bit = self._layout.aarch64
        return not self._words[word] & bit

    def _hook_failed(self, error: BaseException) -> None:
        # An exception cannot pass through the C code between here and run(), so run() raises it later.
        self._error = error
        uclib.uc_emu_stop(self._handle)

    # -- Exceptions and traps -----------------------------------------------------------------------------------

    def _on_interrupt(self, _engine: int, number: int, _data: int) -> None:
        try:
            if self._copied:
                self._load()
            words = self._words
            syndrome = words[self._syndrome_at] & 0xFFFF_FFFF
            # Hypercalls are by far the most frequent trap, so they come first, and their traps are decoded only once.
            if number == _INTNO_HVC:
                trap = self._hvc.get(syndrome)
                if trap is None:
                    trap = self._hvc[syndrome] = exits.decode(syndrome, 0, 0)
                goes_on = self.on_trap(trap)
                words[self._exclusive_at] = MASK64  # clear_exclusive_monitor(), without a call
            elif number == _INTNO_PREFETCH_ABORT and (self._end is not None or self._count.spent):
                uclib.uc_emu_stop(self._handle)  # the slice is over: the next one repeats this fetch
                return
            else:
                goes_on = self._take(number, syndrome, self._syndrome_at)
            if not goes_on and (self._end is None or type(self._end) is exits.Paused):
                self._end = exits.Stopped()
            if self._end is not None:
                uclib.uc_emu_stop(self._handle)
            elif self.hurry:
                self.end_slice()
            if self._copied:
                self._store()
        except BaseException as error:
            self._hook_failed(error)

    def _refuse_access(self, pc: int, address: int, write: bool) -> None:
        self._refused = address, write
        self._count.trapped(pc)
        uclib.uc_emu_stop(self._handle)

    def _writes_tcr(self, value: int) -> None:
        if effective_tcr(value) != value or self.read_sysreg("TPIDR_EL3"):
            self._tcr_written = True
            uclib.uc_emu_stop(self._handle)

    def _writes_sctlr(self, value: int) -> None:
        if bool(value & SCTLR_A) != bool(self.read_sysreg("SCTLR_EL1") & SCTLR_A):
            uclib.uc_emu_stop(self._handle)

    def _address_translate(self, va: int, access: Access, el: int) -> int | None:
        self._load()
        return self._aborts.translate(va, access, el)

    def _access_counter(self, access: CounterAccess) -> int:
        value = self.on_counter(access)
        # The engine cannot be stopped precisely in the hook of an MRS, so the rest of its budget is used up instead.
        if self.hurry and self._end is None and self._count.finish():
            self._end = BudgetSpent()
        return value

    def _take(self, number: int, syndrome: int, at: int) -> bool:
        va = self._words[at + 1]
        if self._in_aarch32():
            return False
        if number == _INTNO_PREFETCH_ABORT:
            if self._spins():
                return False
        elif number not in _RETIRED_AT_TRAP:
            self._count.trapped(self.pc)
        if self._words[at + 2] & 0xFFFF_FFFF == 2:  # the target exception level: the hypervisor's
            if syndrome >> 26 == exits.EC_DATA_ABORT_LOWER and syndrome & exits.ISS_ACQUIRE_RELEASE:
                address = self._alignment.misaligned_address(self.pc, ordered=True)
                if address is not None:
                    return self.take_abort(self._alignment_fault(bool(syndrome & exits.ISS_WNR)), address)
            hpfar = self.read_sysreg("HPFAR_EL2")
            ipa = (hpfar >> 4) << 12 | va & 0xFFF
            goes_on = self.on_trap(exits.decode(syndrome, va, ipa))
            if self.unnoticed:
                self.unnoticed = False
            else:
                self.clear_exclusive_monitor()
            return goes_on
        return self._take_to_el1(number, syndrome, va)

    def _alignment_fault(self, write: bool) -> int:
        ec = exits.taken_to_el1(exits.EC_DATA_ABORT_LOWER, self.el)
        return alignment_syndrome(ec << 26 | (exits.ISS_WNR if write else 0))

    def _spins(self) -> bool:
        # A fetch that faults retires nothing, so the budget alone would never end a loop of them (vectors on an
        # unmapped page).
        mark = self.retired
        self._idle_traps = self._idle_traps + 1 if mark == self._idle_mark else 0
        self._idle_mark = mark
        if self._idle_traps > _TRAPS_WITHOUT_PROGRESS:
            self._idle_traps = 0
            self._end = exits.VectorLoop(self.pc, self._words[self._layout.exception] & 0xFFFF_FFFF, self.pc)
            return True
        return False

    def _take_to_el1(self, number: int, syndrome: int, va: int) -> bool:
        pc = self.pc
        if number == _INTNO_UNDEFINED and pc & 3:  # Unicorn reports a misaligned PC as an undefined instruction
            syndrome, va, number = exits.EC_PC_ALIGNMENT << 26 | ESR_IL, pc, _INTNO_PREFETCH_ABORT
        elif number == _INTNO_UNDEFINED and self.el:
            # A register that Unicorn does not know gives a syndrome without its encoding: decode the instruction.
            access = exits.decode_system(self.fetch(pc))
            if access is not None and access.encoding in self._emulated:
                return self.on_trap(access)  # the real CPU has the register, and does not trap
        if number not in (_INTNO_PREFETCH_ABORT, _INTNO_DATA_ABORT):
            return self._raise(syndrome, None)
        if not pc & 3:
            syndrome, va = self._aborts.review(syndrome, va, pc)
        return self._raise(syndrome, va)

    def _raise(self, syndrome: int, far: int | None) -> bool:
        if self.on_exception is not None:
            self.on_exception(syndrome, far)
        return self.enter_exception(syndrome, far)

    def take_abort(self, syndrome: int, far: int) -> bool:
        """Take an abort to EL1 that the CPU itself raises, and Unicorn does not.

        Returns whether the CPU can continue, like :meth:`enter_exception`.
        """
        at = self._layout.exception
        self._words[at] = self._words[at] & ~0xFFFF_FFFF | syndrome
        return self._raise(syndrome, far)

    def address_size_fault(self, va: int) -> int | None:
        """The level of the address size fault that an access to ``va`` now ends in at stage 1; None if in none."""
        return self._aborts.address_size_fault(va)

    @staticmethod
    def _no_clock() -> int:
        return 0

    def enter_exception(self, syndrome: int, far: int | None = None, *, injected: bool = False) -> bool:
        """Take a synchronous exception to EL1 now, with this ESR_EL1 and, if given, FAR_EL1.

        ``injected`` says, for :attr:`faults`, that the hypervisor raises it and not the CPU.
        Returns whether the CPU can continue: False if the exception's own vector raises it again for ever.
        """
        words, sysregs = self._words, self._layout.sysregs
        elr, at = words[sysregs["ELR_EL1"]], self.pc
        before = self._state()
        entry = enter_el1(before, SYNCHRONOUS)
        # The vector's first instruction has raised the exception, and this entry would change nothing.
        if entry.pc == at and entry.pstate == before.pstate and elr == at:
            self._end = exits.VectorLoop(entry.pc, syndrome, far or 0)
            return False
        if syndrome >> 26 == exits.EC_SVC64:  # a system call is not a fault
            self.faults.clear()
        else:
            registers = self.x.tobytes()
            fault = Taken(self.now_ns(), syndrome, far, at, before.sp, before.pstate, registers, injected)
            self.faults.take(fault, before.vbar)
        words[sysregs["ESR_EL1"]] = syndrome
        if far is not None:
            words[sysregs["FAR_EL1"]] = far
        self._enter(entry)
        if self.on_entry is not None:
            self.on_entry(words[self._layout.exception] >> 26 & 0x3F in exits.RETIRED_AT_TRAP)
        return True

    def _state(self) -> CpuState:
        words, sysregs = self._words, self._layout.sysregs
        banked = words[sysregs["SP_EL0"]], words[sysregs["SP_EL1"]]
        return CpuState(self.pc, self.pstate, self.sp, *banked, words[sysregs["VBAR_EL1"]])

    def _enter(self, entry: Entry) -> None:
        words, sysregs = self._words, self._layout.sysregs
        words[self._layout.pc] = entry.pc
        words[self._layout.sp] = entry.sp
        words[sysregs["SP_EL0"]] = entry.sp_el0
        words[sysregs["ELR_EL1"]] = entry.elr
        self._store()
        self._write_pstate(entry.pstate, entry.spsr)

    @property
    def interrupt_waits(self) -> bool:
        """Whether the CPU, between two runs, will take an IRQ before it executes anything."""
        pending = self._words[self._layout.sysregs["HCR_EL2"]] & HCR_VI
        return bool(pending) and not self.pstate & PSTATE_I

    def probes(self) -> Probes:
        """Begin to watch this CPU: hooks for a debugger.

        While some of them exist, instructions are counted one by one, so that the count is exact in the middle of a
        block (:class:`Probes`).
        """
        return Probes(self._engine, self._sites, self._hook_failed, self._watching, self._counted_to)

    def _counted_to(self, va: int) -> AbstractContextManager[None]:
        by_block = self._by_block
        return nullcontext() if by_block is None or self._count is not by_block else by_block.within(va)

    def _watching(self, begins: bool) -> None:
        self._watchers += 1 if begins else -1

    def clear_exclusive_monitor(self) -> None:
        """Let the next store-exclusive fail, as after every exception return (Arm DDI 0487, B2.9.5 and D1.4)."""
        self._words[self._exclusive_at] = MASK64

    def complete_instruction(self) -> None:
        """Count the trapped instruction at PC as retired and continue after it: its effect was emulated."""
        if self._running:
            self._count.add(1)
        else:
            self._slice_start += 1
        self.pc += 4

    def undo_hvc(self) -> None:
        """From inside the answer to an HVC: move the CPU back onto it, as if it had not been executed yet."""
        self._count.add(-1)
        self.pc -= 4

    def end_slice(self) -> None:
        """From inside the answer to a trap: end the slice as if its budget were spent, unless it is ending already."""
        if self._end is None:
            self.stop(BudgetSpent())
