"""Finds the header lines of a source, and lines that were probably meant to be: a typo must not disable a test.

The header is in the comments at the beginning of a source. A line there or anywhere else that was probably meant for
the header but would be ignored is an error. Prose about some other harness is not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError
from harness.pytest_plugin.header import SETTINGS, HeaderLine, setting_is_right
from harness.words import similar

MOST_READ = 1 << 20
"""Bytes of a source that are read."""
_BYTE_ORDER_MARK = "\ufeff"
_LINE = re.compile(r"harness:\s*(.*)")
_ALMOST = re.compile(r"([A-Za-z]{5,9})\s*([:;=.]?)\s*(.*)")
_IN_A_COMMENT = re.compile(r"(?:^|//|/\*|[#;@*])[\s#;@*/]*([A-Za-z]{5,9})\s*([:;=.])\s*(.*)")
_EXPECTATION = re.compile(r"(?:on\s+[^:]+:\s*)?expect\s+(?:status|console|line)\b")
_WORD = re.compile(r"(?:on\s+[^:]+:\s*)?([A-Za-z-]+)(.*)")


@dataclass(frozen=True, slots=True)
class HeaderScan:
    """A source's header: its ``lines``, empty if the file is not a test. ``mistakes`` are (line number, message)."""

    lines: tuple[HeaderLine, ...] = ()
    mistakes: tuple[tuple[int, str], ...] = ()

    @property
    def is_ours(self) -> bool:
        """Whether the file is meant to be a test."""
        return bool(self.lines or self.mistakes)


def scan(path: Path, *, named: bool = False) -> HeaderScan:
    """Read a source. If the command line names it, every ``harness:`` line counts. Raises InputError."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_READ)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    text = data.decode(errors="surrogateescape").removeprefix(_BYTE_ORDER_MARK)
    all_lines = text.split("\n")
    header = list(_comments(all_lines))
    last = header[-1][0] if header else 0
    lines = [(number, match[1].strip()) for number, body in header if (match := _LINE.match(body))]
    mistakes = [
        *((number, said) for number, body in header if not _LINE.match(body) and (said := _almost(body))),
        *((number, said) for number, body in enumerate(all_lines[last:], last + 1) if (said := _elsewhere(body))),
    ]
    if not (named or mistakes or any(_is_ours(line, path) for _, line in lines)):
        return HeaderScan()
    return HeaderScan(tuple(lines), tuple(mistakes))


def _comments(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines of the comments at the beginning of a source, without the comment signs."""
    inside = False
    for number, raw in enumerate(lines, 1):
        text = raw.strip()
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


def _is_ours(line: str, path: Path) -> bool:
    """Whether the text behind ``harness:`` is for this plug-in: an expectation, even misspelt, or a setting."""
    return _means_expect(line) or setting_is_right(line, path)


def _means_expect(line: str) -> bool:
    match = _WORD.match(line)
    return match is not None and (match[1] == "expect" or bool(similar(match[1], ["expect", "expected"], 1)))


def _almost(body: str) -> str:
    """The mistake in a comment line that was probably meant for the header, or an empty string."""
    match = _ALMOST.match(body)
    if match is None or not _means_harness(match[1]):
        return ""
    _, sign, rest = match.groups()
    if _EXPECTATION.match(rest) or (sign and _means_ours(rest)):
        return f"{body}: would be ignored: write it as harness: {rest}"
    return ""


def _elsewhere(body: str) -> str:
    """The mistake in a line outside the header that looks like a line of it, or an empty string."""
    match = _IN_A_COMMENT.search(body)
    if match is None or not _means_harness(match[1]) or not _means_ours(match[3]):
        return ""
    return f"{body.strip()}: would be ignored: the header must be in the first comments of the file, // or /* */"


def _means_harness(word: str) -> bool:
    letters = set(word.lower())
    return len(letters & set("harness")) >= 5 and bool(similar(word, ["harness"], 1))


def _means_ours(rest: str) -> bool:
    """Whether the text begins with an expectation, or is a valid setting."""
    match = _WORD.match(rest)
    return match is not None and (_means_expect(rest) or (match[1] in SETTINGS and setting_is_right(rest, Path())))
