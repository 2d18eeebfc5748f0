"""How long a waiting loop goes on: against executing it turn by turn."""

import random
from functools import cache

import pytest

from harness.guest import assemble
from harness.machine.wait_loop import NotAWait, follow

BASE = 0x4000_0000


@cache
def code(body: str) -> list[int]:
    flat = assemble(f".text\n{body}\n", base=BASE).flat()
    return [int.from_bytes(flat[at : at + 4], "little") for at in range(0, len(flat), 4)]


def ask(body: str, now: int, read: int = 0, **registers: int) -> tuple[int, int]:
    words = code(body)
    values = [registers.get(f"x{number}", 0) for number in range(31)]
    return follow(BASE, read, now, values, lambda va: words[va - BASE >> 2])


SINCE = "1: mrs x0, cntvct_el0\n sub x1, x0, x2\n cmp x1, x3\n b.lo 1b"
UNTIL = "1: mrs x0, cntpct_el0\n isb\n cmp x0, x3\n b.lo 1b"
LEFT = "1: mrs x0, cntvct_el0\n subs x1, x3, x0\n b.gt 1b"
CALLED = "1: mrs x0, cntvct_el0\n b 3f\n2: cmp x0, x3\n b.hs 4f\n bl 1b\n4: nop\n3: yield\n b 2b"
FUNCTION = "1: mrs x0, cntvct_el0\n ret\n2: bl 1b\n cmp x0, x3\n b.lo 2b"
SAME = "1: mrs x0, cntvct_el0\n sub x1, x0, x2\n cbz x1, 1b"


@pytest.mark.parametrize(
    ("body", "registers", "length", "ticks"),
    [
        (SINCE, {"x2": 1000, "x3": 500}, 4, 500),
        (SINCE, {"x2": 1000, "x3": 1 << 40}, 4, 1 << 40),
        (UNTIL, {"x3": 7000}, 4, 6000),
        (LEFT, {"x3": 7000}, 3, 6000),
        (CALLED, {"x3": 3000}, 7, 2000),
        (FUNCTION, {"x3": 3000, "x30": BASE + 12}, 5, 2000),
        (SAME, {"x2": 1000}, 3, 1),
    ],
)
def test_a_wait_goes_on_until_its_end(body: str, registers: dict[str, int], length: int, ticks: int) -> None:
    assert ask(body, 1000, **registers) == (length, ticks)


@pytest.mark.parametrize(
    "body",
    [
        "1: mrs x0, cntvct_el0\n add x5, x5, #1\n cmp x0, x3\n b.lo 1b",  # counts its turns
        "1: mrs x0, cntvct_el0\n str x0, [x4]\n cmp x0, x3\n b.lo 1b",
        "1: mrs x0, cntvct_el0\n ldr x3, [x4]\n cmp x0, x3\n b.lo 1b",
        "1: mrs x0, cntvct_el0\n wfe\n cmp x0, x3\n b.lo 1b",
        "1: mrs x0, cntvct_el0\n wfi\n cmp x0, x3\n b.lo 1b",
        "1: mrs x0, cntvct_el0\n hvc #0\n cmp x0, x3\n b.lo 1b",
        "1: mrs x0, cntvct_el0\n tst x0, x3\n b.eq 1b",
        "1: mrs x0, cntvct_el0\n b.eq 1b\n b 1b",  # flags of the turn before
        "1: mrs x0, cntvct_el0\n mrs x1, cntvct_el0\n cmp x0, x3\n b.lo 1b",
        "1: mrs x0, cntvct_el0\n add sp, sp, #16\n cmp x0, x3\n b.lo 1b",
        "1: mrs x0, cntvct_el0\n cmp w0, w3\n b.lo 1b",
        "1: mrs x0, cntvct_el0\n cmp x0, x3\n b.lo 1b\n nop\n 2: b 2b",  # has ended
    ],
)
def test_what_does_something_else_is_no_wait(body: str) -> None:
    with pytest.raises((NotAWait, IndexError)):
        ask(body, 1 << 30, x3=100)


CONDITIONS = ("eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le")


def flags_hold(condition: str, x: int, y: int) -> bool:
    """Written from the manual's table, C1.2.4, with arithmetic on whole numbers."""

    def signed(v: int) -> int:
        return v - (1 << 64) if v >> 63 else v

    d = signed(x) - signed(y)
    negative = bool((x - y) >> 63 & 1)
    return {
        "eq": x == y, "ne": x != y, "hs": x >= y, "lo": x < y, "hi": x > y, "ls": x <= y,
        "mi": negative, "pl": not negative, "vs": not -(1 << 63) <= d < 1 << 63, "vc": -(1 << 63) <= d < 1 << 63,
        "ge": d >= 0, "lt": d < 0, "gt": d > 0, "le": d <= 0,
    }[condition]  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("turned", [False, True])
def test_no_decision_changes_before_it_is_said_to(condition: str, turned: bool) -> None:
    chance = random.Random(condition)
    operands = "x3, x0" if turned else "x0, x3"
    edges = (0, 1 << 63, (1 << 64) - 1, 12345)
    for _ in range(200):
        now = (chance.choice(edges) + chance.randrange(-40, 40)) % (1 << 64)
        other = (chance.choice(edges) + chance.randrange(-40, 40)) % (1 << 64)
        body = f"1: mrs x0, cntvct_el0\n cmp {operands}\n b.{condition} 1b\n ret x7"

        def goes_on(c: int, other: int = other) -> bool:
            return flags_hold(condition, other, c) if turned else flags_hold(condition, c, other)

        if not goes_on(now):
            with pytest.raises((NotAWait, IndexError)):
                ask(body, now, x3=other)
            continue
        _, ticks = ask(body, now, x3=other)
        for later in (*range(min(ticks, 100)), ticks - 1):
            assert goes_on((now + later) % (1 << 64))
