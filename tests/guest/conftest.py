"""GNU as and ld as the reference: the image that they make of a source."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.guest import asm, library_path

PACKAGE = "binutils-aarch64-linux-gnu"
LAYOUT = Path(asm.__file__).with_name("layout.ld")


class GnuRefuses(Exception):
    """GNU as or ld found an error; the text is what it said."""


def _run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise GnuRefuses(done.stderr)


@pytest.fixture
def gnu(tool: Callable[..., str], tmp_path: Path) -> Callable[..., bytes]:
    """``gnu(source)``: the flat image that GNU makes of a text, or of a file, which is preprocessed."""
    assembler = tool("aarch64-linux-gnu-as", package=PACKAGE)
    linker = tool("aarch64-linux-gnu-ld", package=PACKAGE)
    objcopy = tool("aarch64-linux-gnu-objcopy", package=PACKAGE)

    def build(source: str | Path) -> bytes:
        if isinstance(source, Path):
            compiler = tool("aarch64-linux-gnu-gcc", package="gcc-aarch64-linux-gnu")
            plain = tmp_path / "gnu.s"
            include = ("-I", library_path())
            _run(compiler, "-E", "-x", "assembler-with-cpp", *include, source, "-o", plain, cwd=tmp_path)
        else:
            plain = tmp_path / "gnu.s"
            plain.write_text(source)
        _run(assembler, "-I", library_path(), "gnu.s", "-o", "gnu.o", cwd=tmp_path)
        _run(linker, "-T", LAYOUT, "--no-warn-rwx-segments", "gnu.o", "-o", "gnu.elf", cwd=tmp_path)
        _run(objcopy, "-O", "binary", "gnu.elf", "gnu.bin", cwd=tmp_path)
        return (tmp_path / "gnu.bin").read_bytes()

    return build
