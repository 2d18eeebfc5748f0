"""What a mutation does to one piece of syntax: each operator says, for a node, what may stand in its place.

Operators know nothing of files, functions or lines. They make new nodes and leave the given one as it is, so that the
tree of a module is shared by all its mutants. Text is never changed: it is for people, and a mutant of it says nothing
about behaviour.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}

_BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}

_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Replacement:
    """One way to change a node: the operator's name, and what stands in the node's place."""

    kind: str
    node: ast.AST


def replacements(node: ast.AST, returns: ast.expr | None = None) -> Iterator[Replacement]:
    """Every way to change this one node; ``returns`` is the annotated result of the function that it is in."""
    for kind, operator in _OPERATORS:
        for changed in operator(node):
            yield Replacement(kind, ast.copy_location(changed, node))
    if isinstance(node, ast.Return) and node.value is not None:
        for value in _other_results(node.value, returns):
            yield Replacement("return", ast.copy_location(ast.Return(value), node))


def negated(test: ast.expr) -> ast.expr:
    """The condition ``not (test)``."""
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _negate(node: ast.AST) -> Iterator[ast.AST]:
    """A condition, negated; one that is a comparison of (un)equal things already has that as its comparison."""
    match node:
        case ast.If(test, body, orelse) if not _is_plain(test):
            yield ast.If(negated(test), body, orelse)
        case ast.While(test, body, orelse) if not _is_plain(test):
            yield ast.While(negated(test), body, orelse)
        case ast.IfExp(test, body, orelse) if not _is_plain(test):
            yield ast.IfExp(negated(test), body, orelse)
        case ast.comprehension(target, iterated, tests, is_async):
            for index, test in enumerate(tests):
                if not _is_plain(test):
                    yield ast.comprehension(
                        target, iterated, [*tests[:index], negated(test), *tests[index + 1 :]], is_async
                    )
        case ast.match_case(pattern, ast.expr() as guard, body) if not _is_plain(guard):
            yield ast.match_case(pattern, negated(guard), body)
        case _:
            pass


def _is_plain(test: ast.expr) -> bool:
    """Whether another operator negates it: a comparison for (in)equality, or a condition that begins with ``not``."""
    match test:
        case ast.UnaryOp(ast.Not()):
            return True
        case ast.Compare(_, [ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot() | ast.In() | ast.NotIn()]):
            return True
    return False


def _compare(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            changed = [*node.ops[:index], _COMPARISONS[type(operator)](), *node.ops[index + 1 :]]
            yield ast.Compare(node.left, changed, node.comparators)


def _constant(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        for value in (node.value + 1, node.value - 1):
            yield ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


def _boolean(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield ast.Constant(not node.value)


def _logic(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BoolOp(ast.And(), values):
            yield ast.BoolOp(ast.Or(), values)
        case ast.BoolOp(ast.Or(), values):
            yield ast.BoolOp(ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case _:
            pass


def _arithmetic(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BinOp(left, operator, right) if type(operator) in _BINARY and not _is_text(left):
            yield ast.BinOp(left, _BINARY[type(operator)](), right)
        case ast.AugAssign(target, operator, value) if type(operator) in _BINARY:
            yield ast.AugAssign(target, _BINARY[type(operator)](), value)
        case ast.UnaryOp(ast.USub() | ast.Invert(), operand) if not isinstance(operand, ast.Constant):
            yield operand
        case _:
            pass


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _drop(node: ast.AST) -> Iterator[ast.AST]:
    """A statement that is not executed. It stays as dead code, so that its names are what they were."""
    match node:
        case ast.Expr(ast.Constant()):
            pass
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.Delete() | ast.Raise():
            yield ast.If(ast.Constant(False), [node], [])
        case ast.AnnAssign(value=ast.expr()):
            yield ast.If(ast.Constant(False), [node], [])
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.match_case(pattern, None, body) if not _takes_all(pattern):
            yield ast.match_case(pattern, ast.Constant(False), body)
        case _:
            pass


def _takes_all(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _swap(node: ast.AST) -> Iterator[ast.AST]:
    """Two arguments that stand side by side, exchanged; not where their order means nothing."""
    if isinstance(node, ast.Call) and not any(isinstance(each, ast.Starred) for each in node.args):
        if isinstance(node.func, ast.Name) and node.func.id in ("min", "max"):
            return
        for index, (one, other) in enumerate(zip(node.args, node.args[1:], strict=False)):
            if ast.dump(one) != ast.dump(other):
                yield ast.Call(node.func, [*node.args[:index], other, one, *node.args[index + 2 :]], node.keywords)


def _call(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Call(ast.Name(name), arguments, keywords) if name in _CALLS:
            yield ast.Call(ast.Name(_CALLS[name], ast.Load()), arguments, keywords)
        case _:
            pass


def _other_results(value: ast.expr, returns: ast.expr | None) -> Iterator[ast.expr]:
    """Another result of the type that the function says it returns."""
    named = ast.unparse(returns) if returns is not None else ""
    if named == "bool":
        if not isinstance(value, ast.Constant) and not _is_plain(value):
            yield negated(value)
    elif named == "int":
        if not isinstance(value, ast.Constant):
            yield ast.BinOp(value, ast.Add(), ast.Constant(1))
    elif named == "bytes":
        yield ast.Constant(b"")
    elif not (isinstance(value, ast.Constant) and value.value is None) and named not in ("str", "None"):
        yield ast.Constant(None)


_OPERATORS: tuple[tuple[str, Callable[[ast.AST], Iterator[ast.AST]]], ...] = (
    ("negate", _negate),
    ("compare", _compare),
    ("constant", _constant),
    ("boolean", _boolean),
    ("logic", _logic),
    ("arithmetic", _arithmetic),
    ("drop", _drop),
    ("swap", _swap),
    ("call", _call),
)

KINDS = (*(kind for kind, _ in _OPERATORS), "return")
"""The names of all operators."""
