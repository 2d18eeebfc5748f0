"""All hypercalls by number: the one place to look one up."""

from collections.abc import Mapping
from types import MappingProxyType

from harness.abi.hypercalls import (
    console_io,
    dm_op,
    domctl,
    event_channel_op,
    grant_table_op,
    hvm_op,
    hypfs_op,
    memory_op,
    multicall,
    physdev_op,
    platform_op,
    sched_op,
    sysctl,
    vcpu_op,
    vm_assist,
    xen_version,
)
from harness.abi.hypercalls.signature import Signature

SIGNATURES: Mapping[int, Signature] = MappingProxyType(
    {
        int(module.SIGNATURE.number): module.SIGNATURE
        for module in (
            platform_op,
            memory_op,
            multicall,
            xen_version,
            console_io,
            grant_table_op,
            vm_assist,
            vcpu_op,
            sched_op,
            event_channel_op,
            physdev_op,
            hvm_op,
            sysctl,
            domctl,
            dm_op,
            hypfs_op,
        )
    }
)
"""By the number in x16."""
