"""Over a call and out of a function, forward and back, on one vCPU.

Over is exact: the instruction after the call, with the stack pointer where it is now or above, so that a call of the
same function from within does not count. Out has to know where a function returns to. Nothing in memory says so for
sure; it is found by following the code from PC to its RET as if no conditional branch were taken, with an eye on SP
and on where x30 is saved and loaded again. That is right for compilers' code and for what is written by hand in the
same manner; where the way ends in something else, :class:`NoReturnAddress` says so. An ERET returns to ELR_EL1.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.abi.words import MASK64
from harness.debug.call_words import read_va
from harness.debug.replay.arrival import Arrival, Why
from harness.debug.replay.history import History
from harness.debug.replay.stops import Address, ExceptionTaken, Stop
from harness.xen.domains.domain import Vcpu

MOST_INSTRUCTIONS = 4096
"""How far the way to a RET is followed."""

_LR, _SP, _FP = 30, 31, 29
_ERET = 0xD69F_03E0

WasInterrupted = Callable[[], bool]


class NoReturnAddress(Exception):
    """It cannot be told where the function at PC returns to; the message says why."""


def _never() -> bool:
    return False


def is_call(word: int) -> bool:
    """Whether an instruction goes somewhere and comes back: BL, BLR, SVC, HVC, SMC."""
    bl, blr = word & 0xFC00_0000 == 0x9400_0000, word & 0xFFFF_FC1F == 0xD63F_0000
    return bl or blr or (word & 0xFFE0_0000 == 0xD400_0000 and word & 0x1F in (1, 2, 3))


def stands_on_call(vcpu: Vcpu) -> bool:
    """Whether the next instruction of ``vcpu`` is one."""
    return is_call(_word(vcpu, vcpu.cpu.pc))


def is_return(word: int) -> bool:
    """Whether an instruction comes back: RET, ERET."""
    return word & 0xFFFF_FC1F == 0xD65F_0000 or word == _ERET


def back_one(history: History, vcpu: Vcpu) -> Arrival:
    """Go back to the last instruction that ``vcpu`` executed: at once where no other has executed one since."""
    here = history.position
    arrival = history.back()
    if history.position.instructions < here.instructions and history.current is vcpu:
        return arrival
    history.goto(here)
    return history.back(1, vcpu.key)


def over(history: History, vcpu: Vcpu, *stops: Stop, interrupted: WasInterrupted = _never) -> Arrival:
    """Execute one instruction of ``vcpu``, a call with all that it calls; less where one of ``stops`` is hit in it."""
    pc, sp = vcpu.cpu.pc, vcpu.cpu.sp
    if not stands_on_call(vcpu):
        return history.step(1, vcpu.key, interrupted=interrupted)
    return history.forward(Address(pc + 4, vcpu.key, sp), *stops, interrupted=interrupted)


def back_over(history: History, vcpu: Vcpu, *stops: Stop, interrupted: WasInterrupted = _never) -> Arrival:
    """The reverse of :func:`over`: where a call has come back to PC, go back to the call."""
    pc, sp, here = vcpu.cpu.pc, vcpu.cpu.sp, history.position
    before = back_one(history, vcpu)
    if before.why is not Why.MOVED or vcpu.cpu.pc == pc - 4 or not is_return(_word(vcpu, vcpu.cpu.pc)):
        return before
    if not is_call(_word(vcpu, pc - 4)):
        return before
    returned = history.position
    history.goto(here)
    arrival = history.back_to(Address(pc - 4, vcpu.key, sp), *stops, interrupted=interrupted)
    return history.goto(returned) if arrival.why is Why.START else arrival


def out(history: History, vcpu: Vcpu, *stops: Stop, interrupted: WasInterrupted = _never) -> Arrival:
    """Run until the function at PC has returned to its caller, or an exception handler to what it interrupted.

    Raises NoReturnAddress.
    """
    back = find_return(vcpu)
    return history.forward(Address(back.va, vcpu.key, back.sp), *stops, interrupted=interrupted)


def back_out(history: History, vcpu: Vcpu, *stops: Stop, interrupted: WasInterrupted = _never) -> Arrival:
    """Go back to the call that led into the function at PC, or the instruction at which its exception was taken.

    Raises NoReturnAddress.
    """
    back = find_return(vcpu)
    if not back.from_exception:
        return history.back_to(Address(back.va - 4, vcpu.key, back.sp), *stops, interrupted=interrupted)
    return _back_to_interrupted(history, vcpu, back.va, stops, interrupted)


def _back_to_interrupted(
    history: History, vcpu: Vcpu, interrupted_at: int, stops: tuple[Stop, ...], interrupted: WasInterrupted
) -> Arrival:
    """Go back to where an exception that will return to ``interrupted_at`` was taken; others are passed by."""
    here = history.position
    history.step()  # so that the vector that the machine may stand at counts, too
    taken = ExceptionTaken(vcpu.key)
    arrival = history.back_to(taken, interrupted=interrupted)
    if arrival.position != here:
        history.goto(here)
        arrival = history.back_to(taken, *stops, interrupted=interrupted)
    while arrival.hit is not None and arrival.hit.stop == taken:
        if vcpu.cpu.read_sysreg("ELR_EL1") == interrupted_at:
            return history.back()
        arrival = history.back_to(taken, *stops, interrupted=interrupted)
    return arrival


@dataclass(frozen=True, slots=True)
class Return:
    """Where a function returns to, and where SP will be at least; ``from_exception``: by ERET."""

    va: int
    sp: int | None
    from_exception: bool = False


def find_return(vcpu: Vcpu) -> Return:
    """Follow the code from PC to where it returns. Raises NoReturnAddress."""
    way = _Way(vcpu, vcpu.cpu.sp & MASK64, vcpu.cpu.x[_LR])
    pc = vcpu.cpu.pc
    seen = set()
    for _ in range(MOST_INSTRUCTIONS):
        seen.add(pc)
        word = _word(vcpu, pc)
        if word == _ERET:
            return Return(vcpu.cpu.read_sysreg("ELR_EL1"), None, from_exception=True)
        if is_return(word) or word & 0xFFFF_FC1F == 0xD61F_0000:  # RET, or BR: a call at the very end
            if way.link is None:
                raise NoReturnAddress(
                    f"it cannot be told where the function at {vcpu.cpu.pc:#x} returns to: on the way to the RET at "
                    f"{pc:#x}, calls change x30 and nothing loads it again"
                )
            return Return(way.link, way.sp)
        if word & 0xFC00_0000 == 0x1400_0000:  # B
            target = pc + (_signed(word, 26) << 2)
            pc = target if target not in seen else pc + 4
            continue
        way.execute(word)
        pc += 4
    raise NoReturnAddress(f"no RET is found within {MOST_INSTRUCTIONS:,} instructions from {vcpu.cpu.pc:#x} on")


@dataclass(slots=True)
class _Way:
    """SP and x30 on the way, and what is saved on the stack meanwhile. ``link`` is None where a call has spoilt it."""

    vcpu: Vcpu
    sp: int
    link: int | None
    saved: dict[int, int | None] = field(default_factory=dict)
    """Doublewords of the stack that x30 was stored to."""
    copies: dict[int, int | None] = field(default_factory=dict)
    """Registers that x30 was moved to."""

    def execute(self, word: int) -> None:
        """Do what an instruction does to SP and x30; others do nothing."""
        base, first, second = word >> 5 & 31, word & 31, word >> 10 & 31
        if is_call(word) and word >> 24 != 0xD4:
            self.link = None
        elif word & 0xFFE0_FFE0 == 0xAA00_03E0:  # MOV of X registers
            source = word >> 16 & 31
            if source == _LR:
                self.copies[first] = self.link
            elif first == _LR and source != _SP:
                self.link = self.copies[source] if source in self.copies else self.vcpu.cpu.x[source]
        elif word & 0xFE00_0000 == 0xA800_0000 and base == _SP:  # LDP and STP of X registers
            offset = (word >> 15 & 0x7F) - (word >> 14 & 0x80) << 3
            self._access(word >> 22 & 1, word >> 23 & 3, offset, (first, second))
        elif word & 0xFF80_0000 == 0xF900_0000 and base == _SP:  # LDR and STR of an X register, scaled offset
            self._access(word >> 22 & 1, 2, (word >> 10 & 0xFFF) << 3, (first,))
        elif word & 0xFFA0_0400 == 0xF800_0400 and base == _SP:  # the same before (11) or after (01) moving SP
            self._access(word >> 22 & 1, 3 if word >> 11 & 1 else 1, _signed(word >> 12, 9), (first,))
        elif word & 0xBF80_0000 == 0x9100_0000 and first == _SP:  # ADD and SUB to SP, MOV from x29
            amount = (word >> 10 & 0xFFF) << (12 if word >> 22 & 1 else 0)
            value = self.sp if base == _SP else self.vcpu.cpu.x[base]
            self.sp = value + (-amount if word >> 30 & 1 else amount) & MASK64

    def _access(self, load: int, mode: int, offset: int, registers: tuple[int, ...]) -> None:
        """``mode``: 1 moves SP after, 2 not at all, 3 before the access."""
        at = self.sp if mode == 1 else self.sp + offset
        for index, register in enumerate(registers):
            if register == _LR and load:
                self.link = self.saved[at + 8 * index] if at + 8 * index in self.saved else self._read(at + 8 * index)
            elif register == _LR:
                self.saved[at + 8 * index] = self.link
        if mode != 2:
            self.sp = self.sp + offset & MASK64

    def _read(self, va: int) -> int | None:
        data = read_va(self.vcpu, va, 8)
        return None if data is None else int.from_bytes(data, "little")


def _signed(value: int, bits: int) -> int:
    value &= (1 << bits) - 1
    return value - (value >> bits - 1 << bits)


def _word(vcpu: Vcpu, va: int) -> int:
    """The instruction there; 0, which is undefined, where nothing can be read."""
    data = read_va(vcpu, va & MASK64, 4)
    return 0 if data is None else int.from_bytes(data, "little")
