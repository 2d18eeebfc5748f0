"""A worker: it receives functions and their arguments over a socket, and sends their results back."""

import os
import signal
import sys
import traceback
from multiprocessing.connection import Connection


def main() -> None:
    """Work until the other end closes. Signals to the whole process group are ignored: the parent handles them."""
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
    """The reply to a request: ``result`` with its value, or ``shortage`` or ``error`` with a message."""
    import pickle

    from harness.shortage import shortage_of  # only now, because main() has to set sys.path first

    try:
        function, item = pickle.loads(request)
        return "result", function(item)
    except Exception as error:
        shortage = shortage_of(error)
        return ("error", traceback.format_exc()) if shortage is None else ("shortage", str(shortage))


if __name__ == "__main__":
    main()
