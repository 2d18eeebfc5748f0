"""How instructions are counted: block by block in native code, or one by one by the emulator.

Both counts are exact at every trap, and both end a run after exactly the requested number of instructions. Counting by
block costs a few host instructions per block; the emulator's own counter costs as much per instruction.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import unicorn
from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.machine.block_layout import NO_BOUND, BlockLayout, find_block_layout, object_address
from harness.machine.native import NativeFunctions, native_functions
from harness.machine.unicorn_layout import CODE_HOOK, EngineLayout, add_hook

LONGEST_BLOCK = 512
"""Instructions in the longest block that QEMU's translator makes."""

COUNT, LIMIT, BLOCK, SIZE, EXIT, STOP, PSTATE, CNTKCTL, SHIFT, CLOCK, PHYSICAL, VIRTUAL = range(12)
"""Indices of the words of a meter; ``native/x86_64.S`` describes each."""

_NO_LIMIT = 1 << 62


class InstructionCount(Protocol):
    """Runs an engine, and counts the instructions of the run."""

    @property
    def retired(self) -> int:
        """Instructions of this run that have retired; exact at a trap."""

    @property
    def spent(self) -> bool:
        """Whether the run may not begin another instruction."""

    def run(self, pc: int, count: int) -> int:
        """Emulate ``count`` instructions from ``pc`` on, or fewer if something stops it; return Unicorn's status."""

    def trapped(self, pc: int) -> None:
        """Note that the instruction at ``pc`` has trapped: neither it nor the rest of its block has retired."""

    def add(self, instructions: int) -> None:
        """Add instructions that were completed outside the engine, or subtract ones that were undone."""

    @property
    def left(self) -> int:
        """Instructions that may still be left out of this run by :meth:`skip`; 0 if none can be."""

    def skip(self, instructions: int) -> None:
        """From inside the answer to a counter access: count instructions as retired that need not be executed."""

    def finish(self) -> bool:
        """From inside the answer to a counter access: end this run after it. False if that cannot be done."""


class EngineCount:
    """The engine's own counter or, if that was not found, a hook on every instruction."""

    def __init__(self, engine: unicorn.Uc, layout: EngineLayout, *, use_counter: bool = True) -> None:
        self._handle = engine._uch
        self._limit = 0
        self._unretired = 0
        self._live = use_counter and layout.counter is not None
        if use_counter and layout.counter is not None:
            self._counter = ctypes.c_uint64.from_address((self._handle.value or 0) + layout.counter)
            return
        self._counter = counter = ctypes.c_uint64()

        def count(*_: object) -> None:
            counter.value += 1

        self._callback = CODE_HOOK(count)
        add_hook(engine, uc_const.UC_HOOK_CODE, self._callback)

    @property
    def retired(self) -> int:
        """Instructions of this run that have retired; exact at a trap."""
        # The engine counts the instruction after the last one, too, before it notices that the limit is reached.
        return min(self._counter.value, self._limit) - self._unretired

    @property
    def spent(self) -> bool:
        """Whether the run may not begin another instruction."""
        return self._counter.value >= self._limit

    def run(self, pc: int, count: int) -> int:
        """Emulate ``count`` instructions from ``pc`` on, or fewer where something stops it; Unicorn's status."""
        self._limit = count
        self._unretired = 0
        self._counter.value = 0
        return int(uclib.uc_emu_start(self._handle, pc, 0, 0, count))

    def trapped(self, pc: int) -> None:
        """Note that the instruction at ``pc`` has trapped: it was counted, but has not retired."""
        self._unretired += 1

    def add(self, instructions: int) -> None:
        """Add instructions that were completed outside the engine, or subtract ones that were undone."""
        self._unretired -= instructions

    @property
    def left(self) -> int:
        """Instructions that may still be left out of this run by :meth:`skip`; 0 if none can be."""
        return max(self._limit - self._counter.value, 0) if self._live else 0

    def skip(self, instructions: int) -> None:
        """From inside the answer to a counter access: count instructions as retired that need not be executed."""
        self._counter.value += instructions

    def finish(self) -> bool:
        """End this run here: the rest of the budget counts as issued for the engine, and as not retired here."""
        if self._live:
            self._unretired += self._limit - self._counter.value
            self._counter.value = self._limit
        return self._live


class BlockCount:
    """Native code counts each whole block when it begins; at a trap, the rest of the block is subtracted again.

    A block that would pass the limit is not begun. The emulator then makes the next block no longer than the rest of
    the budget, so that a run ends after exactly its number of instructions, without a hook on instructions and without
    discarding translated code.
    """

    def __init__(
        self, engine: unicorn.Uc, layout: EngineLayout, blocks: BlockLayout, functions: NativeFunctions
    ) -> None:
        self._handle = engine._uch
        self._functions = functions
        at = object_address(engine, layout)
        self._x0 = at + layout.state_offset + 8 * layout.x0
        self._spsr = at + layout.state_offset + 8 * layout.sysregs["SPSR_EL1"]
        self._first_block = ctypes.c_uint32.from_address(at + blocks.first_block)
        self._rest = 0
        self._buffer = (ctypes.c_uint64 * 12)()
        self.words = memoryview(self._buffer).cast("B").cast("Q")
        self.words[EXIT] = at + blocks.exit
        self.words[STOP] = ctypes.cast(uclib.uc_emu_stop, ctypes.c_void_p).value or 0
        self.words[PSTATE] = at + blocks.pstate
        self.words[CNTKCTL] = at + layout.state_offset + 8 * layout.sysregs["CNTKCTL_EL1"]
        self.words[LIMIT] = _NO_LIMIT
        add_hook(engine, uc_const.UC_HOOK_BLOCK, functions.count_block, data=self.address)

    @property
    def address(self) -> int:
        """The address of the words in this process."""
        return ctypes.addressof(self._buffer)

    def register_address(self, number: int) -> int:
        """The address of the CPU's general register ``number`` (0 to 30) in this process."""
        return self._x0 + 8 * number

    @property
    def read_counter(self) -> int:
        """The native function that answers reads of a counter."""
        return self._functions.read_counter

    def return_hook(self, refuse: int) -> tuple[int, int]:
        """The native function that checks an ERET, and its argument: ``refuse`` is called if it may be illegal."""
        self._return = (ctypes.c_uint64 * 2)(self._spsr, refuse)
        return self._functions.check_return, ctypes.addressof(self._return)

    @property
    def retired(self) -> int:
        """Instructions of this run that have retired; exact at a trap."""
        return int(self.words[COUNT])

    @property
    def spent(self) -> bool:
        """Whether the run may not begin another instruction."""
        return self.words[COUNT] >= self.words[LIMIT]

    def run(self, pc: int, count: int) -> int:
        """Emulate ``count`` instructions from ``pc`` on, or fewer where something stops it; Unicorn's status."""
        self.words[COUNT] = self.words[SIZE] = 0
        self.words[LIMIT] = count
        if count <= LONGEST_BLOCK:  # otherwise the first block cannot pass the limit
            self._first_block.value = count
        status = int(uclib.uc_emu_start(self._handle, pc, 0, 0, 0))
        self._first_block.value = NO_BOUND  # the engine removes the bound only when it begins a block
        self.words[LIMIT] = _NO_LIMIT
        return status

    def trapped(self, pc: int) -> None:
        """Subtract the instructions of the block from ``pc`` on, because the block ends there."""
        words = self.words
        done = pc - words[BLOCK]
        words[COUNT] -= (words[SIZE] - done) >> 2
        words[SIZE] = done

    def add(self, instructions: int) -> None:
        """Add instructions that were completed outside the engine, or subtract ones that were undone."""
        self.words[COUNT] += instructions

    @contextmanager
    def within(self, pc: int) -> Iterator[None]:
        """Within the context, the count ends with the instruction at ``pc``, in the middle of its block."""
        words = self.words
        rest = self._rest = (words[BLOCK] + words[SIZE] - pc >> 2) - 1
        words[COUNT] -= rest
        try:
            yield
        finally:
            words[COUNT] += rest

    @property
    def left(self) -> int:
        """Instructions that may still be left out of this run by :meth:`skip`."""
        return max(int(self.words[LIMIT] - self.words[COUNT]), 0)

    def skip(self, instructions: int) -> None:
        """From inside the answer to a counter access: count instructions as retired that need not be executed."""
        self.words[COUNT] += instructions

    def finish(self) -> bool:
        """Begin no further block in this run; the present one (:meth:`within`) still runs to its end."""
        self.words[LIMIT] = self.words[COUNT] + self._rest
        return True


def open_block_count(engine: unicorn.Uc, layout: EngineLayout) -> BlockCount | None:
    """Count by block, where this host and this build of Unicorn allow it."""
    functions = native_functions()
    blocks = find_block_layout() if functions is not None else None
    return None if functions is None or blocks is None else BlockCount(engine, layout, blocks, functions)
