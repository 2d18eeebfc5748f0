"""The C preprocessor: pcpp, with GNU as's habits (# comments pass), and the origin of every line kept."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.guest.asm.source import Place, Sources, Statement, statements, without_comments

_LINE = re.compile(r'#line (\d+)(?: "(.*)")?$')
_DIRECTIVE = re.compile(
    r"^[ \t]*#[ \t]*(?:include|define|undef|if|ifdef|ifndef|else|elif|endif|error|pragma)\b", re.M
)
PREDEFINED = {"__ASSEMBLER__": "1", "__aarch64__": "1"}
"""What every AArch64 compiler's preprocessor defines for assembly, and headers look at."""

MAX_INCLUDE_DEPTH = 100
MAX_EXPANSIONS = 2_000_000


class TooMuch(Exception):
    """Macros expand to more than any guest needs."""


def read_text(path: Path) -> str:
    """Read a source; bytes that are not UTF-8 survive unchanged (surrogateescape)."""
    return path.read_bytes().decode("utf-8", "surrogateescape").replace("\r\n", "\n")


def preprocess(
    text: str, file: str, sources: Sources, include: Sequence[Path], defines: Mapping[str, str]
) -> Iterator[Statement]:
    """Preprocess ``text`` and yield its statements; errors go to ``sources``."""
    sources.remember(file, text)
    text = text.replace("\r\n", "\n")
    if defines or _DIRECTIVE.search(text) or "__" in text:
        yield from _with_pcpp(text, file, sources, include, defines)
    else:
        yield from plain(text, file)


def plain(text: str, file: str, via: Any = None) -> Iterator[Statement]:
    """Yield the statements of a text that no C preprocessor is meant to see."""
    for number, line in enumerate(without_comments(text).split("\n"), 1):
        if line and not line.isspace():
            yield from statements(line, Place(file, number, via))


def _with_pcpp(
    text: str, file: str, sources: Sources, include: Sequence[Path], defines: Mapping[str, str]
) -> Iterator[Statement]:
    from pcpp import Action, OutputDirective, Preprocessor

    class Cpp(Preprocessor):
        """pcpp reporting to ``sources``, and bounded."""

        depth = 0
        work = 0

        def on_error(self, file: str, line: int, msg: str) -> None:
            sources.error(Place(str(file), line), msg)

        def on_file_open(self, is_system_include: bool, includepath: str) -> Any:
            path = Path(includepath)
            if path.is_dir():
                raise FileNotFoundError(includepath)
            content = read_text(path)
            sources.remember(includepath, content)
            return io.StringIO(content)

        def on_directive_handle(self, directive: Any, toks: Any, ifpassthru: bool, precedingtoks: Any) -> Any:
            if directive.value == "error":
                message = "".join(token.value for token in toks).strip()
                self.on_error(directive.source, directive.lineno, f"#error {message}")
            elif directive.value == "warning":
                raise OutputDirective(Action.IgnoreAndRemove)
            else:
                return super().on_directive_handle(directive, toks, ifpassthru, precedingtoks)
            return True

        def on_directive_unknown(self, directive: Any, *_: Any) -> Any:
            raise OutputDirective(Action.IgnoreAndRemove)

        def include(self, tokens: Any, original_line: Any) -> Any:
            self.depth += 1
            if self.depth > MAX_INCLUDE_DEPTH:
                raise TooMuch(f"#include nested more than {MAX_INCLUDE_DEPTH} deep")
            yield from super().include(tokens, original_line)
            self.depth -= 1

        def expand_macros(self, tokens: Any, expanding_from: Any = []) -> Any:  # noqa: B006 - pcpp's own signature
            self.work += len(tokens) + 1
            if self.work > MAX_EXPANSIONS:
                raise TooMuch("C macros expand without an end in sight")
            return super().expand_macros(tokens, expanding_from)

    cpp = Cpp()
    cpp.rewrite_paths = []
    for directory in include:
        cpp.add_path(str(directory))
    for name, value in {**PREDEFINED, **defines}.items():
        cpp.define(f"{name} {value}")
    output = io.StringIO()
    cpp.parse(text if text.endswith("\n") else text + "\n", file)
    try:
        cpp.write(output)
    except (TooMuch, RecursionError) as problem:
        sources.error(Place(file, 1), str(problem) or "C macros expand without an end in sight")
    yield from _lines(output.getvalue(), file)


def _lines(text: str, file: str) -> Iterator[Statement]:
    number = 0
    for line in text.split("\n"):
        number += 1
        if not line or line.isspace():
            continue
        if line[0] == "#" and (match := _LINE.match(line)):
            number, file = int(match[1]) - 1, match[2] or file
        else:
            yield from statements(line, Place(file, number))
