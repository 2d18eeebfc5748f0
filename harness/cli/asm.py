"""``harness asm``: a source as an arm64 Image, a flat binary or an ELF, and its listing."""

import contextlib
import os
import sys
import tempfile
from pathlib import Path

import click

from harness.errors import InputError
from harness.guest import assemble


@click.command(short_help="Assemble a guest.")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write the guest.")
@click.option("--elf", is_flag=True, help="Write an ELF with symbols, not an Image or flat binary.")
@click.option("--listing", metavar="FILE|-", help="Write address, bytes, section and source of every line.")
@click.option("-I", "include", multiple=True, type=click.Path(path_type=Path), help="Look there for included files.")
@click.option("-D", "defines", multiple=True, metavar="NAME[=VALUE]", help="Define a preprocessor macro.")
def command(
    source: Path,
    output: Path | None,
    elf: bool,
    listing: str | None,
    include: tuple[Path, ...],
    defines: tuple[str, ...],
) -> None:
    """Assemble SOURCE into an arm64 Image (.img), if it has an Image header, or a flat binary (.bin)."""
    if source.suffix not in {".S", ".s"}:
        raise InputError(f"{source}: only assembler source can be assembled, and its name ends in .S or .s")
    guest = assemble(source, include=include, defines=dict(map(_definition, defines)))
    if elf:
        from harness.guest.elf_writer import to_elf

        data, suffix = to_elf(guest), ".elf"
    else:
        data, suffix = guest.flat(), ".img" if guest.kind == "image" else ".bin"
    files = {output or Path(source.name).with_suffix(suffix): data}
    if listing is not None:
        from harness.guest.listing import listing as lines_of

        text = "".join(line + "\n" for line in lines_of(guest)).encode("utf-8", "surrogateescape")
        if listing == "-":
            sys.stdout.buffer.write(text)
        else:
            files[Path(listing)] = text
    if any(path.resolve() == source.resolve() for path in files):
        raise InputError(f"{source}: the output would take the place of its source")
    for path, content in files.items():
        write_whole(path, content)


def _definition(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name.isidentifier():
        raise click.BadParameter(f"`{text}' is not NAME or NAME=VALUE", param_hint="-D")
    return name, value if equals else "1"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file entirely or not at all. Raises InputError with the reason if it cannot be written."""
    temporary = None
    try:
        if path.exists() and not path.is_file():  # a pipe or a device cannot be replaced
            path.write_bytes(data)
            return
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None
