"""How a run of a machine ended."""

from dataclasses import dataclass
from enum import Enum


class End(Enum):
    """How a run ended."""

    SHUTDOWN = "the guest shut down"
    CRASH = "the guest crashed"
    BUDGET = "the instruction budget is spent"
    TIMEOUT = "the time on the host is up"
    DEADLOCK = "every vCPU waits, and nothing will ever happen"
    STOPPED = "somebody asked it to stop"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why a run ended: for SHUTDOWN and CRASH the domain and the shutdown reason; ``detail`` is a text for the user."""

    end: End
    domain: int | None = None
    reason: int | None = None
    vcpu: int | None = None
    detail: str = ""
    address: int | None = None
    """The virtual address that caused a crash, if there is one."""
    vector: int | None = None
    """If the guest crashed because an exception vector raises its own exception endlessly: that vector's address."""
