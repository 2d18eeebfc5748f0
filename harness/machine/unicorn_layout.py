"""Where this build of Unicorn keeps what its API gives slowly or not at all: searched at start-up, then verified.

A saved ``uc_context`` is a copy of the emulated CPU's state, made by the public API. To find which words of it are x0,
PC, VBAR_EL1 or the syndrome of the last exception, recognisable values are written through the public API and then
searched for; no offset is hard-coded. Two more things are searched for in the engine's own memory: the live CPU state
(so that a trap needs no copy) and the counter of instructions in a slice. Both are optional: without the first,
contexts are saved and restored; without the second, a hook counts instructions.
"""

import ctypes
import mmap
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import unicorn
from unicorn import arm64_const as uc_arm64
from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.machine.sysregs import SYSREGS, Encoding
from harness.shortage import shortage_of

INTERRUPT_HOOK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
CODE_HOOK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint32, ctypes.c_void_p)
"""Of hooks on instructions and on blocks: the engine, the address, the size in bytes, and the hook\'s own data."""

LOCATED_SYSREGS = (
    "SCTLR_EL1",
    "CPACR_EL1",
    "TTBR0_EL1",
    "TTBR1_EL1",
    "TCR_EL1",
    "MAIR_EL1",
    "CONTEXTIDR_EL1",
    "SP_EL0",
    "SP_EL1",
    "ELR_EL1",
    "SPSR_EL1",
    "ESR_EL1",
    "FAR_EL1",
    "VBAR_EL1",
    "TPIDR_EL1",
    "TPIDR_EL0",
    "TPIDRRO_EL0",
    "CNTKCTL_EL1",
    "HPFAR_EL2",
    "VTTBR_EL2",
    "VTCR_EL2",
    "HCR_EL2",
    "TPIDR_EL3",
)
"""System registers that are read so often that they are located in the CPU's state."""

_ENGINE_BYTES = 0x2000
_STATE_SEARCH_BYTES = 0x20000
_HVC = 0xD400_0002
_ERET = 0xD69F_03E0
_BRK = 0xD420_0000
_LDXR_X0_X1 = 0xC85F_7C20
_LOOP_MINUS_4 = 0x17FF_FFFF
PROBE_BASE = 0x1_0000


class LayoutError(Exception):
    """This build of Unicorn cannot be used: a part of the CPU's state that the harness needs was not found."""


class SystemRegister(ctypes.Structure):
    """Unicorn's ``uc_arm64_cp_reg``: a system register's encoding and its value."""

    _fields_ = (
        ("crn", ctypes.c_uint32),
        ("crm", ctypes.c_uint32),
        ("op0", ctypes.c_uint32),
        ("op1", ctypes.c_uint32),
        ("op2", ctypes.c_uint32),
        ("value", ctypes.c_uint64),
    )

    @classmethod
    def named(cls, name: str) -> "SystemRegister":
        """Make one by its manual name, with value 0."""
        op0, op1, crn, crm, op2 = SYSREGS[name]
        return cls(crn, crm, op0, op1, op2, 0)

    @property
    def encoding(self) -> Encoding:
        """Which register it is."""
        return Encoding(self.op0, self.op1, self.crn, self.crm, self.op2)


@dataclass(frozen=True)
class EngineLayout:
    """Indices of 64-bit words in the CPU's state, and where the engine keeps that state and its counter.

    ``exception`` is the first of three words: syndrome (low half), fault address, target exception level (low
    half). ``exclusive`` is the address that the exclusive monitor holds, all ones for none. ``aarch64`` is a word and
    the bit in it that is set while the CPU is in AArch64 state, which PSTATE does not show. ``state_pointer`` is the
    byte offset of a pointer in the engine, ``state_offset`` is added to that pointer to reach the live state;
    ``counter`` is the byte offset in the engine of the slice's instruction counter.
    """

    context_size: int
    x0: int
    sp: int
    pc: int
    exception: int
    exclusive: int
    aarch64: tuple[int, int]
    sysregs: dict[str, int]
    state_pointer: int | None
    state_offset: int
    counter: int | None


_ENGINE_SPACE = (1 << 30) + (64 << 20)
"""Address space that an engine takes: 1 GiB for translated code, the rest for itself, with room to spare."""


def _ask_for_space() -> None:
    """Raise ResourceShortage if the host would refuse an engine its memory, because Unicorn would end the process."""
    protection = mmap.PROT_READ | mmap.PROT_WRITE | (mmap.PROT_EXEC if sys.platform == "linux" else 0)
    try:
        mmap.mmap(-1, _ENGINE_SPACE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=protection).close()
    except (OSError, MemoryError) as error:
        raise shortage_of(error, "an emulated CPU", _ENGINE_SPACE) or error from None


def new_engine() -> unicorn.Uc:
    """Open a Cortex-A53 whose EL2 and EL1 are non-secure AArch64, with HVC enabled (Arm DDI 0487, SCR_EL3).

    It is the CPU that QEMU gives the real Xen, so what Xen lets a guest read of the CPU itself is the same.
    Raises ResourceShortage if there is not enough memory for it.
    """
    _ask_for_space()
    engine = unicorn.Uc(uc_const.UC_ARCH_ARM64, uc_const.UC_MODE_ARM)
    engine.ctl_set_cpu_model(uc_arm64.UC_CPU_ARM64_A53)  # before anything else, which would create the default one
    engine.ctl_exits_enabled(True)  # otherwise reaching the address 0, passed as ``until``, would end a run
    write_sysreg(engine, "SCR_EL3", 0x531)  # NS, HCE, RW, and the reserved ones
    write_sysreg(engine, "HCR_EL2", 1 << 31)  # RW
    return engine


def write_sysreg(engine: unicorn.Uc, name: str, value: int) -> None:
    """Write a system register by its name, as an MSR at EL3 would."""
    op0, op1, crn, crm, op2 = SYSREGS[name]
    engine.reg_write(uc_arm64.UC_ARM64_REG_CP_REG, (crn, crm, op0, op1, op2, value))


def add_hook(
    engine: unicorn.Uc, kind: int, callback: Any, begin: int = 1, end: int = 0, *extra: int, data: int = 0
) -> int:
    """Add a hook by the C interface, without the binding's wrapper: each call of it takes a third of the time.

    ``callback`` is a ctypes function object, which the caller must keep alive as long as the engine, or the address of
    a native function; ``data`` is passed to it.
    """
    handle = ctypes.c_size_t()
    status = uclib.uc_hook_add(
        engine._uch,
        ctypes.byref(handle),
        ctypes.c_int(kind),
        ctypes.c_void_p(callback) if isinstance(callback, int) else ctypes.cast(callback, ctypes.c_void_p),
        ctypes.c_void_p(data),
        ctypes.c_uint64(begin),
        ctypes.c_uint64(end),
        *(ctypes.c_int(argument) for argument in extra),
    )
    if status != uc_const.UC_ERR_OK:
        raise unicorn.UcError(status)
    return handle.value


def context_address(context: Any) -> int:
    """The address of a saved context in this process."""
    address = ctypes.cast(context.context, ctypes.c_void_p).value
    assert address is not None
    return address


@cache
def find_layout() -> EngineLayout:
    """Return the layout of a fresh engine, the same for every engine of this process."""
    engine = new_engine()
    context = engine.context_save()
    address = context_address(context)

    def state() -> bytes:
        engine.context_update(context)
        return ctypes.string_at(address, context.size & ~7)

    def locate(what: str, write: Callable[[int], object]) -> int:
        # Two values, because another word may happen to equal the first one.
        candidates: set[int] | None = None
        for value in (0x1234_5678_9000, 0x0A5A_3C96_7800):
            write(value)
            hits = _words_equal(state(), value)
            candidates = hits if candidates is None else candidates & hits
        if not candidates or len(candidates) != 1:
            raise LayoutError(f"this build of Unicorn does not show where it keeps {what}")
        return candidates.pop()

    def register(what: str, number: int) -> int:
        return locate(what, lambda value: engine.reg_write(number, value))

    def sysreg(name: str) -> int:
        return locate(name, lambda value: write_sysreg(engine, name, value))

    x0 = register("x0", uc_arm64.UC_ARM64_REG_X0)
    sysregs = {name: sysreg(name) for name in LOCATED_SYSREGS if name not in ("HCR_EL2", "SP_EL0", "SP_EL1")}
    sysregs |= {"HCR_EL2": _locate_hcr(engine, state), "SP_EL0": sysreg("SP_EL0"), "SP_EL1": sysreg("SP_EL1")}
    pointer, offset = _locate_live_state(engine, x0)
    return EngineLayout(
        context_size=context.size,
        x0=x0,
        sp=register("SP", uc_arm64.UC_ARM64_REG_SP),
        pc=register("PC", uc_arm64.UC_ARM64_REG_PC),
        exception=_locate_exception(),
        exclusive=_locate_exclusive(),
        aarch64=_locate_aarch64(),
        sysregs=sysregs,
        state_pointer=pointer,
        state_offset=offset,
        counter=_locate_counter(),
    )


def _words_equal(data: bytes, value: int) -> set[int]:
    """The indices of the 64-bit words that are ``value``; every start of a command looks for some thirty of them."""
    wanted, found = value.to_bytes(8, "little"), set()
    at = data.find(wanted)
    while at >= 0:
        if at % 8 == 0:
            found.add(at // 8)
        at = data.find(wanted, at + 1)
    return found


def _locate_hcr(engine: unicorn.Uc, state: Callable[[], bytes]) -> int:
    # HCR_EL2 keeps only the bits that the CPU has, so it needs values of its own.
    hits: set[int] | None = None
    for value in (0x8000_0038, 0x8000_0400):
        write_sysreg(engine, "HCR_EL2", value)
        found = _words_equal(state(), value)
        hits = found if hits is None else hits & found
    if not hits or len(hits) != 1:
        raise LayoutError("this build of Unicorn does not show where it keeps HCR_EL2")
    return hits.pop()


def probe_engine(words: list[int]) -> unicorn.Uc:
    """Open an engine that has ``words`` as code at 0x10000, one page long."""
    engine = new_engine()
    engine.mem_map(PROBE_BASE, 0x1000)
    engine.mem_write(PROBE_BASE, b"".join(word.to_bytes(4, "little") for word in words))
    return engine


def _locate_exception() -> int:
    """Find the exception's syndrome by two HVCs with different immediates and their known syndromes."""
    hits: set[int] | None = None
    for immediate in (0xEA1, 0x1234):
        engine = probe_engine([_HVC | immediate << 5, _LOOP_MINUS_4])
        context = engine.context_save()
        address = context_address(context)
        words: list[int] = []

        def on_trap(*_: object) -> None:
            uclib.uc_context_save(engine._uch, context.context)  # noqa: B023 -- called within this turn
            words.extend(memoryview(ctypes.string_at(address, context.size & ~7)).cast("Q"))  # noqa: B023
            uclib.uc_emu_stop(engine._uch)  # noqa: B023

        callback = INTERRUPT_HOOK(on_trap)
        add_hook(engine, uc_const.UC_HOOK_INTR, callback)
        engine.emu_start(PROBE_BASE, 0, count=4)
        syndrome = 0x16 << 26 | 1 << 25 | immediate
        found = {
            index
            for index, word in enumerate(words[:-2])
            if word & 0xFFFF_FFFF == syndrome and words[index + 2] & 0xFFFF_FFFF == 2
        }
        hits = found if hits is None else hits & found
    if not hits or len(hits) != 1:
        raise LayoutError("this build of Unicorn does not show the syndrome of an exception")
    return hits.pop()


def _locate_exclusive() -> int:
    """Find the one word that was all ones and is the address of an LDXR behind it, for two addresses."""
    hits: set[int] | None = None
    for address in (PROBE_BASE + 0x128, PROBE_BASE + 0xA40):
        engine = probe_engine([_LDXR_X0_X1, _LOOP_MINUS_4])
        context = engine.context_save()
        before = memoryview(ctypes.string_at(context_address(context), context.size & ~7)).cast("Q")
        engine.reg_write(uc_arm64.UC_ARM64_REG_X1, address)
        engine.emu_start(PROBE_BASE, 0, count=1)
        engine.context_update(context)
        after = memoryview(ctypes.string_at(context_address(context), context.size & ~7)).cast("Q")
        ones = (1 << 64) - 1
        found = {index for index, words in enumerate(zip(before, after, strict=True)) if words == (ones, address)}
        hits = found if hits is None else hits & found
    if not hits or len(hits) != 1:
        raise LayoutError("this build of Unicorn does not show its exclusive monitor")
    return hits.pop()


def _locate_aarch64() -> tuple[int, int]:
    """Find the 32-bit word that is 1 after an ERET to EL1 and 0 after one to AArch32 EL0."""
    flags: list[memoryview] = []
    for pstate in (0x3C5, 0x1D0):
        engine = probe_engine([_ERET, _LOOP_MINUS_4])
        write_sysreg(engine, "ELR_EL1", PROBE_BASE)
        write_sysreg(engine, "SPSR_EL1", pstate)
        engine.emu_start(PROBE_BASE, 0, count=1)
        context = engine.context_save()
        flags.append(memoryview(ctypes.string_at(context_address(context), context.size & ~7)).cast("I"))
    found = [index for index, (before, after) in enumerate(zip(*flags, strict=True)) if (before, after) == (1, 0)]
    if len(found) != 1:
        raise LayoutError("this build of Unicorn does not show whether the CPU is in AArch64 state")
    return found[0] // 2, 1 << 32 * (found[0] % 2)


def read_own_memory(address: int, length: int) -> bytes:
    """Read this process's memory; fewer than ``length`` bytes, or none, if it is not mapped or cannot be read.

    Raises ResourceShortage for too many open files, because that says nothing about this build of Unicorn.
    """
    try:
        fd = os.open("/proc/self/mem", os.O_RDONLY)
    except OSError as error:
        shortage = shortage_of(error, "an emulated CPU")
        if shortage is not None:
            raise shortage from None
        return b""
    try:
        return os.pread(fd, length, address)
    except OSError:
        return b""
    finally:
        os.close(fd)


def _engine_words(engine: unicorn.Uc) -> memoryview:
    data = read_own_memory(engine._uch.value or 0, _ENGINE_BYTES)
    return memoryview(data[: len(data) & ~7]).cast("Q")


def _locate_live_state(engine: unicorn.Uc, x0: int) -> tuple[int | None, int]:
    """Find a pointer in the engine from which the live state is at a fixed distance.

    Any pointer into the same heap may happen to fit, so it must lead to the state of two further engines, too. Memory
    is only read here, through /proc/self/mem, where a wrong address cannot crash the process.
    """
    others = [new_engine(), new_engine()]
    pattern = _mark(engine, 1)
    for index, pointer in enumerate(_engine_words(engine)):
        if pointer % 8 or not 0x1000 < pointer < 1 << 47:
            continue
        at = read_own_memory(pointer, _STATE_SEARCH_BYTES).find(pattern)
        if at >= 0 and at % 8 == 0 and all(_leads_to_state(other, index * 8, at) for other in others):
            return index * 8, at - x0 * 8
    return None, 0


def _mark(engine: unicorn.Uc, number: int) -> bytes:
    """Give x0 and x1 recognisable values; return these 16 bytes as they appear in memory."""
    marks = (0x7E57_AB1E_0000_0000 + number, 0x7E57_AB1E_2222_0000 + number)
    engine.reg_write(uc_arm64.UC_ARM64_REG_X0, marks[0])
    engine.reg_write(uc_arm64.UC_ARM64_REG_X1, marks[1])
    return b"".join(mark.to_bytes(8, "little") for mark in marks)


def _leads_to_state(engine: unicorn.Uc, pointer_at: int, x0_at: int) -> bool:
    """Whether x0 and x1 are ``x0_at`` bytes behind the pointer at ``pointer_at`` in the engine, and follow writes."""
    pointer = int.from_bytes(read_own_memory((engine._uch.value or 0) + pointer_at, 8), "little")
    return all(_mark(engine, number) == read_own_memory(pointer + x0_at, 16) for number in (2, 3))


def _locate_counter() -> int | None:
    """Find the one word that reads 1, 3, 5 at the traps of ``hvc; b .-4`` in two slices of odd lengths."""
    engine = probe_engine([_HVC | 1 << 5, _LOOP_MINUS_4])
    seen: list[memoryview] = []

    def on_trap(*_: object) -> None:
        seen.append(_engine_words(engine))
        if len(seen) % 3 == 0:
            uclib.uc_emu_stop(engine._uch)

    callback = INTERRUPT_HOOK(on_trap)
    add_hook(engine, uc_const.UC_HOOK_INTR, callback)
    for count in (0x12_3457, 0x9877):
        engine.emu_start(PROBE_BASE, 0, count=count)
    length = min(map(len, seen))
    found = [index for index in range(length) if [words[index] for words in seen] == [1, 3, 5, 1, 3, 5]]
    return found[0] * 8 if len(found) == 1 else None
