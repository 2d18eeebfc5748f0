"""Orders of steps: read from a file, and performed on a publication."""

from pathlib import Path

import pytest

import harness
from harness.abi.runstate import XEN_RUNSTATE_UPDATE
from harness.errors import InputError
from harness.events import ContextSwitch, EventBus
from harness.xen.runstate import publication
from harness.xen.runstate.info import AREA_SIZE, RunstateInfo
from harness.xen.runstate.order import Directions, Moment, perform, read_order
from harness.xen.runstate.publication import Publication, Step


class Area:
    """What a guest can see, store by store."""

    def __init__(self) -> None:
        self.bytes = bytearray(AREA_SIZE)
        self.stores: list[tuple[int, int]] = []

    def store(self, offset: int, data: bytes) -> None:
        self.bytes[offset : offset + len(data)] = data
        self.stores.append((offset, len(data)))

    @property
    def info(self) -> RunstateInfo:
        return RunstateInfo.unpack(bytes(self.bytes))


def publish(area: Area, directions: Directions, program: publication.Program = publication.VMAP) -> list[RunstateInfo]:
    """Publish under directions; what a reader saw at each pause."""
    own = RunstateInfo(1, 5000, [1000, 2000, 0, 2000])
    seen: list[RunstateInfo] = []
    perform(Publication(program, own, area, lambda: True), directions, lambda _ns: seen.append(area.info))
    return seen


def test_without_directions_the_area_ends_as_it_does_when_run_at_once() -> None:
    ordered, at_once = Area(), Area()
    publish(ordered, Directions())
    Publication(publication.VMAP, RunstateInfo(1, 5000, [1000, 2000, 0, 2000]), at_once, lambda: True).run()
    assert ordered.bytes == at_once.bytes


def test_stores_are_made_in_pieces_of_at_most_eight_bytes() -> None:
    area = Area()
    publish(area, Directions())
    assert area.stores == [(8, 8), (0, 8), (8, 8), (16, 8), (24, 8), (32, 8), (40, 8), (8, 8)]


def test_a_reader_in_a_pause_sees_the_flag_set() -> None:
    (seen,) = publish(Area(), Directions(pauses={(Step.READ_ASSIST, 2): 100}))
    assert seen.state_entry_time == 5000 | XEN_RUNSTATE_UPDATE


def test_held_flag_stores_let_a_reader_see_new_data_without_the_flag() -> None:
    directions = Directions(
        pauses={(Step.READ_ASSIST, 2): 100},
        held={(Step.STORE_ENTRY_TIME, None, 1), (Step.STORE_ALL, 1, 1)},
    )
    area = Area()
    (seen,) = publish(area, directions)
    assert seen.state_entry_time == 0, "the flag has not arrived"
    assert seen.time == [1000, 2000, 0, 2000], "the data has"
    assert area.info.state_entry_time == 5000, "and in the end all is well"


def test_a_barrier_makes_held_stores_visible() -> None:
    directions = Directions(pauses={(Step.CLEAR_FLAG, 1): 100}, held={(Step.STORE_ENTRY_TIME, None, 1)})
    (seen,) = publish(Area(), directions)
    assert seen.state_entry_time == 5000 | XEN_RUNSTATE_UPDATE


def test_an_order_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "order"
    path.write_text(
        "# a comment\nat d1v0 leaving 2\n  hold STORE_ALL.1   # late\n  before READ_ASSIST 2 run 900\n"
        "at d0v3 entering 1\n"
    )
    order = read_order(path)
    directions = order.find(Moment((1, 0), True, 2))
    assert directions == Directions({(Step.READ_ASSIST, 2): 900}, {(Step.STORE_ALL, 1, 1)})
    assert order.find(Moment((0, 3), False, 1)) == Directions()
    assert order.find(Moment((0, 3), True, 1)) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hold STORE_ALL\n", "order:1: directions come after a line like 'at d1v0 entering 2'"),
        ("at d1v0 leaving 1\nhold NOTHING\n", "order:2: no step is called 'NOTHING'"),
        ("at d1v0 leaving 1\n\nsleep\n", "order:3: 'sleep' is neither"),
        ("at d1v0 sideways 1\n", "order:1: directions come after"),
    ],
)
def test_a_mistake_in_an_order_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "order"
    path.write_text(text)
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        read_order(path)


def test_a_missing_order_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none: No such file"):
        read_order(tmp_path / "none")


def test_a_pause_lets_the_other_physical_cpu_go_on(tmp_path: Path) -> None:
    order = tmp_path / "order"
    order.write_text("at d1v0 entering 1\n  before STORE_ALL run 50000\n")
    kpti = harness.load(Path(__file__).parents[3] / "guest_asm" / "wfi_user.S")
    spin = harness.load(Path(__file__).parents[3] / "guest_asm" / "spin.S")
    switches: list[list[ContextSwitch]] = []
    for file in (None, order):
        events = EventBus()
        seen: list[ContextSwitch] = []
        events.listen(ContextSwitch, seen.append)
        with harness.boot(kpti, also=[spin], pcpus=2, events=events, order=file) as machine:
            machine.run(max_instructions=20_000_000)
            assert machine.console.endswith(b"updated in 4\n")
        switches.append([event for event in seen if event.previous == (1, 0)])
    without, paused = switches
    assert paused[0].time_ns == without[0].time_ns, "before the pause"
    assert paused[1].time_ns == without[1].time_ns + 50_000, "after it"
