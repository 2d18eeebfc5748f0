"""The exit status of ``harness run`` for each way in which a run can end; a guest's header may expect one."""

from harness.abi.hypercalls.sched_op import Shutdown
from harness.xen.outcome import End, Outcome

STATUS_POWEROFF = 0
STATUS_CRASH = 4
STATUS_BUDGET = 5
STATUS_DEADLOCK = 6
STATUS_OTHER_SHUTDOWN = 7


def exit_status(outcome: Outcome) -> int:
    """Return the exit status for an outcome."""
    match outcome.end:
        case End.SHUTDOWN:
            return STATUS_POWEROFF if outcome.reason == Shutdown.SHUTDOWN_poweroff else STATUS_OTHER_SHUTDOWN
        case End.CRASH:
            return STATUS_CRASH
        case End.DEADLOCK:
            return STATUS_DEADLOCK
        case _:
            return STATUS_BUDGET
