"""The runs that no rule comes from: kernels of claims, guests that come with the harness, random calls, first moments.

What they come to under a mutant is compared with what they come to without it. They go where a case cannot: to several
physical CPUs, large memory, initrds, and states that only many calls in a row reach.
"""

from dataclasses import dataclass
from functools import cache

from harness.api import DEFAULT_MEMORY, boot
from harness.conform.claims import deterministic_lines
from harness.conform.mutation.first_and_last import ENDS, ENTRIES
from harness.conform.mutation.runs import END, RELEASES, Judge, Sight, image_of
from harness.conform.nine_claims import CLAIMS
from harness.conform.random_calls.guest import call_table_guest
from harness.conform.random_calls.makers import calls_of
from harness.guest import Guest, library_path
from harness.xen.models.model import DEFAULT_MODEL
from harness.xen.models.model_file import resolve_model

RANDOM_CALLS = 150
"""In a sequence of random calls."""


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
        image_of(CLAIMS[self.number].source)

    def look(self, budget: int) -> Sight:
        """Run it."""
        claim = CLAIMS[self.number]
        with boot(
            image_of(claim.source),
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
    return image_of(library_path() / f"{stem}.S")


@cache
def _random_calls(first: int, domu: bool) -> Guest:
    seeds = range(first, first + RANDOM_CALLS)
    return call_table_guest(calls_of(seeds, int(domu)))


def other_judges() -> tuple[Judge, ...]:
    """The runs that no rule comes from.

    The kernels of the nine claims, the guests that come with the harness, and sequences of random calls.
    """
    claims = [ClaimJudge(number, model) for number, claim in CLAIMS.items() for model in claim.expected]
    return *claims, *ENTRIES, *ENDS, *_GUESTS, *_RANDOM_CALLS


_GUESTS = (
    GuestJudge("mmu"),
    GuestJudge("timer"),
    GuestJudge("irq"),
    GuestJudge("events"),
    GuestJudge("smp", vcpus=4),
    GuestJudge("wfi_user"),
    GuestJudge("kpti", vcpus=2),
    GuestJudge("echo", console_input=b"hello there\nand goodbye\n\4 not this"),
    GuestJudge("echo", dom0=True, console_input=b"hello there\nand goodbye\n\4 not this"),
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
