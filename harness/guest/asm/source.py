"""Where a statement was written, and the errors about it.

Every error names the file and line that a person wrote, however deep in macros the statement was generated.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, NoReturn

from harness.errors import InputError
from harness.files.input import MOST_SOURCE, read_bytes

MAX_ERRORS = 20
MAX_WORK = 10_000_000
"""The limit on the total cost of includes, macros and repetitions, in units of about 0.3 us: enough for some 110,000
typical statements."""
_STATEMENT, _OPERAND, _CHARACTER, _INCLUDE = 40, 24, 4, 200
_USUAL_LENGTH = 64
_CHAIN_ENDS = 6
"""Number of places that are shown from each end of a long chain of expansions."""


class Place(NamedTuple):
    """A line of a file; ``via`` is the expansion (of a macro, a repetition) that it comes from, if any."""

    file: str
    line: int
    via: "Expansion | None" = None


class Expansion(NamedTuple):
    """What replaced one statement by others, at ``at``: "expansion of macro x", "the file included" ..."""

    what: str
    at: Place


class Statement(NamedTuple):
    """One statement: label, instruction or directive, without comments."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error: the place, what is wrong there, and the line as it was written."""

    place: Place
    message: str
    source: str

    def __str__(self) -> str:
        """Show the error as compilers do: place, message, the line, and the expansions outwards."""
        lines = [f"{self.place.file}:{self.place.line}: {self.message}"]
        if self.source.strip():
            lines.append("    " + self.source.strip())
        via = self.place.via
        for _ in range(MAX_EXPANSIONS_SHOWN):
            if via is None:
                break
            lines.append(f"  in {via.what} at {via.at.file}:{via.at.line}")
            via = via.at.via
        return "\n".join(lines)


MAX_EXPANSIONS_SHOWN = 6


def _main_line(place: Place) -> int:
    while place.via is not None:
        place = place.via.at
    return place.line


class AssemblyError(InputError):
    """The source cannot be assembled; the message contains every error found, at most MAX_ERRORS."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(map(str, diagnostics)))


class TooMuch(Exception):
    """The source expands without an end; assembling stops here."""


class StatementError(Exception):
    """What is wrong with the current statement; the code that handles the statement adds its place."""


class Sources:
    """The texts read so far, from which lines are shown, and the errors found so far."""

    def __init__(self) -> None:
        self._work_left = MAX_WORK
        self.files: dict[Path, None] = {}
        """Every file that was read: a dict, used as an ordered set."""
        self._texts: dict[Path, str] = {}
        self._lines: dict[str, list[str]] = {}
        self._diagnostics: list[Diagnostic] = []
        self._seen: set[tuple[str, int, str]] = set()

    def read(self, path: Path) -> str:
        """Return the text of a file, read once and remembered. Raises StatementError if it cannot be read."""
        if path not in self._texts:
            try:
                self._texts[path] = read_source(path)
            except InputError as error:
                raise StatementError(str(error)) from None
            self.files[path] = None
            self.remember(str(path), self._texts[path])
        return self._texts[path]

    def include(self, path: Path) -> str:
        """Return the text of an included file. Raises StatementError, or TooMuch if including does not end."""
        text = self.read(path)
        self.charge(_INCLUDE + _STATEMENT * text.count("\n") + len(text) // _CHARACTER)
        return text

    def charge(self, units: int) -> None:
        """Count work that the source causes beyond its own lines. Raises TooMuch when the limit is exceeded."""
        self._work_left -= units
        if self._work_left < 0:
            raise TooMuch("includes, macros or repetitions never stop expanding")

    def too_much(self, place: Place, message: str) -> NoReturn:
        """Raise AssemblyError with a single line: the place, and the chain of expansions that led there."""
        chain, via = [], place.via
        while via is not None:
            chain.append(f"from {via.at.file}:{via.at.line}")
            via = via.at.via
        left_out = len(chain) - 2 * _CHAIN_ENDS
        if left_out > 0:
            chain[_CHAIN_ENDS:-_CHAIN_ENDS] = [f"... {left_out} more ..."]
        where = f" ({' '.join(chain)})" if chain else ""
        raise AssemblyError([Diagnostic(place._replace(via=None), message + where, "")])

    def remember(self, file: str, text: str) -> None:
        """Keep the text of a file, so that its lines can be shown later."""
        self._lines[file] = text.split("\n")

    def line(self, file: str, line: int) -> str:
        """Return the line as written, or an empty string if the file is not known."""
        lines = self._lines.get(file, [])
        return lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""

    def error(self, place: Place, message: str) -> None:
        """Note an error. Raises AssemblyError at once when there are too many to be useful."""
        key = (place.file, place.line, message)
        if key in self._seen:  # a line in a repetition fails every time, but is reported once
            return
        self._seen.add(key)
        self._diagnostics.append(Diagnostic(place, message, self.line(place.file, place.line)))
        if len(self._diagnostics) >= MAX_ERRORS:
            self.check()

    def check(self) -> None:
        """Raise AssemblyError if there were errors, in the order of the lines of the main file."""
        if self._diagnostics:
            raise AssemblyError(sorted(self._diagnostics, key=lambda diagnostic: _main_line(diagnostic.place)))


def read_source(path: Path) -> str:
    """Read a source; bytes that are not UTF-8 survive unchanged (surrogateescape). Raises InputError."""
    text = read_bytes(path, "assembler source", MOST_SOURCE).decode("utf-8", "surrogateescape")
    return text.replace("\r\n", "\n")


def cost(text: str) -> int:
    """The cost of a statement that an expansion generates, in the units of MAX_WORK."""
    return _STATEMENT + _OPERAND * text.count(",") + _CHARACTER * max(0, len(text) - _USUAL_LENGTH)


_SPECIAL = re.compile(
    r"""(?P<keep>"(?:\\.|[^"\\\n])*"|'\\.'?|'[^\\\n]'|'[^\\\n])|(?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)|(?P<end>;)""",
    re.DOTALL,
)


def without_comments(text: str) -> str:
    """Blank out ``//`` and ``/* */`` comments, keeping the line count; quoted text is left alone."""
    if "/" not in text:
        return text

    def blank(match: re.Match[str]) -> str:
        comment = match["comment"]
        # A comment separates tokens like a blank; its line ends stay, so that line numbers do not change.
        return match[0] if comment is None else "\n" * comment.count("\n") or " "

    return _SPECIAL.sub(blank, text)


def statements(text: str, place: Place) -> list[Statement]:
    """Split one line, already without comments, at the semicolons outside of quotes."""
    if ";" not in text:
        stripped = text.strip()  # a line that begins with # is a comment of GNU as
        return [Statement(stripped, place)] if stripped and stripped[0] != "#" else []
    if text.lstrip().startswith("#"):
        return []
    parts, start = [], 0
    for match in _SPECIAL.finditer(text):
        if match["end"]:
            parts.append(text[start : match.start()].strip())
            start = match.end()
    parts.append(text[start:].strip())
    return [Statement(part, place) for part in parts if part]
