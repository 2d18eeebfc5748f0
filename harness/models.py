"""The interface for users' own ABI models: everything that a model may import.

A model is a Python file that defines ``MODEL``, an :class:`AbiModel`; pass it by ``--abi mine.py`` or
``harness.boot(abi=...)``. It names a release, which decides about result codes, and a class of runstate deliveries, of
which each domain gets an instance::

    from harness.models import XEN_4_20, AbiModel, VmapDelivery

    class Forgiving(VmapDelivery):
        def register(self, vcpu, current, address):
            super().register(vcpu, current, address)
            return 0

    MODEL = AbiModel("forgiving", "vmap whose registrations never fail", XEN_4_20, Forgiving)

A delivery has the methods of :class:`RunstateDelivery`; most derive from :class:`VirtualAddressDelivery`,
:class:`VmapDelivery` or :class:`PhysicalAreaDelivery`. Its methods are passed these objects, and may use:

``vcpu`` (:class:`Vcpu`)
    ``domain``, ``number``; ``state.runstate``, Xen's own :class:`RunstateInfo`; ``state.area`` and
    ``state.physical_area``, an :class:`Area` or None: the only state of a vCPU that a delivery may keep, because
    snapshots include it; ``mapping``, Xen's live mapping of the area or None; ``cpu``, the emulated CPU, once the vCPU
    was started.
``vcpu.domain`` (:class:`Domain`)
    ``release`` (:class:`Release`); ``vcpus``; ``now_ns()``; ``update_flag_assist()``; ``log_for(vcpu, line)``;
    ``memory`` by machine address; ``p2m.lookup(gfn)``, ``p2m.owns(mfn)``; ``frames.get(mfn)`` and ``frames.put(mfn)``,
    which take and drop a reference on a frame; ``vmap.map(frames)``, which makes a mapping.
``address``
    The address that the guest passed: virtual, or guest-physical for VCPUOP_register_runstate_phys_area.

``register`` returns 0 or a negative errno (``-Errno.EINVAL``). ``publication`` returns a :class:`Publication`: a
:class:`Program` of steps, the vCPU's runstate, a :class:`Target` to store to, and a function that says whether the
guest wants the update flag (``vcpu.domain.update_flag_assist``). :func:`copy_to_guest`, :func:`copy_from_guest` and
:func:`page_of` access guest memory through the tables of the vCPU that runs.
"""

from harness.abi.errno import Errno
from harness.abi.hypercalls.vcpu_op import VcpuOp
from harness.machine.mmu.faults import Access
from harness.xen.domains.domain import Domain, Registration, RunstateDelivery, Vcpu
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest, page_of
from harness.xen.memory.shortfall import Shortfall
from harness.xen.models.model import MODELS, AbiModel, find_model
from harness.xen.models.releases import XEN_4_14, XEN_4_17, XEN_4_20, XEN_UNSTABLE_2020, Release
from harness.xen.runstate.area import Area
from harness.xen.runstate.delivery import PhysicalAreaDelivery, VirtualAddressDelivery, VmapDelivery
from harness.xen.runstate.info import RunstateInfo
from harness.xen.runstate.publication import (
    PHYSICAL,
    VIRTUAL_ADDRESS,
    VMAP,
    VMAP_WMB,
    Instruction,
    Program,
    Publication,
    Step,
    Target,
)

__all__ = [
    "MODELS",
    "PHYSICAL",
    "VIRTUAL_ADDRESS",
    "VMAP",
    "VMAP_WMB",
    "XEN_4_14",
    "XEN_4_17",
    "XEN_4_20",
    "XEN_UNSTABLE_2020",
    "AbiModel",
    "Access",
    "Area",
    "Domain",
    "Errno",
    "Instruction",
    "PhysicalAreaDelivery",
    "Program",
    "Publication",
    "Registration",
    "Release",
    "RunstateDelivery",
    "RunstateInfo",
    "Shortfall",
    "Step",
    "Target",
    "Vcpu",
    "VcpuOp",
    "VirtualAddressDelivery",
    "VmapDelivery",
    "copy_from_guest",
    "copy_to_guest",
    "find_model",
    "page_of",
]
