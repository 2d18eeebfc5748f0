"""A run of the suite: every case in every configuration, on one subject, in as many workers as wanted."""

import multiprocessing
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from harness.conform.catalogue import CONFIGURATIONS, Case, Catalogue, Configuration
from harness.conform.recordings import Recording, find_recording
from harness.conform.subject import Answer, Ending, Subject
from harness.conform.verdict import Result, Verdict, expectation, judge, skip
from harness.errors import InputError
from harness.guest import Guest, load


@dataclass(frozen=True)
class CaseRun:
    """A case that was run in one configuration: what became of its rules, what it said, and the host's seconds."""

    case: str
    configuration: Configuration
    results: tuple[Result, ...]
    console: str
    log: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Plan:
    """What a run is to do. ``shard`` (i, n) takes the i-th of n parts of the cases, i from 1."""

    catalogue: Catalogue
    subject: Subject
    configurations: tuple[Configuration, ...] = CONFIGURATIONS
    shard: tuple[int, int] = (1, 1)

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases of this shard."""
        part, parts = self.shard
        return self.catalogue.cases[part - 1 :: parts]


def run(plan: Plan, jobs: int = 1) -> Iterator[CaseRun]:
    """Run all of a plan, and hand out each case's run as it comes. Cases share nothing but their sources.

    Raises InputError, before anything is run, where nothing is recorded of the subject's release.
    """
    recording = find_recording(plan.subject.release)
    if jobs == 1:
        for case in plan.cases:
            yield from run_case(case, plan.subject, plan.configurations, recording)
        return
    with _executor(plan.subject, jobs) as pool:
        futures: list[Future[list[CaseRun]]] = [
            pool.submit(_all_of_case, case, plan.subject, plan.configurations, recording) for case in plan.cases
        ]
        try:
            for future in as_completed(futures):
                yield from future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _executor(subject: Subject, jobs: int) -> Executor:
    if subject.in_process:
        return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("forkserver"))
    return ThreadPoolExecutor(jobs)


def _all_of_case(
    case: Case, subject: Subject, configurations: Sequence[Configuration], recording: Recording
) -> list[CaseRun]:
    return list(run_case(case, subject, configurations, recording))


def run_case(
    case: Case, subject: Subject, configurations: Sequence[Configuration], recording: Recording
) -> Iterator[CaseRun]:
    """Run one case in every configuration; whatever goes wrong with it becomes errors of its rules."""
    guest: Guest | None = None
    for configuration in configurations:
        started = time.perf_counter()
        rules = [rule for rule in case.rules if rule.claimed(subject.model) and rule.applies(configuration)]
        results = [
            skip(rule, configuration, _why_not(rule.claimed(subject.model), subject.model))
            for rule in case.rules
            if rule not in rules
        ]
        answer = Answer({}, Ending.GIVEN_UP, "")
        if rules:
            try:
                guest = guest or load(case.source)
                recorded = recording.answer(case.name, guest, configuration)
                answer = subject.ask(guest, configuration)
                results += [
                    judge(
                        rule,
                        subject.model,
                        configuration,
                        answer,
                        expectation(rule, subject.model, configuration, recorded),
                    )
                    for rule in rules
                ]
            except Exception as error:  # the suite goes on, and says what happened
                reason = str(error) if isinstance(error, InputError) else traceback.format_exc()
                results += [Result(rule, configuration, Verdict.ERROR, None, None, reason) for rule in rules]
        yield CaseRun(
            case.name,
            configuration,
            tuple(sorted(results, key=lambda result: result.rule.id)),
            answer.console,
            answer.log,
            time.perf_counter() - started,
        )


def _why_not(claimed: bool, model: str) -> str:
    return "needs another configuration" if claimed else f"{model} does not claim it"
