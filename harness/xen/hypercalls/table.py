"""The handler of each hypercall number (``arm_hypercall_table`` in ``xen/arch/arm/traps.c``)."""

from harness.abi.hypercalls.numbers import Hypercall
from harness.xen.hypercalls.call import Handler
from harness.xen.hypercalls.console_io import console_io
from harness.xen.hypercalls.dm_op import dm_op
from harness.xen.hypercalls.domctl import domctl
from harness.xen.hypercalls.event_channel_op import event_channel_op
from harness.xen.hypercalls.grant_table_op import grant_table_op
from harness.xen.hypercalls.hvm_op import hvm_op
from harness.xen.hypercalls.hypfs_op import hypfs_op
from harness.xen.hypercalls.memory_op import memory_op
from harness.xen.hypercalls.multicall import Multicall
from harness.xen.hypercalls.physdev_op import physdev_op
from harness.xen.hypercalls.platform_op import platform_op
from harness.xen.hypercalls.sched_op import sched_op
from harness.xen.hypercalls.sysctl import sysctl
from harness.xen.hypercalls.vcpu_op import vcpu_op
from harness.xen.hypercalls.vm_assist import vm_assist
from harness.xen.hypercalls.xen_version import xen_version

TABLE: dict[int, Handler] = {
    int(Hypercall.HYPERVISOR_xen_version): xen_version,
    int(Hypercall.HYPERVISOR_console_io): console_io,
    int(Hypercall.HYPERVISOR_vm_assist): vm_assist,
    int(Hypercall.HYPERVISOR_vcpu_op): vcpu_op,
    int(Hypercall.HYPERVISOR_sched_op): sched_op,
    int(Hypercall.HYPERVISOR_event_channel_op): event_channel_op,
    int(Hypercall.HYPERVISOR_hvm_op): hvm_op,
    int(Hypercall.HYPERVISOR_memory_op): memory_op,
    int(Hypercall.HYPERVISOR_grant_table_op): grant_table_op,
    int(Hypercall.HYPERVISOR_physdev_op): physdev_op,
    int(Hypercall.HYPERVISOR_platform_op): platform_op,
    int(Hypercall.HYPERVISOR_sysctl): sysctl,
    int(Hypercall.HYPERVISOR_domctl): domctl,
    int(Hypercall.HYPERVISOR_dm_op): dm_op,
    int(Hypercall.HYPERVISOR_hypfs_op): hypfs_op,
}
TABLE[int(Hypercall.HYPERVISOR_multicall)] = Multicall(TABLE)
"""By the number in x16, of which all 64 bits count; any other number is -ENOSYS."""
