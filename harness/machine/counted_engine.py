"""An engine whose instructions are counted: exactly those that really retired, at every trap.

They are also its clock, which advances by 1 ns for each.
"""

from contextlib import AbstractContextManager, nullcontext

from harness.abi.words import MASK64
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
from harness.machine.memory import Memory


class CountedEngine(Engine):
    """An engine on ``memory``; its options are those of :class:`harness.machine.cpu.Cpu`."""

    def __init__(
        self, memory: Memory, *, live_registers: bool = True, engine_counter: bool = True, block_count: bool = True
    ) -> None:
        super().__init__(memory, live_registers=live_registers)
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
        self._each_instruction = 0
        self._running = False

    # -- Time ---------------------------------------------------------------------------------------------------

    def read_counters_natively(self, tick_shift: int, virtual_origin_ns: int, physical_origin_ns: int) -> None:
        """Answer reads of CNTVCT_EL0 and CNTPCT_EL0 without ``on_counter``, on hosts that can do this.

        A tick is ``1 << tick_shift`` ns; the origins are the times at which the counters were 0, on the clock of
        :meth:`set_clock`.
        """
        self._tick_shift = tick_shift
        if self._by_block is not None:
            self._by_block.words[VIRTUAL] = virtual_origin_ns
            self._by_block.words[PHYSICAL] = physical_origin_ns & MASK64

    def set_clock(self, time_ns: int) -> None:
        """Set the clock to ``time_ns``; it advances by 1 ns for every instruction that retires."""
        self._clock_ns = time_ns - self.retired
        if self._running and self._by_block is not None:
            self._by_block.words[CLOCK] = self._clock_ns + self._slice_start & MASK64

    # -- Instructions -------------------------------------------------------------------------------------------

    @property
    def retired(self) -> int:
        """Instructions retired since the CPU was made; exact also inside a trap."""
        return self._slice_start + self._count.retired if self._running else self._slice_start

    def _choose_count(self) -> None:
        """Before a slice: count by block if that can be had, and nobody has to know more."""
        if self._by_block is not None:
            self._by_block.words[CLOCK] = self._clock_ns + self._slice_start & MASK64
            # For a debugger, instructions are counted one by one; with shift 0, Python answers counter reads, too,
            # because the native code knows only the count by block.
            self._by_block.words[SHIFT] = 0 if self._watchers else self._tick_shift
        count_by = self._by_instruction if self._by_block is None or self._watchers else self._by_block
        if count_by is not self._count:
            self._count = count_by
            self.flush_code()  # code that was translated without the engine's own counter runs on uncounted

    def _counted_to(self, va: int) -> AbstractContextManager[None]:
        by_block = self._by_block
        return nullcontext() if by_block is None or self._count is not by_block else by_block.within(va)

    def _watching(self, begins: bool, each_instruction: bool = False) -> None:
        """A debugger begins or ends to watch; ``each_instruction``: it is told of all, so none may be left out."""
        change = 1 if begins else -1
        self._watchers += change
        self._each_instruction += change if each_instruction else 0

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
