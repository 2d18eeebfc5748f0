"""The page that a domain shares with Xen, and each vCPU's part of it (``public/xen.h``, ``arch-arm.h``)."""

from harness.abi.layout import Layout

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
