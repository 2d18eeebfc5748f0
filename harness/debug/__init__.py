"""Tools to inspect a machine and to move through its run: traps, traces, replay, gdb, the stepper, reports."""
