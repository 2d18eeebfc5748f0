"""domctl: other domains, for the control domain (``public/domctl.h``). The interface's version is the release's."""

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature
from harness.abi.layout import Layout

XEN_DOMCTL = Layout("xen_domctl", 144, {"cmd": (0, 4), "interface_version": (4, 4), "domain": (8, 2), "u": (16, 128)})

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_domctl,
    ("arg",),
)
