"""Console input that a guest asked for on the way: the same bytes at the same instants, when that is played again."""

from harness.xen.hypervisor import Hypervisor


class PastInput:
    """Stands before the console's source of input (:attr:`harness.xen.console.Console.refill`), and remembers."""

    def __init__(self, xen: Hypervisor) -> None:
        self._xen = xen
        self._source = xen.console.refill
        self._given: dict[tuple[int, int], bytes] = {}
        """What a read got, by how many instructions had retired by then, and the time: one hypercall may read twice.
        Nothing is remembered, too."""
        self._again = b""
        """Input of a future that was forgotten: it is still to be read."""
        if self._source is not None:
            xen.console.refill = self._refill

    def forget_after(self, instructions: int) -> None:
        """What was read after that will be read anew."""
        later = sorted(at for at in self._given if at[0] > instructions)
        self._again = b"".join(self._given.pop(at) for at in later) + self._again

    def _refill(self, count: int) -> bytes:
        now = self._xen.retired_now, self._xen.host.now_ns()
        if now not in self._given:
            self._given[now] = self._read(count)
        return self._given[now]

    def _read(self, count: int) -> bytes:
        if self._again:
            data, self._again = self._again[:count], self._again[count:]
            return data
        assert self._source is not None
        return self._source(count)
