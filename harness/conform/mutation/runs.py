"""The runs that judge mutants: a guest, under a model and in a configuration, and what it comes to.

A run has outcomes: by the ID of each rule what its case reported, how the guest ended, and, where a claim's kernel or a
guest that comes with the harness is run, the verdict or the console. A mutant is noticed where an outcome is another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from harness.api import boot
from harness.conform.case_images import load_case
from harness.conform.catalogue import Case, Configuration
from harness.conform.observation import observation_of
from harness.conform.subject import guest_end_of, read_console
from harness.guest import Guest
from harness.xen.models.model import DEFAULT_MODEL, MODELS
from harness.xen.models.model_file import resolve_model

END = "the end"
"""The outcome that every run has: how the guest ended."""

RELEASES = ("xen-4.14", "xen-4.20")
"""The models of releases, besides the usual one."""

SPARE_INSTRUCTIONS = 1_000_000
"""How many instructions a guest may retire under a mutant beyond twice those that it needs without one."""


@dataclass(frozen=True)
class Sight:
    """What a run came to: its outcomes by name, and the instructions that it retired."""

    outcomes: Mapping[str, str]
    instructions: int
    seconds: float = 0.0
    """Of processor time, where that was measured."""

    @property
    def budget(self) -> int:
        """After how many instructions the same run is given up under a mutant."""
        return 2 * self.instructions + SPARE_INSTRUCTIONS

    def differences(self, other: "Sight") -> frozenset[str]:
        """The names of the outcomes that another sight of the same run has otherwise, or has not."""
        both = {*self.outcomes, *other.outcomes}
        return frozenset(name for name in both if self.outcomes.get(name) != other.outcomes.get(name))


class Judge(Protocol):
    """A run, as often as is wished."""

    @property
    def name(self) -> str:
        """What reports call it."""

    @property
    def guest(self) -> str:
        """Whose run it is, whatever the model and the configuration."""

    def prepare(self) -> None:
        """Make the image, which all runs then share."""

    def look(self, budget: int) -> Sight:
        """Run it, for so many instructions at most."""


@dataclass(frozen=True)
class CaseJudge:
    """A case of the suite under a model, with the rules that it reports in this configuration."""

    case: Case
    model: str
    debug_build: bool
    configuration: Configuration

    @property
    def name(self) -> str:
        """What reports call it."""
        build = " debug" if self.debug_build else ""
        return f"{self.case.name} [{self.configuration.name}, {self.model}{build}]"

    @property
    def guest(self) -> str:
        """Whose run it is, whatever the model and the configuration."""
        return self.case.name

    @property
    def rules(self) -> frozenset[str]:
        """The rules that it can report, by ID."""
        return frozenset(
            rule.id for rule in self.case.rules if rule.applies(self.configuration) and rule.claimed(self.model)
        )

    def prepare(self) -> None:
        """Make the image."""
        image_of(self.case.source)

    def look(self, budget: int) -> Sight:
        """Run it."""
        with boot(
            image_of(self.case.source),
            abi=resolve_model(self.model),
            debug_build=self.debug_build,
            vcpus=self.configuration.vcpus,
            dom0=self.configuration.dom0,
            also=[image_of(self.case.source)] if self.case.beside else [],
        ) as machine:
            ended = machine.run(max_instructions=budget)
            answer = read_console(machine.console, guest_end_of(ended.end.name, ended.reason))
            seen = {
                rule.id: outcome
                for rule in self.case.rules
                if rule.id in self.rules and (outcome := observation_of(rule, answer)) is not None
            }
            return Sight({**seen, END: answer.end.value}, machine.instructions)


@cache
def image_of(source: Path) -> Guest:
    """A judge's image: the same for all of a case's runs, and for all mutants."""
    return load_case(source)


def judges(cases: Sequence[Case]) -> tuple[Judge, ...]:
    """The runs that there are for some cases: of the usual model in every configuration, then of others in some.

    Of another release as dom0 and as a domU, for both have hypercalls that the other is refused.
    """
    usual = [CaseJudge(case, DEFAULT_MODEL, False, each) for case in cases for each in case.configurations]
    builds = [(DEFAULT_MODEL, True), *((model, False) for model in MODELS if model != DEFAULT_MODEL)]
    others = [CaseJudge(case, *build, each) for build in builds for case in cases for each in _ends(case, *build)]
    return *usual, *others


def _ends(case: Case, model: str, debug_build: bool) -> tuple[Configuration, ...]:
    last, first = case.configurations[-1], case.configurations[0]
    return (first, last) if model in RELEASES and not debug_build and first.dom0 != last.dom0 else (last,)
