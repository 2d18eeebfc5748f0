"""A time of the host at which something is done from another thread, again and again until somebody looks at it."""

import threading
import time
from collections.abc import Callable

_AGAIN_S = 0.02


class Alarm:
    """While its context lasts: from ``at`` (of ``time.monotonic``) on, ``act`` is called every 20 ms.

    ``act`` may set flags, and nothing else: the emulator must never be stopped from another thread.
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
        self._act()
        while not self._over.wait(_AGAIN_S):
            self._act()
