"""The device tree whose address a guest finds in x0: the same nodes as Xen's for a dom0less domU, or a reduced dom0's.

Follows recordings of the real Xens 4.14, 4.17 and 4.20 on a GICv3 host (tests/platform/data); Xen makes the tree in
``arch/arm/domain_build.c`` (4.20: ``dom0less-build.c``).
"""

from collections.abc import Sequence

import fdt

from harness.abi import memory_map
from harness.platform.affinity import vcpu_affinity

GIC_PHANDLE = 0xFDE8
"""``GUEST_PHANDLE_GIC`` (``public/device_tree_defs.h``)."""

GICD_SIZE = 0x1_0000
GICR_SIZE = 0x100_0000
BOARD_GICR_SIZE = 0xF6_0000
FIRST_PPI = 16
PPI, LEVEL_LOW_ALL_CPUS = 1, 0xF08
"""An interrupt specifier's first and last cell (arm,gic-v3 binding)."""

TIMER_PPIS = (
    memory_map.GUEST_TIMER_PHYS_S_PPI,
    memory_map.GUEST_TIMER_PHYS_NS_PPI,
    memory_map.GUEST_TIMER_VIRT_PPI,
)
PSCI_COMPATIBLE = ("arm,psci-1.0", "arm,psci-0.2", "arm,psci")
PSCI_0_1_CPU_OFF, PSCI_0_1_CPU_ON = 1, 2
CPU_COMPATIBLE = "arm,cortex-a53"

Range = tuple[int, int]
"""An IPA and a size, in bytes."""


def domain_tree(
    *,
    vcpus: int,
    memory: Sequence[Range],
    bootargs: bytes,
    initrd: Range | None = None,
    xen_version: str = "4.17",
    dom0: bool = False,
) -> bytes:
    """Make the flattened device tree of a domain with ``vcpus`` vCPUs and the RAM banks ``memory``.

    ``bootargs`` (without a NUL; no property if empty) and ``initrd`` go into ``/chosen``. A dom0less domU has no
    ``/hypervisor`` node. On hardware a dom0 gets the host's tree with Xen's nodes added; here it gets those nodes
    without the host's devices. Raises ValueError without a vCPU or without memory.
    """
    if vcpus < 1 or not memory:
        raise ValueError("a domain has at least one vCPU and one bank of memory")
    tree = fdt.FDT()
    root = tree.root
    root.append(fdt.PropWords("#address-cells", 2))
    root.append(fdt.PropWords("#size-cells", 2))
    root.append(_chosen(bootargs, initrd, zero_initrd=not dom0 and xen_version in ("4.14", "4.17")))
    if dom0:
        root.append(_hypervisor(xen_version))
    root.append(_psci())
    root.append(_cpus(vcpus))
    banks = list(memory)
    if xen_version == "4.14" and not dom0 and len(banks) == 1:
        banks.append((memory_map.GUEST_RAM1_BASE, 0))  # 4.14 lists both banks, even if the second one is empty
    root.append(_memory(banks))
    root.append(_interrupt_controller(xen_version, dom0=dom0))
    root.append(_timer())
    blob: bytes = tree.to_dtb(version=17)
    return blob


def _chosen(bootargs: bytes, initrd: Range | None, *, zero_initrd: bool) -> fdt.Node:
    node = fdt.Node("chosen")
    if bootargs:
        node.append(fdt.PropBytes("bootargs", data=bootargs + b"\0"))
    if initrd is not None or zero_initrd:  # 4.14 and 4.17 give a domU these properties even without an initrd
        start, size = initrd or (0, 0)
        node.append(fdt.PropWords("linux,initrd-start", *_cells(start)))
        node.append(fdt.PropWords("linux,initrd-end", *_cells(start + size)))
    return node


def _hypervisor(xen_version: str) -> fdt.Node:
    node = fdt.Node("hypervisor")
    node.append(fdt.PropStrings("compatible", f"xen,xen-{xen_version}", "xen,xen"))
    node.append(fdt.PropWords("reg", *_reg((memory_map.GUEST_GNTTAB_BASE, memory_map.GUEST_GNTTAB_SIZE))))
    node.append(fdt.PropWords("interrupts", *_ppi(memory_map.BOARD_EVTCHN_PPI)))
    node.append(fdt.PropWords("interrupt-parent", GIC_PHANDLE))
    return node


def _psci() -> fdt.Node:
    node = fdt.Node("psci")
    node.append(fdt.PropStrings("compatible", *PSCI_COMPATIBLE))
    node.append(fdt.PropStrings("method", "hvc"))
    node.append(fdt.PropWords("cpu_off", PSCI_0_1_CPU_OFF))
    node.append(fdt.PropWords("cpu_on", PSCI_0_1_CPU_ON))
    return node


def _cpus(vcpus: int) -> fdt.Node:
    node = fdt.Node("cpus")
    node.append(fdt.PropWords("#address-cells", 1))
    node.append(fdt.PropWords("#size-cells", 0))
    for affinity in map(vcpu_affinity, range(vcpus)):
        cpu = fdt.Node(f"cpu@{affinity:x}")
        cpu.append(fdt.PropStrings("compatible", CPU_COMPATIBLE))
        cpu.append(fdt.PropStrings("device_type", "cpu"))
        cpu.append(fdt.PropWords("reg", affinity))
        cpu.append(fdt.PropStrings("enable-method", "psci"))
        node.append(cpu)
    return node


def _memory(banks: Sequence[Range]) -> fdt.Node:
    node = fdt.Node(f"memory@{banks[0][0]:x}")
    node.append(fdt.PropStrings("device_type", "memory"))
    node.append(fdt.PropWords("reg", *_reg(*banks)))
    return node


def _interrupt_controller(xen_version: str, *, dom0: bool) -> fdt.Node:
    if dom0:  # at the addresses of the board's own interrupt controller
        base = memory_map.BOARD_GICD_BASE
        redistributors = memory_map.BOARD_GICR_BASE, BOARD_GICR_SIZE
    else:
        base = memory_map.GUEST_GICD_BASE
        redistributors = memory_map.GUEST_GICV3_GICR0_BASE, GICR_SIZE
    # 4.14 puts the C constant into the name as its header spells it, suffix included.
    node = fdt.Node(f"interrupt-controller@{f'{base:#010x}ULL' if xen_version == '4.14' else f'{base:x}'}")
    node.append(fdt.PropWords("#address-cells", 0))
    node.append(fdt.PropWords("#interrupt-cells", 3))
    node.append(fdt.Property("interrupt-controller"))
    node.append(fdt.PropStrings("compatible", "arm,gic-v3"))
    if xen_version not in ("4.14", "4.17"):
        node.append(fdt.PropWords("#redistributor-regions", 1))
    node.append(fdt.PropWords("reg", *_reg((base, GICD_SIZE), redistributors)))
    node.append(fdt.PropWords("linux,phandle", GIC_PHANDLE))
    node.append(fdt.PropWords("phandle", GIC_PHANDLE))
    return node


def _timer() -> fdt.Node:
    node = fdt.Node("timer")
    node.append(fdt.PropStrings("compatible", "arm,armv8-timer"))
    node.append(fdt.PropWords("interrupts", *(cell for ppi in TIMER_PPIS for cell in _ppi(ppi))))
    node.append(fdt.PropWords("interrupt-parent", GIC_PHANDLE))
    return node


def _ppi(interrupt: int) -> tuple[int, int, int]:
    return PPI, interrupt - FIRST_PPI, LEVEL_LOW_ALL_CPUS


def _reg(*ranges: Range) -> list[int]:
    return [cell for base, size in ranges for cell in (*_cells(base), *_cells(size))]


def _cells(value: int) -> tuple[int, int]:
    return value >> 32, value & 0xFFFF_FFFF
