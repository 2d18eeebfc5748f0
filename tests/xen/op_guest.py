"""A guest that reads a table of hypercalls, makes them one after the other, MMU off, and prints what each left.

The same guest runs here and on a real Xen. Where it was loaded does not show: addresses and frames of its memory
are printed relative to its image, and machine addresses, which no two machines share, not at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.guest import Guest, assemble

FILL = 0xEEEE_EEEE_EEEE_EEEE
"""What the buffer and the list are full of before each call."""
PAGE = 4096
ZONE = 0x400
"""The page, counted from the image, from which on memory is free for the calls to play with."""
_MEMORY = 1 << 30


@dataclass(frozen=True)
class At:
    """The address ``offset`` bytes into a page, counted from the image."""

    page: int
    offset: int = 0


@dataclass(frozen=True)
class Gfn:
    """The frame number of a page, counted from the image; ``bits`` are added to it."""

    page: int
    bits: int = 0


@dataclass(frozen=True)
class Buffer:
    """An address in the buffer, a page of which each call's structure is at the start."""

    offset: int = 0


@dataclass(frozen=True)
class Array:
    """An address in the page after the buffer, where arrays go."""

    offset: int = 0


@dataclass(frozen=True)
class Entry:
    """A version 1 grant entry: GTF_* flags, the domain that may have the page, and which, counted from the image."""

    page: int
    flags: int
    domain: int


Word = int | At | Gfn | Buffer | Array | Entry


@dataclass(frozen=True)
class Op:
    """A hypercall: what to put into the buffer and the array first, and how many words of them to show after.

    ``number`` None makes no call: ``data`` goes to ``where``. Words are shown from ``looks`` on, or from ``where``.
    ``hidden`` are the shown words that are machine addresses.
    """

    name: str
    number: int | None
    arguments: tuple[Word, ...] = ()
    data: tuple[Word, ...] = ()
    array: tuple[Word, ...] = ()
    shows: int = 0
    shows_array: int = 0
    hidden: tuple[int, ...] = ()
    where: Word = Buffer()
    looks: Word | None = None


def peek(name: str, where: Word, count: int = 1) -> Op:
    """Look at memory; a word that cannot be read is shown as a fault."""
    return Op(name, None, where=where, shows=count)


def poke(name: str, where: Word, *data: Word) -> Op:
    """Write words to memory, one that cannot be written is shown as a fault."""
    return Op(name, None, data=data, where=where)


def pack(*halves: int) -> int:
    """A word of 16-bit halves, the lowest first."""
    return sum((half & 0xFFFF) << 16 * index for index, half in enumerate(halves))


def words(low: int, high: int) -> int:
    """A word of two of 32 bits."""
    return low & 0xFFFF_FFFF | (high & 0xFFFF_FFFF) << 32


_HEAD = """
#include "lib/boot.S"
#include "lib/console.S"
#include "lib/print.S"
    .bss
    .balign 4096
buffer: .space 4096
array:  .space 4096
    .text
    .balign 2048
vectors:                                // an access that faults is passed over, and x28 says so
    .space  0x200
    mrs     x28, elr_el1
    add     x28, x28, #4
    msr     elr_el1, x28
    mov     x28, #1
    eret
    .balign 2048

next:                                   // x0 = the next word of the table, relocated; x19 moves on
    ldp     x1, x0, [x19], #16
    cmp     x1, #1                      // 1: an address in the image
    b.ne    1f
    add     x0, x0, x20
1:  cmp     x1, #2                      // 2: a frame
    b.ne    2f
    add     x0, x0, x20, lsr #12
2:  cmp     x1, #3                      // 3: a frame in the upper half
    b.ne    3f
    lsr     x1, x20, #12
    add     x0, x0, x1, lsl #32
3:  ret

copy:                                   // the next words of the table, and how many come first, to x22
    mov     x23, x30
    bl      next
    mov     x21, x0
1:  cbz     x21, 2f
    bl      next
    str     x0, [x22]                   // no write-back form: of one that faults, Xen logs how it looks
    add     x22, x22, #8
    sub     x21, x21, #1
    b       1b
2:  ret     x23

show:                                   // as many words as the table says, from x22 on
    mov     x23, x30
    bl      next
    mov     x21, x0
1:  cbz     x21, 2b
    print   " "
    mov     x28, #0
    ldr     x0, [x22]
    add     x22, x22, #8
    cbnz    x28, 3f
    bl      put_hex
    b       4f
3:  print   "fault"
4:  sub     x21, x21, #1
    b       1b
5:  ret     x23

kernel_main:
    address x0, vectors
    msr     vbar_el1, x0
    isb
    address x20, image
    address x19, table
    mov     x0, x20
    bl      put_hex
    print   "\\n"
each:
    address x0, buffer
    movz    x1, #0xeeee
    movk    x1, #0xeeee, lsl #16
    orr     x1, x1, x1, lsl #32
    add     x2, x0, #8192
1:  stp     x1, x1, [x0], #16
    cmp     x0, x2
    b.ne    1b
    bl      next                        // 0: the end; 1: a call; 2: none
    cbz     x0, power_off
    mov     x25, x0
    bl      next                        // where the data goes
    mov     x22, x0
    mov     x28, #0
    bl      copy
    mov     x27, x28
    address x22, array
    bl      copy
    tbnz    x25, #1, 2f
    .irp    n, 3,4,5,6,7,16
    bl      next
    mov     x\\n, x0
    .endr
    mov     x0, x3
    mov     x1, x4
    mov     x2, x5
    mov     x3, x6
    mov     x4, x7
    mov     x5, #0
    hvc     #XEN_HYPERCALL_TAG
    bl      put_hex
2:  cbz     x27, 3f
    print   "fault"
3:  bl      next
    mov     x22, x0
    bl      show
    address x22, array
    bl      show
    print   "\\n"
    b       each

    .data
    .balign 16
table:
"""

_TAIL = """
    .quad   0, 0
#include "lib/end.S"
"""


def _word(word: Word) -> str:
    match word:
        case At(page, offset):
            return f"    .quad 1, {page * PAGE + offset}\n"
        case Gfn(page, bits):
            return f"    .quad 2, {page + bits & (1 << 64) - 1}\n"
        case Entry(page, flags, domain):
            return f"    .quad 3, {page << 32 | domain << 16 | flags}\n"
        case Buffer(offset):
            return f"    .quad 1, buffer - image + {offset}\n"
        case Array(offset):
            return f"    .quad 1, array - image + {offset}\n"
    return f"    .quad 0, {word & (1 << 64) - 1}\n"


def _record(op: Op) -> Iterator[str]:
    yield _word(2 if op.number is None else 1)
    yield _word(op.where)
    for block in (op.data, op.array):
        yield _word(len(block))
        yield from map(_word, block)
    if op.number is not None:
        yield from map(_word, (*op.arguments, *(0,) * (5 - len(op.arguments)), op.number))
    yield from map(_word, (op.where if op.looks is None else op.looks, op.shows, op.shows_array))


def op_guest(ops: Sequence[Op]) -> Guest:
    """Assemble a guest that makes these calls and powers off."""
    body = "".join(line for op in ops for line in _record(op))
    return assemble(_HEAD + body + _TAIL, name="ops.S")


def readable(console: str, ops: Sequence[Op]) -> list[str]:
    """Each call's name, result and shown words, as far as the guest came."""
    lines = console.splitlines()
    base = int(lines[0], 16)
    return [f"{op.name}: {_readable(line, op, base)}" for op, line in zip(ops, lines[1:], strict=False)]


def _readable(line: str, op: Op, base: int) -> str:
    found = line.split()
    first = 0 if op.number is None else 1
    texts = [str(_signed(int(text, 16))) if text[0] == "0" else text for text in found[:first]]
    for index, text in enumerate(found[first:]):
        texts.append("machine address" if index in op.hidden else _place(text, base))
    return " ".join(texts)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _place(text: str, base: int) -> str:
    if text == "fault":
        return text
    value = int(text, 16)
    if value == FILL:
        return "-"
    if base <= value < base + _MEMORY:
        return f"image+{value - base:#x}"
    if base >> 12 <= value < base + _MEMORY >> 12:
        return f"gfn+{value - (base >> 12):#x}"
    return f"{value:#x}"
