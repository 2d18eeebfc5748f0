"""Symbols: labels, constants, and the numeric labels that may be defined more than once."""

from dataclasses import dataclass

from harness.guest.asm.expression import Name, Node, Value, evaluate
from harness.guest.asm.source import Place, StatementError

MAX_CHAIN = 100
"""The longest chain of symbols that are each defined by the next one, which is not known yet."""
_LOCAL_MARK = "\x01"
"""The first character of a numeric label's internal name, which no source can contain."""


@dataclass(slots=True)
class Symbol:
    """A name and its properties; ``node`` is None while it is only mentioned (``.global``, ``.weak``)."""

    name: str
    node: Node | None = None
    place: Place | None = None
    redefinable: bool = False
    binding: str = "local"
    kind: str = "notype"
    size: Node | None = None
    hidden: bool = False


class SymbolTable:
    """Every symbol of one assembly. Names are case-sensitive."""

    def __init__(self) -> None:
        self._symbols: dict[str, Symbol] = {}
        self._counts: dict[int, int] = {}
        self._values: dict[tuple[str, bool], Value] = {}
        """The computed values of symbols, valid until another symbol is defined."""

    def __getitem__(self, name: str) -> Symbol:
        """Return the symbol of that name, which is made now if it does not exist yet."""
        symbol = self._symbols.get(name)
        if symbol is None:
            symbol = self._symbols[name] = Symbol(name)
        return symbol

    def defined(self, name: str) -> bool:
        """Return whether the name has a value at this point of the source."""
        symbol = self._symbols.get(name)
        return symbol is not None and symbol.node is not None

    def all(self) -> list[Symbol]:
        """Return the symbols that the source names and that have a value, in order of appearance."""
        return [s for s in self._symbols.values() if s.node is not None and not s.name.startswith(_LOCAL_MARK)]

    def define(self, name: str, node: Node, place: Place, *, redefinable: bool = False) -> None:
        """Set the value of a name. Raises StatementError if it has a value that may not change."""
        symbol = self[name]
        if symbol.node is not None and not (symbol.redefinable and redefinable):
            where = f" at {symbol.place.file}:{symbol.place.line}" if symbol.place else ""
            raise StatementError(f"symbol `{name}' is already defined{where}")
        symbol.node, symbol.place, symbol.redefinable = node, place, redefinable
        self._values.clear()  # values computed before may depend on this one

    def define_numbered(self, number: int, value: Value, place: Place) -> str:
        """Define the next label of that number, and return its internal name."""
        count = self._counts[number] = self._counts.get(number, 0) + 1
        name = f"{_LOCAL_MARK}{number}:{count}"
        self.define(name, value, place)
        return name

    def numbered(self, reference: str) -> str:
        """Return the internal name of ``1b`` (the latest) or ``1f`` (the next). Raises StatementError."""
        number, forward = int(reference[:-1]), reference[-1] == "f"
        count = self._counts.get(number, 0)
        if not forward and not count:
            raise StatementError(f"there is no label `{number}:' before this for `{reference}'")
        return f"{_LOCAL_MARK}{number}:{count + forward}"

    def find(self, name: str) -> Node:
        """Return the value of a name at this point of the source, or the Name itself to look up later."""
        symbol = self._symbols.get(name)
        if symbol is None or symbol.node is None:
            return Name(name)
        # A symbol that may be redefined means its value at this point, so it cannot be looked up by name later.
        if symbol.redefinable or isinstance(symbol.node, Value):
            return symbol.node
        return Name(name)

    def value(self, name: str, placed: bool, seen: tuple[str, ...] = ()) -> Value:
        """Compute a symbol, as an address once the sections are ``placed``.

        ``seen`` are the symbols whose definitions led here. Raises StatementError for a symbol that is undefined, or
        defined by itself.
        """
        if (name, placed) in self._values:
            return self._values[name, placed]
        symbol = self._symbols.get(name)
        if symbol is None or symbol.node is None:
            if symbol is not None and symbol.binding == "weak":
                return Value(0)  # as a linker resolves an undefined weak symbol
            shown = f"label `{name[1:].split(':')[0]}f'" if name.startswith(_LOCAL_MARK) else f"symbol `{name}'"
            raise StatementError(f"undefined {shown}" if placed else f"{shown} has no value yet, and is needed here")
        if name in seen:
            raise StatementError(f"symbol `{name}' is defined by itself")
        if len(seen) >= MAX_CHAIN:
            raise StatementError(f"symbol `{name}' is at the end of a chain of more than {MAX_CHAIN} definitions")
        value = evaluate(symbol.node, lambda other: self.value(other, placed, (*seen, name)), placed)
        self._values[name, placed] = value
        return value
