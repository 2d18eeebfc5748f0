"""One word, one thing: no two classes have a name in common, and the glossary says where each is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "docs" / "pages" / "glossary.md"

SHARED: dict[str, str] = {}
"""Names of classes that stand in several files all the same, each with the reason. The aim is none."""


def type_names(path: Path) -> Iterator[str]:
    """The classes of a file, and its aliases of types; not those that are for the file alone (``_Name``)."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) if re.fullmatch(r"[A-Z][a-z]\w*", name):
                yield name


def test_no_name_of_a_class_is_used_twice() -> None:
    places: dict[str, list[str]] = {}
    for path in sorted((ROOT / "harness").rglob("*.py")):
        for name in type_names(path):
            if not name.startswith("_"):
                places.setdefault(name, []).append(str(path.relative_to(ROOT)))
    assert len(places) > 300
    assert {name: files for name, files in places.items() if len(files) > 1 and name not in SHARED} == {}
    assert [name for name in SHARED if len(places.get(name, ())) < 2] == []


ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith(("| word", "| ---"))
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_glossary_knows_where_its_words_are(row: list[str]) -> None:
    _, meaning, where = row
    paths = [ROOT / name for name in re.findall(r"`([^`]+)`", where)]
    assert paths
    assert all(path.exists() for path in paths)
    known = {name for path in paths if path.is_file() for name in type_names(path)}
    assert [name for name in re.findall(r"`([A-Z][a-z]+(?:[A-Z0-9][a-z]+)*)`", meaning) if name not in known] == []
