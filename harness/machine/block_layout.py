"""Where this build of Unicorn keeps the words that counting by block needs: searched in fresh engines, then proven.

The three words are given as distances from the object that contains the engine's CPU state
(``EngineLayout.state_pointer``). If one of them is not found, the engine counts instructions one by one.
"""

import ctypes
from dataclasses import dataclass
from functools import cache

import unicorn
from unicorn import arm64_const as uc_arm64
from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.machine.unicorn_layout import (
    CODE_HOOK,
    EngineLayout,
    add_hook,
    context_address,
    find_layout,
    probe_engine,
    read_own_memory,
)

_PROBE_BASE = 0x1_0000
_NOP = 0xD503_201F
_LOOP_MINUS_16 = 0x17FF_FFFC
NO_BOUND = 0xFFFF_FFFF
"""In the word that bounds the next block: no bound, the block is as long as the translator makes it."""
_HEADER_BYTES = 0x60
"""The beginning of the object, with the words that the emulation loop reads between two blocks."""


@dataclass(frozen=True)
class BlockLayout:
    """Offsets in bytes.

    ``exit`` is the 32-bit word that is negative while the engine has to leave its code before the next block;
    ``first_block`` the one that bounds the number of instructions of the next block only (all ones: no bound);
    ``pstate`` the one that holds the exception level in the same bits as SPSR_ELx.
    """

    exit: int
    first_block: int
    pstate: int


@cache
def find_block_layout() -> BlockLayout | None:
    """Return the layout of a fresh engine, the same for every engine of this process; None if it cannot be proven."""
    layout = find_layout()
    if layout.state_pointer is None:
        return None
    engine = probe_engine([_NOP, _NOP, _NOP, _NOP, _LOOP_MINUS_16])
    end = _locate_exit(engine, layout)
    first = _locate_first_block(engine, layout)
    pstate = _locate_pstate(engine, layout)
    if end is None or first is None or pstate is None:
        return None
    return BlockLayout(end, first, pstate)


def object_address(engine: unicorn.Uc, layout: EngineLayout) -> int:
    """The address of the object that the offsets are distances from."""
    assert layout.state_pointer is not None
    return int.from_bytes(read_own_memory((engine._uch.value or 0) + layout.state_pointer, 8), "little")


def _locate_exit(engine: unicorn.Uc, layout: EngineLayout) -> int | None:
    """Find the one word that was zero and whose high half becomes all ones by ``uc_emu_stop``."""
    at = object_address(engine, layout)
    length = layout.state_offset + layout.context_size
    seen: list[memoryview] = []

    def on_block(*_: object) -> None:
        if not seen:
            seen.append(memoryview(read_own_memory(at, length & ~7)).cast("I"))
            uclib.uc_emu_stop(engine._uch)
            seen.append(memoryview(read_own_memory(at, length & ~7)).cast("I"))

    callback = CODE_HOOK(on_block)
    hook = add_hook(engine, uc_const.UC_HOOK_BLOCK, callback)  # removed below: the next probe uses the same engine
    engine.emu_start(_PROBE_BASE, 0, count=0)
    uclib.uc_hook_del(engine._uch, ctypes.c_size_t(hook))
    found = [
        index for index, (before, after) in enumerate(zip(*seen, strict=True)) if before == 0 and after == 0xFFFF_0000
    ]
    return found[0] * 4 if len(found) == 1 else None


def _locate_first_block(engine: unicorn.Uc, layout: EngineLayout) -> int | None:
    """Find the one word of all ones at the object's beginning, and prove that it is the bound.

    The proof: with a bound of 3, a loop of five instructions must run as blocks of 3 and 2, and the engine must have
    removed the bound.
    """
    at = object_address(engine, layout)
    header = memoryview(read_own_memory(at, _HEADER_BYTES)).cast("I")
    found = [index * 4 for index, word in enumerate(header) if word == NO_BOUND]
    if len(found) != 1:
        return None
    sizes: list[int] = []

    def on_block(_engine: int, _address: int, size: int, _data: int) -> None:
        sizes.append(size)
        if len(sizes) == 2:
            uclib.uc_emu_stop(engine._uch)

    callback = CODE_HOOK(on_block)
    add_hook(engine, uc_const.UC_HOOK_BLOCK, callback)
    word = ctypes.c_uint32.from_address(at + found[0])
    word.value = 3
    engine.ctl_flush_tb()  # blocks that are already translated would not call the new hook
    engine.emu_start(_PROBE_BASE, 0, count=0)
    return found[0] if sizes == [12, 8] and word.value == NO_BOUND else None


def _locate_pstate(engine: unicorn.Uc, layout: EngineLayout) -> int | None:
    """Find the one word that equals PSTATE's exception level and stack pointer selection, for four values of them."""
    seen = []
    for pstate in (0x3C5, 0x3C4, 0x3C0, 0x3C9):
        engine.reg_write(uc_arm64.UC_ARM64_REG_PSTATE, pstate)
        context = engine.context_save()
        seen.append(memoryview(ctypes.string_at(context_address(context), context.size & ~7)).cast("I"))
    found = [index for index, words in enumerate(zip(*seen, strict=True)) if words == (5, 4, 0, 9)]
    return layout.state_offset + found[0] * 4 if len(found) == 1 else None
