r"""The record as text: one file an area, a row for each answer, and below it the exceptions.

::

    xen 4.17
      build id: 293274c1...
      sha256: 670df763...
      command: harness oracle run guest_asm/conformance/CASE.S --xen 4.17 [--domu] --vcpus N

    case vm_assist
    guest: 84c0c979...
    end: poweroff
    AST-001: result=0
    AST-006: result=-38
      [4.14 domU]: result=-22

A row says what all recorded Xens answered in all configurations in which the case was run; an exception says in
brackets where the answer is another one: by release (``debug``: all debug builds), by kind of domain, by number of
vCPUs. Brackets behind the name of the row say that the rule was reported there only, and ``-`` that it was not
reported. A long answer of ``key=value`` words has a row for each word. A line that ends in ``\`` goes on in the next.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, product

from harness.conform.catalogue import CONFIGURATIONS, Configuration
from harness.errors import InputError

WIDTH = 120
LONG = 80
"""From how many characters on an answer has a row for each of its words."""

HEAD = """\
# What real Xens answered. Written by harness oracle record, which reads it, too; harness/conform/record_text.py
# explains the format. Review a change with git diff: one line for each answer that changed.
"""

Cell = tuple[str, Configuration]
"""A release, and as what the guest was booted there."""


@dataclass(frozen=True, slots=True)
class XenBinary:
    """A Xen that was asked: its build ID, the SHA-256 of its file, and the command that asks it again."""

    build_id: str
    sha256: str
    command: str


@dataclass
class CaseRecord:
    """What a case answered: the hash of its guest and the binary by release, its ends and answers by cell."""

    guests: dict[str, str] = field(default_factory=dict)
    binaries: dict[str, XenBinary] = field(default_factory=dict)
    ends: dict[Cell, str] = field(default_factory=dict)
    answers: dict[str, dict[Cell, str]] = field(default_factory=dict)

    def forget(self, release: str) -> None:
        """Remove all that was recorded of a release."""
        for by_release in (self.guests, self.binaries):
            by_release.pop(release, None)
        for by_cell in (self.ends, *self.answers.values()):
            for cell in [cell for cell in by_cell if cell[0] == release]:
                del by_cell[cell]
        # A rule that no other release reported would be a row without any answer.
        self.answers = {rule: by_cell for rule, by_cell in self.answers.items() if by_cell}


RecordedArea = dict[str, CaseRecord]
"""The cases of an area by name."""


def age(release: str) -> tuple[bool, tuple[int, ...]]:
    """Sorts releases: the oldest first, debug builds behind all others."""
    version, _, kind = release.partition("-")
    return bool(kind), tuple(int(part) for part in version.split("."))


def is_debug(release: str) -> bool:
    """Whether a release is a debug build."""
    return release.endswith("-debug")


# Where: which cells a row is about.

_KINDS = (("", (True, False)), ("dom0", (True,)), ("domU", (False,)))
_VCPUS = (("", (1, 2)), ("1 vCPU", (1,)), ("2 vCPUs", (2,)))
_SHAPES: tuple[tuple[str, str, frozenset[Configuration]], ...] = tuple(
    (kind, vcpus, frozenset(Configuration(*each) for each in product(kinds, numbers)))
    for (kind, kinds), (vcpus, numbers) in product(_KINDS, _VCPUS)
)
"""Sets of configurations that have a name, the largest among those named first."""


def _where(releases: str, kind: str, vcpus: str) -> str:
    return ", ".join(part for part in (" ".join(filter(None, (releases, kind))), vcpus) if part)


def _release_words(wanted: Collection[str], others: Collection[str], known: Collection[str]) -> str:
    """Name a set of releases, of which ``others`` may be part or not: nobody asked them."""
    # A name that also covers releases which were never asked is shorter, and says nothing wrong about them.
    for word, named in (("", set(known)), ("debug", {each for each in known if is_debug(each)})):
        if set(wanted) <= named <= set(wanted) | set(others):
            return word
    return " ".join(sorted(wanted, key=age))


def _covered(where: str, known: Collection[str]) -> Iterator[Cell]:
    """The cells that a text in brackets names; ValueError for a text that names nothing."""
    words = where.replace(", ", " ").split(" ") if where else []
    vcpus = [int(word) for word, unit in pairwise(words) if unit in ("vCPU", "vCPUs")]
    words = [word for word in words if word not in ("vCPU", "vCPUs", "1", "2")]
    kinds = [word == "dom0" for word in words if word in ("dom0", "domU")]
    releases = [word for word in words if word not in ("dom0", "domU", "debug")]
    if unknown := set(releases) - set(known):
        raise ValueError(f"[{where}]: no Xen {min(unknown)} was asked")
    if "debug" in words:
        releases = [each for each in known if is_debug(each)]
    for release, dom0, number in product(releases or known, kinds or (True, False), vcpus or (1, 2)):
        yield release, Configuration(dom0, number)


def _rows(values: Mapping[Cell, str | None], known: Collection[str]) -> list[tuple[str, str | None]]:
    """The fewest rows (where, value) that say it: the first is for all cells that no later one names."""
    counted = Counter(values.values())
    if len(counted) == 1:
        return [("", next(iter(counted)))]
    # If most cells did not report the rule, a row for the few that did is shorter than a default with many exceptions.
    usual = max((value for value in counted if value is not None), key=lambda value: counted[value])
    with_default = [("", usual), *_exceptions(values, usual, known)]
    without = _exceptions(values, None, known)
    return without if None in counted and len(without) < len(with_default) else with_default


def _exceptions(
    values: Mapping[Cell, str | None], usual: str | None, known: Collection[str]
) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for value in dict.fromkeys(value for value in values.values() if value != usual):
        open_cells = {cell for cell, each in values.items() if each == value}
        # Greedy: each row covers as much of what is left as one row can. The order of _SHAPES settles ties, so the same
        # answers always give the same text.
        while open_cells:
            named, cells = max(
                (_box(values, value, shape, known) for shape in _SHAPES), key=lambda box: len(box[1] & open_cells)
            )
            found.append((named, value))
            open_cells -= cells
    return found


def _box(
    values: Mapping[Cell, str | None],
    value: str | None,
    shape: tuple[str, str, frozenset[Configuration]],
    known: Collection[str],
) -> tuple[str, set[Cell]]:
    """All releases in which every configuration of a shape has this value, in words and as cells."""
    kind, vcpus, configurations = shape
    cells = {release: {(release, each) for each in configurations} & values.keys() for release in known}
    others = [release for release in known if not cells[release]]
    wanted = [release for release in known if cells[release] and {values[each] for each in cells[release]} == {value}]
    named = _where(_release_words(wanted, others, known), kind, vcpus)
    return named, {cell for release in wanted for cell in cells[release]}


# Lines.


def _quoted(value: str | None) -> str:
    if value is None:
        return "-"
    plain = value == value.strip() and value != "-" and not value.startswith('"') and not value.endswith("\\")
    return value if plain and "  " not in value and value.isprintable() else json.dumps(value)


def _unquoted(text: str) -> str | None:
    if text == "-":
        return None
    return str(json.loads(text)) if text.startswith('"') else text


def _wrapped(line: str) -> Iterator[str]:
    """A line as lines that are short enough: broken behind a space or a comma, else anywhere."""
    indent = "    "
    while len(line) > WIDTH:
        # Not at once behind the indent: each piece must be shorter than the line that it is taken from.
        end = max(line.rfind(mark, len(indent) + 8, WIDTH - 1) for mark in " ,") + 1 or WIDTH - 1
        while line[end] == " " or line[end - 1] == "\\":  # what is lost or mistaken at the end or start of a line
            end -= 1
        yield line[:end] + "\\"
        line = indent + line[end:]
    yield line


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, put together again; neither comments nor empty ones."""
    whole, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not whole:
            start = number
        whole += line.lstrip(" ") if whole else line
        if whole.endswith("\\"):
            whole = whole[:-1]
            continue
        if whole and not whole.startswith("#"):
            yield start, whole
        whole = ""


def _entry(name: str, values: Mapping[Cell, str | None], known: Collection[str]) -> Iterator[str]:
    """A row and its exceptions."""
    first, *rest = _rows(values, known)
    yield f"{name}{f' [{first[0]}]' if first[0] else ''}: {_quoted(first[1])}".rstrip()
    for where, value in rest:
        yield f"  [{where}]: {_quoted(value)}".rstrip()


# Answers in parts.

_WORD = re.compile(r"([^\s:=\[\]]+)=(\S*)")


def _parts(answers: Mapping[Cell, str]) -> dict[str, dict[Cell, str]] | None:
    """A long answer by the keys of its words; None if it is not long, or does not consist of such words."""
    if all(len(answer) <= LONG for answer in answers.values()):
        return None
    found: dict[str, dict[Cell, str]] = {}
    for cell, answer in answers.items():
        for word in answer.split(" "):
            match = _WORD.fullmatch(word)
            if match is None:
                return None
            found.setdefault(match[1], {})[cell] = match[2]
    # A key that occurs twice, or words in another order in another cell, would not come back from the rows.
    return found if _joined(found) == answers else None


def _joined(parts: Mapping[str, Mapping[Cell, str]]) -> dict[Cell, str]:
    said: dict[Cell, list[str]] = {}
    for key, values in parts.items():
        for cell, value in values.items():
            said.setdefault(cell, []).append(f"{key}={value}")
    return {cell: " ".join(words) for cell, words in said.items()}


# Writing.


def write_area(area: RecordedArea) -> str:
    """The text of an area's file; the same for the same content, whatever was recorded first."""
    known = sorted({release for case in area.values() for release in case.binaries}, key=age)
    usual = {release: _usual_binary(area, release) for release in known}
    lines = [line for release in known for line in _binary(release, usual[release])]
    for name, case in sorted(area.items()):
        lines += ["", f"case {name}"]
        # The provenance is at the head of the file, once for each release; only a case that was recorded with another
        # binary repeats it.
        others = {release: binary for release, binary in case.binaries.items() if binary != usual[release]}
        lines += [line for release in sorted(others, key=age) for line in _binary(release, others[release])]
        lines += _case(case, known)
    return HEAD + "".join(f"{short}\n" for line in lines for short in _wrapped(line))


def _usual_binary(area: RecordedArea, release: str) -> XenBinary:
    counted = Counter(case.binaries[release] for _, case in sorted(area.items()) if release in case.binaries)
    return counted.most_common(1)[0][0]


def _binary(release: str, binary: XenBinary) -> Iterator[str]:
    yield f"xen {release}"
    yield f"  build id: {binary.build_id}"
    yield f"  sha256: {binary.sha256}"
    yield f"  command: {binary.command}"


def _case(case: CaseRecord, known: Collection[str]) -> Iterator[str]:
    cells = sorted(case.ends, key=lambda cell: (age(cell[0]), CONFIGURATIONS.index(cell[1])))
    yield from _entry("guest", {cell: case.guests[cell[0]] for cell in cells}, known)
    yield from _entry("end", {cell: case.ends.get(cell) for cell in product(known, CONFIGURATIONS)}, known)
    for rule, answers in sorted(case.answers.items()):
        in_order = {cell: answers[cell] for cell in cells if cell in answers}
        parts = _parts(in_order)
        for name, values in ((rule, in_order),) if parts is None else ((f"{rule} {k}", v) for k, v in parts.items()):
            yield from _entry(name, {cell: values.get(cell) for cell in cells}, known)


# Reading.

_ROW = re.compile(r"(?P<name>[^\s:\[\]]+(?: [^\s:\[\]]+)?)?(?: ?\[(?P<where>[^\]]*)\])?:(?: (?P<value>.*))?")


def read_area(text: str, place: str) -> RecordedArea:
    """Read a file again; ``place`` is what errors call it. Raises InputError for what is no record."""
    reader = _Reader()
    for number, line in _logical(text):
        try:
            reader.line(line)
        except (KeyError, ValueError) as error:
            raise InputError(f"{place}:{number}: this is no line of a record: {error}") from None
    reader.close()
    return reader.area


class _Reader:
    """Takes the lines one after the other."""

    def __init__(self) -> None:
        self.area: RecordedArea = {}
        self._usual: dict[str, XenBinary] = {}
        self._case: CaseRecord | None = None
        self._release = ""
        self._binary: dict[str, str] = {}
        self._name = ""
        self._rows: list[tuple[str, str | None]] = []
        self._parts: dict[str, dict[str, dict[Cell, str]]] = {}

    def line(self, line: str) -> None:
        """One line, whole. Raises ValueError or KeyError for what it cannot be."""
        kind, _, name = line.partition(" ")
        if kind in ("xen", "case") and ":" not in line:
            self._end_row()
            self._release = name if kind == "xen" else ""
            if kind == "case":
                self.close()
                self._case = self.area[name] = CaseRecord()
        # An exception to a row begins with a bracket; anything else that is indented is the provenance of a Xen.
        elif self._release and line.startswith("  ") and not line.startswith("  ["):
            self._provenance(*line.strip().split(": ", 1))
        else:
            self._row(line)

    def close(self) -> None:
        """A case is complete."""
        self._end_row()
        case = self._case
        if case is None:
            return
        for release in case.guests:
            case.binaries.setdefault(release, self._usual[release])
        for rule, parts in self._parts.items():
            case.answers[rule] = _joined(parts)
        self._parts = {}

    def _provenance(self, key: str, value: str) -> None:
        if key not in ("build id", "sha256", "command"):
            raise ValueError(key)
        self._binary[key] = value
        if len(self._binary) == 3:
            given = self._binary
            binary = XenBinary(given["build id"], given["sha256"], given["command"])
            (self._usual if self._case is None else self._case.binaries)[self._release] = binary
            self._binary, self._release = {}, ""

    def _row(self, line: str) -> None:
        match = _ROW.fullmatch(line.strip())
        if match is None or (match["name"] is None) != line.startswith("  "):
            raise ValueError(line)
        if match["name"] is not None:
            self._end_row()
            self._name = match["name"]
            if match["where"]:
                # Brackets behind the name: the rule was reported there only, so everywhere else the answer is none.
                self._rows.append(("", None))
        elif not self._rows:
            raise ValueError("an exception to no row")
        self._rows.append((match["where"] or "", _unquoted(match["value"] or "")))

    def _end_row(self) -> None:
        """Put what the row and its exceptions say where it belongs."""
        if not self._rows:
            return
        case = self._case
        if case is None:
            raise ValueError(f"{self._name}: of no case")
        known = list({**self._usual, **case.binaries})
        rule, _, part = self._name.partition(" ")
        # The row of the ends says in which cells the case was run, so the rows behind it are about those alone.
        cells = list(product(known, CONFIGURATIONS)) if rule in ("guest", "end") else case.ends
        values = dict.fromkeys(cells, self._rows[0][1])
        for where, value in self._rows[1:]:
            values |= {cell: value for cell in _covered(where, known) if cell in values}
        said = {cell: value for cell, value in values.items() if value is not None}
        if rule == "guest":
            case.guests = {cell[0]: value for cell, value in said.items()}
        elif rule == "end":
            case.ends = said
            asked = {cell[0] for cell in said}
            # The row of the guest comes before that of the ends, and so also named releases that were never asked.
            case.guests = {release: value for release, value in case.guests.items() if release in asked}
        elif part:
            self._parts.setdefault(rule, {})[part] = said
        elif said:
            case.answers[rule] = said
        self._rows = []


def releases_of(areas: Iterable[RecordedArea]) -> tuple[str, ...]:
    """The releases of which anything is recorded, the oldest first, debug builds last."""
    found = {release for area in areas for case in area.values() for release in case.guests}
    return tuple(sorted(found, key=age))
