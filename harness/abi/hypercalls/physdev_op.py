"""physdev_op: physical devices and their interrupts (``public/physdev.h``)."""

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_physdev_op,
    ("cmd", "arg"),
)
