"""gentle.py: vmap without its ABI break."""

from harness.models import VMAP_WMB, XEN_4_20, AbiModel, VirtualAddressDelivery, VmapDelivery


class GentleVmap(VmapDelivery):
    """Map the area in the hypercall; where that cannot be done, walk the tables at every switch."""

    def __init__(self):
        super().__init__(VMAP_WMB)
        self.walked = VirtualAddressDelivery()

    def register(self, vcpu, current, address):
        return super().register(vcpu, current, address) and self.walked.register(vcpu, current, address)

    def publication(self, vcpu):
        mapped = vcpu.mapping is not None
        return super().publication(vcpu) if mapped else self.walked.publication(vcpu)


MODEL = AbiModel("gentle", "vmap that never refuses", XEN_4_20, GentleVmap)
