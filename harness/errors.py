"""Errors in what a user gives to the harness; every command turns them into a message and an exit status."""


class InputError(Exception):
    """Something the user gave cannot be used. The message says what, where, and what would be right."""


class OutputError(InputError):
    """A file that the user asked for cannot be written. The message names the file and says why."""


class ModelError(InputError):
    """A user's ABI model has raised an exception, or returned something that cannot be used.

    The message begins with the model's file and line, and says what the model was asked and for which vCPU;
    ``__cause__`` is the exception.
    """


class ToolMissing(InputError):
    """An outside tool that the request needs is not installed. The message names the package to install."""


class ResourceShortage(InputError):
    """The host grants less than the request needs: memory, open files, a place to write.

    The message says what is short, how much of it is needed and, if the host tells, how much is available. Nothing is
    left behind, and existing objects still work, so the caller may close something and try again.
    """


class Interrupted(KeyboardInterrupt):
    """SIGINT, SIGTERM or SIGHUP (``args[0]``) ends the command. Raised once, at any point of the main thread."""


class TimeUp(BaseException):
    """A command's time limit is up. Like KeyboardInterrupt it is not an Exception: no handler may swallow it."""
