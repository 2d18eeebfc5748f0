"""Quoted strings: the escapes of GNU as, as bytes."""

import re

from harness.guest.asm.source import StatementError

_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9a-fA-F]+)|(.))", re.DOTALL)
_STRING = re.compile(r'\s*"((?:\\.|[^"\\])*)"\s*', re.DOTALL)
_LETTERS = {
    b"n": b"\n",
    b"t": b"\t",
    b"r": b"\r",
    b"b": b"\b",
    b"f": b"\f",
    b"v": b"\v",
    b"\\": b"\\",
    b'"': b'"',
    b"'": b"'",
}


def _byte(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return bytes([int(match[1], 8) & 0xFF])
    if match[2]:
        return bytes([int(match[2], 16) & 0xFF])
    letter = _LETTERS.get(match[3])
    if letter is None:
        raise StatementError(f"unknown escape `{match[0].decode('latin-1')}' in a string")
    return letter


def quoted_strings(text: str) -> list[bytes]:
    """Return the strings of a list: commas separate them; strings without a comma between them are joined."""
    strings: list[bytes] = []
    position, joined = 0, False
    while True:
        match = _STRING.match(text, position)
        if match is None:
            raise StatementError(f"expected a quoted string at `{text[position:].strip()}'")
        data = _ESCAPE.sub(_byte, match[1].encode("utf-8", "surrogateescape"))
        if joined:
            strings[-1] += data
        else:
            strings.append(data)
        position = match.end()
        if position == len(text):
            return strings
        joined = text[position] != ","
        position += not joined
