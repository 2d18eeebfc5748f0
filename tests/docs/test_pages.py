"""What the documentation shows is true: every command and every program on a page runs, and prints what it says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import DOCS, EXAMPLES, PAGES, Block, blocks, commands, matches

SCRIPTS = [page for page in sorted(PAGES.rglob("*.md")) if any(True for _ in blocks(page))]
TOOLS = {"qemu": ("qemu-system-aarch64", "qemu-system-arm"), "gdb": ("gdb-multiarch", "gdb-multiarch")}
"""What ``needs`` may name: the program, and its Debian package."""
RUN_BY_NOBODY = {"text", "toml", "mermaid"}
"""Languages that may stand on a page without being run."""


def run(command: list[str], page: Path, line: int, place: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        command,
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    where = f"{page.relative_to(DOCS)}:{line}"
    assert done.returncode == 0, f"{where}: {command[-1]}: status {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def has_tool(block: Block) -> bool:
    if not block.needs:
        return True
    program, package = TOOLS[block.needs]
    if shutil.which(program) is None:
        if os.environ.get("HARNESS_REQUIRE_TOOLS"):
            pytest.fail(f"needs {program} (Debian: {package})")
        return False
    return True


@pytest.mark.parametrize("page", SCRIPTS, ids=lambda page: str(page.relative_to(PAGES)))
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    (tmp_path / "guest_asm").symlink_to(DOCS.parent / "guest_asm")  # a page is read at the top of a checkout
    for block in blocks(page):
        if block.title:
            (tmp_path / block.title).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.title).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for command in commands(block) if has_tool(block) else ():
                printed = run(["bash", "-o", "pipefail", "-c", command.text], page, command.line, tmp_path)
                said = command.output
                assert not any(said) or matches(said, printed.splitlines()), (
                    f"{page.relative_to(DOCS)}:{command.line}: {command.text} prints\n{printed}"
                )
        elif block.language == "python":
            run([sys.executable, "-c", block.text], page, block.line, tmp_path)
        else:
            assert block.language in RUN_BY_NOBODY, f"{page.relative_to(DOCS)}:{block.line}: nobody runs this block"


def test_every_example_stands_on_a_page() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES.rglob("*.md"))
    assert [each.name for each in EXAMPLES.iterdir() if f'--8<-- "{each.name}"' not in shown] == []


PATH = re.compile(r"`((?:harness|guest_asm|docs|tests)/[\w./-]*)`")


NAMING_PATHS = [*sorted(PAGES.rglob("*.md")), *sorted(DOCS.parent.glob("*.md"))]


@pytest.mark.parametrize("page", NAMING_PATHS, ids=lambda page: str(page.relative_to(DOCS.parent)))
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    named = PATH.findall(page.read_text(encoding="utf-8"))
    assert [path for path in named if not (DOCS.parent / path).exists()] == []


def test_a_page_whose_command_prints_something_else_is_noticed() -> None:
    assert matches(("one", "...", "four"), ["one", "two", "three", "four"])
    assert matches(("took ...",), ["took 3 s"])
    assert not matches(("one",), ["one", "two"])
    assert not matches(("one", "two"), ["one"])
