"""sched_op: yielding, waiting, and a domain's end (``public/sched.h``)."""

from enum import IntEnum

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature
from harness.abi.layout import Layout


class SchedOp(IntEnum):
    """Commands of sched_op (``public/sched.h``)."""

    SCHEDOP_yield = 0
    SCHEDOP_block = 1
    SCHEDOP_shutdown = 2
    SCHEDOP_poll = 3
    SCHEDOP_remote_shutdown = 4
    SCHEDOP_shutdown_code = 5
    SCHEDOP_watchdog = 6
    SCHEDOP_pin_override = 7


class Shutdown(IntEnum):
    """Reasons of SCHEDOP_shutdown (``public/sched.h``)."""

    SHUTDOWN_poweroff = 0
    SHUTDOWN_reboot = 1
    SHUTDOWN_suspend = 2
    SHUTDOWN_crash = 3
    SHUTDOWN_watchdog = 4
    SHUTDOWN_soft_reset = 5


SCHED_SHUTDOWN = Layout("sched_shutdown", 4, {"reason": (0, 4)})

SCHED_POLL = Layout("sched_poll", 24, {"ports": (0, 8), "nr_ports": (8, 4), "timeout": (16, 8)})

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_sched_op,
    ("cmd", "arg"),
    commands=SchedOp,
    structures={
        SchedOp.SCHEDOP_shutdown: SCHED_SHUTDOWN,
        SchedOp.SCHEDOP_shutdown_code: SCHED_SHUTDOWN,
        SchedOp.SCHEDOP_poll: SCHED_POLL,
    },
)
