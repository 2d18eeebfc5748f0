"""xen_version: which hypervisor this is (``xen/common/kernel.c``)."""

import struct
from collections.abc import Callable

from harness.abi.errno import Errno
from harness.abi.hypercalls.xen_version import XenVersion
from harness.abi.words import MASK32
from harness.machine.memory import PAGE_SIZE
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.hypercalls.call import Call
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest

XEN_COMMAND_LINE = "console=dtuart dom0_mem=64M loglvl=all guest_loglvl=all bootscrub=0"
"""Xen's own command line: the one with which the real Xens are booted for recordings."""

_VERSION = int(XenVersion.XENVER_version)  # the cheapest hypercall: benchmarks make it, and guests to be trapped
CAPABILITIES = "xen-3.0-aarch64 xen-3.0-armv7l "


def xen_version(_call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``xen_version(cmd, arg)``; the command is truncated to 32 bits."""
    command, argument = x[0] & MASK32, x[1]
    domain = vcpu.domain
    if command == _VERSION:
        major, minor = domain.release.version
        return major << 16 | minor
    make = _COPIED_OUT.get(command)
    if make is not None:
        data = make(domain)
        return 0 if copy_to_guest(vcpu, argument, data) is None else -Errno.EFAULT
    if command == XenVersion.XENVER_get_features:
        return _get_features(vcpu, argument)
    if command == XenVersion.XENVER_pagesize:
        return -Errno.EINVAL if argument else PAGE_SIZE  # Xen insists on NULL here, and returns the size itself
    if command == XenVersion.XENVER_build_id:
        return _build_id(vcpu, argument)
    if command in _VARBUFS and domain.release.varbuf_commands:
        return _varbuf(vcpu, command, argument)
    return -Errno.ENOSYS


def _text(text: str, size: int) -> bytes:
    return text.encode().ljust(size, b"\0")


def _compile_info(domain: Domain) -> bytes:
    release = domain.release
    return (
        _text(release.compiler, 64)
        + _text(release.compile_by, 16)
        + _text(release.compile_domain, 32)
        + _text(release.compile_date, 32)
    )


def _command_line(domain: Domain) -> bytes:
    # Xen copies out only the denial text, with its NUL: the rest of a domU's 1,024 bytes stays as it was.
    return _text(XEN_COMMAND_LINE, 1024) if domain.privileged else b"<denied>\0"


_COPIED_OUT: dict[int, Callable[[Domain], bytes]] = {
    int(XenVersion.XENVER_extraversion): lambda domain: _text(domain.release.extraversion, 16),
    int(XenVersion.XENVER_compile_info): _compile_info,
    int(XenVersion.XENVER_capabilities): lambda domain: _text(CAPABILITIES, 1024),
    int(XenVersion.XENVER_changeset): lambda domain: bytes(64),
    int(XenVersion.XENVER_platform_parameters): lambda domain: struct.pack("<Q", domain.release.platform_parameters),
    int(XenVersion.XENVER_guest_handle): lambda domain: bytes(16),
    int(XenVersion.XENVER_commandline): _command_line,
}
"""The commands that only copy something out, and the function that makes it."""


def _get_features(vcpu: Vcpu, argument: int) -> int:
    request = copy_from_guest(vcpu, argument, 8)
    if request is None:
        return -Errno.EFAULT
    index = int.from_bytes(request[:4], "little")
    if index:
        return -Errno.EINVAL
    release = vcpu.domain.release
    features = release.features_dom0 if vcpu.domain.privileged else release.features_domu
    reply = struct.pack("<II", index, features)
    return 0 if copy_to_guest(vcpu, argument, reply) is None else -Errno.EFAULT


def _copy_out_varbuf(vcpu: Vcpu, argument: int, data: bytes, no_room: Errno) -> int:
    """Copy ``data`` to a ``struct xen_varbuf``, after its length field; return its length. NULL asks for the length."""
    if not argument:
        return len(data)
    room = copy_from_guest(vcpu, argument, 4)
    if room is None:
        return -Errno.EFAULT
    length = int.from_bytes(room, "little")
    if length < len(data):
        return -(no_room if length == 0 else Errno.ENOBUFS)
    if copy_to_guest(vcpu, argument + 4, data) is not None:
        return -Errno.EFAULT
    return len(data)


_VARBUFS: dict[int, Callable[[Domain], str]] = {
    int(XenVersion.XENVER_extraversion2): lambda domain: domain.release.extraversion,
    int(XenVersion.XENVER_capabilities2): lambda domain: CAPABILITIES,
    int(XenVersion.XENVER_changeset2): lambda domain: "",
    int(XenVersion.XENVER_commandline2): lambda domain: XEN_COMMAND_LINE,
}
"""The commands that copy out a string without its NUL, and the function that makes it."""


def _varbuf(vcpu: Vcpu, command: int, argument: int) -> int:
    if command == XenVersion.XENVER_commandline2 and not vcpu.domain.privileged:
        return -Errno.EPERM
    return _copy_out_varbuf(vcpu, argument, _VARBUFS[command](vcpu.domain).encode(), Errno.ENOBUFS)


def _build_id(vcpu: Vcpu, argument: int) -> int:
    """Return the id's length, and copy it out if there is room; -EPERM for a domU."""
    release = vcpu.domain.release
    if not vcpu.domain.privileged:
        return -Errno.EPERM
    return _copy_out_varbuf(vcpu, argument, release.build_id, release.build_id_no_room)
