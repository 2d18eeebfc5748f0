"""``harness asm``: files written whole or not at all, and exit statuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.guest import assemble, library_path, load

IMAGE = library_path() / "hello.S"


def asm(directory: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from harness.cli import main; main()", "asm", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, env=environment)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_an_image_is_written_beside_nothing_else(tmp_path: Path) -> None:
    done = asm(tmp_path, IMAGE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert names(tmp_path) == ["hello.img"]
    assert (tmp_path / "hello.img").read_bytes() == load(IMAGE).flat()
    assert load(tmp_path / "hello.img").kind == "image"


def test_a_source_without_a_header_makes_a_flat_binary(tmp_path: Path) -> None:
    (tmp_path / "a.s").write_text("nop\n")
    assert asm(tmp_path, "a.s").returncode == 0
    assert (tmp_path / "a.bin").read_bytes().hex() == "1f2003d5"


def test_an_elf_and_a_listing_are_written_where_told(tmp_path: Path) -> None:
    done = asm(tmp_path, IMAGE, "--elf", "-o", "k.elf", "--listing", "k.lst")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert load(tmp_path / "k.elf").flat() == load(IMAGE).flat()
    assert "kernel_main:" in (tmp_path / "k.lst").read_text()
    assert names(tmp_path) == ["k.elf", "k.lst"]


def test_a_listing_shows_address_bytes_section_and_source(tmp_path: Path) -> None:
    (tmp_path / "a.S").write_text('start: mov x0, #ONE\n.data\nd: .space 100, 0xaa\n.asciz "hi"\n.bss\n.space 9\n')
    done = asm(tmp_path, "a.S", "--listing", "-", "-D", "ONE", "-o", "out")
    assert done.stderr == ""
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["address", "bytes", "section", "source"],
        ["0000000000000000", "start:"],
        ["0000000000000000", "d2800020", ".text", "a.S:1", "start:", "mov", "x0,", "#ONE"],
        ["0000000000000004", "d:"],
        ["0000000000000004", "a" * 16, ".data", "a.S:3", "d:", ".space", "100,", "0xaa"],
        ["000000000000000c", "a" * 16],
        ["0000000000000014", "a" * 16],
        ["000000000000001c", "a" * 16],
        ["...", "68", "more", "bytes"],
        ["0000000000000068", "686900", ".data", "a.S:4", ".asciz", '"hi"'],
        ["0000000000000070", "(9", "bytes)", ".bss", "a.S:6", ".space", "9"],
        [],
        ["value", "symbol"],
        ["0000000000000000", "start"],
        ["0000000000000004", "d"],
    ]  # fmt: skip


def test_include_directories_and_definitions_are_honoured(tmp_path: Path) -> None:
    (tmp_path / "inc").mkdir()
    (tmp_path / "inc" / "v.h").write_text("#define V (N + M)\n")
    (tmp_path / "a.S").write_text('#include "v.h"\n.byte V\n')
    assert asm(tmp_path, "a.S", "-I", "inc", "-D", "N=4", "-DM").returncode == 0
    assert (tmp_path / "a.bin").read_bytes() == b"\5"


def test_bad_assembly_has_status_3_and_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.S").write_text("nop\nfrob x0\nb nowhere\n")
    (tmp_path / "a.bin").write_text("precious")
    done = asm(tmp_path, "a.S", "--listing", "a.lst")
    assert (done.returncode, done.stdout) == (3, "")
    assert "a.S:2: unknown instruction `frob'" in done.stderr
    assert "a.S:3: undefined symbol `nowhere'" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "a.bin").read_text() == "precious"
    assert names(tmp_path) == ["a.S", "a.bin"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["none.S"], 3, "none.S: No such file"),
        (["a.txt"], 3, "its name ends in .S or .s"),
        (["a.S", "-o", "none/out"], 3, "none/out: cannot be written: there is no directory none"),
        (["a.S", "-o", "a.S"], 3, "this is the same file as SOURCE a.S"),
        (["a.S", "--listing", "a.S"], 3, "this is the same file as SOURCE a.S"),
        (["a.S", "-D", "1=2"], 2, "is not NAME or NAME=VALUE"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, arguments: list[str], status: int, message: str) -> None:
    (tmp_path / "a.S").write_text("nop\n")
    done = asm(tmp_path, *arguments)
    assert done.returncode == status
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert names(tmp_path) == ["a.S"]
    assert (tmp_path / "a.S").read_text() == "nop\n"


def test_the_output_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "a.S").write_text("nop\n")
    asm(tmp_path, "a.S")
    assert (tmp_path / "a.bin").stat().st_mode == (tmp_path / "a.S").stat().st_mode
    assert (tmp_path / "a.bin").read_bytes() == assemble("nop").flat()
