"""The one place that answers a guest's traps to EL2 (``xen/arch/arm/traps.c``, ``arm64/vsysreg.c``)."""

from harness.abi.errno import Errno
from harness.abi.hypercalls.numbers import HYPERCALL_IMMEDIATE
from harness.abi.words import MASK64
from harness.events import GuestException, HypercallMade
from harness.machine import exits
from harness.machine.exceptions import ESR_IL, ESR_UNKNOWN
from harness.machine.exits import Hvc
from harness.machine.memory import PAGE_SHIFT
from harness.machine.sysregs import Encoding
from harness.xen.console import Console
from harness.xen.debug_builds.debug_trap import DEBUG_TRAPS, debug_trap
from harness.xen.debug_builds.spoiling import spoil_arguments
from harness.xen.domains.control import DomainControl
from harness.xen.domains.domain import Vcpu
from harness.xen.domains.waiting import wait
from harness.xen.firmware.smccc import Smccc
from harness.xen.host import Host
from harness.xen.hypercalls.call import Call
from harness.xen.hypercalls.table import TABLE
from harness.xen.interrupts.injection import waits_for_nothing
from harness.xen.sysregs import SystemRegisters

_ENOSYS = -Errno.ENOSYS & MASK64
_XZR = 31
_new = tuple.__new__
"""Makes a named tuple in half the time of calling its class."""

RETRY_NS = 1_000
"""How long Xen takes for a trap after which the guest only tries again."""


class Traps:
    """Answers a domain's traps; :meth:`answer` says whether the vCPU's slice goes on."""

    def __init__(self, host: Host, console: Console, xen: DomainControl) -> None:
        self._host = host
        self._call = Call(host, console, xen)
        self._smccc = Smccc(xen)
        self._sysregs = SystemRegisters(host)
        self._on_hypercall = host.events.of(HypercallMade)
        self._on_exception = host.events.of(GuestException)

    def answer(self, vcpu: Vcpu, trap: exits.Trap) -> bool:
        """Answer one trap of ``vcpu``."""
        # Hypercalls are by far the most frequent traps: an exact type test before the match makes them cheaper.
        if type(trap) is Hvc:
            if trap.immediate == HYPERCALL_IMMEDIATE:
                return self._hypercall(vcpu)
            if trap.immediate == 0:
                return self._smccc.call(vcpu)
            if vcpu.domain.debug_build and trap.immediate in DEBUG_TRAPS:
                return self._debug_trap(vcpu, trap.immediate)
            # ``do_trap_hypercall`` injects an undefined instruction exception. An HVC traps after it has executed, so
            # the guest finds the address of the next instruction in ELR_EL1.
            vcpu.domain.log_for(vcpu, f"Invalid HVC imm {trap.immediate:#x}")
            return self.inject(vcpu, ESR_UNKNOWN)
        match trap:
            # WFI and a trapped SMC leave PC on the instruction, an HVC after it: here Xen moves PC on (``advance_pc``).
            case exits.Wfx(event):
                vcpu.cpu.complete_instruction()
                return (not event and waits_for_nothing(vcpu)) or self._wait(vcpu, event)
            case exits.Smc(immediate):
                if immediate:  # the SMC calling convention reserves all immediates but 0
                    return self.inject(vcpu, ESR_UNKNOWN)
                vcpu.cpu.complete_instruction()
                return self._smccc.call(vcpu, smc=True)
            case exits.SysregAccess(encoding, register, read):
                return self._sysreg(vcpu, encoding, register, read)
            case exits.Stage2Abort():
                return self._abort(vcpu, trap)
            case _:
                return self.inject(vcpu, ESR_UNKNOWN)

    def inject(self, vcpu: Vcpu, syndrome: int, far: int | None = None) -> bool:
        """Raise a synchronous exception in the guest's EL1."""
        if self._on_exception:
            event = GuestException(
                self._host.now_ns(), *vcpu.key, syndrome, vcpu.cpu.pc, far, vcpu.cpu.el, injected=True
            )
            self._host.events.emit(event)
        return vcpu.cpu.enter_exception(syndrome, far, injected=True)

    def _hypercall(self, vcpu: Vcpu) -> bool:
        x = vcpu.cpu.x
        number = x[16]  # all 64 bits: ``do_trap_hypercall`` compares the whole register
        handler = TABLE.get(number)
        # The arguments are kept only for a listener, and before the call: a continuation overwrites them.
        began = 0
        if self._on_hypercall:
            began, arguments = self._host.now_ns(), (x[0], x[1], x[2], x[3], x[4])
        call = self._call
        result = _ENOSYS if handler is None else handler(call, vcpu, x) & MASK64
        if began:
            took = self._host.now_ns() - began if call.took_time else 0
            domain, index = vcpu.key
            event = _new(HypercallMade, (began + took, domain, index, number, arguments, result, took))
            for listener in tuple(self._on_hypercall):  # a copy: a listener may remove itself
                listener(event)
        x[0] = result
        goes_on = call.took_time and call.settle(vcpu)
        # The arguments of a continued hypercall are its state, so a debug build must not spoil them
        # (``do_trap_hypercall`` checks whether PC was moved back).
        if vcpu.domain.debug_build and not goes_on:
            spoil_arguments(vcpu.domain.release, x, number, result)
        if call.leave:
            call.leave = False
            return False
        return True

    def _debug_trap(self, vcpu: Vcpu, immediate: int) -> bool:
        panic = debug_trap(vcpu, immediate)
        if panic is not None:
            self._call.xen.crash(vcpu, f"Xen panics: {panic}")
        return panic is None

    def _wait(self, vcpu: Vcpu, event: bool) -> bool:
        """WFI waits for an event (``vcpu_block_unless_event_pending``); WFE only lets others run."""
        if not event:
            wait(vcpu)
        return False

    def _sysreg(self, vcpu: Vcpu, encoding: Encoding, register: int, read: bool) -> bool:
        cpu = vcpu.cpu
        if read:
            value = self._sysregs.read(vcpu, encoding)
            if value is None:
                return self.inject(vcpu, ESR_UNKNOWN)
            if register != _XZR:
                cpu.x[register] = value & MASK64
        elif not self._sysregs.write(vcpu, encoding, 0 if register == _XZR else cpu.x[register]):
            return self.inject(vcpu, ESR_UNKNOWN)
        cpu.complete_instruction()
        return True

    def _retry(self, vcpu: Vcpu) -> bool:
        """Let the guest repeat an access that its page does not permit, for ever if need be.

        Xen assumes that only mem_access causes such a fault, and that the rights have changed since
        (``do_trap_stage2_abort_guest``).
        """
        # The instruction does not retire, so time must pass otherwise: the other vCPUs and the timers depend on it.
        self._host.spend(RETRY_NS)
        self._host.again = True
        vcpu.cpu.stop(exits.BudgetSpent())
        return True

    def _abort(self, vcpu: Vcpu, abort: exits.Stage2Abort) -> bool:
        """Emulate a device; without one, inject an abort as Xen 4.14 to 4.20 do, with a fault status code of 0."""
        if vcpu.domain.p2m.lookup(abort.ipa >> PAGE_SHIFT) is not None:
            return self._retry(vcpu)
        # No device answers an instruction fetch or the CPU's own walk of stage-1 tables (S1PTW).
        if not abort.fetch and not abort.s1ptw and vcpu.domain.on_mmio(vcpu, abort):
            vcpu.cpu.complete_instruction()
            return True
        # The syndrome is rebuilt for EL1: to EL2 every abort comes from a "lower EL", to EL1 only those of EL0 do
        # (``inject_abt64_exception``).
        ec = exits.EC_INSTRUCTION_ABORT_LOWER if abort.fetch else exits.EC_DATA_ABORT_LOWER
        ec = exits.taken_to_el1(ec, vcpu.cpu.el)
        # Unicorn's stage 1 accepts an address that the real CPU refuses itself, before it comes to stage 2.
        level = vcpu.cpu.address_size_fault(abort.va)
        if level is not None:
            return vcpu.cpu.take_exception(ec << 26 | ESR_IL | (exits.ISS_WNR if abort.write else 0) | level, abort.va)
        return self.inject(vcpu, ec << 26 | ESR_IL, abort.va)
