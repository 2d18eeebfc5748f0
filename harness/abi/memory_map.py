"""The guest-physical address space that Xen/Arm gives a domU (``public/arch-arm.h``), in bytes."""

GUEST_GICD_BASE = 0x0300_1000
GUEST_GICC_BASE = 0x0300_2000
GUEST_GICV3_GICR0_BASE = 0x0302_0000
GUEST_PL011_BASE = 0x2200_0000
GUEST_GNTTAB_BASE = 0x3800_0000
GUEST_GNTTAB_SIZE = 0x0100_0000
GUEST_RAM0_BASE = 0x4000_0000
GUEST_RAM0_SIZE = 0xC000_0000
GUEST_RAM1_BASE = 0x2_0000_0000
GUEST_RAM1_SIZE = 0xFE_0000_0000

GUEST_TIMER_VIRT_PPI = 27
GUEST_TIMER_PHYS_S_PPI = 29
GUEST_TIMER_PHYS_NS_PPI = 30
GUEST_EVTCHN_PPI = 31
GUEST_VPL011_SPI = 32

BOARD_GICD_BASE = 0x0800_0000
BOARD_GICR_BASE = 0x080A_0000
"""The addresses of dom0's interrupt controller: those of the board's own, here QEMU's virt."""
BOARD_EVTCHN_PPI = 16
"""The private interrupt of dom0's event channels: the first one that the board does not use."""
BOARD_DEVICE_SPIS = (*range(34, 40), *range(48, 80))
"""The shared interrupts of the board's devices that Xen passes on to dom0: its clock, PCI, GPIO and virtio."""
