"""Several processes that process a list of items; the results come in the order of the list.

A worker has one item at a time, so a worker that dies loses only that item.
"""

import pickle
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from enum import Enum
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from harness.errors import ResourceShortage
from harness.processes.start import ChildKind, Leashed

SCRIPT = str(Path(__file__).with_name("worker.py"))
TICK_S = 0.1
"""Seconds between two calls of ``stop`` while no result arrives."""

Item = TypeVar("Item")
ItemResult = TypeVar("ItemResult")


class Lost(Enum):
    """The result of an item whose worker has died."""

    LOST = "a worker process died"


LOST: Literal[Lost.LOST] = Lost.LOST


class _Worker:
    """A process and the connection to it."""

    def __init__(self) -> None:
        ours, its = socket.socketpair()
        with its:
            fd = its.fileno()
            command = [SCRIPT, str(fd)]
            self._process = Leashed(command, ChildKind.SCRIPT, isolated=False, pass_fds=(fd,), stdin=subprocess.DEVNULL)
        self.connection = Connection(ours.detach())
        self.connection.send(sys.path)

    def ask(self, function: Callable[[Item], object], item: Item) -> None:
        """Send an item; whether the worker has died is noticed when its answer is read."""
        with suppress(OSError):
            self.connection.send_bytes(pickle.dumps((function, item)))

    def end(self) -> None:
        """End the process now, whatever it is doing."""
        self.connection.close()
        with self._process:
            self._process.kill()


def in_order(
    function: Callable[[Item], ItemResult], items: Sequence[Item], jobs: int, stop: Callable[[], bool] = lambda: False
) -> Generator[ItemResult | Literal[Lost.LOST]]:
    """Yield ``function(item)`` for each item, computed in ``jobs`` processes. All must be picklable.

    An exception in a worker is raised here as RuntimeError with the worker's traceback, or as ResourceShortage. When
    ``stop`` returns True, the generator ends at once, and unfinished items are dropped.
    """
    waiting = deque(enumerate(items))
    workers: list[_Worker] = []
    idle: list[_Worker] = []
    busy: dict[Connection, tuple[_Worker, int]] = {}
    done: dict[int, ItemResult | Literal[Lost.LOST]] = {}

    def hand_out() -> None:
        while waiting and len(busy) < jobs:
            if not idle:
                workers.append(_Worker())
                idle.append(workers[-1])
            worker = idle.pop()
            index, item = waiting.popleft()
            busy[worker.connection] = worker, index
            worker.ask(function, item)

    try:
        # Results arrive in any order; ``done`` keeps those that come before their turn.
        hand_out()
        for index in range(len(items)):
            while index not in done:
                for connection in wait(list(busy), TICK_S):
                    worker, finished = busy.pop(cast(Connection, connection))
                    try:
                        done[finished] = _result(worker)
                        idle.append(worker)
                    except (EOFError, OSError):  # killed because memory was short, or ended by a model's own code
                        done[finished] = LOST
                if stop():
                    return
                hand_out()
            yield done.pop(index)
    finally:
        for worker in workers:
            worker.end()


def _result(worker: _Worker) -> Any:
    kind, answer = worker.connection.recv()
    if kind == "shortage":
        raise ResourceShortage(answer)
    if kind == "error":
        raise RuntimeError(f"in a worker:\n{answer}")
    return answer
