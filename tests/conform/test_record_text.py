"""The record's text says exactly what was recorded, in few lines, and part of it can be recorded anew."""

import random
from itertools import product
from pathlib import Path

import pytest

from harness.conform.catalogue import CONFIGURATIONS, Configuration
from harness.conform.record_text import WIDTH, CaseRecord, RecordedArea, XenBinary, read_area, write_area
from harness.conform.recordings import RECORD, put_answers
from harness.conform.subject import Answer, GuestEnd
from harness.errors import InputError

RELEASES = ("4.14", "4.17", "4.14-debug", "4.17-debug")
DOM0_1, DOM0_2, DOMU_1, DOMU_2 = CONFIGURATIONS
WORDS = ("result=0", "result=-22", "", "-", "a  b", '"', "back\\", "x" * 300, "[4.14]: 1", "long=" + "word " * 40)


def recorded(**answers: dict[tuple[str, Configuration], str]) -> CaseRecord:
    """A case that was asked everywhere."""
    cells = dict.fromkeys(product(RELEASES, CONFIGURATIONS), "poweroff")
    binaries = {release: XenBinary("1", "2", f"command {release}") for release in RELEASES}
    return CaseRecord(dict.fromkeys(RELEASES, "3"), binaries, cells, dict(answers))


def rows(case: CaseRecord) -> list[str]:
    """The rows of its rules."""
    lines = write_area({"case": case}).splitlines()
    return lines[lines.index("end: poweroff") + 1 :]


def everywhere(text: str, **others: str) -> dict[tuple[str, Configuration], str]:
    """An answer in all cells but those of the releases that ``others`` names (``v4_14``)."""
    return {(release, each): others.get(f"v{release}", text) for release, each in product(RELEASES, CONFIGURATIONS)}


def test_an_answer_that_all_gave_is_one_row() -> None:
    assert rows(recorded(R=everywhere("result=0"))) == ["R: result=0"]


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        (list(product(["4.14"], CONFIGURATIONS)), "4.14"),
        (list(product(["4.14-debug", "4.17-debug"], CONFIGURATIONS)), "debug"),
        (list(product(RELEASES, [DOMU_1, DOMU_2])), "domU"),
        (list(product(RELEASES, [DOM0_2])), "dom0, 2 vCPUs"),
        (list(product(["4.17", "4.17-debug"], [DOM0_1, DOMU_1])), "4.17 4.17-debug, 1 vCPU"),
    ],
)
def test_an_exception_is_one_row_that_says_where(cells: list[tuple[str, Configuration]], where: str) -> None:
    answers = everywhere("result=0")
    assert rows(recorded(R=answers | dict.fromkeys(cells, "result=1"))) == ["R: result=0", f"  [{where}]: result=1"]


def test_a_rule_that_is_reported_by_one_kind_of_domain_is_one_row() -> None:
    answers = dict.fromkeys(product(RELEASES, [DOM0_1, DOM0_2]), "result=0")
    assert rows(recorded(R=answers)) == ["R [dom0]: result=0"]


def test_a_long_answer_has_a_row_for_each_word_and_an_exception_beside_the_word() -> None:
    words = [f"word_{number}={number}" for number in range(20)]
    changed = " ".join(words).replace("word_7=7", "word_7=-22")
    answers = everywhere(" ".join(words)) | {("4.17", DOM0_1): changed}
    text = rows(recorded(R=answers))
    assert text[:2] == ["R word_0: 0", "R word_1: 1"]
    assert text[7:9] == ["R word_7: 7", "  [4.17 dom0, 1 vCPU]: -22"]
    assert len(text) == 21


def random_area(chance: random.Random) -> RecordedArea:
    area: RecordedArea = {}
    for number in range(chance.randint(1, 3)):
        case = CaseRecord()
        for release in chance.sample(RELEASES, chance.randint(1, 4)):
            case.guests[release] = chance.choice(("aa", "bb"))
            case.binaries[release] = XenBinary(chance.choice("12"), "hash", f"harness --xen {release}")
            for each in chance.sample(CONFIGURATIONS, chance.randint(1, 4)):
                case.ends[release, each] = chance.choice(("poweroff", "another shutdown"))
        for rule in range(chance.randint(0, 4)):
            pool = chance.sample(WORDS, chance.randint(1, 3))
            answers = {cell: chance.choice(pool) for cell in case.ends if chance.random() < 0.8}
            if answers:
                case.answers[f"ABC-{rule:03}"] = answers
        area[f"case_{number}"] = case
    return area


@pytest.mark.parametrize("seed", range(60))
def test_what_is_written_is_read_again_whatever_it_is(seed: int) -> None:
    area = random_area(random.Random(seed))
    text = write_area(area)
    assert read_area(text, "here") == area
    assert max(map(len, text.splitlines())) <= WIDTH


@pytest.mark.parametrize("path", sorted(RECORD.glob("*.txt")), ids=lambda path: path.stem)
def test_every_file_of_the_record_is_as_it_would_be_written(path: Path) -> None:
    text = path.read_text()
    assert write_area(read_area(text, path.name)) == text


def test_one_release_can_be_recorded_anew_and_the_others_stay() -> None:
    case = recorded(R=everywhere("result=0"), GONE=everywhere("result=1"))
    answer = Answer({"R": "result=5", "NEW": "result=2"}, GuestEnd.CRASH, "")
    put_answers(case, "4.17", XenBinary("9", "8", "another"), "another guest", dict.fromkeys(CONFIGURATIONS, answer))
    lines = write_area({"case": case, "other": recorded(), "third": recorded()}).splitlines()
    assert lines[lines.index("case case") :][:13] == [
        "case case",
        "xen 4.17",
        "  build id: 9",
        "  sha256: 8",
        "  command: another",
        "guest: 3",
        "  [4.17]: another guest",
        "end: poweroff",
        "  [4.17]: crash",
        "GONE [4.14 4.14-debug 4.17-debug]: result=1",
        "NEW [4.17]: result=2",
        "R: result=0",
        "  [4.17]: result=5",
    ]


@pytest.mark.parametrize("line", ["no row", "R [5.0]: 1", "  [4.14]: 1", "xen 4.14\n  hash: 1", "R: a\nR-2"])
def test_a_line_that_cannot_be_right_is_refused_with_its_place(line: str) -> None:
    good = write_area({"case": recorded()})
    assert read_area(good, "AST.txt")
    with pytest.raises(InputError, match=r"AST\.txt:\d+: this is no line of a record"):
        read_area(good.replace("guest: 3\n", f"{line}\nguest: 3\n"), "AST.txt")
