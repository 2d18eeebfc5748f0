"""sysctl: the whole system, for the control domain (``public/sysctl.h``). The interface's version is the release's."""

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature
from harness.abi.layout import Layout

XEN_SYSCTL = Layout("xen_sysctl", 136, {"cmd": (0, 4), "interface_version": (4, 4), "u": (8, 128)})

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_sysctl,
    ("arg",),
)
