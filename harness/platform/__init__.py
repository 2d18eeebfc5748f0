"""The hardware that a guest sees: its device tree, interrupt controller, timers and UART."""
