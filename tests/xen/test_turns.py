"""However a run is cut into pieces, the machine goes the same way."""

from pathlib import Path

import pytest

import harness
from harness.xen.outcome import End

GUESTS = Path(__file__).parents[2] / "guest_asm"


@pytest.mark.parametrize(("pcpus", "vcpus"), [(1, 2), (2, 2), (2, 4)])
def test_pieces_of_any_length_lead_to_the_same_end(pcpus: int, vcpus: int) -> None:
    guest = harness.load(GUESTS / "smp.S")
    ends = []
    for piece in (None, 7, 333, 4_999):
        with harness.boot(guest, vcpus=vcpus, pcpus=pcpus) as machine:
            while (outcome := machine.run(max_instructions=piece)).end is End.BUDGET:
                assert machine.instructions < 1_000_000
            ends.append((outcome, machine.console, machine.now_ns, machine.instructions))
    assert ends.count(ends[0]) == len(ends)
