"""A run that is watched for stops: where probes are placed, and what counts as a hit.

The run does not stop exactly at a hit. A hit names the exact position, and the caller goes there from an earlier
state. Watching can therefore be as coarse as speed requires, and the position is exact all the same.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from harness.debug.replay.position import Position, Tracker
from harness.debug.replay.stops import (
    Address,
    AnyInstruction,
    EventSeen,
    ExceptionTaken,
    Hit,
    HvcAnswered,
    HvcMade,
    MemoryAccess,
    RegisterWrite,
    Stop,
    Watch,
)
from harness.debug.replay.watches import Watched
from harness.events import ContextSwitch
from harness.machine import exits
from harness.machine.cpu import Cpu
from harness.machine.probes import Probes
from harness.machine.sysregs import NAMES
from harness.xen.domains.domain import Domain, TrapHandler, Vcpu
from harness.xen.hypervisor import Hypervisor
from harness.xen.scheduler import Key

_IRQ_VECTORS = (0x080, 0x280, 0x480)
"""Offsets of the IRQ vectors in the table: from EL1 with SP_EL0, from EL1 with SP_EL1, from EL0 in AArch64."""


class Scan:
    """Watches the runs of ``tracker`` for ``stops``, and calls ``found(hit)`` for each hit, in the order of time."""

    def __init__(
        self, xen: Hypervisor, main: Domain, tracker: Tracker, stops: Iterable[Stop], found: Callable[[Hit], None]
    ) -> None:
        self._xen = xen
        self._tracker = tracker
        # The same stop given twice must not be reported twice.
        self._stops = tuple(dict.fromkeys(stops))
        self._found = found
        self._probes: dict[Key, tuple[Cpu, Probes]] = {}
        self._handlers: dict[int, TrapHandler] = {}
        self._watched = [
            Watched(stop, xen, main, partial(self._accessed, stop)) for stop in self._stops if isinstance(stop, Watch)
        ]
        self._switching = False
        self._preempted: set[Key] = set()
        """vCPUs whose hypercall was preempted, and continues when the HVC is executed again."""

    @property
    def kinds(self) -> tuple[type, ...]:
        """The types of events that have to be passed to :meth:`saw`."""
        seen = [stop.kind for stop in self._stops if isinstance(stop, EventSeen)]
        return (*seen, ContextSwitch) if self._watched else tuple(seen)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch within the context; afterwards no probe or handler is left in the machine."""
        tracker = self._tracker
        domains = list(self._xen.domains.values())
        self._handlers = {domain.number: domain.on_trap for domain in domains}
        for domain in domains:
            domain.on_trap = self._answer
        tracker.on_cpu, tracker.on_boundary, tracker.on_entry = self._new_cpu, self._boundary, self._entered
        try:
            yield
        finally:
            tracker.on_cpu = tracker.on_boundary = tracker.on_entry = None
            for domain in domains:
                domain.on_trap = self._handlers[domain.number]
            for key, (cpu, probes) in self._probes.items():
                vcpu = self._xen.vcpus[key]
                # A restarted vCPU has a new CPU: there is nothing to remove from the old one.
                if vcpu.has_cpu and vcpu.cpu is cpu:
                    probes.close()
                else:
                    probes.forget()
            self._probes.clear()

    def _hit(self, stop: Stop, vcpu: Vcpu | None, position: Position, detail: str, subject: Any = None) -> None:
        self._found(Hit(stop, None if vcpu is None else vcpu.key, position, detail, subject))

    def _of(self, kind: type, vcpu: Vcpu) -> Iterator[Any]:
        """The stops of a kind that concern a vCPU."""
        return (stop for stop in self._stops if isinstance(stop, kind) and stop.vcpu in (None, vcpu.key))

    # -- Instructions -------------------------------------------------------------------------------------------

    def _new_cpu(self, vcpu: Vcpu) -> None:
        known = self._probes.get(vcpu.key)
        if known is not None and known[0] is vcpu.cpu:
            return
        probes = vcpu.cpu.probes()
        self._probes[vcpu.key] = vcpu.cpu, probes
        for stop in self._of(Address, vcpu):
            probes.code(partial(self._at_address, stop, vcpu), stop.va)
        if any(self._of(AnyInstruction, vcpu)):
            probes.code(lambda _va: self._executes(vcpu))
        if any(self._of(ExceptionTaken, vcpu)):
            probes.blocks(lambda va: self._block(vcpu, va))
        if any(self._of(RegisterWrite, vcpu)):
            probes.register_writes(lambda name, value: self._writes(vcpu, name, value, self._tracker.on_instruction))
        for watched in self._watched:
            watched.probe(vcpu, probes)

    def _at_address(self, stop: Address, vcpu: Vcpu, va: int) -> None:
        if stop.sp is None or vcpu.cpu.sp >= stop.sp:
            self._hit(stop, vcpu, self._tracker.on_instruction, f"{vcpu} is at {va:#x}")

    def _executes(self, vcpu: Vcpu) -> None:
        for stop in self._of(AnyInstruction, vcpu):
            self._hit(stop, vcpu, self._tracker.on_instruction, f"{vcpu} executes")

    def _writes(self, vcpu: Vcpu, name: str, value: int, position: Position) -> None:
        for stop in self._of(RegisterWrite, vcpu):
            if name in stop.names:
                self._hit(stop, vcpu, position, f"{vcpu} writes {value:#x} to {name}", value)

    # -- Exceptions ---------------------------------------------------------------------------------------------

    def _entered(self, vcpu: Vcpu) -> None:
        position = self._tracker.at(self._xen.retired_now)
        for stop in self._of(ExceptionTaken, vcpu):
            self._hit(stop, vcpu, position, f"{vcpu} takes an exception to EL1, vector {vcpu.cpu.pc:#x}")

    def _block(self, vcpu: Vcpu, va: int) -> None:
        # A slice may begin at a vector, too. If that was an exception entry, _entered has reported it already.
        now = self._xen.retired_now
        if va & 0x7FF not in _IRQ_VECTORS or now == self._xen.retired:
            return
        if va & ~0x7FF == vcpu.cpu.read_sysreg("VBAR_EL1"):
            for stop in self._of(ExceptionTaken, vcpu):
                self._hit(stop, vcpu, self._tracker.at(now), f"{vcpu} takes an IRQ, vector {va:#x}")

    # -- Xen ----------------------------------------------------------------------------------------------------

    def _answer(self, vcpu: Vcpu, trap: exits.Trap) -> bool:
        handler = self._handlers[vcpu.domain.number]
        made, after = None, 0
        # Take what is needed from the registers now: the handler's answer changes them.
        if type(trap) is exits.Hvc:
            made = trap.immediate, vcpu.cpu.x[16]
            after = vcpu.cpu.pc
            if vcpu.key not in self._preempted:
                self._called(HvcMade, vcpu, made, self._tracker.on_instruction)
            self._preempted.discard(vcpu.key)
        elif type(trap) is exits.SysregAccess and not trap.read:
            value = 0 if trap.register == 31 else vcpu.cpu.x[trap.register]
            name = NAMES.get(trap.encoding, str(trap.encoding))
            self._writes(vcpu, name, value, self._tracker.at(self._xen.retired_now))
        for watched in self._watched:
            watched.hold()
        goes_on = handler(vcpu, trap)
        for watched in self._watched:
            watched.compare(vcpu)
        if made is not None and vcpu.has_cpu and vcpu.cpu.pc == after - 4:
            self._preempted.add(vcpu.key)  # PC is back on the HVC: the call continues later and is answered then
        elif made is not None:
            self._called(HvcAnswered, vcpu, made, self._tracker.after)
        return goes_on

    def _called(self, kind: type, vcpu: Vcpu, made: tuple[int, int], position: Position) -> None:
        immediate, number = made
        for stop in self._of(kind, vcpu):
            if stop.immediate in (None, immediate) and (
                stop.number is None or (immediate == 0xEA1 and stop.number == number)
            ):
                what = "makes" if kind is HvcMade else "is back from"
                self._hit(stop, vcpu, position, f"{vcpu} {what} HVC #{immediate:#x}")

    def saw(self, event: Any) -> None:
        """Check an event when it is emitted."""
        for stop in self._stops:
            if isinstance(stop, EventSeen) and _is_meant(event, stop):
                vcpu = self._xen.vcpus.get((getattr(event, "domain", -1), getattr(event, "vcpu", -1)))
                self._hit(stop, vcpu, self._tracker.after, type(event).__name__, event)
        if type(event) is ContextSwitch and self._watched:  # what comes next are the updates of runstate areas
            self._switching = True
            for watched in self._watched:
                watched.hold()

    def _boundary(self) -> None:
        if self._switching:
            self._switching = False
            for watched in self._watched:
                watched.compare(None)
        for watched in self._watched:
            watched.refresh()

    def _accessed(self, stop: Watch, vcpu: Vcpu | None, access: MemoryAccess) -> None:
        if access.by_xen:
            # A write that is found between two slices has happened by now; one within a slice, only after it.
            inside = self._xen.retired_now > self._tracker.here.instructions
            position = self._tracker.after if vcpu is not None or inside else self._tracker.here
            self._hit(stop, vcpu, position, f"Xen writes at {stop.space.value} {stop.start:#x}", access)
            return
        what = "writes" if access.write else "reads"
        detail = f"{vcpu} {what} {access.size} bytes at maddr {access.maddr:#x}"
        self._hit(stop, vcpu, self._tracker.on_instruction, detail, access)


def _is_meant(event: Any, stop: EventSeen) -> bool:
    return type(event) is stop.kind and _is_about(event, stop.vcpu) and (stop.where is None or stop.where(event))


def _is_about(event: Any, vcpu: Key | None) -> bool:
    if vcpu is None:
        return True
    if isinstance(event, ContextSwitch):
        return vcpu in (event.previous, event.next)
    return (getattr(event, "domain", None), getattr(event, "vcpu", None)) == vcpu
