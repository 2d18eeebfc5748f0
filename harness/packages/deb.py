"""Reads one file from a Debian package: an ``ar`` archive (deb(5)) that contains a compressed tar archive."""

import io
import lzma
import tarfile
import zlib

MAGIC = b"!<arch>\n"
HEADER_SIZE = 60
NAME = slice(0, 16)
SIZE = slice(48, 58)

UNREADABLE = (tarfile.TarError, lzma.LZMAError, zlib.error, KeyError, EOFError, OSError, ValueError)
"""The exceptions that the decompressors and tarfile raise for damaged or missing members."""


class BadPackage(Exception):
    """The bytes are not a Debian package, or the package does not contain the file."""


def member(deb: bytes, path: str) -> bytes:
    """Return the contents of the file ``path`` (as tar names it, ``./boot/...``) of the package ``deb``.

    Raises BadPackage if the package cannot be read or has no such file.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(_data_archive(deb))) as archive:
            file = archive.extractfile(path)
            if file is None:
                raise BadPackage(f"{path} is not a file")
            return file.read()
    except UNREADABLE as error:
        raise BadPackage(f"cannot read {path}: {error}") from error


def _data_archive(deb: bytes) -> bytes:
    """Find the ``data.tar.*`` member of the ar archive: headers of 60 bytes, contents padded to even lengths."""
    if not deb.startswith(MAGIC):
        raise BadPackage("not a Debian package")
    at = len(MAGIC)
    while at + HEADER_SIZE <= len(deb):
        header = deb[at : at + HEADER_SIZE]
        size = int(header[SIZE])
        at += HEADER_SIZE
        if header[NAME].startswith(b"data.tar"):
            return deb[at : at + size]
        at += size + size % 2
    raise BadPackage("no data.tar in it")
