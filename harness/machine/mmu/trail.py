"""The trail of a walk: every descriptor that it read, in order, for display.

A walk is passed a list to fill, or None; with None the trail costs nothing.
"""

from dataclasses import dataclass

from harness.machine.mmu.faults import Fault, FaultKind, Translation


@dataclass(frozen=True, slots=True)
class DescriptorRead:
    """One descriptor that a walk read.

    ``input_address`` is the address that this stage was translating: a VA at stage 1, an IPA at stage 2. ``ipa`` is
    the descriptor's own IPA, None at stage 2; ``maddr`` is its machine address. ``shift`` is log2 of the bytes that
    one entry of its table maps. ``nested`` says that a stage-2 read served to find a stage-1 descriptor.
    """

    stage: int
    level: int
    shift: int
    input_address: int
    index: int
    ipa: int | None
    maddr: int
    value: int
    nested: bool

    @property
    def table_maddr(self) -> int:
        """Machine address of the first entry of the table."""
        return self.maddr - self.index * 8

    @property
    def table_ipa(self) -> int | None:
        """IPA of the first entry of the table; None at stage 2."""
        return None if self.ipa is None else self.ipa - self.index * 8


@dataclass(frozen=True, slots=True)
class Walk:
    """All descriptors that one translation read, in that order, and its outcome."""

    reads: tuple[DescriptorRead, ...]
    outcome: Translation | Fault


class WalkStopped(Exception):
    """Raised inside the walker when a walk ends in a fault; the walker turns it into a Fault."""

    def __init__(self, kind: FaultKind, level: int, stage: int, ipa: int | None = None) -> None:
        self.kind = kind
        self.level = level
        self.stage = stage
        self.ipa = ipa
        self.s1ptw = False
