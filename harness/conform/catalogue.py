"""The catalogue of rules: what the arm64 guest ABI says, as data in ``rules/*.toml``, one file an area.

A file says ``area`` (the three letters of its IDs), ``title``, ``case`` (the guest in ``guest_asm/conformance`` that
reports its rules, unless a rule names its own), and a table for each rule::

    [AST-006]
    rule = "An unknown command of vm_assist for the known type returns -ENOSYS."
    source = "xen/common/kernel.c: vm_assist"

A rule may also say ``case``, ``tags``, ``needs`` (of ``dom0``, ``domU``, ``1 vCPU``, ``2 vCPUs``), ``claimed_by`` (the
models that claim it; all unless said), ``observed`` (``"end"``: how the guest ends, ``"log"``: what Xen's log says of
its vCPUs; otherwise the lines of its console), ``departures`` (what a model that nobody released does otherwise), or
``untestable`` with the reason. A rule with the tag ``table`` is about a group of calls: its answer is a word for each.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.errors import InputError
from harness.guest import library_path
from harness.words import suggestion

RULES = Path(__file__).with_name("rules")
TABLE = "table"
"""The tag of rules whose answer is a word for each of many calls."""
ALIGNMENT = "alignment"
"""The tag of rules about the alignment of LDAR and STLR, which a machine checks only if asked to."""
CASES = "conformance"
"""The directory of the cases, in that of all guests."""


@dataclass(frozen=True, slots=True, order=True)
class Configuration:
    """As what a guest is booted: dom0 or a dom0less domU, with one vCPU or with two on one physical CPU."""

    dom0: bool
    vcpus: int

    @property
    def name(self) -> str:
        """How recordings and reports call it."""
        return f"{'dom0' if self.dom0 else 'domU'}-{self.vcpus}"

    @property
    def words(self) -> str:
        """How people call it."""
        return f"{'dom0' if self.dom0 else 'domU'}, {self.vcpus} vCPU{'s' if self.vcpus > 1 else ''}"

    @property
    def needs(self) -> frozenset[str]:
        """What a rule that needs it may say."""
        return frozenset({"dom0" if self.dom0 else "domU", "2 vCPUs" if self.vcpus > 1 else "1 vCPU"})


CONFIGURATIONS = tuple(Configuration(dom0, vcpus) for dom0 in (True, False) for vcpus in (1, 2))


def words_of(configurations: Iterable[Configuration]) -> str:
    """Several configurations for people: ``always``, ``dom0``, ``2 vCPUs``, or one after the other."""
    wanted = set(configurations)
    if wanted == set(CONFIGURATIONS):
        return "always"
    for need in ("dom0", "domU", "1 vCPU", "2 vCPUs"):
        if wanted == {each for each in CONFIGURATIONS if need in each.needs}:
            return need
    return "; ".join(each.words for each in CONFIGURATIONS if each in wanted)


@dataclass(frozen=True, slots=True)
class Departure:
    """What a model that was never released does other than the release it is based on, and why that is so.

    ``observation`` is the whole answer, or, if ``by_word``, only those ``key=value`` words of it that are others.
    """

    models: tuple[str, ...]
    observation: str
    reason: str
    needs: frozenset[str] = frozenset()
    by_word: bool = False

    def observation_beside(self, recorded: str | None) -> str | None:
        """The whole answer, beside what the release was recorded to give; None if that is needed and not there."""
        if not self.by_word:
            return self.observation
        if recorded is None:
            return None
        others = {word.partition("=")[0]: word for word in self.observation.split()}
        return " ".join(others.get(word.partition("=")[0], word) for word in recorded.split())


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the ABI: ``sentence`` says it, ``source`` where that is from, ``case`` which guest reports it."""

    id: str
    sentence: str
    source: str
    case: str
    tags: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    claimed_by: frozenset[str] | None = None
    by_end: bool = False
    by_log: bool = False
    departures: tuple[Departure, ...] = ()
    untestable: str = ""

    @property
    def area(self) -> str:
        """The letters of its ID."""
        return self.id.partition("-")[0]

    def applies(self, configuration: Configuration) -> bool:
        """Whether a guest booted so can report it."""
        return not self.untestable and self.needs <= configuration.needs

    def departure(self, model: str, configuration: Configuration) -> Departure | None:
        """What ``model`` does otherwise, if it does."""
        for each in self.departures:
            if model in each.models and each.needs <= configuration.needs:
                return each
        return None

    def claimed(self, model: str) -> bool:
        """Whether ``model`` says that it keeps the rule."""
        return self.claimed_by is None or model in self.claimed_by


@dataclass(frozen=True, slots=True)
class Case:
    """A guest of the suite and the rules that it reports."""

    name: str
    rules: tuple[Rule, ...]

    @property
    def source(self) -> Path:
        """The guest's source."""
        return library_path() / CASES / f"{self.name}.S"

    @property
    def about_alignment(self) -> bool:
        """Whether its machine must make alignment checks."""
        return any(ALIGNMENT in rule.tags for rule in self.rules)

    @property
    def configurations(self) -> tuple[Configuration, ...]:
        """Those in which at least one of its rules applies."""
        return tuple(each for each in CONFIGURATIONS if any(rule.applies(each) for rule in self.rules))


@dataclass(frozen=True)
class Catalogue:
    """All rules, or some of them."""

    areas: Mapping[str, str]
    """The title of each area by its letters."""
    rules: tuple[Rule, ...] = field(repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """The rules by their IDs."""
        return {rule.id: rule for rule in self.rules}

    @property
    def cases(self) -> tuple[Case, ...]:
        """The guests that report these rules, in the order of the rules."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            if not rule.untestable:
                found.setdefault(rule.case, []).append(rule)
        return tuple(Case(name, tuple(rules)) for name, rules in found.items())

    def select(self, wanted: Sequence[str], tags: Iterable[str] = ()) -> "Catalogue":
        """Keep the rules that ``wanted`` names by ID (``RST-013``), area (``RST``) or case, with any of the tags.

        Nothing wanted is everything. Raises InputError for a name that no rule has.
        """
        names = {name for rule in self.rules for name in (rule.id, rule.area, rule.case)}
        known_tags = {tag for rule in self.rules for tag in rule.tags}
        given_tags = frozenset(tags)
        unknown = [name for name in wanted if name not in names and name.upper() not in names]
        if unknown:
            meant = suggestion(unknown[0], names)
            raise InputError(
                f"{unknown[0]}: no rule, area or case has that name{meant}: areas are {', '.join(self.areas)}, "
                "IDs look like RST-013 (harness conform --list)"
            )
        if given_tags - known_tags:
            tag = min(given_tags - known_tags)
            meant = suggestion(tag, known_tags)
            raise InputError(f"no rule has the tag {tag!r}{meant}: there are {', '.join(sorted(known_tags))}")
        # IDs and areas may be given in lower case; the names of cases are in lower case themselves.
        chosen = {name if name in names else name.upper() for name in wanted}
        rules = tuple(
            rule
            for rule in self.rules
            if (not chosen or chosen & {rule.id, rule.area, rule.case}) and (not given_tags or given_tags & rule.tags)
        )
        return Catalogue(self.areas, rules)


def load_catalogue(directory: Path = RULES) -> Catalogue:
    """Read every file of rules. Raises InputError, with the file and the rule, for what cannot be right."""
    areas: dict[str, str] = {}
    rules: list[Rule] = []
    for path in sorted(directory.glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{path}: {error}") from None
        area, title, case = (content.pop(key, "") for key in ("area", "title", "case"))
        # Recordings are stored by area, so two files must not share one.
        if not (area and title) or area in areas:
            raise InputError(f"{path}: needs an area of its own, and a title")
        areas[area] = title
        for identity, table in content.items():
            try:
                rules.append(_rule(identity, area, case, dict(table)))
            except (KeyError, TypeError, ValueError) as error:
                raise InputError(f"{path}: {identity}: {type(error).__name__}: {error}") from None
    return Catalogue(areas, tuple(rules))


def _rule(identity: str, area: str, case: str, table: dict[str, Any]) -> Rule:
    letters, _, number = identity.partition("-")
    if letters != area or not number.isdigit() or len(number) != 3:
        raise ValueError(f"an ID of this file is {area}- and three digits")
    needs = frozenset(table.pop("needs", ()))
    if needs - {"dom0", "domU", "1 vCPU", "2 vCPUs"}:
        raise ValueError(f"needs {sorted(needs)}: may be dom0 or domU, 1 vCPU or 2 vCPUs")
    claimed_by = table.pop("claimed_by", None)
    observed = table.pop("observed", "console")
    if observed not in ("console", "end", "log"):
        raise ValueError(f"observed {observed!r}: may be console, end or log")
    rule = Rule(
        identity,
        table.pop("rule"),
        table.pop("source"),
        table.pop("case", case),
        frozenset(table.pop("tags", ())),
        needs,
        None if claimed_by is None else frozenset(claimed_by),
        observed == "end",
        observed == "log",
        tuple(_departure(**each) for each in table.pop("departures", ())),
        table.pop("untestable", ""),
    )
    # A key that nothing has taken out is most likely misspelt, and would otherwise be ignored silently.
    if table:
        raise ValueError(f"{', '.join(table)}: unknown")
    if not (rule.case or rule.untestable):
        raise ValueError("no case reports it")
    return rule


def _departure(
    models: Sequence[str], reason: str, outcome: str = "", words: str = "", needs: Sequence[str] = ()
) -> Departure:
    text = " ".join((words or outcome).split())  # a long one has several lines
    return Departure(tuple(models), text, reason, frozenset(needs), by_word=bool(words))
