"""A map of an address space under its live tables: contiguous ranges, what they contain, and their rights."""

from collections.abc import Iterator

from harness.api import Machine
from harness.debug.address_space import Half, Region, half_of
from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE
from harness.machine.mmu.faults import permission_text
from harness.xen.domains.domain import Vcpu
from harness.xen.memory.p2m import P2mType

MOST_LINES = 200
_UNITS = ((30, "GiB"), (20, "MiB"), (10, "KiB"))


def map_lines(machine: Machine, vcpu: Vcpu) -> Iterator[str]:
    """Yield both halves of the address space of ``vcpu``: range, size, IPA, rights of EL1 and EL0, and contents."""
    yield from half_lines(machine, vcpu, half_of(vcpu, upper=False), "TTBR0_EL1")
    yield from half_lines(machine, vcpu, half_of(vcpu, upper=True), "TTBR1_EL1")


def half_lines(machine: Machine, vcpu: Vcpu, half: Half, name: str) -> Iterator[str]:
    """Yield one half, with the name of its TTBR as the heading."""
    if not half.enabled:
        yield f"{name}: not walked (MMU off, or EPD set)"
        return
    yield f"{name}: tables at ipa {half.root:#x}{'' if half.regions else ': nothing is mapped'}"
    for region in half.regions[:MOST_LINES]:
        rights = f"EL1 {permission_text(region.el1)}  EL0 {permission_text(region.el0)}"
        span = f"{region.va:016x}-{region.va + region.size - 1:016x}"
        what = _kind(machine, vcpu, region)
        yield f"  {span} {_size(region.size):>9}  ipa {region.ipa:#012x}  {rights}  {what}".rstrip()
    if len(half.regions) > MOST_LINES or not half.whole:
        rest = "" if half.whole else ", and others that were not read"
        yield f"  ... and more: {len(half.regions):,} ranges{rest}"


def _size(size: int) -> str:
    for shift, unit in _UNITS:
        if not size & (1 << shift) - 1:
            return f"{size >> shift:,} {unit}"
    return f"{size:,}"


def _kind(machine: Machine, vcpu: Vcpu, region: Region) -> str:
    """The stage-2 type of the region's first page, and the symbols in the region."""
    entry = vcpu.domain.p2m.lookup(region.ipa >> PAGE_SHIFT)
    kind = "not in stage 2" if entry is None else P2mType(entry.kind).name.lower()
    return f"{kind}  {_symbols(machine, vcpu, region)}".rstrip()


def _symbols(machine: Machine, vcpu: Vcpu, region: Region) -> str:
    if vcpu.domain is not machine.domain:
        return ""
    first = region.ipa - machine.domain.load_shift
    start, end = machine.guest.nearest(first), machine.guest.nearest(first + region.size - 1)
    if start is None:
        return ""
    return start if end is None or region.size <= PAGE_SIZE else f"{start} to {end}"
