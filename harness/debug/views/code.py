"""The code view: instructions with the guest's symbols and source lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.api import Machine
from harness.debug.call_words import read_va
from harness.debug.disassembly import instruction_text
from harness.debug.event_words import state_name
from harness.debug.views.names import link_address_of, name_of, named
from harness.guest.image import SourceLine
from harness.xen.domains.domain import Vcpu

_TARGET = re.compile(r"(?:bl?|b\.\w+|cbn?z|tbn?z|adrp?)\b.*#(0x[0-9a-f]+)$")


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One instruction: its address, word and text, and the symbol and source line it belongs to, if known."""

    va: int
    word: int
    text: str
    symbol: str | None
    source: SourceLine | None


def instruction_at(machine: Machine, vcpu: Vcpu, va: int) -> CodeLine | None:
    """The instruction at ``va``, read with EL1's rights; None if it cannot be read."""
    data = read_va(vcpu, va, 4)
    if data is None:
        return None
    word = int.from_bytes(data, "little")
    link = link_address_of(machine, vcpu, va)
    symbol, source = (None, None) if link is None else (machine.guest.nearest(link), machine.guest.line_at(link))
    return CodeLine(va, word, _with_target(machine, vcpu, instruction_text(word, va)), symbol, source)


def _with_target(machine: Machine, vcpu: Vcpu, text: str) -> str:
    """Append the symbol at the target of a branch or ADR to the text of the instruction."""
    found = _TARGET.match(text)
    name = name_of(machine, vcpu, int(found[1], 16)) if found else None
    return f"{text} <{name}>" if name else text


def code_lines(machine: Machine, vcpu: Vcpu, start: int, count: int) -> Iterator[str]:
    """Yield ``count`` instructions from ``start``, with an arrow at PC, and a heading where a symbol begins."""
    symbol = None
    for va in range(start, start + 4 * count, 4):
        each = instruction_at(machine, vcpu, va)
        if each is None:
            yield f"   {va:016x}  cannot be read"
            return
        name = each.symbol and each.symbol.partition("+")[0]
        if name != symbol and name:
            yield f"{each.symbol}:"
        symbol = name
        arrow = "->" if va == vcpu.cpu.pc else "  "
        yield f"{arrow} {va:016x}  {each.word:08x}  {each.text:<40} {source_text(each.source)}".rstrip()


def source_text(source: SourceLine | None) -> str:
    """``kpti.S:61  bl run_in_user_mode``; empty if the line is unknown."""
    return "" if source is None else f"{source.file}:{source.line}  {' '.join(source.text.split())}"


def where(machine: Machine, vcpu: Vcpu) -> str:
    """One line: vCPU, exception level, state unless it is running, PC with symbol, instruction, source line."""
    if not vcpu.has_cpu:
        return f"{vcpu} was never started"
    pc = vcpu.cpu.pc
    each = instruction_at(machine, vcpu, pc)
    text = "cannot be read" if each is None else each.text
    # The line is short of space: leave out a comment at the end of the source line.
    source = "" if each is None else source_text(each.source).partition(" //")[0].rstrip()
    state = state_name(vcpu.state.runstate.state)
    who = f"{vcpu} EL{vcpu.cpu.el}" + ("" if state == "running" else f" ({state})")
    return f"{who} {named(machine, vcpu, pc)}: {text}{f'   {source}' if source else ''}"
