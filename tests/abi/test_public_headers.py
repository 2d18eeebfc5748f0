"""Every number, offset and size of ``harness.abi`` is what a C compiler makes of Xen's own public headers."""

import os
import struct
import subprocess
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

import pytest

from harness.abi import errno, memory_map, runstate, smccc
from harness.abi.__main__ import ENUMS, LAYOUTS
from harness.abi.hypercalls import numbers
from harness.abi.layout import Layout

HEADERS = Path("/usr/include/xen")
INCLUDES = ("xen", "vcpu", "sched", "version", "features", "errno", "event_channel", "grant_table", "memory")
INCLUDES += ("hvm/params", "hvm/hvm_op", "physdev", "platform", "sysctl", "domctl", "hypfs")

NEWER = {"VCPUOP_register_runstate_phys_area", "VCPUOP_register_vcpu_time_phys_area"}
NEWER |= {"XENFEAT_runstate_phys_area", "XENFEAT_vcpu_time_phys_area"}
NEWER |= {"XENVER_extraversion2", "XENVER_capabilities2", "XENVER_changeset2", "XENVER_commandline2"}
NEWER |= {"XENFEAT_grant_map_identity"}
"""Later than the headers that Debian bookworm has, 4.17's; or, the last, hidden from today's users."""

EXTRA = {"ERESTART"}
"""Shown by the header to Xen itself alone."""

ELSEWHERE = {("vcpu_info", "evtchn_upcall_mask"): "pad0"}
"""Fields that are padding on Arm: x86 has an upcall mask there."""

Evaluate = Callable[[list[str]], list[int]]


@pytest.fixture(scope="module")
def evaluate(tool: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Evaluate:
    """``evaluate(expressions)``: what the AArch64 compiler makes of them, with Xen's headers included."""
    if not (HEADERS / "xen.h").exists():
        message = f"needs {HEADERS}/xen.h (Debian package libxen-dev)"
        if os.environ.get("HARNESS_REQUIRE_TOOLS") == "1":
            pytest.fail(message)
        pytest.skip(message)
    compiler = tool("aarch64-linux-gnu-gcc", package="gcc-aarch64-linux-gnu")
    objcopy = tool("aarch64-linux-gnu-objcopy", package="binutils-aarch64-linux-gnu")
    directory = tmp_path_factory.mktemp("headers")

    def run(expressions: list[str]) -> list[int]:
        lines = [
            "#define __XEN_TOOLS__ 1",
            "#include <stddef.h>",
            "#include <stdint.h>",
            *(f'#include "{HEADERS}/{name}.h"' for name in INCLUDES),
            'const unsigned long long values[] __attribute__((section(".values"))) = {',
            *(f"(unsigned long long)({expression})," for expression in expressions),
            "};",
        ]
        source, built, flat = (directory / name for name in ("values.c", "values.o", "values.bin"))
        source.write_text("\n".join(lines))
        subprocess.run([compiler, "-ffreestanding", "-c", source, "-o", built], check=True)
        subprocess.run([objcopy, "-O", "binary", "-j", ".values", built, flat], check=True)
        return list(struct.unpack(f"<{len(expressions)}Q", flat.read_bytes()))

    return run


def enums() -> list[type[IntEnum]]:
    """The enumerations of Xen's numbers: PSCI's are Arm's, and in none of these headers."""
    return [each for each in ENUMS if each not in (errno.Errno, *vars(smccc).values())]


@pytest.mark.parametrize("enum", enums(), ids=lambda enum: enum.__name__)
def test_every_number_is_xens(enum: type[IntEnum], evaluate: Evaluate) -> None:
    ours = {member.name: int(member) & (1 << 64) - 1 for member in enum if member.name not in NEWER}
    prefix = "__" if enum is numbers.Hypercall else ""
    theirs = evaluate([prefix + name for name in ours])
    assert dict(zip(ours, theirs, strict=True)) == ours


def test_every_error_number_is_xens(evaluate: Evaluate) -> None:
    ours = {error.name: int(error) for error in errno.Errno if error.name not in EXTRA}
    assert dict(zip(ours, evaluate([f"XEN_{name}" for name in ours]), strict=True)) == ours


def test_the_hypercall_tag_and_the_update_flag_are_xens(evaluate: Evaluate) -> None:
    tag, flag = evaluate(["XEN_HYPERCALL_TAG", "XEN_RUNSTATE_UPDATE"])
    assert (tag, flag) == (numbers.HYPERCALL_IMMEDIATE, runstate.XEN_RUNSTATE_UPDATE)


def test_every_place_in_a_guests_memory_is_xens(evaluate: Evaluate) -> None:
    ours = {name: value for name, value in vars(memory_map).items() if name.startswith("GUEST_")}
    assert dict(zip(ours, evaluate(list(ours)), strict=True)) == ours


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_structure_is_laid_out_as_xens(layout: Layout, evaluate: Evaluate) -> None:
    kind = f"struct {layout.name}"
    expressions = [f"sizeof({kind})"]
    for name in layout.fields:
        field = ELSEWHERE.get((layout.name, name), name)
        expressions += [f"offsetof({kind}, {field})", f"sizeof((({kind} *)0)->{field})"]
    size, *pairs = evaluate(expressions)
    assert layout.size == size
    assert dict(zip(layout.fields, zip(pairs[::2], pairs[1::2], strict=True), strict=True)) == layout.fields
