"""Run real AArch64 guest code on a hypervisor that behaves, to the last result code, like Xen on Arm.

The public API is :func:`boot` and what it returns, a :class:`Machine`; see ``harness.api``.
"""

# typing.TYPE_CHECKING would do, but importing typing takes 5 ms, in which the command cannot answer signals yet.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from harness.api import (
        ForkedMachineError,
        LimitReached,
        Machine,
        MachineBusyError,
        MachineClosedError,
        MachineError,
        MemoryAccessError,
        SnapshotError,
        boot,
    )
    from harness.errors import InputError, ResourceShortage
    from harness.guest import Guest, assemble, load

_HOMES = {
    "ForkedMachineError": "harness.api",
    "LimitReached": "harness.api",
    "Machine": "harness.api",
    "MachineBusyError": "harness.api",
    "MachineClosedError": "harness.api",
    "MachineError": "harness.api",
    "MemoryAccessError": "harness.api",
    "SnapshotError": "harness.api",
    "boot": "harness.api",
    "InputError": "harness.errors",
    "ResourceShortage": "harness.errors",
    "Guest": "harness.guest",
    "assemble": "harness.guest",
    "load": "harness.guest",
}

__all__ = [
    "ForkedMachineError",
    "Guest",
    "InputError",
    "LimitReached",
    "Machine",
    "MachineBusyError",
    "MachineClosedError",
    "MachineError",
    "MemoryAccessError",
    "ResourceShortage",
    "SnapshotError",
    "assemble",
    "boot",
    "load",
]


def __getattr__(name: str) -> "Any":
    """Import a public name when it is first used: a command that needs no emulator starts without one."""
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module 'harness' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
