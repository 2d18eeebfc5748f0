"""What the README shows is true: its programs run, its commands exist, and what they print is what it says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from pages import DOCS, EXAMPLES, Block, blocks, commands, matches

from harness.cli import COMMANDS, group

README = DOCS.parent / "README.md"
BLOCKS = list(blocks(README))
BINARIES = Path(sys.executable).parent


def run(command: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    path = f"{BINARIES}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(
        command,
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def blocks_with(language: str, text: str) -> list[Block]:
    return [block for block in BLOCKS if block.language == language and text in block.text]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory in which the README's guests and its model are."""
    (tmp_path / "guest_asm").symlink_to(DOCS.parent / "guest_asm")
    (answer,) = blocks_with("asm", "answer.S")
    (model,) = blocks_with("python", "MODEL")
    (tmp_path / "answer.S").write_text(answer.text)
    (tmp_path / "gentle.py").write_text(model.text)
    return tmp_path


HARNESS_COMMANDS = [
    (command.line, words[1:])
    for block in BLOCKS
    if block.language == "console"
    for command in commands(block)
    if (words := shlex.split(command.text, comments=True))[0] == "harness"
]


@pytest.mark.parametrize(
    ("line", "words"), HARNESS_COMMANDS, ids=lambda each: each if isinstance(each, int) else each[0]
)
def test_every_command_has_the_options_that_it_is_shown_with(line: int, words: list[str]) -> None:
    assert words[0] in COMMANDS, f"README.md:{line}"
    command = group.get_command(click.Context(group), words[0])
    rest = words[1:]
    if isinstance(command, click.Group):
        command, rest = command.get_command(click.Context(command), rest[0]), rest[1:]
    assert command is not None, f"README.md:{line}"
    command.make_context(words[0], rest)  # raises UsageError


PROGRAMS = [block for block in BLOCKS if block.language == "python" and "MODEL" not in block.text]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda block: f"line {block.line}")
def test_every_program_runs_as_it_is_shown(program: Block, place: Path) -> None:
    if "def test_" in program.text:
        (place / "test_shown.py").write_text(program.text)
        done = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shown.py"], place)
    else:
        done = run([sys.executable, "-c", program.text], place)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_header_that_is_shown_makes_a_guest_a_test(place: Path) -> None:
    (header,) = blocks_with("asm", "harness: expect")
    kernel = (DOCS.parent / "guest_asm" / "kpti.S").read_text()
    (place / "kpti_test.S").write_text(header.text + kernel)
    done = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "kpti_test.S"], place)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_the_model_is_that_of_the_documentation() -> None:
    (model,) = blocks_with("python", "MODEL")
    assert model.text == (EXAMPLES / "gentle.py").read_text()


def test_a_mistake_in_the_model_is_reported_as_shown(place: Path) -> None:
    (shown,) = blocks_with("", "harness: gentle.py")
    right = (place / "gentle.py").read_text()
    wrong = re.sub(r"return super\(\)\.register.*", 'return address + "x"', right)
    assert wrong != right
    (place / "gentle.py").write_text(wrong)
    done = run(["harness", "run", "guest_asm/kpti.S", "--vcpus", "2", "--abi", "gentle.py"], place)
    assert done.returncode == 3
    assert done.stderr == shown.text


SHOWN = [
    (command.text, command.output)
    for block in BLOCKS
    if block.language == "console" and "step>" not in block.text
    for command in commands(block)
    if command.text.startswith("harness ") and any(command.output)
]


@pytest.mark.parametrize(("command", "said"), SHOWN, ids=lambda value: value if isinstance(value, str) else None)
def test_a_command_prints_what_is_shown_below_it(command: str, said: tuple[str, ...], place: Path) -> None:
    output = [line for line in said if line.strip()]
    done = run(["bash", "-c", command], place)
    assert matches(tuple(output), [line for line in done.stdout.splitlines() if line.strip()]), done.stdout


def test_the_demo_prints_the_table_that_is_shown(place: Path) -> None:
    (table,) = blocks_with("", "A guest with KPTI")
    printed = [line.rstrip() for line in run(["harness", "demo"], place).stdout.splitlines()]
    assert table.text.splitlines() == printed[: table.text.count("\n")]


def test_the_stepper_reaches_what_is_shown(place: Path) -> None:
    (session,) = blocks_with("console", "step>")
    first, *lines = session.text.splitlines()
    typed = [line.partition("#")[0].removeprefix("step>").strip() for line in lines if line.startswith("step>")]
    said = [line for line in lines if not line.startswith("step>")]
    options = [word for command in typed for word in ("-c", command)]
    printed = run([*shlex.split(first.removeprefix("$ ")), *options], place).stdout.splitlines()
    assert said
    for line in said:
        pattern = ".*".join(re.escape(part.strip()) for part in line.split("..."))
        assert any(re.match(pattern, each) for each in printed), line
