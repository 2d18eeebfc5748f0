"""Guest memory as a debugger addresses it: by a vCPU's virtual addresses through its live tables, or guest-physical."""

from collections.abc import Iterator

from harness.abi.words import MASK64
from harness.machine.memory import PAGE_SIZE
from harness.machine.mmu.faults import Access, Fault
from harness.xen.domains.domain import Vcpu


def machine_address(vcpu: Vcpu, address: int, *, physical: bool = False) -> int | None:
    """The machine address for an address that EL1 may read; None if it is not mapped to RAM."""
    if physical:
        found = vcpu.domain.p2m.translate(address)
    elif vcpu.has_cpu:
        found = vcpu.domain.walker.translate(vcpu.cpu.translation, address & MASK64, Access.READ, 1)
    else:
        return None
    return None if isinstance(found, Fault) or not vcpu.domain.memory.contains(found.maddr) else found.maddr


def _pieces(vcpu: Vcpu, address: int, length: int, physical: bool) -> Iterator[tuple[int, int]]:
    """(maddr, size) of each page of a range, up to the first page that is not mapped."""
    while length > 0:
        size = min(length, PAGE_SIZE - address % PAGE_SIZE)
        maddr = machine_address(vcpu, address, physical=physical)
        if maddr is None:
            return
        yield maddr, size
        address, length = address + size & MASK64, length - size


def read_memory(vcpu: Vcpu, address: int, length: int, *, physical: bool = False) -> bytes:
    """Read a range up to its first page that is not mapped: the result may be shorter than ``length``."""
    memory = vcpu.domain.memory
    return b"".join(memory.read(maddr, size) for maddr, size in _pieces(vcpu, address, length, physical))


def write_memory(vcpu: Vcpu, address: int, data: bytes, *, physical: bool = False) -> bool:
    """Write all of ``data``, even to read-only pages, or write nothing and return False."""
    pieces = list(_pieces(vcpu, address, len(data), physical))
    if sum(size for _, size in pieces) != len(data):
        return False
    done = 0
    for maddr, size in pieces:
        vcpu.domain.memory.write(maddr, data[done : done + size])
        done += size
    # Unicorn caches translated code and TLB entries, and does not notice a write from outside.
    vcpu.domain.flush_code()
    vcpu.domain.flush_tlbs()
    return True
