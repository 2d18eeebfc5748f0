"""The pages by which Xen tells a guest of events: shared_info, and the vcpu_info of each vCPU (``public/xen.h``).

On Arm only vCPU 0 has its vcpu_info in shared_info. Any other vCPU has none until it registers one
(VCPUOP_register_vcpu_info); until then its events go to a dummy structure that no guest can read.
"""

from dataclasses import dataclass

from harness.abi.shared_info import SHARED_INFO, VCPU_INFO
from harness.machine.memory import PAGE_SHIFT
from harness.xen.domains.domain import Domain, Vcpu

PORTS_PER_WORD = 64
WALLCLOCK_VERSION = 2
"""Odd while Xen writes (``update_domain_wallclock_time``): 2 is the value after the first update."""

_PENDING = SHARED_INFO.offset("evtchn_pending")
_MASK = SHARED_INFO.offset("evtchn_mask")
_UPCALL = VCPU_INFO.offset("evtchn_upcall_pending")
_SELECTOR = VCPU_INFO.offset("evtchn_pending_sel")


@dataclass(frozen=True, slots=True)
class _Bits:
    """Bits in memory, as the guest sees them."""

    memory: memoryview | bytearray
    at: int

    def test(self, bit: int) -> bool:
        return bool(self.memory[self.at + (bit >> 3)] >> (bit & 7) & 1)

    def test_and_set(self, bit: int) -> bool:
        was = self.test(bit)
        self.memory[self.at + (bit >> 3)] |= 1 << (bit & 7)
        return was

    def test_and_clear(self, bit: int) -> bool:
        was = self.test(bit)
        self.memory[self.at + (bit >> 3)] &= 0xFF ^ 1 << (bit & 7)
        return was


def start_wallclock(domain: Domain) -> None:
    """Write the wall clock into a new domain's page, once: a board without a real-time clock boots in 1970, at 0 s."""
    memory = domain.memory
    at = (domain.shared_info_mfn << PAGE_SHIFT) + SHARED_INFO.offset("wc_version")
    memory.write(at, WALLCLOCK_VERSION.to_bytes(4, "little"))


def pending(domain: Domain) -> _Bits:
    """``shared_info.evtchn_pending``, by port."""
    return _shared(domain, _PENDING)


def mask(domain: Domain) -> _Bits:
    """``shared_info.evtchn_mask``, by port."""
    return _shared(domain, _MASK)


def upcall_pending(vcpu: Vcpu) -> _Bits:
    """``vcpu_info.evtchn_upcall_pending``: bit 0."""
    return _info(vcpu, _UPCALL)


def upcall_is_pending(vcpu: Vcpu) -> bool:
    """Whether ``evtchn_upcall_pending`` is not zero: Xen sets bit 0, but the guest's whole byte counts."""
    info = _info(vcpu, _UPCALL)
    return info.memory[info.at] != 0


def selector(vcpu: Vcpu) -> _Bits:
    """``vcpu_info.evtchn_pending_sel``, by word of ``evtchn_pending``."""
    return _info(vcpu, _SELECTOR)


def move_vcpu_info(vcpu: Vcpu, maddr: int) -> None:
    """Move a vCPU's vcpu_info to a machine address: its contents are copied, and every event is marked pending.

    A spurious event is better than a lost one (``common/domain.c``, ``map_vcpu_info``).
    """
    old = _info(vcpu, 0)
    data = bytes(old.memory[old.at : old.at + VCPU_INFO.size])
    # The dummy structure is shared by all vCPUs that use it, so its contents mean nothing for this one.
    if vcpu.state.vcpu_info is None and vcpu.number:
        data = bytes(VCPU_INFO.size)
    vcpu.domain.memory.write(maddr, data)
    vcpu.state.vcpu_info = maddr
    upcall_pending(vcpu).test_and_set(0)
    words = selector(vcpu)
    for word in range(PORTS_PER_WORD):
        words.test_and_set(word)


def _shared(domain: Domain, offset: int) -> _Bits:
    memory = domain.memory
    return _Bits(memory.bytes, (domain.shared_info_mfn << PAGE_SHIFT) - memory.base + offset)


def _info(vcpu: Vcpu, offset: int) -> _Bits:
    if vcpu.state.vcpu_info is not None:
        memory = vcpu.domain.memory
        return _Bits(memory.bytes, vcpu.state.vcpu_info - memory.base + offset)
    if vcpu.number == 0:
        return _shared(vcpu.domain, SHARED_INFO.offset("vcpu_info") + offset)
    return _Bits(vcpu.domain.state.unread_vcpu_info, offset)
