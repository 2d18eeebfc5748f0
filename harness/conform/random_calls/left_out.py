"""What no random call asks, and why.

Calls that end the run, that spoil the real Xen as a judge, or that go beyond what is modelled.
"""

from collections.abc import Mapping
from types import MappingProxyType

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "console_io write of readable memory": "it would be taken for the guest's own output",
        "sched_op shutdown, remote_shutdown of a domain that is there": "the run would end",
        "sched_op shutdown_code": "the end of the run would be another",
        "sched_op block, poll without a deadline in the past": "nothing would wake the guest",
        "sched_op watchdog that is set": "the run would end, at a time that depends on the CPU's speed",
        "xen_version commandline": "it is the command line of the Xen that is asked",
        "memory_op maximum_ram_page": "it is the size of the machine",
        "sysctl, domctl, platform_op of the right interface version, for dom0": "they are not modelled",
        "runstate areas that are shown": "times depend on the CPU's speed",
        "memory_op maximum_gpfn of dom0, dev_mmio of a device": "the board's devices are not there",
        "grants of dom0, asked for by a domU": "no dom0 is beside it",
        "a grant table that grows, of a domU": "the next page that the domain gets would not be one that it gave back",
        "multicall of more entries than the list has": "what lies behind it in memory would be calls",
        "the domctls of DOMCTLS_NOT_ASKED": "4.20 looks at their arguments before it refuses a domU",
        "VIRQ_CON_RING, bound by dom0": "it tells of whatever Xen logs, not all of which is modelled",
        "VIRQ_ENOMEM, bound by dom0": "how much memory there is depends on the machine",
        "hypfs_op read and write of an entry that is there": "what is in the file system is not modelled",
        "large reservations": "how much memory there is depends on the machine",
    }
)
"""What no batch asks, and why."""


DOMCTLS_NOT_ASKED = (19, 20, 21, 38, 39, 40, 46, 48, 50, 88)
"""Asked of 4.20 by a domU they are not -EPERM."""
