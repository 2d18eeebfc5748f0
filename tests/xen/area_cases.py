"""What may be done to a runstate area, as lists of rows for ``area_guest.S``: every corner that a real Xen was asked.

A case begins with a fresh canvas, mapped page by page from WINDOW on, no area and no assist.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.abi.hypercalls.vcpu_op import VcpuOp
from harness.abi.runstate import VCPU_RUNSTATE_INFO
from harness.guest import Guest, assemble

PAGE = 4096
SIZE = VCPU_RUNSTATE_INFO.size
PAGES = 4
WINDOW = 0xFFFF_FF80_0010_0000
"""WINDOW_VA of ``lib/layout.h``: page n of the canvas is mapped n pages from here on."""
USER = 0x50_0000
"""In the lower half, where user_level3 has room."""
TOP = (1 << 64) - PAGE
"""The last page of the address space."""
MASK64 = (1 << 64) - 1

UXN, PXN, NG, AF, ISH, READ_ONLY, USER_TOO = 1 << 54, 1 << 53, 1 << 11, 1 << 10, 3 << 8, 1 << 7, 1 << 6
DATA = UXN | PXN | NG | AF | ISH | 3
"""A page of kernel data."""
NOWHERE = 1 << 37
"""An IPA with nothing behind it, in a domU and in dom0."""

OP5, OP14 = int(VcpuOp.VCPUOP_register_runstate_memory_area), int(VcpuOp.VCPUOP_register_runstate_phys_area)

Row = tuple[str, int | str, int | str, int | str]


def row(op: str, first: int | str = 0, second: int | str = 0, third: int | str = 0) -> Row:
    """A row of the list; a text is printed by ``say``."""
    return (op, first, second, third)


def say(text: str) -> Row:
    return row("say", text)


def at(page: int, offset: int = 0) -> int:
    """The address of a byte of the canvas, where it is mapped at first."""
    return WINDOW + page * PAGE + offset


def register(address: int, vcpu: int = 0) -> Row:
    return row("vcpu_op", OP5, vcpu, address & MASK64)


def mapped(va: int, page: int, attributes: int = DATA) -> Row:
    return row("map", va & MASK64, page, attributes)


def unmap(va: int) -> Row:
    return row("unmap", va & MASK64)


FILL, SHOW, WFI, BLOCK, POLL, USER_WFI, YIELD = (
    row(op) for op in ("fill", "show", "wfi", "block", "poll", "user_wfi", "yield")
)
ON, OFF = row("assist", 0), row("assist", 1)


@dataclass(frozen=True)
class Case:
    """A sentence, and what is done."""

    name: str
    rows: tuple[Row, ...]


def fresh() -> tuple[Row, ...]:
    """What every case begins with. It is not shown, nor are its results, which are always 0."""
    return (*(mapped(at(page), page) for page in range(PAGES)), FILL)


def shown(address: int) -> Row:
    """SHOW for an area at ``address``: to the byte, unless a page ends in it."""
    return row("show", 7) if address % PAGE > PAGE - SIZE else SHOW


def published(address: int, *switches: Row) -> tuple[Row, ...]:
    """Register, see the first fill; then switch, each time on a fresh canvas, and see what is published."""
    rows = [register(address), shown(address)]
    for switch in switches or (WFI,):
        rows += [FILL, switch, shown(address)]
    return tuple(rows)


def seen(page: int, offset: int) -> tuple[Row, ...]:
    """Published with and without the flag, and what the area says then."""
    address = at(page, offset)
    return (*published(address), row("state", address), ON, FILL, WFI, shown(address), row("state", address), OFF)


END = (register(0),)


def _where() -> Iterator[Case]:
    for offset in (0, 1, 2, 3, 4, 5, 6, 7, 8, 64, 2047, PAGE - SIZE - 1, PAGE - SIZE):
        yield Case(f"offset {offset}", (*seen(1, offset), *END))
    for offset in (PAGE - 47, PAGE - 46, PAGE - 40, PAGE - 33, PAGE - 32, PAGE - 24, PAGE - 17, PAGE - 16, PAGE - 15):
        yield Case(f"crossing at {offset}", (*seen(1, offset), *END))
    for offset in (PAGE - 12, PAGE - 9, PAGE - 8, PAGE - 4, PAGE - 1):
        yield Case(f"crossing at {offset}", (*seen(1, offset), *END))
        yield Case(f"crossing at {offset}, second page unmapped", (unmap(at(2)), *published(at(1, offset)), *END))
        yield Case(
            f"crossing at {offset}, second page read-only",
            (mapped(at(2), 2, DATA | READ_ONLY), *published(at(1, offset)), *END),
        )
        yield Case(f"crossing at {offset}, first page unmapped", (unmap(at(1)), *published(at(1, offset)), *END))
        yield Case(
            f"crossing at {offset}, with the flag, second page unmapped",
            (unmap(at(2)), ON, *published(at(1, offset)), OFF, *END),
        )
        yield Case(
            f"crossing at {offset}, with the flag, first page unmapped",
            (unmap(at(1)), ON, *published(at(1, offset)), OFF, *END),
        )
        yield Case(f"crossing at {offset} into a page far away", (mapped(at(2), 0), *published(at(1, offset)), *END))
        yield Case(f"crossing at {offset} into the same page", (mapped(at(2), 1), *published(at(1, offset)), *END))


def _addresses() -> Iterator[Case]:
    yield Case("NULL", (register(0), SHOW, WFI, SHOW))
    yield Case("NULL, where VA 0 is mapped", (mapped(0, 1), register(0), SHOW, FILL, WFI, SHOW, unmap(0)))
    for va in (1, 4, 8, PAGE - 8):
        rows = (mapped(0, 1), *published(va), unmap(0), *END)
        yield Case(f"VA {va}, mapped", rows)
    for va in (1, 8, PAGE):
        yield Case(f"VA {va}, unmapped", (*published(va), *END))
    yield Case("unmapped", (unmap(at(1)), *published(at(1)), *END))
    yield Case("unmapped and unaligned", (unmap(at(1)), *published(at(1, 4)), *END))
    yield Case("read-only", (mapped(at(1), 1, DATA | READ_ONLY), *published(at(1)), *END))
    yield Case("read-only for all", (mapped(at(1), 1, DATA | READ_ONLY | USER_TOO), *published(at(1)), *END))
    yield Case("for user mode, too", (mapped(at(1), 1, DATA | USER_TOO), *published(at(1)), *END))
    yield Case("no access flag", (mapped(at(1), 1, DATA & ~AF), *published(at(1)), *END))
    yield Case("no access flag, read-only", (mapped(at(1), 1, (DATA & ~AF) | READ_ONLY), *published(at(1)), *END))
    yield Case("a reserved descriptor", (mapped(at(1), 1, DATA & ~2), *published(at(1)), *END))
    yield Case("device attributes", (mapped(at(1), 1, DATA | 1 << 2), *published(at(1)), *END))
    for bit in (39, 47, 48, 52, 54, 60, 63):
        yield Case(f"the upper half with bit {bit} clear", (*published(at(1) & ~(1 << bit)), *END))
        yield Case(f"the lower half with bit {bit} set", (mapped(USER, 1), *published(USER | 1 << bit), *END))
    yield Case("between the halves, nothing there", (*published(1 << 60), *END))
    yield Case("the lower half", (mapped(USER, 1), *published(USER, WFI, USER_WFI, BLOCK), *END))
    yield Case("the user's code", (*published(0x40_0000), *END))
    yield Case("the user's data", (*published(0x41_0000), *END))
    for offset in (0, PAGE - SIZE, PAGE - 40, PAGE - 8):
        rows = (mapped(TOP, 1), mapped(0, 2), *published(TOP + offset), unmap(TOP), unmap(0), *END)
        yield Case(f"the last page of the address space, {offset}", rows)
        rows = (mapped(TOP, 1), *published(TOP + offset), unmap(TOP), *END)
        yield Case(f"the last page of the address space, {offset}, VA 0 unmapped", rows)
    for name, ipa in (("nowhere", NOWHERE), ("at the GIC", 0x300_1000), ("past 40 bits", 1 << 41)):
        rows = (row("describe", at(1), ipa | DATA), *published(at(1)), *END)
        yield Case(f"an IPA {name}", rows)
        rows = (row("describe", at(2), ipa | DATA), *published(at(1, PAGE - 8)), *END)
        yield Case(f"crossing into an IPA {name}", rows)
    yield Case("two addresses of one page", (mapped(at(2), 1), *published(at(2, 8)), *END))


def _pointer() -> Iterator[Case]:
    registered = (register(at(1)), SHOW)
    for name, pointer in (("NULL", 0), ("unmapped", at(3)), ("nowhere", NOWHERE), ("one byte short", at(3) - 7)):
        yield Case(
            f"an argument that is {name} leaves the area",
            (*registered, unmap(at(3)), row("vcpu_op_at", OP5, 0, pointer), FILL, WFI, SHOW, *END),
        )
    yield Case("an argument that is read-only", (mapped(at(3), 3, DATA | READ_ONLY), row("vcpu_op_at", OP5, 0, at(3))))
    for number, vcpu in (("unknown", 2), ("unknown", 9), ("of 33 bits", 1 << 32), ("-1", MASK64)):
        yield Case(f"a vCPU {number} {vcpu:#x}", (register(at(1), vcpu), SHOW, FILL, WFI, SHOW, *END))
    for command in (0, 1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 15, 99, MASK64, 1 << 32 | 5):
        yield Case(
            f"command {command:#x}", (row("vcpu_op", command, 0, at(1)), row("vcpu_op", command, 7, at(1)), WFI, SHOW)
        )


def _again() -> Iterator[Case]:
    bad = at(2, 4)
    yield Case("elsewhere", (register(at(1)), register(at(2)), FILL, WFI, SHOW, *END))
    yield Case("the same again", (register(at(1)), register(at(1)), FILL, WFI, SHOW, *END))
    yield Case("unregistered", (register(at(1)), register(0), FILL, WFI, SHOW))
    yield Case("unregistered twice", (register(0), register(0), FILL, WFI, SHOW))
    yield Case("unaligned after a good one", (register(at(1)), register(bad), FILL, WFI, SHOW, *END))
    yield Case("a good one after unaligned", (register(bad), register(at(1)), FILL, WFI, SHOW, *END))
    yield Case("unmapped after a good one", (register(at(1)), unmap(at(2)), register(at(2)), FILL, WFI, SHOW, *END))
    yield Case(
        "read-only after a good one",
        (register(at(1)), mapped(at(2), 2, DATA | READ_ONLY), register(at(2)), FILL, WFI, SHOW, *END),
    )
    yield Case(
        "half unmapped after a good one",
        (register(at(1)), unmap(at(3)), register(at(2, PAGE - 8)), FILL, WFI, SHOW, *END),
    )
    yield Case(
        "half unmapped, then whole",
        (unmap(at(2)), register(at(1, PAGE - 8)), mapped(at(2), 2), FILL, WFI, row("show", 7)),
    )
    yield Case("unregistered again", END)
    yield Case("3000 times one page", (row("repeat", at(1), 3000), FILL, WFI, SHOW, *END))
    yield Case("3000 times two pages", (row("repeat", at(1, PAGE - 8), 3000), FILL, WFI, row("show", 7), *END))
    yield Case("30 times unaligned", (row("repeat", at(1, 4), 30), FILL, WFI, SHOW, *END))


def _remapped() -> Iterator[Case]:
    """What the guest does to the mapping after it registered."""
    first, both = at(1), at(1, PAGE - 16)
    show = shown(both)
    for name, change in (
        ("unmapped", (unmap(at(1)),)),
        ("moved", (mapped(at(1), 3),)),
        ("read-only", (mapped(at(1), 1, DATA | READ_ONLY),)),
        ("without access flag", (mapped(at(1), 1, DATA & ~AF),)),
        ("for user mode", (mapped(at(1), 1, DATA | USER_TOO),)),
        ("sent nowhere", (row("describe", at(1), NOWHERE | DATA),)),
        ("reused at another address", (unmap(at(1)), mapped(USER, 1))),
    ):
        for flag, switch in ((False, WFI), (True, WFI), (False, BLOCK), (False, POLL), (True, USER_WFI)):
            assist = (ON,) if flag else ()
            rows = (*assist, register(first), *change, FILL, switch, SHOW, mapped(at(1), 1), FILL, switch, SHOW)
            yield Case(
                f"{name}, {switch[0]}{', with the flag' if flag else ''}", (*rows, *((OFF,) if flag else ()), *END)
            )
    for name, change in (
        ("first page unmapped", (unmap(at(1)),)),
        ("second page unmapped", (unmap(at(2)),)),
        ("second page moved", (mapped(at(2), 3),)),
        ("second page read-only", (mapped(at(2), 2, DATA | READ_ONLY),)),
        ("pages exchanged", (mapped(at(1), 2), mapped(at(2), 1))),
    ):
        yield Case(f"crossing, {name}", (register(both), *change, FILL, WFI, show, ON, FILL, WFI, show, OFF, *END))


def _switches() -> Iterator[Case]:
    area = at(1)
    for switch in (WFI, BLOCK, POLL, row("poll_until", area), YIELD, USER_WFI):
        changes = (row("remember", area), switch, row("changes", area), switch, row("changes", area))
        yield Case(f"what {switch[0]} changes", (register(area), WFI, *changes, *END))
        yield Case(
            f"what {switch[0]} changes, with the flag",
            (ON, register(area), row("state", area), WFI, *changes, row("state", area), OFF, *END),
        )
    toggles = (ON, FILL, WFI, SHOW, row("state", area), OFF, FILL, WFI, SHOW, row("state", area))
    yield Case("the assist on and off", (register(area), *toggles, ON, ON, OFF, OFF, *END))


def _second_vcpu() -> Iterator[Case]:
    mine, theirs = at(1), at(2)
    wait = (WFI, WFI, WFI)
    yield Case("for a vCPU that was never up", (register(theirs, 1), SHOW, row("state", theirs), FILL, WFI, SHOW))
    yield Case("for it again", (register(at(2, 4), 1), SHOW, register(theirs, 1), SHOW))
    yield Case("start it", (row("second", 0), FILL, *wait, SHOW))
    yield Case("its own registration", (row("second", 5, theirs), FILL, *wait, SHOW, row("state", theirs)))
    yield Case("both", (register(mine), FILL, *wait, SHOW, row("remember", theirs), *wait, row("changes", theirs)))
    yield Case("theirs by me", (FILL, register(theirs, 1), SHOW, FILL, *wait, SHOW))
    yield Case("theirs by me, unaligned", (FILL, register(at(2, 4), 1), SHOW, FILL, *wait, SHOW))
    yield Case("theirs by them again", (row("second", 5, theirs), FILL, *wait, SHOW))
    yield Case("mine by them", (row("second", 4, at(3)), FILL, *wait, SHOW))
    yield Case("mine by me again", (register(mine), FILL, *wait, SHOW))
    yield Case("two on one page", (row("second", 5, at(1, 512)), FILL, *wait, SHOW))
    yield Case("two on one area", (row("second", 5, mine), FILL, *wait, SHOW))
    yield Case("with the flag", (ON, FILL, *wait, SHOW, OFF))
    yield Case("apart again", (row("second", 5, theirs), FILL, *wait, SHOW))
    spun = (row("spin", 25), row("changes", mine))
    yield Case("preempted", (row("second", 2), WFI, row("remember", mine), *spun, *spun, row("state", mine)))
    yield Case("preempted, with the flag", (ON, WFI, row("remember", mine), *spun, row("state", mine), OFF))
    yield Case("off", (row("second", 3), row("spin", 25), *wait, row("state", theirs), FILL, *wait, SHOW))
    yield Case("for a vCPU that is off", (register(at(3), 1), SHOW, FILL, WFI, SHOW))
    yield Case("back to the other page", (row("second", 0), FILL, *wait, SHOW))
    yield Case("its area after it was off", (row("second", 5, theirs), *wait, FILL, *wait, SHOW))
    yield Case("off for good", (row("second", 3), *wait, row("spin", 25), FILL, *wait, SHOW, *END))


GROUPS = {
    "where": _where,
    "addresses": _addresses,
    "pointer": _pointer,
    "again": _again,
    "remapped": _remapped,
    "switches": _switches,
    "second vCPU": _second_vcpu,
}

CASES = {name: tuple(cases()) for name, cases in GROUPS.items()}
"""Every case, by group."""


def area_guest(cases: tuple[Case, ...], more: str = "") -> Guest:
    """Assemble the guest that goes through these cases; ``more``: assembly of further operations."""
    source = Path(__file__).with_name("area_guest.S").read_text() + more
    strings: list[str] = []
    lines = ["    .section .rodata", "    .balign 8", "ops:"]
    for case in cases:
        for op, *arguments in (*fresh(), say(case.name + "\\n"), *case.rows):
            words = []
            for argument in arguments:
                if isinstance(argument, str):
                    strings.append(argument)
                    argument = f"string_{len(strings) - 1} - image"
                words.append(str(argument))
            lines.append(f"    .quad op_{op} - image, {', '.join(words)}")
    lines.append("    .quad op_end - image, 0, 0, 0")
    lines += [f'string_{number}: .asciz "{text}"' for number, text in enumerate(strings)]
    return assemble(source + "\n".join(lines) + '\n    .text\n#include "lib/end.S"\n', name="areas.S")
