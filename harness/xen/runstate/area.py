"""What a runstate delivery remembers about a vCPU's area: plain data, part of the vCPU's state."""

from dataclasses import dataclass

from harness.machine.memory import PAGE_MASK


@dataclass(frozen=True, slots=True)
class Area:
    """A registered area: its address as registered, and the mfns that Xen holds references to, if any."""

    address: int
    frames: tuple[int, ...] = ()

    @property
    def offset(self) -> int:
        """Its offset in its first page, in bytes."""
        return self.address & ~PAGE_MASK
