"""How wide what a guest passes in a register is: all of it, or its low half."""

MASK32 = (1 << 32) - 1
MASK64 = (1 << 64) - 1
