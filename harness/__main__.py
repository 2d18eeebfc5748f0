"""The command ``harness``, and ``python -m harness``: everything from the first line to the last has a status.

The order is what matters here. Signals come first; before them Python itself is still starting, and nothing can be
done. Then the streams, then the command; the process ends without Python's own farewell, in which threads are waited
for and a Ctrl-C would be shown as a traceback.
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
    except (MemoryError, OSError, ImportError, SystemError) as error:  # too little of something even to begin
        said = " ".join(str(error).split()) or "out of memory"
        os.write(2, f"harness: cannot start: {said}: see ulimit -v and ulimit -n\n".encode())
        return 3


if __name__ == "__main__":
    main()
