"""All types of events."""

import dataclasses

from harness import events

KINDS: dict[str, type] = {
    name: kind
    for name, kind in vars(events).items()
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or kind is events.HypercallMade)
}
"""The types by name."""


def fields_of(kind: type) -> tuple[str, ...]:
    """The names of an event's fields, beginning with the time."""
    if kind is events.HypercallMade:
        return events.HypercallMade._fields
    return tuple(field.name for field in dataclasses.fields(kind))
