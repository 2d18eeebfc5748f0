"""``harness asm``: assemble a source into an arm64 Image, a flat binary or an ELF, and write its listing."""

import sys
from pathlib import Path

import click

from harness.errors import InputError
from harness.files.apart import Named, check_outputs
from harness.files.output import write_bytes
from harness.guest import Guest, assemble


@click.command(short_help="Assemble a guest.")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write the guest.")
@click.option("--elf", is_flag=True, help="Write an ELF with symbols, not an Image or flat binary.")
@click.option("--listing", metavar="FILE|-", help="Write the address, bytes, section and source of every line.")
@click.option(
    "-I", "include", multiple=True, type=click.Path(path_type=Path), help="Search this directory for included files."
)
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
    asked = [("-o", output), ("--listing", None if listing in (None, "-") else Path(listing or ""))]
    outputs = [Named(option, path) for option, path in asked if path is not None]
    inputs = [Named("SOURCE", source)]
    check_outputs(outputs, inputs)  # before assembling, so that a wrong option is reported at once
    guest = assemble(source, include=include, defines=dict(map(_definition, defines)))
    data, suffix = _guest_file(guest, elf)
    if output is None:
        output = Path(source.name).with_suffix(suffix)
        outputs.append(Named("the output", output))
    # Which files are included is known only now: an output must not overwrite one of them.
    inputs += [Named(f"a file included by {source}:", path) for path in guest.included]
    check_outputs(outputs, inputs)
    write_bytes(output, data)
    if listing is not None:
        _write_listing(guest, listing)


def _guest_file(guest: Guest, elf: bool) -> tuple[bytes, str]:
    """Return the contents of the output file, and the suffix for its name."""
    if elf:
        from harness.guest.elf_writer import to_elf

        return to_elf(guest), ".elf"
    return guest.flat(), ".img" if guest.kind == "image" else ".bin"


def _write_listing(guest: Guest, to: str) -> None:
    from harness.guest.listing import listing

    text = "".join(line + "\n" for line in listing(guest)).encode("utf-8", "surrogateescape")
    if to == "-":
        sys.stdout.buffer.write(text)
    else:
        write_bytes(Path(to), text)


def _definition(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name.isidentifier():
        raise click.BadParameter(f"`{text}' is not NAME or NAME=VALUE", param_hint="-D")
    return name, value if equals else "1"
