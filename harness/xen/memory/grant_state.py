"""Xen's own state of a domain's grant table, apart from the frames shared with the guest: plain, copyable data."""

from dataclasses import dataclass, field


@dataclass
class Active:
    """An entry in use: by which domain, the frame that it granted when use began, and how often, to read and to write.

    ``mfn`` is kept because the guest may change the entry, or its map, while the entry is in use.
    """

    domain: int
    mfn: int
    readers: int = 0
    writers: int = 0

    @property
    def pinned(self) -> bool:
        """Whether the entry is in use."""
        return bool(self.readers or self.writers)


@dataclass(frozen=True)
class GrantMapping:
    """What a handle refers to: a grant entry of ``domain`` that is mapped at ``gfn`` with these GNTMAP_* flags."""

    domain: int
    reference: int
    flags: int
    gfn: int
    mfn: int


@dataclass
class GrantTableState:
    """Xen's state of a grant table, plain and copyable."""

    frames: list[int] = field(default_factory=list)
    """The mfns of the frames that are shared with the guest."""
    placed: dict[int, int] = field(default_factory=dict)
    """4.14: by frame number, the gfn where it was mapped last; it may be mapped there no longer."""
    active: dict[int, Active] = field(default_factory=dict)
    """The entries in use, by reference."""
    maptrack: dict[int, GrantMapping] = field(default_factory=dict)
    """The existing mappings, by handle."""
    handles: int = 0
    """How many handles exist, used or not."""
    free_handles: dict[int, list[int]] = field(default_factory=dict)
    """The free handles of each vCPU, first in, first out."""
