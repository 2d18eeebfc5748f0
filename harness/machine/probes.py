"""Hooks on one CPU for a debugger: code at an address, memory in a range, writes of system registers.

They cost nothing on a CPU without probes. Adding one discards all translated code, because only code that is translated
afterwards calls it. Callbacks run in the middle of a slice: they may read registers and
:attr:`harness.machine.cpu.Cpu.retired`, which already counts the instruction that is being executed. A callback that
ends the slice does not end it at a precise boundary, so the CPU must then be restored to an earlier state.
"""

import ctypes
from collections.abc import Callable
from contextlib import AbstractContextManager

import unicorn
from unicorn import arm64_const as uc_arm64
from unicorn import unicorn_const as uc_const
from unicorn.unicorn_py3.unicorn import uclib

from harness.machine.counter_sites import NOT_OURS, SYSREG_HOOK, CounterSites
from harness.machine.sysregs import NAMES
from harness.machine.unicorn_layout import CODE_HOOK, add_hook

_MEMORY_HOOK = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_int, ctypes.c_uint64, ctypes.c_int, ctypes.c_int64, ctypes.c_void_p
)
_CRN_TIMER = 14
_EVERYWHERE = (1, 0)
"""The bounds of a hook that applies to all addresses."""


class Probes:
    """The probes of one CPU, added one by one and removed together by :meth:`close`, between two runs.

    ``failed`` is called with an exception of a callback, which cannot pass through the engine's C code. Within the
    context ``counted_to(va)``, the count of instructions ends with the one at ``va``. The other kinds of probes do not
    know where in its block the CPU is: ``watching`` is called when one of them is added (True), so that instructions
    are counted one by one, and when it is removed (False). Its second argument says whether the probe is called at each
    instruction.
    """

    def __init__(
        self,
        engine: unicorn.Uc,
        sites: CounterSites,
        failed: Callable[[BaseException], None],
        watching: Callable[[bool, bool], None],
        counted_to: Callable[[int], AbstractContextManager[None]],
    ) -> None:
        self._engine = engine
        self._sites = sites
        self._failed = failed
        self._watching = watching
        self._watches: list[bool] = []
        self._counted_to = counted_to
        self._hooks: list[int] = []
        self._callbacks: list[object] = []
        """ctypes functions, kept for as long as the engine may call them."""

    def code(self, callback: Callable[[int], None], va: int | None = None) -> None:
        """Call ``callback(va)`` before every instruction, or before the one at ``va`` in any address space."""

        def reached(_uc: int, at: int, _size: int, _data: int) -> None:
            with self._counted_to(at):
                callback(at)

        if va is None:
            self._watch(each_instruction=True)
        self._add(uc_const.UC_HOOK_CODE, CODE_HOOK(self._guard(reached)), *(_EVERYWHERE if va is None else (va, va)))

    def blocks(self, callback: Callable[[int], None]) -> None:
        """Call ``callback(va)`` before the first instruction of every translated block."""
        guarded = self._guard(lambda _uc, at, _size, _data: callback(at))
        self._watch()
        self._add(uc_const.UC_HOOK_BLOCK, CODE_HOOK(guarded))

    def memory(
        self,
        callback: Callable[[bool, int, int, int], None],
        *,
        read: bool,
        write: bool,
        within: tuple[int, int] | None = None,
    ) -> None:
        """Call ``callback(is_write, maddr, size, value)`` at loads (value 0) and stores by machine address.

        ``within`` (maddr, length) limits the range. An instruction may make several accesses, a DC ZVA one per byte.
        """
        kind = (uc_const.UC_HOOK_MEM_READ if read else 0) | (uc_const.UC_HOOK_MEM_WRITE if write else 0)
        guarded = self._guard(
            lambda _uc, type_, at, size, value, _data: callback(
                type_ == uc_const.UC_MEM_WRITE, at, size, value & (1 << 8 * size) - 1
            )
        )
        # An access that begins before the range may reach into it. DC ZVA is the longest: 64 bytes, which are reported
        # one by one only if there is a hook on the first of them.
        bounds = _EVERYWHERE if within is None else (within[0] - 63, within[0] + within[1] - 1)
        self._watch()
        self._add(kind, _MEMORY_HOOK(guarded), *bounds)

    def register_writes(self, callback: Callable[[str, int], None]) -> None:
        """Call ``callback(name, value)`` before every MSR of a general register that is not trapped to EL2."""

        def on_write(_uc: int, _register: int, cp_register: object, _data: int) -> int:
            try:
                at = cp_register.contents  # type: ignore[attr-defined]  # a ctypes pointer
                encoding = at.encoding
                callback(NAMES.get(encoding, str(encoding)), at.value)
            except BaseException as error:
                self._failed(error)
            # Of several hooks on one MSR, Unicorn uses the result of one only: repeat what the timer's hook answered.
            return self._sites.last_answer if at.crn == _CRN_TIMER else NOT_OURS

        self._watch()
        self._add(uc_const.UC_HOOK_INSN, SYSREG_HOOK(on_write), *_EVERYWHERE, uc_arm64.UC_ARM64_INS_MSR)

    def close(self) -> None:
        """Remove all probes."""
        for hook in self._hooks:
            uclib.uc_hook_del(self._engine._uch, ctypes.c_size_t(hook))
        if self._hooks:
            self._engine.ctl_flush_tb()
        for each_instruction in self._watches:
            self._watching(False, each_instruction)
        self.forget()

    def forget(self) -> None:
        """Forget the probes of a CPU that was closed: they have disappeared with it."""
        self._hooks.clear()
        self._callbacks.clear()
        self._watches.clear()

    def _watch(self, *, each_instruction: bool = False) -> None:
        self._watches.append(each_instruction)
        self._watching(True, each_instruction)

    def _guard(self, callback: Callable[..., None]) -> Callable[..., None]:
        def guarded(*arguments: int) -> None:
            try:
                callback(*arguments)
            except BaseException as error:
                self._failed(error)

        return guarded

    def _add(self, kind: int, callback: object, *bounds_and_more: int) -> None:
        self._callbacks.append(callback)
        self._hooks.append(add_hook(self._engine, kind, callback, *bounds_and_more))
        self._engine.ctl_flush_tb()
