"""What Xen keeps of a domain's grant table beside the frames that it shares with the guest: plain, copyable data."""

from dataclasses import dataclass, field


@dataclass
class Active:
    """An entry that is in use: by which domain, what it meant when that began, and how often, to read and to write."""

    domain: int
    mfn: int
    readers: int = 0
    writers: int = 0

    @property
    def pinned(self) -> bool:
        """Whether anybody uses it."""
        return bool(self.readers or self.writers)


@dataclass(frozen=True)
class GrantMapping:
    """What a handle stands for: an entry of a domain's table, mapped at a gfn in some way."""

    domain: int
    reference: int
    flags: int
    gfn: int
    mfn: int


@dataclass
class GrantTableState:
    """Plain, copyable: what Xen keeps of a grant table beside its frames."""

    frames: list[int] = field(default_factory=list)
    """The mfns of the frames that are shared with the guest."""
    placed: dict[int, int] = field(default_factory=dict)
    """4.14: by frame number, the gfn at which it was put last, though it may be gone from there."""
    active: dict[int, Active] = field(default_factory=dict)
    """By reference, the entries in use."""
    maptrack: dict[int, GrantMapping] = field(default_factory=dict)
    """By handle, the mappings that are there."""
    handles: int = 0
    """How many handles there are, used or not."""
    free_handles: dict[int, list[int]] = field(default_factory=dict)
    """By vCPU, first in, first out."""
