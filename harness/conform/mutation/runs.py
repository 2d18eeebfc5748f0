"""The runs that judge mutants: a guest, under a model and in a configuration, and what it comes to.

A run has outcomes: by the ID of each rule what its case reported, how the guest ended, and, where a claim's kernel or a
guest that comes with the harness is run, the verdict or the console. A mutant is noticed where an outcome is another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from harness.api import DEFAULT_MEMORY, boot
from harness.conform.case_images import load_case
from harness.conform.catalogue import Case, Configuration
from harness.conform.claims import deterministic_lines
from harness.conform.nine_claims import CLAIMS
from harness.conform.observation import observation_of
from harness.conform.random_calls.guest import call_table_guest
from harness.conform.random_calls.makers import calls_of
from harness.conform.subject import guest_end_of, read_console
from harness.guest import Guest, library_path
from harness.xen.models.model import DEFAULT_MODEL, MODELS
from harness.xen.models.model_file import resolve_model

END = "the end"
"""The outcome that every run has: how the guest ended."""

RELEASES = ("xen-4.14", "xen-4.20")
"""The models of releases, besides the usual one."""

RANDOM_CALLS = 150
"""In a sequence of random calls."""

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
        _guest(self.case.source)

    def look(self, budget: int) -> Sight:
        """Run it."""
        with boot(
            _guest(self.case.source),
            abi=resolve_model(self.model),
            debug_build=self.debug_build,
            vcpus=self.configuration.vcpus,
            dom0=self.configuration.dom0,
        ) as machine:
            ended = machine.run(max_instructions=budget)
            answer = read_console(machine.console, guest_end_of(ended.end.name, ended.reason))
            seen = {
                rule.id: outcome
                for rule in self.case.rules
                if rule.id in self.rules and (outcome := observation_of(rule, answer)) is not None
            }
            return Sight({**seen, END: answer.end.value}, machine.instructions)


@dataclass(frozen=True)
class ClaimJudge:
    """The kernel of one of the nine claims under a model."""

    number: int
    model: str

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"claim {self.number} [{self.model}]"

    @property
    def guest(self) -> str:
        """Whose run it is, whatever the model and the configuration."""
        return f"claim {self.number}"

    def prepare(self) -> None:
        """Make the image."""
        _guest(CLAIMS[self.number].source)

    def look(self, budget: int) -> Sight:
        """Run it."""
        claim = CLAIMS[self.number]
        with boot(
            _guest(claim.source),
            abi=resolve_model(self.model),
            vcpus=claim.vcpus,
            pcpus=claim.pcpus,
            order=claim.order,
        ) as machine:
            ended = machine.run(max_instructions=budget)
            finding, words, _ = claim.decide(machine.console.decode(errors="replace"))
            outcomes = {f"claim {self.number}": f"{finding.value}: {words}", END: ended.end.value}
            return Sight(outcomes, machine.instructions)


@dataclass(frozen=True)
class GuestJudge:
    """One of the guests that come with the harness, under the usual model. Its console, times aside, is known."""

    stem: str
    vcpus: int = 1
    console_input: bytes = b""
    pcpus: int = 1
    memory: int = DEFAULT_MEMORY
    dom0: bool = False
    also: tuple[str, ...] = ()
    """Guests that run beside it, as domUs."""

    @property
    def name(self) -> str:
        """What reports call it."""
        pcpus = f" on {self.pcpus}" if self.pcpus > 1 else ""
        memory = f" in {self.memory >> 20} MiB" if self.memory != DEFAULT_MEMORY else ""
        dom0 = " as dom0" if self.dom0 else ""
        beside = "".join(f" beside {stem}.S" for stem in self.also)
        return f"{self.stem}.S{pcpus}{memory}{dom0}{beside}"

    @property
    def guest(self) -> str:
        """Whose run it is, whatever the model and the configuration."""
        return self.name

    def prepare(self) -> None:
        """Make the images."""
        for stem in (self.stem, *self.also):
            _library(stem)

    def look(self, budget: int) -> Sight:
        """Run it."""
        with boot(
            _library(self.stem),
            vcpus=self.vcpus,
            pcpus=self.pcpus,
            memory=self.memory,
            dom0=self.dom0,
            also=[_library(stem) for stem in self.also],
            console_input=self.console_input,
        ) as machine:
            ended = machine.run(max_instructions=budget)
            console = "\n".join(deterministic_lines(machine.console.decode(errors="replace")))
            return Sight({self.name: console, END: ended.end.value}, machine.instructions)


@dataclass(frozen=True)
class RandomCallsJudge:
    """A sequence of random calls, always the same, under a model. Every call's answer, in its order, is the outcome."""

    first: int
    """The seed of its first call."""
    domu: bool
    model: str = DEFAULT_MODEL

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"random calls from {self.first} [{'domU' if self.domu else 'dom0'}, {self.model}]"

    @property
    def guest(self) -> str:
        """Whose run it is, whatever the model and the configuration."""
        return f"random calls from {self.first}"

    def prepare(self) -> None:
        """Make the image."""
        _random_calls(self.first, self.domu)

    def look(self, budget: int) -> Sight:
        """Run it."""
        with boot(_random_calls(self.first, self.domu), abi=resolve_model(self.model), dom0=not self.domu) as machine:
            ended = machine.run(max_instructions=budget)
            return Sight(
                {self.name: machine.console.decode(errors="replace"), END: ended.end.value}, machine.instructions
            )


def _library(stem: str) -> Guest:
    return _guest(library_path() / f"{stem}.S")


@cache
def _random_calls(first: int, domu: bool) -> Guest:
    seeds = range(first, first + RANDOM_CALLS)
    return call_table_guest(calls_of(seeds, int(domu)))


@cache
def _guest(source: Path) -> Guest:
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


def other_judges() -> tuple[Judge, ...]:
    """The runs that no rule comes from.

    The kernels of the nine claims, the guests that come with the harness, and sequences of random calls.
    """
    claims = [ClaimJudge(number, model) for number, claim in CLAIMS.items() for model in claim.expected]
    return *claims, *_GUESTS, *_RANDOM_CALLS


_GUESTS = (
    GuestJudge("mmu"),
    GuestJudge("timer"),
    GuestJudge("irq"),
    GuestJudge("events"),
    GuestJudge("smp", vcpus=4),
    GuestJudge("wfi_user"),
    GuestJudge("kpti", vcpus=2),
    GuestJudge("echo", console_input=b"hello there\nand goodbye\n\4 not this"),
    GuestJudge("crash"),
    GuestJudge("smp", vcpus=4, pcpus=2),
    GuestJudge("mmu", memory=512 << 20),
    GuestJudge("hello", memory=4 << 30),
    GuestJudge("timer", pcpus=2, also=("spin", "irq")),
    # What cases ask of a second domain, which no recording has, is compared with itself.
    *(
        GuestJudge(f"conformance/{case}", dom0=True, also=("spin",))
        for case in ("event_calls_open", "grant_calls", "hvm_calls", "memory_calls", "sched_calls")
    ),
)

_RANDOM_CALLS = (
    *(RandomCallsJudge(first, domu) for first in range(0, 450, RANDOM_CALLS) for domu in (False, True)),
    *(RandomCallsJudge(0, domu, model) for model in RELEASES for domu in (False, True)),
)
