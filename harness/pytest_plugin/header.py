"""What a guest's source expects, in the comments at its top: lines that begin with ``harness:``.

    harness: vcpus 2                              how to boot it: SETTINGS below
    harness: abi xen-4.17, vmap                   a test under each, unless --xen-abi says otherwise
    harness: expect status 0                      as harness run would exit; 0 if nothing is said
    harness: expect console "one line"            the lines of the console, all of them in this order
    harness: expect line "one line"               lines that the console has, in this order, others between them
    harness: on vmap: expect line "another"       under these models only

Strings are quoted as in JSON. A file is ours if such a line says ``expect``; nothing else makes it so.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from harness.errors import InputError

_LINE = re.compile(r"harness:\s*(.*)")
_ON = re.compile(r"on\s+([^:]+):\s*(.*)")
_OURS = re.compile(r"(on\s+[^:]+:\s*)?expect\b")
_LONGEST_LINE = 1 << 12
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

    def of(self, what: str, model: str) -> list[str]:
        """The values that are expected under a model, in the order of the source."""
        return [
            each.value for each in self.expectations if each.what == what and (not each.models or model in each.models)
        ]


def header_lines(path: Path) -> list[HeaderLine]:
    """Read the header's lines of a file; none if it is not ours or cannot be read. Reads no further than it must."""
    try:
        with path.open("rb") as file:
            found = [(number, match[1].strip()) for number, text in _comments(file) if (match := _LINE.match(text))]
    except OSError:
        return []
    return found if any(_OURS.match(text) for _, text in found) else []


def _comments(file: BinaryIO) -> Iterator[tuple[int, str]]:
    """Yield the lines of the comments that a source begins with, without the comments' own signs."""
    inside = False
    for number, raw in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
        text = raw.decode(errors="replace").strip()
        if not inside:
            if text.startswith("//"):
                yield number, text[2:].strip()
                continue
            if text and not text.startswith("/*"):
                return
            if not text:
                continue
            text = text[2:]
        body, closed, rest = text.partition("*/")
        yield number, body.strip().lstrip("*").strip()
        inside = not closed
        if rest.strip():
            return


# -- What each word takes -------------------------------------------------------------------------------------------


def _count(text: str, _: Path) -> int:
    if not re.fullmatch(r"[1-9]\d*", text):
        raise InputError(f"{text!r} is not a number of 1 or more")
    return int(text)


def _size(text: str, _: Path) -> int:
    match = re.fullmatch(r"([1-9]\d*)([KMG])", text)
    if match is None:
        raise InputError(f"{text!r} is not a size such as 64M")
    return int(match[1]) << {"K": 10, "M": 20, "G": 30}[match[2]]


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
        raise InputError(f'{text} is not a string in quotes, such as "a line"')
    return value


def _input(text: str, path: Path) -> bytes:
    return _string(text, path).encode()


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
                known = "expect" if models else ", ".join(["expect", "on MODELS:", *SETTINGS])
                raise InputError(f"{word!r} means nothing here: there is {known}")
            else:
                option, read = SETTINGS[word]
                if option in options:
                    raise InputError(f"{word} is said twice")
                options[option] = read(value.strip(), path)
        except InputError as error:
            raise InputError(f"{path}:{number}: harness: {text}: {error}") from None
    abis = options.pop("abis", ())
    budget = options.pop("max_instructions", DEFAULT_MAX_INSTRUCTIONS)
    return Header(abis, options, budget, tuple(expectations))


def _expectation(number: int, text: str, models: tuple[str, ...], path: Path) -> Expectation:
    word, _, value = text.partition(" ")
    match word:
        case "status":
            if value.strip() not in _STATUSES:
                raise InputError(f"a guest ends with one of {', '.join(sorted(_STATUSES))}")
            return Expectation(number, "status", value.strip(), models)
        case "console" | "line":
            return Expectation(number, word, _string(value.strip(), path), models)
    raise InputError("what can be expected is status N, console \"...\", or line \"...\"")  # fmt: skip
