"""Write the assembler's copy of the ABI: ``python -m harness.abi > guest_asm/lib/abi.h``."""

from collections.abc import Iterator
from enum import IntEnum

from harness.abi import errno, event_channels, layouts, memory_map, numbers

ENUMS: tuple[type[IntEnum], ...] = (
    numbers.Hypercall,
    numbers.ConsoleIo,
    numbers.XenVersion,
    numbers.Feature,
    numbers.VcpuOp,
    numbers.Runstate,
    numbers.VmAssistCommand,
    numbers.VmAssist,
    numbers.SchedOp,
    numbers.Shutdown,
    numbers.DomainId,
    numbers.MemoryOp,
    numbers.MapSpace,
    numbers.GrantTableOp,
    numbers.GrantStatus,
    numbers.GrantMap,
    numbers.GrantFlag,
    numbers.GrantCopy,
    numbers.CacheFlush,
    numbers.Psci,
    numbers.PsciResult,
    *event_channels.ENUMS,
    errno.Errno,
)


def _define(name: str, value: int) -> str:
    return f"#define {name:<48} {value if -4096 < value < 4096 else hex(value)}"


def header() -> Iterator[str]:
    """Yield the lines of ``abi.h``: every enumeration, structure and address as ``#define``."""
    yield "/* Xen's public ABI for arm64 guests, written by `python -m harness.abi`: edit harness/abi. */"
    yield "#ifndef HARNESS_ABI_H"
    yield "#define HARNESS_ABI_H"
    yield ""
    yield _define("XEN_HYPERCALL_TAG", numbers.HYPERCALL_IMMEDIATE)
    yield _define("XEN_RUNSTATE_UPDATE_BIT", numbers.XEN_RUNSTATE_UPDATE.bit_length() - 1)
    for enum in ENUMS:
        yield f"\n/* {(enum.__doc__ or '').splitlines()[0]} */"
        for member in enum:
            yield _define(member.name, member.value)
    for layout in (*layouts.LAYOUTS, *event_channels.LAYOUTS):
        yield f"\n/* struct {layout.name} */"
        yield _define(f"{layout.name}_size", layout.size)
        for field, (offset, _) in layout.fields.items():
            yield _define(f"{layout.name}_{field}", offset)
    yield "\n/* Where things are in a domU's guest-physical address space. */"
    for name, value in vars(memory_map).items():
        if name.startswith(("GUEST_", "BOARD_")):
            yield _define(name, value)
    yield ""
    yield "#endif"


if __name__ == "__main__":
    print("\n".join(header()))
