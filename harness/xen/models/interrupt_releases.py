"""What differs between Xen releases in interrupts and event channels, as data, as the real binaries answered it."""

from dataclasses import dataclass

from harness.abi.errno import Errno
from harness.platform.gic_distributor import VgicRelease

ANY_PORT = (1 << 31) - 1
"""The highest port of a domain that may use all ports of its ABI."""


@dataclass(frozen=True)
class InterruptRelease:
    """One release's interrupts and event channels."""

    vgic: VgicRelease
    sgi_complaint: str
    """The log line for an SGI to a vCPU that is not up; a format with ``value``, ``long``, ``targets`` and ``vcpu``."""
    decodes_post_index: bool
    """A load or store with post-index reaches emulated devices."""
    bind_pirq: Errno
    """The error of EVTCHNOP_bind_pirq; if it is ENOMEM, a number out of range is EINVAL instead."""
    domu_last_port: int
    """The highest port of a dom0less domU, if its ABI has that many."""
    vcpu_info_offset: Errno
    """The error of a vcpu_info that is not aligned or crosses a page."""
    vcpu_info_again_first: bool
    """Xen refuses a second vcpu_info before it checks the new one's place, except for an offset beyond the page."""
    shows_unqueued_events: bool
    """With the FIFO ABI, an event for a vCPU without a control block still sets PENDING in the port's word."""


_OLD_SGI_COMPLAINT = "VGIC: write r={value:016x}                         target->list={targets:x}, wrong CPUTargetList "

XEN_4_14 = InterruptRelease(
    vgic=VgicRelease(pending_can_be_written=False, knows_igrpmodr=False, router_index_cut=True),
    sgi_complaint=_OLD_SGI_COMPLAINT,
    decodes_post_index=False,
    bind_pirq=Errno.ENOMEM,
    domu_last_port=ANY_PORT,
    vcpu_info_offset=Errno.EINVAL,
    vcpu_info_again_first=False,
    shows_unqueued_events=True,
)

XEN_4_17 = InterruptRelease(
    vgic=VgicRelease(pending_can_be_written=True, knows_igrpmodr=False, router_index_cut=False),
    sgi_complaint=_OLD_SGI_COMPLAINT,
    decodes_post_index=True,
    bind_pirq=Errno.ENOMEM,
    domu_last_port=1023,
    vcpu_info_offset=Errno.ENXIO,
    vcpu_info_again_first=False,
    shows_unqueued_events=False,
)

XEN_4_20 = InterruptRelease(
    vgic=VgicRelease(pending_can_be_written=True, knows_igrpmodr=True, router_index_cut=False),
    sgi_complaint="vGIC: write {long}, target->list={targets:#x}, bad target vcpu{vcpu}",
    decodes_post_index=True,
    bind_pirq=Errno.EOPNOTSUPP,
    domu_last_port=1023,
    vcpu_info_offset=Errno.ENXIO,
    vcpu_info_again_first=True,
    shows_unqueued_events=False,
)
