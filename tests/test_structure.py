"""What imports what: rooms downwards only, and no circle of modules but those declared here.

Every import counts: at the top of a module, for types only, and inside a function.
"""

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import harness

PACKAGE = Path(harness.__file__).parent

ROOMS = (
    {"__main__"},
    {"cli"},
    {"pytest_plugin"},
    {"explore"},
    {"conform"},
    {"campaign"},
    {"oracle"},
    {"packages"},
    {"debug"},
    {"", "api", "models"},
    {"xen"},
    {"platform"},
    {"guest"},
    {"machine"},
    {"events"},
    {"abi"},
    {"files", "processes", "temporary"},
    {"shortage", "signals", "size", "words"},
    {"errors"},
)
"""From top to bottom; "" is the package itself, which hands out the public API."""

UPWARDS = {
    (
        "harness.api",
        "harness.debug.traps",
    ): "Machine.traps() is a method for convenience, and imports when it is called",
}

CIRCLES = {
    frozenset({"harness.api", "harness.debug.traps"}): "see UPWARDS",
    frozenset({"harness.guest.asm.expression", "harness.guest.asm.sections"}): (
        "a value may be a place in a section, and what a section holds are expressions"
    ),
    frozenset({"harness.pytest_plugin", "harness.pytest_plugin.guest_file"}): (
        "every pytest run loads the plug-in, so it imports what needs an emulator when the first guest is collected"
    ),
}
XEN_DATA = {
    *("outcome", "moved", "domains.el2", "domains.state", "event_channels.state", "interrupts.mmio_instruction"),
    *("memory.frames", "memory.grant_state", "memory.guest_walk", "memory.ownership", "memory.p2m", "memory.shortfall"),
    *("models.releases", "models.interrupt_releases", "runstate.area", "runstate.info", "runstate.publication"),
}
XEN_IDENTITY = {"host", "console", "domains.domain"}


def name_of(path: Path) -> str:
    parts = ("harness", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> Mapping[str, str]:
    return {name_of(path): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


def imported(module: str) -> Iterable[str]:
    """The modules of the harness that a module's source names in its imports."""
    for node in ast.walk(ast.parse(sources()[module])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in sources() else node.module or "" for name in names)


@cache
def graph() -> Mapping[str, frozenset[str]]:
    return {module: frozenset(imported(module)) & sources().keys() - {module} for module in sources()}


def circles() -> set[frozenset[str]]:
    """Sets of modules each of which imports, directly or not, every other (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = set()

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in graph()[module]:
            if other not in index:
                visit(other)
            if other in stack:
                low[module] = min(low[module], low[other])
        if low[module] == index[module]:
            at = stack.index(module)
            if len(stack) - at > 1:
                found.add(frozenset(stack[at:]))
            del stack[at:]

    for module in graph():
        if module not in index:
            visit(module)
    return found


def level(module: str) -> int:
    room = [*module.split("."), ""][1]
    found = [number for number, rooms in enumerate(ROOMS) if room in rooms]
    assert found, f"{module} is in no room that has a place in ROOMS"
    return found[0]


def test_no_modules_import_each_other_in_a_circle_but_those_declared() -> None:
    assert circles() <= CIRCLES.keys()


def test_rooms_import_downwards_only() -> None:
    upwards = {
        (module, other) for module, others in graph().items() for other in others if level(other) < level(module)
    }
    assert upwards == UPWARDS.keys()


def xen(module: str) -> str:
    return module.removeprefix("harness.xen.")


def test_in_the_hypervisor_state_is_below_domains_and_what_acts_on_them_above() -> None:
    within = {
        xen(module): {xen(other) for other in others if other.startswith("harness.xen.")}
        for module, others in graph().items()
        if module.startswith("harness.xen.")
    }
    assert within.keys() >= XEN_DATA | XEN_IDENTITY
    assert {module: within[module] - XEN_DATA for module in XEN_DATA if within[module] - XEN_DATA} == {}
    low = XEN_DATA | XEN_IDENTITY
    assert {module: within[module] - low for module in XEN_IDENTITY if within[module] - low} == {}


def test_nothing_of_the_hypervisor_knows_the_file_that_wires_it() -> None:
    assert {module for module, others in graph().items() if "harness.xen.wiring" in others} == {"harness.api"}


def test_the_hypervisor_needs_no_import_that_is_for_types_only() -> None:
    assert [module for module, text in sources().items() if ".xen" in module and "TYPE_CHECKING" in text] == []
