"""The layout of a C structure that a guest and Xen share: offsets and sizes in bytes, on arm64."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """A C structure: its name, size in bytes, and each field's (offset, size)."""

    name: str
    size: int
    fields: dict[str, tuple[int, int]]

    def offset(self, field: str) -> int:
        """The offset of ``field`` in bytes from the start of the structure."""
        return self.fields[field][0]
