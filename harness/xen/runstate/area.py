"""What a runstate delivery remembers of a vCPU's area: plain data, part of the vCPU's state."""

from dataclasses import dataclass

from harness.machine.memory import PAGE_MASK


@dataclass(frozen=True, slots=True)
class Area:
    """A registered area: the address it was registered by, and the frames that Xen holds of it, if it does."""

    address: int
    frames: tuple[int, ...] = ()

    @property
    def offset(self) -> int:
        """Where in its first page it begins."""
        return self.address & ~PAGE_MASK
