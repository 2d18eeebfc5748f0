"""next.py: the Xen after 4.20, as far as it is known."""

from dataclasses import replace

from harness.models import XEN_4_20, AbiModel, VirtualAddressDelivery

XEN_NEXT = replace(XEN_4_20, name="4.21", version=(4, 21), extraversion="-unstable")

MODEL = AbiModel("xen-next", "Xen 4.21, in development", XEN_NEXT, VirtualAddressDelivery)
