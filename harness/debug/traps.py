"""Every HVC of a machine, before and after it is answered.

The machine stands *on* the HVC when it is handed out: PC is the HVC's address, nothing of it has happened, and
whoever looks sees what the guest had. It is answered by executing it, so a machine that is left there goes on as if
nobody had looked: the same instructions, the same time, the same bytes.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from harness.api import Machine
from harness.debug.call_words import DecodedCall, decode_call
from harness.debug.changes import Change, changes, take_picture
from harness.machine import exits
from harness.machine.lifetime import MachineError
from harness.xen.domains.domain import Domain, TrapHandler, Vcpu
from harness.xen.outcome import End


@dataclass
class HvcTrap:
    """An HVC, decoded. ``vcpu`` stands on it until it is completed; then ``result`` and ``changes`` are there."""

    machine: Machine
    vcpu: Vcpu
    call: DecodedCall
    pc: int
    time_ns: int
    instructions: int
    """How many instructions the machine had retired before it."""
    result: int | None = None
    """x0 after the call; None before it is completed, and where the call will be made again (``again``)."""
    again: bool = False
    """The hypercall was preempted: the guest stands on the HVC once more, with arguments that say how to go on."""
    changes: tuple[Change, ...] = ()
    _gate: "_Gate | None" = field(default=None, repr=False)

    @property
    def domain(self) -> Domain:
        """The domain that calls."""
        return self.vcpu.domain

    @property
    def completed(self) -> bool:
        """Whether the HVC was answered by :meth:`complete`."""
        return self._gate is None

    @property
    def result_words(self) -> str:
        """The result with the name of its errno, "-22 (EINVAL)"; empty before it is completed."""
        return "" if self.result is None else self.call.result(self.result)

    def complete(self) -> None:
        """Execute the HVC: Xen answers. The machine then stands after it; a second time does nothing.

        MachineError if the machine was closed, or has been moved, since the trap was handed out.
        """
        if self._gate is None:
            return
        self.machine.xen.check_idle()
        if not self._gate.stands_at(self):
            raise MachineError("the machine does not stand on this HVC any more")
        xen = self.machine.xen
        before = take_picture(xen, self.vcpu)
        self._gate.let_pass()
        self._gate = None
        if not self.vcpu.has_cpu:  # an HVC may destroy what it was made with
            return
        self.changes = changes(xen, before, take_picture(xen, self.vcpu, before))
        self.again = self.vcpu.cpu.pc == self.pc and self.call.is_hypercall
        self.result = None if self.again else self.vcpu.cpu.x[0]


def traps(
    machine: Machine, *, max_instructions: int | None = None, timeout_s: float | None = None
) -> Iterator[HvcTrap]:
    """Run ``machine`` from HVC to HVC, of all domains, until it ends or a limit is reached, and yield each.

    Inside the loop the machine stands on the HVC. It is answered by :meth:`HvcTrap.complete`, or when the loop goes on.
    A loop that is left with ``break`` leaves the machine there; any run goes on with the HVC. Limits are as those of
    :meth:`Machine.run`, over the whole loop. HVCs that are made while an order file lets other CPUs in between two
    steps of an update are answered without being handed out: a machine cannot stand in the middle of a switch.
    """
    gate = _Gate(machine)
    give_up = None if timeout_s is None else time.monotonic() + timeout_s
    limit = None if max_instructions is None else machine.instructions + max_instructions
    while limit is None or machine.instructions < limit:
        left = None if limit is None else limit - machine.instructions
        trap = gate.run_to_next(left, None if give_up is None else give_up - time.monotonic())
        if trap is None:
            return
        yield trap
        if machine.closed:
            return
        if not trap.completed and gate.stands_at(trap):
            trap.complete()


class _Gate:
    """Stands before the handlers of all domains' traps while it runs the machine, and stops it on an HVC."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._handlers: dict[int, TrapHandler] = {}
        self._passes = False
        self._stopped: tuple[Vcpu, int] | None = None

    @contextmanager
    def _in_place(self) -> Iterator[None]:
        domains = list(self._machine.xen.domains.values())
        self._handlers = {domain.number: domain.on_trap for domain in domains}
        for domain in domains:
            domain.on_trap = self._answer
        try:
            yield
        finally:
            for domain in domains:
                domain.on_trap = self._handlers[domain.number]

    def _answer(self, vcpu: Vcpu, trap: exits.Trap) -> bool:
        # In the middle of a switch (under an order) a run cannot be ended: the HVC comes again, and is answered.
        if not self._passes and self._stopped is None and type(trap) is exits.Hvc:
            self._stopped = vcpu, trap.immediate
            vcpu.cpu.undo_hvc()
            vcpu.cpu.end_slice()
            return True
        goes_on = self._handlers[vcpu.domain.number](vcpu, trap)
        if self._passes and goes_on and type(trap) is exits.Hvc:
            vcpu.cpu.end_slice()
        self._passes = False
        return goes_on

    def run_to_next(self, max_instructions: int | None, timeout_s: float | None) -> HvcTrap | None:
        """Run until an HVC is to be executed next; None where the run ended otherwise."""
        self._stopped = None
        with self._in_place():
            outcome = self._machine.run(
                max_instructions=max_instructions,
                timeout_s=timeout_s,
                until=lambda: self._stopped is not None,
            )
        if outcome.end is not End.STOPPED or self._stopped is None:
            return None
        vcpu, immediate = self._stopped
        machine = self._machine
        call = decode_call(vcpu, immediate)
        return HvcTrap(machine, vcpu, call, vcpu.cpu.pc, machine.now_ns, machine.instructions, _gate=self)

    def stands_at(self, trap: HvcTrap) -> bool:
        """Whether the machine is still where ``trap`` was handed out."""
        here = trap.vcpu.has_cpu and trap.vcpu.cpu.pc == trap.pc
        return here and not self._machine.closed and self._machine.instructions == trap.instructions

    def let_pass(self) -> None:
        """Execute the HVC that the machine stands on: no other vCPU has its turn.

        Not by a run of one instruction: a hypercall of many steps would be preempted sooner than in a longer one.
        """
        self._passes = True
        with self._in_place():
            self._machine.run(until=lambda: not self._passes)
