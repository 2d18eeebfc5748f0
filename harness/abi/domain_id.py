"""Domain numbers with a special meaning (``public/xen.h``)."""

from enum import IntEnum


class DomainId(IntEnum):
    """Domain numbers with a special meaning (``public/xen.h``)."""

    DOMID_SELF = 0x7FF0
    DOMID_IO = 0x7FF1
    DOMID_XEN = 0x7FF2
