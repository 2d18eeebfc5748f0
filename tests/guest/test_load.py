"""Loading guests: the format is recognised by content, and a fault is reported in one line."""

import contextlib
import gzip
import lzma
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.debug.trace import perfetto_packets
from harness.errors import InputError
from harness.guest import Guest, assemble, library_path, load
from harness.guest.elf_writer import to_elf

SOURCE = """
LINK_BASE = 0x40000000
    .global _start, message
    .type main, %function
_start: b main
main:   ldr x0, =message
        ret
        .size main, . - main
        .section .rodata
message: .asciz "hi"
        .data
        .word 7
        .bss
        .balign 64
area:   .space 100
"""
IMAGE_HEADER = struct.pack("<IIQQQQQQ4sI", 0x14000010, 0, 0x80000, 0x20000, 0xA, 0, 0, 0, b"ARM\x64", 0)


@pytest.fixture
def elf(tmp_path: Path) -> Path:
    path = tmp_path / "guest"
    path.write_bytes(to_elf(assemble(SOURCE)))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


def patched(elf: Path, offset: int, data: bytes) -> Path:
    content = bytearray(elf.read_bytes())
    content[offset : offset + len(data)] = data
    elf.write_bytes(content)
    return elf


def test_an_elf_keeps_memory_symbols_and_entry(elf: Path) -> None:
    original, loaded = assemble(SOURCE), load(elf)
    assert loaded.kind == "elf"
    assert loaded.flat() == original.flat()
    assert (loaded.entry, loaded.base, loaded.image_size) == (0x40000000, 0x40000000, original.image_size)
    assert loaded.symbols == original.symbols
    assert loaded.symbol_info["main"].size == 8
    assert loaded.symbol_info["message"].binding == "global"
    assert loaded.nearest(0x40000008) == "main+0x4"


def test_an_elf_that_gnu_linked_is_loaded(gnu: Callable[..., bytes], tmp_path: Path) -> None:
    image = gnu(SOURCE + ".global LINK_BASE\n")
    guest = load(tmp_path / "gnu.elf")
    assert guest.kind == "elf"
    assert guest.flat() == image
    assert guest.symbols["main"] == 0x40000004


def test_an_image_is_known_by_its_magic_number(tmp_path: Path) -> None:
    path = tmp_path / "Image"
    path.write_bytes(IMAGE_HEADER + bytes(100))
    guest = load(path)
    assert (guest.kind, guest.text_offset, guest.image_size) == ("image", 0x80000, 0x20000)
    assert (guest.entry, guest.base, guest.flat()) == (0, 0, IMAGE_HEADER + bytes(100))


def test_an_image_larger_than_it_says_needs_its_file(tmp_path: Path) -> None:
    path = tmp_path / "Image"
    path.write_bytes(IMAGE_HEADER + bytes(0x30000))
    assert load(path).image_size == 0x30040


def test_anything_else_is_flat(tmp_path: Path) -> None:
    path = tmp_path / "code.bin"
    path.write_bytes(bytes.fromhex("1f2003d5"))
    assert load(str(path)) == Guest(
        name="code", kind="flat", segments=load(path).segments, entry=0, base=0, text_offset=0, image_size=4
    )


def test_a_big_endian_image_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "Image"
    path.write_bytes(IMAGE_HEADER[:24] + b"\x0b" + IMAGE_HEADER[25:])
    assert "big-endian" in refusal(path)


def test_a_missing_file_a_directory_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert "No such file" in refusal(tmp_path / "none")
    assert "No such file" in refusal(tmp_path / "none.S")
    assert "directory" in refusal(tmp_path)
    assert "empty" in refusal(tmp_path / "empty")


@pytest.mark.parametrize("name", ["kernel", "kernel.asm", "kernel.txt"])
def test_source_by_another_name_is_told_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("    mov x0, #1 // ü\n    ret\n")
    assert "name it .S" in refusal(tmp_path / name)


@pytest.mark.parametrize(
    ("offset", "data", "message"),
    [
        (18, b"\x3e\x00", "ELF of another machine (x86-64); it must be AArch64"),
        (18, b"\x28\x00", "ELF of another machine (Arm (32-bit)); it must be AArch64"),
        (16, b"\x01\x00", "relocatable, not an executable"),
        (4, b"\x01", "not 32-bit, little-endian"),
        (5, b"\x02", "ELF of another machine (number 46848)"),
        (4, b"\x07", "damaged ELF"),
        (54, b"\x20", "damaged ELF file: table entries of 32 bytes, not 56"),
        (24, b"\x00\x00\x00\x50", "entry point 0x50000000 is in no segment"),
        (56, b"\x00\x00", "nothing to load"),
        (64 + 8, b"\xff\xff\xff\x00", "cut short"),
        (64 + 40, b"\x01\x00", "impossible sizes"),
        (64 + 40, b"\x00\x00\x10", "overlap"),
        (64 + 16, b"\xff" * 8, "impossible sizes"),
    ],
)
def test_an_elf_that_cannot_be_a_guest_is_refused(elf: Path, offset: int, data: bytes, message: str) -> None:
    assert message in refusal(patched(elf, offset, data))


def test_an_elf_cut_anywhere_is_refused_or_loaded_whole(elf: Path) -> None:
    content = elf.read_bytes()
    for size in (*range(4, 700, 7), 0x1000, 0x1004, len(content) - 600, len(content) - 64, len(content) - 1):
        elf.write_bytes(content[:size])
        assert "ELF" in refusal(elf)


def test_no_damaged_elf_header_makes_a_traceback(elf: Path) -> None:
    content = elf.read_bytes()
    tables = [*range(64 + 56 * 4), *range(len(content) - 64 * 8, len(content))]
    for offset in tables:
        elf.write_bytes(content[:offset] + bytes([content[offset] ^ 0xFF]) + content[offset + 1 :])
        with contextlib.suppress(InputError):  # any other exception is the failure
            load(elf)


def test_binutils_read_what_is_written(elf: Path, tool: Callable[..., str]) -> None:
    package = "binutils-aarch64-linux-gnu"

    def say(name: str, *arguments: str) -> str:
        command = [tool(f"aarch64-linux-gnu-{name}", package=package), *arguments, str(elf)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        return done.stdout

    assert "0000000040000004 t main" in say("nm")
    assert "0000000040000000 a LINK_BASE" in say("nm")
    disassembly = say("objdump", "-d")
    assert "<main>:" in disassembly
    assert "d65f03c0 \tret" in disassembly
    assert "Entry point address:               0x40000000" in say("readelf", "-a", "-W")


def test_loading_imports_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    path = tmp_path / "code.bin"
    path.write_bytes(bytes(8))
    heavy = ("keystone", "pcpp", "elftools", "ctypes", "subprocess", "click", "harness.guest.asm")
    script = f"""
import sys
from harness.guest import load
load({str(path)!r})
print([name for name in {heavy!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_library_travels_with_an_installed_package(tmp_path: Path) -> None:
    """Lay the package out as a wheel does, and assemble somebody's source from an empty directory."""
    import harness

    site, empty = tmp_path / "site", tmp_path / "empty"
    site.mkdir()
    empty.mkdir()
    (site / "harness").mkdir()
    for entry in Path(harness.__file__).parent.iterdir():
        (site / "harness" / entry.name).symlink_to(entry)
    (site / "harness" / "guest").unlink()
    (site / "harness" / "guest").mkdir()
    for entry in (Path(harness.__file__).parent / "guest").iterdir():
        if entry.suffix == ".py":
            (site / "harness" / "guest" / entry.name).write_bytes(entry.read_bytes())
    (site / "harness" / "guest" / "asm").symlink_to(Path(harness.__file__).parent / "guest" / "asm")
    (site / "harness" / "guest_asm").symlink_to(library_path())
    (empty / "mine.S").write_text((library_path() / "hello.S").read_text())
    script = f"""
import sys
sys.path.insert(0, {str(site)!r})
from harness.guest import library_path, load
print(library_path())
print(len(load("mine.S").flat()))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=empty)
    assert done.stdout.split() == [str(site / "harness" / "guest_asm"), str(len(load(empty / "mine.S").flat()))]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (gzip.compress(bytes(100), mtime=0), "this is compressed with gzip: unpack it first"),
        (lzma.compress(bytes(100)), "this is compressed with xz: unpack it first"),
        (perfetto_packets.BEGINS + bytes(100), "this is a trace for Perfetto, not a guest"),
        (bytes.fromhex("d00dfeed") + bytes(100), "this is a device tree, not a guest"),
    ],
    ids=["gzip", "xz", "perfetto", "device tree"],
)
def test_what_cannot_be_a_flat_binary_is_told_by_its_beginning(content: bytes, what: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(InputError, match=f"file: {what}"):
        load(tmp_path / "file")
