"""vCPUs as a debugger's threads, numbered from 1, those of the main domain first, with their states in words."""

from harness.api import Machine
from harness.xen.domains.domain import Vcpu


class Threads:
    """The threads of one machine: always one for each vCPU, started or not."""

    def __init__(self, machine: Machine) -> None:
        self._xen = machine.xen
        main = machine.domain.number
        vcpus = sorted(machine.xen.vcpus.values(), key=lambda vcpu: (vcpu.key[0] != main, vcpu.key))
        self._keys = tuple(vcpu.key for vcpu in vcpus)

    @property
    def numbers(self) -> range:
        """All thread numbers."""
        return range(1, len(self._keys) + 1)

    def vcpu(self, number: int) -> Vcpu | None:
        """The vCPU of a thread; None if there is no thread of this number."""
        return self._xen.vcpus[self._keys[number - 1]] if number in self.numbers else None

    def number(self, vcpu: Vcpu | tuple[int, int]) -> int:
        """The number of a vCPU's thread."""
        key = vcpu.key if isinstance(vcpu, Vcpu) else vcpu
        return self._keys.index(key) + 1

    def words(self, vcpu: Vcpu) -> str:
        """What a vCPU is doing, in words."""
        level = f" at EL{vcpu.cpu.el}" if vcpu.has_cpu else ""
        for number, pcpu in enumerate(self._xen.scheduler.state.pcpus):
            if pcpu.current == vcpu.key:
                return f"running on pCPU {number}{level}"
        if vcpu.state.down:
            return f"off{level}" if vcpu.has_cpu else "never started"
        if vcpu.domain.state.shutdown is not None:
            return f"shut down{level}"
        if vcpu.state.blocked:
            return f"{'polling' if vcpu.state.polling else 'blocked'}{level}"
        return f"runnable{level}"
