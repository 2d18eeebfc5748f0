"""The report of a guest that crashed: the first fault in words, why the vectors could not take it, then the machine.

A kernel without vectors faults once, and from then on again and again at its vectors. The report therefore starts
with the first fault, which is the cause.
"""

from collections.abc import Iterator

from harness.api import Machine
from harness.debug.disassembly import disassemble, symbol_at
from harness.debug.fault_words import fault_sentence, place
from harness.machine.exceptions import MODE_EL0, MODE_EL1H, MODE_EL1T, PSTATE_EL, PSTATE_SP
from harness.machine.fault_chain import FaultChain, Taken
from harness.machine.mmu.describe import describe_walk
from harness.machine.mmu.faults import Access
from harness.machine.sysregs import GUEST_STATE
from harness.xen.outcome import Outcome

_BEFORE, _AFTER = 4, 4
_MODES = {MODE_EL0: "EL0", MODE_EL1T: "EL1t", MODE_EL1H: "EL1h"}
RECENT_NS = 10_000_000
"""An exception up to this long before SHUTDOWN_crash may be its reason; the guest has handled any earlier one."""
MANY = 16
"""This many nested exceptions are a loop without progress."""


def crash_sentences(machine: Machine, outcome: Outcome) -> Iterator[str]:
    """Yield what happened, one line each, beginning with the first fault."""
    number = outcome.vcpu or 0
    vcpu = machine.vcpu(number)
    chain = vcpu.state.faults
    if not vcpu.has_cpu:
        yield f"{vcpu} crashed: {outcome.detail or 'it asked for SHUTDOWN_crash'}"
    elif outcome.vector is not None and chain.first is not None:
        yield f"{vcpu} crashed: {fault_sentence(machine, number, chain.first)}"
        yield from _vectors(machine, number, outcome.vector, chain)
    elif outcome.detail:
        yield f"{vcpu} crashed: {outcome.detail}"
    elif chain.last is not None and chain.first is not None and machine.now_ns - chain.last.time_ns <= RECENT_NS:
        yield f"{vcpu} crashed: {fault_sentence(machine, number, chain.first)}"
        yield from _inside(machine, number, chain)
        yield f"  It asked for SHUTDOWN_crash, {machine.now_ns - chain.last.time_ns:,} ns after that."
    else:
        yield f"{vcpu} crashed: it asked for SHUTDOWN_crash, and took no exception shortly before"


def loop_sentences(machine: Machine) -> Iterator[str]:
    """Yield a sentence for each vCPU that only takes exceptions, for a run that ended at a limit."""
    for vcpu in machine.domain.vcpus:
        chain = vcpu.state.faults
        if vcpu.has_cpu and chain.first is not None and chain.count >= MANY:
            yield f"{vcpu} does nothing but take exceptions: {fault_sentence(machine, vcpu.number, chain.first)}"
            yield from _inside(machine, vcpu.number, chain)


def crash_report(machine: Machine, outcome: Outcome) -> Iterator[str]:
    """Yield the lines of the report of a machine whose guest has crashed."""
    yield from crash_sentences(machine, outcome)
    number = outcome.vcpu or 0
    vcpu = machine.vcpu(number)
    if not vcpu.has_cpu:
        return
    first = vcpu.state.faults.first if outcome.vector is not None else None
    yield ""
    if first is not None:
        yield "registers when it took the first exception; system registers as they are now:"
    yield from register_lines(machine, number, first)
    yield ""
    pc = vcpu.cpu.pc if first is None else first.pc
    yield from code_lines(machine, number, pc)
    yield ""
    # By address: if PC is also the faulting address or the vector, its walk is shown once, under the first name.
    shown = {}
    shown[pc] = "pc", Access.EXECUTE
    far = vcpu.cpu.read_sysreg("FAR_EL1") if first is None else first.far
    if far is not None:
        shown.setdefault(far, ("FAR_EL1" if first is None else "the faulting address", Access.READ))
    if outcome.vector is not None:
        shown.setdefault(outcome.vector, ("the exception vector", Access.EXECUTE))
    for va, (name, access) in shown.items():
        yield f"{name}, as both stages translate it:"
        yield from _walk(machine, va, access, number)


def _vectors(machine: Machine, number: int, vector: int, chain: FaultChain) -> Iterator[str]:
    """Yield why the vectors could not take the first exception."""
    cpu = machine.vcpu(number).cpu
    base = cpu.read_sysreg("VBAR_EL1")
    unset = " (no vectors)" if base == 0 else ""
    entry = f"VBAR_EL1 is {base:#x}{unset}, and its entry at {vector:#x} faults:"
    yield f"  The vectors could not take that exception: {entry}"
    if chain.last is not None and chain.last is not chain.first:
        yield f"  {fault_sentence(machine, number, chain.last, caller=False)}"
    count = f" after {chain.count:,} exceptions, one inside the other" if chain.count > 2 else ""
    yield f"  The vector raises its own exception, for ever{count}."


def _inside(machine: Machine, number: int, chain: FaultChain) -> Iterator[str]:
    """Yield the last exception of a chain, if there are several."""
    if chain.count > 1 and chain.last is not None:
        yield f"  In its handler, {chain.count - 1:,} more; the last one: {fault_sentence(machine, number, chain.last)}"


def register_lines(machine: Machine, number: int, fault: Taken | None = None) -> Iterator[str]:
    """Yield the general registers and the EL1 system registers of a vCPU, a few to a line.

    The general registers are those saved with ``fault``, if it is given, else the current ones.
    """
    cpu = machine.vcpu(number).cpu
    pc, sp, pstate, x = cpu.pc, cpu.sp, cpu.pstate, cpu.x
    if fault is not None:
        pc, sp, pstate, x = fault.pc, fault.sp, fault.pstate, memoryview(fault.registers).cast("Q")
    mode = _MODES.get(pstate & (PSTATE_EL | PSTATE_SP), "?")
    flags = "".join(name if pstate >> bit & 1 else "-" for name, bit in zip("NZCV", range(31, 27, -1), strict=True))
    masks = "".join(name if pstate >> bit & 1 else "-" for name, bit in zip("DAIF", range(9, 5, -1), strict=True))
    name = symbol_at(machine, pc, vcpu=number)
    yield f"  pc {pc:016x}{f' <{name}>' if name else ''}  {mode} {flags} {masks}  sp {sp:016x}"
    for first in range(0, 31, 4):
        yield "  " + "  ".join(f"{f'x{n}':>3} {x[n]:016x}" for n in range(first, min(first + 4, 31)))
    shown = [f"{register:<14} {cpu.read_sysreg(register):016x}" for register in GUEST_STATE]
    for first in range(0, len(shown), 3):
        yield "  " + "  ".join(shown[first : first + 3])


def code_lines(machine: Machine, number: int, pc: int | None = None) -> Iterator[str]:
    """Yield the disassembly around ``pc`` (default: the vCPU's PC), with an arrow at that instruction."""
    if pc is None:
        pc = machine.vcpu(number).cpu.pc
    # Two calls, because disassembly ends at unmapped code: PC must be shown even if the page before it is unmapped.
    before = list(disassemble(machine, pc - 4 * _BEFORE, _BEFORE, vcpu=number))
    lines = [*before, *disassemble(machine, pc, _AFTER + 1, vcpu=number)]
    if not any(line.va == pc for line in lines):
        yield f"  no instruction can be fetched at {place(machine, number, pc)}"
    width = max((len(line.text) for line in lines), default=0)
    for line in lines:
        arrow = "->" if line.va == pc else "  "
        where = "  ".join(part for part in (line.symbol and f"<{line.symbol}>", line.source) if part)
        yield f"{arrow} {line.va:016x}  {line.word:08x}  {line.text:<{width}}  {where}".rstrip()


def _walk(machine: Machine, va: int, access: Access, number: int) -> Iterator[str]:
    walk = machine.walk(va, access=access, vcpu=number)
    for line in describe_walk(walk).splitlines():
        yield f"  {line}"
