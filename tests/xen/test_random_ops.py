"""Random hypercalls about memory, grants and lists: whatever they ask for, the harness goes on and gives all back."""

import random

import pytest

import harness
from harness.conform.random_calls.guest import Base, TableCall, Word, call_table_guest
from harness.conform.random_calls.words import ARRAY, ZONE, buffer, gfn, halves, number, page, quarters
from harness.xen.outcome import End

NUMBERS = (12, 12, 12, 20, 20, 20, 13, 7, 33, 35, 36, 41, 42)
CALLS = 400


def random_word(chance: random.Random) -> Word:
    """A number that may mean something, or nothing."""
    kind = chance.randrange(9)
    place = ZONE + chance.randrange(40)
    if kind < 2:
        return gfn(place)
    if kind == 2:
        return page(place, chance.choice((0, 8, 0xFF8)))
    if kind == 3:
        return chance.choice((buffer(), ARRAY, buffer(0x1008), buffer(0xFF8)))
    if kind == 4:
        flags, domain = chance.choice((1, 5, 0x101)), chance.randrange(3)
        return Word(Base.FRAME_IN_UPPER_HALF, place << 32 | domain << 16 | flags)
    if kind == 5:
        return quarters(chance.choice((0, 1, 0x7FF0)), chance.randrange(6), chance.randrange(6), chance.randrange(3))
    if kind == 6:
        return halves(chance.randrange(20), chance.randrange(20))
    return number(chance.choice((0, 1, 2, 3, chance.getrandbits(64), 1 << 28, (1 << 64) - 1, chance.getrandbits(8))))


def random_call(chance: random.Random) -> TableCall:
    data = tuple(random_word(chance) for _ in range(chance.randrange(10)))
    array = tuple(random_word(chance) for _ in range(4))
    which = chance.choice(NUMBERS)
    command = chance.choice((number(chance.randrange(30)), random_word(chance)))
    count = chance.choice((number(1), number(2), random_word(chance)))
    arguments = (command, chance.choice((buffer(), random_word(chance))), count)
    return TableCall(number(which), arguments[1:] if which == 13 else arguments, data, array)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("model", ["xen-4.14", "xen-4.17", "xen-4.20"])
def test_random_calls_end_in_results_and_leave_nothing_behind(model: str, seed: int) -> None:
    chance = random.Random(f"{model} {seed}")
    grant_table = (quarters(0x7FF0, 0, 1), number(0), gfn(ZONE))
    table = TableCall(number(12), (number(7), buffer()), grant_table)
    guest = call_table_guest([table, *(random_call(chance) for _ in range(CALLS))])
    with harness.boot(guest, abi=model, dom0=seed % 2 == 0, debug_build=seed % 3 == 0) as machine:
        end = machine.run(max_instructions=20_000_000).end
        assert end in (End.SHUTDOWN, End.BUDGET, End.CRASH)
        assert machine.console.count(b"\n") > 1
