"""Where caches are, by the XDG base directory specification."""

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.files.directories import cache_directory, state_directory


@pytest.fixture(autouse=True)
def home(monkeypatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")


def test_an_absolute_path_is_taken(monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache")
    monkeypatch.setenv("XDG_STATE_HOME", "/var/state")
    assert cache_directory() == Path("/var/cache/harness")
    assert state_directory() == Path("/var/state/harness")


@pytest.mark.parametrize("value", ["", "cache", "./cache", "~/cache"])
def test_a_relative_path_is_ignored_as_the_specification_asks(value, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", value)
    monkeypatch.setenv("XDG_STATE_HOME", value)
    assert cache_directory() == Path("/home/somebody/.cache/harness")
    assert state_directory() == Path("/home/somebody/.local/state/harness")


@pytest.mark.parametrize("value", ["", "relative"])
def test_without_a_home_directory_there_is_a_line_that_says_what_to_set(value, monkeypatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", value)
    with pytest.raises(InputError, match="no home directory: set HOME or XDG_CACHE_HOME"):
        cache_directory()
