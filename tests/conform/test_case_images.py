"""The cases' images are assembled once, and again as soon as anything that they are made from has changed."""

from pathlib import Path

import pytest

from harness.conform import case_images
from harness.conform.case_images import load_case
from harness.errors import InputError
from harness.guest import Guest, load

SOURCE = """#include "lib/kernel.h"
#include "mine.h"
        .text
kernel_main:
        mov     x0, #NUMBER
        b       power_off
#include "lib/end.S"
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A case of our own, which includes a file beside it, and a cache of our own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "mine.h").write_text("#define NUMBER 7\n")
    path = tmp_path / "mine.S"
    path.write_text(SOURCE)
    return path


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache" / "harness" / "cases").iterdir())


def never(path: Path) -> Guest:
    raise AssertionError(f"{path} is assembled")


def test_an_image_is_assembled_once(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_case(source)
    assert first.flat() == load(source).flat()
    assert first.kind == "image"
    monkeypatch.setattr(case_images, "load", never)
    assert load_case(source) == first
    assert len(kept(tmp_path)) == 1


def test_a_changed_include_is_another_image_and_takes_the_former_ones_place(source: Path, tmp_path: Path) -> None:
    first = load_case(source)
    source.with_name("mine.h").write_text("#define NUMBER 8\n")
    second = load_case(source)
    assert second.flat() == load(source).flat() != first.flat()
    assert len(kept(tmp_path)) == 1


def test_an_include_that_comes_before_the_librarys_own_counts(source: Path) -> None:
    first = load_case(source)
    (source.parent / "lib").mkdir()
    source.with_name("lib").joinpath("end.S").write_text("nop\n")
    with pytest.raises(InputError):
        load_case(source)
    source.with_name("lib").joinpath("end.S").unlink()
    assert load_case(source) == first


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda _: b"", lambda content: b"x" + content[1:]])
def test_a_damaged_image_is_assembled_again(source: Path, tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    first = load_case(source)
    (place,) = kept(tmp_path)
    place.write_bytes(damage(place.read_bytes()))
    assert load_case(source) == first
    assert place.read_bytes()[32:] == first.flat()


def test_where_nothing_can_be_kept_all_is_assembled(source: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, where a directory should be")
    assert load_case(source).flat() == load(source).flat()


def test_a_case_that_is_missing_or_wrong_is_the_assemblers_to_refuse(source: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        load_case(source.with_name("nowhere.S"))
    source.write_text("no such instruction\n")
    with pytest.raises(InputError, match=r"mine\.S:1"):
        load_case(source)


def test_another_checkout_with_the_same_sources_takes_the_same_image(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_case(source)
    other = tmp_path / "other"
    other.mkdir()
    for path in (source, source.with_name("mine.h")):
        (other / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(case_images, "load", never)
    assert load_case(other / source.name) == first
