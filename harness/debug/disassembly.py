"""Disassembly of guest code with the names and source lines that the guest came with."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from harness.api import Machine, MemoryAccessError
from harness.machine.mmu.faults import Access, Fault


@dataclass(frozen=True, slots=True)
class DisassembledLine:
    """One instruction: where it lies, its word, its text, and its symbol and source line where known."""

    va: int
    word: int
    text: str
    symbol: str | None
    source: str | None


@cache
def _decoder() -> Any:
    from capstone import CS_ARCH_ARM64, CS_MODE_ARM, Cs  # 30 ms that only a person's request is worth

    return Cs(CS_ARCH_ARM64, CS_MODE_ARM)


def instruction_text(word: int, va: int) -> str:
    """Disassemble one instruction word as if it lay at ``va``."""
    for instruction in _decoder().disasm(word.to_bytes(4, "little"), va):
        return f"{instruction.mnemonic} {instruction.op_str}".strip()
    return f".inst 0x{word:08x}"


def link_address(machine: Machine, va: int, *, vcpu: int = 0) -> int | None:
    """The address that the guest's own symbols use for ``va``: through the tables, back by where it was loaded."""
    found = machine.translate(va, access=Access.READ, vcpu=vcpu, el=1)
    return None if isinstance(found, Fault) else found.ipa - machine.domain.load_shift


def symbol_at(machine: Machine, va: int, *, vcpu: int = 0) -> str | None:
    """Name ``va`` by the guest's symbols, wherever the guest has mapped itself; None for no name."""
    address = link_address(machine, va, vcpu=vcpu)
    return None if address is None else machine.guest.nearest(address)


def disassemble(machine: Machine, va: int, count: int, *, vcpu: int = 0) -> Iterator[DisassembledLine]:
    """Yield up to ``count`` instructions from ``va``; ends where nothing is mapped."""
    for at in range(va, va + 4 * count, 4):
        try:
            word = int.from_bytes(machine.read(at, 4, vcpu=vcpu), "little")
        except MemoryAccessError:
            return
        address = link_address(machine, at, vcpu=vcpu)
        source = None if address is None else machine.guest.line_at(address)
        yield DisassembledLine(
            at,
            word,
            instruction_text(word, at),
            None if address is None else machine.guest.nearest(address),
            None if source is None else f"{source.file}:{source.line}",
        )
