"""Destroying a domain: everything that it held is released, and that is checked."""

from harness.errors import ModelError
from harness.machine.memory import PAGE_SHIFT
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.event_channels.channels import EventChannels
from harness.xen.host import Host
from harness.xen.memory.grant_table import GrantTable
from harness.xen.models.blame import blame


class LeakError(Exception):
    """A destroyed domain did not release everything: a bug in the harness."""


def destroy(domain: Domain) -> None:
    """Release every mapping, reference, frame and emulated CPU. Raises ModelError, after everything else is done."""
    failure: ModelError | None = None
    # References to pages go first, the domain's own frames last: a frame with references left would look like a leak.
    EventChannels(domain).reset()
    for vcpu in domain.vcpus:
        try:
            _let_go(vcpu)
        except ModelError as error:  # the rest is released nevertheless
            failure = failure or error
        if vcpu.state.vcpu_info is not None:
            domain.frames.put(vcpu.state.vcpu_info >> PAGE_SHIFT)
            vcpu.state.vcpu_info = None
        vcpu.close()
    GrantTable(domain).destroy()
    domain.p2m.destroy()
    if failure is not None:
        raise failure


def _let_go(vcpu: Vcpu) -> None:
    try:
        vcpu.domain.delivery.release(vcpu)
    except (Exception, SystemExit) as error:
        blame(error, vcpu.domain.model, f"letting go of what is held for {vcpu}, at its domain's end")


def check_nothing_left(host: Host) -> None:
    """After all domains are destroyed: raise LeakError unless all frames are free and no vmap is open."""
    if host.frames.in_use or host.vmap.live or host.frames.state.references:
        raise LeakError(
            f"after the last domain: {host.frames.in_use} frames, {host.vmap.live} mappings, "
            f"{len(host.frames.state.references)} frames with references"
        )
