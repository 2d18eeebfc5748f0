"""A CPU takes exceptions to its guest's EL1, because Unicorn does not (``harness.machine.exceptions`` says how)."""

from collections.abc import Callable

import unicorn

from harness.abi.words import MASK64
from harness.machine import exits
from harness.machine.counted_engine import CountedEngine
from harness.machine.exceptions import (
    ESR_IL,
    HCR_VI,
    PSTATE_I,
    PSTATE_IL,
    SYNCHRONOUS,
    CpuState,
    Entry,
    enter_el1,
    return_illegally,
)
from harness.machine.exits import RunEnd
from harness.machine.fault_chain import FaultChain, Taken
from harness.machine.memory import Memory
from harness.machine.new_code import NewCode


class ExceptionTaker(CountedEngine):
    """A counted engine that can take exceptions. ``_code`` finds what would be fetched from an address."""

    _code: NewCode

    def __init__(
        self, memory: Memory, *, live_registers: bool = True, engine_counter: bool = True, block_count: bool = True
    ) -> None:
        super().__init__(memory, live_registers=live_registers, engine_counter=engine_counter, block_count=block_count)
        self.on_exception: Callable[[int, int | None], None] | None = None
        """Called with ESR_EL1, and FAR_EL1 if that is set, for each synchronous exception that the CPU itself takes."""
        self.on_entry: Callable[[bool], None] | None = None
        """Called at every entry to EL1, except for IRQs within a slice; True if an instruction retired by the entry."""
        self.faults = FaultChain()
        """The nested synchronous exceptions that the CPU took, for the report of a crash."""
        self.now_ns: Callable[[], int] = self._no_clock
        """Returns the present time in ns, for ``faults``."""
        self._end: RunEnd | None = None
        self._exclusive_at = self._layout.exclusive
        self._illegal = False
        """Whether PSTATE.IL may be set: the next instruction then raises an exception."""

    @staticmethod
    def _no_clock() -> int:
        return 0

    @property
    def interrupt_waits(self) -> bool:
        """Whether the CPU, between two runs, will take an IRQ before it executes anything."""
        pending = self._words[self._layout.sysregs["HCR_EL2"]] & HCR_VI
        return bool(pending) and not self.pstate & PSTATE_I

    def clear_exclusive_monitor(self) -> None:
        """Let the next store-exclusive fail, as after every exception return (Arm DDI 0487, B2.9.5 and D1.4)."""
        self._words[self._exclusive_at] = MASK64

    def _raise(self, syndrome: int, far: int | None) -> bool:
        if self.on_exception is not None:
            self.on_exception(syndrome, far)
        return self.enter_exception(syndrome, far)

    def take_exception(self, syndrome: int, far: int | None = None) -> bool:
        """Take an exception to EL1 that the CPU itself raises, and Unicorn does not.

        Returns whether the CPU can continue, like :meth:`enter_exception`.
        """
        at = self._layout.exception
        self._words[at] = self._words[at] & ~0xFFFF_FFFF | syndrome
        return self._raise(syndrome, far)

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

    def _raise_illegal_state(self) -> bool:
        """Raise the exception that PSTATE.IL causes, unless the engine finds one that comes first (D1.3.5.8)."""
        if not self.pstate & PSTATE_IL:
            self._illegal = False
        elif not (self.interrupt_waits or self.pc & 3 or self._code.maddr(self.pc) is None):
            self._illegal = False
            self.take_exception(exits.EC_ILLEGAL_STATE << 26 | ESR_IL)
            return True
        return False

    def _return_illegally(self) -> None:
        """Execute an ERET whose SPSR_EL1 is illegal (D1.3.4)."""
        words, sysregs = self._words, self._layout.sysregs
        spsr = words[sysregs["SPSR_EL1"]]
        after = return_illegally(self._state(), spsr, words[sysregs["ELR_EL1"]])
        words[self._layout.pc], words[self._layout.sp] = after.pc, after.sp
        words[sysregs["SP_EL0"]], words[sysregs["SP_EL1"]] = after.sp_el0, after.sp_el1
        self.clear_exclusive_monitor()
        self._store()
        self._write_pstate(after.pstate, spsr)
        self._slice_start += 1
        self._illegal = True

    def restore(self, context: unicorn.unicorn_py3.unicorn.UcContext) -> None:
        """Restore a state from :meth:`save`, and discard cached translations and code."""
        super().restore(context)
        self._illegal = bool(self.pstate & PSTATE_IL)
