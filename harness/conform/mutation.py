"""Shows that rules bite: the model is broken on purpose, and the rule must come out otherwise.

A mutation changes one place in a source file of the harness. Each is tried in a forked child, which forgets the
changed module and all that import it, directly or not, and imports them anew. A mutation whose place is not found
exactly once is stale, and one under which the harness itself fails shows nothing: both are problems, and not bites.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import re
import signal
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType, ModuleType

from harness.conform.case_images import load_case
from harness.conform.catalogue import CONFIGURATIONS, Case, Configuration, Mutation, Rule
from harness.conform.session import DEAD_WORKER, ShouldStop
from harness.errors import InputError
from harness.guest import Guest
from harness.processes.start import fork
from harness.processes.workers import LOST, in_order

PACKAGE = Path(__file__).resolve().parent.parent

TOGETHER = 8
"""So many rules are tried by one worker, one after the other: neighbours share a case, which it then has loaded."""

LIMIT_S = 30
"""A broken model may hang: a child that takes longer is ended, which is a problem of the mutation."""

_IMPORT = re.compile(r"^\s*(?:from (harness[\w.]*) import (\([^)]*\)|.*)|import (harness[\w.]*))", re.MULTILINE)


@dataclass(frozen=True)
class Bite:
    """A rule under its mutation: what it says of the whole model, and of the broken one."""

    rule: Rule
    configuration: Configuration | None
    whole: str | None = None
    broken: str | None = None
    problem: str = ""
    """Why nothing could be said; empty if something could."""

    @property
    def caught(self) -> bool:
        """Whether the rule noticed."""
        return not self.problem and self.whole != self.broken


def mutated_source(mutation: Mutation) -> str:
    """The text of the mutation's file with the mutation in it. Raises InputError if that is not to be had."""
    try:
        text = (PACKAGE / mutation.file).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"mutation {mutation.name}: {mutation.file}: {error.strerror}") from None
    found = text.count(mutation.old)
    if found != 1:
        raise InputError(f"mutation {mutation.name}: its place is found {found} times in {mutation.file}, not once")
    return text.replace(mutation.old, mutation.new)


def try_mutations(rules: Sequence[Rule], jobs: int = 1, stop: ShouldStop = lambda: False) -> Iterator[Bite]:
    """Try the mutation of every rule that has one, in the first configuration in which the rule can be asked.

    Ends early once ``stop`` says so: it is asked before each is handed out.
    """
    tried = [rule for rule in rules if rule.mutation is not None]
    parts = [tuple(tried[at : at + TOGETHER]) for at in range(0, len(tried), TOGETHER)]
    with closing(in_order(_bites, parts, jobs, stop)) as every_part:
        for part, found in zip(parts, every_part, strict=False):  # fewer, if it is to stop
            yield from (Bite(rule, None, problem=DEAD_WORKER) for rule in part) if found is LOST else found


def _bites(rules: Sequence[Rule]) -> list[Bite]:
    return [bite(rule) for rule in rules]


def bite(rule: Rule) -> Bite:
    """Try one rule's mutation. Forks: to be called in a process without threads."""
    assert rule.mutation is not None
    configuration = next((each for each in CONFIGURATIONS if rule.applies(each)), None)
    if configuration is None:
        return Bite(rule, None, problem="no configuration can ask it")
    try:
        changed = compile(mutated_source(rule.mutation), rule.mutation.file, "exec")
        guest = _guest(rule.case)
    except (InputError, SyntaxError) as error:
        return Bite(rule, configuration, problem=str(error))
    whole = _whole(rule.case, rule.mutation.model, configuration)
    name = "harness." + rule.mutation.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    broken = _in_child(rule.mutation.model, configuration, guest, name, changed)
    problem = whole.get("problem") or broken.get("problem") or ""
    return Bite(rule, configuration, _outcome(rule, whole), _outcome(rule, broken), problem)


def _outcome(rule: Rule, said: Mapping[str, str]) -> str:
    return (
        f"end={said.get('end')}" if rule.by_end else said.get(rule.id, f"nothing; the guest's end: {said.get('end')}")
    )


@lru_cache(maxsize=8)
def _whole(case: str, model: str, configuration: Configuration) -> Mapping[str, str]:
    """What the case says when nothing is broken. In this process: children start with what it has loaded for that."""
    return _ask(model, configuration, _guest(case))


@lru_cache(maxsize=8)
def _guest(case: str) -> Guest:
    return load_case(Case(case, ()).source)


@lru_cache(maxsize=1)
def _importers() -> Mapping[str, frozenset[str]]:
    """Which loaded modules of the harness import each of them, as their sources say."""
    found: dict[str, set[str]] = {}
    for importer in _harness_modules():
        text = Path(sys.modules[importer].__file__ or "").read_text(encoding="utf-8")
        for source, names, plain in _IMPORT.findall(text):
            for imported in (source, plain, *(f"{source}.{name}" for name in re.findall(r"\w+", names))):
                found.setdefault(imported, set()).add(importer)
    return {imported: frozenset(importers) for imported, importers in found.items()}


def _harness_modules() -> list[str]:
    return [name for name in sys.modules if name == "harness" or name.startswith("harness.")]


def _affected(name: str) -> set[str]:
    """A module and all that import it, directly or not."""
    found: set[str] = set()
    to_do = {name}
    while to_do:
        found |= to_do
        to_do = {importer for each in to_do for importer in _importers().get(each, ())} - found
    return found


class _Broken(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from other code than its source's."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name = name
        self._code = code

    def find_spec(
        self, fullname: str, path: object, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        file = PACKAGE / self._code.co_filename
        spec = importlib.util.spec_from_loader(fullname, self, origin=str(file), is_package=file.stem == "__init__")
        assert spec is not None
        spec.has_location = True
        if file.stem == "__init__":
            spec.submodule_search_locations = [str(file.parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)


def _in_child(model: str, configuration: Configuration, guest: Guest, changed: str, code: CodeType) -> dict[str, str]:
    """What a guest says in a forked child with a changed module, by ID, and its ``end``; or the ``problem``."""
    affected = _affected(changed)
    read, write = os.pipe()
    child = fork()
    if child == 0:
        signal.alarm(LIMIT_S)
        try:
            _forget(affected)
            sys.meta_path.insert(0, _Broken(changed, code))
            said = _ask(model, configuration, guest)
        except BaseException:
            said = {"problem": traceback.format_exc()}
        with os.fdopen(write, "w", encoding="utf-8") as pipe:
            json.dump(said, pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    found: dict[str, str] = json.loads(answer) if answer else {"problem": f"the child ended with {status:#x}"}
    return found


def _forget(names: Iterable[str]) -> None:
    """Have modules imported anew: neither the table of modules nor the package that they are in knows them any more."""
    for name in names:
        sys.modules.pop(name, None)
        package, _, attribute = name.rpartition(".")
        if package in sys.modules:
            vars(sys.modules[package]).pop(attribute, None)


def _ask(model: str, configuration: Configuration, guest: Guest) -> dict[str, str]:
    from harness.conform.subject import ModelSubject  # here, for a child must find the changed one

    answer = ModelSubject.of(model).ask(guest, configuration)
    return {**answer.reports, "end": answer.end.value}
