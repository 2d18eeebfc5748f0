"""dm_op: operations of device emulators, which Debian's Xen/Arm does not include (``public/hvm/dm_op.h``)."""

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_dm_op,
    ("domid", "count", "buffers"),
)
