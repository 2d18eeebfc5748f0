"""Run real AArch64 guest code on a hypervisor that behaves, to the last result code, like Xen on Arm.

The public API is :func:`boot` and what it returns, a :class:`Machine`; see ``harness.api``.
"""

TYPE_CHECKING = False  # typing itself takes 5 ms, in which the command does not answer signals yet
if TYPE_CHECKING:
    from typing import Any

    from harness.api import Machine, MemoryAccessError, boot
    from harness.errors import InputError
    from harness.guest import Guest, assemble, load

_HOMES = {
    "Machine": "harness.api",
    "MemoryAccessError": "harness.api",
    "boot": "harness.api",
    "InputError": "harness.errors",
    "Guest": "harness.guest",
    "assemble": "harness.guest",
    "load": "harness.guest",
}

__all__ = ["Guest", "InputError", "Machine", "MemoryAccessError", "assemble", "boot", "load"]


def __getattr__(name: str) -> "Any":
    """Import a public name when it is first used: a command that needs no emulator starts without one."""
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module 'harness' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
