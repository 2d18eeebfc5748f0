"""A worker: functions and what they are called with come over a socket, and what they return goes back."""

import os
import signal
import sys
import traceback
from multiprocessing.connection import Connection


def main() -> None:
    """Work until the other end closes. Signals that are sent to a whole group are the parent's to answer."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    connection = Connection(int(sys.argv[1]))
    sys.path[:] = connection.recv()
    while True:
        try:
            request = connection.recv_bytes()
        except EOFError:
            os._exit(0)
        connection.send(_answer(request))


def _answer(request: bytes) -> tuple[str, object]:
    """What it comes to, as ``result``; or in words, as ``shortage`` or ``error``."""
    import pickle

    from harness.shortage import shortage_of  # now that the path is the starter's

    try:
        function, item = pickle.loads(request)
        return "result", function(item)
    except Exception as error:
        shortage = shortage_of(error)
        return ("error", traceback.format_exc()) if shortage is None else ("shortage", str(shortage))


if __name__ == "__main__":
    main()
