"""Standard streams that take every text: whatever the locale, no name or message ends in a UnicodeError."""

import sys
from io import TextIOWrapper


def take_any_text() -> None:
    """Show what the encoding of a standard stream lacks by escapes; bytes that go there as bytes are not touched."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
