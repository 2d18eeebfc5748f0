"""Parses what a guest's source expects: lines in its first comments that begin with ``harness:``.

    harness: vcpus 2                              how to boot the guest: SETTINGS below
    harness: abi xen-4.17, vmap                   one test for each model, unless --xen-abi is given
    harness: expect status 0                      the exit status of harness run (default: 0)
    harness: expect console "one line"            these lines together are the whole console, in this order
    harness: expect line "one line"               the console has these lines in this order, perhaps among others
    harness: on vmap: expect line "another"       only under these models

Strings are quoted as in JSON. ``header_scan`` finds these lines in a file.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from harness.errors import InputError
from harness.size import EXPECTED, parse_size
from harness.words import printable, suggestion

_ON = re.compile(r"on\s+([^:]+):\s*(.*)")
_STATUSES = {"0", "4", "5", "6", "7"}
DEFAULT_MAX_INSTRUCTIONS = 100_000_000

HeaderLine = tuple[int, str]
"""The number of a line, and its text behind ``harness:``."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What line ``line`` of the source expects under ``models`` (empty: under all models)."""

    line: int
    what: Literal["status", "console", "line"]
    value: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """How to run a guest, and what to expect of it. ``options`` are those of :func:`harness.boot`."""

    abis: tuple[str, ...]
    options: dict[str, Any]
    max_instructions: int
    expectations: tuple[Expectation, ...]

    def of(self, what: str, model: str) -> list[Expectation]:
        """What is expected under a model, in the order of the source."""
        return [each for each in self.expectations if each.what == what and (not each.models or model in each.models)]


# -- The values of settings ------------------------------------------------------------------------------------------


def _count(text: str, _: Path) -> int:
    if not re.fullmatch(r"[1-9]\d*", text):
        raise InputError(f"{text!r} is not a number of 1 or more")
    return int(text)


def _size(text: str, _: Path) -> int:
    size = parse_size(text)
    if size is None:
        raise InputError(f"{text!r} is not {EXPECTED}")
    return size


def _nothing(text: str, _: Path) -> bool:
    if text:
        raise InputError(f"this setting takes no value, but {text!r} follows")
    return True


def _string(text: str, _: Path) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, str):
        raise InputError(f'{printable(text)} is not a string in quotes, such as "a line"')
    return value


def _input(text: str, path: Path) -> bytes:
    try:
        return _string(text, path).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise InputError(f"{printable(text)} has half of a character in it") from None


def _file(text: str, path: Path) -> Path:
    if not text:
        raise InputError("expected the name of a file, relative to this one")
    return path.parent / text


def _names(text: str, path: Path) -> tuple[str, ...]:
    """Names of models. The path of a model's file is relative to the guest's directory."""
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise InputError(f"{text!r} is not a list of models, such as xen-4.17, vmap")
    return tuple(str(path.parent / name) if name.endswith(".py") else name for name in names)


SETTINGS: dict[str, tuple[str, Callable[[str, Path], Any]]] = {
    "vcpus": ("vcpus", _count),
    "pcpus": ("pcpus", _count),
    "memory": ("memory", _size),
    "dom0": ("dom0", _nothing),
    "debug-build": ("debug_build", _nothing),
    "check-alignment": ("check_alignment", _nothing),
    "cmdline": ("cmdline", _string),
    "input": ("console_input", _input),
    "order": ("order", _file),
    "also": ("also", lambda text, path: (_file(text, path),)),
    "max-insns": ("max_instructions", _count),
    "abi": ("abis", _names),
}
"""For each word, the option of :func:`harness.boot` (the last two are the plug-in's own) and its value's parser."""


# -- All of it ------------------------------------------------------------------------------------------------------


def parse_header(path: Path, lines: Sequence[HeaderLine]) -> Header:
    """Parse the lines of a header. Raises InputError with file and line."""
    options: dict[str, Any] = {}
    expectations: list[Expectation] = []
    for number, text in lines:
        try:
            on = _ON.match(text)
            models, rest = (_names(on[1], path), on[2]) if on else ((), text)
            word, _, value = rest.partition(" ")
            if word == "expect":
                expectations.append(_expectation(number, value.strip(), models, path))
            elif models or word not in SETTINGS:
                known = ["expect"] if models else ["expect", "on MODELS:", *SETTINGS]
                meant = suggestion(word, known)
                raise InputError(f"{word!r} is unknown here{meant}: expected one of {', '.join(known)}")
            else:
                option, read = SETTINGS[word]
                if option in options:
                    raise InputError(f"{word} is set twice")
                options[option] = read(value.strip(), path)
        except InputError as error:
            raise InputError(f"{path}:{number}: harness: {printable(text)}: {error}") from None
    if not expectations:
        line = f":{lines[0][0]}" if lines else ""
        raise InputError(f"{path}{line}: nothing is expected: a test needs a line such as harness: expect status 0")
    _check_statuses(path, expectations)
    abis = options.pop("abis", ())
    budget = options.pop("max_instructions", DEFAULT_MAX_INSTRUCTIONS)
    return Header(abis, options, budget, tuple(expectations))


def _check_statuses(path: Path, expectations: Sequence[Expectation]) -> None:
    """Raise InputError if two statuses are expected of one run."""
    said: dict[str, Expectation] = {}
    for each in expectations:
        for model in (each.models or ("",)) if each.what == "status" else ():
            former = said.setdefault(model, each)
            if former is not each:
                raise InputError(f"{path}:{each.line}: a status is already expected in line {former.line}")


def setting_is_right(text: str, path: Path) -> bool:
    """Whether the text behind ``harness:`` is a valid setting."""
    word, _, value = text.partition(" ")
    if word not in SETTINGS:
        return False
    try:
        SETTINGS[word][1](value.strip(), path)
    except InputError:
        return False
    return True


def _expectation(number: int, text: str, models: tuple[str, ...], path: Path) -> Expectation:
    word, _, value = text.partition(" ")
    match word:
        case "status":
            if value.strip() not in _STATUSES:
                raise InputError(f"a guest ends with one of {', '.join(sorted(_STATUSES))}")
            return Expectation(number, "status", value.strip(), models)
        case "console" | "line":
            line = _input(value.strip(), path).decode(errors="backslashreplace")  # as the console is shown
            return Expectation(number, word, line, models)
    raise InputError("what can be expected is status N, console \"...\", or line \"...\"")  # fmt: skip
