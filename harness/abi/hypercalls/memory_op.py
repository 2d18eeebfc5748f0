"""memory_op: a domain's memory (``public/memory.h``)."""

from enum import IntEnum

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature
from harness.abi.layout import Layout


class MemoryOp(IntEnum):
    """Commands of memory_op that Xen/Arm answers (``public/memory.h``); bits 6 and up are the first extent."""

    XENMEM_increase_reservation = 0
    XENMEM_decrease_reservation = 1
    XENMEM_maximum_ram_page = 2
    XENMEM_current_reservation = 3
    XENMEM_maximum_reservation = 4
    XENMEM_populate_physmap = 6
    XENMEM_add_to_physmap = 7
    XENMEM_exchange = 11
    XENMEM_maximum_gpfn = 14
    XENMEM_remove_from_physmap = 15
    XENMEM_get_sharing_freed_pages = 18
    XENMEM_get_sharing_shared_pages = 19
    XENMEM_add_to_physmap_batch = 23
    XENMEM_claim_pages = 24
    XENMEM_get_vnumainfo = 26
    XENMEM_reserved_device_memory_map = 27
    XENMEM_acquire_resource = 28


class MapSpace(IntEnum):
    """Kinds of pages that XENMEM_add_to_physmap maps (``public/memory.h``)."""

    XENMAPSPACE_shared_info = 0
    XENMAPSPACE_grant_table = 1
    XENMAPSPACE_gmfn = 2
    XENMAPSPACE_gmfn_range = 3
    XENMAPSPACE_gmfn_foreign = 4
    XENMAPSPACE_dev_mmio = 5


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

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_memory_op,
    ("cmd", "arg"),
    commands=MemoryOp,
    command_bits=6,
    structures={
        MemoryOp.XENMEM_increase_reservation: XEN_MEMORY_RESERVATION,
        MemoryOp.XENMEM_decrease_reservation: XEN_MEMORY_RESERVATION,
        MemoryOp.XENMEM_populate_physmap: XEN_MEMORY_RESERVATION,
        MemoryOp.XENMEM_exchange: XEN_MEMORY_EXCHANGE,
        MemoryOp.XENMEM_add_to_physmap: XEN_ADD_TO_PHYSMAP,
        MemoryOp.XENMEM_add_to_physmap_batch: XEN_ADD_TO_PHYSMAP_BATCH,
        MemoryOp.XENMEM_remove_from_physmap: XEN_REMOVE_FROM_PHYSMAP,
        MemoryOp.XENMEM_acquire_resource: XEN_MEM_ACQUIRE_RESOURCE,
    },
)
"""The bits of x0 above the command hold the extent at which a preempted call continues (``MEMOP_EXTENT_SHIFT``)."""
