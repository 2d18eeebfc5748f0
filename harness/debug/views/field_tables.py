"""The fields of system registers as data, with the meanings that the manual gives their values (Arm DDI 0487, D19)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.debug.event_words import EXCEPTION_CLASSES


@dataclass(frozen=True, slots=True)
class Field:
    """Bits ``high`` down to ``low``, with the ``meanings`` of values.

    ``scaled``: show the bits in their place instead of shifting them down to bit 0, as for part of an address.
    """

    name: str
    high: int
    low: int
    words: str = ""
    meanings: Mapping[int, str] = field(default_factory=dict)
    scaled: bool = False


def _bit(name: str, bit: int, words: str = "") -> Field:
    return Field(name, bit, bit, words)


_CACHEABILITY = {0: "non-cacheable", 1: "write-back, allocates", 2: "write-through", 3: "write-back"}
_SHAREABILITY = {0: "non-shareable", 2: "outer shareable", 3: "inner shareable"}
_IPS = {0: "32 bits", 1: "36 bits", 2: "40 bits", 3: "42 bits", 4: "44 bits", 5: "48 bits", 6: "52 bits"}
_MODES = {0b0000: "EL0", 0b0100: "EL1t", 0b0101: "EL1h", 0b1000: "EL2t", 0b1001: "EL2h"}

_FAULT_STATUS = {
    kind + level: f"{name}, level {level}"
    for kind, name in ((0, "address size"), (4, "translation"), (8, "access flag"), (12, "permission"))
    for level in range(4)
} | {
    0x10: "external abort",
    0x14: "external abort on a walk, level 0",
    0x15: "external abort on a walk, level 1",
    0x16: "external abort on a walk, level 2",
    0x17: "external abort on a walk, level 3",
    0x21: "alignment",
}

_TTBR = (Field("ASID", 63, 48), Field("BADDR", 47, 1, "the root table's ipa", scaled=True), _bit("CnP", 0))

_PSTATE = (
    _bit("N", 31), _bit("Z", 30), _bit("C", 29), _bit("V", 28), _bit("SS", 21), _bit("IL", 20),
    _bit("D", 9, "debug exceptions masked"), _bit("A", 8, "SError masked"), _bit("I", 7, "IRQ masked"),
    _bit("F", 6, "FIQ masked"), _bit("nRW", 4, "AArch32"), Field("M", 3, 0, meanings=_MODES),
)  # fmt: skip

_TIMER_CONTROL = (_bit("ISTATUS", 2, "the condition is met"), _bit("IMASK", 1, "masked"), _bit("ENABLE", 0))

FIELDS: dict[str, tuple[Field, ...]] = {
    "SCTLR_EL1": (
        _bit("UCI", 26, "EL0 may clean caches"), _bit("EE", 25, "EL1 data is big-endian"), _bit("E0E", 24),
        _bit("SPAN", 23), _bit("WXN", 19, "what is writable is not executable"), _bit("nTWE", 18), _bit("nTWI", 16),
        _bit("UCT", 15, "EL0 may read CTR_EL0"), _bit("DZE", 14, "EL0 may DC ZVA"), _bit("I", 12, "instruction cache"),
        _bit("UMA", 9), _bit("SA0", 4, "EL0's SP is checked"), _bit("SA", 3, "SP is checked"),
        _bit("C", 2, "data cache"), _bit("A", 1, "alignment is checked"), _bit("M", 0, "MMU on"),
    ),
    "TCR_EL1": (
        _bit("HD", 40), _bit("HA", 39), _bit("TBI1", 38, "top byte ignored, upper half"),
        _bit("TBI0", 37, "top byte ignored, lower half"),
        Field("AS", 36, 36, meanings={0: "ASIDs of 8 bits", 1: "ASIDs of 16 bits"}),
        Field("IPS", 34, 32, meanings=_IPS), Field("TG1", 31, 30, meanings={1: "16 KiB", 2: "4 KiB", 3: "64 KiB"}),
        Field("SH1", 29, 28, meanings=_SHAREABILITY), Field("ORGN1", 27, 26, meanings=_CACHEABILITY),
        Field("IRGN1", 25, 24, meanings=_CACHEABILITY), _bit("EPD1", 23, "TTBR1_EL1 is not walked"),
        Field("A1", 22, 22, meanings={0: "the ASID is TTBR0's", 1: "the ASID is TTBR1's"}),
        Field("T1SZ", 21, 16, "bits of an address that are all ones"),
        Field("TG0", 15, 14, meanings={0: "4 KiB", 1: "64 KiB", 2: "16 KiB"}),
        Field("SH0", 13, 12, meanings=_SHAREABILITY), Field("ORGN0", 11, 10, meanings=_CACHEABILITY),
        Field("IRGN0", 9, 8, meanings=_CACHEABILITY), _bit("EPD0", 7, "TTBR0_EL1 is not walked"),
        Field("T0SZ", 5, 0, "bits of an address that are all zeros"),
    ),
    "TTBR0_EL1": _TTBR,
    "TTBR1_EL1": _TTBR,
    "MAIR_EL1": tuple(
        Field(f"Attr{index}", 8 * index + 7, 8 * index,
              meanings={0x00: "Device-nGnRnE", 0x04: "Device-nGnRE", 0x0C: "Device-GRE", 0x44: "non-cacheable",
                        0xBB: "write-through", 0xFF: "write-back"})
        for index in range(7, -1, -1)
    ),
    "ESR_EL1": (
        Field("EC", 31, 26, meanings=EXCEPTION_CLASSES), _bit("IL", 25, "a 32-bit instruction"), Field("ISS", 24, 0),
    ),
    "SPSR_EL1": _PSTATE,
    "PSTATE": _PSTATE,
    "PAR_EL1": (
        Field("ATTR", 63, 56), Field("PA", 47, 12, scaled=True), Field("SH", 8, 7, meanings=_SHAREABILITY),
        Field("FST", 6, 1, "if F", meanings=_FAULT_STATUS), _bit("F", 0, "the translation failed"),
    ),
    "CPACR_EL1": (Field("FPEN", 21, 20, meanings={0: "FP traps", 1: "FP traps at EL0", 2: "FP traps", 3: "FP is on"}),),
    "CNTKCTL_EL1": (
        _bit("EL0PTEN", 9), _bit("EL0VTEN", 8), Field("EVNTI", 7, 4), _bit("EVNTDIR", 3), _bit("EVNTEN", 2),
        _bit("EL0VCTEN", 1, "EL0 may read CNTVCT_EL0"), _bit("EL0PCTEN", 0, "EL0 may read CNTPCT_EL0"),
    ),
    "CNTV_CTL_EL0": _TIMER_CONTROL,
    "HCR_EL2": (
        _bit("RW", 31, "EL1 is AArch64"), _bit("TTLB", 25, "traps TLBI"),
        _bit("TPU", 24, "traps IC to PoU"), _bit("TSW", 22, "traps cache operations by set and way"),
        _bit("TACR", 21, "traps ACTLR_EL1"), _bit("TIDCP", 20), _bit("TSC", 19, "traps SMC"),
        _bit("TID3", 18, "traps ID registers"), _bit("TID2", 17, "traps cache identification"),
        _bit("TWE", 14, "traps WFE"), _bit("TWI", 13, "traps WFI"),
        Field("BSU", 11, 10), _bit("FB", 9, "TLBIs are broadcast"), _bit("VI", 7, "a virtual IRQ is pending"),
        _bit("AMO", 5), _bit("IMO", 4), _bit("FMO", 3), _bit("PTW", 2), _bit("SWIO", 1), _bit("VM", 0, "stage 2 on"),
    ),
    "VTTBR_EL2": (Field("VMID", 63, 48), Field("BADDR", 47, 1, "stage 2's root table", scaled=True)),
    "VTCR_EL2": (
        Field("PS", 18, 16, meanings=_IPS), Field("TG0", 15, 14, meanings={0: "4 KiB", 1: "64 KiB", 2: "16 KiB"}),
        Field("SH0", 13, 12, meanings=_SHAREABILITY), Field("ORGN0", 11, 10, meanings=_CACHEABILITY),
        Field("IRGN0", 9, 8, meanings=_CACHEABILITY), Field("SL0", 7, 6), Field("T0SZ", 5, 0),
    ),
    "VMPIDR_EL2": (Field("Aff1", 15, 8), Field("Aff0", 7, 0)),
}  # fmt: skip
"""The registers that can be decoded, with their fields from the top bit down."""

_ABORT = (
    _bit("ISV", 24), _bit("FnV", 10, "FAR is not valid"), _bit("S1PTW", 7, "stage 2, on a stage-1 walk"),
    _bit("WnR", 6, "a write"), Field("FSC", 5, 0, meanings=_FAULT_STATUS),
)  # fmt: skip

SYNDROMES: dict[int, tuple[Field, ...]] = {
    0x15: (Field("imm16", 15, 0),),
    0x16: (Field("imm16", 15, 0),),
    0x18: (
        Field("Op0", 21, 20), Field("Op2", 19, 17), Field("Op1", 16, 14), Field("CRn", 13, 10), Field("Rt", 9, 5),
        Field("CRm", 4, 1), Field("read", 0, 0),
    ),
    0x20: _ABORT, 0x21: _ABORT, 0x24: _ABORT, 0x25: _ABORT,
    0x3C: (Field("comment", 15, 0),),
}  # fmt: skip
"""The fields of ESR_EL1.ISS, by exception class."""
