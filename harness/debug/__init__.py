"""Looking at a machine and going through its run: traps, traces, replay, gdb, the stepper, reports."""
