"""The end of a domain: everything that it held goes back, and that is checked."""

from harness.machine.memory import PAGE_SHIFT
from harness.xen.domains.domain import Domain
from harness.xen.event_channels.channels import EventChannels
from harness.xen.host import Host
from harness.xen.memory.grant_table import GrantTable


class LeakError(Exception):
    """A destroyed domain did not give everything back: a bug in the harness."""


def destroy(domain: Domain) -> None:
    """Give back every mapping, reference, frame and emulated CPU."""
    EventChannels(domain).reset()
    for vcpu in domain.vcpus:
        domain.delivery.release(vcpu)
        if vcpu.state.vcpu_info is not None:
            domain.frames.put(vcpu.state.vcpu_info >> PAGE_SHIFT)
            vcpu.state.vcpu_info = None
        vcpu.close()
    GrantTable(domain).destroy()
    domain.p2m.destroy()


def check_nothing_left(host: Host) -> None:
    """Raise LeakError unless all frames are free and no vmap is open: all domains have been destroyed."""
    if host.frames.in_use or host.vmap.live or host.frames.state.references:
        raise LeakError(
            f"after the last domain: {host.frames.in_use} frames, {host.vmap.live} mappings, "
            f"{len(host.frames.state.references)} frames with references"
        )
