"""Virtual interrupts: the guest's GIC, and its timers."""
