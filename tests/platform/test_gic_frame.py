"""Accesses to the GIC's frames at any offset and width: what they may leave behind."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.platform.gic_access import DOUBLE, WORD, AccessRefused, MmioAccess
from harness.platform.gic_distributor import DistributorState, Vgic, VgicRelease
from harness.platform.gic_rank import RANK_SIZE, Rank
from harness.platform.gic_redistributor import FRAME_SIZE, REDISTRIBUTOR_SIZE, frame_at

VCPUS = 2
RELEASES = [VgicRelease(not old, not old, router_index_cut=old) for old in (False, True)]


def make_vgic(release: VgicRelease) -> Vgic:
    state, private = DistributorState(), [Rank() for _ in range(VCPUS)]
    return Vgic(
        state=lambda: state,
        private=[lambda rank=rank: rank for rank in private],  # type: ignore[misc]
        interrupt_bits=10,
        release=release,
        enable=lambda _vcpu, _number: None,
        disable=lambda _vcpu, _number: None,
        inject=lambda _vcpu, _number: None,
        migrate=lambda _number, _old, _new: True,
        is_in_flight=lambda _vcpu, _number: False,
        log=lambda _text: None,
    )


def ranks_of(gic: Vgic) -> list[Rank]:
    return gic.state().ranks + [rank() for rank in gic.private]


interesting = st.one_of(st.integers(0, FRAME_SIZE - 1), st.integers(0, 0xFFF), st.integers(0x60F0, 0x6900))


@pytest.mark.parametrize("release", RELEASES)
@given(
    st.sampled_from([None, *range(0, VCPUS * REDISTRIBUTOR_SIZE, FRAME_SIZE)]),
    st.lists(st.tuples(interesting, st.integers(0, DOUBLE), st.integers(0, (1 << 64) - 1)), max_size=40),
)
def test_no_store_leaves_more_in_a_register_than_it_has_bits(
    release: VgicRelease, redistributor: int | None, stores: list[tuple[int, int, int]]
) -> None:
    gic = make_vgic(release)
    found = frame_at(gic, 0, redistributor)
    assert found is not None
    for offset, size, value in stores:
        with suppress(AccessRefused):
            found[0].write(MmioAccess(offset, size, 3, value))
        with suppress(AccessRefused):
            assert 0 <= found[0].read(MmioAccess(offset, size, 3, None)) < 1 << (8 << size)
    for rank in ranks_of(gic):
        assert max(rank.enabled, *rank.configuration) < 1 << 32
        assert len(rank.priority) == RANK_SIZE
        assert max(rank.target) < VCPUS


def test_what_an_unaligned_store_covers_behind_a_register_is_lost() -> None:
    gic = make_vgic(RELEASES[1])
    found = frame_at(gic, 0, None)
    assert found is not None
    found[0].write(MmioAccess(0x106, WORD, 0, 0xFFFF_FFFF))
    assert [rank.enabled for rank in gic.state().ranks[:2]] == [0xFFFF_0000, 0]


def test_there_is_no_frame_behind_the_last_redistributor() -> None:
    gic = make_vgic(RELEASES[1])
    assert frame_at(gic, 0, VCPUS * REDISTRIBUTOR_SIZE - 1) is not None
    assert frame_at(gic, 0, VCPUS * REDISTRIBUTOR_SIZE) is None
