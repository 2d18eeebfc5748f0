"""Calls by the SMC calling convention: PSCI (Arm DEN 0022), and the convention's own functions (Arm DEN 0028)."""

from enum import IntEnum


class Psci(IntEnum):
    """PSCI function identifiers and results (Arm DEN 0022, ``asm/psci.h``)."""

    PSCI_VERSION = 0x8400_0000
    PSCI_CPU_SUSPEND_32 = 0x8400_0001
    PSCI_CPU_SUSPEND_64 = 0xC400_0001
    PSCI_CPU_OFF = 0x8400_0002
    PSCI_CPU_ON_32 = 0x8400_0003
    PSCI_CPU_ON_64 = 0xC400_0003
    PSCI_AFFINITY_INFO_32 = 0x8400_0004
    PSCI_AFFINITY_INFO_64 = 0xC400_0004
    PSCI_MIGRATE_INFO_TYPE = 0x8400_0006
    PSCI_SYSTEM_OFF = 0x8400_0008
    PSCI_SYSTEM_RESET = 0x8400_0009
    PSCI_FEATURES = 0x8400_000A


class PsciResult(IntEnum):
    """Results of PSCI calls in x0 (Arm DEN 0022, table 8)."""

    PSCI_SUCCESS = 0
    PSCI_NOT_SUPPORTED = -1
    PSCI_INVALID_PARAMETERS = -2
    PSCI_DENIED = -3
    PSCI_ALREADY_ON = -4
    PSCI_ON_PENDING = -5
    PSCI_INTERNAL_FAILURE = -6
    PSCI_NOT_PRESENT = -7
    PSCI_DISABLED = -8
    PSCI_INVALID_ADDRESS = -9


class Psci01(IntEnum):
    """Function identifiers of PSCI 0.1, chosen by Xen (``asm/psci.h``)."""

    PSCI_0_1_CPU_OFF = 1
    PSCI_0_1_CPU_ON = 2


class SmcccFunction(IntEnum):
    """Function identifiers other than PSCI's: Arm's (DEN 0028), and Xen's own service (``arch-arm/smccc.h``)."""

    SMCCC_VERSION = 0x8000_0000
    SMCCC_ARCH_FEATURES = 0x8000_0001
    SMCCC_WORKAROUND_1 = 0x8000_8000
    SMCCC_WORKAROUND_2 = 0x8000_7FFF
    SMCCC_WORKAROUND_3 = 0x8000_3FFF
    STANDARD_CALL_COUNT = 0x8400_FF00
    STANDARD_CALL_UID = 0x8400_FF01
    STANDARD_CALL_REVISION = 0x8400_FF03
    XEN_CALL_COUNT = 0x8500_FF00
    XEN_CALL_UID = 0x8500_FF01
    XEN_CALL_REVISION = 0x8500_FF03


XEN_SMCCC_UID = (0xDC12_18A7, 0x6943_98C6, 0xD179_CF9A, 0x67E6_DE8D)
"""The UID of Xen's service, as four words (``public/arch-arm/smccc.h``)."""

FUNCTION_NAMES: dict[int, str] = {
    **{int(function): function.name for function in (*Psci, *Psci01)},
    SmcccFunction.SMCCC_VERSION: "SMCCC_VERSION",
    SmcccFunction.SMCCC_ARCH_FEATURES: "SMCCC_ARCH_FEATURES",
    SmcccFunction.SMCCC_WORKAROUND_1: "SMCCC_ARCH_WORKAROUND_1",
    SmcccFunction.SMCCC_WORKAROUND_2: "SMCCC_ARCH_WORKAROUND_2",
    SmcccFunction.SMCCC_WORKAROUND_3: "SMCCC_ARCH_WORKAROUND_3",
    SmcccFunction.STANDARD_CALL_COUNT: "standard service call count",
    SmcccFunction.STANDARD_CALL_UID: "standard service call UID",
    SmcccFunction.STANDARD_CALL_REVISION: "standard service call revision",
}
"""By function identifier: the low 32 bits of x0."""

_CPU_ON = ("target_cpu", "entry_point_address", "context_id")
_SUSPEND = ("power_state", "entry_point_address", "context_id")
_AFFINITY = ("target_affinity", "lowest_affinity_level")
FUNCTION_PARAMETERS: dict[int, tuple[str, ...]] = {
    Psci.PSCI_CPU_ON_32: _CPU_ON,
    Psci.PSCI_CPU_ON_64: _CPU_ON,
    Psci01.PSCI_0_1_CPU_ON: _CPU_ON[:2],
    Psci.PSCI_CPU_SUSPEND_32: _SUSPEND,
    Psci.PSCI_CPU_SUSPEND_64: _SUSPEND,
    Psci.PSCI_AFFINITY_INFO_32: _AFFINITY,
    Psci.PSCI_AFFINITY_INFO_64: _AFFINITY,
    Psci.PSCI_FEATURES: ("psci_func_id",),
    SmcccFunction.SMCCC_ARCH_FEATURES: ("arch_func_id",),
}
"""By function identifier: the names of the arguments in x1 and the registers after it."""
