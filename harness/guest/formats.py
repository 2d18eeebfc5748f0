"""Loads binary guests: ELF, arm64 Image, flat; recognised by content, never by name."""

from pathlib import Path

from harness.errors import InputError
from harness.files.input import read_bytes
from harness.guest import elf_format
from harness.guest.image import Guest, LineTable, Segment, make_guest

_TEXT_BYTES = frozenset(range(32, 127)) | frozenset(b"\t\n\r\f") | frozenset(range(128, 256))

_OTHERS = {
    bytes.fromhex("1f8b08"): "this is compressed with gzip: unpack it first",
    bytes.fromhex("28b52ffd"): "this is compressed with zstd: unpack it first",
    bytes.fromhex("fd377a585a00"): "this is compressed with xz: unpack it first",
    bytes.fromhex("d00dfeed"): "this is a device tree, not a guest",
    bytes.fromhex("0a0450016801"): "this is a trace for Perfetto, not a guest",
}
"""The first bytes of files that would be mistaken for flat binaries, and what these files are."""


def load_binary(path: Path, data: bytes | None = None) -> Guest:
    """Load a binary, whose content is ``data`` if it was read already.

    Raises InputError for one that cannot be a guest; the message says what would be right.
    """
    data = read(path) if data is None else data
    if not data:
        raise InputError(f"{path}: the file is empty")
    if data.startswith(elf_format.MAGIC):
        from harness.guest.elf_reader import read_elf

        return read_elf(path, data)
    for beginning, what in _OTHERS.items():
        if data.startswith(beginning):
            raise InputError(f"{path}: {what}")
    if looks_like_text(data):
        raise InputError(f"{path}: this is text, not a binary; if it is assembler source, name it .S")
    try:
        return make_guest(path.stem, (Segment(0, data, len(data)),), 0, symbols={}, lines=LineTable())
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def read(path: Path) -> bytes:
    """Read a whole file. Raises InputError if it cannot be read."""
    return read_bytes(path, "a guest")


def looks_like_text(data: bytes) -> bool:
    """Return whether this is text in lines: machine code soon contains a control character."""
    head = data[:4096]
    return b"\n" in head and all(byte in _TEXT_BYTES for byte in head) and _decodes(data)


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
