"""One CPU's registers as a window on its state: live if the engine's state can be found, else a synchronised copy."""

import ctypes
from typing import Protocol

import unicorn
from unicorn import arm64_const as uc_arm64
from unicorn.unicorn_py3.unicorn import uclib

from harness.machine.unicorn_layout import EngineLayout, context_address, read_own_memory


class Registers(Protocol):
    """``words`` are the 64-bit words of the CPU's state, indexed by a :class:`EngineLayout`; ``x`` is x0 to x30.

    Between :meth:`load` and :meth:`store` they hold the CPU's state; the CPU sees a changed word after ``store``.
    """

    words: memoryview
    x: memoryview

    def load(self) -> None:
        """Copy the CPU's state into ``words``."""

    def store(self) -> None:
        """Copy ``words`` into the CPU's state."""

    def close(self) -> None:
        """Release the CPU's state."""


class LiveRegisters:
    """The words *are* the CPU's state: nothing is ever copied."""

    def __init__(self, layout: EngineLayout, state_address: int) -> None:
        length = layout.context_size & ~7
        buffer = (ctypes.c_char * length).from_address(state_address)
        self.words = memoryview(buffer).cast("B").cast("Q")
        self.x = self.words[layout.x0 : layout.x0 + 31]

    def load(self) -> None:
        """Nothing to do: the words are live."""

    def store(self) -> None:
        """Nothing to do: the words are live."""

    def close(self) -> None:
        """Release the windows; they must not outlive the engine."""
        self.x.release()
        self.words.release()


class CopiedRegisters:
    """The words are a ``uc_context``, saved and restored by the public API."""

    def __init__(self, layout: EngineLayout, engine: unicorn.Uc) -> None:
        self._engine = engine._uch
        self._context = engine.context_save()
        self._address = self._context.context
        address = context_address(self._context)
        buffer = (ctypes.c_char * (layout.context_size & ~7)).from_address(address)
        self.words = memoryview(buffer).cast("B").cast("Q")
        self.x = self.words[layout.x0 : layout.x0 + 31]

    def load(self) -> None:
        """Save the CPU's state into the words."""
        uclib.uc_context_save(self._engine, self._address)

    def store(self) -> None:
        """Restore the CPU's state from the words."""
        uclib.uc_context_restore(self._engine, self._address)

    def close(self) -> None:
        """Release the windows on the context."""
        self.x.release()
        self.words.release()


def open_registers(layout: EngineLayout, engine: unicorn.Uc, *, live: bool = True) -> Registers:
    """Open the window on ``engine``: the live one if it proves to be this engine's state, else a copy."""
    if live and layout.state_pointer is not None:
        pointer = read_own_memory((engine._uch.value or 0) + layout.state_pointer, 8)
        address = int.from_bytes(pointer, "little") + layout.state_offset
        if _is_live_state(layout, engine, address):
            return LiveRegisters(layout, address)
    return CopiedRegisters(layout, engine)


def _is_live_state(layout: EngineLayout, engine: unicorn.Uc, address: int) -> bool:
    """Whether the CPU's state lies at ``address``: two values written to x30 must appear there."""
    # The memory is read through /proc/self/mem, where a wrong address is an error and not a crash.
    x30 = address + 8 * (layout.x0 + 30)
    for mark in (0x1F2E_3D4C_5B6A_7988, 0):
        engine.reg_write(uc_arm64.UC_ARM64_REG_X30, mark)
        if read_own_memory(x30, 8) != mark.to_bytes(8, "little"):
            return False
    return True
