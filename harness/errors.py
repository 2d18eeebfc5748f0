"""What can be wrong with what a person hands in; every command turns it into its message and an exit status."""


class InputError(Exception):
    """Something the user gave cannot be used. The message says what, where, and what would be right."""


class ToolMissing(InputError):
    """An outside tool that the request needs is not installed. The message names the package to install."""


class ResourceShortage(InputError):
    """The host grants less than the request needs: memory, open files, a place to write.

    The message says what is short, how much of it is needed and, where the host tells, how much there is. Nothing is
    left behind, and what stood before still works, so the caller may close something and try again.
    """
