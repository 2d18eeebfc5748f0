"""The event stream as JSON lines: one object a line, ``event`` names its type, times are ns of Xen system time."""

import dataclasses
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import events as event_types
from harness.errors import InputError
from harness.events import EventBus

KINDS = tuple(
    kind
    for kind in vars(event_types).values()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind)
)  # fmt: skip
"""Every type of event that there is."""


def as_json(event: object) -> str:
    """Write one event as a line of JSON; bytes become text, a character for each."""
    assert dataclasses.is_dataclass(event)
    assert not isinstance(event, type)
    values = {
        field.name: value.decode("latin-1") if isinstance(value, bytes) else value
        for field in dataclasses.fields(event)
        for value in [getattr(event, field.name)]
    }
    return json.dumps({"event": type(event).__name__, **values})


@contextmanager
def open_trace(path: Path | None, events: EventBus) -> Iterator[None]:
    """Write every event to ``path`` while the context lasts; None writes none.

    The file appears when the context ends, whole, unless it ends by bad input: then nothing is left or lost.
    """
    if path is None:
        yield
        return
    try:
        fd, part = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        raise InputError(f"{path}: no trace can be written there: {error.strerror}") from None
    keep = True
    try:
        with os.fdopen(fd, "w", encoding="ascii") as file:
            for kind in KINDS:
                events.listen(kind, lambda event: print(as_json(event), file=file))
            yield
    except InputError:
        keep = False
        raise
    finally:
        if keep:
            Path(part).replace(path)
        else:
            Path(part).unlink()
