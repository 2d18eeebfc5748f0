"""Claims about an ABI that a guest can decide, under models of Xen and on the real Xen.

A claim is data: a kernel in ``guest_asm/claims``, how to run it, and rules that derive a verdict from the kernel's
output. The verdict is never taken from a table; ``expected`` only says which verdict a known model should get. A claim
may need a certain order of two CPUs' steps, given by an order file beside its kernel. A real Xen cannot be given one.
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
"""Instructions after which a kernel is stopped; the longest one needs a fifth of that."""


class ClaimVerdict(Enum):
    """The verdict on a claim under a model."""

    HOLDS = "holds"
    DOES_NOT_HOLD = "does not hold"
    DOES_NOT_APPLY = "does not apply"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class VerdictRule:
    """If every pattern (a regular expression) matches a line, this is the verdict, with these words as the reason."""

    verdict: ClaimVerdict
    words: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: its kernel (a file's stem), its CPUs, whether it has an order file, and its rules.

    The first rule that matches decides.
    """

    number: int
    statement: str
    kernel: str
    rules: tuple[VerdictRule, ...]
    expected: Mapping[str, ClaimVerdict] = field(hash=False)
    """The expected verdict by the name of the model."""
    vcpus: int = 1
    pcpus: int = 1
    ordered: bool = False

    @property
    def source(self) -> Path:
        """The kernel's source."""
        return library_path() / "claims" / f"{self.kernel}.S"

    @property
    def order(self) -> Path | None:
        """The order file; None if the claim needs no order."""
        return self.source.with_suffix(".order") if self.ordered else None

    def decide(self, console: str) -> tuple[ClaimVerdict, str, tuple[str, ...]]:
        """Derive the verdict from a kernel's console, with the reason and the lines that are its evidence."""
        lines = deterministic_lines(console)
        for rule in self.rules:
            # The first line that matches is kept for each pattern, because it is shown as the evidence.
            found = [next((line for line in lines if re.search(each, line)), None) for each in rule.patterns]
            evidence = tuple(line for line in found if line is not None)
            if len(evidence) == len(found):
                return rule.verdict, rule.words, evidence
        return ClaimVerdict.UNDECIDED, "no rule matches the output of the kernel", tuple(lines[-1:])


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """The verdict on a claim under one model or on one real Xen (``judged`` is its name), with reason and evidence."""

    claim: Claim
    judged: str
    verdict: ClaimVerdict
    words: str
    evidence: tuple[str, ...]
    expected: ClaimVerdict | None
    """None for a model that is not in the claim's table."""
    console: str

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the expected one; without an expectation, whether there is a verdict."""
        return self.verdict is (self.expected or self.verdict) and self.verdict is not ClaimVerdict.UNDECIDED


def deterministic_lines(console: str) -> list[str]:
    """The lines that are the same on every machine (all but measured times), without their prefix ``claim N: ``."""
    lines = [line for line in console.splitlines() if not line.startswith("time: ")]
    return [re.sub(r"^claim \d: ", "", line) for line in lines]


def judge(claim: Claim, models: Sequence[AbiModel]) -> Iterator[JudgedClaim]:
    """Run a claim's kernel under each model, and yield the verdicts."""
    guest = load(claim.source)
    for model in models:
        with boot(guest, abi=model, vcpus=claim.vcpus, pcpus=claim.pcpus, order=claim.order) as machine:
            outcome = machine.run(max_instructions=BUDGET)
            console = machine.console.decode(errors="replace")
        ended = outcome.end is End.SHUTDOWN
        yield _verdict(claim, model.name, console, claim.expected.get(model.name), None if ended else outcome.end.value)


def judge_real(claim: Claim, releases: Sequence[str]) -> Iterator[JudgedClaim]:
    """Run a claim's kernel as dom0 on each real Xen, and yield the verdicts; none if the claim needs an order of steps.

    Raises ToolMissing without QEMU, InputError if a Xen cannot be fetched.
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
