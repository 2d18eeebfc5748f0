"""Virtual interrupts: the guest's GIC, and the timers that raise interrupts."""
