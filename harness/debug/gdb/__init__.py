"""A gdb remote-protocol server for a machine with a past."""
