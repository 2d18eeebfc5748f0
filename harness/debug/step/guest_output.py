"""The guests' console output during a session, line by line, with the prefixes that Xen gives its domains."""

from collections.abc import Callable

from harness.events import ConsoleOutput, EventBus, XenLog


def show_guest_output(events: EventBus, say: Callable[[str], None]) -> None:
    """Pass every complete line of a guest's console to ``say``, as ``(d1) line``, and Xen's log as ``(XEN) line``."""
    begun: dict[int, bytes] = {}

    def on_output(event: ConsoleOutput) -> None:
        *whole, rest = (begun.get(event.domain, b"") + event.data).split(b"\n")
        begun[event.domain] = rest
        for line in whole:
            say(f"(d{event.domain}) {_printable(line)}")

    events.listen(ConsoleOutput, on_output)
    events.listen(XenLog, lambda event: say(f"(XEN) {_printable(event.line.encode())}"))


def _printable(line: bytes) -> str:
    """Replace control characters, with which a guest could take control of the user's terminal."""
    return "".join(char if char.isprintable() else "?" for char in line.decode("utf-8", "replace").rstrip("\r"))
