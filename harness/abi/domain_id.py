"""Domain numbers with a meaning of their own (``public/xen.h``)."""

from enum import IntEnum


class DomainId(IntEnum):
    """Domain numbers that mean something else than a domain (``public/xen.h``)."""

    DOMID_SELF = 0x7FF0
    DOMID_IO = 0x7FF1
    DOMID_XEN = 0x7FF2
