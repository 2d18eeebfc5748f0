"""Old import paths that users' models used before :mod:`harness.models` existed: they still work, with a warning."""

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any


def moved(old: str, *homes: str) -> Callable[[str], Any]:
    """Make the ``__getattr__`` of module ``old``: it finds names in the modules ``homes`` and warns at each use."""

    def find(name: str) -> Any:
        if not name.startswith("_"):
            for home in homes:
                module = import_module(home)
                if hasattr(module, name):
                    message = f"{old}.{name} will go: models are written against harness.models"
                    warnings.warn(message, DeprecationWarning, stacklevel=2)
                    return getattr(module, name)
        raise AttributeError(f"module {old!r} has no attribute {name!r}")

    return find
