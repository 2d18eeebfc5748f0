"""vm_assist: services that Xen provides for a whole domain (``public/xen.h``)."""

from enum import IntEnum

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature


class VmAssistCommand(IntEnum):
    """Commands of vm_assist (``public/xen.h``)."""

    VMASST_CMD_enable = 0
    VMASST_CMD_disable = 1


class VmAssist(IntEnum):
    """Types of vm_assist; Arm supports only the last one (``public/xen.h``)."""

    VMASST_TYPE_4gb_segments = 0
    VMASST_TYPE_4gb_segments_notify = 1
    VMASST_TYPE_writable_pagetables = 2
    VMASST_TYPE_pae_extended_cr3 = 3
    VMASST_TYPE_architectural_iopl = 4
    VMASST_TYPE_runstate_update_flag = 5


SIGNATURE = Signature(
    Hypercall.HYPERVISOR_vm_assist,
    ("cmd", "type"),
    commands=VmAssistCommand,
)
