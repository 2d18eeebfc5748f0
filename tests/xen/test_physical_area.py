"""Areas by guest-physical address: what common Xen's ``map_guest_area`` and ``update_runstate_area`` say (4.20)."""

import pytest
from area_cases import (
    DATA,
    END,
    FILL,
    MASK64,
    OFF,
    OP5,
    OP14,
    PAGE,
    SHOW,
    SIZE,
    WFI,
    Case,
    Row,
    area_guest,
    at,
    row,
    unmap,
)

import harness
from harness.xen.outcome import End

RAM = 0x4000_0000
ENXIO, EINVAL, ENOENT = " -6", " -22", " -2"
WHOLE = "  page 1: 0 to 47"
CANVAS = 1 << 40
"""Stands for the canvas' first IPA in a row."""


def run(*rows: Row, model: str = "phys") -> list[str]:
    """What a case prints."""
    canvas = area_guest((Case("case", rows),)).symbols["canvas"]
    placed = tuple((*each[:3], each[3] - CANVAS + RAM + canvas if in_canvas(each) else each[3]) for each in rows)
    with harness.boot(area_guest((Case("case", placed),)), abi=model) as machine:
        assert machine.run(max_instructions=20_000_000).end is End.SHUTDOWN
        name, *lines = machine.console.decode().splitlines()
        assert name == "case"
        return lines


def in_canvas(each: Row) -> bool:
    return isinstance(each[3], int) and CANVAS <= each[3] < CANVAS + 4 * PAGE


def register(address: int, vcpu: int = 0) -> Row:
    return row("vcpu_op", OP14, vcpu, address & MASK64)


@pytest.mark.parametrize("model", ["xen-4.14", "xen-4.17", "xen-4.20", "vmap", "vmap-wmb"])
def test_no_other_model_has_them(model: str) -> None:
    assert run(register(CANVAS + PAGE), FILL, WFI, SHOW, model=model) == [EINVAL]


def test_the_area_is_filled_and_published_without_a_mapping_of_the_guest() -> None:
    assert run(register(CANVAS + PAGE), SHOW, unmap(at(1)), FILL, WFI, row("map", at(1), 1, DATA), SHOW) == [
        " 0",
        WHOLE,
        WHOLE,
    ]


@pytest.mark.parametrize(
    ("offset", "result"),
    [(PAGE - SIZE, " 0"), (PAGE - SIZE + 8, ENXIO), (PAGE - 1, ENXIO), (4, ENXIO), (1, ENXIO), (8, " 0")],
)
def test_an_area_may_neither_cross_a_page_nor_be_misaligned(offset: int, result: str) -> None:
    assert run(register(CANVAS + PAGE + offset), register(~0)) == [result, " 0"]


@pytest.mark.parametrize("address", [0, 1 << 37, 1 << 41, (1 << 63), (1 << 64) - PAGE])
def test_there_must_be_a_page(address: int) -> None:
    assert run(register(address)) == [EINVAL]


def test_a_registration_that_fails_leaves_the_former_one() -> None:
    assert run(register(CANVAS + PAGE), register(CANVAS + 4), register(0), FILL, WFI, SHOW) == [
        " 0",
        ENXIO,
        EINVAL,
        WHOLE,
    ]


def test_all_ones_unregisters() -> None:
    assert run(register(CANVAS + PAGE), register(~0), FILL, WFI, SHOW, register(~0)) == [" 0", " 0", " 0"]


def test_while_it_is_registered_the_area_by_virtual_address_is_not_written() -> None:
    by_va = row("vcpu_op", OP5, 0, at(2))
    lines = run(by_va, register(CANVAS + PAGE), FILL, WFI, SHOW, register(~0), FILL, WFI, SHOW, *END)
    assert lines == [" 0", " 0", WHOLE, " 0", "  page 2: 0 to 47", " 0"]


def test_an_unknown_vcpu_has_no_area() -> None:
    rows = (register(CANVAS + PAGE, 1), SHOW, register(CANVAS, 9))
    assert run(*rows) == [ENOENT, ENOENT]


def test_the_flag_is_clear_after_an_update_whatever_the_assist() -> None:
    rows = (register(CANVAS + PAGE), WFI, row("state", at(1)), row("assist", 0), WFI, row("state", at(1)), OFF)
    state = "  state 0, padding 0x0000000000000000, flag 0"
    assert run(*rows) == [" 0", state, " 0", state, " 0"]
