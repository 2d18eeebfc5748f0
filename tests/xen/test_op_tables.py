"""Hundreds of calls of memory_op, grant_table_op, the privileged ones and multicall, as the real Xens answered them."""

from collections.abc import Callable

import pytest
from op_guest import op_guest, readable
from op_recordings import Recording, recordings

import harness
from harness.xen.outcome import End

BUDGET = 50_000_000


@pytest.mark.parametrize("recording", recordings(), ids=str)
def test_a_model_answers_every_call_as_its_release_did(recording: Recording) -> None:
    ops = recording.ops
    with harness.boot(op_guest(ops), abi=f"xen-{recording.xen}", dom0=not recording.domu) as machine:
        assert machine.run(max_instructions=BUDGET).end is End.SHUTDOWN
        lines = readable(machine.console.decode(errors="replace"), ops)
    assert lines == recording.path.read_text().splitlines()
    assert len(lines) == len(ops)


@pytest.mark.parametrize("recording", recordings(), ids=str)
def test_the_real_xen_answers_as_recorded(recording: Recording, tool: Callable[..., str]) -> None:
    tool("qemu-system-aarch64", package="qemu-system-arm")
    assert recording.ask() == recording.path.read_text().splitlines()
