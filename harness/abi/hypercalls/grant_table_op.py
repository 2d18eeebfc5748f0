"""grant_table_op: pages that one domain shares with another (``public/grant_table.h``)."""

from enum import IntEnum

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature
from harness.abi.layout import Layout


class GrantTableOp(IntEnum):
    """Commands of grant_table_op (``public/grant_table.h``)."""

    GNTTABOP_map_grant_ref = 0
    GNTTABOP_unmap_grant_ref = 1
    GNTTABOP_setup_table = 2
    GNTTABOP_dump_table = 3
    GNTTABOP_transfer = 4
    GNTTABOP_copy = 5
    GNTTABOP_query_size = 6
    GNTTABOP_unmap_and_replace = 7
    GNTTABOP_set_version = 8
    GNTTABOP_get_status_frames = 9
    GNTTABOP_get_version = 10
    GNTTABOP_swap_grant_ref = 11
    GNTTABOP_cache_flush = 12


class GrantStatus(IntEnum):
    """Values of a grant operation's status field (``public/grant_table.h``)."""

    GNTST_okay = 0
    GNTST_general_error = -1
    GNTST_bad_domain = -2
    GNTST_bad_gntref = -3
    GNTST_bad_handle = -4
    GNTST_bad_virt_addr = -5
    GNTST_bad_dev_addr = -6
    GNTST_no_device_space = -7
    GNTST_permission_denied = -8
    GNTST_bad_page = -9
    GNTST_bad_copy_arg = -10
    GNTST_address_too_big = -11
    GNTST_eagain = -12
    GNTST_no_space = -13


class GrantMap(IntEnum):
    """How GNTTABOP_map_grant_ref maps (``public/grant_table.h``)."""

    GNTMAP_device_map = 1
    GNTMAP_host_map = 2
    GNTMAP_readonly = 4
    GNTMAP_application_map = 8
    GNTMAP_contains_pte = 16


class GrantFlag(IntEnum):
    """Flags of a grant table entry; the lowest two bits are its type (``public/grant_table.h``)."""

    GTF_permit_access = 1
    GTF_readonly = 4
    GTF_reading = 8
    GTF_writing = 16
    GTF_PWT = 32
    GTF_PCD = 64
    GTF_PAT = 128
    GTF_sub_page = 256


GTF_TYPE_MASK = 3


class GrantCopy(IntEnum):
    """Which side of GNTTABOP_copy is a reference (``public/grant_table.h``)."""

    GNTCOPY_source_gref = 1
    GNTCOPY_dest_gref = 2


class CacheFlush(IntEnum):
    """What GNTTABOP_cache_flush does (``public/grant_table.h``)."""

    GNTTAB_CACHE_CLEAN = 1
    GNTTAB_CACHE_INVAL = 2


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

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_grant_table_op,
    ("cmd", "arg", "count"),
    commands=GrantTableOp,
    structures={
        GrantTableOp.GNTTABOP_map_grant_ref: GNTTAB_MAP_GRANT_REF,
        GrantTableOp.GNTTABOP_unmap_grant_ref: GNTTAB_UNMAP_GRANT_REF,
        GrantTableOp.GNTTABOP_unmap_and_replace: GNTTAB_UNMAP_AND_REPLACE,
        GrantTableOp.GNTTABOP_setup_table: GNTTAB_SETUP_TABLE,
        GrantTableOp.GNTTABOP_transfer: GNTTAB_TRANSFER,
        GrantTableOp.GNTTABOP_copy: GNTTAB_COPY,
        GrantTableOp.GNTTABOP_query_size: GNTTAB_QUERY_SIZE,
        GrantTableOp.GNTTABOP_get_status_frames: GNTTAB_GET_STATUS_FRAMES,
        GrantTableOp.GNTTABOP_get_version: GNTTAB_GET_VERSION,
        GrantTableOp.GNTTABOP_swap_grant_ref: GNTTAB_SWAP_GRANT_REF,
        GrantTableOp.GNTTABOP_cache_flush: GNTTAB_CACHE_FLUSH,
    },
)
