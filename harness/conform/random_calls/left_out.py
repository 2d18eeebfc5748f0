"""The calls that are left out of the random calls, and why.

They would end the run, make the answer of the real Xen useless for a comparison, or need what is not modelled.
"""

from collections.abc import Mapping
from types import MappingProxyType

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "console_io write of readable memory": "it would look like the guest's own output",
        "sched_op shutdown, remote_shutdown of an existing domain": "the run would end",
        "sched_op shutdown_code": "it would change how the run ends",
        "sched_op block, poll without a deadline in the past": "nothing would wake the guest",
        "sched_op watchdog that is set": "the run would end, at a time that depends on the CPU's speed",
        "xen_version commandline": "the command line depends on how the real Xen was booted",
        "memory_op maximum_ram_page": "it depends on the size of the machine",
        "sysctl, domctl, platform_op of the right interface version, for dom0": "they are not modelled",
        "runstate areas that are shown": "times depend on the CPU's speed",
        "memory_op maximum_gpfn of dom0, dev_mmio of a device": "the board's devices are not modelled",
        "grants of dom0, mapped by a domU": "the model runs no dom0 beside it",
        "growing the grant table of a domU": "Xen would take pages for it that the domain gave back",
        "multicall of more entries than the list has": "the memory after the list would be read as calls",
        "the domctls of DOMCTLS_NOT_ASKED": "4.20 checks their arguments before it refuses a domU",
        "VIRQ_CON_RING, bound by dom0": "it is raised by everything that Xen logs, which is not all modelled",
        "VIRQ_ENOMEM, bound by dom0": "the amount of memory depends on the machine",
        "hypfs_op read and write of an existing entry": "the contents of the file system are not modelled",
        "large reservations": "the amount of memory depends on the machine",
    }
)
"""The calls that are left out, each with the reason."""


DOMCTLS_NOT_ASKED = (19, 20, 21, 38, 39, 40, 46, 48, 50, 88)
"""Domctls that do not return -EPERM to a domU on 4.20."""
