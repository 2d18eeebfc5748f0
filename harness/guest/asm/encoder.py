"""Encodes instructions by Keystone, in a child process with a time limit.

Keystone gets only the text of single plain instructions, and must return exactly one word for each. If the batch is
refused, or crashes or hangs the child, the texts are tried one by one to find the instructions at fault.
"""

import contextlib
import importlib.util
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from harness.errors import ToolMissing
from harness.processes.start import ChildKind, Leashed

TIME_LIMIT_S = 30.0
"""For all of the instructions of a source; 20,000 take 0.1 s."""
MAX_FAILURES = 20
CHILD = Path(__file__).with_name("keystone_child.py")
_LIBRARIES = ("libkeystone.so", "libkeystone.dylib", "keystone.dll", "libkeystone.so.0")


class Unencodable(NamedTuple):
    """Keystone's answer to an instruction that it cannot encode."""

    reason: str


def library() -> str:
    """Find Keystone's shared library without loading it. Raises ToolMissing."""
    spec = importlib.util.find_spec("keystone")
    for directory in (spec.submodule_search_locations or []) if spec else []:
        for name in _LIBRARIES:
            path = Path(directory) / name
            if path.is_file():
                return str(path)
    raise ToolMissing("assembling a source needs Keystone: pip install keystone-engine (ELF and Image guests do not)")


class Encoder:
    """A child process, started early so that it is ready when the texts are."""

    def __init__(self, time_limit_s: float = TIME_LIMIT_S) -> None:
        self._limit = time_limit_s
        self._library = library()
        self._child: subprocess.Popen[bytes] | None = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return Leashed(
            [str(CHILD), self._library], ChildKind.SCRIPT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        )

    def close(self) -> None:
        """End the child if it has not been used."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def encode(self, texts: Sequence[str]) -> list[bytes | Unencodable]:
        """Return each instruction's four bytes, or why it has none; after MAX_FAILURES the rest is Unencodable."""
        if not texts:
            return []
        answer, _ = self._ask(b"batch", texts)
        if answer and answer[0] != "!":
            words = bytes.fromhex(answer[0])
            return [words[i : i + 4] for i in range(0, len(words), 4)]
        # The batch failed, and Keystone does not say where. One by one; if the child dies, the first text without an
        # answer is at fault, and a new child continues after it.
        results: list[bytes | Unencodable] = []
        failures = 0
        while len(results) < len(texts):
            answers, ending = self._ask(b"single", texts[len(results) :])
            results += [Unencodable(line[2:]) if line[0] == "!" else bytes.fromhex(line) for line in answers]
            failures = sum(isinstance(result, Unencodable) for result in results)
            if len(results) < len(texts):
                results.append(Unencodable(ending))
                failures += 1
            if failures >= MAX_FAILURES:
                break
        return results + [Unencodable("not tried")] * (len(texts) - len(results))

    def _ask(self, mode: bytes, texts: Sequence[str]) -> tuple[list[str], str]:
        """Return the complete lines of a child's answer, and how the child ended."""
        late = False
        child = self._child or self._start()
        self._child = None
        request = b"\n".join((mode, *(text.encode("utf-8", "surrogateescape") for text in texts)))
        try:
            output, _ = child.communicate(request, timeout=self._limit)
            ending = (
                "Keystone ended the process"
                if child.returncode >= 0
                else f"Keystone crashed (signal {-child.returncode})"
            )
        except subprocess.TimeoutExpired:
            late = True
            child.kill()
            output, _ = child.communicate()
            if child.stdin is not None:
                with contextlib.suppress(BrokenPipeError):
                    child.stdin.close()
            ending = f"Keystone did not answer within {self._limit:g} s"
        ready, *lines = output.decode("ascii", "replace").split("\n")
        if ready != "ready" and not late:
            raise ToolMissing(f"Keystone does not load on this machine: {self._library}")
        return lines[:-1], ending
