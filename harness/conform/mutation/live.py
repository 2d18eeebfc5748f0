"""Puts a mutant into the running process: the functions that are there get other code, and nothing is imported anew.

A function that others hold (bound, in a table, wrapped by a decorator, in a closure) is the same object after that, so
every call of it runs the changed code. The functions are found among all objects of the process, so none is forgotten.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType


class LiveFunctions:
    """All functions that exist now and whose source is below ``directory``, by file, qualified name and first line."""

    def __init__(self, directory: str) -> None:
        self._found: dict[tuple[str, str, int], list[FunctionType]] = {}
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(directory):
                self._found.setdefault(_key(each.__code__), []).append(each)

    @contextmanager
    def changed(self, code: CodeType) -> Iterator[None]:
        """For a while, give the code that is among ``code``'s constants, at any depth, to the functions it is of."""
        before = [
            (each, each.__code__, new)
            for new in nested(code)
            for each in self._found.get(_key(new), ())
            if each.__code__ != new  # of a class, only one method is another: the rest may be changed by others
        ]
        try:
            for function, _, new in before:
                function.__code__ = new
            yield
        finally:
            for function, old, _ in before:
                function.__code__ = old


def nested(code: CodeType) -> Iterator[CodeType]:
    """All code that is among the constants of some code, at any depth."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from nested(constant)


def _key(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno
