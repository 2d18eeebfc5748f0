"""Hypercalls of the control domain, which refuse everybody else: platform_op, sysctl, domctl, dm_op, hypfs_op.

What they do for a control domain is not here: a privileged domain that gets past the checks is told -ENOSYS, as the
real ones tell it of a command that they do not know.
"""

from harness.abi.errno import Errno
from harness.abi.words import MASK32
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call
from harness.xen.memory.guest_access import copy_from_guest

PLATFORM_INTERFACE = 0x0300_0001
"""XENPF_INTERFACE_VERSION, the same in all releases (``public/platform.h``)."""
OP_SIZE = 136
"""``struct xen_platform_op`` and ``struct xen_sysctl``: a command, a version, and 128 bytes."""
DOMCTL_SIZE = 144
"""``struct xen_domctl``: a domain as well."""

HYPFS_GET_VERSION = 0
HYPFS_COMMANDS = (1, 2)
"""To read and to write an entry."""
HYPFS_DIRECTORIES = (b"/", b"/params", b"/buildinfo")
"""Entries that are known to be there; what is in them is not."""
HYPFS_VERSION = 1
HYPFS_MAX_PATH = 1024


def _gate(vcpu: Vcpu, argument: int, size: int, interface: int) -> int:
    """The checks in their order: the structure is readable, of this interface, and from the control domain."""
    data = copy_from_guest(vcpu, argument, size)
    if data is None:
        return -Errno.EFAULT
    if int.from_bytes(data[4:8], "little") != interface:
        return -Errno.EACCES
    return -Errno.ENOSYS if vcpu.domain.privileged else -Errno.EPERM


def platform_op(_call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``platform_op(op)`` (``xen/arch/arm/platform_hypercall.c``)."""
    return _gate(vcpu, x[0], OP_SIZE, PLATFORM_INTERFACE)


def sysctl(_call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``sysctl(op)`` (``xen/common/sysctl.c``)."""
    return _gate(vcpu, x[0], OP_SIZE, vcpu.domain.release.sysctl_interface)


def domctl(call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``domctl(op)`` (``xen/common/domctl.c``): a domain that is not there is seen before who asks."""
    release = vcpu.domain.release
    result = _gate(vcpu, x[0], DOMCTL_SIZE, release.domctl_interface)
    if result in (-Errno.EFAULT, -Errno.EACCES):
        return result
    data = copy_from_guest(vcpu, x[0], DOMCTL_SIZE)
    assert data is not None
    command, number = int.from_bytes(data[:4], "little"), int.from_bytes(data[8:10], "little")
    exists = number == 0 or number in call.xen.domains  # beside a domU there is always a dom0
    if not (exists or command in release.domctls_without_domain):
        return -Errno.ESRCH
    return -release.domctl_unknown if result == -Errno.ENOSYS else result


def dm_op(_call: Call, _vcpu: Vcpu, _x: memoryview) -> int:
    """``dm_op(domid, count, buffers)``: not built without device emulators (CONFIG_IOREQ_SERVER)."""
    return -Errno.ENOSYS


def hypfs_op(_call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``hypfs_op(cmd, path, length, buffer, size)``: the version; no entry is there (``xen/common/hypfs.c``)."""
    if not vcpu.domain.privileged:
        return -Errno.EPERM
    path, length = x[1], x[2]
    if x[0] & MASK32 == HYPFS_GET_VERSION:
        return -Errno.EINVAL if any(x[1:5]) else HYPFS_VERSION
    if not 0 < length <= HYPFS_MAX_PATH:
        return -Errno.EINVAL
    name = copy_from_guest(vcpu, path, length)
    if name is None:
        return -Errno.EFAULT
    if name.find(0) != length - 1:
        return -Errno.EINVAL
    if not name.startswith(b"/"):
        return -vcpu.domain.release.hypfs_relative_path
    known = x[0] & MASK32 in HYPFS_COMMANDS
    return -Errno.EOPNOTSUPP if name[:-1] in HYPFS_DIRECTORIES and not known else -Errno.ENOENT
