"""Areas by guest-physical address: which addresses and vCPUs are refused; the rest is in the suite (PHY)."""

import pytest

import harness
from harness.abi.errno import Errno
from harness.guest import assemble
from harness.xen.outcome import End

REGISTER = 14
PAGE, SIZE = 4096, 48


def result(address: str, vcpu: int = 0, model: str = "phys") -> int:
    """What registering an area at an address answers."""
    rows = f'with {address}\n vcpu_op "it", {REGISTER}, {vcpu}, BUFFER'
    text = f'#include "conformance/include/table.S"\n table_rule "ABC-001"\n {rows}\n table_end\n#include "lib/end.S"\n'
    with harness.boot(assemble(text), abi=model) as machine:
        assert machine.run(max_instructions=20_000_000).end is End.SHUTDOWN
        return int(machine.console.decode().partition("it=")[2])


@pytest.mark.parametrize("model", ["xen-4.14", "xen-4.17", "xen-4.20", "vmap", "vmap-wmb"])
def test_no_other_model_has_them(model: str) -> None:
    assert result("PAGE_AT(ZONE)", model=model) == -Errno.EINVAL


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (PAGE - SIZE, 0),
        (PAGE - SIZE + 8, -Errno.ENXIO),
        (PAGE - 1, -Errno.ENXIO),
        (4, -Errno.ENXIO),
        (1, -Errno.ENXIO),
        (8, 0),
    ],
)
def test_an_area_may_neither_cross_a_page_nor_be_misaligned(offset: int, expected: int) -> None:
    assert result(f"BYTE_AT(ZONE, {offset})") == expected


@pytest.mark.parametrize("address", [0, 1 << 37, 1 << 41, (1 << 63), (1 << 64) - PAGE])
def test_there_must_be_a_page(address: int) -> None:
    assert result(str(address)) == -Errno.EINVAL


@pytest.mark.parametrize("vcpu", [1, 9])
def test_an_unknown_vcpu_has_no_area(vcpu: int) -> None:
    assert result("PAGE_AT(ZONE)", vcpu) == -Errno.ENOENT
