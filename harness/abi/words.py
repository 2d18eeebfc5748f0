"""Masks for what a guest passes in a register: all 64 bits, or the low half."""

MASK32 = (1 << 32) - 1
MASK64 = (1 << 64) - 1
