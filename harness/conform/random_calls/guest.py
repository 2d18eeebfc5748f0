"""A guest that makes a table of hypercalls, MMU off, and prints each one's result and a hash of what it left.

The table is data that is put into the assembled image, so thousands of calls cost no assembling. The same guest runs
here and on a real Xen. Its words are addresses and frames counted from the image, wherever that was loaded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import chain
from struct import pack

from harness.abi.words import MASK64
from harness.guest import Guest, Segment, assemble

PAGE = 4096
TABLE_SIZE = 1 << 20
LOOKED_AT = 2 * PAGE
"""The buffer and the array, a page each, which are filled before each call and hashed after it."""


class Base(IntEnum):
    """What is added to a word of the table when the guest reads it."""

    NOTHING = 0
    IMAGE = 1
    FRAME = 2
    FRAME_IN_UPPER_HALF = 3
    BUFFER = 4


@dataclass(frozen=True)
class Word:
    """A 64-bit word, relative to something in the guest."""

    base: Base
    value: int


@dataclass(frozen=True)
class TableCall:
    """Registers x0 to x4 and x16, what to put at the start of buffer and array, and what not to hash.

    Of the buffer's first 64 words those are left out whose bit is set in ``hidden``: machine addresses, times.
    ``number`` None makes no call: the page at ``page`` is hashed instead of the buffer.
    """

    number: Word | None
    arguments: tuple[Word, ...] = ()
    data: tuple[Word, ...] = ()
    array: tuple[Word, ...] = ()
    hidden: int = 0
    page: Word | None = None


_END, _CALL, _LOOK, _DUMP = 0, 1, 2, 4

_SOURCE = f"""
#include "lib/boot.S"
#include "lib/console.S"
#include "lib/print.S"
    .bss
    .balign 4096
buffer: .space {LOOKED_AT}
    .text
    .balign 2048
vectors:                                // an access that faults is passed over, and x28 counts it
    .space  0x200
    mrs     x9, elr_el1
    add     x9, x9, #4
    msr     elr_el1, x9
    add     x28, x28, #1
    eret
    .balign 2048

next:                                   // x0 = the next word of the table, relocated; x19 moves on
    ldp     x1, x0, [x19], #16
    cmp     x1, #{Base.IMAGE}
    b.ne    1f
    add     x0, x0, x20
1:  cmp     x1, #{Base.FRAME}
    b.ne    2f
    add     x0, x0, x20, lsr #12
2:  cmp     x1, #{Base.FRAME_IN_UPPER_HALF}
    b.ne    3f
    lsr     x1, x20, #12
    add     x0, x0, x1, lsl #32
3:  cmp     x1, #{Base.BUFFER}
    b.ne    4f
    add     x0, x0, x24
4:  ret

copy:                                   // the next words of the table, and how many come first, to x22
    mov     x23, x30
    bl      next
    mov     x21, x0
1:  cbz     x21, 2f
    bl      next
    str     x0, [x22], #8
    sub     x21, x21, #1
    b       1b
2:  ret     x23

fill:                                   // buffer and array, with what no answer looks like
    movz    x1, #0xeeee
    movk    x1, #0xeeee, lsl #16
    orr     x1, x1, x1, lsl #32
    mov     x0, x24
    add     x2, x0, #{LOOKED_AT}
1:  stp     x1, x1, [x0], #16
    cmp     x0, x2
    b.ne    1b
    ret

hash:                                   // x0 = hash of the words from x0 to x1, but for x2's; x28: faults
    mov     x28, #0
    mov     x3, #0
    movz    x6, #0x01b3
    movk    x6, #0x0100, lsl #32
    movz    x5, #0xeeee
    movk    x5, #0xeeee, lsl #16
    orr     x5, x5, x5, lsl #32
1:  mov     x4, #0x7777                 // a word that cannot be read
    ldr     x4, [x0]
    tst     x2, #1
    csel    x4, xzr, x4, ne
    cmp     x4, x5
    b.eq    2f                          // what is left as it was filled counts by its place alone
    eor     x3, x3, x4
2:  mul     x3, x3, x6
    eor     x3, x3, x3, lsr #29
    add     x3, x3, #1
    lsr     x2, x2, #1
    add     x0, x0, #8
    cmp     x0, x1
    b.ne    1b
    mov     x0, x3
    ret

dump:                                   // the words of the buffer and the array that are not as they were filled
    mov     x26, x30
    mov     x21, #0
1:  ldr     x0, [x24, x21]
    movz    x1, #0xeeee
    movk    x1, #0xeeee, lsl #16
    orr     x1, x1, x1, lsl #32
    cmp     x0, x1
    b.eq    2f
    print   " ["
    print_hex x21
    print   "] "
    ldr     x0, [x24, x21]
    bl      put_hex
2:  add     x21, x21, #8
    cmp     x21, #{LOOKED_AT}
    b.ne    1b
    ret     x26

kernel_main:
    address x0, vectors
    msr     vbar_el1, x0
    isb
    address x20, image
    address x19, table
    address x24, buffer
each:
    bl      fill
    bl      next
    cbz     x0, power_off
    mov     x25, x0
    mov     x22, x24
    bl      copy
    add     x22, x24, #{PAGE}
    bl      copy
    .irp    n, 9,10,11,12,13,16
    bl      next
    mov     x\\n, x0
    .endr
    mov     x0, x9
    mov     x1, x10
    mov     x2, x11
    mov     x3, x12
    mov     x4, x13
    mov     x5, #0
    tbnz    x25, #1, 1f
    hvc     #XEN_HYPERCALL_TAG
1:  mov     x27, x0
    bl      next
    mov     x2, x0
    mov     x0, x24
    add     x1, x24, #{LOOKED_AT}
    tbz     x25, #1, 2f
    mov     x0, x27
    mov     x27, #0
    add     x1, x0, #{PAGE}
2:  bl      hash
    mov     x22, x0
    mov     x0, x27
    bl      put_hex
    print   " "
    mov     x0, x22
    bl      put_hex
    tbz     x25, #2, 3f
    bl      dump
3:  print   "\\n"
    b       each

    .data
    .balign 16
table:  .space {TABLE_SIZE}
#include "lib/end.S"
"""

_NONE = Word(Base.NOTHING, 0)


def _number(value: int) -> Word:
    return Word(Base.NOTHING, value)


def _record(call: TableCall, dump: bool) -> Iterator[Word]:
    yield _number((_LOOK if call.number is None else _CALL) | (_DUMP if dump else 0))
    for block in (call.data, call.array):
        yield _number(len(block))
        yield from block
    arguments = call.arguments if call.page is None else (call.page,)
    yield from (*arguments, *(_NONE,) * (5 - len(arguments)))
    yield call.number or _NONE
    yield _number(call.hidden)


def call_table_guest(calls: Sequence[TableCall], *, dump_last: bool = False) -> Guest:
    """Make a guest that makes these calls and powers off; ``dump_last``: it shows what the last one left, in full."""
    last = len(calls) - 1
    words = chain.from_iterable(_record(call, dump_last and index == last) for index, call in enumerate(calls))
    table = b"".join(pack("<QQ", word.base, word.value & MASK64) for word in words)
    assert len(table) <= TABLE_SIZE - 16
    guest = assemble(_SOURCE, name="call_table.S")
    place = guest.symbols["table"]
    return replace(guest, segments=tuple(_with_table(segment, place, table) for segment in guest.segments))


def _with_table(segment: Segment, place: int, table: bytes) -> Segment:
    offset = place - segment.address
    if not 0 <= offset < len(segment.data):
        return segment
    return replace(segment, data=segment.data[:offset] + table + segment.data[offset + len(table) :])
