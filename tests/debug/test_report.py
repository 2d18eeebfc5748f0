"""The report page: its contents, that it is self-contained, and that a browser shows it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.report import command
from harness.debug.report.columns import COMMAS, HEX, PLAIN, table
from harness.debug.report.page import render
from harness.debug.report.run_data import MIXED, MOST_ROWS, RunData
from harness.debug.report.thinned import MOST_ENTRIES
from harness.debug.trace import TraceHeader
from harness.events import AreaRegistered, ConsoleOutput, RunstateChange, RunstatePublished, XenLog

KPTI = Path(__file__).parents[2] / "guest_asm" / "kpti.S"
VOID = {"meta", "link", "input", "br"}
OPTIONAL_END = {"li"}


def report(source: Path, page: Path, *options: str) -> str:
    command.main([str(source), "-o", str(page), *options], standalone_mode=False)
    return page.read_text(encoding="utf-8")


def data_of(page: str) -> dict[str, Any]:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def rows_of(table: dict[str, Any], cells: int) -> list[list[Any]]:
    """Unpack a table as the page's script does."""
    rows, time = [], 0
    for packed in table["packed"].split(";") if table["length"] else []:
        step, *parts = packed.split(",")
        time += int(step)
        numbers = iter(parts[cells:])

        def put_back(mark: re.Match[str], numbers: Iterator[str] = numbers) -> str:
            number = next(numbers)
            return {HEX: f"0x{number}", PLAIN: number, COMMAS: re.sub(r"\B(?=(\d{3})+$)", ",", number)}[mark[0]]

        found = [table["texts"][int(part)] for part in parts[:cells]]
        marks = f"[{HEX}{PLAIN}{COMMAS}]"
        texts = [re.sub(marks, put_back, each) if isinstance(each, str) else each[0] for each in found]
        rows.append([time, *texts])
    return rows


def points(told: dict[str, Any]) -> list[tuple[int, int]]:
    return list(zip(accumulate(told["from"]), accumulate(told["last"]), strict=True))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "page.html"
    return report(KPTI, path, "--vcpus", "2", "--abi", "xen-4.17", "--abi", "vmap")


class Structure(HTMLParser):
    """Checks that what is opened is closed, and collects identifiers and what would be loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids += [values["id"]] if "id" in values else []
        self.loads += [values[name] for name in ("src", "href", "action", "srcset") if name in values]
        if tag == "li" and self.open[-1] == "li":
            self.open.pop()
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open[-1] in OPTIONAL_END and self.open[-1] != tag:
            self.open.pop()
        assert self.open.pop() == tag


def test_the_page_is_whole_and_loads_nothing(page) -> None:
    structure = Structure()
    structure.feed(page)
    assert structure.open == []
    assert len(structure.ids) == len(set(structure.ids))
    assert all(link == "data:," or link[1:] in structure.ids for link in structure.loads)
    code = page.replace("http://www.w3.org/2000/svg", "")  # a name, not an address
    assert not re.search(r"https?:|url\(|@import|fetch\(|XMLHttpRequest|WebSocket|innerHTML", code)
    assert len(page.encode()) < 1_000_000


def test_the_defect_is_a_gap_under_4_17_and_none_under_the_patch(page) -> None:
    here, patched = data_of(page)["runs"]
    vcpu, cured = here["vcpus"][0], patched["vcpus"][0]
    assert (vcpu["arrived"], vcpu["lost"], cured["arrived"], cured["lost"]) == (17, 16, 33, 0)
    told = points(vcpu["told"])
    registered, first_update = told[0], told[1]
    assert first_update[0] - registered[0] > 15_000_000
    assert first_update[1] - registered[1] == 8_000_000
    assert max(later[0] - earlier[0] for earlier, later in pairwise(points(cured["told"]))) < 2_100_000
    assert vcpu["states"]["end"] == here["to"]
    assert (vcpu["gap"], cured["gap"], vcpu["merged"], cured["merged"]) == (8_000_000, 0, 0, 0)


def test_the_area_is_in_the_kernels_directory_and_not_in_the_trampolines(page) -> None:
    maps = data_of(page)["runs"][0]["maps"]
    assert [(each["levels"], each["inside"], len(each["regions"])) for each in maps] == [
        ([0], False, 1),
        ([1], True, 4),
    ]
    area = int(maps[0]["area"], 16)
    (region,) = [row for row in maps[1]["regions"] if row[5]]
    assert int(region[0], 16) <= area < int(region[0], 16) + region[1]
    assert region[3:5] == ["rw-", "---"]


def test_hypercalls_are_there_in_words(page) -> None:
    calls = data_of(page)["runs"][0]["calls"]
    rows = rows_of(calls, 5)
    assert calls["count"] == len(rows)
    assert rows[0][1:3] == ["d1v0", "vcpu_op"]
    assert rows[0][3].startswith("VCPUOP_register_runstate_memory_area, vcpuid 0, arg 0x")


def test_a_report_of_a_trace_says_what_one_of_the_run_says(page, tmp_path) -> None:
    trace = tmp_path / "kpti.jsonl"
    run = [sys.executable, "-m", "harness", "run", str(KPTI), "--vcpus", "2", "--trace", str(trace)]
    subprocess.run(run, check=True, capture_output=True)
    (traced,) = data_of(report(trace, tmp_path / "page.html"))["runs"]
    ran = data_of(page)["runs"][0]
    differ = {name for name in ran if ran[name] != traced[name]}
    assert differ == {"maps", "note", "end"}


def test_what_a_guest_writes_cannot_become_a_part_of_the_page() -> None:
    data = RunData(TraceHeader("<b>&.S", "xen-4.17"))
    evil = "</script><script>alert(1)</script><!--"
    data.take(ConsoleOutput(5, 1, evil.encode()))
    data.take(XenLog(6, evil))
    page = render("<b>&.S", [data.plain()])
    assert evil not in page
    assert "<title>&lt;b&gt;&amp;.S</title>" in page
    assert data_of(page)["runs"][0]["console"] == evil


def test_a_guest_whose_name_is_no_text_has_a_page() -> None:
    assert "<title>?.S</title>" in render("\udcff.S", [RunData(TraceHeader("\udcff.S", "m")).plain()])


@pytest.mark.parametrize(
    "cell",
    [
        *("", "0", "007", "0x0", "0x00ff", "0xffffff8000018000", "1,000", "12,345,678", "1,00", "1234,567", "0,0,0"),
        *("d1v0 (at EL1) -> d2v0", "-5, 0x5, 5,000, 50%", "a\x01b 5", "x;y,z", "é 1,000 \U0001f600", "99,999.5"),
    ],
)
def test_every_text_of_a_table_comes_back_as_it_was(cell: str) -> None:
    rows = [[5, "d1v0", cell], [1 << 60, "", "another"], [1 << 60, cell, ""]]
    assert rows_of(table(rows), 2) == rows


@given(st.lists(st.tuples(st.integers(0, 1 << 62), st.text(st.sampled_from("0123456789,x abf\x02")), st.text())))
def test_any_table_comes_back_as_it_was(rows: list[tuple[int, str, str]]) -> None:
    ordered = [list(row) for row in sorted(rows)]
    assert rows_of(table(ordered), 2) == ordered


def long_run(changes: int, lost: range) -> RunData:
    """A run of so many changes of state, irregular in time, with an update at each, and a console line at some."""
    data, now, times, old = RunData(TraceHeader("long.S", "xen-4.17")), 1000, [0, 0, 0, 0], 0
    data.take(AreaRegistered(now, 1, 0, 0xFFFF_FF80_0001_8000, False, (0, 0, 0, 0), ""))
    for index in range(changes):
        length, new = (50, 700, 20_000)[index * index % 7 % 3], (old + 1 + index % 2) % 3
        now, times[old] = now + length, times[old] + length
        arrives = index not in lost
        data.take(RunstateChange(now, 1, 0, old, new, length))
        data.take(
            RunstatePublished(
                *(now, 1, 0, old == 0, 50 if arrives else 0, 50, 1, 0, 0xFFFF_FF80_0001_8000),
                *(tuple(times), "" if arrives else "stage 1 translation fault"),
            )
        )
        if index % 1000 == 7:
            data.take(ConsoleOutput(now, 1, b"needle %d\n" % index))
        old = new
    return data


def test_a_run_of_fifty_thousand_changes_is_whole() -> None:
    data = long_run(55_000, range(20_000, 30_000))
    plain = data.plain()
    (vcpu,) = plain["vcpus"]
    assert vcpu["merged"] == 0
    assert len(vcpu["states"]["state"]) == 55_000
    assert MIXED not in map(int, vcpu["states"]["state"])
    assert len(vcpu["told"]["from"]) == 45_001
    assert (vcpu["arrived"], vcpu["lost"]) == (45_000, 10_000)
    events = rows_of(plain["events"], 3)
    assert len(events) == plain["events"]["count"] == 110_056
    assert [row[3] for row in events if row[2] == "console"][-1] == "'needle 54007\\n'"
    assert len(render("long", [plain]).encode()) < 4_000_000


def test_a_longer_run_is_thinned_without_a_lie_and_says_so() -> None:
    changes, lost = 5 * MOST_ENTRIES // 2, range(70_000, 80_000)
    plain = long_run(changes, lost).plain()
    (vcpu,) = plain["vcpus"]
    assert vcpu["changes"] == changes
    assert vcpu["merged"] > 0
    states, told, updates = vcpu["states"], vcpu["told"], vcpu["updates"]
    assert max(len(states["state"]), len(told["from"]), len(updates["from"])) <= MOST_ENTRIES
    begins = [*accumulate(states["from"]), states["end"]]
    shares = iter(states["shares"])
    stolen = 0
    for state, (begin, end) in zip(map(int, states["state"]), pairwise(begins), strict=True):
        each = next(shares) if state == MIXED else [end - begin if state == number else 0 for number in range(4)]
        assert sum(each) == end - begin, "the shares are of all of the time"
        stolen += each[1] + each[3]
    assert stolen == vcpu["stolen"]
    assert min(told["below"]) >= 0
    assert max(told["below"]) > 0
    assert min(told["above"], default=0) >= 0
    assert points(told)[-1][1] == vcpu["believed"]
    kinds = list(zip(updates["kind"], updates["more"], strict=True))
    assert sum(more + 1 for kind, more in kinds if kind in "01") == vcpu["lost"] == len(lost)
    assert sum(more + 1 for kind, more in kinds if kind in "23") == vcpu["arrived"] == changes - len(lost)
    events = plain["events"]
    assert events["length"] == MOST_ROWS < events["count"]
    assert events["gap"] == MOST_ROWS // 2
    assert len(render("long", [plain]).encode()) < 8_000_000


def browsed(page: str, tool: Callable[..., str], folder: Path, script: str = "", width: int = 1280) -> str:
    """The page as a browser shows it, after a script; without an error on its console."""
    browser, path = tool("chromium", package="chromium"), folder / "page.html"
    path.write_text(page.replace("</body>", f"<script>{script}</script></body>"), encoding="utf-8")
    shown = subprocess.run(
        [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
            *("--enable-logging=stderr", f"--window-size={width},900", "--dump-dom", path.as_uri()),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "CONSOLE" not in shown.stderr
    return shown.stdout


FIND = """
const field = document.querySelector('#events input');
field.value = 'NEEDLE 30007'; field.dispatchEvent(new Event('input'));
const cells = [...document.querySelectorAll('#events tbody td')];
document.body.dataset.found = cells.map((cell) => cell.textContent).join('|');
"""


def test_the_pages_search_finds_an_event_in_the_middle_of_a_long_run(tool, tmp_path) -> None:
    data = long_run(55_000, range(0))
    page = render("long", [data.plain()])
    expected = next(row for row in rows_of(data.plain()["events"], 3) if "needle 30007" in row[3])
    shown = browsed(page, tool, tmp_path, FIND)
    assert f'data-found="{expected[0]:,}|d1|console|{expected[3]}"' in shown
    assert 'class="note">Too many events' not in shown


def test_what_a_thinned_run_does_not_know_is_drawn_as_unknown(tool, tmp_path) -> None:
    data = long_run(5 * MOST_ENTRIES // 2, range(70_000, 80_000))
    plain = data.plain()
    early, merged = (plain["to"] - plain["from"]) // 4, plain["vcpus"][0]["merged"]
    shown = browsed(render("long", [plain]), tool, tmp_path, f"show({early}, {early + 3 * merged})")
    assert 'class="note">Too many events to draw each one' in shown
    assert 'class="unknown told"' in shown
    assert "Several states within this column" in shown
    assert "are here, and are searched" in shown


@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_shows_the_page_without_an_error(width, page, tool, tmp_path) -> None:
    probe = "document.body.dataset.overflow = document.documentElement.scrollWidth - innerWidth"
    shown = browsed(page, tool, tmp_path, probe, width)
    assert shown.count('class="gap"') == 3  # two charts, and the legend
    assert shown.count('class="lost"') == 16 + 16  # marks in a chart, rows of the table
    assert "largest gap while it runs" in shown
    assert int(re.search(r'data-overflow="(-?\d+)"', shown)[1]) <= 0
