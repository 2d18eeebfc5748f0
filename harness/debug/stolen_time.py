"""The true stolen time, from the scheduler's own history, beside what reaches the guest.

The history consists of the state changes that the scheduler announces. It does not depend on the runstate that Xen
publishes, so the published values can be checked against it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from harness.abi.runstate import Runstate
from harness.events import ContextSwitch, EventBus, RunstateChange, RunstatePublished

_STOLEN = (Runstate.RUNSTATE_runnable, Runstate.RUNSTATE_offline)


@dataclass
class StolenTime:
    """Counts for one vCPU since the watch began. Times in ns; "user mode" is the guest at EL0."""

    stolen_ns: int = 0
    """Time spent runnable or offline, as Linux counts stolen time."""
    switches_in_user_mode: int = 0
    """How often it left a physical CPU, or came back to one, in user mode."""
    updates_in_user_mode: int = 0
    """How often Xen tried to update its runstate area while it was in user mode."""
    reached_in_user_mode: int = 0
    """How many of those updates arrived in full."""


def watch_stolen_time(events: EventBus, key: tuple[int, int]) -> tuple[StolenTime, Callable[[], None]]:
    """Count for the vCPU ``key`` from now on; the returned function stops the counting."""
    seen = StolenTime()
    in_user_mode = False

    def on_change(event: RunstateChange) -> None:
        if (event.domain, event.vcpu) == key and event.old in _STOLEN:
            seen.stolen_ns += event.time_in

    def on_switch(event: ContextSwitch) -> None:
        nonlocal in_user_mode
        # The event has only the level of the vCPU that leaves; a vCPU comes back at the level at which it left.
        if event.previous == key:
            in_user_mode = event.previous_el == 0
        if key in (event.previous, event.next):
            seen.switches_in_user_mode += in_user_mode

    def on_publish(event: RunstatePublished) -> None:
        if (event.domain, event.vcpu) == key and event.el == 0:
            seen.updates_in_user_mode += 1
            seen.reached_in_user_mode += event.written == event.wanted

    ends = [
        events.listen(RunstateChange, on_change),
        events.listen(ContextSwitch, on_switch),
        events.listen(RunstatePublished, on_publish),
    ]

    def stop() -> None:
        for end in ends:
            end()

    return seen, stop
