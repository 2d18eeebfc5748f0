"""The report page: what it is made of, that it stands by itself, and that a browser shows it."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from harness.cli.report import command
from harness.debug.report.page import render
from harness.debug.report.run_data import MOST_CHANGES, MOST_ROWS, RunData
from harness.debug.trace import TraceHeader
from harness.events import ConsoleOutput, HypercallMade, RunstateChange, XenLog

KPTI = Path(__file__).parents[2] / "guest_asm" / "kpti.S"
VOID = {"meta", "link", "input", "br"}
OPTIONAL_END = {"li"}


def report(source: Path, page: Path, *options: str) -> str:
    command.main([str(source), "-o", str(page), *options], standalone_mode=False)
    return page.read_text(encoding="utf-8")


def data_of(page: str) -> dict[str, Any]:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


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
    registered, first_update = vcpu["told"][0], vcpu["told"][1]
    assert first_update[0] - registered[0] > 15_000_000
    assert first_update[1] - registered[1] == 8_000_000
    assert (
        max(later[0] - earlier[0] for earlier, later in zip(cured["told"], cured["told"][1:], strict=False)) < 2_100_000
    )
    assert vcpu["true"][-1] == [here["to"], vcpu["stolen"]]


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
    assert calls["count"] == len(calls["rows"])
    assert calls["rows"][0][1:4] == ["d1v0", "vcpu_op", calls["rows"][0][3]]
    assert calls["rows"][0][3].startswith("VCPUOP_register_runstate_memory_area, vcpuid 0, arg 0x")


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


def test_a_long_run_is_cut_and_says_so_and_its_sums_are_whole() -> None:
    data = RunData(TraceHeader("long.S", "xen-4.17"))
    for index in range(20_000):
        old = index % 2
        data.take(RunstateChange(1000 + 10 * index, 1, 0, old, 1 - old, 10))
        data.take(HypercallMade(1000 + 10 * index, 1, 0, 17, (0, 0, 0, 0, 0), 0x40011, 0))
    plain = data.plain()
    assert plain["calls"]["count"] == 20_000
    assert plain["events"]["count"] == 40_000
    assert len(plain["calls"]["rows"]) == len(plain["events"]["rows"]) == MOST_ROWS
    assert plain["calls"]["rows"][-1][0] == 1000 + 10 * 19_999
    (vcpu,) = plain["vcpus"]
    assert len(vcpu["states"]) <= MOST_CHANGES
    assert vcpu["cut"] == 1000 + 10 * (MOST_CHANGES - 1)
    assert vcpu["stolen"] == 10 * 10_000
    assert len(render("long", [plain])) < 2_000_000


@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_shows_the_page_without_an_error(width, page, tool, tmp_path) -> None:
    browser = tool("chromium", package="chromium")
    path = tmp_path / "page.html"
    probe = "<script>document.body.dataset.overflow = document.documentElement.scrollWidth - innerWidth</script>"
    path.write_text(page.replace("</body>", probe + "</body>"), encoding="utf-8")
    shown = subprocess.run(
        [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"),
            *("--enable-logging=stderr", f"--window-size={width},900", "--dump-dom", path.as_uri()),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "CONSOLE" not in shown.stderr
    assert shown.stdout.count('class="gap"') == 3  # two charts, and the legend
    assert shown.stdout.count('class="lost"') == 16 + 16  # marks in a chart, rows of the table
    assert "largest gap while it runs" in shown.stdout
    assert int(re.search(r'data-overflow="(-?\d+)"', shown.stdout)[1]) <= 0
