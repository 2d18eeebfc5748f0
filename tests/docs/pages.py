"""A page of the documentation as a script: its files are written, its commands and programs run, in their order.

A fenced block with a title is a file. A ``console`` block has commands behind ``$`` and, below each, what it prints;
``...`` stands for any lines, or for the rest of one. ``{ data-needs="TOOL" }`` behind the language names a program
without which the block is skipped. A ``python`` block without a title is run, and must succeed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGES = DOCS / "pages"
EXAMPLES = DOCS / "examples"

_FENCE = re.compile(r"^( *)(`{3,}|~{3,})[ ]*(.*)$")
_SNIPPET = re.compile(r'^ *--8<-- "([^"]+)"$')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True)
class Block:
    """A fenced block: line number, language, attributes, and text with the snippets that it names."""

    line: int
    language: str
    title: str
    needs: str
    text: str


@dataclass(frozen=True)
class Command:
    """A command of a console block, and the lines that it is said to print."""

    line: int
    text: str
    output: tuple[str, ...]


def blocks(page: Path) -> Iterator[Block]:
    """Read the blocks of a page, in their order."""
    lines = iter(enumerate(page.read_text(encoding="utf-8").splitlines(), 1))
    for number, line in lines:
        begin = _FENCE.match(line)
        if begin is None:
            continue
        indent, fence, info = begin.groups()
        body = []
        for _, text in lines:
            if text.strip() == fence:
                break
            body.append(text.removeprefix(indent))
        language, _, rest = info.partition(" ")
        attributes = dict(_ATTRIBUTE.findall(rest))
        content = "\n".join(_with_snippet(text) for text in body) + "\n"
        yield Block(number, language, attributes.get("title", ""), attributes.get("data-needs", ""), content)


def _with_snippet(line: str) -> str:
    named = _SNIPPET.match(line)
    return line if named is None else (EXAMPLES / named[1]).read_text(encoding="utf-8").removesuffix("\n")


def commands(block: Block) -> Iterator[Command]:
    """Split a console block into its commands."""
    text, output, begun = "", list[str](), 0
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if line.startswith("$ "):
            if text:
                yield Command(begun, text, tuple(output))
            text, output, begun = line[2:], [], number
        elif text.endswith("\\"):
            text = text[:-1] + line.strip()
        else:
            output.append(line)
    if text:
        yield Command(begun, text, tuple(output))


def matches(said: tuple[str, ...], printed: list[str]) -> bool:
    """Whether a command printed what its page says; ``...`` is any number of lines, or the rest of a line."""
    pattern = ""
    for line in said:
        if line.strip() == "...":
            pattern += r"(?:.*\n)*"
        elif line.endswith("..."):
            pattern += re.escape(line[:-3]) + r".*\n"
        else:
            pattern += re.escape(line) + r"\n"
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed)) is not None
