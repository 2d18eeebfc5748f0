"""What the arguments of calls are called and what they point at: data for :mod:`harness.debug.call_words`.

Parameters and structures are those of Xen's public headers (``public/*.h``); SMCCC functions those of Arm DEN 0022
(PSCI) and DEN 0028.
"""

from enum import IntEnum

from harness.abi import event_channels as events
from harness.abi import layouts
from harness.abi.event_channels import EventChannelOp, HvmOp
from harness.abi.layouts import Layout
from harness.abi.numbers import (
    ConsoleIo,
    GrantTableOp,
    Hypercall,
    MemoryOp,
    Psci,
    SchedOp,
    VcpuOp,
    VmAssistCommand,
    XenVersion,
)
from harness.xen.firmware import psci, smccc

PARAMETERS: dict[int, tuple[str, ...]] = {
    Hypercall.HYPERVISOR_platform_op: ("arg",),
    Hypercall.HYPERVISOR_memory_op: ("cmd", "arg"),
    Hypercall.HYPERVISOR_multicall: ("list", "count"),
    Hypercall.HYPERVISOR_xen_version: ("cmd", "arg"),
    Hypercall.HYPERVISOR_console_io: ("cmd", "count", "buffer"),
    Hypercall.HYPERVISOR_grant_table_op: ("cmd", "arg", "count"),
    Hypercall.HYPERVISOR_vm_assist: ("cmd", "type"),
    Hypercall.HYPERVISOR_vcpu_op: ("cmd", "vcpuid", "arg"),
    Hypercall.HYPERVISOR_sched_op: ("cmd", "arg"),
    Hypercall.HYPERVISOR_event_channel_op: ("cmd", "arg"),
    Hypercall.HYPERVISOR_physdev_op: ("cmd", "arg"),
    Hypercall.HYPERVISOR_hvm_op: ("cmd", "arg"),
    Hypercall.HYPERVISOR_sysctl: ("arg",),
    Hypercall.HYPERVISOR_domctl: ("arg",),
    Hypercall.HYPERVISOR_dm_op: ("domid", "count", "buffers"),
    Hypercall.HYPERVISOR_hypfs_op: ("cmd", "arg1", "arg2", "arg3", "arg4"),
}
"""By hypercall number, what x0 and the registers after it are."""

COMMANDS: dict[int, type[IntEnum]] = {
    Hypercall.HYPERVISOR_memory_op: MemoryOp,
    Hypercall.HYPERVISOR_xen_version: XenVersion,
    Hypercall.HYPERVISOR_console_io: ConsoleIo,
    Hypercall.HYPERVISOR_grant_table_op: GrantTableOp,
    Hypercall.HYPERVISOR_vm_assist: VmAssistCommand,
    Hypercall.HYPERVISOR_vcpu_op: VcpuOp,
    Hypercall.HYPERVISOR_sched_op: SchedOp,
    Hypercall.HYPERVISOR_event_channel_op: EventChannelOp,
    Hypercall.HYPERVISOR_hvm_op: HvmOp,
}
"""By hypercall number, the commands of its first argument, which Xen looks at as 32 bits."""

COMMAND_BITS: dict[int, int] = {Hypercall.HYPERVISOR_memory_op: 6}
"""How many bits the command has where the bits above say how far a call has come (``MEMOP_EXTENT_SHIFT``)."""

_AREA = layouts.VCPU_REGISTER_RUNSTATE_MEMORY_AREA
STRUCTURES: dict[int, dict[int, Layout]] = {
    Hypercall.HYPERVISOR_vcpu_op: {
        VcpuOp.VCPUOP_register_runstate_memory_area: _AREA,
        VcpuOp.VCPUOP_register_runstate_phys_area: _AREA,
        VcpuOp.VCPUOP_register_vcpu_info: layouts.VCPU_REGISTER_VCPU_INFO,
    },
    Hypercall.HYPERVISOR_sched_op: {
        SchedOp.SCHEDOP_shutdown: layouts.SCHED_SHUTDOWN,
        SchedOp.SCHEDOP_shutdown_code: layouts.SCHED_SHUTDOWN,
        SchedOp.SCHEDOP_poll: layouts.SCHED_POLL,
    },
    Hypercall.HYPERVISOR_xen_version: {XenVersion.XENVER_get_features: layouts.XEN_FEATURE_INFO},
    Hypercall.HYPERVISOR_memory_op: {
        MemoryOp.XENMEM_increase_reservation: layouts.XEN_MEMORY_RESERVATION,
        MemoryOp.XENMEM_decrease_reservation: layouts.XEN_MEMORY_RESERVATION,
        MemoryOp.XENMEM_populate_physmap: layouts.XEN_MEMORY_RESERVATION,
        MemoryOp.XENMEM_exchange: layouts.XEN_MEMORY_EXCHANGE,
        MemoryOp.XENMEM_add_to_physmap: layouts.XEN_ADD_TO_PHYSMAP,
        MemoryOp.XENMEM_add_to_physmap_batch: layouts.XEN_ADD_TO_PHYSMAP_BATCH,
        MemoryOp.XENMEM_remove_from_physmap: layouts.XEN_REMOVE_FROM_PHYSMAP,
        MemoryOp.XENMEM_acquire_resource: layouts.XEN_MEM_ACQUIRE_RESOURCE,
    },
    Hypercall.HYPERVISOR_grant_table_op: {
        GrantTableOp.GNTTABOP_map_grant_ref: layouts.GNTTAB_MAP_GRANT_REF,
        GrantTableOp.GNTTABOP_unmap_grant_ref: layouts.GNTTAB_UNMAP_GRANT_REF,
        GrantTableOp.GNTTABOP_unmap_and_replace: layouts.GNTTAB_UNMAP_AND_REPLACE,
        GrantTableOp.GNTTABOP_setup_table: layouts.GNTTAB_SETUP_TABLE,
        GrantTableOp.GNTTABOP_transfer: layouts.GNTTAB_TRANSFER,
        GrantTableOp.GNTTABOP_copy: layouts.GNTTAB_COPY,
        GrantTableOp.GNTTABOP_query_size: layouts.GNTTAB_QUERY_SIZE,
        GrantTableOp.GNTTABOP_get_status_frames: layouts.GNTTAB_GET_STATUS_FRAMES,
        GrantTableOp.GNTTABOP_get_version: layouts.GNTTAB_GET_VERSION,
        GrantTableOp.GNTTABOP_swap_grant_ref: layouts.GNTTAB_SWAP_GRANT_REF,
        GrantTableOp.GNTTABOP_cache_flush: layouts.GNTTAB_CACHE_FLUSH,
    },
    Hypercall.HYPERVISOR_event_channel_op: {
        EventChannelOp.EVTCHNOP_bind_interdomain: events.EVTCHN_BIND_INTERDOMAIN,
        EventChannelOp.EVTCHNOP_bind_virq: events.EVTCHN_BIND_VIRQ,
        EventChannelOp.EVTCHNOP_bind_pirq: events.EVTCHN_BIND_PIRQ,
        EventChannelOp.EVTCHNOP_close: events.EVTCHN_CLOSE,
        EventChannelOp.EVTCHNOP_send: events.EVTCHN_SEND,
        EventChannelOp.EVTCHNOP_status: events.EVTCHN_STATUS,
        EventChannelOp.EVTCHNOP_alloc_unbound: events.EVTCHN_ALLOC_UNBOUND,
        EventChannelOp.EVTCHNOP_bind_ipi: events.EVTCHN_BIND_IPI,
        EventChannelOp.EVTCHNOP_bind_vcpu: events.EVTCHN_BIND_VCPU,
        EventChannelOp.EVTCHNOP_unmask: events.EVTCHN_UNMASK,
        EventChannelOp.EVTCHNOP_reset: events.EVTCHN_RESET,
        EventChannelOp.EVTCHNOP_init_control: events.EVTCHN_INIT_CONTROL,
        EventChannelOp.EVTCHNOP_expand_array: events.EVTCHN_EXPAND_ARRAY,
        EventChannelOp.EVTCHNOP_set_priority: events.EVTCHN_SET_PRIORITY,
    },
    Hypercall.HYPERVISOR_hvm_op: {
        HvmOp.HVMOP_set_param: events.XEN_HVM_PARAM,
        HvmOp.HVMOP_get_param: events.XEN_HVM_PARAM,
    },
}
"""By hypercall number and command, what the argument called ``arg`` points at (the first one, where ``count`` says)."""

SMCCC_FUNCTIONS: dict[int, str] = {
    **{int(function): function.name for function in Psci},
    psci.PSCI_0_1_CPU_OFF: "PSCI_0_1_CPU_OFF",
    psci.PSCI_0_1_CPU_ON: "PSCI_0_1_CPU_ON",
    psci.SMCCC_VERSION: "SMCCC_VERSION",
    smccc.SMCCC_ARCH_FEATURES: "SMCCC_ARCH_FEATURES",
    smccc.SMCCC_WORKAROUND_1: "SMCCC_ARCH_WORKAROUND_1",
    smccc.SMCCC_WORKAROUND_2: "SMCCC_ARCH_WORKAROUND_2",
    smccc.SMCCC_WORKAROUND_3: "SMCCC_ARCH_WORKAROUND_3",
    smccc.STANDARD_CALL_COUNT: "standard service call count",
    smccc.STANDARD_CALL_UID: "standard service call UID",
    smccc.STANDARD_CALL_REVISION: "standard service call revision",
}
"""By function identifier, the low 32 bits of x0."""

_CPU_ON = ("target_cpu", "entry_point_address", "context_id")
_SUSPEND = ("power_state", "entry_point_address", "context_id")
_AFFINITY = ("target_affinity", "lowest_affinity_level")
SMCCC_PARAMETERS: dict[int, tuple[str, ...]] = {
    Psci.PSCI_CPU_ON_32: _CPU_ON,
    Psci.PSCI_CPU_ON_64: _CPU_ON,
    psci.PSCI_0_1_CPU_ON: _CPU_ON[:2],
    Psci.PSCI_CPU_SUSPEND_32: _SUSPEND,
    Psci.PSCI_CPU_SUSPEND_64: _SUSPEND,
    Psci.PSCI_AFFINITY_INFO_32: _AFFINITY,
    Psci.PSCI_AFFINITY_INFO_64: _AFFINITY,
    Psci.PSCI_FEATURES: ("psci_func_id",),
    smccc.SMCCC_ARCH_FEATURES: ("arch_func_id",),
}
"""By function identifier, what x1 and the registers after it are."""
