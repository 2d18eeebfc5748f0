"""Traces as files: formats by name, their contents, and reading one back."""

import errno
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import harness
from harness import events as kinds
from harness.debug.event_words import in_words
from harness.debug.trace import FORMATS, KINDS, TraceHeader, open_trace, trace_format
from harness.debug.trace.json_lines import CutShort, read_trace
from harness.errors import InputError, OutputError, TimeUp
from harness.events import EventBus
from harness.guest import assemble
from harness.xen.outcome import End

GUESTS = Path(__file__).parents[2] / "guest_asm"
HEADER = TraceHeader("kpti.S", "xen-4.17", vcpus=2)
FIRST = (
    '{"trace": "harness", "version": 1, "guest": "g", "model": "m", '
    '"vcpus": 1, "pcpus": 1, "debug_build": false, "dom0": false, "colour": 1}\n'
)
CALLS = """
        mov     x19, #{count}
1:      mov     x0, #{command}
        mov     x1, #0
        mov     x16, #17
        hvc     #0xEA1
        subs    x19, x19, #1
        b.ne    1b
        ldr     w0, =0x84000008
        hvc     #0
"""


def record(guest: object, path: Path, form: str | None = None, **options: object) -> list[object]:
    """Run a guest with a trace; the events as they were."""
    events, heard = EventBus(), []
    for kind in KINDS.values():
        events.listen(kind, heard.append)
    with open_trace(path, form, events, HEADER), harness.boot(guest, events=events, **options) as machine:
        machine.run(max_instructions=60_000_000)
    return heard


@pytest.mark.parametrize(
    ("name", "form"),
    [("t.txt", "text"), ("t.LOG", "text"), ("a.b.jsonl", "json"), ("t.json", "json"), ("t.pftrace", "perfetto")],
)
def test_a_files_suffix_names_its_format(name, form) -> None:
    assert trace_format(Path(name)) == form


def test_a_suffix_that_says_nothing_is_an_error_that_names_those_that_do() -> None:
    with pytest.raises(InputError, match=r"--trace-format, or one of \.txt \(text\), .*\.pftrace \(perfetto\)"):
        trace_format(Path("trace.out"))


def read(path: Path) -> tuple[TraceHeader, list[object]]:
    with path.open("rb") as file:
        header, events = read_trace(path.name, file)
        return header, list(events)


def test_a_perfetto_trace_is_not_promised_as_json() -> None:
    with pytest.raises(InputError, match=r"name it \.pftrace"):
        trace_format(Path("t.perfetto.json"))


def test_every_event_is_read_back_from_json_lines_as_it_was(tmp_path) -> None:
    heard = record(GUESTS / "kpti.S", tmp_path / "t.jsonl", vcpus=2, debug_build=True)
    header, events = read(tmp_path / "t.jsonl")
    assert header == HEADER
    assert events == heard
    assert {type(event) for event in heard} >= set(KINDS.values()) - {kinds.VcpuDown, kinds.UpdateStep}


def test_the_first_line_of_json_lines_says_what_it_is_and_of_what(tmp_path) -> None:
    record(assemble("    b .\n"), tmp_path / "t", "json")
    first = json.loads((tmp_path / "t").read_text().splitlines()[0])
    assert first == {
        "trace": "harness",
        "version": 1,
        "guest": "kpti.S",
        "model": "xen-4.17",
        "vcpus": 2,
        "pcpus": 1,
        "debug_build": False,
        "dom0": False,
    }


def test_a_hypercall_in_json_lines_has_its_words_beside_its_registers(tmp_path) -> None:
    record(assemble(CALLS.format(count=1, command=99)), tmp_path / "t.json")
    lines = (tmp_path / "t.json").read_text().splitlines()
    call = next(json.loads(line) for line in lines if "HypercallMade" in line)
    assert call["number"] == 17
    assert call["arguments"][0] == 99
    assert call["words"] == "xen_version(cmd 99, arg 0) = -38 (ENOSYS)"


@pytest.mark.parametrize("form", ["text", "json"])
def test_more_hypercalls_than_are_collected_at_once_stay_in_order(form, tmp_path) -> None:
    record(assemble(CALLS.format(count=700, command=0)), tmp_path / "t", form)
    lines = (tmp_path / "t").read_text().splitlines()
    if form == "json":
        times = [json.loads(line)["time_ns"] for line in lines if "xen_version" in line]
    else:
        times = [int(line[:15].replace(",", "")) for line in lines if "xen_version" in line]
    assert times == [times[0] + 6 * index for index in range(700)]
    last = max(number for number, line in enumerate(lines) if "xen_version" in line)
    assert any("PSCI" in line or "SmcccCall" in line for line in lines[last + 1 :])


def test_text_is_aligned_and_says_who_what_and_why(tmp_path) -> None:
    record(GUESTS / "kpti.S", tmp_path / "t.txt", vcpus=2)
    title, unit, columns, *lines = (tmp_path / "t.txt").read_text().splitlines()
    assert title == "# harness trace, text, version 1: kpti.S as d1, 2 vCPUs on 1 pCPU, xen-4.17"
    assert "ns" in unit
    assert columns.split() == ["time", "who", "what", "details"]
    details = columns.index("details")
    assert all(line[details - 1] == " " and line[details] != " " for line in lines)
    assert any("vcpu_op(VCPUOP_register_runstate_memory_area, vcpuid 0, arg 0xff" in line for line in lines)
    lost = [line for line in lines if "area lost" in line]
    assert len(lost) == 16
    assert "0 of 50 bytes arrived, leaving cpu0 at EL0: stage 1 translation fault, level 1, write of va" in lost[0]
    assert any("SVC, ESR_EL1 0x56000000, from EL0" in line for line in lines)


def test_an_ordered_update_shows_its_steps_and_what_is_seen_late(tmp_path) -> None:
    claim = GUESTS / "claims" / "7_missing_barrier"
    options = {"abi": "vmap-wmb", "vcpus": 2, "pcpus": 2, "order": claim.with_suffix(".order")}
    heard = record(claim.with_suffix(".S"), tmp_path / "t.jsonl", **options)
    assert read(tmp_path / "t.jsonl")[1] == heard
    steps = [event for event in heard if isinstance(event, kinds.UpdateStep)]
    names = [event.step for event in steps]
    assert names == (
        ["LOCK", "READ_ASSIST", "SET_FLAG", "STORE_ENTRY_TIME", "BARRIER"]
        + ["STORE_ALL"] * 6
        + ["READ_ASSIST", "BARRIER", "CLEAR_FLAG", "STORE_ENTRY_TIME", "UNLOCK"]
    )
    assert [(event.step, event.piece) for event in steps if event.late] == [("STORE_ENTRY_TIME", 0), ("STORE_ALL", 1)]
    assert steps[11].time_ns - steps[10].time_ns == 20_000  # the others ran before the assist was asked for again
    assert in_words(steps[6]).details == "STORE_ALL doubleword 1, visible later, entering cpu1"


def test_an_unknown_call_a_large_result_and_one_that_goes_on_have_words_too() -> None:
    call = kinds.HypercallMade(5, 1, 0, 1 << 40, (1, 2, 3, 4, 1 << 63), 1 << 50, 1000)
    assert in_words(call).details == (
        "hypercall 0x10000000000(x0 1, x1 2, x2 3, x3 4, x4 0x8000000000000000) = 0x4000000000000, took 1,000"
    )
    assert in_words(kinds.SmcccCall(5, 1, 0, 0x8400_0008, (0, 0, 0), None, False)).details.endswith("does not return")
    assert in_words(kinds.DomainShutdown(5, 1, 200)).details == "reason 200"
    assert in_words(kinds.VcpuDown(5, 1, 3)).who == "d1v3"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", r":1: not a line of a trace"),
        ("{}\n", "not a trace in JSON lines, version 1"),
        ('{"trace": "harness", "version": 2, "guest": "g", "model": "m"}\n', "not a trace in JSON lines, version 1"),
        ('{"trace": "harness", "version": 1}\n', ":1: .*guest"),
        (FIRST + "[]\n", ":2: not a line"),
        (FIRST + '{"event": "XenLog"}\n', ":2: XenLog has an invalid time_ns: None"),
        (FIRST + '{"event": "XenLog", "time_ns": "now", "line": ""}\n', ":2: XenLog has an invalid time_ns: 'now'"),
        (FIRST.replace('"g"', "5"), ":1: the header has an invalid guest: 5"),
        (FIRST + '{"event": "VcpuDown", "time_ns": 5, "domain": true, "vcpu": 0}\n', "an invalid domain: True"),
        (
            FIRST
            + '{"event": "RunstateChange", "time_ns": 5, "domain": 1, "vcpu": 0, "old": 9, "new": 1, "time_in": 0}\n',
            "an invalid old: 9",
        ),
        (
            FIRST + '{"event": "ContextSwitch", "time_ns": 5, "pcpu": 0, "previous": [1], "next": null}\n',
            "an invalid previous",
        ),
    ],
)
def test_what_is_no_trace_is_bad_input_that_names_the_line(text, complaint, tmp_path) -> None:
    (tmp_path / "t").write_text(text)
    with pytest.raises(InputError, match=complaint):
        read(tmp_path / "t")[1]


def test_events_of_a_later_version_are_passed_over(tmp_path) -> None:
    later = '{"event": "Teleport"}\n{"event": []}\n{"event": "XenLog", "time_ns": 5, "line": "x", "new": 1}'
    (tmp_path / "t").write_text(FIRST + later)
    assert read(tmp_path / "t")[1] == [kinds.XenLog(5, "x")]


def test_no_file_is_left_by_a_run_that_ends_in_bad_input(tmp_path) -> None:
    with pytest.raises(InputError), open_trace(tmp_path / "t.txt", None, EventBus(), HEADER):
        raise InputError("no such guest")
    assert not list(tmp_path.iterdir())


def test_a_guest_whose_name_is_no_text_has_a_trace(tmp_path) -> None:
    with open_trace(tmp_path / "t.txt", None, EventBus(), TraceHeader("\udcff.S", "m")):
        pass
    assert "?.S as d1" in (tmp_path / "t.txt").read_text()


def test_a_folder_that_is_not_there_is_bad_input(tmp_path) -> None:
    with (
        pytest.raises(InputError, match="cannot be written: there is no directory"),
        open_trace(tmp_path / "no" / "t.txt", None, EventBus(), HEADER),
    ):
        pass


@pytest.mark.parametrize("form", FORMATS)
def test_a_device_is_written_to_and_stays_a_device(form) -> None:
    record(assemble(CALLS.format(count=2, command=0)), Path(os.devnull), form)
    assert not Path(os.devnull).is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_is_one_line_and_no_bug(form) -> None:
    with pytest.raises(InputError, match="the trace cannot be written"):
        record(assemble(CALLS.format(count=2, command=0)), Path("/dev/full"), form)


def test_nothing_listens_any_more_when_a_trace_has_ended(tmp_path) -> None:
    events = EventBus()
    with open_trace(tmp_path / "t.txt", None, events, HEADER):
        assert all(events.of(kind) for kind in KINDS.values())
    assert not any(events.of(kind) for kind in KINDS.values())


def test_no_event_is_built_where_nobody_listens(monkeypatch) -> None:
    def built(*_: object, **__: object) -> None:
        raise AssertionError("an event was built for nobody")

    for module in [module for name, module in sys.modules.items() if name.startswith("harness.xen.")]:
        for name in set(KINDS) - {"ConsoleOutput"}:  # which the machine collects
            if hasattr(module, name):
                monkeypatch.setattr(module, name, built)
    with harness.boot(GUESTS / "kpti.S", vcpus=2, debug_build=True) as machine:
        assert machine.run(max_instructions=60_000_000).end is End.SHUTDOWN


def cut_short(path: Path, form: str, error: type[BaseException], said: list[str]) -> None:
    """A trace of some events, in the middle of which ``error`` is raised."""
    events = EventBus()
    with open_trace(path, form, events, HEADER, said.append):
        events.emit(kinds.XenLog(5, "before"))
        raise error("why")


ENDINGS = {
    KeyboardInterrupt: "interrupted",
    TimeUp: "the time on the host is up",
    SystemExit: "interrupted",
    InputError: "why",
    ValueError: "ValueError: why",
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("error", ENDINGS)
def test_an_interrupted_trace_is_kept_up_to_its_last_event_and_says_so(error, form, tmp_path) -> None:
    said: list[str] = []
    with pytest.raises(error):
        cut_short(tmp_path / "t", form, error, said)
    content = (tmp_path / "t").read_bytes()
    assert content.index(b"before") < content.index(f"ends early{'' if form == 'json' else ':'}".encode())
    assert ENDINGS[error].encode() in content
    why = ENDINGS[error]
    assert said == [f"{tmp_path / 't'}: the trace ends early: {why}; it contains everything up to then"]
    assert [path.name for path in tmp_path.iterdir()] == ["t"]


def test_an_interruption_before_the_first_event_leaves_what_was_there(tmp_path) -> None:
    (tmp_path / "t.txt").write_text("whole")
    with pytest.raises(KeyboardInterrupt), open_trace(tmp_path / "t.txt", None, EventBus(), HEADER):
        raise KeyboardInterrupt
    assert (tmp_path / "t.txt").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["t.txt"]


def test_a_trace_that_was_cut_short_is_read_back_with_the_reason(tmp_path) -> None:
    with pytest.raises(KeyboardInterrupt):
        cut_short(tmp_path / "t", "json", KeyboardInterrupt, [])
    assert read(tmp_path / "t")[1] == [kinds.XenLog(5, "before"), CutShort("interrupted")]


def test_a_full_disk_leaves_a_trace_of_whole_events(tmp_path, monkeypatch) -> None:
    write, room = os.write, [5000]

    def almost_full(descriptor: int, data: memoryview) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = write(descriptor, data[: room[0]])
        room[0] -= done
        return done

    events = EventBus()
    said: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr("harness.debug.trace.trace_file.os.write", almost_full)
        patched.setattr("harness.debug.trace.trace_file.os.ftruncate", freeing(room))
        with (
            pytest.raises(OutputError, match="the trace cannot be written: No space left"),
            open_trace(tmp_path / "t.jsonl", None, events, HEADER, said.append),
        ):
            emit_lines(events, 1000)
    kept = read(tmp_path / "t.jsonl")[1]
    assert kept[:-1] == [kinds.XenLog(number, "x" * 50) for number in range(len(kept) - 1)]
    assert len(kept) > 5
    assert isinstance(kept[-1], CutShort)
    assert len(said) == 1


def emit_lines(events: EventBus, count: int) -> None:
    for number in range(count):
        events.emit(kinds.XenLog(number, "x" * 50))


def freeing(room: list[int]) -> Callable[[int, int], None]:
    """An ftruncate that gives its bytes back to the disk."""
    truncate = os.ftruncate

    def truncated(descriptor: int, size: int) -> None:
        room[0] += os.fstat(descriptor).st_size - size
        truncate(descriptor, size)

    return truncated
