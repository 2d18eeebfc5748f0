"""The catalogue of rules is sound: what it names exists, what exists is named, and nothing in it is stale."""

import re
from itertools import product
from pathlib import Path

import pytest

from harness.conform import catalogue_page
from harness.conform.case_images import load_case
from harness.conform.catalogue import CASES, CONFIGURATIONS, Catalogue, Rule, load_catalogue, words_of
from harness.conform.observation import observation_of
from harness.conform.recordings import Record, Recording, find_recording, guest_hash
from harness.conform.subject import ModelSubject
from harness.conform.verdict import KNOWN_FAILURES
from harness.errors import InputError
from harness.guest import library_path
from harness.oracle import RELEASES
from harness.xen.models.model import MODELS

CATALOGUE = load_catalogue()
RECORD = Record()
SOURCES = {path.name: path.read_text() for path in sorted((library_path() / CASES).glob("*.[Sh]"))}


def test_there_are_as_many_rules_as_were_asked_for() -> None:
    assert len([rule for rule in CATALOGUE.rules if not rule.untestable]) >= 250


def test_every_id_is_there_once_and_every_sentence_once_in_its_area() -> None:
    assert len(CATALOGUE.by_id) == len(CATALOGUE.rules)
    said = [(rule.area, rule.sentence) for rule in CATALOGUE.rules]
    assert [each for each in said if said.count(each) > 1] == []


def test_every_rule_is_a_sentence_with_a_source() -> None:
    assert [rule.id for rule in CATALOGUE.rules if not (rule.sentence.endswith(".") and rule.source)] == []


def test_every_case_that_a_rule_names_is_a_guest() -> None:
    assert [case.name for case in CATALOGUE.cases if f"{case.name}.S" not in SOURCES] == []


def test_every_guest_of_the_suite_has_rules() -> None:
    assert set(SOURCES) == {f"{case.name}.S" for case in CATALOGUE.cases}


def test_what_guests_report_are_rules() -> None:
    included = [path.read_text() for path in (library_path() / CASES / "include").iterdir()]
    reported = {found for text in (*SOURCES.values(), *included) for found in re.findall(r'"([A-Z]{3}-\d{3})"', text)}
    assert reported <= {rule.id for rule in CATALOGUE.rules if not rule.untestable}


def test_models_that_rules_name_are_models() -> None:
    named = {model for rule in CATALOGUE.rules for each in rule.departures for model in each.models}
    named |= {model for rule in CATALOGUE.rules for model in rule.claimed_by or ()}
    named |= {model for model, _ in KNOWN_FAILURES}
    assert named <= set(MODELS)
    assert {identity for _, identity in KNOWN_FAILURES} <= set(CATALOGUE.by_id)


@pytest.mark.parametrize("release", RELEASES)
def test_every_case_is_recorded_of_every_release_in_every_configuration(release: str) -> None:
    recording = Recording(release, RECORD)
    asked = {case.name: {each.name for each in case.configurations} for case in CATALOGUE.cases}
    assert {name: set(recording.answers(name)) for name in asked} == asked


def test_no_recording_is_stale_or_of_no_case() -> None:
    hashes = {case.name: guest_hash(load_case(case.source)) for case in CATALOGUE.cases}
    assert [name for name in RECORD.cases if name not in hashes] == []
    stale = [name for name, case in RECORD.cases.items() if set(case.guests.values()) != {hashes[name]}]
    assert stale == [], f"harness oracle record {' '.join(stale)}"


@pytest.mark.parametrize("release", RECORD.releases)
def test_recordings_have_an_outcome_of_every_rule(release: str) -> None:
    recording = Recording(release, RECORD)
    missing = [
        (rule.id, configuration.name)
        for case in CATALOGUE.cases
        for configuration, rule in product(CONFIGURATIONS, case.rules)
        if (answer := recording.answers(case.name).get(configuration.name)) is not None
        and rule.applies(configuration)
        and observation_of(rule, answer) is None
    ]
    assert missing == []


def test_what_is_recorded_of_a_release_is_its_pinned_binary() -> None:
    for release, case in product(RELEASES.values(), CATALOGUE.cases):
        assert RECORD.cases[case.name].binaries[release.xen].sha256 == release.binary_sha256


def departures() -> list[tuple[Rule, str]]:
    return [(rule, model) for rule in CATALOGUE.rules for each in rule.departures for model in each.models]


def test_departures_depart_from_what_their_release_was_recorded_to_do() -> None:
    for rule, model in departures():
        answers = find_recording(ModelSubject.of(model).release).answers(rule.case)
        recorded = {each: observation_of(rule, answers[each.name]) for each in CONFIGURATIONS if rule.applies(each)}
        found = {each: rule.departure(model, each) for each in recorded}
        departs = [
            each for each, own in found.items() if own and own.observation_beside(recorded[each]) != recorded[each]
        ]
        # A rule that the release does not claim may come out as it should for another reason.
        assert departs or not rule.claimed(f"xen-{ModelSubject.of(model).release}"), (rule.id, model)


def test_the_page_of_the_rules_is_what_the_catalogue_says() -> None:
    page = (Path(__file__).parents[2] / "docs/pages/reference/rules.md").read_text()
    assert page == catalogue_page.render(CATALOGUE), "make rules"


def test_rules_are_chosen_by_id_area_case_and_tag() -> None:
    def ids(*wanted: str, tags: tuple[str, ...] = ()) -> list[str]:
        return [rule.id for rule in CATALOGUE.select(wanted, tags).rules]

    assert ids("AST-005") == ["AST-005"]
    assert ids("ast-005", "AST-001") == ["AST-001", "AST-005"]
    assert ids("AST") == ids("vm_assist") == [rule.id for rule in CATALOGUE.rules if rule.area == "AST"]
    assert ids("AST", tags=("width",)) == ["AST-008"]
    assert ids() == [rule.id for rule in CATALOGUE.rules]


@pytest.mark.parametrize(("wanted", "tags"), [(["AST-999"], []), (["nothing"], []), ([], ["no-such-tag"])])
def test_choosing_what_is_not_there_says_what_is(wanted: list[str], tags: list[str]) -> None:
    with pytest.raises(InputError, match=r"there are|areas are"):
        CATALOGUE.select(wanted, tags)


GOOD = 'area = "XYZ"\ntitle = "a title"\ncase = "vm_assist"\n[XYZ-001]\nrule = "A."\nsource = "s"\n'


def load(tmp_path: Path, text: str) -> Catalogue:
    (tmp_path / "rules.toml").write_text(text)
    return load_catalogue(tmp_path)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("area = ", "rules.toml: "),
        ('title = "t"\n', "needs an area"),
        (GOOD.replace("XYZ-001", "XYZ-1"), "three digits"),
        (GOOD.replace("[XYZ-001]", "[ABC-001]"), "an ID of this file"),
        (GOOD.replace('source = "s"\n', ""), "KeyError: 'source'"),
        (GOOD + 'colour = "red"\n', "colour: unknown"),
        (GOOD + 'mutation = { file = "xen/delivery.py", old = "a", new = "b" }\n', "mutation: unknown"),
        (GOOD + 'needs = ["3 vCPUs"]\n', "may be dom0"),
        (GOOD + 'needs = ["another domain"]\n', "only dom0 has one beside it"),
        (GOOD + 'observed = "nothing"\n', "may be console, end or log"),
        (GOOD.replace('case = "vm_assist"\n', ""), "no case reports it"),
    ],
)
def test_rules_that_cannot_be_right_are_refused_with_their_place(tmp_path: Path, text: str, complaint: str) -> None:
    assert load(tmp_path, GOOD).by_id["XYZ-001"].sentence == "A."
    with pytest.raises(InputError, match=re.escape(complaint)):
        load(tmp_path, text)


def test_configurations_in_words_are_as_short_as_can_be() -> None:
    dom0_1, dom0_2, domu_1, domu_2 = CONFIGURATIONS
    assert words_of(CONFIGURATIONS) == "always"
    assert words_of((dom0_1, dom0_2)) == "dom0"
    assert words_of((dom0_2, domu_2)) == "2 vCPUs"
    assert words_of((dom0_1, domu_2)) == "dom0, 1 vCPU; domU, 2 vCPUs"
    assert words_of((domu_1,)) == "domU, 1 vCPU"
