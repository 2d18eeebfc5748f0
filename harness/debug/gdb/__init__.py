"""A server for the gdb remote protocol, for a machine that can also run backwards."""
