"""Building a domain: memory, image, device tree and first vCPU, where Xen's domain builder puts them.

``xen/arch/arm/domain_build.c`` and ``kernel.c``: a domU's RAM begins at 0x40000000; an Image lies at its text offset
from there; the device tree goes to the last 2 MiB, or 128 MiB above the start where there is that much.
"""

from dataclasses import dataclass

from harness.abi.memory_map import GUEST_RAM0_BASE, GUEST_RAM0_SIZE, GUEST_RAM1_BASE
from harness.errors import InputError
from harness.guest import Guest
from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE
from harness.machine.mmu.faults import Access, Fault
from harness.platform.devicetree import domain_tree
from harness.xen.command_line import KEPT_BYTES
from harness.xen.domains.domain import Domain
from harness.xen.memory.p2m import Placement

MIB = 1 << 20
MODULE_ALIGN = 2 * MIB
_MODULES_AT = 128 * MIB

LEAST_MEMORY = 4 * MIB
MOST_MEMORY = 64 << 30
MOST_TOGETHER = 960 << 30
"""The most memory of all guests of a machine together: physical addresses have 40 bits, and RAM begins at 1 GiB."""
BLOCK_MEMORY = 256 * MIB
"""Guests of this size and more get 2 MiB blocks instead of scattered frames."""

MOST_VCPUS = 128
"""MAX_VIRT_CPUS with a GICv3."""


@dataclass(frozen=True)
class Bank:
    """A run of guest-physical RAM in bytes."""

    base: int
    size: int

    @property
    def end(self) -> int:
        """The first address after the bank."""
        return self.base + self.size


def check_size(memory: int, vcpus: int) -> None:
    """Raise InputError for a memory size or number of vCPUs that a domain cannot have."""
    if not LEAST_MEMORY <= memory <= MOST_MEMORY or memory % MODULE_ALIGN:
        raise InputError(
            f"{memory:,} bytes of memory: a guest has a multiple of 2 MiB, from 4 MiB to {MOST_MEMORY >> 30} GiB"
        )
    if not 1 <= vcpus <= MOST_VCPUS:
        raise InputError(f"{vcpus} vCPUs: a guest has 1 to {MOST_VCPUS}")


def check_total(memory: int, guests: int) -> None:
    """Raise InputError if ``guests`` guests with ``memory`` bytes each need more memory than a machine can have."""
    if memory * guests > MOST_TOGETHER:
        each = MOST_TOGETHER // guests // MODULE_ALIGN * (MODULE_ALIGN // MIB)
        raise InputError(
            f"{guests} guests of {memory >> 20:,} MiB: a machine has {MOST_TOGETHER >> 30} GiB for all of them "
            f"together, so {MOST_TOGETHER // memory} of this size, or {each:,} MiB each"
        )


def populate(domain: Domain, memory: int, placement: Placement | None = None) -> list[Bank]:
    """Give a domain its RAM: direct-mapped for dom0, else at the addresses that every domU has."""
    domain.state.max_pages = memory >> PAGE_SHIFT
    if domain.privileged:
        # Aligned to the largest power of two that fits, up to 1 GiB, so that blocks can be mapped.
        align = min(1 << memory.bit_length() - 1, 1 << 30) >> PAGE_SHIFT
        mfn = domain.p2m.populate_direct(memory >> PAGE_SHIFT, align)
        return [Bank(mfn << PAGE_SHIFT, memory)]
    first = min(memory, GUEST_RAM0_SIZE)
    banks = [Bank(GUEST_RAM0_BASE, first)]
    if memory > first:
        banks.append(Bank(GUEST_RAM1_BASE, memory - first))
    chosen = placement or (Placement.BLOCKS if memory >= BLOCK_MEMORY else Placement.SCATTERED)
    for bank in banks:
        domain.p2m.populate(bank.base >> PAGE_SHIFT, bank.size >> PAGE_SHIFT, chosen)
    return banks


def write_ipa(domain: Domain, ipa: int, data: bytes) -> None:
    """Write to guest-physical memory, page by page, because frames are scattered. InputError if there is no RAM."""
    done = 0
    while done < len(data):
        size = min(len(data) - done, PAGE_SIZE - (ipa + done) % PAGE_SIZE)
        found = domain.p2m.translate(ipa + done, Access.READ)
        if isinstance(found, Fault):
            raise InputError(f"cannot load anything at {ipa + done:#x}: the guest has no memory there")
        domain.memory.write(found.maddr, data[done : done + size])
        done += size


def load(domain: Domain, guest: Guest, banks: list[Bank], *, cmdline: bytes = b"", initrd: bytes = b"") -> int:
    """Load the guest, its device tree and initrd; returns the entry, an IPA. ``domain.device_tree`` is for x0."""
    bank = banks[0]
    shift = _shift(guest, bank)
    start, end = guest.base + shift, guest.base + shift + guest.image_size
    if start < bank.base or end > bank.end:
        raise InputError(
            f"{guest.name} needs {guest.image_size:,} bytes at {start:#x}, "
            f"but memory is {bank.size:,} bytes from {bank.base:#x} on"
        )
    modules = _place_modules(bank, start, end, len(initrd))
    for segment in guest.segments:
        write_ipa(domain, segment.address + shift, segment.data)
    initrd_range = None
    if initrd:
        at = modules + MODULE_ALIGN
        write_ipa(domain, at, initrd)
        initrd_range = (at, len(initrd))
    major, minor = domain.release.version
    tree = domain_tree(
        vcpus=len(domain.vcpus),
        memory=[(each.base, each.size) for each in banks],
        bootargs=cmdline[:KEPT_BYTES],
        initrd=initrd_range,
        xen_version=f"{major}.{minor}",
        dom0=domain.privileged,
    )
    write_ipa(domain, modules, tree)
    domain.load_shift = shift
    domain.device_tree = modules
    return guest.entry + shift


def _shift(guest: Guest, bank: Bank) -> int:
    """What to add to the guest's link addresses. An ELF stays at its physical address if that is RAM, else it is moved.

    Raises InputError for an ELF that cannot be moved.
    """
    if guest.physical_base is not None:
        if bank.base <= guest.physical_base < bank.end:
            return guest.physical_base - guest.base
        if guest.fixed:
            end = guest.physical_base + guest.image_size - 1
            raise InputError(
                f"{guest.name}: this ELF is linked to addresses {guest.physical_base:#x} to {end:#x}, and memory is "
                f"{bank.base:#x} to {bank.end - 1:#x}: link it into that (ld -Ttext={bank.base + MODULE_ALIGN:#x}), "
                "or as position independent (ET_DYN, ld -pie)"
            )
    return bank.base + guest.text_offset - guest.base


def _place_modules(bank: Bank, start: int, end: int, initrd_size: int) -> int:
    # The order of ``place_modules``: 128 MiB above the start, else at the end of memory, else below the kernel.
    size = MODULE_ALIGN + -(-initrd_size // MODULE_ALIGN) * MODULE_ALIGN
    top = -(-end // MODULE_ALIGN) * MODULE_ALIGN
    if bank.size >= _MODULES_AT + size and end < bank.base + _MODULES_AT:
        return bank.base + _MODULES_AT
    if bank.end - size >= top:
        return bank.end - size
    if start - bank.base > size:
        return start // MODULE_ALIGN * MODULE_ALIGN - size
    raise InputError(
        f"{bank.size:,} bytes of memory are too small for the guest ({end - start:,}), "
        f"its device tree and its initrd ({initrd_size:,})"
    )
