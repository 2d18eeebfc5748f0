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

XEN_MEMORY_RESERVATION = Layout(
    "xen_memory_reservation",
    32,
    {
        "extent_start": (0, 8),
        "nr_extents": (8, 8),
        "extent_order": (16, 4),
        "mem_flags": (20, 4),
        "domid": (24, 2),
    },
)
XEN_MEMORY_EXCHANGE = Layout("xen_memory_exchange", 72, {"in": (0, 32), "out": (32, 32), "nr_exchanged": (64, 8)})
XEN_ADD_TO_PHYSMAP = Layout(
    "xen_add_to_physmap",
    24,
    {"domid": (0, 2), "space": (4, 4), "idx": (8, 8), "gpfn": (16, 8)},
)
XEN_ADD_TO_PHYSMAP_BATCH = Layout(
    "xen_add_to_physmap_batch",
    32,
    {
        "domid": (0, 2),
        "space": (2, 2),
        "u": (6, 2),
        "idxs": (8, 8),
        "gpfns": (16, 8),
        "errs": (24, 8),
    },
)
XEN_REMOVE_FROM_PHYSMAP = Layout("xen_remove_from_physmap", 16, {"domid": (0, 2), "gpfn": (8, 8)})
XEN_MEM_ACQUIRE_RESOURCE = Layout(
    "xen_mem_acquire_resource",
    32,
    {
        "domid": (0, 2),
        "type": (2, 2),
        "id": (4, 4),
        "nr_frames": (8, 4),
        "pad": (12, 4),
        "frame": (16, 8),
        "frame_list": (24, 8),
    },
)
GNTTAB_MAP_GRANT_REF = Layout(
    "gnttab_map_grant_ref",
    32,
    {
        "host_addr": (0, 8),
        "flags": (8, 4),
        "ref": (12, 4),
        "dom": (16, 2),
        "status": (18, 2),
        "handle": (20, 4),
        "dev_bus_addr": (24, 8),
    },
)
GNTTAB_UNMAP_GRANT_REF = Layout(
    "gnttab_unmap_grant_ref",
    24,
    {"host_addr": (0, 8), "dev_bus_addr": (8, 8), "handle": (16, 4), "status": (20, 2)},
)
GNTTAB_UNMAP_AND_REPLACE = Layout(
    "gnttab_unmap_and_replace",
    24,
    {"host_addr": (0, 8), "new_addr": (8, 8), "handle": (16, 4), "status": (20, 2)},
)
GNTTAB_SETUP_TABLE = Layout(
    "gnttab_setup_table",
    24,
    {"dom": (0, 2), "nr_frames": (4, 4), "status": (8, 2), "frame_list": (16, 8)},
)
GNTTAB_TRANSFER = Layout("gnttab_transfer", 24, {"mfn": (0, 8), "domid": (8, 2), "ref": (12, 4), "status": (16, 2)})
GNTTAB_COPY = Layout(
    "gnttab_copy",
    40,
    {"source": (0, 16), "dest": (16, 16), "len": (32, 2), "flags": (34, 2), "status": (36, 2)},
)
GNTTAB_QUERY_SIZE = Layout(
    "gnttab_query_size",
    16,
    {"dom": (0, 2), "nr_frames": (4, 4), "max_nr_frames": (8, 4), "status": (12, 2)},
)
GNTTAB_GET_STATUS_FRAMES = Layout(
    "gnttab_get_status_frames",
    16,
    {"nr_frames": (0, 4), "dom": (4, 2), "status": (6, 2), "frame_list": (8, 8)},
)
GNTTAB_GET_VERSION = Layout("gnttab_get_version", 8, {"dom": (0, 2), "version": (4, 4)})
GNTTAB_SWAP_GRANT_REF = Layout("gnttab_swap_grant_ref", 12, {"ref_a": (0, 4), "ref_b": (4, 4), "status": (8, 2)})
GNTTAB_CACHE_FLUSH = Layout("gnttab_cache_flush", 16, {"a": (0, 8), "offset": (8, 2), "length": (10, 2), "op": (12, 4)})
GRANT_ENTRY_V1 = Layout("grant_entry_v1", 8, {"flags": (0, 2), "domid": (2, 2), "frame": (4, 4)})

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
    XEN_MEMORY_RESERVATION,
    XEN_MEMORY_EXCHANGE,
    XEN_ADD_TO_PHYSMAP,
    XEN_ADD_TO_PHYSMAP_BATCH,
    XEN_REMOVE_FROM_PHYSMAP,
    XEN_MEM_ACQUIRE_RESOURCE,
    GNTTAB_MAP_GRANT_REF,
    GNTTAB_UNMAP_GRANT_REF,
    GNTTAB_UNMAP_AND_REPLACE,
    GNTTAB_SETUP_TABLE,
    GNTTAB_TRANSFER,
    GNTTAB_COPY,
    GNTTAB_QUERY_SIZE,
    GNTTAB_GET_STATUS_FRAMES,
    GNTTAB_GET_VERSION,
    GNTTAB_SWAP_GRANT_REF,
    GNTTAB_CACHE_FLUSH,
    GRANT_ENTRY_V1,
)
