"""The memory view: words and text, by virtual, guest-physical or machine address."""

from collections.abc import Iterator

from harness.abi.words import MASK64
from harness.api import Machine, MemoryAccessError
from harness.debug.call_words import read_va
from harness.debug.replay.stops import Space
from harness.debug.views.names import name_of
from harness.machine.mmu.faults import Access, Fault
from harness.xen.domains.domain import Vcpu

_LINE = 16
MOST_BYTES = 1 << 16


def read_memory(machine: Machine, vcpu: Vcpu, space: Space, address: int, length: int) -> bytes:
    """Read ``length`` bytes at an address of this kind.

    Raises MemoryAccessError with the first address that cannot be read, and why.
    """
    if not 0 < length <= MOST_BYTES:
        raise MemoryAccessError(f"cannot show {length:,} bytes: the length must be 1 to {MOST_BYTES:,}")
    match space:
        case Space.VA:
            data = read_va(vcpu, address, length)
            if data is None:
                regs = vcpu.cpu.translation
                bad = next(at for at in range(address, address + length) if read_va(vcpu, at, 1) is None)
                found = vcpu.domain.walker.translate(regs, bad & MASK64, Access.READ, 1)
                raise MemoryAccessError(
                    f"va {bad:#x} cannot be read: {found if isinstance(found, Fault) else 'no RAM'}"
                )
            return data
        case Space.IPA:
            return b"".join(_ipa_byte_runs(vcpu, address, length))
        case Space.MADDR:
            if not vcpu.domain.memory.contains(address, length):
                raise MemoryAccessError(f"machine address {address:#x} is not memory")
            return machine.read_maddr(address, length)


def _ipa_byte_runs(vcpu: Vcpu, ipa: int, length: int) -> Iterator[bytes]:
    while length:
        size = min(length, 4096 - ipa % 4096)
        found = vcpu.domain.p2m.translate(ipa)
        if isinstance(found, Fault):
            raise MemoryAccessError(f"ipa {ipa:#x} cannot be read: {found}")
        if not vcpu.domain.memory.contains(found.maddr, size):
            raise MemoryAccessError(f"ipa {ipa:#x} is not RAM")
        yield vcpu.domain.memory.read(found.maddr, size)
        ipa, length = ipa + size, length - size


def memory_lines(machine: Machine, vcpu: Vcpu, space: Space, address: int, length: int) -> Iterator[str]:
    """Yield lines of two doublewords and their characters. Raises MemoryAccessError as :func:`read_memory` does."""
    data = read_memory(machine, vcpu, space, address, length)
    for at in range(0, length, _LINE):
        row = data[at : at + _LINE]
        words = " ".join(_word(row[start : start + 8]) for start in range(0, len(row), 8))
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        name = name_of(machine, vcpu, address + at) if space is Space.VA and at == 0 else None
        yield f"{address + at:016x}  {words:<33}  {text:<16}{f'  <{name}>' if name else ''}".rstrip()


def _word(data: bytes) -> str:
    return f"{int.from_bytes(data, 'little'):0{2 * len(data)}x}"


def stack_lines(machine: Machine, vcpu: Vcpu, count: int = 16) -> Iterator[str]:
    """Yield ``count`` doublewords from SP up, each with the symbol it points at; a mark shows where x29 points."""
    sp = vcpu.cpu.sp
    for index in range(count):
        data = read_va(vcpu, sp + 8 * index, 8)
        if data is None:
            yield f"{sp + 8 * index:016x}  cannot be read" + ("" if index else ": SP does not point to memory")
            break
        value = int.from_bytes(data, "little")
        mark = "  <- fp" if sp + 8 * index == vcpu.cpu.x[29] else ""
        name = name_of(machine, vcpu, value)
        yield f"{sp + 8 * index:016x}  {value:016x}{f'  <{name}>' if name else ''}{mark}"
