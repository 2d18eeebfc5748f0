"""ABI models: a release of Xen, and how the runstate area is delivered. Data plus one strategy.

The released models behave like Debian's binaries. ``vmap`` and ``vmap-wmb`` are Xen of 2020-07-30 (4.14's ABI;
xen_version returns 4.15) with the patch series that was never merged; ``phys`` is 4.20 with vcpu_op 14 as on x86.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from harness.errors import InputError
from harness.words import suggestion
from harness.xen.domains.domain import RunstateDelivery
from harness.xen.models.releases import XEN_4_14, XEN_4_17, XEN_4_20, XEN_UNSTABLE_2020, Release
from harness.xen.runstate import publication
from harness.xen.runstate.delivery import PhysicalAreaDelivery, VirtualAddressDelivery, VmapDelivery


@dataclass(frozen=True)
class AbiModel:
    """A guest ABI: the name for ``--abi``, the release it is based on, and its runstate delivery."""

    name: str
    summary: str
    release: Release
    delivery: Callable[[], RunstateDelivery]


_WALKED = "the guest's tables are walked at every context switch"

MODELS = {
    model.name: model
    for model in (
        AbiModel("xen-4.14", f"Xen 4.14: {_WALKED}", XEN_4_14, VirtualAddressDelivery),
        AbiModel("xen-4.17", f"Xen 4.17: {_WALKED}", XEN_4_17, VirtualAddressDelivery),
        AbiModel("xen-4.20", f"Xen 4.20: {_WALKED}", XEN_4_20, VirtualAddressDelivery),
        AbiModel(
            "vmap",
            "the patch of 2020, version 3: translated once, in the hypercall, and mapped",
            XEN_UNSTABLE_2020,
            VmapDelivery,
        ),
        AbiModel(
            "vmap-wmb",
            "the same with the write barrier that its review missed",
            XEN_UNSTABLE_2020,
            partial(VmapDelivery, publication.VMAP_WMB),
        ),
        AbiModel(
            "phys", "Xen 4.20 with areas by guest-physical address, as x86 has them", XEN_4_20, PhysicalAreaDelivery
        ),
    )
}
"""Every model by its name."""

DEFAULT_MODEL = "xen-4.17"


def find_model(name: str) -> AbiModel:
    """Return the model called ``name``. Raises InputError, which lists the known models."""
    model = MODELS.get(name)
    if model is None:
        raise InputError(f"no ABI model is called {name!r}{suggestion(name, MODELS)}: there are {', '.join(MODELS)}")
    return model
