"""The register view: a star marks each register of a vCPU that has changed."""

from collections.abc import Iterator, Mapping

from harness.api import Machine
from harness.debug.views.names import name_of
from harness.machine.cpu import Cpu
from harness.machine.exceptions import MODE_EL0, MODE_EL1H, MODE_EL1T, PSTATE_EL, PSTATE_SP
from harness.machine.sysregs import GUEST_STATE
from harness.xen.domains.domain import Vcpu

SYSTEM = (*GUEST_STATE, "SP_EL0", "SP_EL1")
"""The system registers that the view shows."""
_MODES = {MODE_EL0: "EL0", MODE_EL1T: "EL1t", MODE_EL1H: "EL1h"}


def register_values(cpu: Cpu) -> dict[str, int]:
    """All registers that the view shows, by name: x0 to x30, sp, pc, pstate, and the system registers."""
    general = {f"x{number}": value for number, value in enumerate(cpu.x)}
    system = {name: cpu.read_sysreg(name) for name in SYSTEM}
    return {**general, "sp": cpu.sp, "pc": cpu.pc, "pstate": cpu.pstate, **system}


def pstate_text(pstate: int) -> str:
    """``EL1h nZcv DAiF``: the mode, then condition flags and masks, in capitals if they are set."""
    mode = _MODES.get(pstate & (PSTATE_EL | PSTATE_SP), "?")
    return f"{mode} {_letters('nzcv', 31, pstate)} {_letters('daif', 9, pstate)}"


def _letters(names: str, top: int, value: int) -> str:
    return "".join(name.upper() if value >> top - index & 1 else name for index, name in enumerate(names))


def general_lines(machine: Machine, vcpu: Vcpu, before: Mapping[str, int] | None = None) -> Iterator[str]:
    """Yield x0 to x30, sp, pc and pstate; a star marks those that differ from ``before``."""
    values = register_values(vcpu.cpu)
    names = [*(f"x{number}" for number in range(31)), "sp"]
    for first in range(0, len(names), 4):
        yield "  ".join(_cell(name, values[name], before, 3) for name in names[first : first + 4])
    name = name_of(machine, vcpu, values["pc"])
    pc = _cell("pc", values["pc"], before, 3) + (f" <{name}>" if name else "")
    yield f"{pc}  {_cell('pstate', values['pstate'], before, 6, 8)} {pstate_text(values['pstate'])}"


def system_lines(vcpu: Vcpu, before: Mapping[str, int] | None = None) -> Iterator[str]:
    """Yield the system registers of EL1 and EL0, three to a line; a star marks those that differ from ``before``."""
    values = register_values(vcpu.cpu)
    for first in range(0, len(SYSTEM), 3):
        yield "  ".join(_cell(name, values[name], before, 14) for name in SYSTEM[first : first + 3])


def _cell(name: str, value: int, before: Mapping[str, int] | None, width: int, digits: int = 16) -> str:
    changed = before is not None and before.get(name) != value
    return f"{'*' if changed else ' '}{name:<{width}} {value:0{digits}x}"
