"""The upper half of a guest's address space under each TTBR1 directory, and whether the runstate area is mapped in it.

The tables are read when an area is registered or updated, because those are the live tables that Xen walks.
"""

from typing import Any

from harness.abi.runstate import VCPU_RUNSTATE_INFO
from harness.debug.address_space import Half, half_of, root_of
from harness.events import AreaRegistered, EventBus, RunstatePublished
from harness.machine.mmu.faults import Access, permission_text
from harness.xen.domains.domain import Vcpu
from harness.xen.hypervisor import Hypervisor

MOST_DIRECTORIES = 32
_UPPER = 1 << 55


class Directories:
    """Listens to the events of runstate areas. Set ``xen`` before the first of them."""

    def __init__(self, events: EventBus) -> None:
        self.xen: Hypervisor | None = None
        self._seen: dict[tuple[int, bool], dict[str, Any]] = {}
        self._unseen: set[tuple[int, bool]] = set()
        events.listen(AreaRegistered, self._registered)
        events.listen(RunstatePublished, lambda event: self._look(event.domain, event.vcpu, event.el, event.address))

    def _registered(self, event: AreaRegistered) -> None:
        if not event.physical and event.address & _UPPER:
            self._look(event.domain, event.vcpu, 1, event.address)

    def _look(self, domain: int, number: int, level: int, address: int) -> None:
        if self.xen is None or domain not in self.xen.domains:
            return
        vcpu = self.xen.domains[domain].vcpus[number]
        if not vcpu.has_cpu or not address & _UPPER:
            return
        key = root_of(vcpu, upper=True)
        if key not in self._seen and len(self._seen) >= MOST_DIRECTORIES:
            self._unseen.add(key)
        elif key not in self._seen:
            self._seen[key] = _described(vcpu, half_of(vcpu, upper=True), address)
        if key in self._seen and level not in self._seen[key]["levels"]:
            self._seen[key]["levels"] = sorted([*self._seen[key]["levels"], level])

    @property
    def unseen(self) -> int:
        """How many further directories there were, beyond MOST_DIRECTORIES."""
        return len(self._unseen)

    def plain(self) -> list[dict[str, Any]]:
        """The directories in the order of their root tables, as JSON values."""
        return [self._seen[key] for key in sorted(self._seen)]


def _described(vcpu: Vcpu, half: Half, address: int) -> dict[str, Any]:
    # An area may cross a page boundary, so look up its first and its last byte.
    found = [half.covers(page) for page in (address, address + VCPU_RUNSTATE_INFO.size - 1)]
    inside = all(region is not None and region.el1 & Access.WRITE for region in found)
    return {
        "vcpu": str(vcpu),
        "root": f"{half.root:#x}",
        "enabled": half.enabled,
        "whole": half.whole,
        "levels": [],
        "area": f"{address:#x}",
        "inside": inside,
        "regions": [
            [f"{r.va:#x}", r.size, f"{r.ipa:#x}", permission_text(r.el1), permission_text(r.el0), int(r in found)]
            for r in half.regions
        ],
    }
