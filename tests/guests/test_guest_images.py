"""What every guest's image promises to its loader, and what the library's page descriptors say."""

import struct
from pathlib import Path

import pytest

from harness.guest import assemble, load

SOURCES = Path(__file__).parents[2] / "guest_asm"
GUESTS = sorted([*SOURCES.glob("*.S"), *SOURCES.glob("claims/[0-9]*.S")])

NOT_GLOBAL = 1 << 11
USER = 1 << 6
READ_ONLY = 1 << 7
PXN = 1 << 53
UXN = 1 << 54


def descriptors(kpti: bool) -> dict[str, int]:
    """Return the library's descriptors by name, as the assembler sees them."""
    names = ["KERNEL_TEXT", "KERNEL_RODATA", "KERNEL_DATA", "TRAMPOLINE_TEXT", "USER_TEXT", "USER_DATA"]
    lines = ["#define KPTI"] * kpti + ['#include "lib/layout.h"', ".text"] + [f".quad {name}" for name in names]
    flat = assemble("\n".join(lines) + "\n").flat()
    return dict(zip(names, struct.unpack(f"<{len(names)}Q", flat), strict=True))


@pytest.mark.parametrize("path", GUESTS, ids=lambda path: path.stem)
def test_the_image_header_tells_a_loader_what_it_must_know(path: Path) -> None:
    flat = load(path).flat()
    _, text_offset, image_size, flags = struct.unpack_from("<QQQQ", flat)
    assert flat[56:60] == b"ARM\x64"
    assert text_offset == 0
    assert len(flat) < image_size <= 1 << 20, "what comes behind in the kernel's 2 MiB is WINDOW_VA's"
    assert flags == 0b1010, "little-endian, 4 KiB pages, anywhere in memory"


def test_under_kpti_no_kernel_mapping_is_global_but_the_trampolines() -> None:
    kernel = {name for name, value in descriptors(kpti=True).items() if not value & NOT_GLOBAL}
    assert kernel == {"TRAMPOLINE_TEXT"}


def test_without_kpti_the_kernels_mappings_are_global() -> None:
    kernel = {name for name, value in descriptors(kpti=False).items() if not value & NOT_GLOBAL}
    assert kernel == {"KERNEL_TEXT", "KERNEL_RODATA", "KERNEL_DATA", "TRAMPOLINE_TEXT"}


@pytest.mark.parametrize("kpti", [False, True])
def test_nothing_is_both_writable_and_executable_and_user_mode_gets_no_kernel_page(kpti: bool) -> None:
    for name, value in descriptors(kpti).items():
        if not value & READ_ONLY:
            assert value & PXN, name
            assert value & UXN, name
        assert bool(value & USER) == name.startswith("USER"), name
        assert value & UXN or name == "USER_TEXT", name
