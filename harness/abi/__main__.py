"""Write the assembler's copy of the ABI: ``python -m harness.abi > guest_asm/lib/abi.h``."""

from collections.abc import Iterator
from enum import IntEnum

from harness.abi import domain_id, errno, memory_map, runstate, shared_info, smccc
from harness.abi.hypercalls import (
    console_io,
    domctl,
    event_channel_op,
    grant_table_op,
    hvm_op,
    hypfs_op,
    memory_op,
    multicall,
    numbers,
    platform_op,
    sched_op,
    sysctl,
    vcpu_op,
    vm_assist,
    xen_version,
)
from harness.abi.layout import Layout

ENUMS: tuple[type[IntEnum], ...] = (
    numbers.Hypercall,
    console_io.ConsoleIo,
    xen_version.XenVersion,
    xen_version.Feature,
    vcpu_op.VcpuOp,
    runstate.Runstate,
    vm_assist.VmAssistCommand,
    vm_assist.VmAssist,
    sched_op.SchedOp,
    sched_op.Shutdown,
    domain_id.DomainId,
    memory_op.MemoryOp,
    memory_op.MapSpace,
    grant_table_op.GrantTableOp,
    grant_table_op.GrantStatus,
    grant_table_op.GrantMap,
    grant_table_op.GrantFlag,
    grant_table_op.GrantCopy,
    grant_table_op.CacheFlush,
    smccc.Psci,
    smccc.PsciResult,
    event_channel_op.EventChannelOp,
    event_channel_op.EventChannelStatus,
    event_channel_op.Virq,
    event_channel_op.FifoWord,
    event_channel_op.FifoPriority,
    hvm_op.HvmOp,
    hvm_op.HvmParam,
    errno.Errno,
    hypfs_op.HypfsOp,
    smccc.Psci01,
    smccc.SmcccFunction,
)
"""The enumerations to write, in this order."""

LAYOUTS: tuple[Layout, ...] = (
    runstate.VCPU_RUNSTATE_INFO,
    vcpu_op.VCPU_REGISTER_RUNSTATE_MEMORY_AREA,
    sched_op.SCHED_SHUTDOWN,
    sched_op.SCHED_POLL,
    shared_info.VCPU_INFO,
    shared_info.SHARED_INFO,
    vcpu_op.VCPU_REGISTER_VCPU_INFO,
    multicall.MULTICALL_ENTRY,
    xen_version.XEN_FEATURE_INFO,
    memory_op.XEN_MEMORY_RESERVATION,
    memory_op.XEN_MEMORY_EXCHANGE,
    memory_op.XEN_ADD_TO_PHYSMAP,
    memory_op.XEN_ADD_TO_PHYSMAP_BATCH,
    memory_op.XEN_REMOVE_FROM_PHYSMAP,
    memory_op.XEN_MEM_ACQUIRE_RESOURCE,
    grant_table_op.GNTTAB_MAP_GRANT_REF,
    grant_table_op.GNTTAB_UNMAP_GRANT_REF,
    grant_table_op.GNTTAB_UNMAP_AND_REPLACE,
    grant_table_op.GNTTAB_SETUP_TABLE,
    grant_table_op.GNTTAB_TRANSFER,
    grant_table_op.GNTTAB_COPY,
    grant_table_op.GNTTAB_QUERY_SIZE,
    grant_table_op.GNTTAB_GET_STATUS_FRAMES,
    grant_table_op.GNTTAB_GET_VERSION,
    grant_table_op.GNTTAB_SWAP_GRANT_REF,
    grant_table_op.GNTTAB_CACHE_FLUSH,
    grant_table_op.GRANT_ENTRY_V1,
    event_channel_op.EVTCHN_ALLOC_UNBOUND,
    event_channel_op.EVTCHN_BIND_INTERDOMAIN,
    event_channel_op.EVTCHN_BIND_VIRQ,
    event_channel_op.EVTCHN_BIND_PIRQ,
    event_channel_op.EVTCHN_BIND_IPI,
    event_channel_op.EVTCHN_CLOSE,
    event_channel_op.EVTCHN_SEND,
    event_channel_op.EVTCHN_STATUS,
    event_channel_op.EVTCHN_BIND_VCPU,
    event_channel_op.EVTCHN_UNMASK,
    event_channel_op.EVTCHN_RESET,
    event_channel_op.EVTCHN_INIT_CONTROL,
    event_channel_op.EVTCHN_EXPAND_ARRAY,
    event_channel_op.EVTCHN_SET_PRIORITY,
    event_channel_op.EVTCHN_FIFO_CONTROL_BLOCK,
    hvm_op.XEN_HVM_PARAM,
    platform_op.XEN_PLATFORM_OP,
    sysctl.XEN_SYSCTL,
    domctl.XEN_DOMCTL,
)
"""The structures to write, in this order."""


def _define(name: str, value: int) -> str:
    return f"#define {name:<48} {value if -4096 < value < 4096 else hex(value)}"


def header() -> Iterator[str]:
    """Yield the lines of ``abi.h``: every enumeration, structure and address as ``#define``."""
    yield "/* Xen's public ABI for arm64 guests, written by `python -m harness.abi`: edit harness/abi. */"
    yield "#ifndef HARNESS_ABI_H"
    yield "#define HARNESS_ABI_H"
    yield ""
    yield _define("XEN_HYPERCALL_TAG", numbers.HYPERCALL_IMMEDIATE)
    yield _define("XEN_RUNSTATE_UPDATE_BIT", runstate.XEN_RUNSTATE_UPDATE.bit_length() - 1)
    for enum in ENUMS:
        yield f"\n/* {(enum.__doc__ or '').splitlines()[0]} */"
        for member in enum:
            yield _define(member.name, member.value)
    for layout in LAYOUTS:
        yield f"\n/* struct {layout.name} */"
        yield _define(f"{layout.name}_size", layout.size)
        for field, (offset, _) in layout.fields.items():
            yield _define(f"{layout.name}_{field}", offset)
    yield "\n/* Where things are in a domU's guest-physical address space. */"
    for name, value in vars(memory_map).items():
        if name.startswith(("GUEST_", "BOARD_")) and isinstance(value, int):
            yield _define(name, value)
    yield ""
    yield "#endif"


if __name__ == "__main__":
    print("\n".join(header()))
