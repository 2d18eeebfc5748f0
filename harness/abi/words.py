"""Words as a guest has them in a register: masks for all 64 bits or the low half, and signed numbers."""

MASK32 = (1 << 32) - 1
MASK64 = (1 << 64) - 1


def signed(value: int, bits: int = 64) -> int:
    """The low ``bits`` of ``value`` as a two's complement number."""
    value &= (1 << bits) - 1
    return value - (value >> bits - 1 << bits)
