"""The verdicts on a rule, and how they are reached."""

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
    """The verdict on a rule. A run succeeds if it has only the first four; :data:`SEVERITY` orders them."""

    PASS = "pass"
    EXPECTED_FAILURE = "expected failure"
    KNOWN_FAILURE = "known failure"
    SKIP = "skip"
    ERROR = "error"
    FAILURE = "failure"

    @property
    def is_good(self) -> bool:
        """Whether a run with this verdict can still succeed."""
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
"""The most severe verdict of several configurations is the rule's verdict; a rule is skipped only if all skip it."""

EXPLANATIONS: Mapping[Verdict, str] = {
    Verdict.PASS: "as recorded from the real Xen",
    Verdict.EXPECTED_FAILURE: "differs from the release that the model is based on, by design",
    Verdict.KNOWN_FAILURE: "differs from the real Xen; listed with the reason",
    Verdict.SKIP: "not claimed by the model, or not applicable in this configuration",
    Verdict.ERROR: "an error of the suite: the guest did not report the rule, or reported it twice",
    Verdict.FAILURE: "not as expected",
}

KNOWN_FAILURES: Mapping[tuple[str, str], str] = {}
"""Accepted differences between a model and the real Xen, by model and ID, each with its reason. The aim is none."""


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict on a rule in one configuration: what was observed, what was expected (None: nothing), and why."""

    rule: Rule
    configuration: Configuration
    verdict: Verdict
    observed: str | None
    expected: str | None
    reason: str = ""

    @property
    def name(self) -> str:
        """Its name in reports."""
        return f"{self.rule.id} [{self.configuration.name}]"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a case should report for a rule: the recorded observation, or a model's departure with its reason."""

    observation: str | None
    reason: str = ""
    departs: bool = False


def expectation(rule: Rule, model: str, configuration: Configuration, recorded: Answer | None) -> Expected:
    """What ``model`` should do: its departure from the release, or else what was recorded of the release."""
    observation = None if recorded is None else observation_of(rule, recorded)
    departure = rule.departure(model, configuration)
    if departure is None:
        return Expected(observation)
    departed = departure.observation_beside(observation)
    return Expected(departed, departure.reason, departs=departed != observation)


def judge(rule: Rule, model: str, configuration: Configuration, answer: Answer, expected: Expected) -> Result:
    """Compare the answer with the expectation."""
    observed = observation_of(rule, answer)
    verdict, reason = Verdict.PASS, expected.reason
    # The suite's own mistakes come first: with one of them, a comparison of answers would mean nothing.
    if rule.id in answer.twice:
        verdict, reason = Verdict.ERROR, "the guest reported it twice"
    elif observed is None:
        verdict, reason = Verdict.ERROR, f"the guest did not report it; it ended by: {answer.end.value}"
    elif expected.observation is None:
        verdict, reason = Verdict.ERROR, "nothing is recorded for it; run harness oracle record"
    elif observed != expected.observation:
        known = KNOWN_FAILURES.get((model, rule.id))
        verdict, reason = (Verdict.FAILURE, reason) if known is None else (Verdict.KNOWN_FAILURE, known)
    elif expected.departs:
        verdict = Verdict.EXPECTED_FAILURE
    return Result(rule, configuration, verdict, observed, expected.observation, reason)


def judge_run(run: CaseRun, model: str, recording: Recording) -> tuple[Result, ...]:
    """Judge every rule of a case that applies in the run's configuration, in the order of their IDs.

    The claims and departures are those of ``model``. If the case could not be run, its rules get the verdict ERROR.
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
