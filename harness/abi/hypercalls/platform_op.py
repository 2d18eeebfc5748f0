"""platform_op: operations on the host, for the control domain (``public/platform.h``)."""

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature
from harness.abi.layout import Layout

XENPF_INTERFACE_VERSION = 0x0300_0001
"""The interface's version is the same in all releases."""
XEN_PLATFORM_OP = Layout("xen_platform_op", 136, {"cmd": (0, 4), "interface_version": (4, 4), "u": (8, 128)})

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_platform_op,
    ("arg",),
)
