"""The numbers of the hypercalls (``public/xen.h``). The module of the same name describes each."""

from enum import IntEnum

HYPERCALL_IMMEDIATE = 0xEA1
"""``HVC #0xEA1`` is a Xen hypercall (``public/arch-arm.h``, XEN_HYPERCALL_TAG)."""


class Hypercall(IntEnum):
    """Numbers in x16 that Xen/Arm's hypercall table has (``public/xen.h``, ``__HYPERVISOR_*``)."""

    HYPERVISOR_platform_op = 7
    HYPERVISOR_memory_op = 12
    HYPERVISOR_multicall = 13
    HYPERVISOR_xen_version = 17
    HYPERVISOR_console_io = 18
    HYPERVISOR_grant_table_op = 20
    HYPERVISOR_vm_assist = 21
    HYPERVISOR_vcpu_op = 24
    HYPERVISOR_sched_op = 29
    HYPERVISOR_event_channel_op = 32
    HYPERVISOR_physdev_op = 33
    HYPERVISOR_hvm_op = 34
    HYPERVISOR_sysctl = 35
    HYPERVISOR_domctl = 36
    HYPERVISOR_dm_op = 41
    HYPERVISOR_hypfs_op = 42
