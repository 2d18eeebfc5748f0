"""Walks in words: what each descriptor says, for crash reports and page-table views. Numbers to text, no logic."""

from harness.machine.mmu import descriptors as d
from harness.machine.mmu.faults import permission_text
from harness.machine.mmu.stage1 import stage1_permissions
from harness.machine.mmu.stage2 import stage2_permissions
from harness.machine.mmu.trail import DescriptorRead, Walk

_TABLE_LIMIT_WORDS = (
    (d.AP_TABLE_NO_EL0, "no EL0 below"),
    (d.AP_TABLE_READ_ONLY, "read-only below"),
    (d.UXN_TABLE, "UXN below"),
    (d.PXN_TABLE, "PXN below"),
)
_SHAREABILITY_WORDS = ("non-shareable", "reserved shareability", "outer shareable", "inner shareable")
_DEVICE_WORDS = ("nGnRnE", "nGnRE", "nGRE", "GRE")
_CACHEABILITY_WORDS = ("", "non-cacheable", "write-through", "write-back")


def describe_descriptor(read: DescriptorRead) -> str:
    """Describe one descriptor: its type, its target, and what it allows."""
    value = read.value
    kind = value & d.TYPE_MASK
    if not value & d.VALID:
        return "invalid"
    granule_bits = _granule_bits(read)
    block_levels = (1, 2) if granule_bits == 12 else (2,)
    address_mask = (1 << 48) - (1 << granule_bits)
    if kind == d.IS_TABLE_OR_PAGE and read.level < 3:
        limits = [words for bit, words in _TABLE_LIMIT_WORDS if read.stage == 1 and value & bit]
        return ", ".join([f"table at {'ipa' if read.stage == 1 else 'maddr'} {value & address_mask:#x}", *limits])
    if kind == d.IS_BLOCK and read.level not in block_levels:
        return "reserved encoding, as good as invalid"
    name = "page" if read.level == 3 else f"block of {_size_text(1 << read.shift)}"
    target = value & address_mask & -(1 << read.shift)
    words = _stage1_words(value) if read.stage == 1 else _stage2_words(value)
    if not value & d.ACCESS_FLAG:
        words.append("access flag clear")
    return ", ".join([f"{name} at {'ipa' if read.stage == 1 else 'maddr'} {target:#x}", *words])


def describe_walk(walk: Walk) -> str:
    """The whole walk, a line for each descriptor and one for the outcome; nested stage-2 reads are indented."""
    return "\n".join([*(_line(read) for read in walk.reads), f"=> {walk.outcome}"])


def _line(read: DescriptorRead) -> str:
    indent = "    " if read.nested else ""
    table = f"table {read.table_maddr:#x}" if read.table_ipa is None else f"table ipa {read.table_ipa:#x}"
    return (
        f"{indent}stage {read.stage} L{read.level} {table} [{read.index:3}] @ {read.maddr:#x} = {read.value:#018x}"
        f"  {describe_descriptor(read)}"
    )


def _stage1_words(value: int) -> list[str]:
    words = [
        f"EL1 {permission_text(stage1_permissions(value, 1))}",
        f"EL0 {permission_text(stage1_permissions(value, 0))}",
        f"attr {value >> d.ATTRIBUTE_INDEX_SHIFT & 7}",
        _SHAREABILITY_WORDS[value >> d.SHAREABILITY_SHIFT & 3],
    ]
    if value & d.NON_GLOBAL:
        words.append("nG")
    if value & d.CONTIGUOUS:
        words.append("contiguous")
    return words


def _stage2_words(value: int) -> list[str]:
    memory = value >> d.S2_MEMORY_SHIFT & 0xF
    if memory >> 2:
        memory_words = f"{_CACHEABILITY_WORDS[memory >> 2]}/{_CACHEABILITY_WORDS[memory & 3] or 'unpredictable'}"
    else:
        memory_words = f"device {_DEVICE_WORDS[memory]}"
    return [
        permission_text(stage2_permissions(value)),
        memory_words,
        _SHAREABILITY_WORDS[value >> d.SHAREABILITY_SHIFT & 3],
        f"p2m kind {(value & d.S2_SOFTWARE_MASK) >> d.S2_SOFTWARE_SHIFT}",
    ]


def _granule_bits(read: DescriptorRead) -> int:
    """log2 of the granule, from the level and what an entry there maps: shift = g + (g - 3) * (3 - level)."""
    above = 3 - read.level
    return (read.shift + 3 * above) // (1 + above)


def _size_text(size: int) -> str:
    for shift, unit in ((40, "TiB"), (30, "GiB"), (20, "MiB")):
        if size >> shift:
            return f"{size >> shift} {unit}"
    return f"{size >> 10} KiB"
