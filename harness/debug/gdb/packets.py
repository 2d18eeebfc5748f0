"""The framing of the gdb remote serial protocol: ``$data#checksum``, escapes, and the bytes between packets.

Source: the manual "Debugging with GDB", appendix "GDB Remote Serial Protocol", section "Overview". Nothing that a peer
sends can raise an exception here: bytes that are not a packet are dropped, or reported as damaged.
"""

from dataclasses import dataclass
from enum import Enum

MOST_BYTES = 0x4000
"""The longest packet, in both directions, without its frame (``PacketSize``)."""

_START, _END, _ESCAPE = b"$#}"
_ESCAPED = frozenset(b"$#}*")
_ESCAPE_XOR = 0x20
_INTERRUPT = 0x03
_SKIPPED = 2
"""The two hexadecimal digits of a checksum."""


class Signal(Enum):
    """What a peer sends apart from packets."""

    ACK = b"+"
    NAK = b"-"
    INTERRUPT = b"\x03"
    DAMAGED = b""
    """A packet with a wrong checksum, or one that is too long."""


@dataclass(frozen=True, slots=True)
class Packet:
    """The data of a packet, without escapes."""

    data: bytes


def frame(data: bytes) -> bytes:
    """Make a packet of ``data``, with escapes and checksum."""
    body = bytearray()
    for byte in data:
        if byte in _ESCAPED:
            body += bytes((_ESCAPE, byte ^ _ESCAPE_XOR))
        else:
            body.append(byte)
    return b"$%b#%02x" % (bytes(body), sum(body) & 0xFF)


def _unescape(body: bytes) -> bytes:
    if _ESCAPE not in body:
        return body
    data, escaped = bytearray(), False
    for byte in body:
        if escaped:
            data.append(byte ^ _ESCAPE_XOR)
            escaped = False
        elif byte == _ESCAPE:
            escaped = True
        else:
            data.append(byte)
    return bytes(data)


class Reader:
    """Splits a stream of bytes into packets and signals; the stream may arrive in any pieces."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, received: bytes) -> list[Packet | Signal]:
        """Take received bytes, and return the packets and signals that are complete now."""
        self._pending += received
        found: list[Packet | Signal] = []
        while self._pending:
            first = self._pending[0]
            if first == _START:
                item = self._packet()
                if item is None:
                    break
                found.append(item)
                continue
            del self._pending[0]
            if first == _INTERRUPT:
                found.append(Signal.INTERRUPT)
            elif first in b"+-":
                found.append(Signal(bytes((first,))))
        return found

    def _packet(self) -> Packet | Signal | None:
        """Take a packet from the front; None as long as it is incomplete."""
        end = self._pending.find(_END)
        if end < 0 or end > 2 * MOST_BYTES:  # every byte of it may have been escaped
            if len(self._pending) <= 2 * MOST_BYTES:
                return None
            self._pending.clear()
            return Signal.DAMAGED
        if len(self._pending) < end + 1 + _SKIPPED:
            return None
        body, digits = bytes(self._pending[1:end]), bytes(self._pending[end + 1 : end + 1 + _SKIPPED])
        del self._pending[: end + 1 + _SKIPPED]
        if digits.lower() != b"%02x" % (sum(body) & 0xFF):
            return Signal.DAMAGED
        return Packet(_unescape(body))
