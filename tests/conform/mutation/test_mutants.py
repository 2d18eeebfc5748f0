"""Mutants are found in every function, each is what its name says, and none is made of what no guest can see."""

import textwrap
from collections import Counter
from typing import Any

import pytest

from harness.conform.mutation.live import LiveFunctions, nested
from harness.conform.mutation.mutants import PACKAGE, MutatedModule, paths_of, read_module
from harness.conform.mutation.operators import KINDS


def changes(source: str) -> set[tuple[str, str, str]]:
    module = MutatedModule("xen/synthetic.py", textwrap.dedent(source))
    return {(mutant.kind, mutant.before, mutant.after) for mutant in module.mutants}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("if x: pass", {("negate", "if x:", "if not x:")}),
        ("if not x: pass", {("logic", "if not x:", "if x:")}),
        ("if x < 3: pass", {("compare", "if x < 3:", "if x <= 3:"), ("constant", "if x < 3:", "if x < 4:")}),
        ("if x == y: pass", {("compare", "if x == y:", "if x != y:")}),
        ("while x and y: pass", {("logic", "while x and y:", "while x or y:")}),
        ("x += y", {("arithmetic", "x += y", "x -= y"), ("drop", "x += y", "")}),
        ("f(x, y)", {("swap", "f(x, y)", "f(y, x)"), ("drop", "f(x, y)", "")}),
        (
            "y.z = x & ~y",
            {("arithmetic", "y.z = x & ~y", "y.z = x | ~y"), ("arithmetic", "y.z = x & ~y", "y.z = x & y")},
        ),
        ("y.z = True", {("boolean", "y.z = True", "y.z = False")}),
        ("y.z = min(x, y)", {("call", "y.z = min(x, y)", "y.z = max(x, y)"), ("drop", "y.z = min(x, y)", "")}),
        ("return x", {("return", "return x", "return None")}),
        ("return 0", {("constant", "return 0", "return -1"), ("constant", "return 0", "return 1")}),
        ("for z in x:\n        break", {("drop", "break", "continue")}),
        ("raise OSError(1 + 2)", {("drop", "raise OSError(1 + 2)", "")}),
        ("match x:\n        case 1: pass", {("drop", "case 1:", "case 1 if False:")}),
    ],
)
def test_every_kind_of_change_is_made(statement: str, expected: set[tuple[str, str, str]]) -> None:
    found = changes(f"def f(x, y):\n    {statement}\n")
    assert expected <= found
    assert {kind for kind, _, _ in found} <= set(KINDS)


def test_another_result_is_of_the_type_that_the_function_says() -> None:
    def results(returns: str) -> set[str]:
        return {after for kind, _, after in changes(f"def f(x) -> {returns}:\n    return x") if kind == "return"}

    assert results("int") == {"return x + 1"}
    assert results("bool") == {"return not x"}
    assert results("bytes") == {"return b''"}
    assert results("list[int]") == {"return None"}
    assert results("str") == set()


@pytest.mark.parametrize(
    "statement",
    [
        '"""A text, and nothing else: 1 + 1."""',
        "assert x < y",
        "self.events.emit(Event(1, 2))",
        "self.host.log(f'{x + 1}')",
        "self.domain.log_for(x, y)",
        "_log(x, y)",
        "if self.events.of(Event):\n        self.events.emit(Event(x + 1))",
        "if self._on_step:\n        later = x + 1",
        "z: int",
        "raise OSError(f'{x + 1}') from None",
        "raise InputError(x, y)",
        "raise wrong_answer(x, y) from None",
        "blame(x, y)",
        "return f'{x + 1}'",
    ],
)
def test_what_no_guest_can_see_is_left_alone(statement: str) -> None:
    source = f"def f(self, x, y) -> str:\n    {statement}\n"
    assert {(kind, after) for kind, _, after in changes(source)} <= {("drop", "")}
    assert statement.startswith("raise OSError") or changes(source) == set()


def test_only_what_runs_when_a_function_is_called_is_mutated() -> None:
    source = """
        LIMIT = 1 + 1
        class Table:
            size: int = 3
            @decorated(4)
            def f(self, x=5) -> "list[6]":
                return x
            def __repr__(self):
                return str(7)
        TABLE = {8: lambda x: x + 9}
    """
    numbers = {each for _, before, _ in changes(source) for each in before if each.isdigit()}
    assert numbers == {"9"}
    assert ("return", "return x", "return None") in changes(source)


def test_a_name_stays_when_other_lines_move_and_two_of_the_same_differ() -> None:
    source = "def f(x):\n    g(x)\n    g(x)\n"
    moved = "# a comment\nimport os\n\n\ndef f( x ):\n    g( x )  # more\n    os.x(y)\n    g(\n        x)\n"
    before = [mutant.name for mutant in MutatedModule("xen/a.py", source).mutants]
    after = [mutant.name for mutant in MutatedModule("xen/a.py", moved).mutants]
    assert before == ["xen/a.py: f: drop: g(x) -> dropped", "xen/a.py: f: drop: g(x) -> dropped #2"]
    assert set(before) <= set(after)


def test_a_names_only_assignment_is_not_dropped_for_python_itself_would_notice() -> None:
    found = changes("def f(x):\n    y = x\n    x = y\n    z, w = x\n    return y")
    assert {before for kind, before, _ in found if kind == "drop"} == {"x = y"}


def test_every_mutant_of_the_hypervisor_has_a_name_of_its_own_and_code_that_compiles() -> None:
    seen: Counter[str] = Counter()
    for path in paths_of():
        module = read_module(path)
        for mutant in module.mutants[::40]:
            assert module.code(mutant).co_filename == str(PACKAGE / path)
        seen.update(mutant.name for mutant in module.mutants)
    assert [name for name, times in seen.items() if times > 1] == []
    assert len(seen) > 5000


def test_no_two_functions_of_the_hypervisor_begin_on_one_line_with_one_name() -> None:
    for path in paths_of():
        code = compile((PACKAGE / path).read_text(), path, "exec")
        seen = Counter((each.co_qualname, each.co_firstlineno) for each in nested(code) if "<lambda>" in each.co_name)
        assert [key for key, times in seen.items() if times > 1] == []


SOURCE = """
import functools
class Base:
    def who(self):
        return 1
class Derived(Base):
    def who(self):
        return super().who() + 1
    @functools.cached_property
    def cached(self):
        return 10
    @staticmethod
    def free():
        return 20
@functools.cache
def remembered(x):
    return x + 30
TABLE = {"key": lambda: 40}
held = Derived().who
"""


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("return super().who() + 2", (3, 10, 20, 30, 40)),
        ("return 11", (2, 11, 20, 30, 40)),
        ("return 21", (2, 10, 21, 30, 40)),
        ("return x + 31", (2, 10, 20, 31, 40)),
        ("lambda: 41", (2, 10, 20, 30, 41)),
    ],
)
def test_functions_that_others_hold_get_the_code_of_the_mutant(after: str, expected: tuple[int, ...]) -> None:
    path = "xen/synthetic.py"
    space: dict[str, Any] = {"__name__": "synthetic"}
    exec(compile(SOURCE, str(PACKAGE / path), "exec"), space)
    module, live = MutatedModule(path, SOURCE), LiveFunctions(str(PACKAGE / path))
    (mutant,) = [mutant for mutant in module.mutants if mutant.after == after]

    def results() -> tuple[int, ...]:
        derived = space["Derived"]()
        space["remembered"].cache_clear()
        return space["held"](), derived.cached, derived.free(), space["remembered"](0), space["TABLE"]["key"]()

    before = results()
    with live.changed(module.code(mutant)):
        assert results() == expected
    assert results() == before
