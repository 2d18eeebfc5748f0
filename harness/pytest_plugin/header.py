"""What a guest's source expects, in the comments at its top: lines that begin with ``harness:``.

    harness: vcpus 2                              how to boot it: SETTINGS below
    harness: abi xen-4.17, vmap                   a test under each, unless --xen-abi says otherwise
    harness: expect status 0                      as harness run would exit; 0 if nothing is said
    harness: expect console "one line"            the lines of the console, all of them in this order
    harness: expect line "one line"               lines that the console has, in this order, others between them
    harness: on vmap: expect line "another"       under these models only

Strings are quoted as in JSON. ``header_scan`` says which lines of a file these are.
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
"""The number of a line, and what it says behind ``harness:``."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be, under ``models`` (none: under every one), as line ``line`` of the source says."""

    line: int
    what: Literal["status", "console", "line"]
    value: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """How a guest is run and what must come of it; ``options`` are those of :func:`harness.boot`."""

    abis: tuple[str, ...]
    options: dict[str, Any]
    max_instructions: int
    expectations: tuple[Expectation, ...]

    def of(self, what: str, model: str) -> list[Expectation]:
        """What is expected under a model, in the order of the source."""
        return [each for each in self.expectations if each.what == what and (not each.models or model in each.models)]


# -- What each word takes -------------------------------------------------------------------------------------------


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
        raise InputError(f"nothing can follow it, but {text!r} does")
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
        raise InputError("it names a file, relative to this one")
    return path.parent / text


def _names(text: str, path: Path) -> tuple[str, ...]:
    """Names of models; a model's file is relative to the guest's."""
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
    "cmdline": ("cmdline", _string),
    "input": ("console_input", _input),
    "order": ("order", _file),
    "also": ("also", lambda text, path: (_file(text, path),)),
    "max-insns": ("max_instructions", _count),
    "abi": ("abis", _names),
}
"""Each word: the option of :func:`harness.boot` (the last two are the plug-in's own), and how its value is read."""


# -- All of it ------------------------------------------------------------------------------------------------------


def parse_header(path: Path, lines: Sequence[HeaderLine]) -> Header:
    """Make sense of a header's lines. Raises InputError with file and line."""
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
                raise InputError(f"{word!r} means nothing here{meant}: there is {', '.join(known)}")
            else:
                option, read = SETTINGS[word]
                if option in options:
                    raise InputError(f"{word} is said twice")
                options[option] = read(value.strip(), path)
        except InputError as error:
            raise InputError(f"{path}:{number}: harness: {printable(text)}: {error}") from None
    if not expectations:
        line = f":{lines[0][0]}" if lines else ""
        raise InputError(f"{path}{line}: nothing is expected: a test has a line such as harness: expect status 0")
    _check_statuses(path, expectations)
    abis = options.pop("abis", ())
    budget = options.pop("max_instructions", DEFAULT_MAX_INSTRUCTIONS)
    return Header(abis, options, budget, tuple(expectations))


def _check_statuses(path: Path, expectations: Sequence[Expectation]) -> None:
    """Raise InputError for two statuses that are expected of one run."""
    said: dict[str, Expectation] = {}
    for each in expectations:
        for model in (each.models or ("",)) if each.what == "status" else ():
            former = said.setdefault(model, each)
            if former is not each:
                raise InputError(f"{path}:{each.line}: expect status is said twice, before in line {former.line}")


def setting_is_right(text: str, path: Path) -> bool:
    """Whether a line, behind ``harness:``, is a setting that can be read."""
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
