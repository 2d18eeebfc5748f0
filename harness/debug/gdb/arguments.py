"""Reads the arguments of packets strictly: anything that does not follow the protocol exactly is refused."""

import re

EINVAL, EFAULT, ENOSPC = 0x16, 0x0E, 0x1C
"""The error numbers of replies: errno values, as gdb's manual recommends."""

_HEX = re.compile(rb"[0-9a-fA-F]+\Z")


class PacketRefused(Exception):
    """A packet cannot be carried out; ``error`` is the number in its reply."""

    def __init__(self, error: int = EINVAL) -> None:
        super().__init__(f"E{error:02x}")
        self.error = error


def number(text: bytes, bits: int = 64) -> int:
    """Read an unsigned hexadecimal number of at most ``bits`` bits. Raises PacketRefused."""
    if not _HEX.match(text) or len(text) > 32:
        raise PacketRefused()
    value = int(text, 16)
    if value >> bits:
        raise PacketRefused()
    return value


def hex_bytes(text: bytes) -> bytes:
    """Read bytes from pairs of hexadecimal digits. Raises PacketRefused."""
    if len(text) % 2 or (text and not _HEX.match(text)):
        raise PacketRefused()
    return bytes.fromhex(text.decode("ascii"))


def fields(text: bytes, separator: bytes, count: int) -> list[bytes]:
    """Split ``text`` into exactly ``count`` parts. Raises PacketRefused."""
    parts = text.split(separator)
    if len(parts) != count:
        raise PacketRefused()
    return parts


def address_and_length(text: bytes) -> tuple[int, int]:
    """Read ``ADDR,LENGTH``, both hexadecimal. Raises PacketRefused."""
    address, length = fields(text, b",", 2)
    return number(address), number(length, 32)
