"""Random hypercalls about memory, grants and lists: whatever they ask for, the harness goes on and gives all back."""

import random

import pytest
from op_guest import ZONE, Array, At, Buffer, Entry, Gfn, Op, Word, op_guest, pack, words

import harness
from harness.xen.outcome import End

NUMBERS = (12, 12, 12, 20, 20, 20, 13, 7, 33, 35, 36, 41, 42)
CALLS = 400


def random_word(chance: random.Random) -> Word:
    """A number that may mean something, or nothing."""
    kind = chance.randrange(9)
    page = ZONE + chance.randrange(40)
    if kind < 2:
        return Gfn(page)
    if kind == 2:
        return At(page, chance.choice((0, 8, 0xFF8)))
    if kind == 3:
        return chance.choice((Buffer(), Array(), Array(8), Buffer(0xFF8)))
    if kind == 4:
        return Entry(page, chance.choice((1, 5, 0x101)), chance.randrange(3))
    if kind == 5:
        return pack(chance.choice((0, 1, 0x7FF0)), chance.randrange(6), chance.randrange(6), chance.randrange(3))
    if kind == 6:
        return words(chance.randrange(20), chance.randrange(20))
    return chance.choice((0, 1, 2, 3, chance.getrandbits(64), 1 << 28, (1 << 64) - 1, chance.getrandbits(8)))


def random_op(chance: random.Random, index: int) -> Op:
    data = tuple(random_word(chance) for _ in range(chance.randrange(10)))
    array = tuple(random_word(chance) for _ in range(4))
    number = chance.choice(NUMBERS)
    command: Word = chance.choice((chance.randrange(30), random_word(chance)))
    arguments = (command, chance.choice((Buffer(), random_word(chance))), chance.choice((1, 2, random_word(chance))))
    if number == 13:
        arguments = (arguments[1], arguments[2])
    return Op(f"call {index}", number, arguments, data, array)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("model", ["xen-4.14", "xen-4.17", "xen-4.20"])
def test_random_calls_end_in_results_and_leave_nothing_behind(model: str, seed: int) -> None:
    chance = random.Random(f"{model} {seed}")
    table = Op("table", 12, (7, Buffer()), (pack(0x7FF0, 0, 1), 0, Gfn(ZONE)))
    guest = op_guest([table, *(random_op(chance, index) for index in range(CALLS))])
    with harness.boot(guest, abi=model, dom0=seed % 2 == 0, debug_build=seed % 3 == 0) as machine:
        end = machine.run(max_instructions=20_000_000).end
        assert end in (End.SHUTDOWN, End.BUDGET, End.CRASH)
        assert machine.console.count(b"\n") > 1
