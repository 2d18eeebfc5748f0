"""The outcomes of a translation: an address, or a typed fault with the architecture's status code.

Everything here is plain frozen data; other modules decide whether a fault becomes an exception, and whose.
"""

import enum
from typing import NamedTuple

from harness.machine.mmu import descriptors as d


class Access(enum.IntEnum):
    """A kind of access. The values are bits, so that a set of permissions is their sum."""

    READ = 1
    WRITE = 2
    EXECUTE = 4


def permission_text(permissions: int) -> str:
    """Permissions as ``ls`` shows them: ``rw-`` for READ | WRITE."""
    return "".join(
        letter if permissions & bit else "-"
        for letter, bit in (("r", Access.READ), ("w", Access.WRITE), ("x", Access.EXECUTE))
    )


class FaultKind(enum.Enum):
    """Why a walk ended without an address. The value is the fault status code at level 0 (D17, ISS encoding)."""

    ADDRESS_SIZE = 0b000000
    TRANSLATION = 0b000100
    ACCESS_FLAG = 0b001000
    PERMISSION = 0b001100
    EXTERNAL = 0b010100
    """A table is outside machine memory: a synchronous external abort on a table walk."""


_KIND_TEXT = {
    FaultKind.ADDRESS_SIZE: "address size fault",
    FaultKind.TRANSLATION: "translation fault",
    FaultKind.ACCESS_FLAG: "access flag fault",
    FaultKind.PERMISSION: "permission fault",
    FaultKind.EXTERNAL: "external abort on the table walk",
}


class Fault(NamedTuple):
    """A translation that failed.

    ``stage`` (1 or 2) is the stage that failed, ``level`` (0 to 3) the level there. ``va`` is None if the walk began
    with an IPA. ``ipa`` is the input of stage 2, so it is None for a fault of stage 1; with ``s1ptw`` it is the
    address of a stage-1 descriptor, which stage 2 could not translate.
    """

    kind: FaultKind
    level: int
    stage: int
    va: int | None
    ipa: int | None
    s1ptw: bool
    access: Access

    @property
    def fsc(self) -> int:
        """IFSC or DFSC of ESR_ELx, bits 5:0."""
        return self.kind.value + self.level

    def moved(self, va: int) -> "Fault":
        """The fault of the same access to another address in the same 4 KiB."""
        if va == self.va:
            return self
        ipa = self.ipa if self.ipa is None or self.s1ptw else self.ipa & -0x1000 | va & 0xFFF
        return Fault(self.kind, self.level, self.stage, va, ipa, self.s1ptw, self.access)

    def __str__(self) -> str:
        """One line for people."""
        where = [] if self.va is None else [f"va {self.va:#x}"]
        if self.ipa is not None:
            where.append(f"{'stage-1 descriptor at ' if self.s1ptw else ''}ipa {self.ipa:#x}")
        what = f"stage {self.stage} {_KIND_TEXT[self.kind]}, level {self.level}"
        return f"{what}, {self.access.name.lower()} of {', '.join(where)} (FSC {self.fsc:#04x})"


class Translation(NamedTuple):
    """A translation that succeeded, for one kind of access at one exception level.

    ``block_size`` is the size in bytes of the aligned block around ``va`` that both stages map as one piece.
    ``permissions`` are those of that exception level by both stages together: a sum of :class:`Access`.
    ``stage1`` is the last stage-1 descriptor with the limits of the tables above it merged in, None with the MMU
    off or if the walk began with an IPA; ``stage2`` the last stage-2 descriptor, None with stage 2 off.
    """

    va: int | None
    ipa: int
    maddr: int
    block_size: int
    permissions: int
    stage1: int | None
    stage2: int | None

    @property
    def attribute_index(self) -> int | None:
        """Index into MAIR_EL1, 0 to 7; None with the MMU off."""
        return None if self.stage1 is None else self.stage1 >> d.ATTRIBUTE_INDEX_SHIFT & 7

    @property
    def non_global(self) -> bool:
        """Whether the TLB entry belongs to one ASID (nG)."""
        return self.stage1 is not None and bool(self.stage1 & d.NON_GLOBAL)

    @property
    def device(self) -> bool:
        """Whether stage 2 makes this Device memory."""
        return self.stage2 is not None and not self.stage2 & d.S2_NOT_DEVICE

    @property
    def software_bits(self) -> int | None:
        """Bits 58:55 of the stage-2 descriptor, where Xen keeps the p2m type; None with stage 2 off."""
        return None if self.stage2 is None else (self.stage2 & d.S2_SOFTWARE_MASK) >> d.S2_SOFTWARE_SHIFT

    def __str__(self) -> str:
        """One line for people."""
        start = "" if self.va is None else f"va {self.va:#x} -> "
        size = f"{self.block_size >> 10:,} KiB" if self.block_size < 1 << 63 else "flat"
        return f"{start}ipa {self.ipa:#x} -> maddr {self.maddr:#x} ({permission_text(self.permissions)}, {size})"
