"""The public API: boot a guest, run it, inspect everything, step, take snapshots.

This module loads and boots guests; :mod:`harness.xen.wiring` assembles the hypervisor.

>>> import harness
>>> with harness.boot("hello.S") as machine:
...     machine.run()
...     print(machine.console.decode())
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import EllipsisType, TracebackType
from typing import TYPE_CHECKING, Self

from harness.errors import InputError, ModelError
from harness.events import ConsoleOutput, EventBus
from harness.guest import Guest, load
from harness.machine.lifetime import ForkedMachineError, MachineBusyError, MachineClosedError, MachineError
from harness.machine.memory import PAGE_SIZE
from harness.machine.mmu.faults import Access, Fault, Translation
from harness.machine.mmu.trail import Walk
from harness.shortage import shortage
from harness.xen import snapshot, wiring
from harness.xen.command_line import command_line
from harness.xen.domains import builder
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.domains.teardown import LeakError
from harness.xen.hypervisor import Hypervisor
from harness.xen.memory.p2m import Placement
from harness.xen.models.model import DEFAULT_MODEL, AbiModel
from harness.xen.models.model_file import resolve_model
from harness.xen.outcome import End, Outcome
from harness.xen.runstate.order import read_order
from harness.xen.snapshot import Snapshot, SnapshotError

if TYPE_CHECKING:
    from harness.debug.traps import HvcTrap

__all__ = [
    "DEFAULT_MEMORY",
    "MOST_PCPUS",
    "ForkedMachineError",
    "LimitReached",
    "Machine",
    "MachineBusyError",
    "MachineClosedError",
    "MachineError",
    "MemoryAccessError",
    "SnapshotError",
    "boot",
]

DEFAULT_MEMORY = 64 << 20

MOST_PCPUS = 64


class MemoryAccessError(Exception):
    """The guest's tables do not map an address, or it is not memory; ``fault`` is the walk's fault, if one failed."""

    def __init__(self, message: str, fault: Fault | None = None) -> None:
        super().__init__(message)
        self.fault = fault


class LimitReached(MachineError):
    """A run reached the default limit, :attr:`Machine.run_limit`; the message gives the limit and how to change it."""


class Machine:
    """A booted machine. Close it, or use it in a ``with`` statement: it owns host memory and emulators.

    ``guest`` is the main guest, ``domain`` its domain; further domains are neighbours. ``xen`` is the hypervisor
    itself, for what this API does not offer.

    An operation that the machine cannot perform raises a :class:`MachineError`:

    * After :meth:`close`: MachineClosedError. The results stay readable: ``console``, ``instructions``, ``now_ns``,
      ``symbol()``, ``xen.outcome``, ``guest``, and the records of listeners. CPUs and memory that the caller still
      holds raise it, too (a held ``cpu.x``: ValueError).
    * In a forked child of the process that booted it: ForkedMachineError, because the machine belongs to the parent.
      The same results stay readable, nothing that the child does reaches the parent's machine, and :meth:`close` in
      the child only releases the child's copy. A child may boot machines of its own.
    * While the machine runs: MachineBusyError for another run, ``snapshot``, ``restore`` and ``close``, from a
      listener or from another thread. A listener may read and write registers and memory. Only one thread may use a
      machine at a time; different threads may use different machines.
    """

    def __init__(self, xen: Hypervisor, domain: Domain, guest: Guest) -> None:
        self.xen = xen
        self.domain = domain
        self.guest = guest
        self.events = xen.events
        self.run_limit: int | None = None
        """How many instructions :meth:`run` and :meth:`traps` execute at most unless told otherwise; None: no limit."""
        self._output: dict[int, bytearray] = {}
        self._stop_collecting = self.events.listen(ConsoleOutput, self._collect)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except (LeakError, ModelError):
            if error is None:  # otherwise this is a consequence of the first error, which must not be hidden
                raise

    @property
    def closed(self) -> bool:
        """Whether the machine was closed."""
        return self.xen.closed

    def close(self) -> None:
        """Destroy all domains and release everything; LeakError if something is left. A second call does nothing."""
        if not self.closed:
            self.xen.close()
            self._stop_collecting()

    def _collect(self, event: ConsoleOutput) -> None:
        self._output.setdefault(event.domain, bytearray()).extend(event.data)

    # -- Console ------------------------------------------------------------------------------------------------

    @property
    def console(self) -> bytes:
        """All that the main guest has written to its console."""
        return bytes(self._output.get(self.domain.number, b""))

    def type(self, data: bytes) -> None:
        """Add input to the console; a guest reads it by CONSOLEIO_read."""
        self.xen.check_usable()
        self.xen.console.type(data)

    # -- Running ------------------------------------------------------------------------------------------------

    def run(
        self,
        *,
        max_instructions: int | EllipsisType | None = ...,
        timeout_s: float | None = None,
        until: Callable[[], bool] | None = None,
    ) -> Outcome:
        """Run until the guest ends, all vCPUs wait for ever, or a limit is reached.

        ``max_instructions`` is how many may retire in this call, on all vCPUs together: a run of 500 followed by a run
        of 1 equals a run of 501. (Under an order file, instructions that other CPUs execute in the middle of a switch
        are not counted.) With such a limit, a run also ends when no instruction has retired for 0.1 s of the guest's
        time, because one hypercall does not end; the outcome's ``detail`` says so. None means no limit. Without this
        argument, :attr:`run_limit` applies, and reaching it raises LimitReached: the machine is paused there, and can
        be run further. ``timeout_s`` is host time, checked between slices, and the only end that is not deterministic;
        ``until`` is called between slices, and True ends the run.
        """
        if max_instructions is not ...:
            return self.xen.run(max_instructions=max_instructions, timeout_s=timeout_s, until=until)
        outcome = self.xen.run(max_instructions=self.run_limit, timeout_s=timeout_s, until=until)
        if self.run_limit is not None and outcome.end is End.BUDGET:
            raise LimitReached(self._at_the_limit(outcome))
        return outcome

    def _at_the_limit(self, outcome: Outcome) -> str:
        what = outcome.detail or f"the guest did not end within {self.run_limit:,} instructions, the default limit"
        return f"{what}: run(max_instructions=N) sets another limit, None removes it"

    def step(self, count: int = 1) -> Outcome:
        """Run ``count`` instructions, on whichever vCPUs are scheduled; an end other than BUDGET came earlier."""
        return self.run(max_instructions=count)

    def traps(
        self, *, max_instructions: int | EllipsisType | None = ..., timeout_s: float | None = None
    ) -> Iterator["HvcTrap"]:
        """Run from HVC to HVC and yield each before it is answered, decoded; see :func:`harness.debug.traps.traps`.

        The limits are those of :meth:`run`, for the whole loop. The loop ends if its body closes the machine.
        """
        from harness.debug.traps import traps  # here, because that module imports this one

        self.xen.check_idle()
        if max_instructions is not ...:
            return traps(self, max_instructions=max_instructions, timeout_s=timeout_s)
        return self._traps_to_limit(traps(self, max_instructions=self.run_limit, timeout_s=timeout_s))

    def _traps_to_limit(self, traps: Iterator["HvcTrap"]) -> Iterator["HvcTrap"]:
        began = self.instructions
        yield from traps
        if self.run_limit is not None and not self.closed and self.instructions - began >= self.run_limit:
            raise LimitReached(self._at_the_limit(Outcome(End.BUDGET)))

    @property
    def now_ns(self) -> int:
        """Xen system time, in ns."""
        return self.xen.host.now_ns()

    @property
    def instructions(self) -> int:
        """Instructions retired by all vCPUs so far; the time that Xen takes does not count.

        A hypercall that was preempted retires its HVC each time that the guest executes it.
        """
        return self.xen.retired

    def vcpu(self, number: int = 0) -> Vcpu:
        """A vCPU of the main guest; its registers are at ``.cpu``, Xen's own state of it at ``.state``."""
        self.xen.check_usable()
        return self.domain.vcpus[number]

    # -- Memory -------------------------------------------------------------------------------------------------

    def symbol(self, name: str) -> int:
        """The guest-physical address at which a symbol of the guest was loaded; KeyError for an unknown one."""
        return self.guest.symbols[name] + self.domain.load_shift

    def translate(
        self, va: int, *, access: Access = Access.READ, vcpu: int = 0, el: int | None = None
    ) -> Translation | Fault:
        """Walk both stages for ``va`` by a vCPU's present tables, with the rights of ``el`` (None: its current EL)."""
        target = self.vcpu(vcpu)
        level = target.cpu.el if el is None else el
        return self.domain.walker.translate(target.cpu.translation, va, access, level)

    def walk(self, va: int, *, access: Access = Access.READ, vcpu: int = 0, el: int | None = None) -> Walk:
        """Translate like :meth:`translate`, keeping every descriptor read on the way."""
        target = self.vcpu(vcpu)
        level = target.cpu.el if el is None else el
        return self.domain.walker.walk(target.cpu.translation, va, access, level)

    def read(self, va: int, length: int, *, vcpu: int = 0) -> bytes:
        """Read memory by a vCPU's virtual address, with EL1's rights; MemoryAccessError where nothing is mapped."""
        return self._gather(va, length, lambda page: self._maddr(page, vcpu))

    def write(self, va: int, data: bytes, *, vcpu: int = 0) -> None:
        """Write memory by a vCPU's virtual address, whether the guest itself may write there or not."""
        done = 0
        self.xen.check_usable()
        while done < len(data):
            size = min(len(data) - done, PAGE_SIZE - (va + done) % PAGE_SIZE)
            self.domain.memory.write(self._maddr(va + done, vcpu), data[done : done + size])
            done += size
        self.domain.flush_code()  # the CPUs may have translated code that was overwritten

    def _maddr(self, va: int, vcpu: int) -> int:
        found = self.translate(va, vcpu=vcpu, el=1)
        if isinstance(found, Fault):
            raise MemoryAccessError(f"va {va:#x} cannot be read: {found}", found)
        return self._checked(found.maddr)

    def _checked(self, maddr: int, length: int = 1) -> int:
        if not self.domain.memory.contains(maddr, length):
            raise MemoryAccessError(f"machine address {maddr:#x} is not memory")
        return maddr

    def read_ipa(self, ipa: int, length: int) -> bytes:
        """Read the main guest's memory by guest-physical address."""
        return self._gather(ipa, length, self._maddr_of_ipa)

    def _gather(self, address: int, length: int, maddr_of: Callable[[int], int]) -> bytes:
        """Read page by page, wherever each lies in machine memory."""
        self.xen.check_usable()
        pieces = []
        while length:
            size = min(length, PAGE_SIZE - address % PAGE_SIZE)
            pieces.append(self.domain.memory.read(maddr_of(address), size))
            address, length = address + size, length - size
        return b"".join(pieces)

    def _maddr_of_ipa(self, ipa: int) -> int:
        found = self.domain.p2m.translate(ipa)
        if isinstance(found, Fault):
            raise MemoryAccessError(f"ipa {ipa:#x} cannot be read: {found}", found)
        return self._checked(found.maddr)

    def write_ipa(self, ipa: int, data: bytes) -> None:
        """Write the main guest's memory by guest-physical address."""
        self.xen.check_usable()
        try:
            builder.write_ipa(self.domain, ipa, data)
        except InputError as error:
            raise MemoryAccessError(str(error)) from None
        self.domain.flush_code()

    def read_maddr(self, maddr: int, length: int) -> bytes:
        """Read machine memory; MemoryAccessError outside of it."""
        self.xen.check_usable()
        self._checked(maddr, length)
        return self.domain.memory.read(maddr, length)

    # -- Snapshots ----------------------------------------------------------------------------------------------

    def snapshot(self, previous: Snapshot | None = None) -> Snapshot:
        """Take the whole state of the machine; memory that did not change is shared with ``previous``.

        Console output collected so far is a record of listeners, not state: a restore does not remove it.
        Raises SnapshotError if ``previous`` is not a snapshot of this machine.
        """
        return snapshot.take(self.xen, previous)

    def restore(self, saved: Snapshot) -> None:
        """Restore a snapshot of this machine, exactly.

        Raises SnapshotError, an InputError, for a snapshot of another machine, even an identical one, and for anything
        that is not a snapshot. The machine is then unchanged.
        """
        snapshot.put_back(self.xen, saved)


def boot(
    guest: Guest | Path | str,
    *,
    abi: AbiModel | Path | str = DEFAULT_MODEL,
    debug_build: bool = False,
    vcpus: int = 1,
    pcpus: int = 1,
    memory: int = DEFAULT_MEMORY,
    dom0: bool = False,
    also: Sequence[Guest | Path | str] = (),
    cmdline: str | bytes = "",
    initrd: bytes = b"",
    console_input: bytes = b"",
    events: EventBus | None = None,
    placement: Placement | None = None,
    order: Path | str | None = None,
    check_alignment: bool = False,
) -> Machine:
    """Make a machine with ``guest`` in it, ready to execute its first instruction.

    ``guest`` is a loaded :class:`Guest` or a path: ``.S`` is assembled, ELF, Image and flat files are recognised.
    It becomes d1, a dom0less domU, or d0 with ``dom0``; each of ``also`` runs beside it as a further domain of
    the same size with one vCPU. ``abi`` is a model, its name, or the path of a file that defines a user's own.
    ``memory`` is in bytes per guest, ``pcpus`` the number of simulated physical CPUs that the guests share; ``order``
    is a file that orders the steps of runstate updates (:mod:`harness.xen.runstate.order`). ``check_alignment`` has the
    alignment of LDAR and STLR checked always, which is slow, and not only where it costs nothing. ``cmdline`` goes into
    the device tree: bytes unchanged, a str as UTF-8, with surrogate escapes (as in ``sys.argv``) as the original bytes.
    Raises InputError for anything that cannot be booted, ResourceShortage (an InputError) if the host has too few
    files or too little memory left. In both cases everything that was made so far is released.
    """
    try:
        builder.check_size(memory, vcpus)
        if not 1 <= pcpus <= MOST_PCPUS:
            raise InputError(f"{pcpus} physical CPUs: a machine has 1 to {MOST_PCPUS}")
        bootargs = command_line(cmdline)
        model = resolve_model(abi)
        builder.check_total(memory, 1 + len(also))
        loaded = [each if isinstance(each, Guest) else load(each) for each in (guest, *also)]
        ordered = None if order is None else read_order(Path(order))
        xen = wiring.make_hypervisor(
            _machine_memory(memory, len(loaded)), events or EventBus(), pcpus=pcpus, order=ordered
        )
    except MemoryError as error:
        raise shortage(error, "a machine") from None
    try:
        first = 0 if dom0 else 1
        entries: list[tuple[Domain, int]] = []
        for number, each in enumerate(loaded, first):
            main = number == first
            domain = wiring.create_domain(
                xen, number, model, vcpus if main else 1, privileged=number == 0, debug_build=debug_build
            )
            domain.check_alignment = check_alignment
            banks = builder.populate(domain, memory, placement)
            entry = builder.load(domain, each, banks, cmdline=bootargs if main else b"", initrd=initrd if main else b"")
            entries.append((domain, entry))
        xen.take_time_to_build()
        for domain, entry in entries:
            xen.start(domain.vcpus[0], entry, domain.device_tree)
        machine = Machine(xen, xen.domains[first], loaded[0])
        machine.type(console_input)
    except BaseException as error:
        xen.discard()
        if isinstance(error, MemoryError | OSError):
            raise shortage(error, f"a machine for {loaded[0].name}") from None
        raise
    return machine


def _machine_memory(memory: int, guests: int) -> int:
    """Machine memory for that many guests, with room for alignment and tables; untouched memory costs nothing."""
    return 1 << (2 * memory * guests + (64 << 20)).bit_length()
