"""What can be wrong with what a person hands in; every command turns it into its message and an exit status."""


class InputError(Exception):
    """Something the user gave cannot be used. The message says what, where, and what would be right."""


class ToolMissing(InputError):
    """An outside tool that the request needs is not installed. The message names the package to install."""
