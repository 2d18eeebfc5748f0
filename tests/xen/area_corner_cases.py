"""Runstate areas where no kernel puts them: over pages of Xen's and pages given back, with the MMU off, over oneself.

More groups of rows, for ``area_guest.S`` with ``area_corners.S``.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from area_cases import (
    DATA,
    END,
    FILL,
    MASK64,
    NOWHERE,
    OFF,
    ON,
    OP5,
    PAGE,
    SHOW,
    SIZE,
    TOP,
    WFI,
    Case,
    Row,
    area_guest,
    at,
    mapped,
    published,
    register,
    row,
    say,
    shown,
    unmap,
)

from harness.guest import Guest

SHARED_INFO, GRANT_TABLE = 0, 1
"""XENMAPSPACE_*: what Xen maps pages of."""
SPARES = 8
CODE, STACK, TABLE = range(SPARES, SPARES + 3)
"""Places beside the spare pages, in the order of ``area_corners.S``."""
MAPPED_AT = {SHARED_INFO: NOWHERE, GRANT_TABLE: NOWHERE + PAGE}
"""The IPA that a page of Xen's is put at."""
HOLE = 1 << 36
"""An IPA where nothing is ever put."""
REST = 3072
"""In shared_info behind all that Xen uses."""

FLAT_WFI = row("flat_wfi")
LAST_WORD = (row("other_power_off"),)
"""No case comes after it."""


QUIET = (row("poke", 0, at(5)),)
"""Clear what a crossing area left in vcpu_info: while evtchn_upcall_pending is not 0, WFI does not wait."""


def place(va: int, number: int, attributes: int = DATA) -> Row:
    return row("place", va & MASK64, number, attributes)


def paint(va: int) -> Row:
    return row("paint", va & MASK64, SIZE)


def look(va: int) -> Row:
    return row("look", va & MASK64, SIZE)


def xen_page(space: int) -> Row:
    return row("xen_page", space, 0, MAPPED_AT[space] >> 12)


def seen_at(va: int, *switches: Row) -> tuple[Row, ...]:
    """Register and see the fill, then switch, each time on fresh bytes, and see what is published, with its words."""
    rows = [paint(va), register(va), look(va)]
    for switch in switches or (WFI, WFI):
        rows += [paint(va), switch, look(va)]
    return (*rows, ON, paint(va), WFI, look(va), row("state", va), OFF)


def _pages_of_xen() -> Iterator[Case]:
    for name, space in (("shared_info", SHARED_INFO), ("the grant table", GRANT_TABLE)):
        here = row("describe", at(5), MAPPED_AT[space] | DATA)
        yield Case(
            f"{name}, not there yet", (row("remove", MAPPED_AT[space] >> 12), here, *published(at(5, REST)), *END)
        )
        yield Case(f"{name}", (xen_page(space), here, *seen_at(at(5, REST)), *END))
        yield Case(f"{name}, unaligned", (*seen_at(at(5, REST + 4)), *END))
        yield Case(f"{name}, its last bytes", (*seen_at(at(5, PAGE - SIZE)), *END))
        for offset in (PAGE - 40, PAGE - 8):
            into, out_of = at(4, offset), at(5, offset)
            yield Case(
                f"from RAM into {name} at {offset}",
                (mapped(at(4), 1), register(into), shown(into), *QUIET, FILL, WFI, shown(into), *QUIET, *END),
            )
            yield Case(f"from {name} into RAM at {offset}", (mapped(at(6), 1), *seen_at(out_of), *END))
            yield Case(
                f"from {name} into a hole at {offset}",
                (row("describe", at(6), HOLE | DATA), register(out_of), WFI, *END),
            )
        yield Case(
            f"{name}, which moves away and back",
            (
                register(at(5, REST)),
                paint(at(5, REST)),
                row("xen_page", space, 0, (MAPPED_AT[space] >> 12) + 2),
                row("remove", MAPPED_AT[space] >> 12),
                row("xen_page", space, 0, (MAPPED_AT[space] >> 12) + 2),
                WFI,
                row("describe", at(6), MAPPED_AT[space] + 2 * PAGE | DATA),
                look(at(6, REST)),
                register(at(5, REST)),
                WFI,
                look(at(6, REST)),
                row("remove", (MAPPED_AT[space] >> 12) + 2),
                xen_page(space),
                paint(at(5, REST)),
                WFI,
                look(at(5, REST)),
                *END,
            ),
        )
        yield Case(
            f"{name}, which is removed",
            (
                register(at(5, REST)),
                row("remove", MAPPED_AT[space] >> 12),
                WFI,
                xen_page(space),
                paint(at(5, REST)),
                WFI,
                look(at(5, REST)),
                *END,
                unmap(at(5)),
                unmap(at(6)),
            ),
        )


def _given_back() -> Iterator[Case]:
    yield Case(
        "given back before",
        (place(at(5), 0), row("give", 0), register(at(5)), WFI, row("take", 0), paint(at(5)), WFI, look(at(5)), *END),
    )
    yield Case(
        "given back after",
        (place(at(5), 1), register(at(5)), row("give", 1), WFI, row("take", 1), paint(at(5)), WFI, look(at(5)), *END),
    )
    yield Case(
        "given back after, with the flag",
        (
            ON,
            place(at(5), 1),
            register(at(5)),
            row("give", 1),
            WFI,
            row("take", 1),
            paint(at(5)),
            WFI,
            look(at(5)),
            OFF,
            *END,
        ),
    )
    yield Case(
        "given back and unregistered",
        (place(at(5), 2), register(at(5)), row("give", 2), WFI, *END, row("take", 2), paint(at(5)), WFI, look(at(5))),
    )
    yield Case(
        "given back and registered again",
        (place(at(5), 3), register(at(5)), row("give", 3), register(at(5)), WFI, row("take", 3), *seen_at(at(5)), *END),
    )
    yield Case(
        "given back, and another registered",
        (
            place(at(5), 4),
            register(at(5)),
            row("give", 4),
            register(at(1)),
            FILL,
            WFI,
            SHOW,
            row("take", 4),
            *END,
            row("take", 4),
        ),
    )
    for what, number, spare in (("first", 5, at(4)), ("second", 6, at(5))):
        rows = (mapped(at(4), 1), mapped(at(5), 2), place(spare, number))
        back = (row("take", number), FILL, paint(at(4, PAGE - 40)), WFI, look(at(4, PAGE - 40)))
        yield Case(
            f"crossing, {what} page given back after",
            (*rows, register(at(4, PAGE - 40)), row("give", number), WFI, *back, *END),
        )
        yield Case(
            f"crossing, {what} page given back before",
            (*rows, row("give", number), register(at(4, PAGE - 40)), WFI, *back, *END),
        )
    yield Case(
        "unmapped for Xen, too",
        (place(at(5), 7), register(at(5)), row("drop", 7), WFI, row("take", 7), paint(at(5)), WFI, look(at(5)), *END),
    )
    yield Case("given back twice", (row("give", 7), row("give", 7), row("take", 7), row("take", 7)))


def _mmu_off() -> Iterator[Case]:
    for offset in (PAGE, PAGE + 4, 2 * PAGE - 40, 2 * PAGE - 8):
        show = shown(offset)
        yield Case(
            f"registered and switched with the MMU off, {offset}",
            (row("flat_area", offset), show, FILL, FLAT_WFI, show, ON, FILL, FLAT_WFI, show, OFF, *END),
        )
        yield Case(
            f"registered with the MMU off, switched with it on and off, {offset}",
            (row("flat_area", offset), FILL, WFI, show, FILL, FLAT_WFI, show, *END),
        )
        yield Case(
            f"registered with the MMU on, switched with it off, {offset}",
            (register(at(0, offset)), FILL, FLAT_WFI, show, FILL, WFI, show, *END),
        )
        yield Case(
            f"a physical address, registered with the MMU on, {offset}",
            (row("physical", offset), show, FILL, WFI, show, FILL, FLAT_WFI, show, *END),
        )
    for name, address in (("the upper half", at(1)), ("a hole", HOLE), ("the GIC", 0x300_1000)):
        yield Case(
            f"MMU off, {name}", (row("flat_register", address), SHOW, FILL, FLAT_WFI, SHOW, FILL, WFI, SHOW, *END)
        )
    for address in (1 << 40, 1 << 48, MASK64 - 7, TOP, 8):
        yield Case(f"MMU off, {address:#x}", (row("flat_register", address), FLAT_WFI, WFI, SHOW, *END))
    for space in (SHARED_INFO, GRANT_TABLE):
        page = MAPPED_AT[space]
        here = (xen_page(space), row("describe", at(5), page | DATA), paint(at(5, REST)))
        yield Case(
            f"MMU off, page {space} of Xen's",
            (
                *here,
                row("flat_register", page + REST),
                look(at(5, REST)),
                paint(at(5, REST)),
                FLAT_WFI,
                look(at(5, REST)),
                paint(at(5, REST)),
                WFI,
                look(at(5, REST)),
                *END,
                unmap(at(5)),
            ),
        )
    for pointer in (0, at(1), NOWHERE + 16 * PAGE, 1 << 48):
        yield Case(
            f"MMU off, an argument at {pointer:#x}",
            (register(at(1)), row("flat_pointer", pointer), FILL, WFI, SHOW, *END),
        )
    yield Case("MMU off, unregistered", (register(at(1)), row("flat_register", 0), FILL, WFI, FLAT_WFI, SHOW))


def _over_oneself() -> Iterator[Case]:
    for offset in (0, 8, 16, 40):
        where = at(1, offset)
        yield Case(
            f"over its own argument, {offset}",
            (
                row("poke", at(1), where),
                row("vcpu_op_at", OP5, 0, where),
                SHOW,
                row("vcpu_op_at", OP5, 0, at(1)),
                FILL,
                WFI,
                SHOW,
                *END,
            ),
        )
    for name, number, offset in (("code", CODE, 64), ("the stack", STACK, 64), ("a page table", TABLE, 480 * 8)):
        yield Case(f"over {name}", (place(at(5), number), *seen_at(at(5, offset)), *END, unmap(at(5))))
    for offset in (PAGE - 8, PAGE - 7, PAGE - 4, PAGE - 1):
        where = at(1, offset)
        poke = row("poke", at(3), where)
        call = row("vcpu_op_at", OP5, 0, where)
        for change in ((), (unmap(at(2)),), (unmap(at(1)),), (row("describe", at(2), NOWHERE + 32 * PAGE | DATA),)):
            name = (
                " ".join((change[0][0], "the page of it" if change[0][1] == at(1) else "the next"))
                if change
                else "there"
            )
            yield Case(
                f"an argument at {offset}, {name}",
                (poke, *change, call, mapped(at(1), 1), mapped(at(2), 2), FILL, WFI, SHOW, *END),
            )
    for vcpu in (127, 128, 8191, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 32 | 1, 1 << 63):
        yield Case(f"vCPU {vcpu:#x}", (register(at(1), vcpu), SHOW, FILL, WFI, SHOW, *END, register(0, 1)))


def _other_vcpu() -> Iterator[Case]:
    mine, theirs = at(1), at(2)
    state = row("state", mine)
    on, off = row("other_assist", 0), row("other_assist", 1)
    yield Case("assist between register and switch", (register(mine), ON, FILL, WFI, SHOW, state, OFF, *END))
    yield Case("assist on, then off before the switch", (ON, register(mine), OFF, FILL, WFI, SHOW, state, *END))
    yield Case("the other comes up with an area", (register(theirs, 1), row("other_up"), FILL, WFI, WFI, WFI, SHOW))
    yield Case("assist on by the other", (register(mine), on, FILL, WFI, SHOW, state, row("state", theirs)))
    yield Case("assist off by the other", (off, FILL, WFI, SHOW, state))
    yield Case("assist on by the other, off by me", (on, OFF, FILL, WFI, SHOW, state))
    yield Case("assist on by me, off by the other", (ON, off, FILL, WFI, SHOW, state))
    yield Case("mine by the other", (row("other_register", 0, at(3)), FILL, WFI, SHOW))
    yield Case("mine by the other, NULL", (row("other_register", 0, 0), FILL, WFI, WFI, SHOW))
    yield Case(
        "mine by me, then by the other, unmapped", (register(mine), row("other_register", 0, at(9)), FILL, WFI, SHOW)
    )
    yield Case("one area for both", (register(mine), row("other_register", 1, mine), FILL, WFI, SHOW))
    yield Case("one area for both, one lets go", (row("other_register", 1, 0), FILL, WFI, SHOW))
    yield Case("one area for both again, I let go", (row("other_register", 1, mine), *END, FILL, WFI, WFI, WFI, SHOW))
    overlap = at(1, 24)
    yield Case("two that overlap", (register(mine), row("other_register", 1, overlap), FILL, WFI, WFI, SHOW))
    yield Case(
        "theirs on shared_info",
        (
            xen_page(SHARED_INFO),
            row("describe", at(5), MAPPED_AT[SHARED_INFO] | DATA),
            paint(at(5, REST)),
            row("other_register", 1, at(5, REST)),
            WFI,
            WFI,
            look(at(5, REST)),
            row("other_register", 1, 0),
        ),
    )
    gone = (row("give", 0), WFI, WFI, WFI, row("take", 0), paint(at(5)), WFI, WFI, WFI, look(at(5)))
    yield Case("theirs on a page given back", (place(at(5), 0), row("other_register", 1, at(5)), *gone))
    yield Case("off with it", (row("other_off"), WFI, WFI, WFI, paint(at(5)), WFI, WFI, look(at(5))))
    yield Case("on again with it", (paint(at(5)), row("other_up"), WFI, WFI, WFI, look(at(5))))
    yield Case(
        "off, unmapped, on again", (row("other_off"), WFI, WFI, WFI, unmap(at(5)), row("other_up"), WFI, WFI, WFI)
    )
    yield Case("mapped again", (place(at(5), 0), paint(at(5)), WFI, WFI, WFI, look(at(5))))
    yield Case(
        "off, given back, on again", (row("other_off"), WFI, WFI, row("give", 0), row("other_up"), WFI, WFI, WFI)
    )
    yield Case("had again", (row("take", 0), paint(at(5)), WFI, WFI, WFI, look(at(5))))
    yield Case("off again", (row("other_off"), WFI, WFI, WFI))
    told = [
        step
        for word in (1, 2, 0x80, 0x100, 0)
        for step in (say(f"  {word:#x}\\n"), row("poke", word, at(5)), FILL, WFI, SHOW)
    ]
    yield Case(
        "WFI with vcpu_info that says there are events",
        (xen_page(SHARED_INFO), row("describe", at(5), MAPPED_AT[SHARED_INFO] | DATA), register(at(1)), *told, *END),
    )
    first = (register(at(5)), WFI, row("state", at(5)), WFI, row("state", at(5)), row("vcpu_op", OP5, 0, 0))
    here = (xen_page(SHARED_INFO), row("describe", at(5), MAPPED_AT[SHARED_INFO] | DATA))
    yield Case("over the first vcpu_info", (*here, *first))
    yield Case(
        "both live, and the other ends it all",
        (row("other_up"), register(mine), row("other_register", 1, theirs), FILL, WFI, WFI, WFI, SHOW, *LAST_WORD),
    )


GROUPS = {
    "pages of Xen's": _pages_of_xen,
    "given back": _given_back,
    "MMU off": _mmu_off,
    "over oneself": _over_oneself,
    "other vCPU": _other_vcpu,
}

CASES = {name: tuple(cases()) for name, cases in GROUPS.items()}
"""Every case, by group."""


@cache
def corner_guest() -> Guest:
    """The guest that goes through all of them."""
    more = Path(__file__).with_name("area_corners.S").read_text()
    return area_guest(tuple(case for cases in CASES.values() for case in cases), more)
