"""Alignment checks of loads and stores, which Unicorn makes for exclusives alone (Arm DDI 0487, B2.5.2).

While SCTLR_EL1.A is set, or if a user asks for it, a hook on every instruction finds loads and stores and computes
their addresses. That is slow, so it is not done otherwise; then only LDAR and STLR would need it.
"""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass

from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.machine.data_access import DataAccess, data_access
from harness.machine.engine import Engine
from harness.machine.exceptions import fp_traps
from harness.machine.unicorn_layout import CODE_HOOK, add_hook

SCTLR_A = 1 << 1
_LOADS_AND_STORES_MASK, _LOADS_AND_STORES = 0x0A00_0000, 0x0800_0000


@dataclass(frozen=True, slots=True)
class Misaligned:
    """The CPU is on an instruction at ``va`` that must not load from ``address``, or ``write`` there."""

    va: int
    address: int
    write: bool


class AlignmentCheck:
    """The checks of one CPU. ``fetch`` returns the instruction at an address.

    ``refuse`` is called before an instruction that must not be executed; the slice ends there. ``failed`` gets an
    exception of the hook.
    """

    def __init__(
        self,
        cpu: Engine,
        fetch: Callable[[int], int],
        refuse: "Callable[[Misaligned], None]",
        failed: Callable[[BaseException], None],
    ) -> None:
        self._cpu = cpu
        self._fetch = fetch
        self._refuse = refuse
        self._failed = failed
        self._callback = CODE_HOOK(self._on_instruction)
        self._hook: int | None = None

    @property
    def on(self) -> bool:
        """Whether every instruction is checked before it is executed."""
        return self._hook is not None

    def turn(self, on: bool) -> None:
        """Check every instruction from now on, or stop that; between two slices. Discards translated code."""
        engine = self._cpu.engine
        if on:
            self._hook = add_hook(engine, uc_const.UC_HOOK_CODE, self._callback)
        else:
            uclib.uc_hook_del(engine._uch, ctypes.c_size_t(self._hook or 0))
            self._hook = None
        self._cpu.flush_code()

    def misaligned_address(self, pc: int, *, ordered: bool) -> int | None:
        """The address that the instruction at ``pc`` must not access; ``ordered``: only if it is LDAR or STLR."""
        found = self._misaligned(pc, ordered)
        return None if found is None else found[0]

    def _misaligned(self, pc: int, ordered: bool) -> tuple[int, DataAccess] | None:
        word = self._fetch(pc)
        if word & _LOADS_AND_STORES_MASK != _LOADS_AND_STORES:
            return None
        access = data_access(word)
        if access is None or (ordered and not access.ordered):
            return None
        address = access.address(pc, self._cpu.sp, self._cpu.x.__getitem__)
        return (address, access) if address & access.alignment - 1 else None

    def _on_instruction(self, _engine: int, pc: int, _size: int, _data: int) -> None:
        try:
            self._cpu.synchronise()
            cpu = self._cpu
            found = self._misaligned(pc, not cpu.read_sysreg("SCTLR_EL1") & SCTLR_A)
            if found is None:
                return
            address, access = found
            # A trap of FP and SIMD comes before an alignment fault.
            if not (access.vector and fp_traps(cpu.read_sysreg("CPACR_EL1"), cpu.el)):
                self._refuse(Misaligned(pc, address, access.write))
        except BaseException as error:
            self._failed(error)
