"""What a person typed that cannot be done."""

from harness.errors import InputError


class CommandError(InputError):
    """One clear line: what was wrong, and what would be right."""
