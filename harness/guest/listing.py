"""A listing of a guest: address, bytes and section of every source line; then the symbols."""

from collections.abc import Iterator

from harness.abi.words import MASK64
from harness.guest.image import Guest

BYTES_A_ROW = 8
MAX_ROWS = 4
"""Rows of bytes shown for one line; of the rest, only the number of bytes is shown."""


def listing(guest: Guest) -> Iterator[str]:
    """Yield the lines of the listing, in order of address."""
    labels = _labels(guest)
    yield f"{'address':>16}  {'bytes':<{2 * BYTES_A_ROW}}  section   source"
    for address, size, line in guest.lines.entries:
        for name in labels.pop(address, ()):
            yield f"{address:016x}  {name}:"
        section, data = _bytes(guest, address, size)
        rows = [data[i : i + BYTES_A_ROW] for i in range(0, len(data), BYTES_A_ROW)] or [b""]
        where = f"{section:<9} {line.file}:{line.line}"
        yield f"{address:016x}  {_hex(rows[0], size):<{2 * BYTES_A_ROW}}  {where}  {line.text}".rstrip()
        for number, row in enumerate(rows[1:MAX_ROWS], 1):
            yield f"{address + number * BYTES_A_ROW:016x}  {_hex(row, 0)}"
        left = len(data) - MAX_ROWS * BYTES_A_ROW
        if left > 0:
            yield f"{'...':>16}  {left} more bytes"
    yield ""
    yield f"{'value':>16}  symbol"
    for name, value in sorted(guest.symbols.items(), key=lambda item: (item[1], item[0])):
        yield f"{value & MASK64:016x}  {name}"


def _labels(guest: Guest) -> dict[int, list[str]]:
    labels: dict[int, list[str]] = {}
    for name, info in guest.symbol_info.items():
        if info.section is not None and name in guest.symbols:
            labels.setdefault(info.address, []).append(name)
    return labels


def _bytes(guest: Guest, address: int, size: int) -> tuple[str, bytes]:
    for segment in guest.segments:
        if segment.address <= address < segment.end:
            offset = address - segment.address
            return segment.name, segment.data[offset : offset + size]
    return "", b""


def _hex(data: bytes, size: int) -> str:
    """Show an instruction or a word as a number, other bytes in their order in memory."""
    return data[::-1].hex() if len(data) == size == 4 else data.hex() if data else f"({size} bytes)"
