"""Translations that Xen remembers are those that it would make afresh."""

import pytest

from harness.api import boot
from harness.events import EventBus, RunstatePublished, XenLog
from harness.guest import library_path
from harness.machine.mmu.memo import WalkMemo


@pytest.mark.parametrize(("abi", "debug"), [("xen-4.14", False), ("xen-4.20", True), ("phys", False)])
@pytest.mark.parametrize("guest", ["kpti.S", "claims/5_remap.S"])
def test_a_run_is_the_same_without_remembered_walks(
    monkeypatch: pytest.MonkeyPatch, guest: str, abi: str, debug: bool
) -> None:
    remembering = _published(guest, abi, debug)
    monkeypatch.setattr(WalkMemo, "recall", lambda self, question: None)
    assert remembering == _published(guest, abi, debug)
    assert remembering


def _published(guest: str, abi: str, debug: bool) -> list[object]:
    events, seen = EventBus(), []
    events.listen(RunstatePublished, seen.append)
    events.listen(XenLog, seen.append)
    with boot(library_path() / guest, abi=abi, vcpus=2, debug_build=debug, events=events) as machine:
        machine.run(max_instructions=20_000_000)
    return seen
