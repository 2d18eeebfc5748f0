"""A synchronous exception in words: where it happened, which access at which address failed, and why (stage, level).

What ESR_EL1 does not tell comes from the instruction and from the tables in their current state.
"""

import re

from harness.api import Machine, MemoryAccessError
from harness.debug.disassembly import instruction_text, link_address, symbol_at
from harness.debug.event_words import exception_words
from harness.machine.exits import (
    EC_DATA_ABORT_LOWER,
    EC_DATA_ABORT_SAME,
    EC_INSTRUCTION_ABORT_LOWER,
    EC_INSTRUCTION_ABORT_SAME,
    EC_PC_ALIGNMENT,
)
from harness.machine.fault_chain import Taken
from harness.machine.mmu.faults import Access, Fault, FaultKind

_EC_UNKNOWN, _EC_ILLEGAL, _EC_SYSREG, _EC_SP_ALIGNMENT, _EC_BRK = 0x00, 0x0E, 0x18, 0x26, 0x3C
_FETCHES = (EC_INSTRUCTION_ABORT_LOWER, EC_INSTRUCTION_ABORT_SAME)
_ACCESSES = (EC_DATA_ABORT_LOWER, EC_DATA_ABORT_SAME)
_WNR = 1 << 6
_KINDS = {0: "address size fault", 1: "translation fault", 2: "access flag fault", 3: "permission fault"}
_OTHER_STATUS = {0x10: "external abort", 0x21: "the address is not aligned", 0x30: "TLB conflict"}
_SIZES = {"b": 1, "h": 2, "w": 4, "s": 4, "x": 8, "d": 8, "q": 16}
_NARROW = re.compile(r"(?:ld|st)\w*?(b|h|sw)$")
_REGISTER = re.compile(r"([bhwsxdq])(?:\d+|zr)|sp|lr|fp")
_LR = 30


def fault_sentence(machine: Machine, number: int, fault: Taken, *, caller: bool = True) -> str:
    """One sentence without a full stop: where a vCPU was, what it tried, and why that failed.

    ``caller``: for a failed fetch, add x30, which probably tells where the vCPU came from.
    """
    what = _what(machine, number, fault)
    if caller and fault.syndrome >> 26 in _FETCHES:
        came_from = int.from_bytes(fault.registers[8 * _LR :], "little")
        what += f"; x30 is {place(machine, number, came_from).removeprefix('pc ')}"
    return f"{place(machine, number, fault.pc)}, at EL{fault.pstate >> 2 & 3}: {what}"


def place(machine: Machine, number: int, pc: int) -> str:
    """``pc 0x40000048 <kernel_main+0x8> (guest.S:12)``; symbol and line are left out if they are not known."""
    name = symbol_at(machine, pc, vcpu=number)
    address = link_address(machine, pc, vcpu=number)
    line = None if address is None else machine.guest.line_at(address)
    return f"pc {pc:#x}{f' <{name}>' if name else ''}{f' ({line.file}:{line.line})' if line else ''}"


def _what(machine: Machine, number: int, fault: Taken) -> str:
    kind = fault.syndrome >> 26
    far = fault.pc if fault.far is None else fault.far
    if kind in _FETCHES:
        return f"no instruction can be fetched from va {far:#x}: {_why(machine, number, fault, far)}"
    text = _instruction(machine, number, fault.pc)
    if kind in _ACCESSES:
        return f"{_access(text, fault)} va {far:#x} failed: {_why(machine, number, fault, far)}"
    if kind == EC_PC_ALIGNMENT:
        return f"a jump to {far:#x}, which is not a multiple of 4"
    quoted = f"`{text}`" if text else "the instruction"
    if kind == _EC_UNKNOWN:
        return f"{quoted} {'is refused by Xen' if fault.injected else 'is undefined'}: an undefined instruction"
    if kind == _EC_BRK:
        return f"BRK #{fault.syndrome & 0xFFFF:#x}"
    if kind == _EC_SYSREG:
        return f"{quoted} is not allowed at EL0"
    if kind == _EC_SP_ALIGNMENT:
        return f"{quoted} uses sp {fault.sp:#x}, which is not a multiple of 16"
    if kind == _EC_ILLEGAL:
        return f"an illegal return has set PSTATE.IL (pstate {fault.pstate:#x})"
    return f"{quoted}: {exception_words(fault.syndrome)}"


def _instruction(machine: Machine, number: int, pc: int) -> str:
    """The instruction that is in memory at ``pc`` now; empty if it cannot be read."""
    try:
        return instruction_text(int.from_bytes(machine.read(pc, 4, vcpu=number), "little"), pc)
    except MemoryAccessError:
        return ""


def _access(text: str, fault: Taken) -> str:
    """`` `str x0, [x1]`, a store of 8 bytes (x0) to``, as far as it is known."""
    if not text.startswith(("ld", "st")):
        quoted = f"`{text}`, " if text else ""
        return f"{quoted}{'a store to' if fault.syndrome & _WNR else 'an access to'}"
    mnemonic, _, operands = text.partition(" ")
    store = mnemonic.startswith("st")
    names = [each.strip() for each in operands.partition("[")[0].split(",") if each.strip()]
    if mnemonic.startswith(("stx", "stlx")):
        names = names[1:]  # the first register receives the status of the exclusive store
    size = _size(mnemonic, names)
    bytes_text = f" of {size} byte{'s' * (size != 1)}" if size else ""
    registers = f" ({', '.join(names)})" if names else ""
    return f"`{text}`, a {'store' if store else 'load'}{bytes_text}{registers} {'to' if store else 'from'}"


def _size(mnemonic: str, names: list[str]) -> int | None:
    narrow = _NARROW.match(mnemonic)
    if narrow:
        return {"b": 1, "h": 2, "sw": 4}[narrow[1]] * len(names)
    matches = [_REGISTER.fullmatch(name) for name in names]
    if not matches or None in matches:
        return None
    return sum(_SIZES[match[1] or "x"] for match in matches if match)


def _why(machine: Machine, number: int, fault: Taken, va: int) -> str:
    """Why an access failed: stage, kind and level of the fault."""
    status = fault.syndrome & 0x3F  # DFSC or IFSC (Arm DDI 0487, ESR_ELx)
    if not fault.injected:
        if status >> 2 in _KINDS:
            return f"stage 1 {_KINDS[status >> 2]}, level {status & 3}"
        if status >> 2 == FaultKind.EXTERNAL.value >> 2:
            return f"external abort on the walk of stage 1, level {status & 3}"
        return _OTHER_STATUS.get(status, f"fault status {status:#x}")
    # The syndrome of an abort that Xen injects does not tell what was wrong; a walk does.
    kind = fault.syndrome >> 26
    access = Access.EXECUTE if kind in _FETCHES else Access.READ
    found = machine.walk(va, access=access, vcpu=number, el=fault.pstate >> 2 & 3).outcome
    if not isinstance(found, Fault):
        return "Xen does not handle this access and has injected an abort (stage 2)"
    table = "the stage-1 table at " if found.s1ptw else ""
    where = "" if found.ipa is None else f": the guest has no memory at {table}ipa {found.ipa:#x}"
    return f"{str(found).partition(',')[0]}, level {found.level}{where}"
