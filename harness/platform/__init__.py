"""The hardware that a guest sees: its device tree, interrupt controller and timers."""
