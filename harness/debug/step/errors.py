"""The error for a command that cannot be done."""

from harness.errors import InputError


class CommandError(InputError):
    """A command cannot be done; the message is one line that says what is wrong and what would be right."""
