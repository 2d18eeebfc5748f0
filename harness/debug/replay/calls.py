"""Step over a call and out of a function, forward and back, on one vCPU.

"Over" is exact: it ends at the instruction after the call, with the stack pointer at its present value or above, so
that recursive calls do not count. "Out" has to know where a function returns to, which no place in memory holds for
certain. It follows the code from PC to its RET as if no conditional branch were taken, and tracks SP and where x30 is
saved and loaded again. This is right for compiled code and for assembly written in the same manner; for other code
it raises :class:`NoReturnAddress`. An ERET returns to ELR_EL1.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.abi.words import MASK64, signed
from harness.debug.call_words import read_va
from harness.debug.replay.arrival import Arrival, Why
from harness.debug.replay.history import History
from harness.debug.replay.stops import Address, ExceptionTaken, Stop
from harness.xen.domains.domain import Vcpu

MOST_INSTRUCTIONS = 4096
"""How many instructions are followed in search of a RET."""

_LR, _SP, _FP = 30, 31, 29
_ERET = 0xD69F_03E0

WasInterrupted = Callable[[], bool]


class NoReturnAddress(Exception):
    """The return address of the function at PC cannot be found; the message says why."""


def _never() -> bool:
    return False


def is_call(word: int) -> bool:
    """Whether an instruction is a call, to which control returns: BL, BLR, SVC, HVC, SMC."""
    bl, blr = word & 0xFC00_0000 == 0x9400_0000, word & 0xFFFF_FC1F == 0xD63F_0000
    return bl or blr or (word & 0xFFE0_0000 == 0xD400_0000 and word & 0x1F in (1, 2, 3))


def stands_on_call(vcpu: Vcpu) -> bool:
    """Whether the next instruction of ``vcpu`` is a call."""
    return is_call(_word(vcpu, vcpu.cpu.pc))


def is_return(word: int) -> bool:
    """Whether an instruction returns from a call: RET, ERET."""
    return word & 0xFFFF_FC1F == 0xD65F_0000 or word == _ERET


def back_one(history: History, vcpu: Vcpu) -> Arrival:
    """Go back to the last instruction that ``vcpu`` executed."""
    # One step back is cheap, and enough if no other vCPU has run since. Otherwise search for the instruction.
    here = history.position
    arrival = history.back()
    if history.position.instructions < here.instructions and history.current is vcpu:
        return arrival
    history.goto(here)
    return history.back(1, vcpu.key)


def over(history: History, vcpu: Vcpu, *stops: Stop, interrupted: WasInterrupted = _never) -> Arrival:
    """Execute one instruction of ``vcpu``, and a call as a whole, unless one of ``stops`` is hit within it."""
    pc, sp = vcpu.cpu.pc, vcpu.cpu.sp
    if not stands_on_call(vcpu):
        return history.step(1, vcpu.key, interrupted=interrupted)
    return history.forward(Address(pc + 4, vcpu.key, sp), *stops, interrupted=interrupted)


def back_over(history: History, vcpu: Vcpu, *stops: Stop, interrupted: WasInterrupted = _never) -> Arrival:
    """The reverse of :func:`over`: if a call has just returned to PC, go back to the call."""
    pc, sp, here = vcpu.cpu.pc, vcpu.cpu.sp, history.position
    before = back_one(history, vcpu)
    if before.why is not Why.MOVED or vcpu.cpu.pc == pc - 4 or not is_return(_word(vcpu, vcpu.cpu.pc)):
        return before
    if not is_call(_word(vcpu, pc - 4)):
        return before
    # The call that returned here was made with SP where it is now, so it is the last one at PC - 4 with this SP.
    returned = history.position
    history.goto(here)
    arrival = history.back_to(Address(pc - 4, vcpu.key, sp), *stops, interrupted=interrupted)
    return history.goto(returned) if arrival.why is Why.START else arrival


def out(history: History, vcpu: Vcpu, *stops: Stop, interrupted: WasInterrupted = _never) -> Arrival:
    """Run until the function at PC has returned to its caller, or the handler at PC to the code it interrupted.

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
    """Go back to where the exception that will return to ``interrupted_at`` was taken, past any other exception."""
    here = history.position
    history.step()  # back_to looks before the present position; this includes a vector that the machine is at now
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
    """Where a function returns to, and the lowest value that SP will have there; ``from_exception``: by ERET."""

    va: int
    sp: int | None
    from_exception: bool = False


def find_return(vcpu: Vcpu) -> Return:
    """Follow the code from PC to its return. Raises NoReturnAddress."""
    way = _Way(vcpu, vcpu.cpu.sp & MASK64, vcpu.cpu.x[_LR])
    pc = vcpu.cpu.pc
    seen = set()
    for _ in range(MOST_INSTRUCTIONS):
        seen.add(pc)
        word = _word(vcpu, pc)
        if word == _ERET:
            return Return(vcpu.cpu.read_sysreg("ELR_EL1"), None, from_exception=True)
        if is_return(word) or word & 0xFFFF_FC1F == 0xD61F_0000:  # RET, or BR: a tail call
            if way.link is None:
                raise NoReturnAddress(
                    f"cannot find out where the function at {vcpu.cpu.pc:#x} returns to: before the RET at "
                    f"{pc:#x}, calls change x30 and no instruction loads it again"
                )
            return Return(way.link, way.sp)
        if word & 0xFC00_0000 == 0x1400_0000:  # B
            target = pc + (signed(word, 26) << 2)
            # A B back to code that was followed already closes a loop: leave the loop after it.
            pc = target if target not in seen else pc + 4
            continue
        way.execute(word)
        pc += 4
    raise NoReturnAddress(f"no RET within {MOST_INSTRUCTIONS:,} instructions from {vcpu.cpu.pc:#x}")


@dataclass(slots=True)
class _Way:
    """SP and x30 along the code, and what is saved on the stack meanwhile. ``link`` is None once a call changed x30."""

    vcpu: Vcpu
    sp: int
    link: int | None
    saved: dict[int, int | None] = field(default_factory=dict)
    """Doublewords on the stack in which x30 was saved, by address."""
    copies: dict[int, int | None] = field(default_factory=dict)
    """Registers to which x30 was moved."""

    def execute(self, word: int) -> None:
        """Apply the effect of an instruction on SP and x30; most instructions have none."""
        base, first, second = word >> 5 & 31, word & 31, word >> 10 & 31
        if is_call(word) and word >> 24 != 0xD4:  # BL and BLR; SVC, HVC and SMC leave x30 alone
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
            self._access(word >> 22 & 1, 3 if word >> 11 & 1 else 1, signed(word >> 12, 9), (first,))
        elif word & 0xBF80_0000 == 0x9100_0000 and first == _SP:  # ADD and SUB to SP, MOV from x29
            amount = (word >> 10 & 0xFFF) << (12 if word >> 22 & 1 else 0)
            value = self.sp if base == _SP else self.vcpu.cpu.x[base]
            self.sp = value + (-amount if word >> 30 & 1 else amount) & MASK64

    def _access(self, load: int, mode: int, offset: int, registers: tuple[int, ...]) -> None:
        """``mode``: 1 moves SP after the access, 2 not at all, 3 before the access."""
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


def _word(vcpu: Vcpu, va: int) -> int:
    """The instruction at ``va``; 0, an undefined instruction, if it cannot be read."""
    data = read_va(vcpu, va & MASK64, 4)
    return 0 if data is None else int.from_bytes(data, "little")
