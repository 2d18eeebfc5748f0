"""How instructions are counted: block by block in native code, or one by one by the emulator.

Both are exact at every trap, and both end a run after exactly as many instructions as were asked for. A count by
block costs a few host instructions for each block; the emulator's own costs as much for each instruction.
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
from harness.machine.unicorn_layout import EngineLayout, add_hook

_CODE_HOOK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint32, ctypes.c_void_p)

LONGEST_BLOCK = 512
"""Instructions in the longest block that QEMU's translator makes."""

COUNT, LIMIT, BLOCK, SIZE, EXIT, STOP, PSTATE, CNTKCTL, SHIFT, CLOCK, PHYSICAL, VIRTUAL = range(12)
"""The words of a meter; ``native/x86_64.S`` says what they are."""

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
        """Emulate ``count`` instructions from ``pc`` on, or fewer where something stops it; Unicorn's status."""

    def trapped(self, pc: int) -> None:
        """Take note that the instruction at ``pc`` has trapped: neither it nor what follows in its block retired."""

    def add(self, instructions: int) -> None:
        """Count so many more (or fewer) as retired, which somebody completed (or undid) for the engine."""

    def finish(self) -> bool:
        """From inside the answer to a counter access: begin nothing more in this run. False if that cannot be done."""


class EngineCount:
    """The engine's own counter, or where that is not shown a hook on every instruction."""

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

        self._callback = _CODE_HOOK(count)
        add_hook(engine, uc_const.UC_HOOK_CODE, self._callback)

    @property
    def retired(self) -> int:
        """Instructions of this run that have retired; exact at a trap."""
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
        """Take note that the instruction at ``pc`` has trapped: it was counted, and has not retired."""
        self._unretired += 1

    def add(self, instructions: int) -> None:
        """Count so many more (or fewer) as retired, which somebody completed (or undid) for the engine."""
        self._unretired -= instructions

    def finish(self) -> bool:
        """Begin nothing more in this run: what is left counts as issued, for the engine, and as not retired."""
        if self._live:
            self._unretired += self._limit - self._counter.value
            self._counter.value = self._limit
        return self._live


class BlockCount:
    """Whole blocks, counted by native code as each begins; what is left of one at a trap is taken back.

    A block that would pass the limit is not begun. The emulator is then told to make the next block no longer than
    what is left: so a run ends after exactly its number of instructions, with no hook and nothing forgotten.
    """

    def __init__(
        self, engine: unicorn.Uc, layout: EngineLayout, blocks: BlockLayout, functions: NativeFunctions
    ) -> None:
        self._handle = engine._uch
        self._functions = functions
        at = object_address(engine, layout)
        self._x0 = at + layout.state_offset + 8 * layout.x0
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
        """Where the words lie in this process."""
        return ctypes.addressof(self._buffer)

    def register_address(self, number: int) -> int:
        """Where general register ``number`` (0 to 30) of the CPU lies in this process."""
        return self._x0 + 8 * number

    @property
    def read_counter(self) -> int:
        """The native function that answers reads of a counter."""
        return self._functions.read_counter

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
        if count <= LONGEST_BLOCK:
            self._first_block.value = count
        status = int(uclib.uc_emu_start(self._handle, pc, 0, 0, 0))
        self._first_block.value = NO_BOUND  # also where no block was begun
        self.words[LIMIT] = _NO_LIMIT
        return status

    def trapped(self, pc: int) -> None:
        """Take back what the block still has from ``pc`` on, for the block ends there."""
        words = self.words
        done = pc - words[BLOCK]
        words[COUNT] -= (words[SIZE] - done) >> 2
        words[SIZE] = done

    def add(self, instructions: int) -> None:
        """Count so many more (or fewer) as retired, which somebody completed (or undid) for the engine."""
        self.words[COUNT] += instructions

    @contextmanager
    def within(self, pc: int) -> Iterator[None]:
        """While the context lasts, the instruction at ``pc`` is the last one counted, in the middle of its block."""
        words = self.words
        rest = self._rest = (words[BLOCK] + words[SIZE] - pc >> 2) - 1
        words[COUNT] -= rest
        try:
            yield
        finally:
            words[COUNT] += rest

    def finish(self) -> bool:
        """Begin no other block in this run; in the middle of one, :meth:`within`, it goes on to its end."""
        self.words[LIMIT] = self.words[COUNT] + self._rest
        return True


def open_block_count(engine: unicorn.Uc, layout: EngineLayout) -> BlockCount | None:
    """Count by block, where this host and this build of Unicorn allow it."""
    functions = native_functions()
    blocks = find_block_layout() if functions is not None else None
    return None if functions is None or blocks is None else BlockCount(engine, layout, blocks, functions)
