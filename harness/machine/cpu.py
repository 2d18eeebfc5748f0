"""One emulated CPU: it runs for a number of instructions and ends with a typed reason.

Traps to EL2 are passed to ``on_trap`` inside the emulation loop, without leaving it. Exceptions to the guest's own EL1
are taken here (``harness.machine.exceptions``), because Unicorn does not take them. A trap handler reads and changes
the registers through ``x``, ``pc``, ``sp``, ``pstate`` and the system registers by name. Instructions are counted
exactly: those that really retired, including traps that were answered in the loop.
"""

from collections.abc import Callable, Collection

import unicorn
from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.abi.words import MASK64
from harness.machine import exits
from harness.machine.aborts import Aborts, alignment_syndrome
from harness.machine.alignment import SCTLR_A, AlignmentCheck, Misaligned
from harness.machine.counter_sites import COUNTERS, CounterAccess, CounterSites
from harness.machine.exception_taker import ExceptionTaker
from harness.machine.exceptions import ESR_IL, ESR_UNKNOWN, FPEN_ALL, FPEN_SHIFT, IRQ, enter_el1
from harness.machine.exits import BudgetSpent, RunEnd, Trap
from harness.machine.guards import INTNO_UNDEFINED, CodeChanged, Guards, IllegalReturn, StoppedBefore
from harness.machine.lifetime import Closed, become
from harness.machine.memory import Memory
from harness.machine.mmu import Access
from harness.machine.mmu.stage1 import effective_tcr
from harness.machine.new_code import NewCode
from harness.machine.probes import Probes
from harness.machine.sysregs import LAST_EVENT_COUNTERS, SYSREGS, Encoding
from harness.machine.translation_sites import TranslationAnswers, TranslationSites
from harness.machine.unicorn_layout import INTERRUPT_HOOK, add_hook
from harness.machine.waits import Read, Waits

_INTNO_PREFETCH_ABORT = 3
_INTNO_DATA_ABORT = 4
_INTNO_HVC = 11
_RETIRED_AT_TRAP = frozenset((2, _INTNO_HVC))
"""Unicorn's interrupt numbers of SVC and HVC: the instruction is done, PC is after it."""

CPTR_TCPAC = 1 << 31
"""CPTR_EL2: accesses to CPACR_EL1 are trapped."""
_CPACR = SYSREGS["CPACR_EL1"]
_EL0_GROUP = 3
"""op1 of the registers that EL0 may access."""

_TRAPS_WITHOUT_PROGRESS = 10_000
"""After so many fetch faults in a row without a retired instruction, the guest is in an endless loop."""


class EmulatorError(Exception):
    """Unicorn stopped for a reason that no guest can cause: a bug in the harness."""


class Cpu(ExceptionTaker):
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
        super().__init__(memory, live_registers=live_registers, engine_counter=engine_counter, block_count=block_count)
        by_block = self._by_block
        self._emulated = frozenset(emulated)
        self.on_trap = on_trap
        self._error: BaseException | None = None
        self._hvc: dict[int, Trap] = {}
        self._syndrome_at = self._layout.exception
        self._idle_traps = 0
        self._idle_mark = 0
        self.unnoticed = False
        """Set by the answer to a trap that a real CPU would not take, so that the exclusive monitor stays as it is."""
        self.hurry = False
        """While another thread keeps it set, a slice ends at the next trap or counter access, as if it were shorter."""
        self._code_is_stale = False
        self._finding: StoppedBefore | Misaligned | None = None
        self._changed_pages: list[int] = []
        """Pages whose code must be discarded, by machine address."""
        self._interrupt_callback = INTERRUPT_HOOK(self._on_interrupt)
        add_hook(self._engine, uc_const.UC_HOOK_INTR, self._interrupt_callback)
        self.on_counter = on_counter
        self._code = NewCode(self._engine, memory, self._hook_failed, self._in_aarch32)
        self.fetch = self._code.fetch
        self.checks_alignment = False
        """Whether the alignment of LDAR and STLR is checked even while SCTLR_EL1.A is clear: exact, and slow."""
        self._waits = Waits(self.x, self.fetch)
        self._alignment = AlignmentCheck(self, self.fetch, self._stop_before, self._hook_failed)
        self._aborts = Aborts(self, memory, self._alignment)
        self._tcr_written = False
        answers = TranslationAnswers(
            lambda: self.read_sysreg("TCR_EL1"), self._writes_tcr, self._writes_sctlr, self._address_translate
        )
        self._sites = CounterSites(
            self._engine,
            self.fetch,
            self._access_counter,
            self._hook_failed,
            by_block,
            TranslationSites(self._engine, answers),
        )
        self._guards = Guards(
            self._engine,
            self._code,
            self.look_at_level,
            self.look_at_sysreg,
            self._code_changed,
            self._stop_before,
            self._hook_failed,
            by_block,
        )
        self._code.search_for(self._sites, self._guards)
        self.write_sysreg("CPTR_EL2", CPTR_TCPAC)  # so that a change of CPACR_EL1 is noticed

    def close(self) -> None:
        """Release the emulator; any later use of the CPU is MachineClosedError."""
        self._sites.close()
        self._guards.close()
        super().close()
        become(self, Closed)

    # -- Running ------------------------------------------------------------------------------------------------

    def run(self, budget: int) -> RunEnd:
        """Run until ``budget`` instructions have retired or the answer to a trap ends the run; return the reason."""
        target = self._slice_start + budget
        self._end = None
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
            if self._illegal and self._raise_illegal_state():
                continue
            self._run_slice(left)  # which may end early, to translate a block again with a hook in it
            if self._error is not None:
                error, self._error = self._error, None
                raise error
            if self._finding is not None:
                finding, self._finding = self._finding, None
                self._refuse(finding)
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
        fpen = self._words[self._layout.sysregs["CPACR_EL1"]] >> FPEN_SHIFT & FPEN_ALL
        if fpen != self._guards.fpen or self._guards.too_many:
            self._guards.follow(fpen)
            self._code.search_for(self._sites, self._guards)
            self.flush_code()
        for page in self._code.prepare(self.pc):
            self.flush_page(page)
        self._choose_count()
        self._waits.forget()
        self._running = True
        status = self._count.run(self.pc, count)
        self._running = False
        self._slice_start += self._count.retired
        self._load()
        if self._tcr_written:
            self._tcr_written = False
            self._translate_tcr()
        if status != uc_const.UC_ERR_OK and self._error is None:
            raise EmulatorError(f"{unicorn.UcError(status)} at pc {self.pc:#x}")

    def invalidate_code(self, *, by_itself: bool) -> None:
        """Perform an IC instruction of this CPU (``by_itself``) or of another one, as late and as seldom as is correct.

        Other CPUs write between two runs of this one, so for all their IC instructions one flush before the next run is
        enough.
        """
        if not by_itself:
            self._code_is_stale = True
        elif self._code_changed():
            self._discard_changed_code()

    def _code_changed(self) -> bool:
        """At an IC: whether code must be discarded."""
        if self._code.has_fresh_pages:
            self._changed_pages = self._code.overwritten()
            self.flush_tlb()  # from now on the engine notices each store to the code that it has translated
        return bool(self._changed_pages)

    def _discard_changed_code(self) -> None:
        for page in self._changed_pages:
            self.flush_page(page)
        self._changed_pages = []

    def stop(self, end: RunEnd) -> None:
        """End the slice here, from inside the answer to a trap."""
        self._end = end
        uclib.uc_emu_stop(self._handle)

    def pause(self) -> None:
        """End the slice here, from inside the answer to a trap or a counter access: the scheduler must plan anew."""
        if self._running and self._end is None:
            self.stop(exits.Paused())

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

    def _access_counter(self, access: CounterAccess, va: int) -> int:
        value = self.on_counter(access)
        if access.value is None and access.name in COUNTERS and self._tick_shift and not self._each_instruction:
            read = Read(va, value, self._clock_ns + self.retired, self._tick_shift)
            left_out = self._waits.skip(read, self._count.left)
            if left_out:
                self._count.skip(left_out)
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
                    return self.take_exception(self._alignment_fault(bool(syndrome & exits.ISS_WNR)), address)
            hpfar = self.read_sysreg("HPFAR_EL2")
            ipa = (hpfar >> 4) << 12 | va & 0xFFF
            trap = exits.decode(syndrome, va, ipa)
            if type(trap) is exits.SysregAccess and trap.encoding == _CPACR:
                self._access_cpacr(trap)
                return True
            goes_on = self.on_trap(trap)
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
        if number == INTNO_UNDEFINED and pc & 3:  # Unicorn reports a misaligned PC as an undefined instruction
            syndrome, va, number = exits.EC_PC_ALIGNMENT << 26 | ESR_IL, pc, _INTNO_PREFETCH_ABORT
        elif number == INTNO_UNDEFINED and syndrome == ESR_UNKNOWN:
            # A register that Unicorn does not know gives a syndrome without its encoding: decode the instruction.
            word = self.fetch(pc)
            access, level = exits.decode_system(word), self.el
            there = access is not None and (level or access.encoding.op1 == _EL0_GROUP)
            if access is not None and there and access.encoding in self._emulated:
                return self.on_trap(access)  # the real CPU has the register, and does not trap
            if access is not None and not level and access.encoding in LAST_EVENT_COUNTERS:
                syndrome = exits.syndrome_of_system(word)  # PMUSERENR_EL0 is 0: EL0 may not access the counters
        elif syndrome >> 26 == exits.EC_SYSREG and self.el:
            syndrome = ESR_UNKNOWN  # the secure timer (CNTPS_*), which is EL3's: undefined (Arm DDI 0487, D19.12)
        if number not in (_INTNO_PREFETCH_ABORT, _INTNO_DATA_ABORT):
            return self._raise(syndrome, None)
        if not pc & 3:
            syndrome, va = self._aborts.review(syndrome, va, pc)
        return self._raise(syndrome, va)

    def _access_cpacr(self, access: exits.SysregAccess) -> None:
        """Perform an access to CPACR_EL1, which is trapped only to see whether it changes what FPEN lets through."""
        number = access.register
        if not access.read:
            self.write_sysreg("CPACR_EL1", self.x[number] if number < len(self.x) else 0)
            uclib.uc_emu_stop(self._handle)  # the slice goes on with other hooks
        elif number < len(self.x):
            self.x[number] = self.read_sysreg("CPACR_EL1")
        self.complete_instruction()

    def _stop_before(self, finding: StoppedBefore | Misaligned) -> None:
        self._finding = finding
        self._count.trapped(finding.va)
        uclib.uc_emu_stop(self._handle)

    def _refuse(self, finding: StoppedBefore | Misaligned) -> None:
        """Do what the CPU does instead of the instruction that it is on."""
        self.pc = finding.va
        if isinstance(finding, IllegalReturn):
            self._return_illegally()
        elif isinstance(finding, CodeChanged):
            self._discard_changed_code()
            self.complete_instruction()
            self._store()
        elif isinstance(finding, Misaligned):
            self.take_exception(self._alignment_fault(finding.write), finding.address)
        else:
            self.take_exception(finding.syndrome)

    def address_size_fault(self, va: int) -> int | None:
        """The level of the address size fault that an access to ``va`` now ends in at stage 1; None if in none."""
        return self._aborts.address_size_fault(va)

    def probes(self) -> Probes:
        """Begin to watch this CPU: hooks for a debugger.

        While some of them exist, instructions are counted one by one, so that the count is exact in the middle of a
        block (:class:`Probes`).
        """
        return Probes(self._engine, self._sites, self._hook_failed, self._watching, self._counted_to)

    def end_slice(self) -> None:
        """From inside the answer to a trap: end the slice as if its budget were spent, unless it is ending already."""
        if self._end is None:
            self.stop(BudgetSpent())
