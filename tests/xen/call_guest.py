"""A guest that makes a list of calls, MMU off, and prints what each left behind: registers, exception, memory.

The same guest runs here and on a real Xen. Addresses inside its image become ``image+0x...``, so that answers can be
compared whatever the guest was loaded at.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from harness.guest import Guest, assemble

MASK64 = (1 << 64) - 1

FILL = 0xEE
"""What the buffer is full of before each call."""

VCPUS = 2
"""How many the guest's domain must have: the second one is started by some calls."""

BUFFER_SIZE = 2048
_FIXED_WORDS = 11

Word = int | str
"""A number, or the name of something in the guest: ``buffer``, ``area``, ``last_buffer_bytes``, ``park`` ..."""


@dataclass(frozen=True)
class Call:
    """Registers to load, the instruction (or several lines), words to put into the buffer, and how many to show."""

    registers: dict[str, Word]
    instruction: str
    data: tuple[Word, ...] = ()
    shows: int = 0


def hypercall(number: int, *arguments: Word, data: tuple[Word, ...] = (), shows: int = 0) -> Call:
    """A Xen hypercall: ``number`` in x16, the arguments from x0 on."""
    registers: dict[str, Word] = {f"x{index}": value for index, value in enumerate(arguments)}
    return Call({**registers, "x16": number}, f"hvc #{0xEA1}", data, shows)


def smccc(function: int, *arguments: Word, instruction: str = "hvc #0") -> Call:
    """A call by the SMC calling convention: the function in x0, its arguments from x1 on."""
    return Call({f"x{index}": value for index, value in enumerate((function, *arguments))}, instruction)


def instruction(text: str, **registers: Word) -> Call:
    """Any instruction."""
    return Call(registers, text)


@dataclass(frozen=True)
class Answer:
    """What one call left: x0 to x4, DAIF, the exception if there was one, and the buffer.

    ``elr`` counts from the instruction where it lies in the image. ``written`` is where the last byte of the buffer
    that changed ends; ``text`` is what the call itself printed.
    """

    x: tuple[int | str, ...]
    daif: int
    esr: int
    elr: int
    far: int
    written: int
    memory: bytes
    text: str


_HEAD = f"""
#include "lib/boot.S"
#include "lib/console.S"
#include "lib/print.S"
    .bss
    .balign 4096
results: .space {8 * _FIXED_WORDS}
buffer: .space {BUFFER_SIZE}
    .balign 64
area: .space 64
go: .space 8
    .text
    .balign 2048
vectors:
    .space 0x200
    mrs     x20, esr_el1
    mrs     x21, elr_el1
    mrs     x22, far_el1
    msr     elr_el1, x28
    eret
    .balign 2048

/* A vCPU that waits until it may go off. */
park:
    mov     x0, #0
    hypercall HYPERVISOR_sched_op
    address x1, go
    ldr     x1, [x1]
    cbz     x1, park
    psci    PSCI_CPU_OFF

prepare:                                // x0: the end of the data that the call has put into the buffer
    mov     x20, #0
    mov     x21, #0
    mov     x22, #0
    msr     far_el1, xzr
    msr     daifset, #7
    address x1, buffer + {BUFFER_SIZE}
    mov     w2, #{FILL}
1:  cmp     x0, x1
    b.hs    2f
    strb    w2, [x0], #1
    b       1b
2:  .irp    n, 0,1,2,3,4,5,6,7,16
    mov     x\\n, #0
    .endr
    ret

record:                                 // x24: words of the buffer to print; x27: the instruction
    address x9, results
    stp     x0, x1, [x9]
    stp     x2, x3, [x9, #16]
    mrs     x5, daif
    stp     x4, x5, [x9, #32]
    stp     x20, x21, [x9, #48]
    stp     x22, x27, [x9, #64]
    msr     daifset, #7
    mov     x26, x30
    address x0, buffer
    mov     x1, #{BUFFER_SIZE}
1:  cbz     x1, 2f
    add     x2, x0, x1
    ldrb    w2, [x2, #-1]
    cmp     w2, #{FILL}
    b.ne    2f
    sub     x1, x1, #1
    b       1b
2:  str     x1, [x9, #80]
    mov     x25, x9
    add     x24, x24, #{_FIXED_WORDS}
3:  ldr     x0, [x25], #8
    bl      put_hex
    print   "\\n"
    subs    x24, x24, #1
    b.ne    3b
    print   ".\\n"
    ret     x26

kernel_main:
    address x0, vectors
    msr     vbar_el1, x0
    isb
    address x0, image
    bl      put_hex
    print   "\\n.\\n"
"""

_TAIL = """
    b       power_off
#include "lib/end.S"
"""


def call_guest(calls: list[Call]) -> Guest:
    """Assemble a guest that makes these calls and powers off."""
    body = "".join(_call(index, call) for index, call in enumerate(calls))
    source = f"#define NR_CPUS {VCPUS}\n" + _HEAD + body + _TAIL
    return assemble(source, name="calls.S")


def _load(register: str, value: Word) -> str:
    if isinstance(value, str):
        return f"    address {register}, {value}\n"
    value &= MASK64
    lines = f"    movz {register}, #{value & 0xFFFF}\n"
    for shift in (16, 32, 48):
        if value >> shift & 0xFFFF:
            lines += f"    movk {register}, #{value >> shift & 0xFFFF}, lsl #{shift}\n"
    return lines


def _call(index: int, call: Call) -> str:
    lines = "    address x8, buffer\n"
    for word in call.data:
        lines += _load("x9", word) + "    str x9, [x8], #8\n"
    lines += "    mov x0, x8\n    bl prepare\n"
    lines += "".join(_load(register, value) for register, value in call.registers.items())
    lines += f"    adr x27, at_{index}\n    adr x28, after_{index}\n"
    lines += f"at_{index}:\n    {call.instruction}\nafter_{index}:\n"
    return lines + f"    mov x24, #{call.shows}\n    bl record\n"


def answers(console: str, calls: list[Call]) -> list[Answer]:
    """Read the guest's console: one Answer per call, as far as the guest came."""
    base, found = 0, []
    for index, block in enumerate(console.split("\n.\n")[:-1]):
        lines = block.split("\n")
        numbers = [int(line, 16) for line in lines if re.fullmatch(r"0x[0-9a-f]{16}", line)]
        if index == 0:
            base = numbers[0]
            continue
        text = "\n".join(line for line in lines if not re.fullmatch(r"0x[0-9a-f]{16}", line))
        found.append(_answer(numbers, base, text))
        assert len(numbers) == _FIXED_WORDS + calls[index - 1].shows
    return found


def _answer(numbers: list[int], base: int, text: str) -> Answer:
    def place(value: int) -> int | str:
        return f"image+{value - base:#x}" if base <= value < base + (1 << 20) else value

    *x, daif, esr, elr, far, at, written = numbers[:_FIXED_WORDS]
    memory = b"".join(number.to_bytes(8, "little") for number in numbers[_FIXED_WORDS:])
    near = elr - at if abs(elr - at) < 4096 else elr
    return Answer(tuple(place(value) for value in x), daif, esr, near, far, written, memory, text)


def placed(guest: Guest, value: Word) -> int | str:
    """How an argument appears in an Answer."""
    if isinstance(value, int):
        return value & MASK64
    name, _, offset = value.partition("+")
    return f"image+{guest.symbols[name.strip()] + int(offset or '0', 0):#x}"


def of_first_vcpu(log: Iterable[str], dom0: bool) -> tuple[str, ...]:
    """The lines of Xen's log that name the guest's first vCPU, without their prefix."""
    lines = (line.removeprefix("(XEN) ") for line in log)
    return tuple(line for line in lines if line.startswith(f"d{0 if dom0 else 1}v0 "))
