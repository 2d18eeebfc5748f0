"""The errors of a machine that cannot be used, or not now; and the class of closed objects.

A caller that keeps a CPU or memory of a closed machine must not access memory that no longer exists. A check in every
access would cost time on the hottest paths, so a closed object changes its class instead.
"""

from typing import Any, NoReturn


class MachineError(RuntimeError):
    """The machine cannot perform the operation in its present state. The message says why."""


class MachineClosedError(MachineError):
    """The machine was closed: its memory and its CPUs are released."""


class ForkedMachineError(MachineError):
    """The machine belongs to the process that booted it, and this one is a forked child of it."""


class MachineBusyError(MachineError):
    """The machine is running, in another thread or around the caller (a listener): wait until that run returns."""


class Closed:
    """The class of a closed machine's objects: every use is MachineClosedError, except for closing it again."""

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse."""
        raise MachineClosedError(f"the machine is closed: {name!r} no longer exists")

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        """Refuse."""
        raise MachineClosedError(f"the machine is closed: {name!r} can no longer be set")

    def close(self) -> None:
        """Do nothing: the object is closed already."""


class ClosedMemory(Closed):
    """The class of closed machine memory: it has no file."""

    fd = -1


def become(thing: object, kind: type[Closed]) -> None:
    """Release everything that ``thing`` holds, and change its class to ``kind``."""
    thing.__dict__.clear()
    object.__setattr__(thing, "__class__", kind)
