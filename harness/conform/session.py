"""A run of the suite: every case in every configuration, on one subject, with any number of workers.

A run collects answers and does not judge them; ``verdict`` and ``difference`` do.
"""

import time
import traceback
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from harness.conform.case_images import load_case
from harness.conform.catalogue import CONFIGURATIONS, Case, Catalogue, Configuration, Rule
from harness.conform.observation import with_log
from harness.conform.recordings import guest_hash
from harness.conform.subject import Answer, Subject, for_case
from harness.errors import InputError, ResourceShortage
from harness.processes.workers import LOST, in_order

ShouldStop = Callable[[], bool]
"""Returns True if a run is to end early."""

DEAD_WORKER = "the worker process died during this case: out of memory, or ended by the model's own file"
"""The problem of a case whose worker died."""

STOP_TICK_S = 0.1
"""The interval in seconds at which ``stop`` is called while a case runs."""


@dataclass(frozen=True)
class CaseRun:
    """A case in one configuration: its answer (None: see ``problem``), the hash of its guest, and host seconds."""

    case: Case
    configuration: Configuration
    answer: Answer | None
    guest_sha256: str
    problem: str
    seconds: float


@dataclass(frozen=True)
class Plan:
    """What to run. ``shard`` (i, n) selects the i-th of n parts of the cases; i counts from 1."""

    catalogue: Catalogue
    subject: Subject
    configurations: tuple[Configuration, ...] = CONFIGURATIONS
    shard: tuple[int, int] = (1, 1)

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases of this shard that can run in these configurations."""
        part, parts = self.shard
        return tuple(case for case in self.catalogue.cases[part - 1 :: parts] if self.configurations_of(case))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of this shard's cases; the first shard also has the rules that no case can test."""
        part, parts = self.shard
        here = {case.name for case in self.catalogue.cases[part - 1 :: parts]}
        return tuple(rule for rule in self.catalogue.rules if (part == 1 if rule.untestable else rule.case in here))

    def configurations_of(self, case: Case) -> tuple[Configuration, ...]:
        """The configurations in which a case is run."""
        return tuple(each for each in case.configurations if each in self.configurations)


def run(plan: Plan, jobs: int = 1, stop: ShouldStop = lambda: False) -> Generator[tuple[CaseRun, ...]]:
    """Run a plan, and yield the runs of each case in the plan's order. Cases are independent of each other.

    ``stop`` is called before each case is yielded; if it returns True, the run ends early and drops unfinished cases.
    """
    if jobs == 1:
        for case in plan.cases:
            runs = run_case(case, plan.subject, plan.configurations_of(case))
            if stop():
                return
            yield runs
        return
    yield from (_in_processes if plan.subject.in_process else _in_threads)(plan, jobs, stop)


def _in_processes(plan: Plan, jobs: int, stop: ShouldStop) -> Generator[tuple[CaseRun, ...]]:
    """Run a subject that keeps a CPU busy: Python's threads would not run in parallel."""
    function = partial(_run_case_of, plan.subject)
    requests = [(case, plan.configurations_of(case)) for case in plan.cases]
    with closing(in_order(function, requests, jobs, stop)) as every_case:
        for (case, configurations), runs in zip(requests, every_case, strict=False):  # ``stop`` may end them early
            if runs is LOST:
                yield tuple(CaseRun(case, each, None, "", DEAD_WORKER, 0.0) for each in configurations)
            else:
                yield runs


def _run_case_of(subject: Subject, request: tuple[Case, tuple[Configuration, ...]]) -> tuple[CaseRun, ...]:
    case, configurations = request
    return run_case(case, subject, configurations)


def _in_threads(plan: Plan, jobs: int, stop: ShouldStop) -> Generator[tuple[CaseRun, ...]]:
    """Run a subject that a thread only waits for: a QEMU, which ends with this process or at its own time limit."""
    pool = ThreadPoolExecutor(jobs)
    try:
        futures = [pool.submit(run_case, case, plan.subject, plan.configurations_of(case)) for case in plan.cases]
        for future in futures:
            # Wait in short intervals, so that a long case does not delay the end.
            while not wait([future], STOP_TICK_S).done:
                if stop():
                    return
            runs = future.result()
            if stop():
                return
            yield runs
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def run_case(case: Case, subject: Subject, configurations: tuple[Configuration, ...]) -> tuple[CaseRun, ...]:
    """Run one case in each configuration. A failure becomes the run's ``problem``; a ResourceShortage is raised."""
    try:
        guest = load_case(case.source)
    except ResourceShortage:
        raise
    except InputError as error:
        return tuple(CaseRun(case, each, None, "", str(error), 0.0) for each in configurations)
    sha256 = guest_hash(guest)
    runs = []
    for configuration in configurations:
        began = time.perf_counter()
        answer, problem = None, ""
        try:
            answer = with_log(for_case(subject, case).ask(guest, configuration), case.rules)
        except ResourceShortage:  # the host's fault, and it would hit the next case as well
            raise
        except InputError as error:
            problem = str(error)
        except Exception:  # a model's file may do anything; report it and go on with the suite
            problem = traceback.format_exc()
        runs.append(CaseRun(case, configuration, answer, sha256, problem, time.perf_counter() - began))
    return tuple(runs)
