"""Structures that a guest and Xen share, as offsets and sizes in bytes (arm64, ``public/*.h``)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """A C structure: its name, size in bytes, and each field's (offset, size)."""

    name: str
    size: int
    fields: dict[str, tuple[int, int]]

    def offset(self, field: str) -> int:
        """Where ``field`` begins, in bytes from the start of the structure."""
        return self.fields[field][0]


VCPU_RUNSTATE_INFO = Layout(
    "vcpu_runstate_info",
    48,
    {"state": (0, 4), "state_entry_time": (8, 8), "time": (16, 32)},
)
VCPU_REGISTER_RUNSTATE_MEMORY_AREA = Layout(
    "vcpu_register_runstate_memory_area",
    8,
    {"addr": (0, 8)},
)
SCHED_SHUTDOWN = Layout("sched_shutdown", 4, {"reason": (0, 4)})
SCHED_POLL = Layout("sched_poll", 24, {"ports": (0, 8), "nr_ports": (8, 4), "timeout": (16, 8)})
VCPU_INFO = Layout(
    "vcpu_info",
    48,
    {
        "evtchn_upcall_pending": (0, 1),
        "evtchn_upcall_mask": (1, 1),
        "evtchn_pending_sel": (8, 8),
        "arch": (16, 0),
        "time": (16, 32),
    },
)
SHARED_INFO = Layout(
    "shared_info",
    1088,
    {
        "vcpu_info": (0, 48),
        "evtchn_pending": (48, 512),
        "evtchn_mask": (560, 512),
        "wc_version": (1072, 4),
        "wc_sec": (1076, 4),
        "wc_nsec": (1080, 4),
        "wc_sec_hi": (1084, 4),
    },
)
VCPU_REGISTER_VCPU_INFO = Layout("vcpu_register_vcpu_info", 16, {"mfn": (0, 8), "offset": (8, 4), "rsvd": (12, 4)})
MULTICALL_ENTRY = Layout("multicall_entry", 64, {"op": (0, 8), "result": (8, 8), "args": (16, 48)})
XEN_FEATURE_INFO = Layout("xen_feature_info", 8, {"submap_idx": (0, 4), "submap": (4, 4)})

LAYOUTS = (
    VCPU_RUNSTATE_INFO,
    VCPU_REGISTER_RUNSTATE_MEMORY_AREA,
    SCHED_SHUTDOWN,
    SCHED_POLL,
    VCPU_INFO,
    SHARED_INFO,
    VCPU_REGISTER_VCPU_INFO,
    MULTICALL_ENTRY,
    XEN_FEATURE_INFO,
)
