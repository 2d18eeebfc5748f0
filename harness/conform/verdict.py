"""What becomes of a rule: the verdicts, and how one is come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from harness.conform.catalogue import Configuration, Rule
from harness.conform.observation import observation_of
from harness.conform.recordings import Recording
from harness.conform.session import CaseRun
from harness.conform.subject import Answer
from harness.errors import InputError


class Verdict(Enum):
    """What became of a rule. The first four are good ends of a run (:data:`SEVERITY` orders them)."""

    PASS = "pass"
    EXPECTED_FAILURE = "expected failure"
    KNOWN_FAILURE = "known failure"
    SKIP = "skip"
    ERROR = "error"
    FAILURE = "failure"

    @property
    def is_good(self) -> bool:
        """Whether a run may have it and still succeed."""
        return self not in (Verdict.ERROR, Verdict.FAILURE)


SEVERITY: Mapping[Verdict, int] = {
    verdict: number
    for number, verdict in enumerate(
        (
            Verdict.SKIP,
            Verdict.PASS,
            Verdict.EXPECTED_FAILURE,
            Verdict.KNOWN_FAILURE,
            Verdict.ERROR,
            Verdict.FAILURE,
        )
    )
}
"""For the verdict on a rule in several configurations: the highest counts, so a skip only where all skip."""

EXPLANATIONS: Mapping[Verdict, str] = {
    Verdict.PASS: "as the real Xen was recorded",
    Verdict.EXPECTED_FAILURE: "other than the release it is based on, as its design says",
    Verdict.KNOWN_FAILURE: "other than the real Xen, and listed with the reason",
    Verdict.SKIP: "not claimed, or not to be asked in this configuration",
    Verdict.ERROR: "the suite's own: the guest did not report it, or reported it twice",
    Verdict.FAILURE: "other than expected",
}

KNOWN_FAILURES: Mapping[tuple[str, str], str] = {}
"""Differences between a model and the real Xen that stay, by model and ID, each with its reason. The aim is none."""


@dataclass(frozen=True, slots=True)
class Result:
    """A rule, judged in one configuration: what was seen, what was expected (None: nothing), and why."""

    rule: Rule
    configuration: Configuration
    verdict: Verdict
    observed: str | None
    expected: str | None
    reason: str = ""

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"{self.rule.id} [{self.configuration.name}]"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a case should report for a rule: what is recorded of the release, or, with a reason, a model's departure."""

    observation: str | None
    reason: str = ""
    departs: bool = False


def expectation(rule: Rule, model: str, configuration: Configuration, recorded: Answer | None) -> Expected:
    """What ``model`` should do: its departure, or else what was recorded."""
    observation = None if recorded is None else observation_of(rule, recorded)
    departure = rule.departure(model, configuration)
    if departure is None:
        return Expected(observation)
    departed = departure.observation_beside(observation)
    return Expected(departed, departure.reason, departs=departed != observation)


def judge(rule: Rule, model: str, configuration: Configuration, answer: Answer, expected: Expected) -> Result:
    """Compare what was seen with what was expected."""
    observed = observation_of(rule, answer)
    verdict, reason = Verdict.PASS, expected.reason
    if rule.id in answer.twice:
        verdict, reason = Verdict.ERROR, "the guest reported it twice"
    elif observed is None:
        verdict, reason = Verdict.ERROR, f"the guest did not report it; it ended by: {answer.end.value}"
    elif expected.observation is None:
        verdict, reason = Verdict.ERROR, "nothing is recorded of it: harness oracle record"
    elif observed != expected.observation:
        known = KNOWN_FAILURES.get((model, rule.id))
        verdict, reason = (Verdict.FAILURE, reason) if known is None else (Verdict.KNOWN_FAILURE, known)
    elif expected.departs:
        verdict = Verdict.EXPECTED_FAILURE
    return Result(rule, configuration, verdict, observed, expected.observation, reason)


def judge_run(run: CaseRun, model: str, recording: Recording) -> tuple[Result, ...]:
    """Judge every rule of a run that could be asked in its configuration, in the order of their IDs.

    ``model`` is whose claims and departures count. What went wrong with the case becomes errors of its rules.
    """
    results = []
    recorded, problem = None, run.problem
    if run.answer is not None:
        try:
            recorded = recording.answer(run.case.name, run.guest_sha256, run.configuration)
        except InputError as error:
            problem = str(error)
    for rule in sorted(run.case.rules, key=lambda rule: rule.id):
        if not rule.applies(run.configuration):
            continue
        if not rule.claimed(model):
            results.append(Result(rule, run.configuration, Verdict.SKIP, None, None, f"{model} does not claim it"))
        elif run.answer is None or problem:
            results.append(Result(rule, run.configuration, Verdict.ERROR, None, None, problem))
        else:
            expected = expectation(rule, model, run.configuration, recorded)
            results.append(judge(rule, model, run.configuration, run.answer, expected))
    return tuple(results)
