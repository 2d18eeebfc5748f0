"""The runstate of a vCPU, as a guest sees it (``public/vcpu.h``)."""

from enum import IntEnum

from harness.abi.layout import Layout

XEN_RUNSTATE_UPDATE = 1 << 63
"""Set in ``state_entry_time`` while the area is being written (``public/vcpu.h``)."""


class Runstate(IntEnum):
    """A vCPU's scheduling state as the guest sees it (``public/vcpu.h``)."""

    RUNSTATE_running = 0
    RUNSTATE_runnable = 1
    RUNSTATE_blocked = 2
    RUNSTATE_offline = 3


VCPU_RUNSTATE_INFO = Layout(
    "vcpu_runstate_info",
    48,
    {"state": (0, 4), "state_entry_time": (8, 8), "time": (16, 32)},
)
