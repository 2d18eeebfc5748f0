"""A machine that cannot be used, or not now, says so: the errors, and what a closed object becomes.

Whoever keeps a CPU or memory of a machine beyond its end must not reach into memory that is not there any more. A
check in every access would cost on the hottest paths, so an object that is closed changes its class instead.
"""

from typing import Any, NoReturn


class MachineError(RuntimeError):
    """The machine cannot do what was asked, as it is now. The message says why."""


class MachineClosedError(MachineError):
    """The machine was closed: its memory and its CPUs are given back."""


class ForkedMachineError(MachineError):
    """The machine belongs to the process that booted it, and this one is a forked child of it."""


class MachineBusyError(MachineError):
    """The machine is being run, by another thread or by the very caller (a listener): wait until that run returns."""


class Closed:
    """What an object of a closed machine is: every use is MachineClosedError, but for closing it once more."""

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse."""
        raise MachineClosedError(f"the machine is closed: {name!r} is not there any more")

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        """Refuse."""
        raise MachineClosedError(f"the machine is closed: {name!r} cannot be set any more")

    def close(self) -> None:
        """Nothing is left to do."""


class ClosedMemory(Closed):
    """What closed machine memory is: it has no file."""

    fd = -1


def become(thing: object, kind: type[Closed]) -> None:
    """Let go of everything that ``thing`` holds, and make it a ``kind``."""
    thing.__dict__.clear()
    object.__setattr__(thing, "__class__", kind)
