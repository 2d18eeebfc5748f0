"""The report of a guest that crashed: registers, the code around PC, and both stages' walk of the address."""

from collections.abc import Iterator

from harness.api import Machine
from harness.debug.disassembly import disassemble, symbol_at
from harness.machine.exceptions import MODE_EL0, MODE_EL1H, MODE_EL1T, PSTATE_EL, PSTATE_SP
from harness.machine.mmu.describe import describe_walk
from harness.machine.mmu.faults import Access
from harness.machine.sysregs import GUEST_STATE
from harness.xen.outcome import Outcome

_BEFORE, _AFTER = 4, 4
_MODES = {MODE_EL0: "EL0", MODE_EL1T: "EL1t", MODE_EL1H: "EL1h"}


def crash_report(machine: Machine, outcome: Outcome) -> Iterator[str]:
    """Yield the lines of the report of a machine whose guest has crashed."""
    number = outcome.vcpu or 0
    vcpu = machine.vcpu(number)
    yield f"{vcpu} crashed: {outcome.detail or 'it asked for SHUTDOWN_crash'}"
    if not vcpu.has_cpu:
        return
    yield from register_lines(machine, number)
    yield ""
    yield from code_lines(machine, number)
    yield ""
    pc = vcpu.cpu.pc
    yield "pc, as both stages translate it:"
    yield from _walk(machine, pc, Access.EXECUTE, number)
    far = outcome.address if outcome.address is not None else vcpu.cpu.read_sysreg("FAR_EL1")
    if far != pc:
        yield f"{'the faulting address' if outcome.address is not None else 'FAR_EL1'}, as both stages translate it:"
        yield from _walk(machine, far, Access.READ, number)


def register_lines(machine: Machine, number: int) -> Iterator[str]:
    """Yield the general registers and the EL1 system registers of a vCPU, a few to a line."""
    cpu = machine.vcpu(number).cpu
    pstate = cpu.pstate
    mode = _MODES.get(pstate & (PSTATE_EL | PSTATE_SP), "?")
    flags = "".join(name if pstate >> bit & 1 else "-" for name, bit in zip("NZCV", range(31, 27, -1), strict=True))
    masks = "".join(name if pstate >> bit & 1 else "-" for name, bit in zip("DAIF", range(9, 5, -1), strict=True))
    name = symbol_at(machine, cpu.pc, vcpu=number)
    yield f"  pc {cpu.pc:016x}{f' <{name}>' if name else ''}  {mode} {flags} {masks}  sp {cpu.sp:016x}"
    for first in range(0, 31, 4):
        yield "  " + "  ".join(f"{f'x{n}':>3} {cpu.x[n]:016x}" for n in range(first, min(first + 4, 31)))
    shown = [f"{register:<14} {cpu.read_sysreg(register):016x}" for register in GUEST_STATE]
    for first in range(0, len(shown), 3):
        yield "  " + "  ".join(shown[first : first + 3])


def code_lines(machine: Machine, number: int) -> Iterator[str]:
    """Yield the disassembly of the instructions around a vCPU's PC, with an arrow at it."""
    pc = machine.vcpu(number).cpu.pc
    before = list(disassemble(machine, pc - 4 * _BEFORE, _BEFORE, vcpu=number))
    lines = [*before, *disassemble(machine, pc, _AFTER + 1, vcpu=number)]
    if not any(line.va == pc for line in lines):
        yield f"  no instruction can be fetched at pc {pc:#x}"
    width = max((len(line.text) for line in lines), default=0)
    for line in lines:
        arrow = "->" if line.va == pc else "  "
        where = "  ".join(part for part in (line.symbol and f"<{line.symbol}>", line.source) if part)
        yield f"{arrow} {line.va:016x}  {line.word:08x}  {line.text:<{width}}  {where}".rstrip()


def _walk(machine: Machine, va: int, access: Access, number: int) -> Iterator[str]:
    walk = machine.walk(va, access=access, vcpu=number)
    for line in describe_walk(walk).splitlines():
        yield f"  {line}"
