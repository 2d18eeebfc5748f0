"""All mutants of a module, found in its syntax tree, and the code of each.

A mutant is known by what it changes and not by where that stands: the module, the function, the operator, the statement
before and after in one spelling, and a number if the same happens twice in the function. Other lines may move, and
comments and formatting may change.

Only what runs when a function is called is mutated. Tables and constants of a module or class are data, made when the
module is imported: the functions that read them are mutated instead. Defaults, decorators and annotations are left
alone for the same reason. What is left out inside functions is in ``leaves_out``, each kind with its reason.
"""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

from harness.conform.mutation.operators import replacements

PACKAGE = Path(__file__).resolve().parents[2]

ROOMS = ("xen", "platform")
"""The rooms of the harness that are mutated: the hypervisor and its hardware."""

_FOR_PEOPLE = frozenset({"__repr__", "__str__"})
"""Methods whose result only people read."""

_LISTENERS = ("_on_", "_listeners", "_log_listeners")
"""How attributes are called that hold who listens to an event."""

_ERRORS_OF_USERS = frozenset(
    {
        "ForkedMachineError",
        "InputError",
        "LeakError",
        "MachineBusyError",
        "MachineClosedError",
        "MachineError",
        "ModelError",
        "SnapshotError",
        "wrong_answer",
    }
)
"""What is raised where someone asks the harness for what it cannot do, and not at anything that a guest does."""

_NOT_RUN = frozenset({"decorator_list", "args", "returns", "annotation", "type_params"})
"""Fields of a definition or an assignment that are evaluated on import, or never."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to one function; ``lines`` are those of its statement, of which one must run for it to matter."""

    module: str
    """Its file, under ``harness/``, such as ``xen/runstate/delivery.py``."""
    function: str
    """Qualified, as ``ListRegisters.next``."""
    kind: str
    before: str
    after: str
    """The statement's first line; empty if it is dropped."""
    repeat: int
    """How many of the same came before it in the function."""
    lines: range

    @property
    def name(self) -> str:
        """What makes it the mutant that it is, whatever its line is."""
        again = f" #{self.repeat + 1}" if self.repeat else ""
        return f"{self.module}: {self.function}: {self.kind}: {self.before} -> {self.after or 'dropped'}{again}"

    @property
    def room(self) -> str:
        """``xen`` or ``platform``."""
        return self.module.partition("/")[0]


@dataclass(frozen=True)
class _Edit:
    """A mutant in the tree: ``node`` in the place of a field of ``holder``, or of an element of it."""

    top: ast.stmt
    """The statement of the module that it is in, which is compiled by itself."""
    holder: ast.AST
    field: str
    index: int | None
    node: ast.AST

    @contextmanager
    def made(self) -> Iterator[ast.stmt]:
        """The statement of the module with the change in it, for as long as the context lasts."""
        whole = getattr(self.holder, self.field)
        setattr(
            self.holder,
            self.field,
            self.node if self.index is None else [*whole[: self.index], self.node, *whole[self.index + 1 :]],
        )
        try:
            yield self.top
        finally:
            setattr(self.holder, self.field, whole)


def leaves_out(statement: ast.AST) -> str:
    """Why nothing in a statement is mutated; empty if it is."""
    match statement:
        case ast.Assert():
            return "an assertion is for who changes the code: no guest gets there"
        case ast.Expr(ast.Call(ast.Attribute(attr="emit" | "log" | "log_for" | "_log") | ast.Name("log" | "_log"))):
            return "events and the log are for people: no guest sees them"
        case ast.If(test) if _asks_for_listeners(test):
            return "events are made where somebody listens: no guest sees them"
        case ast.Assign(value=ast.Call(ast.Attribute(attr="of", value=ast.Attribute(attr="events")))):
            return "who listens to events: no guest sees them"
        case ast.Raise(ast.Call(ast.Name(name))) if name in _ERRORS_OF_USERS:
            return "an error that a user of the harness makes: no guest can make it"
        case ast.Expr(ast.Call(ast.Name("blame"))):
            return "an exception that goes on either way: whose mistake it is matters to people"
    return ""


def _asks_for_listeners(test: ast.expr) -> bool:
    match test:
        case ast.Call(ast.Attribute(attr="of", value=ast.Attribute(attr="events") | ast.Name("events"))):
            return True
        case ast.Attribute(attr=name):
            return name.startswith(_LISTENERS)
        case ast.BoolOp(ast.And(), values):
            return any(_asks_for_listeners(each) for each in values)
    return False


class MutatedModule:
    """A module's tree with its mutants, in the order of the source. ``path`` is its file under ``harness/``."""

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self._edits: dict[Mutant, _Edit] = {}
        seen: Counter[tuple[str, str, str, str]] = Counter()
        for top, name, function in _functions(ast.parse(source)):
            for found in _in_function(top, function):
                key = (name, found.kind, header(found.statement), found.after())
                if key[2] != key[3]:
                    self._edits[Mutant(path, *key, seen[key], _lines(found.statement))] = found.edit
                    seen[key] += 1

    @property
    def mutants(self) -> Sequence[Mutant]:
        """All of them."""
        return tuple(self._edits)

    def code(self, mutant: Mutant) -> CodeType:
        """The code of the module's statement that the mutant is in. The functions in it are among its constants."""
        with self._edits[mutant].made() as top:
            module = ast.fix_missing_locations(ast.Module([top], []))
            return compile(module, str(PACKAGE / self.path), "exec", dont_inherit=True)


def read_module(path: str) -> MutatedModule:
    """Read a module's source under ``harness/``."""
    return MutatedModule(path, (PACKAGE / path).read_text(encoding="utf-8"))


def module_name(path: str) -> str:
    """What a file under ``harness/`` is imported as."""
    return "harness." + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def paths_of(rooms: Sequence[str] = ROOMS) -> tuple[str, ...]:
    """The files of some rooms of the harness, under ``harness/``."""
    return tuple(
        path.relative_to(PACKAGE).as_posix() for room in rooms for path in sorted((PACKAGE / room).rglob("*.py"))
    )


@dataclass(frozen=True)
class _Found:
    edit: _Edit
    kind: str
    statement: ast.AST

    def after(self) -> str:
        """The statement's first line when the change is made; empty if it is dropped."""
        if self.kind == "drop" and isinstance(self.edit.node, ast.If):
            return ""
        whole = getattr(self.edit.holder, self.edit.field)
        if (whole if self.edit.index is None else whole[self.edit.index]) is self.statement:
            return header(self.edit.node)
        with self.edit.made():
            return header(self.statement)


_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _functions(tree: ast.Module) -> Iterator[tuple[ast.stmt, str, _Function]]:
    """Every function that is not in another, with the module's statement that it is in and its qualified name."""
    for top in tree.body:
        for name, function in _functions_in(top, ""):
            yield top, name, function


def _functions_in(node: ast.AST, prefix: str) -> Iterator[tuple[str, _Function]]:
    match node:
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
            if name not in _FOR_PEOPLE:
                yield prefix + name, node
        case ast.ClassDef(name, body=body):
            for each in body:
                yield from _functions_in(each, f"{prefix}{name}.")
        case ast.Lambda():
            yield f"{prefix}<lambda>", node
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _functions_in(child, prefix)


def _in_function(top: ast.stmt, function: _Function) -> Iterator[_Found]:
    """Every mutant of a function; not those without a name's only assignment, which Python itself refuses to run."""
    bound = Counter(each.id for each in ast.walk(function) if isinstance(each, ast.Name) and _is_bound(each))
    bound.update(each.arg for each in ast.walk(function) if isinstance(each, ast.arg))
    for found in _changes(top, function):
        if found.kind != "drop" or not _makes_only(found.statement, bound):
            yield found


def _is_bound(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _makes_only(statement: ast.AST, bound: Counter[str]) -> bool:
    """Whether a statement makes the only values that its names ever get."""
    match statement:
        case ast.Assign(targets) | ast.AnnAssign(target=targets):
            names = [targets] if isinstance(targets, ast.expr) else targets
            return all(_names_only(each) and all(bound[name] == 1 for name in _names(each)) for each in names)
    return False


def _names_only(target: ast.expr) -> bool:
    return all(isinstance(each, ast.Name | ast.Tuple | ast.expr_context) for each in ast.walk(target))


def _names(target: ast.expr) -> Iterator[str]:
    return (each.id for each in ast.walk(target) if isinstance(each, ast.Name))


def _changes(top: ast.stmt, function: _Function) -> Iterator[_Found]:
    if isinstance(function, ast.Lambda):
        yield from _of_child(top, function, "body", None, function.body, function, None)
    else:
        for index, statement in enumerate(function.body):
            yield from _of_child(top, function, "body", index, statement, statement, function.returns)


def _of_child(
    top: ast.stmt,
    holder: ast.AST,
    field: str,
    index: int | None,
    node: ast.AST,
    statement: ast.AST,
    returns: ast.expr | None,
) -> Iterator[_Found]:
    """Every change to a node, or below it. ``statement`` is the innermost that the node is in, or is."""
    if leaves_out(node) or isinstance(node, ast.JoinedStr):
        return
    for change in replacements(node, returns):
        ast.fix_missing_locations(change.node)
        yield _Found(_Edit(top, holder, field, index, change.node), change.kind, statement)
    if isinstance(node, ast.Raise):
        return  # what it says is for people
    if isinstance(node, ast.FunctionDef):
        returns = node.returns
    for name, value in ast.iter_fields(node):
        if name in _NOT_RUN:
            continue
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST):
                inner = child if isinstance(child, ast.stmt | ast.match_case) else statement
                yield from _of_child(top, node, name, place, child, inner, returns)


def header(statement: ast.AST) -> str:
    """A statement's first line, in one spelling: what is in its body has lines of its own."""
    nothing: list[ast.stmt] = [ast.Pass()]
    match statement:
        case ast.If(test) | ast.While(test):
            statement = type(statement)(test, nothing, [])
        case ast.For(target, iterated):
            statement = ast.For(target, iterated, nothing, [], lineno=1)
        case ast.With(items):
            statement = ast.With(items, nothing, lineno=1)
        case ast.Match(subject):
            return f"match {ast.unparse(subject)}:"
        case ast.match_case(pattern, guard):
            return f"case {ast.unparse(pattern)}{f' if {ast.unparse(guard)}' if guard is not None else ''}:"
        case ast.Try() | ast.FunctionDef() | ast.ClassDef():
            return type(statement).__name__
        case _:
            return " ".join(ast.unparse(statement).split())
    return ast.unparse(statement).splitlines()[0]


def _lines(statement: ast.AST) -> range:
    """The lines of a statement's header."""
    last: ast.AST = statement
    match statement:
        case ast.If(test) | ast.While(test):
            last = test
        case ast.For(_, iterated):
            last = iterated
        case ast.With(items):
            last = items[-1].context_expr
        case ast.Match(subject):
            last = subject
        case ast.match_case(pattern, guard):
            return range(pattern.lineno, ((guard or pattern).end_lineno or pattern.lineno) + 1)
        case ast.FunctionDef() | ast.Try():
            return range(statement.lineno, statement.lineno + 1)
        case _:
            pass
    return range(statement.lineno, (last.end_lineno or statement.lineno) + 1)  # type: ignore[attr-defined]
