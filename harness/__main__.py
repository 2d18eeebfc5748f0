"""The command ``harness``, and ``python -m harness``: whatever happens, the process ends with a defined exit status.

The order matters. Signal handlers come first; until then Python itself is still starting, and a signal cannot be
handled. Then come the streams, then the command. The process ends by ``os._exit``, because Python's own shutdown waits
for threads and would show a Ctrl-C as a traceback.
"""

import os
import sys

from harness.signals import Signals


def main() -> None:
    """Run the command line and end the process with its exit status (README, "Exit status")."""
    signals = Signals()
    signals.take_over()
    os._exit(signals.guarded(_run))


def _run() -> int:
    try:
        from harness.cli.streams import Streams

        streams = Streams()
        from harness.cli import status_of

        return streams.status(status_of(sys.argv))
    except (MemoryError, OSError, ImportError, SystemError) as error:  # too few resources even to start
        said = " ".join(str(error).split()) or "out of memory"
        os.write(2, f"harness: cannot start: {said}: see ulimit -v and ulimit -n\n".encode())
        return 3


if __name__ == "__main__":
    main()
