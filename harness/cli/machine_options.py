"""The options that say what machine a guest is booted on, the same for every command that boots one."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from harness.cli.numbers import Count
from harness.cli.size import Size
from harness.errors import InputError

_Function = TypeVar("_Function", bound=Callable[..., Any])

_ABI = click.option("--abi", default="xen-4.17", show_default=True, metavar="MODEL|FILE.py", help="Who answers.")
_OPTIONS = (
    click.option("--debug-build", is_flag=True, help="Behave as a debug build of Xen does."),
    click.option(
        "--vcpus",
        type=Count("vCPUs", None),
        default=1,
        show_default=True,
        metavar="N",
        help="Virtual CPUs of the guest.",
    ),
    click.option(
        "--pcpus",
        type=Count("physical CPUs", None),
        default=1,
        show_default=True,
        metavar="N",
        help="Physical CPUs that all vCPUs share.",
    ),
    click.option("--memory", type=Size(), default="64M", show_default=True, help="The guest's memory."),
    click.option(
        "--dom0", is_flag=True, help="Make the guest d0: privileged and direct-mapped. Otherwise it is a domU, d1."
    ),
    click.option(
        "--also", type=click.Path(path_type=Path), multiple=True, metavar="GUEST", help="Run another guest beside it."
    ),
    click.option("--cmdline", default="", metavar="S", help="The kernel's command line, in the device tree."),
    click.option(
        "--initrd", type=click.Path(path_type=Path), metavar="F", help="A file to load as the initial RAM disk."
    ),
    click.option(
        "--order", type=click.Path(path_type=Path), metavar="FILE", help="Order the steps of runstate updates by FILE."
    ),
)


def machine_options(command: _Function) -> _Function:
    """Give a command these options; it receives them by name, and hands them on to :func:`boot_options`."""
    return _ABI(machine_options_but_abi(command))


def machine_options_but_abi(command: _Function) -> _Function:
    """The same for a command that has an ``--abi`` of its own."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def boot_options(options: dict[str, Any]) -> dict[str, Any]:
    """The arguments of :func:`harness.boot` for what the user gave; InputError for a file that cannot be read."""
    return {**options, "cmdline": os.fsencode(options["cmdline"]), "initrd": _read(options["initrd"])}


def _read(path: Path | None) -> bytes:
    """Read the initial RAM disk, if there is to be one."""
    if path is None:
        return b""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
