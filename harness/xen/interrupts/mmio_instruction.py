"""The register and the size of a load or store to emulated memory (``xen/arch/arm/io.c``, ``decode.c``).

A CPU describes plain loads and stores of one register in the syndrome (Arm DDI 0487, ISS of a data abort, ISV). Of
the other instructions, Xen 4.17 and later decode only loads and stores with post-index, Xen 4.14 none.
"""

from dataclasses import dataclass

from harness.machine.cpu import Cpu

ISS_ISV = 1 << 24
_XZR = 31

WRITE_BACK_MASK, WRITE_BACK = 0x3B20_0400, 0x3800_0400
"""LDR and STR of one general register with immediate post-index or pre-index."""
POST_INDEX_MASK, POST_INDEX = 0x3B20_0C00, 0x3800_0400
"""The same with post-index alone. Neither mask has the bit that tells vector registers from general ones."""
_VECTOR_SHIFT, _OPCODE_SHIFT = 26, 22


class NotDecoded(Exception):
    """Xen cannot decode this instruction, and writes these ``lines`` to its log."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


@dataclass(frozen=True)
class Transfer:
    """One register of 1 << ``size`` bytes, loaded or stored; ``base`` then moves by ``step`` bytes."""

    register: int
    size: int
    write: bool
    signed: bool = False
    base: int | None = None
    step: int = 0
    description: str = ""
    """What Xen logs about an instruction that it had to decode."""

    def base_value(self, cpu: "Cpu") -> int:
        """The base register's value; 31 is the stack pointer."""
        return cpu.sp if self.base == _XZR else int(cpu.x[self.base or 0])


def transfer_of(iss: int, word: int) -> Transfer | None:
    """The transfer that the syndrome describes; None if a real CPU gives no valid syndrome."""
    # Unicorn sets ISV for write-back forms, too, for which a real CPU does not; so these are told by their encoding.
    if not iss & ISS_ISV or word & WRITE_BACK_MASK == WRITE_BACK:
        return None
    return Transfer(iss >> 16 & 31, iss >> 22 & 3, bool(iss >> 6 & 1), bool(iss >> 21 & 1))


def decode(word: int) -> Transfer:
    """Decode an instruction as Xen does; NotDecoded for all but post-index."""
    register, base = word & 31, word >> 5 & 31
    # The messages, and the order of the checks, are those of ``decode_arm64``.
    complaint = f"unhandled Arm instruction {word:#x}", "Unable to decode instruction"
    if register == base and base != _XZR:
        raise NotDecoded("Rn should not be equal to Rt except for r31", *complaint)
    if word & POST_INDEX_MASK != POST_INDEX:
        raise NotDecoded(f"Decoding instruction {word:#x} is not supported", *complaint)
    if word >> _VECTOR_SHIFT & 1:
        raise NotDecoded("ldr/str post indexing for vector types are not supported", *complaint)
    if word >> _OPCODE_SHIFT & 3 > 1:  # loads that extend the sign
        raise NotDecoded("Decoding ldr/str post indexing is not supported for this variant", *complaint)
    size = word >> 30
    step = (word >> 12 & 0x1FF ^ 0x100) - 0x100
    text = f"opcode->ldr_str.rt = {register:#x}, opcode->ldr_str.size = {size:#x}, opcode->ldr_str.imm9 = {step}"
    return Transfer(register, size, False, base=base, step=step, description=text)
