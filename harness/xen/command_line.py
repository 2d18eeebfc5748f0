"""A guest's command line as Xen takes it: bytes, of any value but 0, and not too many.

Measured on the real Xen 4.14, 4.17 and 4.20, for dom0 and for a dom0less domU: bytes 1 to 255 arrive in
``/chosen/bootargs`` as they were given; of 1,024 the last is dropped; over more than that Xen comes to a silent end.
"""

from harness.errors import InputError

MOST_BYTES = 1024
KEPT_BYTES = 1023
"""What is left for the guest: ``BOOTMOD_MAX_CMDLINE`` counts the NUL at the end, too."""


def command_line(text: str | bytes) -> bytes:
    """The bytes of a command line; a str is UTF-8, and its surrogate escapes are the bytes that they stand for.

    Raises InputError for what no Xen can hand to a guest.
    """
    try:
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise InputError(f"the command line has no bytes: {text[error.start]!a} is half of a character") from None
    if b"\0" in data:
        raise InputError(f"the command line has a NUL, at byte {data.index(0)}, which would end it there")
    if len(data) > MOST_BYTES:
        raise InputError(f"the command line has {len(data):,} bytes: Xen takes at most {KEPT_BYTES:,}")
    return data
