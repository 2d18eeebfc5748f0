"""hypfs_op: Xen's own file system, for the control domain (``public/hypfs.h``)."""

from enum import IntEnum

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature


class HypfsOp(IntEnum):
    """Commands of hypfs_op (``public/hypfs.h``)."""

    XEN_HYPFS_OP_get_version = 0
    XEN_HYPFS_OP_read = 1
    XEN_HYPFS_OP_write_contents = 2


XEN_HYPFS_VERSION = 1
XEN_HYPFS_MAX_PATHLEN = 1024
"""Bytes of a path, including its NUL."""

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_hypfs_op,
    ("cmd", "arg1", "arg2", "arg3", "arg4"),
)
