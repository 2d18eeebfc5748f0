"""Perfetto traces, read back by the format's definition."""

from itertools import pairwise
from pathlib import Path

import pytest
from perfetto_reader import PerfettoTrace, read, slices, varint

import harness
from harness.debug.trace import TraceHeader, open_trace
from harness.debug.trace.perfetto_packets import CHUNK, CHUNK_BITS, LOW_BITS, high_bits
from harness.events import EventBus
from harness.guest import assemble

GUESTS = Path(__file__).parents[2] / "guest_asm"
CALLS = """
        mov     x19, #{count}
1:      mov     x0, #0
        mov     x1, #0
        mov     x16, #17
        hvc     #0xEA1
        subs    x19, x19, #1
        b.ne    1b
        ldr     w0, =0x84000008
        hvc     #0
"""
STATES = {"running", "runnable", "blocked", "offline"}


def traced(guest: object, path: Path, **options: object) -> PerfettoTrace:
    events = EventBus()
    with (
        open_trace(path, "perfetto", events, TraceHeader("guest", "xen-4.17")),
        harness.boot(guest, events=events, **options) as machine,
    ):
        machine.run(max_instructions=60_000_000)
    return read(path.read_bytes())


@pytest.fixture(scope="module")
def kpti(tmp_path_factory: pytest.TempPathFactory) -> PerfettoTrace:
    return traced(GUESTS / "kpti.S", tmp_path_factory.mktemp("perfetto") / "t", vcpus=2)


def test_every_pcpu_and_vcpu_has_a_track_under_its_owner(kpti) -> None:
    assert {name: kpti.parents[name] for name in ("pCPU 0", "log", "d1v0", "d1v1")} == {
        "pCPU 0": "Xen",
        "log": "Xen",
        "d1v0": "d1",
        "d1v1": "d1",
    }


def test_a_vcpus_states_follow_each_other_without_a_gap_and_its_calls_lie_in_running(kpti) -> None:
    for vcpu in ("d1v0", "d1v1"):
        states = [piece for piece in slices(kpti)[vcpu] if piece.depth == 0]
        assert {piece.name for piece in states} <= STATES
        assert [piece.end for piece in states[:-1]] == [piece.begin for piece in states[1:]]
        assert len([piece for piece in states if piece.name == "running"]) > 8
    pieces = slices(kpti)["d1v0"]
    calls = [piece for piece in pieces if piece.depth]
    assert {"vcpu_op", "vm_assist", "console_io", "PSCI_CPU_ON_64"} <= {piece.name for piece in calls}
    for call in calls:
        assert call.begin < call.end
        outer = [piece for piece in pieces if piece.begin <= call.begin and call.end <= piece.end]
        assert [piece.name for piece in outer if piece is not call] == ["running"]


def test_a_pcpu_shows_which_vcpu_it_runs_at_every_moment(kpti) -> None:
    pieces = slices(kpti)["pCPU 0"]
    assert {piece.name for piece in pieces} == {"d1v0", "d1v1", "idle"}
    assert [piece.end for piece in pieces[:-1]] == [piece.begin for piece in pieces[1:]]
    assert len(kpti.of("pCPU 0", 3)) == len(pieces)


def test_a_hypercall_says_what_was_asked_and_answered_in_words(kpti) -> None:
    notes = next(event.notes for event in kpti.of("d1v0", 1) if event.name == "vm_assist")
    assert notes == {"call": "vm_assist(VMASST_CMD_enable, type 5)", "result": "0"}


def test_an_update_that_is_lost_says_why_and_has_a_flow_from_its_switch(kpti) -> None:
    lost = [event for event in kpti.events if event.name == "area NOT updated"]
    assert len(lost) == 16
    assert all("stage 1 translation fault" in event.notes["fault"] for event in lost)
    switches = {flow: event for event in kpti.events for flow in event.flows}
    for event in lost:
        (flow,) = event.ended_flows
        assert switches[flow].name == "context switch"
        assert switches[flow].time_ns == event.time_ns
        assert event.track in switches[flow].notes["what"]


CLAIM = GUESTS / "claims" / "7_missing_barrier.S"


@pytest.mark.parametrize(
    ("guest", "options"),
    [
        (GUESTS / "kpti.S", {"vcpus": 2}),
        (GUESTS / "kpti.S", {"vcpus": 2, "pcpus": 2, "also": [GUESTS / "spin.S"]}),
        (CLAIM, {"vcpus": 2, "pcpus": 2, "abi": "vmap", "order": CLAIM.with_suffix(".order")}),
    ],
    ids=["one pCPU", "two pCPUs", "ordered"],
)
def test_every_flow_has_both_ends_and_begins_first(guest, options, tmp_path) -> None:
    trace = traced(guest, tmp_path / "t", **options)
    slices(trace)  # and slices nest
    began: set[int] = set()
    ended: list[int] = []
    for event in trace.events:
        assert began.issuperset(event.ended_flows)
        began.update(event.flows)
        ended += event.ended_flows
    assert len(ended) == len(set(ended)) == len([event for event in trace.events if event.name.startswith("area ")])
    assert set(ended) == began


def test_the_counters_show_the_gap_between_stolen_time_and_what_the_area_says(kpti) -> None:
    true, told = (kpti.of(f"d1v0 stolen time, {who}", 4) for who in ("true", "by its area"))
    registered, first_update = told[0].time_ns, told[1].time_ns
    between = [event.value for event in true if registered < event.time_ns < first_update]
    assert between == [told[0].value + stolen for stolen in range(1_000_000, 9_000_000, 1_000_000)]
    assert told[1].value == between[-1]


@pytest.mark.parametrize("count", [1, 700])
def test_calls_that_follow_each_other_fast_are_slices_of_a_nanosecond_in_order(count, tmp_path) -> None:
    trace = traced(assemble(CALLS.format(count=count)), tmp_path / "t")
    calls = [piece for piece in slices(trace)["d1v0"] if piece.name == "xen_version"]
    assert len(calls) == count
    assert {piece.end - piece.begin for piece in calls} == {1}
    assert {later.begin - earlier.begin for earlier, later in pairwise(calls)} <= {6}


def test_a_time_stamp_is_exact_at_every_size(tmp_path) -> None:

    for time_ns in [0, 1, CHUNK, CHUNK + 1, 123_456_789_012_345, *(1 << bit for bit in range(56)), (1 << 56) - 1]:
        assert varint(LOW_BITS[time_ns & CHUNK] + high_bits(time_ns >> CHUNK_BITS), 0) == (time_ns, 8)
