"""A deadline on the host's clock: from then on, another thread calls a function repeatedly until it is told to stop."""

import threading
import time
from collections.abc import Callable

_AGAIN_S = 0.02


class Alarm:
    """A context manager. From ``at`` (a ``time.monotonic`` value) until the context ends, it calls ``act`` every 20 ms.

    ``act`` may set flags and nothing else: the emulator must never be stopped from another thread.
    """

    def __init__(self, at: float, act: Callable[[], None]) -> None:
        self._at = at
        self._act = act
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._wait, name="harness time limit", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _wait(self) -> None:
        if self._over.wait(min(max(0.0, self._at - time.monotonic()), threading.TIMEOUT_MAX)):
            return
        # Once is not enough: a vCPU that starts after the call gets a new CPU, whose flag is not set yet.
        self._act()
        while not self._over.wait(_AGAIN_S):
            self._act()
