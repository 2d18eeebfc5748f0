"""The part of the Protocol Buffers wire format that a trace needs. ``field`` is a field's number in its message."""

import struct

_VARINT, _FIXED64, _BYTES = 0, 1, 2


def varint(value: int) -> bytes:
    """An unsigned number: 7 bits in each byte, the lowest first; bit 7 says that another byte follows."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field: int, value: int) -> bytes:
    """A field that is an unsigned number, an enumeration or a Boolean; an int64 is given as its 64 bits."""
    return varint(field << 3 | _VARINT) + varint(value)


def fixed64(field: int, value: int) -> bytes:
    """A field that always takes 8 bytes."""
    return varint(field << 3 | _FIXED64) + struct.pack("<Q", value)


def sized(field: int, data: bytes) -> bytes:
    """A field that is a message or bytes."""
    return varint(field << 3 | _BYTES) + varint(len(data)) + data


def text(field: int, value: str) -> bytes:
    """A field that is a string."""
    return sized(field, value.encode("utf-8", "replace"))
