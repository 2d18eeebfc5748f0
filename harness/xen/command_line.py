"""A guest's command line as Xen accepts it: bytes of any value except 0, and at most 1,024 of them.

Measured on the real Xen 4.14, 4.17 and 4.20, for dom0 and for a dom0less domU: bytes 1 to 255 arrive in
``/chosen/bootargs`` unchanged; of 1,024 bytes Xen drops the last one; with more than 1,024 it stops without a message.
"""

from harness.errors import InputError

MOST_BYTES = 1024
KEPT_BYTES = 1023
"""The most bytes that reach the guest: ``BOOTMOD_MAX_CMDLINE`` includes the terminating NUL."""


def command_line(text: str | bytes) -> bytes:
    """The bytes of a command line; a str is encoded as UTF-8, and surrogate escapes become the bytes they stand for.

    Raises InputError for a command line that Xen cannot pass to a guest.
    """
    try:
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise InputError(f"cannot encode the command line: {text[error.start]!a} is half of a character") from None
    if b"\0" in data:
        raise InputError(f"the command line has a NUL, at byte {data.index(0)}, which would end it there")
    if len(data) > MOST_BYTES:
        raise InputError(f"the command line has {len(data):,} bytes: Xen takes at most {KEPT_BYTES:,}")
    return data
