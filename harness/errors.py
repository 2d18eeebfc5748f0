"""What can be wrong with what a person hands in; every command turns it into its message and an exit status."""


class InputError(Exception):
    """Something the user gave cannot be used. The message says what, where, and what would be right."""


class ModelError(InputError):
    """A user's ABI model has raised an exception, or answered what nothing can be done with.

    The message begins with the model's file and line, and says what the model was asked and for which vCPU;
    ``__cause__`` is the exception.
    """


class ToolMissing(InputError):
    """An outside tool that the request needs is not installed. The message names the package to install."""
