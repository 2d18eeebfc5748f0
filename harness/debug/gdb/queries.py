"""A debugger's queries about the target: features, threads, descriptions. They change nothing."""

from xml.sax.saxutils import escape, quoteattr

from harness.debug.gdb.arguments import EINVAL, PacketRefused, address_and_length, number
from harness.debug.gdb.packets import MOST_BYTES
from harness.debug.gdb.target import GdbTarget
from harness.debug.gdb.target_xml import target_xml

SUPPORTED = b";".join(
    (
        b"PacketSize=%x" % MOST_BYTES,
        b"QStartNoAckMode+",
        b"qXfer:features:read+",
        b"qXfer:threads:read+",
        b"vContSupported+",
        b"swbreak+",
        b"hwbreak+",
        b"ReverseStep+",
        b"ReverseContinue+",
    )
)
_HOST = b"triple:%b;endian:little;ptrsize:8;watchpoint_exceptions_received:before;" % (
    b"aarch64-unknown-unknown".hex().encode()
)
"""For lldb: the kind of target, and that a watchpoint stops before the access."""


class Queries:
    """Answers to ``q`` packets."""

    def __init__(self, target: GdbTarget) -> None:
        self._target = target

    def answer(self, text: bytes) -> bytes:
        """Answer the query ``text``, given without its q; an unknown query gets an empty answer."""
        name, _, rest = text.partition(b":")
        match name:
            case b"Supported":
                return SUPPORTED
            case b"Attached":
                return b"1"
            case b"fThreadInfo":
                return b"m" + b",".join(b"%02x" % thread for thread in self._target.threads.numbers)
            case b"sThreadInfo":
                return b"l"
            case b"HostInfo":
                return _HOST
            case b"Offsets":
                shift = self._target.machine.domain.load_shift
                return b"Text=%x;Data=%x;Bss=%x" % (shift, shift, shift)
            case b"Symbol":
                return b"OK"
            case b"Xfer":
                return self._transfer(rest)
        if text.startswith(b"ThreadExtraInfo,"):
            return self._thread_words(number(text.partition(b",")[2])).encode().hex().encode()
        return b""

    def _thread_words(self, thread: int) -> str:
        vcpu = self._target.threads.vcpu(thread)
        if vcpu is None:
            raise PacketRefused(EINVAL)
        return f"{vcpu} {self._target.threads.words(vcpu)}"

    def _transfer(self, text: bytes) -> bytes:
        """Return the part of a document that ``OBJECT:read:ANNEX:OFFSET,LENGTH`` names."""
        match text.split(b":"):
            case [b"features", b"read", b"target.xml", part]:
                document = target_xml()
            case [b"features", b"read", _, _]:
                return b"E00"
            case [b"threads", b"read", b"", part]:
                document = self._threads_xml()
            case _:
                return b""
        offset, length = address_and_length(part)
        chunk = document[offset : offset + min(length, MOST_BYTES // 2)]
        return (b"m" if offset + len(chunk) < len(document) else b"l") + chunk

    def _threads_xml(self) -> bytes:
        threads = self._target.threads
        lines = []
        for thread in threads.numbers:
            vcpu = threads.vcpu(thread)
            assert vcpu is not None
            lines.append(f'<thread id="{thread:x}" name={quoteattr(str(vcpu))}>{escape(threads.words(vcpu))}</thread>')
        return f'<?xml version="1.0"?><threads>{"".join(lines)}</threads>'.encode()
