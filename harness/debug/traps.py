"""Every HVC of a machine, before and after Xen answers it.

When a trap is yielded, the machine is paused *on* the HVC: PC is the HVC's address and no part of the call has
happened, so the caller sees the guest's own state. Xen answers when the HVC is executed. A machine that is left there
therefore goes on as if it had never paused: the same instructions, the same time, the same bytes.
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
    """A decoded HVC. ``vcpu`` is paused on it until it is completed, which sets ``result`` and ``changes``."""

    machine: Machine
    vcpu: Vcpu
    call: DecodedCall
    pc: int
    time_ns: int
    instructions: int
    """How many instructions the machine had retired before it."""
    result: int | None = None
    """x0 after the call; None before the call is completed, and if it was preempted (``again``)."""
    again: bool = False
    """The hypercall was preempted: the guest is on the HVC once more, with arguments that say where to continue."""
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
        """The result with the name of its errno, "-22 (EINVAL)"; empty as long as there is no result."""
        return "" if self.result is None else self.call.result(self.result)

    def complete(self) -> None:
        """Execute the HVC: Xen answers it, and the machine is paused right after it. A second call does nothing.

        Raises MachineError if the machine was closed or moved since the trap was yielded.
        """
        if self._gate is None:
            return
        self.machine.xen.check_idle()
        if not self._gate.stands_at(self):
            raise MachineError("the machine is not at this HVC any more")
        xen = self.machine.xen
        before = take_picture(xen, self.vcpu)
        self._gate.let_pass()
        self._gate = None
        if not self.vcpu.has_cpu:  # the call itself may have taken the CPU away
            return
        self.changes = changes(xen, before, take_picture(xen, self.vcpu, before))
        # Xen preempts a hypercall by setting PC back to the HVC.
        self.again = self.vcpu.cpu.pc == self.pc and self.call.is_hypercall
        self.result = None if self.again else self.vcpu.cpu.x[0]


def traps(
    machine: Machine, *, max_instructions: int | None = None, timeout_s: float | None = None
) -> Iterator[HvcTrap]:
    """Run ``machine`` from HVC to HVC, of all domains, until it ends or a limit is reached, and yield each.

    Inside the loop the machine is paused on the HVC. :meth:`HvcTrap.complete` executes it, or else the next turn of
    the loop does. ``break`` leaves the machine on the HVC, and any later run begins with it. The limits are those of
    :meth:`Machine.run`, for the whole loop. Under an order file, other CPUs may run between two steps of an update;
    HVCs made there are answered without being yielded, because a machine cannot be paused in the middle of a switch.
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
    """Runs the machine with its own trap handler in front of each domain's, and stops the run on an HVC."""

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
        # Under an order the run cannot end in the middle of a switch: the same HVC traps again and is answered then.
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
        """Run until the next instruction is an HVC; None if the run ended for another reason."""
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
        """Execute the HVC that the machine is paused on, before any other vCPU runs.

        This is not a run of one instruction: with so small a budget, Xen would preempt a long hypercall sooner.
        """
        self._passes = True
        with self._in_place():
            self._machine.run(until=lambda: not self._passes)
