"""The differences between Xen releases that a guest can see, as data, as the real binaries answered.

The strings are those of Debian's packages xen-hypervisor-4.14-arm64 (bullseye), 4.17 (bookworm), 4.20 (trixie).
"""

from dataclasses import dataclass, replace

from harness.abi.errno import Errno
from harness.xen.models import interrupt_releases
from harness.xen.models.interrupt_releases import InterruptRelease


@dataclass(frozen=True)
class DebugLines:
    """The source positions (file:line) of a debug build's messages in ``get_page_from_gva``."""

    failed_to_walk: str
    invalid_mfn: str
    failed_to_acquire: str


@dataclass(frozen=True)
class Release:
    """One release of Xen/Arm: what xen_version returns, and the result codes that changed over time."""

    name: str
    version: tuple[int, int]
    extraversion: str
    compiler: str
    compile_date: str
    build_id: bytes
    platform_parameters: int
    features_dom0: int
    features_domu: int
    vcpu_id_checked_first: bool
    """vcpu_op checks the vCPU id before the command."""
    vcpu_info_again: Errno
    """The error of registering a second vcpu_info."""
    build_id_no_room: Errno
    """The error of XENVER_build_id with a length of 0."""
    poll_checks_ports: bool
    """SCHEDOP_poll refuses ports that are not bound."""
    smccc_version: int
    debug_spoils_on_enosys: bool
    """A debug build overwrites the argument registers even if a handler returned -ENOSYS."""
    debug_lines: DebugLines
    interrupts: InterruptRelease
    debug_trap_panics: bool = False
    """A debug build panics at a debug trap that it does not know."""
    varbuf_commands: bool = False
    """xen_version has the commands that copy out strings of any length."""
    strict_physmap: bool = True
    """A page of Xen can be mapped in one place only, unmapping requires that the named page is there, a mapping that
    fails stops populate_physmap, and ranges that overflow are refused."""
    old_resources: bool = False
    """XENMEM_acquire_resource is only for the hardware domain, and reports its limit of frames for any domain id."""
    foreign_is_remote: bool = False
    """The caller as the foreign domain is -EPERM, as in other calls that require a remote domain."""
    empty_copy_succeeds: bool = False
    """A GNTTABOP_copy of 0 bytes succeeds without further checks."""
    grant_transfer: bool = False
    """GNTTABOP_transfer checks its arguments before it fails."""
    hypfs_relative_path: Errno = Errno.EINVAL
    """The error of hypfs_op for a path that does not begin at the root."""
    physdev_result_bits: int = 64
    multicall_count_bits: int = 32
    sysctl_interface: int = 0x15
    domctl_interface: int = 0x15
    domctls_without_domain: tuple[int, ...] = (1, 5)
    """The domctls, by number, that do not need an existing domain: to create one, and to list them."""
    domctl_unknown: Errno = Errno.ENOSYS
    """The error of an unknown domctl. Up to 4.14 it is that of the last handler tried, ``iommu_do_domctl``, without
    an IOMMU."""
    traps_identification: bool = True
    """EL2 traps the identification registers (HCR_EL2.TID3, since 4.15), and does not leave them to the CPU."""
    compile_by: str = "pkg-xen-devel"
    compile_domain: str = "lists.alioth.debian.org"


XEN_4_14 = Release(
    name="4.14",
    version=(4, 14),
    extraversion=".6",
    compiler="aarch64-linux-gnu-gcc (Debian 10.2.1-6) 10.2.1 20210110",
    compile_date="Thu Sep 21 14:55:59 UTC 2023",
    build_id=bytes.fromhex("fd0988491f41f46ba1f6830326db777f117e107f"),
    platform_parameters=0x20_0000,
    features_dom0=0x6805,
    features_domu=0x6005,
    vcpu_id_checked_first=False,
    vcpu_info_again=Errno.EINVAL,
    build_id_no_room=Errno.EINVAL,
    poll_checks_ports=False,
    smccc_version=0x1_0001,
    debug_spoils_on_enosys=True,
    interrupts=interrupt_releases.XEN_4_14,
    debug_lines=DebugLines("p2m.c:2117", "p2m.c:2147", "p2m.c:2157"),
    debug_trap_panics=True,
    strict_physmap=False,
    old_resources=True,
    grant_transfer=True,
    hypfs_relative_path=Errno.ENOENT,
    physdev_result_bits=32,
    sysctl_interface=0x13,
    domctl_interface=0x12,
    domctl_unknown=Errno.EOPNOTSUPP,
    traps_identification=False,
)

XEN_4_17 = Release(
    name="4.17",
    version=(4, 17),
    extraversion=".5",
    compiler="aarch64-linux-gnu-gcc (Debian 12.2.0-14+deb12u1) 12.2.0",
    compile_date="Sat Nov 29 13:52:25 UTC 2025",
    build_id=bytes.fromhex("293274c12b4f5c7da9f0fa540dc46ab5453d78ab"),
    platform_parameters=0x20_0000,
    features_dom0=0x2_6805,
    features_domu=0x1_6005,
    vcpu_id_checked_first=True,
    vcpu_info_again=Errno.EINVAL,
    build_id_no_room=Errno.EINVAL,
    poll_checks_ports=True,
    smccc_version=0x1_0001,
    debug_spoils_on_enosys=False,
    interrupts=interrupt_releases.XEN_4_17,
    debug_lines=DebugLines("arch/arm/p2m.c:2200", "arch/arm/p2m.c:2230", "arch/arm/p2m.c:2240"),
)

XEN_4_20 = Release(
    name="4.20",
    version=(4, 20),
    extraversion=".4-pre",
    compiler="aarch64-linux-gnu-gcc (Debian 14.2.0-19) 14.2.0",
    compile_date="Fri Jul 31 21:59:26 UTC 2026",
    build_id=bytes.fromhex("d5b61c207ed503d6f1d31bb71cf7a67728916640"),
    platform_parameters=0,
    features_dom0=0x6_6805,
    features_domu=0x5_6005,
    vcpu_id_checked_first=True,
    vcpu_info_again=Errno.EBUSY,
    build_id_no_room=Errno.ENOBUFS,
    poll_checks_ports=True,
    smccc_version=0x1_0002,
    debug_spoils_on_enosys=False,
    interrupts=interrupt_releases.XEN_4_20,
    debug_lines=DebugLines("arch/arm/p2m.c:553", "arch/arm/p2m.c:583", "arch/arm/p2m.c:593"),
    varbuf_commands=True,
    foreign_is_remote=True,
    empty_copy_succeeds=True,
    multicall_count_bits=64,
    domctl_interface=0x17,
    domctls_without_domain=(1,),
)

XEN_UNSTABLE_2020 = replace(
    XEN_4_14,
    name="4.15-unstable",
    version=(4, 15),
    extraversion="-unstable",
    debug_lines=DebugLines("p2m.c:1890", "p2m.c:1920", "p2m.c:1930"),
)
"""Xen of 2020-07-30, between 4.14 and 4.15, for which the patch series was written."""
