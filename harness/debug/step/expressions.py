"""Addresses as a user types them: numbers, registers, symbols, source lines, and sums of these.

    0x400000   4_096   x0   sp   TTBR1_EL1   kernel_main   kernel_main+0x10   kpti.S:61   area   x29-16

A register takes precedence over a symbol of the same name; ``area`` is the address under which the vCPU registered
its runstate area. Only symbols are case-sensitive.
"""

import re

from harness.abi.words import MASK64
from harness.debug.step.errors import CommandError
from harness.debug.step.places import Places
from harness.machine.sysregs import SYSREGS
from harness.words import suggestion
from harness.xen.domains.domain import Vcpu

_TERM = re.compile(r"\s*([+-]?)\s*([^\s+-]+)")
_LINE = re.compile(r"([^:\s]+):([0-9]+)$")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F_]+|[0-9][0-9_,]*")
_OTHER_NAMES = {"fp": "x29", "lr": "x30"}
GENERAL = (*(f"x{number}" for number in range(31)), "sp", "pc", "pstate", "fp", "lr")
"""The names of registers that are not system registers."""


def parse_number(text: str) -> int:
    """Read a number, decimal or with 0x; underscores and commas may group the digits. Raises CommandError."""
    if not _NUMBER.fullmatch(text):
        raise CommandError(f"{text} is not a number")
    return int(text.replace(",", "").replace("_", ""), 0 if text[:2] in ("0x", "0X") else 10)


def parse_count(words: list[str], default: int = 1) -> int:
    """Read the optional count of a command, from 1 up. Raises CommandError."""
    if not words:
        return default
    count = parse_number(words[0])
    if count < 1 or len(words) > 1:
        raise CommandError(f"{' '.join(words)}: expected one positive integer")
    return count


def source_line(text: str) -> tuple[str, int] | None:
    """Split FILE:LINE; None if ``text`` does not have that form."""
    found = _LINE.match(text)
    return (found[1], int(found[2])) if found else None


def register_name(text: str) -> str | None:
    """The register that a name means, in upper or lower case; None if it is not a register."""
    name = text.removeprefix("$").lower()
    name = _OTHER_NAMES.get(name, name)
    if name in GENERAL:
        return name
    return name.upper() if name.upper() in SYSREGS else None


def read_register(vcpu: Vcpu, name: str) -> int:
    """The value of a register that :func:`register_name` knows. Raises CommandError."""
    if not vcpu.has_cpu:
        raise CommandError(f"{vcpu} was never started: it has no registers")
    cpu = vcpu.cpu
    if name in ("sp", "pc", "pstate"):
        return int(getattr(cpu, name))
    return cpu.x[int(name[1:])] if name[0] == "x" else cpu.read_sysreg(name)


def evaluate(text: str, vcpu: Vcpu, places: Places) -> int:
    """The value of an expression for ``vcpu``, modulo 2^64. Raises CommandError."""
    line = source_line(text.strip())
    if line is not None:
        return places.va(vcpu, places.line(*line)[1][0])
    at, total = 0, 0
    while text[at:].strip():
        term = _TERM.match(text, at)
        if term is None or (at and not term[1]):
            raise CommandError(f"{text} is not an address: expected a number, register, symbol, FILE:LINE, or a sum")
        value = _value(term[2], vcpu, places)
        total += -value if term[1] == "-" else value
        at = term.end()
    if not at:
        raise CommandError("missing address: expected a number, register, symbol or FILE:LINE")
    return total & MASK64


def _value(text: str, vcpu: Vcpu, places: Places) -> int:
    if text[0].isdigit():
        return parse_number(text)
    register = register_name(text)
    if register is not None:
        return read_register(vcpu, register)
    if text == "area":
        area = vcpu.state.physical_area or vcpu.state.area
        if area is None:
            raise CommandError(f"{vcpu} has no runstate area registered now")
        return area.address
    ipa = places.symbol(text)
    if ipa is None:
        raise CommandError(f"{text} is not a number, register or symbol of the guest{suggestion(text, places.names)}")
    return places.va(vcpu, ipa)
