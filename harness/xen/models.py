"""ABI models: a release of Xen, and how the runstate area is delivered. Data plus one strategy.

The released models are what Debian's binaries do; ``vmap`` is Xen of 2020-07-30 (4.14's ABI; xen_version says 4.15)
with the patch series that was never merged.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.errors import InputError
from harness.xen.delivery import RunstateDelivery, VirtualAddressDelivery, VmapDelivery
from harness.xen.releases import XEN_4_14, XEN_4_17, Release


@dataclass(frozen=True)
class AbiModel:
    """A guest ABI: the name for ``--abi``, the release it is based on, and its runstate delivery."""

    name: str
    summary: str
    release: Release
    delivery: Callable[[], RunstateDelivery]


MODELS = {
    model.name: model
    for model in (
        AbiModel(
            "xen-4.17",
            "Xen 4.17: the guest's tables are walked at every context switch",
            XEN_4_17,
            VirtualAddressDelivery,
        ),
        AbiModel(
            "vmap",
            "the patch of 2020: translated once, in the hypercall, and mapped",
            replace(XEN_4_14, version=(4, 15), extraversion="-unstable"),
            VmapDelivery,
        ),
    )
}
"""Every model by its name."""

DEFAULT_MODEL = "xen-4.17"


def find_model(name: str) -> AbiModel:
    """Return the model called ``name``; InputError names those that there are."""
    model = MODELS.get(name)
    if model is None:
        raise InputError(f"no ABI model is called {name!r}: there are {', '.join(MODELS)}")
    return model
