"""A run of the suite: every case in every configuration, on one subject, in as many workers as wanted.

It asks, and does not judge: what the answers are worth is for ``verdict`` and ``difference`` to say.
"""

import multiprocessing
import signal
import time
import traceback
from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from harness.conform.case_images import load_case
from harness.conform.catalogue import CONFIGURATIONS, Case, Catalogue, Configuration, Rule
from harness.conform.outcome import with_log
from harness.conform.recordings import guest_hash
from harness.conform.subject import Answer, Subject
from harness.errors import InputError

Stop = Callable[[], bool]
"""Says whether a run shall end before its time."""

DEAD_WORKER = "a worker process died, and with it all that was not finished: fewer cases at a time show which one it is"
"""The problem of every case that had no answer by then."""


@dataclass(frozen=True)
class CaseRun:
    """A case in one configuration: what it answered (None: see ``problem``), its guest's hash, the host's seconds."""

    case: Case
    configuration: Configuration
    answer: Answer | None
    guest_sha256: str
    problem: str
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
        """The cases of this shard that can be asked in these configurations."""
        part, parts = self.shard
        return tuple(case for case in self.catalogue.cases[part - 1 :: parts] if self.configurations_of(case))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of this shard; those that no case can report are the first one's."""
        part, parts = self.shard
        here = {case.name for case in self.catalogue.cases[part - 1 :: parts]}
        return tuple(rule for rule in self.catalogue.rules if (part == 1 if rule.untestable else rule.case in here))

    def configurations_of(self, case: Case) -> tuple[Configuration, ...]:
        """Those in which a case is run."""
        return tuple(each for each in case.configurations if each in self.configurations)


def run(plan: Plan, jobs: int = 1, stop: Stop = lambda: False) -> Generator[tuple[CaseRun, ...]]:
    """Run all of a plan, and hand out the runs of each case, in the plan's order. Cases share nothing.

    Ends early, and drops what is not finished, once ``stop`` says so: it is asked before each case is handed out.
    """
    if jobs == 1:
        for case in plan.cases:
            runs = run_case(case, plan.subject, plan.configurations_of(case))
            if stop():
                return
            yield runs
        return
    pool = _executor(plan.subject, jobs)
    try:
        waiting = [(case, _submit(pool, case, plan)) for case in plan.cases]
        for case, future in waiting:
            try:
                runs = future.result()
            except BrokenProcessPool:  # killed for want of memory, or ended by a model's own file
                runs = tuple(CaseRun(case, each, None, "", DEAD_WORKER, 0.0) for each in plan.configurations_of(case))
            if stop():
                break
            yield runs
    finally:
        pool.shutdown(cancel_futures=True)


def _submit(pool: Executor, case: Case, plan: Plan) -> Future[tuple[CaseRun, ...]]:
    """Put a case in the queue; into a pool whose workers have died by then, too."""
    try:
        return pool.submit(run_case, case, plan.subject, plan.configurations_of(case))
    except BrokenProcessPool as error:
        future: Future[tuple[CaseRun, ...]] = Future()
        future.set_exception(error)
        return future


def _executor(subject: Subject, jobs: int) -> Executor:
    """Processes for what keeps this one's CPU busy, threads for what waits."""
    return processes(jobs) if subject.in_process else ThreadPoolExecutor(jobs)


def processes(jobs: int) -> ProcessPoolExecutor:
    """Workers without this process's threads. A Ctrl-C is this process's to answer, not theirs."""
    context = multiprocessing.get_context("forkserver")
    return ProcessPoolExecutor(jobs, context, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))


def run_case(case: Case, subject: Subject, configurations: tuple[Configuration, ...]) -> tuple[CaseRun, ...]:
    """Run one case in each configuration; whatever goes wrong with it is the run's problem, and no exception."""
    try:
        guest = load_case(case.source)
    except InputError as error:
        return tuple(CaseRun(case, each, None, "", str(error), 0.0) for each in configurations)
    sha256 = guest_hash(guest)
    runs = []
    for configuration in configurations:
        began = time.perf_counter()
        answer, problem = None, ""
        try:
            answer = with_log(subject.ask(guest, configuration), case.rules)
        except InputError as error:
            problem = str(error)
        except Exception:  # a model's file may do anything; the suite goes on, and says what happened
            problem = traceback.format_exc()
        runs.append(CaseRun(case, configuration, answer, sha256, problem, time.perf_counter() - began))
    return tuple(runs)
