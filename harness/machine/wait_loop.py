"""Loops that do nothing but wait for a counter: how long such a loop certainly goes on.

Where Python answers each read of a counter, a wait of some milliseconds would take seconds. But if nothing in a loop
depends on the turn before, and every branch in it compares the counter with a constant, then all turns up to the first
one that may branch otherwise are alike. They can be left out, as long as one of them is still executed: it writes all
the registers and flags that the others would have written.

One turn is followed from the read of the counter back to it, with values that are constants, or the counter plus a
constant, or unknown. Anything but arithmetic in general registers, branches and hints ends the attempt.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.abi.words import MASK64, signed

LONGEST_TURN = 64
"""Instructions that one turn may have."""
_XZR = 31
_HALF = 1 << 63
_CARRY_CONDITIONS = range(14)
"""The conditions that depend on flags; the others always hold."""


class NotAWait(Exception):
    """The loop does something else, or what it does is not understood."""


@dataclass(frozen=True, slots=True)
class _Value:
    """``constant``, or the counter plus ``constant``."""

    constant: int
    counts: bool = False


@dataclass(slots=True)
class _Turn:
    """One turn as far as it was followed. ``before`` is how many ticks pass until some branch may go another way."""

    registers: dict[int, _Value | None]
    now: int
    before: int = 1 << 64
    compared: tuple[_Value, _Value] | None = None
    """The operands of the last comparison, whose difference set the flags."""

    def read(self, number: int) -> _Value | None:
        """A register; None for an unknown value. Raises NotAWait for one that the turn before has left."""
        if number == _XZR:
            return _Value(0)
        if number not in self.registers:
            raise NotAWait
        return self.registers[number]

    def write(self, number: int, value: _Value | None) -> None:
        if number != _XZR:
            self.registers[number] = value

    def value_now(self, value: _Value) -> int:
        return value.constant + (self.now if value.counts else 0) & MASK64

    def holds_until(self, value: _Value, boundaries: Sequence[int]) -> None:
        """Note that a decision about ``value`` stays as it is until it reaches one of ``boundaries``."""
        if value.counts:
            at = self.value_now(value)
            self.before = min([self.before, *((boundary - at & MASK64) or 1 << 64 for boundary in boundaries)])


def follow(pc: int, read: int, now: int, registers: Sequence[int], fetch: Callable[[int], int]) -> tuple[int, int]:
    """Follow one turn of the loop whose MRS of a counter is at ``pc`` and writes the register ``read``.

    ``now`` is the counter's value, ``registers`` are x0 to x30, ``fetch(va)`` returns the instruction at an address.
    Returns the number of instructions of a turn, and that of ticks until a branch may go another way. Raises NotAWait.
    """
    known: dict[int, _Value | None] = {number: _Value(value) for number, value in enumerate(registers)}
    length, first = _follow(pc, read, _Turn(dict(known), now), fetch)
    # What differs from turn to turn must not be read in the next one before it has been written again.
    kept = {number: value for number, value in known.items() if first.registers[number] == value}
    again, turn = _follow(pc, read, _Turn(kept, now), fetch)
    if again != length:
        raise NotAWait
    return length, turn.before


def _follow(pc: int, read: int, turn: _Turn, fetch: Callable[[int], int]) -> tuple[int, _Turn]:
    turn.write(read, _Value(0, counts=True))
    at = pc + 4
    for length in range(1, LONGEST_TURN + 1):
        if at == pc:
            return length, turn
        at = _execute(fetch(at), at, turn)
    raise NotAWait


def _execute(word: int, at: int, turn: _Turn) -> int:
    """Execute one instruction, and return the address of the next one. Encodings: Arm DDI 0487, C4."""
    if word & 0xFFFF_F01F == 0xD503_201F or word & 0xFFFF_F0FF == 0xD503_30DF:  # hints (NOP, YIELD); ISB
        if word >> 5 & 0x7F in (2, 3):  # WFE and WFI wait for something else
            raise NotAWait
        return at + 4
    if word & 0xFC00_0000 == 0x1400_0000:  # B
        return at + _offset(word, 26)
    if word & 0xFF00_0010 == 0x5400_0000:  # B.cond
        return at + (_offset(word >> 5, 19) if _condition(word & 15, turn) else 4)
    if word & 0xFE00_0000 == 0xB400_0000:  # CBZ, CBNZ of 64 bits
        value = turn.read(word & 31)
        if value is None:
            raise NotAWait
        turn.holds_until(value, (0, 1))
        return at + (_offset(word >> 5, 19) if (turn.value_now(value) == 0) != bool(word >> 24 & 1) else 4)
    if word & 0xFC00_0000 == 0x9400_0000:  # BL
        turn.write(30, _Value(at + 4))
        return at + _offset(word, 26)
    if word & 0xFFFF_FC1F == 0xD65F_0000:  # RET
        target = turn.read(word >> 5 & 31)
        if target is None or target.counts:
            raise NotAWait
        return target.constant
    _compute(word, turn)
    return at + 4


def _compute(word: int, turn: _Turn) -> None:
    """Execute an instruction that computes in 64-bit registers. One with another result than a sum is unknown."""
    destination, first = word & 31, word >> 5 & 31
    if word & 0x9F80_0000 == 0x9100_0000:  # ADD, SUB (immediate)
        if not word >> 29 & 1 and _XZR in (destination, first):
            raise NotAWait  # the stack pointer
        immediate = _Value((word >> 10 & 0xFFF) << (12 if word >> 22 & 1 else 0))
        _add(word, turn, turn.read(first), immediate)
    elif word & 0x9F20_0000 == 0x8B00_0000:  # ADD, SUB (shifted register)
        second = turn.read(word >> 16 & 31)
        if word >> 10 & 0x3F and second is not None and second != _Value(0):
            second = None
        _add(word, turn, turn.read(first), second)
    elif word & 0xFFE0_FFE0 == 0xAA00_03E0:  # MOV (register)
        turn.write(destination, turn.read(word >> 16 & 31))
    elif word & 0xFF80_0000 == 0xD280_0000:  # MOVZ
        turn.write(destination, _Value((word >> 5 & 0xFFFF) << 16 * (word >> 21 & 3)))
    else:
        raise NotAWait


def _add(word: int, turn: _Turn, first: _Value | None, second: _Value | None) -> None:
    subtract, sets_flags = bool(word >> 30 & 1), bool(word >> 29 & 1)
    result = None
    if first is not None and second is not None:
        if subtract and first.counts and second.counts:
            result = _Value(first.constant - second.constant & MASK64)
        elif not second.counts:
            result = _Value(first.constant + (-second.constant if subtract else second.constant) & MASK64, first.counts)
        elif not first.counts and not subtract:
            result = _Value(first.constant + second.constant & MASK64, True)
    if sets_flags:
        # Only what a comparison left is understood; flags of a sum count as unknown.
        turn.compared = (first, second) if subtract and first is not None and second is not None else None
    turn.write(word & 31, result)


def _condition(condition: int, turn: _Turn) -> bool:
    """Whether a condition holds after the last comparison; note until when it stays so."""
    if condition not in _CARRY_CONDITIONS:
        return True
    if turn.compared is None:
        raise NotAWait
    left, right = turn.compared
    if left.counts and right.counts:
        left, right = _Value(left.constant), _Value(right.constant)
        if left != right:
            raise NotAWait  # the order of two such values changes when either wraps
    x, y = turn.value_now(left), turn.value_now(right)
    # Flags change where the operands meet, where one passes the other by half the range, and where one wraps.
    for moving, other in ((left, y), (right, x)):
        turn.holds_until(
            moving, (other, other + 1 & MASK64, other + _HALF & MASK64, other + _HALF + 1 & MASK64, 0, _HALF)
        )
    return _holds(condition, x, y)


def _holds(condition: int, x: int, y: int) -> bool:
    """Whether a condition holds after a comparison of x with y (C1.2.4)."""
    difference = x - y & MASK64
    negative, zero, carry = bool(difference >> 63), x == y, x >= y
    overflow = bool((x ^ y) & (x ^ difference) & _HALF)
    meaning = (
        zero,
        carry,
        negative,
        overflow,
        carry and not zero,
        negative == overflow,
        negative == overflow and not zero,
    )[condition >> 1]
    return meaning != bool(condition & 1)


def _offset(field: int, bits: int) -> int:
    """A branch's offset in bytes."""
    return signed(field, bits) * 4
