"""hypfs_op: Xen's own file system, for the control domain (``xen/common/hypfs.c``). No entry can be read here."""

from harness.abi.errno import Errno
from harness.abi.hypercalls.hypfs_op import XEN_HYPFS_MAX_PATHLEN, XEN_HYPFS_VERSION, HypfsOp
from harness.abi.words import MASK32
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call
from harness.xen.memory.guest_access import copy_from_guest

DIRECTORIES = (b"/", b"/params", b"/buildinfo")
"""Directories that are known to exist; their contents are not simulated."""


def hypfs_op(_call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``hypfs_op(cmd, path, length, buffer, size)``: the version; -ENOENT for every entry."""
    if not vcpu.domain.privileged:
        return -Errno.EPERM
    path, length = x[1], x[2]
    if x[0] & MASK32 == HypfsOp.XEN_HYPFS_OP_get_version:
        return -Errno.EINVAL if any(x[1:5]) else XEN_HYPFS_VERSION  # unused arguments must be 0
    if not 0 < length <= XEN_HYPFS_MAX_PATHLEN:
        return -Errno.EINVAL
    name = copy_from_guest(vcpu, path, length)
    if name is None:
        return -Errno.EFAULT
    if name.find(0) != length - 1:  # the length includes the NUL, which must be the only one (``hypfs_get_path_user``)
        return -Errno.EINVAL
    if not name.startswith(b"/"):
        return -vcpu.domain.release.hypfs_relative_path
    # Xen resolves the path before it looks at the command, so an unknown command shows only for an existing entry.
    known = x[0] & MASK32 in (HypfsOp.XEN_HYPFS_OP_read, HypfsOp.XEN_HYPFS_OP_write_contents)
    return -Errno.EOPNOTSUPP if name[:-1] in DIRECTORIES and not known else -Errno.ENOENT
