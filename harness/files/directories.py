"""Where the harness keeps files that it can make again: the XDG base directories (freedesktop.org), version 0.8."""

import os
from pathlib import Path

from harness.errors import InputError


def cache_directory() -> Path:
    """``harness`` under XDG_CACHE_HOME, or under ~/.cache if that is unset or relative (which the standard forbids).

    Raises InputError if there is no home directory either.
    """
    return _under("XDG_CACHE_HOME", ".cache")


def state_directory() -> Path:
    """``harness`` under XDG_STATE_HOME, or under ~/.local/state, by the same rules."""
    return _under("XDG_STATE_HOME", ".local/state")


def _under(variable: str, default: str) -> Path:
    given = os.environ.get(variable, "")
    if Path(given).is_absolute():
        return Path(given) / "harness"
    try:
        home = Path(os.environ["HOME"]) if "HOME" in os.environ else Path.home()
    except RuntimeError:
        home = Path()
    if not home.is_absolute():
        raise InputError(f"there is no home directory: set HOME or {variable} to an absolute path")
    return home / default / "harness"
