"""What a hypercall handler gets besides the vCPU and its registers."""

from collections.abc import Callable

from harness.abi.errno import Errno
from harness.machine.exits import BudgetSpent
from harness.xen.console import Console
from harness.xen.domains.control import DomainControl
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.host import Host

STEP_NS = 1_000
"""The time in ns for each further extent, entry or piece of one hypercall. The first one takes no extra time."""


class Call:
    """The context of a hypercall. A handler that ends the vCPU's turn sets ``leave``."""

    def __init__(self, host: Host, console: Console, xen: DomainControl) -> None:
        self.host = host
        self.console = console
        self.xen = xen
        self.leave = False
        self.in_multicall = False
        self.continued = False
        """Set when the registers hold a continuation: the vCPU must make the hypercall again."""
        self.took_time = False

    def preempted(self) -> bool:
        """Between two steps of a hypercall: let time pass, and return whether to continue later.

        Xen calls ``hypercall_preempt_check``, which looks for pending softirqs. Here a hypercall is preempted when the
        vCPU's run is over, because its time slice ends or another event is due.
        """
        self.took_time = True
        self.host.spend(STEP_NS)
        return self.host.run_is_over

    def go_on_later(self, x: memoryview, *arguments: int) -> int:
        """Make the vCPU repeat the hypercall with these arguments when it runs next; return the new x0.

        Xen: ``hypercall_create_continuation``.
        """
        self.continued = True
        for index, argument in enumerate(arguments):
            x[index] = argument
        # x0 is the first argument of the next try, not a result: the caller writes what this returns to x0.
        return x[0]

    def settle(self, vcpu: Vcpu) -> bool:
        """After a hypercall that took time: end the run, whose length did not include it; True if it is continued.

        A continued hypercall puts the vCPU back on its HVC, as Xen does by subtracting 4 from PC.
        """
        self.took_time = False
        if not self.leave:
            vcpu.cpu.stop(BudgetSpent())
        goes_on, self.continued = self.continued, False
        if goes_on:
            vcpu.cpu.pc -= 4
            # The HVC takes 1 ns each time it executes. It will execute again, so this one is taken back.
            self.host.spend(-1)
            self.host.again = True
        return goes_on


def target_of(caller: Domain, number: int) -> Domain | int:
    """The domain that the caller may act upon: itself, or any if it is privileged (XSM_TARGET); or the error."""
    domain = caller.by_any_id(number)
    if domain is None:
        # On a real machine there is always a dom0, so a domU that names it gets "not permitted", not "no such domain".
        return -Errno.EPERM if number == 0 and not caller.privileged else -Errno.ESRCH
    return domain if domain is caller or caller.privileged else -Errno.EPERM


Handler = Callable[[Call, Vcpu, memoryview], int]
"""Answers a hypercall: it reads arguments from x0 to x4 of the registers and returns the result or a negative errno."""
