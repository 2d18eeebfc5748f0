"""SIGINT, SIGTERM and SIGHUP as the end of a command: its status is 128 and the number, and nobody sees a traceback.

This is the first module that the command loads, so it needs nothing but what Python has loaded by itself.
"""

import _signal  # type: ignore[import-not-found]  # not signal: it loads enum first, and a Ctrl-C then is a traceback
import _thread
import os
import sys
import time

from harness.errors import Interrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

ENDING = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP)
_IMPATIENT = 3
"""That many signals end the command even while it cleans up."""


class Signals:
    """What the signals do: they end the process at once, but unwind an action that is :meth:`guarded`, and only once.

    Further ones leave the cleaning up alone; the third ends that, too.
    """

    def __init__(self) -> None:
        self.number = 0
        """The signal that came, or 0."""
        self._count = 0
        self._unwinds = False

    def take_over(self) -> None:
        """From now on; signals that were ignored when the process began (nohup) stay ignored."""
        for number in ENDING:
            if _signal.getsignal(number) != _signal.SIG_IGN:
                _signal.signal(number, self._arrived)
        sys.unraisablehook = self._unraisable

    def guarded(self, action: "Callable[[], int]") -> int:
        """Do it and return its status, or that of the signal that ended it by :class:`Interrupted`."""
        status = 0
        try:
            self._unwinds = True
            status = action()
            self._unwinds = False
        except Interrupted:
            pass
        return 128 + self.number if self.number else status

    def _arrived(self, number: int, _frame: "FrameType | None") -> None:
        self._count += 1
        if not self._unwinds or self._count >= _IMPATIENT:
            os._exit(128 + (self.number or number))
        if not self.number:
            self.number = number
            raise Interrupted(number)

    def _unraisable(self, what: "sys.UnraisableHookArgs") -> None:
        """Where C code calls Python (an emulator's hook, a finalizer), no exception gets through: try again, soon."""
        if not isinstance(what.exc_value, Interrupted):
            sys.__unraisablehook__(what)
            return
        number, self.number = self.number, 0
        _thread.start_new_thread(_send_soon, (number,))


def _send_soon(number: int) -> None:
    time.sleep(0.001)
    os.kill(os.getpid(), number)
