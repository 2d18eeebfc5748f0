"""Claims about an ABI that guests decide, under models of Xen and on real ones.

A claim is data: a kernel in ``guest_asm/claims``, how it is run, and rules that read a verdict off what the kernel
printed. A verdict is never looked up; ``expected`` only says which one a known model should come to. A claim may need
the steps of two CPUs in a certain order, which an order file beside its kernel gives: a real Xen takes none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from harness.api import boot
from harness.guest import Guest, library_path, load
from harness.oracle import RealEnd, run_guest
from harness.xen.models.model import AbiModel
from harness.xen.outcome import End

BUDGET = 100_000_000
"""Instructions after which a kernel is given up; the longest takes a fifth of that."""


class ClaimVerdict(Enum):
    """What became of a claim under a model."""

    HOLDS = "holds"
    DOES_NOT_HOLD = "does not hold"
    DOES_NOT_APPLY = "does not apply"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class VerdictRule:
    """If for each pattern (a regular expression) there is a line with it, the verdict is this, for these words."""

    verdict: ClaimVerdict
    words: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: its kernel (a file's stem), CPUs, whether an order file lies beside it, and rules, the first wins."""

    number: int
    statement: str
    kernel: str
    rules: tuple[VerdictRule, ...]
    expected: Mapping[str, ClaimVerdict] = field(hash=False)
    """By the name of the model."""
    vcpus: int = 1
    pcpus: int = 1
    ordered: bool = False

    @property
    def source(self) -> Path:
        """The kernel's source."""
        return library_path() / "claims" / f"{self.kernel}.S"

    @property
    def order(self) -> Path | None:
        """The order of steps that it is run with."""
        return self.source.with_suffix(".order") if self.ordered else None

    def decide(self, console: str) -> tuple[ClaimVerdict, str, tuple[str, ...]]:
        """Read the verdict off a kernel's console, with why, and the lines that it rests on."""
        lines = deterministic_lines(console)
        for rule in self.rules:
            found = [next((line for line in lines if re.search(each, line)), None) for each in rule.patterns]
            evidence = tuple(line for line in found if line is not None)
            if len(evidence) == len(found):
                return rule.verdict, rule.words, evidence
        return ClaimVerdict.UNDECIDED, "the kernel did not come to an end that any rule knows", tuple(lines[-1:])


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim, judged under one model or on one real Xen (``judged`` is its name): why, by which of its lines."""

    claim: Claim
    judged: str
    verdict: ClaimVerdict
    words: str
    evidence: tuple[str, ...]
    expected: ClaimVerdict | None
    """None for a model that the claim's table does not know."""
    console: str

    @property
    def as_expected(self) -> bool:
        """Whether it is what the claim's table says, or anything at all where that says nothing."""
        return self.verdict is (self.expected or self.verdict) and self.verdict is not ClaimVerdict.UNDECIDED


def deterministic_lines(console: str) -> list[str]:
    """The lines that are the same on every machine, without their ``claim N: `` in front."""
    lines = [line for line in console.splitlines() if not line.startswith("time: ")]
    return [re.sub(r"^claim \d: ", "", line) for line in lines]


def judge(claim: Claim, models: Sequence[AbiModel]) -> Iterator[JudgedClaim]:
    """Run a claim's kernel under each of the models."""
    guest = load(claim.source)
    for model in models:
        with boot(guest, abi=model, vcpus=claim.vcpus, pcpus=claim.pcpus, order=claim.order) as machine:
            outcome = machine.run(max_instructions=BUDGET)
            console = machine.console.decode(errors="replace")
        ended = outcome.end is End.SHUTDOWN
        yield _verdict(claim, model.name, console, claim.expected.get(model.name), None if ended else outcome.end.value)


def judge_real(claim: Claim, releases: Sequence[str]) -> Iterator[JudgedClaim]:
    """Run a claim's kernel as dom0 on each of the real Xens; nothing for a claim that needs an order of steps.

    Raises ToolMissing without QEMU, InputError where a Xen cannot be fetched.
    """
    if claim.ordered:
        return
    guest: Guest = load(claim.source)
    for release in releases:
        run = run_guest(guest.flat(), xen=release, vcpus=claim.vcpus)
        ended = None if run.end is RealEnd.POWEROFF else run.end.value
        console = run.console.decode(errors="replace")
        yield _verdict(claim, f"real {release}", console, claim.expected.get(f"xen-{release}"), ended)


def _verdict(
    claim: Claim, judged: str, console: str, expected: ClaimVerdict | None, failure: str | None
) -> JudgedClaim:
    if failure is None:
        verdict, words, evidence = claim.decide(console)
    else:
        verdict, words, evidence = ClaimVerdict.UNDECIDED, failure, tuple(deterministic_lines(console)[-1:])
    return JudgedClaim(claim, judged, verdict, words, evidence, expected, console)
