"""Console input during replay: a guest reads the same bytes at the same instants as the first time."""

from harness.xen.hypervisor import Hypervisor


class PastInput:
    """Wraps the console's source of input (:attr:`harness.xen.console.Console.refill`) and records what it returns."""

    def __init__(self, xen: Hypervisor) -> None:
        self._xen = xen
        self._source = xen.console.refill
        self._given: dict[tuple[int, int], bytes] = {}
        """What each read returned, by instructions retired and time; one hypercall may read twice.

        Empty reads are recorded, too.
        """
        self._again = b""
        """Input of a discarded future: the user has typed it already, so it is read again before anything else."""
        if self._source is not None:
            xen.console.refill = self._refill

    def forget_after(self, instructions: int) -> None:
        """Forget what was read after ``instructions``: it will be read again."""
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
