"""The options that describe the machine: the same for every command that boots a guest."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harness.cli.numbers import Count
from harness.cli.size import Size
from harness.files.apart import Named, check_apart, check_outputs
from harness.files.input import read_bytes

if TYPE_CHECKING:
    from harness.guest import Guest

_Function = TypeVar("_Function", bound=Callable[..., Any])

_ABI = click.option(
    "--abi",
    default="xen-4.17",
    show_default=True,
    metavar="MODEL|FILE.py",
    help="The ABI model, or a .py file that defines one.",
)
_OPTIONS = (
    click.option("--debug-build", is_flag=True, help="Behave as a debug build of Xen."),
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
        "--also",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="GUEST",
        help="Run another guest beside it (may be repeated).",
    ),
    click.option("--cmdline", default="", metavar="S", help="The kernel's command line, in the device tree."),
    click.option(
        "--initrd", type=click.Path(path_type=Path), metavar="F", help="A file to load as the initial RAM disk."
    ),
    click.option(
        "--check-alignment",
        is_flag=True,
        help="Raise an alignment fault for every misaligned LDAR and STLR, as the CPU does: exact, and much slower. "
        "Otherwise one is raised only if SCTLR_EL1.A is set, or if the access faults anyway.",
    ),
    click.option(
        "--order", type=click.Path(path_type=Path), metavar="FILE", help="Order the steps of runstate updates by FILE."
    ),
)


def machine_options(command: _Function) -> _Function:
    """Add these options to a command, which receives them by name and passes them to :func:`boot_options`."""
    return _ABI(machine_options_but_abi(command))


def machine_options_but_abi(command: _Function) -> _Function:
    """The same without ``--abi``, for a command that defines its own."""
    for option in reversed(_OPTIONS):  # the help lists the option that was added last first
        command = option(command)
    return command


def boot_options(options: dict[str, Any], outputs: Sequence[Named] = ()) -> dict[str, Any]:
    """Read the files that the options name, and return the arguments for :func:`harness.boot`.

    Raises InputError for a file that cannot be read, or that one of ``outputs`` would overwrite.
    """
    also = [load_guest(path, "--also", outputs) for path in options["also"]]
    initrd = _read(options["initrd"], options["memory"])
    return {**options, "cmdline": os.fsencode(options["cmdline"]), "initrd": initrd, "also": also}


def load_guest(path: Path, what: str, outputs: Sequence[Named] = ()) -> "Guest":
    """Load a guest. Raises InputError, also if one of ``outputs`` is a file that the guest's source includes."""
    from harness.guest import load

    guest = load(path)
    check_apart(outputs, [Named(f"a file included by {what} {path}:", each) for each in guest.included])
    return guest


def check_machine_outputs(
    outputs: Sequence[Named], guest: Path, options: dict[str, Any], models: Sequence[str] = ()
) -> None:
    """Raise InputError for an output that cannot be written, or that is also an input, before anything starts."""
    given = [("GUEST", guest), *(("--also", path) for path in options["also"])]
    given += [(f"--{name}", options[name]) for name in ("initrd", "order")]
    given += [("--abi", Path(model)) for model in models if model.endswith(".py")]
    check_outputs(outputs, [Named(what, path) for what, path in given if path is not None])


def _read(path: Path | None, memory: int) -> bytes:
    """Read the initial RAM disk, if one is given, of at most ``memory`` bytes."""
    return b"" if path is None else read_bytes(path, "an initial RAM disk", memory)
