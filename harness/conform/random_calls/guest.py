"""A guest that makes a table of hypercalls, and prints each one's result and a hash of what it left.

It runs on guest_asm/lib/calls.S, as the tables of the conformance suite do, with a row of its own that hashes. The
table is data that is put into the assembled image, so thousands of calls cost no assembling.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
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


_TAGS = {Base.IMAGE: 0, Base.FRAME: 1, Base.FRAME_IN_UPPER_HALF: 2, Base.BUFFER: 0}
"""What bits 55 to 52 of such a word say (``AT_*`` in guest_asm/lib/calls.S)."""
_WORD_TAG = 0x5A << 56
_PAYLOAD = (1 << 52) - 1


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


_LOOK, _DUMP = 1, 2

_SOURCE = f"""
#include "lib/calls.S"

hash:                                   // x0 = hash of the words from x0 to x1, but for x2's
    mov     x3, #0
    movz    x6, #0x01b3
    movk    x6, #0x0100, lsl #32
    ldr     x5, =BUFFER_FILL
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
    .ltorg

dump:                                   // the words of the buffer and the array that are not as they were filled
    stp     x29, x30, [sp, #-16]!
    address x24, buffer
    mov     x21, #0
1:  ldr     x0, [x24, x21]
    ldr     x1, =BUFFER_FILL
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
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

op_hashed:                              // x20: flags; x21: what not to hash; x22: the page that is looked at
    stp     x29, x30, [sp, #-16]!
    mov     x23, x20
    mov     x24, x21
    mov     x25, #0
    address x27, buffer
    add     x22, x27, #{LOOKED_AT}
    tbz     x23, #0, 1f
    bl      next_word
    mov     x27, x0
    add     x22, x27, #{PAGE}
    b       2f
1:  str     x22, [sp, #-16]!
    adr     x9, call_xen
    bl      make_call
    ldr     x22, [sp], #16
    address x0, left
    ldr     x25, [x0]
2:  mov     x0, x27
    mov     x1, x22
    mov     x2, x24
    bl      hash
    mov     x22, x0
    mov     x0, x25
    bl      put_hex
    print   " "
    mov     x0, x22
    bl      put_hex
    tbz     x23, #1, 3f
    bl      dump
3:  print   "\\n"
    bl      fill_buffer
    ldp     x29, x30, [sp], #16
    ret

kernel_main:
    bl      calls_init
    b       run_table

    .data
    .balign 16
table:  .space {TABLE_SIZE}
#include "lib/end.S"
"""

_NONE = Word(Base.NOTHING, 0)


def _number(value: int) -> Word:
    return Word(Base.NOTHING, value)


def _put(symbols: Mapping[str, int], place: Word, words: Sequence[Word]) -> Iterator[Word]:
    """A row that puts words somewhere."""
    if words:
        yield from (_number(symbols["op_put"]), place, _number(len(words)), _NONE, *words)


def _rows(symbols: Mapping[str, int], call: TableCall, dump: bool) -> Iterator[Word]:
    yield from _put(symbols, Word(Base.BUFFER, 0), call.data)
    yield from _put(symbols, Word(Base.BUFFER, PAGE), call.array)
    flags = (_LOOK if call.number is None else 0) | (_DUMP if dump else 0)
    yield from (_number(symbols["op_hashed"]), _number(flags), _number(call.hidden), _NONE)
    if call.number is None:
        yield call.page or _NONE
    else:
        yield from (*call.arguments, *(_NONE,) * (5 - len(call.arguments)), call.number)


def _encoded(word: Word, symbols: Mapping[str, int]) -> int:
    """A word as the guest reads it: a place has a tag. One number in 256 looks like a place; it is one, for all."""
    if word.base is Base.NOTHING:
        return word.value & MASK64
    value = word.value + (symbols["buffer"] if word.base is Base.BUFFER else 0)
    return _WORD_TAG | _TAGS[word.base] << 52 | value & _PAYLOAD


@cache
def _machine() -> Guest:
    """The guest without a table."""
    return assemble(_SOURCE, name="call_table.S")


def call_table_guest(calls: Sequence[TableCall], *, dump_last: bool = False) -> Guest:
    """Make a guest that makes these calls and powers off; ``dump_last``: it shows what the last one left, in full."""
    guest = _machine()
    symbols = guest.symbols
    last = len(calls) - 1
    rows = chain.from_iterable(_rows(symbols, call, dump_last and index == last) for index, call in enumerate(calls))
    end = (_number(symbols["power_off"]), _NONE, _NONE, _NONE)
    table = b"".join(pack("<Q", _encoded(word, symbols)) for word in chain(rows, end))
    assert len(table) <= TABLE_SIZE
    place = symbols["table"]
    return replace(guest, segments=tuple(_with_table(segment, place, table) for segment in guest.segments))


def _with_table(segment: Segment, place: int, table: bytes) -> Segment:
    offset = place - segment.address
    if not 0 <= offset < len(segment.data):
        return segment
    return replace(segment, data=segment.data[:offset] + table + segment.data[offset + len(table) :])
