"""Puts the hypervisor's parts together: the only file that knows all of them."""

from harness.events import EventBus
from harness.xen.console import Console
from harness.xen.domains.domain import Domain, RunstateDelivery
from harness.xen.event_channels import shared_info
from harness.xen.host import Host
from harness.xen.hypervisor import Hypervisor
from harness.xen.interrupts import timers
from harness.xen.interrupts.injection import answer_with_interrupts
from harness.xen.interrupts.vgic import VgicFrames
from harness.xen.memory.grant_table import GrantTable
from harness.xen.models.blame import blame, wrong_answer
from harness.xen.models.model import AbiModel
from harness.xen.runstate.order import Order
from harness.xen.traps import Traps


def make_hypervisor(memory_size: int, events: EventBus, *, pcpus: int = 1, order: Order | None = None) -> Hypervisor:
    """Make a machine with ``memory_size`` bytes and ``pcpus`` physical CPUs, without domains; the caller closes it."""
    host = Host(memory_size, events)
    return Hypervisor(host, Console(host), pcpus=pcpus, order=order)


def create_domain(
    xen: Hypervisor, number: int, model: AbiModel, vcpus: int, *, privileged: bool = False, debug_build: bool = False
) -> Domain:
    """Make a domain with all its parts, but without memory or a guest; see :mod:`harness.xen.domains.builder`."""
    domain = Domain(
        number,
        xen.host,
        model,
        _delivery_of(model, number),
        vcpus,
        xen.domains,
        privileged=privileged,
        debug_build=debug_build,
    )
    # A domain is below what acts on it, and imports lead down only: so it is given its handlers here.
    domain.on_trap = Traps(xen.host, xen.console, xen).answer
    domain.on_trap_in_flight = answer_with_interrupts
    domain.on_counter = timers.access_virtual
    domain.on_mmio = VgicFrames(domain).emulate
    domain.unblock = xen.unblock
    shared_info.start_wallclock(domain)
    GrantTable(domain).grow(1)  # ``grant_table_init``: a domain starts with one frame
    xen.add(domain)
    return domain


def _delivery_of(model: AbiModel, number: int) -> RunstateDelivery:
    doing = f"making the delivery of domain {number}"
    try:
        delivery = model.delivery()
    except (Exception, SystemExit) as error:
        blame(error, model, doing)
    if not isinstance(delivery, RunstateDelivery):
        raise wrong_answer(model, "its delivery", "a RunstateDelivery (harness.models)", delivery, doing)
    return delivery
