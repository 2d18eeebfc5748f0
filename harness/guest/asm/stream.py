"""The stream of statements: macros, repetitions, conditionals and includes, expanded lazily and bounded.

Statements are produced one by one, because the effect of an .if or a .rept may depend on everything before it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.guest.asm.assembly import Assembly
from harness.guest.asm.conditions import CONDITIONS
from harness.guest.asm.cpp import plain
from harness.guest.asm.macros import Macro, bind, expanded, parse_definition, split_arguments, substitute, unquote
from harness.guest.asm.source import Expansion, Place, Statement, StatementError, TooMuch, cost

MAX_DEPTH = 200
"""Macros, repetitions and includes inside of each other."""
MAX_TEXT = 1 << 16
"""Characters of an expanded statement."""

_LABEL = re.compile(r'([A-Za-z_.$][\w.$]*|[0-9]+|"[^"]+")\s*:(?!:)\s*')
_WORD = re.compile(r"([A-Za-z_.$][\w.$]*)\s*(.*)", re.DOTALL)
_OPEN = {".macro": ".endm", ".rept": ".endr", ".irp": ".endr", ".irpc": ".endr"}
_ALSO_CLOSES = {".endmacro": ".endm"}


@dataclass(slots=True)
class _Frame:
    statements: Iterator[Statement]
    macro: bool
    conditions: int
    """How many conditionals were open when this frame began."""


@dataclass(slots=True)
class _Condition:
    place: Place
    active: bool
    taken: bool
    outer: bool
    last: bool = False


class Stream:
    """Runs a source: passes every plain statement to ``handle(word, rest)``, with ``assembly.place`` set."""

    def __init__(self, assembly: Assembly, include: Sequence[Path], handle: Callable[[str, str], None]) -> None:
        self._assembly, self._include, self._handle = assembly, include, handle
        self._macros: dict[str, Macro] = {}
        self._frames: list[_Frame] = []
        self._conditions: list[_Condition] = []
        self._expansions = 0
        self._ended = False
        self._directives: dict[str, Callable[[str, Statement], None]] = {
            ".macro": self._define,
            ".rept": self._repeat,
            ".irp": self._each_argument,
            ".irpc": self._each_character,
            ".include": self._include_file,
            ".exitm": self._exit_macro,
            ".purgem": self._purge,
            ".end": self._end,
            ".endm": self._stray,
            ".endr": self._stray,
        }

    def run(self, source: Iterator[Statement]) -> None:
        """Process every statement in order. An error goes to the assembly's sources, and the next statement follows.

        Raises AssemblyError at once for a source that expands without an end.
        """
        try:
            self._run(source)
        except TooMuch as error:
            self._assembly.sources.too_much(self._assembly.place, str(error))

    def _run(self, source: Iterator[Statement]) -> None:
        self._frames = [_Frame(source, False, 0)]
        sources, assembly = self._assembly.sources, self._assembly
        while (statement := self._next()) is not None and not self._ended:
            assembly.place = statement.place
            try:
                self._step(statement)
            except StatementError as error:
                sources.error(statement.place, str(error))
            except RecursionError:
                sources.error(statement.place, "the expression is nested too deeply")
        for condition in self._conditions:
            sources.error(condition.place, "this conditional has no .endif")

    def _next(self) -> Statement | None:
        while self._frames:
            statement = next(self._frames[-1].statements, None)
            if statement is not None:
                return statement
            self._frames.pop()
        return None

    def _step(self, statement: Statement) -> None:
        text = statement.text
        active = not self._conditions or self._conditions[-1].active
        if ":" in text:  # most statements have no label, and this test is much cheaper than the pattern
            while label := _LABEL.match(text):
                text = text[label.end() :]
                if active:
                    self._assembly.label(label[1].strip('"'))
        if not text:
            return
        match = _WORD.match(text)
        if match is None:
            if active:
                raise StatementError(f"`{text}' is neither a label, an instruction nor a directive")
            return
        word, rest = match[1], match[2]
        lower = word.lower()
        if lower in CONDITIONS or lower in {".else", ".elseif", ".endif"}:
            self._conditional(lower, rest)
        elif not active:
            return
        elif word in self._macros:  # before directives and instructions: a macro may have the name of one
            self._call(self._macros[word], rest, statement)
        elif lower in self._directives:
            self._directives[lower](rest, statement)
        else:
            self._handle(word, rest)

    def _conditional(self, word: str, rest: str) -> None:
        stack = self._conditions
        if word in CONDITIONS:
            outer = not stack or stack[-1].active
            # Pushed first, so that .endif matches even after an error in the condition.
            stack.append(_Condition(self._assembly.place, False, False, outer))
            stack[-1].active = stack[-1].taken = outer and CONDITIONS[word](self._assembly, rest)
            return
        if not stack:
            raise StatementError(f"{word} without .if")
        top = stack[-1]
        if word == ".endif":
            stack.pop()
        elif top.last:
            raise StatementError(f"{word} after .else")
        elif word == ".else":
            top.active, top.last = top.outer and not top.taken, True
        elif top.outer and not top.taken:
            top.active = top.taken = CONDITIONS[".if"](self._assembly, rest)
        else:
            top.active = False

    def _body(self, opener: str, start: Statement) -> tuple[Statement, ...]:
        """Take the statements up to the one that closes ``opener``; the same kinds may nest."""
        closer = _OPEN[opener]
        depth, body = 1, list[Statement]()
        while (statement := self._next()) is not None:
            label = _LABEL.match(statement.text) if ":" in statement.text else None
            match = _WORD.match(statement.text, label.end() if label else 0)
            word = match[1].lower() if match else ""
            word = _ALSO_CLOSES.get(word, word)
            if _OPEN.get(word) == closer:
                depth += 1
            elif word == closer:
                depth -= 1
                if not depth:
                    return tuple(body)
            body.append(statement)
        raise StatementError(f"this {opener} has no {closer}")

    def _push(self, statements: Iterator[Statement], macro: bool = False) -> None:
        if len(self._frames) >= MAX_DEPTH:
            raise TooMuch(f"macros, repetitions or includes are nested more than {MAX_DEPTH} deep")
        self._frames.append(_Frame(statements, macro, len(self._conditions)))

    def _expand(
        self, body: tuple[Statement, ...], what: str, at: Place, values: dict[str, str], turn: int | None
    ) -> list[Statement]:
        via = Expansion(f"expansion of {what}", at)
        result: list[Statement] = []
        for index, text in substitute(body, values, self._expansions, turn):
            if len(text) > MAX_TEXT:
                raise TooMuch(f"a statement grows to more than {MAX_TEXT} characters in the {via.what}")
            self._assembly.sources.charge(cost(text))
            place = body[index].place
            result += expanded(text, Place(place.file, place.line, via))
        return result

    def _define(self, rest: str, statement: Statement) -> None:
        body = self._body(".macro", statement)
        macro = parse_definition(rest, statement.place)
        if macro.name in self._macros:
            raise StatementError(f"macro {macro.name} is already defined")
        self._macros[macro.name] = Macro(macro.name, macro.parameters, body, macro.place)

    def _call(self, macro: Macro, rest: str, statement: Statement) -> None:
        values = bind(macro, rest)
        body = self._expand(macro.body, f"macro {macro.name}", statement.place, values, None)
        self._push(iter(body), macro=True)
        self._expansions += 1  # the value of \@ in the next expansion

    def _repeat(self, rest: str, statement: Statement) -> None:
        body = self._body(".rept", statement)
        count = self._assembly.absolute(rest)
        if count < 0:
            raise StatementError(f".rept {count}: a count cannot be negative")
        if body:
            # A generator: a huge count takes no memory before the limit on work ends it.
            turns = (self._expand(body, ".rept", statement.place, {}, turn) for turn in range(count))
            self._push(item for turn in turns for item in turn)

    def _each_argument(self, rest: str, statement: Statement) -> None:
        body = self._body(".irp", statement)
        name, *arguments = split_arguments(rest)
        self._each(name, [unquote(argument) for argument in arguments] or [""], body, ".irp", statement)

    def _each_character(self, rest: str, statement: Statement) -> None:
        body = self._body(".irpc", statement)
        name, *arguments = split_arguments(rest)
        self._each(name, list(unquote(arguments[0])) if arguments else [""], body, ".irpc", statement)

    def _each(self, name: str, values: list[str], body: tuple[Statement, ...], what: str, statement: Statement) -> None:
        turns = (
            self._expand(body, what, statement.place, {name.lstrip("\\"): value}, turn)
            for turn, value in enumerate(values)
        )
        self._push(item for turn in turns for item in turn)

    def _include_file(self, rest: str, statement: Statement) -> None:
        name = unquote(rest.strip())
        path = find_file(name, statement.place.file, self._include)
        text = self._assembly.sources.include(path)
        self._push(plain(text, str(path), Expansion("the file included", statement.place)))

    def _exit_macro(self, rest: str, statement: Statement) -> None:
        while self._frames:
            frame = self._frames.pop()
            if frame.macro:
                del self._conditions[frame.conditions :]  # conditionals that the macro has opened end with it
                return
        raise StatementError(".exitm outside of a macro")

    def _purge(self, rest: str, statement: Statement) -> None:
        if self._macros.pop(rest.strip(), None) is None:
            raise StatementError(f"there is no macro `{rest.strip()}' to purge")

    def _end(self, rest: str, statement: Statement) -> None:
        self._ended = True

    def _stray(self, rest: str, statement: Statement) -> None:
        raise StatementError(f"`{statement.text.split()[0]}' has no matching beginning")


def find_file(name: str, including: str, include: Sequence[Path]) -> Path:
    """Find an included file beside the including one, then in the include path. Raises StatementError."""
    for directory in (Path(including).parent, *include):
        path = directory / name
        if path.is_file():
            return path
    raise StatementError(f"file `{name}' is neither beside {including} nor in the include path")
