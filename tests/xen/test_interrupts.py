"""Interrupts and event channels answer as the real Xens did: recorded, and asked again where QEMU is there."""

from collections.abc import Callable

import pytest
from interrupt_recordings import path_of, render, run_here, run_there
from interrupt_tables import TABLES

from harness.conform.oracle import RELEASES

BY_TABLE = pytest.mark.parametrize("name", TABLES)
BY_WHOM = pytest.mark.parametrize("dom0", [False, True], ids=["domU", "dom0"])


@BY_TABLE
@BY_WHOM
def test_every_release_answers_as_the_real_one_did(name: str, dom0: bool) -> None:
    runs = {release: run_here(name, release, dom0=dom0) for release in RELEASES}
    assert render(name, runs, dom0=dom0) == path_of(name, dom0=dom0).read_text()


@BY_TABLE
@BY_WHOM
def test_the_real_xens_still_say_what_is_recorded(name: str, dom0: bool, real_xen: Callable[[str], str]) -> None:
    runs = {}
    for release in RELEASES:
        real_xen(release)
        runs[release] = run_there(name, release, dom0=dom0)
    assert render(name, runs, dom0=dom0) == path_of(name, dom0=dom0).read_text()
