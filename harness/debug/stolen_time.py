"""Stolen time as it was, by the scheduler's own history, beside what reaches the guest.

The history is what the scheduler announces of every change of state. It is not read from the runstate that Xen
publishes, so it can judge that.
"""

from collections.abc import Callable
from dataclasses import dataclass

from harness.abi.runstate import Runstate
from harness.events import ContextSwitch, EventBus, RunstateChange, RunstatePublished

_STOLEN = (Runstate.RUNSTATE_runnable, Runstate.RUNSTATE_offline)


@dataclass
class StolenTime:
    """What happened to one vCPU so far. Times in ns; "user mode" is the guest at EL0."""

    stolen_ns: int = 0
    """Time spent runnable or offline, as Linux counts stolen time."""
    switches_in_user_mode: int = 0
    """How often it left or came back to a physical CPU in user mode."""
    updates_in_user_mode: int = 0
    """How often its runstate area was to be updated in user mode."""
    reached_in_user_mode: int = 0
    """How many of those updates arrived in full."""


def watch_stolen_time(events: EventBus, key: tuple[int, int]) -> tuple[StolenTime, Callable[[], None]]:
    """Follow the vCPU ``key`` from now on; the returned function ends that."""
    seen = StolenTime()
    in_user_mode = False

    def on_change(event: RunstateChange) -> None:
        if (event.domain, event.vcpu) == key and event.old in _STOLEN:
            seen.stolen_ns += event.time_in

    def on_switch(event: ContextSwitch) -> None:
        nonlocal in_user_mode
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
