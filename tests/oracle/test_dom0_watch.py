"""The idle dom0 that watches a domU ships assembled, so that running a guest on a real Xen needs no assembler."""

from harness.guest import load
from harness.oracle import board


def test_the_shipped_binary_is_what_its_source_assembles_to() -> None:
    assert board.WATCH.read_bytes() == load(board.WATCH.with_suffix(".S")).flat()
