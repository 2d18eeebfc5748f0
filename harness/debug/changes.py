"""What changed in a machine between two moments: Xen's own state, one vCPU's registers, stage 2, and memory.

Xen's state is plain data, so two pictures of it are compared field by field, and new fields are compared without any
change here. A change is named by its path: ``d1.assists``, ``d1v0.area``, ``d1.events.ports[1]``.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.debug.call_words import number
from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE, Memory
from harness.machine.sysregs import GUEST_STATE
from harness.xen import snapshot
from harness.xen.domains.domain import Vcpu
from harness.xen.hypervisor import Hypervisor
from harness.xen.memory.p2m import P2m
from harness.xen.snapshot import Snapshot

_WORD = 8
_NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Change:
    """One changed value. ``None`` stands for a value that did not exist before, or does not exist any more."""

    what: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.what}: {_words(self.before)} -> {_words(self.after)}"


@dataclass(frozen=True, slots=True)
class Picture:
    """One moment: the registers of one vCPU, all plain state by path, and a snapshot for the memory."""

    registers: dict[str, int]
    state: dict[str, Any]
    snapshot: Snapshot


def take_picture(xen: Hypervisor, vcpu: Vcpu, previous: Picture | None = None) -> Picture:
    """Take a picture between two runs; unchanged memory is shared with ``previous``."""
    saved = snapshot.take(xen, None if previous is None else previous.snapshot)
    return Picture(_registers(vcpu), dict(_state(xen)), saved)


def changes(xen: Hypervisor, before: Picture, after: Picture) -> tuple[Change, ...]:
    """Compare two pictures of ``xen``, which must be in the state in which ``after`` was taken.

    The order is: registers (except PC, which always moves), Xen's state, stage-2 entries by gfn, and bytes of memory
    by machine address (except frames that hold stage-2 tables).
    """
    found = [*_differences(before.registers, after.registers), *_differences(before.state, after.state)]
    # A frame that the earlier snapshot lacks had not been touched: it was zero.
    earlier = before.snapshot.frames
    changed = {mfn: earlier.get(mfn, bytes(PAGE_SIZE)) for mfn in after.snapshot.frames.changed_since(earlier)}
    for domain in xen.domains.values():
        found += _stage2(f"d{domain.number}", domain.p2m, changed)
    for mfn, old in changed.items():
        found += _bytes(xen.host.memory, mfn, old)
    return tuple(found)


def _registers(vcpu: Vcpu) -> dict[str, int]:
    cpu = vcpu.cpu
    general = {f"x{index}": value for index, value in enumerate(cpu.x)}
    system = {name: cpu.read_sysreg(name) for name in (*GUEST_STATE, "SP_EL0", "SP_EL1")}
    return {**general, "sp": cpu.sp, "pstate": cpu.pstate, **system}


def _state(xen: Hypervisor) -> Iterator[tuple[str, Any]]:
    for domain in xen.domains.values():
        yield from _leaves(f"d{domain.number}", domain.state)
        yield from _leaves(f"d{domain.number}.p2m", domain.p2m.state)
    for vcpu in xen.vcpus.values():
        yield from _leaves(str(vcpu), vcpu.state)
    yield from _leaves("console", xen.console.state)
    yield from _leaves("scheduler.queue", xen.scheduler.state.queue)
    yield from _leaves("frames.references", xen.host.frames.state.references)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every leaf below ``value`` (a value without parts of its own) with its path."""
    if dataclasses.is_dataclass(value):
        if getattr(type(value), "__dataclass_params__").frozen:  # noqa: B009 -- mypy does not know it
            # Code replaces a frozen value as a whole, so it is shown as one change.
            yield path, value
            return
        for field in dataclasses.fields(value):
            if field.compare:  # what is not compared leads back to where this was found
                yield from _leaves(f"{path}.{field.name}", getattr(value, field.name))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(f"{path}[{key}]", each)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _leaves(f"{path}[{index}]", each)
    elif isinstance(value, set):
        yield path, frozenset(value)
    else:
        yield path, bytes(value) if isinstance(value, bytearray) else value


def _differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for what in {**before, **after}:
        old, new = before.get(what), after.get(what)
        if old != new:
            yield Change(what, old, new)


def _stage2(name: str, p2m: P2m, changed: dict[int, bytes]) -> Iterator[Change]:
    """Entries of a domain's stage 2 that changed; its tables are taken out of ``changed``."""
    if not any(mfn in changed for mfn in p2m.tree.frames()):
        return
    for mfn, level, first in list(p2m.tree.tables()):
        old = changed.pop(mfn, None)
        if old is None:
            continue
        new = p2m.frames.memory.read(mfn << PAGE_SHIFT, PAGE_SIZE)
        pages = 1 << 9 * (3 - level)  # that one entry maps: a table has 512 entries, and level 3 maps single pages
        for index, (was, now) in enumerate(zip(_doublewords(old), _doublewords(new), strict=True)):
            if was != now:
                yield Change(f"{name} stage 2, level {level}, gfn {first + index * pages:#x}", was, now)


def _doublewords(data: bytes) -> memoryview:
    return memoryview(data).cast("Q")


def _bytes(memory: Memory, mfn: int, old: bytes) -> Iterator[Change]:
    """The changed bytes of a frame, as runs of aligned doublewords."""
    new = memory.read(mfn << PAGE_SHIFT, PAGE_SIZE)
    differ = [at for at in range(0, PAGE_SIZE, _WORD) if old[at : at + _WORD] != new[at : at + _WORD]]
    while differ:
        start = end = differ.pop(0)
        while differ and differ[0] == end + _WORD:
            end = differ.pop(0)
        end += _WORD
        yield Change(f"memory at maddr {(mfn << PAGE_SHIFT) + start:#x}", old[start:end], new[start:end])


def _words(value: Any) -> str:
    match value:
        case None:
            return _NOTHING
        case bool():
            return str(value)
        case int():
            return f"-{number(-value)}" if value < 0 else number(int(value))
        case bytes():
            return value.hex(" ", 4)
        case _ if dataclasses.is_dataclass(value):
            parts = [f"{field.name} {_words(getattr(value, field.name))}" for field in dataclasses.fields(value)]
            return f"{type(value).__name__}({', '.join(parts)})"
        case _:
            return str(value)
