"""What a hypercall handler is given besides the vCPU and its registers."""

from collections.abc import Callable

from harness.abi.errno import Errno
from harness.machine.exits import BudgetSpent
from harness.xen.console import Console
from harness.xen.domains.control import DomainControl
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.host import Host

STEP_NS = 1_000
"""What a further extent, entry or piece of one hypercall takes. The first is as quick as any other hypercall."""


class Call:
    """The surroundings of every hypercall. A handler that ends the vCPU's turn sets ``leave``."""

    def __init__(self, host: Host, console: Console, xen: DomainControl) -> None:
        self.host = host
        self.console = console
        self.xen = xen
        self.leave = False
        self.in_multicall = False
        self.continued = False
        """The registers say how the hypercall goes on: it is to be made again."""
        self.took_time = False

    def preempted(self) -> bool:
        """Between two steps of a hypercall: let time pass, and say whether to go on later.

        Xen asks ``hypercall_preempt_check``. The rule here: when the time is up for which the vCPU runs, because its
        slice ends or something else is due.
        """
        self.took_time = True
        self.host.spend(STEP_NS)
        return self.host.run_is_over

    def go_on_later(self, x: memoryview, *arguments: int) -> int:
        """Have the hypercall made again with these arguments when the vCPU runs next; returns what x0 will be.

        Xen: ``hypercall_create_continuation``.
        """
        self.continued = True
        for index, argument in enumerate(arguments):
            x[index] = argument
        return x[0]

    def settle(self, vcpu: Vcpu) -> bool:
        """After a hypercall that took time: stop the run, whose length was reckoned without it; say if it goes on.

        One that goes on puts the vCPU back on its HVC, which will be executed again but took its nanosecond already.
        """
        self.took_time = False
        if not self.leave:
            vcpu.cpu.stop(BudgetSpent())
        goes_on, self.continued = self.continued, False
        if goes_on:
            vcpu.cpu.pc -= 4
            self.host.spend(-1)
            self.host.again = True
        return goes_on


def target_of(caller: Domain, number: int) -> Domain | int:
    """A domain that the caller may act upon, itself or any if it is privileged (XSM_TARGET); or the error.

    Beside a domU there is always a dom0, on a real machine.
    """
    domain = caller.by_any_id(number)
    if domain is None:
        return -Errno.EPERM if number == 0 and not caller.privileged else -Errno.ESRCH
    return domain if domain is caller or caller.privileged else -Errno.EPERM


Handler = Callable[[Call, Vcpu, memoryview], int]
"""Answers a hypercall: arguments are in x0 to x4 of the registers, the result (or a negative errno) is returned."""
