"""What can be wrong with what a person hands in; every command turns it into its message and an exit status."""


class InputError(Exception):
    """Something the user gave cannot be used. The message says what, where, and what would be right."""


class OutputError(InputError):
    """A file that the user asked for cannot be written. The message names it, and says why."""


class ModelError(InputError):
    """A user's ABI model has raised an exception, or answered what nothing can be done with.

    The message begins with the model's file and line, and says what the model was asked and for which vCPU;
    ``__cause__`` is the exception.
    """


class ToolMissing(InputError):
    """An outside tool that the request needs is not installed. The message names the package to install."""


class ResourceShortage(InputError):
    """The host grants less than the request needs: memory, open files, a place to write.

    The message says what is short, how much of it is needed and, where the host tells, how much there is. Nothing is
    left behind, and what stood before still works, so the caller may close something and try again.
    """


class Interrupted(KeyboardInterrupt):
    """SIGINT, SIGTERM or SIGHUP (``args[0]``) ends the command. Raised once, in the main thread, wherever that is."""


class TimeUp(BaseException):
    """The time that the user gave a command is up. Like KeyboardInterrupt it is no error, and nobody may keep it."""
