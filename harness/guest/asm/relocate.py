"""PC-relative fields: their position in the word, their unit and range (Arm ARM C4.1, C6.2)."""

from typing import NamedTuple

from harness.guest.asm.source import StatementError

PAGE = 4096
ADRP = 1 << 31
"""The bit by which ADRP differs from ADR."""


class PcRelativeField(NamedTuple):
    """``bits`` bits from bit ``shift`` up hold a signed distance in units of ``unit`` bytes."""

    bits: int
    shift: int
    unit: int
    what: str


FIELDS = {
    "branch26": PcRelativeField(26, 0, 4, "a branch reaches 128 MiB"),
    "branch19": PcRelativeField(19, 5, 4, "a conditional branch reaches 1 MiB"),
    "branch14": PcRelativeField(14, 5, 4, "a test-bit branch reaches 32 KiB"),
    "literal19": PcRelativeField(19, 5, 4, "a literal load reaches 1 MiB"),
    "address21": PcRelativeField(21, 5, 1, "adr reaches 1 MiB"),
    "page21": PcRelativeField(21, 5, PAGE, "adrp reaches 4 GiB"),
}


def patch(word: int, field_name: str, pc: int, target: int) -> int:
    """Return the word with the distance from ``pc`` to ``target`` in its empty field. Raises StatementError."""
    field = FIELDS[field_name]
    if field_name == "page21":
        pc, target = pc & -PAGE, target & -PAGE
        word |= ADRP
    # The distance is computed modulo 2**64, because the PC wraps around.
    distance = (target - pc + (1 << 63)) % (1 << 64) - (1 << 63)
    if distance % field.unit:
        raise StatementError(f"the target {target:#x} is not a multiple of {field.unit} bytes away")
    steps = distance // field.unit
    if not -(1 << (field.bits - 1)) <= steps < 1 << (field.bits - 1):
        raise StatementError(f"the target is {distance:+#x} bytes away: {field.what}")
    steps &= (1 << field.bits) - 1
    if field_name in {"address21", "page21"}:  # immlo is bits 30:29, immhi bits 23:5
        return word | (steps & 3) << 29 | (steps >> 2) << 5
    return word | steps << field.shift
