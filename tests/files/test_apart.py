"""An output that is an input, or another output, is found by whatever name it goes."""

import os
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.files.apart import Named, check_outputs

SOURCE, TRACE, PAGE = "GUEST", "--trace", "--html"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("mine.S").write_text("source")
    Path("symbolic").symlink_to("mine.S")
    os.link("mine.S", "hard")
    Path("here").symlink_to(".")
    Path("dangling").symlink_to("new")
    return tmp_path


@pytest.mark.parametrize("name", ["mine.S", "./mine.S", "symbolic", "hard", "here/mine.S", "here/../{}/mine.S"])
def test_an_output_that_is_an_input_is_refused(name, folder: Path) -> None:
    path = Path(name.format(folder.name))
    with pytest.raises(InputError) as refused:
        check_outputs([Named(TRACE, path)], [Named(SOURCE, Path("mine.S"))])
    assert str(refused.value) == (
        f"--trace {path}: this is the same file as GUEST mine.S; an output needs one of its own"
    )
    assert Path("mine.S").read_text() == "source"


@pytest.mark.parametrize("name", ["new", "here/new", "dangling", "here/dangling"])
def test_two_outputs_that_are_one_file_are_refused_before_it_exists(name) -> None:
    with pytest.raises(InputError, match=f"--html {name}: this is the same file as --trace new;"):
        check_outputs([Named(TRACE, Path("new")), Named(PAGE, Path(name))])
    assert not Path("new").exists()


def test_files_that_are_apart_are_let_pass_and_stay_as_they_are() -> None:
    check_outputs([Named(TRACE, Path("new")), Named(PAGE, Path("other"))], [Named(SOURCE, Path("mine.S"))])
    assert not Path("new").exists()
    assert not Path("other").exists()


def test_what_swallows_everything_may_be_named_twice() -> None:
    check_outputs([Named(TRACE, Path(os.devnull)), Named(PAGE, Path(os.devnull))], [Named(SOURCE, Path(os.devnull))])


def test_one_pipe_is_not_two_outputs() -> None:
    os.mkfifo("pipe")
    with pytest.raises(InputError, match="--html pipe: this is the same file as --trace pipe;"):
        check_outputs([Named(TRACE, Path("pipe")), Named(PAGE, Path("pipe"))])


def test_an_input_that_does_not_exist_is_left_to_who_reads_it() -> None:
    check_outputs([Named(TRACE, Path("new"))], [Named(SOURCE, Path("none")), Named(SOURCE, Path("none/below"))])
