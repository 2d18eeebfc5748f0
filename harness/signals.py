"""SIGINT, SIGTERM and SIGHUP end a command: its exit status is 128 plus the number, and no traceback is shown.

This is the first module that the command loads, so it imports only what Python has already loaded by itself.
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
"""This many signals end the command even while it cleans up."""


class Signals:
    """What the signals do: they end the process at once, except during a :meth:`guarded` action, which is unwound once.

    Further signals do not disturb the cleaning up; the third one ends that, too.
    """

    def __init__(self) -> None:
        self.number = 0
        """The signal that came, or 0."""
        self._count = 0
        self._unwinds = False

    def take_over(self) -> None:
        """Handle the signals from now on; those that were ignored when the process began (nohup) stay ignored."""
        for number in ENDING:
            if _signal.getsignal(number) != _signal.SIG_IGN:
                _signal.signal(number, self._arrived)
        sys.unraisablehook = self._unraisable

    def guarded(self, action: "Callable[[], int]") -> int:
        """Perform ``action`` and return its status, or 128 plus the signal that ended it by :class:`Interrupted`."""
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
        """Send the signal again soon if it came while C code was calling Python (an emulator's hook, a finalizer)."""
        # No exception passes through such C code, so Interrupted was lost there.
        if not isinstance(what.exc_value, Interrupted):
            sys.__unraisablehook__(what)
            return
        number, self.number = self.number, 0
        _thread.start_new_thread(_send_soon, (number,))


def _send_soon(number: int) -> None:
    time.sleep(0.001)
    os.kill(os.getpid(), number)
