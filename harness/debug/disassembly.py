"""Disassembly of guest code, with the guest's own symbols and source lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from harness.api import Machine, MemoryAccessError
from harness.machine.mmu.faults import Access, Fault


@dataclass(frozen=True, slots=True)
class DisassembledLine:
    """One instruction: its address, word and text, and its symbol and source line if known."""

    va: int
    word: int
    text: str
    symbol: str | None
    source: str | None


@cache
def _decoder() -> Any:
    from capstone import CS_ARCH_ARM64, CS_MODE_ARM, Cs  # takes 30 ms: imported when first needed

    return Cs(CS_ARCH_ARM64, CS_MODE_ARM)


def instruction_text(word: int, va: int) -> str:
    """Disassemble one instruction word at ``va``; ``.inst`` and the word if it is not a known instruction."""
    for instruction in _decoder().disasm(word.to_bytes(4, "little"), va):
        return f"{instruction.mnemonic} {instruction.op_str}".strip()
    return f".inst 0x{word:08x}"


def link_address(machine: Machine, va: int, *, vcpu: int = 0) -> int | None:
    """The address that the guest's symbols use for ``va``: its IPA, less the distance between load and link address.

    None if the tables do not map ``va``.
    """
    found = machine.translate(va, access=Access.READ, vcpu=vcpu, el=1)
    return None if isinstance(found, Fault) else found.ipa - machine.domain.load_shift


def symbol_at(machine: Machine, va: int, *, vcpu: int = 0) -> str | None:
    """Name ``va`` by the guest's symbols, wherever the guest has mapped itself; None if it has no name."""
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
