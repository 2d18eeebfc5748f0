"""vcpu_op: vCPUs, and the areas that Xen keeps up to date for them (``public/vcpu.h``)."""

from enum import IntEnum

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature
from harness.abi.layout import Layout


class VcpuOp(IntEnum):
    """Commands of vcpu_op (``public/vcpu.h``)."""

    VCPUOP_initialise = 0
    VCPUOP_up = 1
    VCPUOP_down = 2
    VCPUOP_is_up = 3
    VCPUOP_get_runstate_info = 4
    VCPUOP_register_runstate_memory_area = 5
    VCPUOP_set_periodic_timer = 6
    VCPUOP_stop_periodic_timer = 7
    VCPUOP_set_singleshot_timer = 8
    VCPUOP_stop_singleshot_timer = 9
    VCPUOP_register_vcpu_info = 10
    VCPUOP_send_nmi = 11
    VCPUOP_get_physid = 12
    VCPUOP_register_vcpu_time_memory_area = 13
    VCPUOP_register_runstate_phys_area = 14
    VCPUOP_register_vcpu_time_phys_area = 15


VCPU_REGISTER_RUNSTATE_MEMORY_AREA = Layout(
    "vcpu_register_runstate_memory_area",
    8,
    {"addr": (0, 8)},
)

VCPU_REGISTER_VCPU_INFO = Layout("vcpu_register_vcpu_info", 16, {"mfn": (0, 8), "offset": (8, 4), "rsvd": (12, 4)})

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_vcpu_op,
    ("cmd", "vcpuid", "arg"),
    commands=VcpuOp,
    structures={
        VcpuOp.VCPUOP_register_runstate_memory_area: VCPU_REGISTER_RUNSTATE_MEMORY_AREA,
        VcpuOp.VCPUOP_register_runstate_phys_area: VCPU_REGISTER_RUNSTATE_MEMORY_AREA,
        VcpuOp.VCPUOP_register_vcpu_info: VCPU_REGISTER_VCPU_INFO,
    },
)
