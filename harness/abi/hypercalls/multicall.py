"""multicall: a list of hypercalls in one (``public/xen.h``)."""

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature
from harness.abi.layout import Layout

MULTICALL_ENTRY = Layout("multicall_entry", 64, {"op": (0, 8), "result": (8, 8), "args": (16, 48)})

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_multicall,
    ("list", "count"),
)
