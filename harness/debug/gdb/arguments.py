"""The arguments of packets, read strictly: what is not exactly as the protocol has it is refused."""

import re

EINVAL, EFAULT, ENOSPC = 0x16, 0x0E, 0x1C
"""Errors as the protocol's manual recommends them: numbers of errno."""

_HEX = re.compile(rb"[0-9a-fA-F]+\Z")


class PacketRefused(Exception):
    """A packet cannot be done; ``error`` is the number for its reply."""

    def __init__(self, error: int = EINVAL) -> None:
        super().__init__(f"E{error:02x}")
        self.error = error


def number(text: bytes, bits: int = 64) -> int:
    """An unsigned number in hexadecimal digits, of at most so many bits."""
    if not _HEX.match(text) or len(text) > 32:
        raise PacketRefused()
    value = int(text, 16)
    if value >> bits:
        raise PacketRefused()
    return value


def hex_bytes(text: bytes) -> bytes:
    """Bytes as pairs of hexadecimal digits."""
    if len(text) % 2 or (text and not _HEX.match(text)):
        raise PacketRefused()
    return bytes.fromhex(text.decode("ascii"))


def fields(text: bytes, separator: bytes, count: int) -> list[bytes]:
    """Split ``text`` into exactly ``count`` parts."""
    parts = text.split(separator)
    if len(parts) != count:
        raise PacketRefused()
    return parts


def address_and_length(text: bytes) -> tuple[int, int]:
    """``ADDR,LENGTH``, both in hexadecimal."""
    address, length = fields(text, b",", 2)
    return number(address), number(length, 32)
