"""Guests that come as binaries: ELF, arm64 Image, flat; recognised by content, never by name."""

from pathlib import Path

from harness.errors import InputError
from harness.guest import elf_format
from harness.guest.image import Guest, LineTable, Segment, make_guest

_TEXT_BYTES = frozenset(range(32, 127)) | frozenset(b"\t\n\r\f") | frozenset(range(128, 256))


def load_binary(path: Path) -> Guest:
    """Load a binary. Raises InputError, with what would be right, for one that cannot be a guest."""
    data = read(path)
    if data.startswith(elf_format.MAGIC):
        from harness.guest.elf_reader import read_elf

        return read_elf(path, data)
    if looks_like_text(data):
        raise InputError(f"{path}: this is text, not a binary; if it is assembler source, name it .S")
    try:
        return make_guest(path.stem, (Segment(0, data, len(data)),), 0, symbols={}, lines=LineTable())
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def read(path: Path) -> bytes:
    """Read a whole file. Raises InputError if that cannot be done or it is empty."""
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise InputError(f"{path}: this is a directory, not a guest") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    if not data:
        raise InputError(f"{path}: the file is empty")
    return data


def looks_like_text(data: bytes) -> bool:
    """Say whether this is text in lines: no machine code is without a control character for long."""
    head = data[:4096]
    return b"\n" in head and all(byte in _TEXT_BYTES for byte in head) and _decodes(data)


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
