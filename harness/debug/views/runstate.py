"""The runstate view: the area's content beside Xen's own copy, and whether the area's address translates now."""

from collections.abc import Iterator

from harness.abi.runstate import Runstate
from harness.api import Machine
from harness.debug.call_words import read_va
from harness.debug.event_words import state_name
from harness.debug.views.names import named
from harness.machine.memory import PAGE_MASK, PAGE_SHIFT
from harness.machine.mmu.faults import Access, Fault
from harness.xen.domains.domain import Vcpu
from harness.xen.memory.guest_access import would_fall_short
from harness.xen.runstate.info import AREA_SIZE, RunstateInfo

_FLAG = 1 << 63


def runstate_lines(machine: Machine, vcpu: Vcpu, last_known_ipa: int | None = None) -> Iterator[str]:
    """Yield the view of one vCPU.

    An area that Xen has mapped is read through Xen's mapping. If the address of another area does not translate now,
    the area is read at ``last_known_ipa``, if that is given.
    """
    state = vcpu.state
    now = state.runstate.at(machine.now_ns)
    area = state.physical_area or state.area
    if area is None:
        yield f"{vcpu}: no runstate area is registered"
        yield from _table(None, state.runstate, now)
        return
    physical = state.physical_area is not None
    flag = "on" if vcpu.domain.update_flag_assist() else "off"
    where = f"ipa {area.address:#x}" if physical else f"va {named(machine, vcpu, area.address)}"
    if "<" not in where and last_known_ipa is not None and vcpu.domain is machine.domain:
        name = machine.guest.nearest(last_known_ipa - machine.domain.load_shift)
        where += f" <{name}>" if name else ""
    yield f"{vcpu}: runstate area at {where}, update flag {flag}"
    if not physical and vcpu.has_cpu:
        yield from _translation(vcpu, area.address)
    if vcpu.mapping is not None:
        frames = ", ".join(f"{mfn << PAGE_SHIFT:#x}" for mfn in area.frames)
        yield f"  Xen has mapped it at maddr {frames}, and writes there"
        data: bytes | None = vcpu.mapping.read(area.address & ~PAGE_MASK, AREA_SIZE)
    else:
        data = read_va(vcpu, area.address, AREA_SIZE) if vcpu.has_cpu else None
        if data is None and last_known_ipa is not None:
            yield f"  its content is read at ipa {last_known_ipa:#x}, where it was when it was registered"
            data = _read_ipa(vcpu, last_known_ipa)
    if data is None:
        yield "  its content cannot be read by its address now"
    yield from _table(None if data is None else RunstateInfo.unpack(data), state.runstate, now)


def _translation(vcpu: Vcpu, va: int) -> Iterator[str]:
    short = would_fall_short(vcpu, va, AREA_SIZE)
    if short is not None:
        yield f"  does not translate now, at EL{vcpu.cpu.el}: {short.reason}"
        return
    found = vcpu.domain.walker.translate(vcpu.cpu.translation, va, Access.WRITE, 1)
    if not isinstance(found, Fault):
        yield f"  translates now, at EL{vcpu.cpu.el}: to ipa {found.ipa:#x}, maddr {found.maddr:#x}"


def _read_ipa(vcpu: Vcpu, ipa: int) -> bytes | None:
    """The area's content; None if it crosses a page boundary, because only the IPA of its first page is known."""
    found = vcpu.domain.p2m.translate(ipa)
    if isinstance(found, Fault) or ipa & ~PAGE_MASK > (1 << PAGE_SHIFT) - AREA_SIZE:
        return None
    return vcpu.domain.memory.read(found.maddr, AREA_SIZE)


def _table(area: RunstateInfo | None, kept: RunstateInfo, now: RunstateInfo) -> Iterator[str]:
    yield f"  {'':<20}{'the area says':>20}{'Xen keeps':>16}{'difference':>16}{'by now':>16}"
    known = area.state if area is not None else None
    says = "-" if known is None else state_name(known) if known in set(Runstate) else str(known)
    stale = "" if known in (None, kept.state) else "differs"
    yield f"  {'state':<20}{says:>20}{state_name(kept.state):>16}{stale:>16}".rstrip()
    for name, numbers in _rows(area, kept, now):
        said, true, current = numbers
        difference = "" if said is None or true is None or said == true else f"{said - true:+,}"
        yield f"  {name:<20}{_number(said):>20}{_number(true):>16}{difference:>16}{_number(current):>16}"
    if area is not None and area.state_entry_time & _FLAG:
        yield "  the update flag is set in the area: a reader has to wait"


def _rows(*infos: RunstateInfo | None) -> Iterator[tuple[str, list[int | None]]]:
    yield "entry time", [_entry(info) for info in infos]
    for each in Runstate:
        yield f"ns {state_name(each)}", [None if info is None else info.time[each] for info in infos]
    yield "ns stolen", [None if info is None else info.stolen_ns for info in infos]


def _entry(info: RunstateInfo | None) -> int | None:
    return None if info is None else info.state_entry_time & ~_FLAG


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"
