"""What is said of an update that did not arrive: the fault of the copy that failed, not of another look later."""

from dataclasses import dataclass, replace

import harness
from harness.events import EventBus, RunstatePublished
from harness.guest import assemble
from harness.xen.domains.domain import Vcpu
from harness.xen.memory.shortfall import Shortfall
from harness.xen.models.model import MODELS
from harness.xen.runstate.area import Area
from harness.xen.runstate.delivery import VirtualAddressDelivery
from harness.xen.runstate.publication import Publication, Target

NO_MEMORY = 0x1000
WAITS = f"""
        adr     x2, pointer
        mov     x16, #24                // vcpu_op: register the area where there is no memory ...
        mov     x0, #5
        mov     x1, #0
        hvc     #0xEA1
        wfi                             // ... and be switched out
        .balign 8
pointer: .quad  {NO_MEMORY:#x}
"""


@dataclass
class MovedMeanwhile:
    """Stands before a target: after its last store the area is registered where there is memory."""

    target: Target
    vcpu: Vcpu

    def store(self, offset: int, data: bytes) -> Shortfall | None:
        done = self.target.store(offset, data)
        self.vcpu.state.area = Area(self.vcpu.cpu.pc)
        return done


class Moving(VirtualAddressDelivery):
    def publication(self, vcpu: Vcpu) -> Publication | None:
        made = super().publication(vcpu)
        if made is not None:
            made.target = MovedMeanwhile(made.target, vcpu)
        return made


def lost(delivery: type[VirtualAddressDelivery]) -> RunstatePublished:
    events, updates = EventBus(), list[RunstatePublished]()
    events.listen(RunstatePublished, updates.append)
    with harness.boot(assemble(WAITS), abi=replace(MODELS["xen-4.17"], delivery=delivery), events=events) as machine:
        machine.run()
    return updates[-1]


def test_the_fault_is_that_of_the_failed_copy_whatever_changed_since() -> None:
    plain, moved = lost(VirtualAddressDelivery), lost(Moving)
    assert (plain.written, plain.wanted) == (moved.written, moved.wanted) == (0, 48)
    assert plain.fault == "stage 2 translation fault, level 1, write of va 0x1000, ipa 0x1000 (FSC 0x05)"
    assert moved.fault == plain.fault
