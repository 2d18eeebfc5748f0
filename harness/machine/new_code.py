"""Shows every block of code to those who search it, before the block runs for the first time.

Some instructions the engine executes otherwise than the CPU would. They are searched for in each block when it is
translated, including code that the guest generates; if one is found, it gets a hook, and the block is translated again.
"""

import ctypes
import re
from collections.abc import Callable
from typing import Protocol

import unicorn
from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.machine.memory import PAGE_SIZE, Memory
from harness.machine.unicorn_layout import add_hook

_BLOCK_BYTES = 4 * 512
"""The longest block that QEMU's translator makes."""
_MOST_SEARCHED = 512
"""The number of searched pieces of code that are remembered."""


class Searcher(Protocol):
    """Looks for instructions that need a hook."""

    @property
    def pattern(self) -> bytes:
        """A regular expression; code in which nothing matches need not be searched."""

    def search(self, va: int, code: bytes) -> bool:
        """Search ``code``, which lies at ``va``; return whether it has instructions that need a hook and have none."""

    def add_hooks(self) -> None:
        """Add hooks for what the searches since the last call have found."""


class _TranslationBlock(ctypes.Structure):
    _fields_ = (("pc", ctypes.c_uint64), ("instructions", ctypes.c_uint16), ("size", ctypes.c_uint16))


_BLOCK_HOOK = ctypes.CFUNCTYPE(
    None,
    ctypes.c_void_p,
    ctypes.POINTER(_TranslationBlock),
    ctypes.POINTER(_TranslationBlock),
    ctypes.c_void_p,
)


class NewCode:
    """The code that one engine has translated.

    ``must_not_run`` is called before a new block's first instruction; if it returns True, the slice ends there.
    """

    def __init__(
        self,
        engine: unicorn.Uc,
        memory: Memory,
        failed: Callable[[BaseException], None],
        must_not_run: Callable[[], bool],
    ) -> None:
        self._handle = engine._uch
        self._memory = memory
        self._failed = failed
        self._must_not_run = must_not_run
        self._searchers: tuple[Searcher, ...] = ()
        self._pattern = re.compile(b"")
        self._found: set[int] = set()
        """Pages in which something was found, by machine address."""
        self._searched: dict[int, bytes] = {}
        """Code that was searched already, by its address, because slices often begin at the same few places."""
        self._fresh_pages: dict[int, int] = {}
        """Pages that code was translated from since the last IC: by machine address, a hash of what they held then."""
        self._value = ctypes.c_uint64()
        self._execute = ctypes.c_uint32(uc_const.UC_PROT_EXEC)
        self._block_callback = _BLOCK_HOOK(self._on_block)
        add_hook(engine, uc_const.UC_HOOK_EDGE_GENERATED, self._block_callback)

    def prepare(self, pc: int) -> set[int]:
        """Add hooks for what was found so far, and in the first block of a slice.

        The engine translates that block without calling the hook on new blocks. Returns the pages, by machine address,
        whose code must be translated again.
        """
        self._search(pc, min(_BLOCK_BYTES, PAGE_SIZE - pc % PAGE_SIZE))
        found, self._found = self._found, set()
        if found:
            for searcher in self._searchers:
                searcher.add_hooks()
        return found

    def search_for(self, *searchers: Searcher) -> None:
        """Show new code to ``searchers``, also what was searched before; required again when a pattern changes."""
        self._searchers = searchers
        self._pattern = re.compile(b"|".join(searcher.pattern for searcher in searchers), re.DOTALL)
        self._searched.clear()

    def maddr(self, va: int) -> int | None:
        """The machine address that the CPU would fetch the instruction at ``va`` from; None if the fetch would fail."""
        if uclib.uc_vmem_translate(self._handle, ctypes.c_uint64(va), self._execute, ctypes.byref(self._value)):
            return None
        return self._value.value if self._memory.contains(self._value.value, 4) else None

    def fetch(self, va: int) -> int:
        """The instruction that the CPU would fetch from ``va`` now; 0, which is undefined, if the fetch would fail."""
        maddr = self.maddr(va)
        if maddr is None:
            return 0
        at = maddr - self._memory.base
        return int.from_bytes(self._memory.bytes[at : at + 4], "little")

    # The engine notices a store to code that it has translated, but not if it had made the page writable, at another
    # virtual address, before it translated the code. So it is for IC to find such stores. Once the engine has
    # forgotten its translations of addresses, it notices the next store to each page, and all until no code is left.

    def overwritten(self) -> list[int]:
        """Pages that code was translated from since the last IC and that hold something else now, by machine address.

        The engine may still run what they held.
        """
        fresh, self._fresh_pages = self._fresh_pages, {}
        return [page for page, before in fresh.items() if self._hash(page) != before]

    @property
    def has_fresh_pages(self) -> bool:
        """Whether code was translated since the last IC."""
        return bool(self._fresh_pages)

    def _hash(self, page: int) -> int:
        at = page - self._memory.base
        return hash(bytes(self._memory.bytes[at : at + PAGE_SIZE]))

    def _search(self, va: int, size: int) -> bool:
        maddr = None if va % 4 else self.maddr(va)
        if maddr is None or not self._memory.contains(maddr, size):
            return False  # not executable: the fetch will fault
        page = maddr & -PAGE_SIZE
        if page not in self._fresh_pages:
            self._fresh_pages[page] = self._hash(page)
        at = maddr - self._memory.base
        code = bytes(self._memory.bytes[at : at + size])
        if self._searched.get(va) == code:
            return False
        if len(self._searched) >= _MOST_SEARCHED:
            self._searched.clear()
        self._searched[va] = code
        if self._pattern.search(code) is None:
            return False
        found = False
        for searcher in self._searchers:
            found |= searcher.search(va, code)
        if found:
            self._found.add(page)
        return found

    def _on_block(self, _engine: int, block: object, _previous: object, _data: int) -> None:
        try:
            if self._must_not_run():
                uclib.uc_emu_stop(self._handle)
                return
            new: _TranslationBlock = block.contents  # type: ignore[attr-defined]  # a ctypes pointer
            if self._search(new.pc, new.size):
                uclib.uc_emu_stop(self._handle)  # before the block's first instruction
        except BaseException as error:
            self._failed(error)
