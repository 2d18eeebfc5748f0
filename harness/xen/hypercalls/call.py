"""What a hypercall handler is given besides the vCPU and its registers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.xen.console import Console
from harness.xen.host import Host

if TYPE_CHECKING:
    from harness.xen.hypervisor import Hypervisor
    from harness.xen.vcpu import Vcpu

MASK32 = 0xFFFF_FFFF


class Call:
    """The surroundings of every hypercall. A handler that ends the vCPU's turn sets ``leave``."""

    def __init__(self, host: Host, console: Console, xen: "Hypervisor") -> None:
        self.host = host
        self.console = console
        self.xen = xen
        self.leave = False


Handler = Callable[[Call, "Vcpu", memoryview], int]
"""Answers a hypercall: arguments are in x0 to x4 of the registers, the result (or a negative errno) is returned."""
