"""Where a guest lies in its memory."""

import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import harness
from harness.errors import InputError
from harness.guest import assemble, elf_format, load
from harness.guest.elf_writer import to_elf
from harness.pytest_plugin import Boot
from harness.xen.outcome import End

HELLO = Path(__file__).parents[2] / "guest_asm" / "hello.S"

SCRIPT = """
SECTIONS
{
    . = 0xffffff8000000000;
    .all : AT(0x42000000) { *(.text) *(.rodata) *(.data) *(.bss) }
}
"""


def test_an_image_lies_at_its_text_offset_from_the_start_of_memory(xen_machine: Boot) -> None:
    source = HELLO.read_text()
    machine = xen_machine(source)
    assert machine.symbol("_start") == 0x4000_0000
    assert machine.vcpu().cpu.pc == 0x4000_0000


def test_an_elf_goes_to_the_physical_address_that_it_names(
    xen_machine: Boot, tool: Callable[..., str], tmp_path: Path
) -> None:
    linker = tool("aarch64-linux-gnu-ld", package="binutils-aarch64-linux-gnu")
    compiler = tool("aarch64-linux-gnu-gcc", package="gcc-aarch64-linux-gnu")
    assert shutil.which(compiler)
    script, object_file, elf = (tmp_path / name for name in ("all.ld", "hello.o", "hello.elf"))
    script.write_text(SCRIPT)
    library = ["-I", str(HELLO.parent)]
    subprocess.run([compiler, "-c", *library, str(HELLO), "-o", str(object_file)], check=True)
    subprocess.run([linker, "-T", str(script), str(object_file), "-o", str(elf), "-e", "_start"], check=True)
    machine = xen_machine(elf)
    assert machine.vcpu().cpu.pc == 0x4200_0000
    assert machine.run().end is End.SHUTDOWN
    assert machine.console.startswith(b"Hello")


def elf_at(address: int, kind: int, path: Path) -> Path:
    """An ELF of that type, linked to an address, that waits for ever."""
    data = bytearray(to_elf(assemble("_start: b .", base=address)))
    struct.pack_into("<H", data, 16, kind)
    path.write_bytes(data)
    return path


def test_an_elf_that_can_lie_only_outside_of_memory_is_refused_with_both_ranges(tmp_path: Path) -> None:
    path = elf_at(0x80000, elf_format.EXECUTABLE, tmp_path / "low.elf")
    with pytest.raises(InputError) as refused:
        harness.boot(path)
    assert str(refused.value) == (
        "low: this ELF is linked to addresses 0x80000 to 0x80003, and memory is 0x40000000 to 0x43ffffff: "
        "link it into that (ld -Ttext=0x40200000), or as position independent (ET_DYN, ld -pie)"
    )


@pytest.mark.parametrize(
    ("address", "kind", "entry"),
    [
        (0x80000, elf_format.SHARED, 0x4000_0000),
        (0x4020_0000, elf_format.EXECUTABLE, 0x4020_0000),
        (0x4020_0000, elf_format.SHARED, 0x4020_0000),
    ],
)
def test_an_elf_lies_where_it_can_run(address: int, kind: int, entry: int, xen_machine: Boot, tmp_path: Path) -> None:
    assert xen_machine(elf_at(address, kind, tmp_path / "a.elf")).vcpu().cpu.pc == entry


def test_an_elf_that_harness_asm_writes_may_lie_anywhere(xen_machine: Boot, tmp_path: Path) -> None:
    (tmp_path / "hello.elf").write_bytes(to_elf(load(HELLO)))
    machine = xen_machine(tmp_path / "hello.elf", dom0=True)
    assert machine.run().end is End.SHUTDOWN
    assert machine.console.startswith(b"Hello")


def test_the_initrd_lies_above_the_device_tree_and_is_whole(xen_machine: Boot) -> None:
    initrd = bytes(range(256)) * 20
    machine = xen_machine(HELLO, initrd=initrd)
    assert machine.domain.device_tree == 0x43C0_0000
    assert machine.read_ipa(0x43E0_0000, len(initrd)) == initrd
