"""Calls of grant_table_op in one domain, which grants its pages to itself: status fields, results, table entries."""

from memory_op_table import FREE, GRANT_TABLE, NOBODY, NOWHERE, REMOVE, SELF, memory_op
from memory_op_table import add as add_to_physmap
from op_guest import ZONE, Array, At, Buffer, Entry, Gfn, Op, Word, pack, peek, poke, words

MAP, UNMAP, SETUP, TRANSFER, COPY, QUERY, REPLACE, SET_VERSION, STATUS_FRAMES, VERSION, SWAP, FLUSH = (
    0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12,
)  # fmt: skip
DEVICE, HOST, READONLY, APPLICATION, PTE = 1, 2, 4, 8, 16
PERMIT, GTF_READONLY, GTF_SUB_PAGE, ACCEPT = 1, 4, 256, 2
SOURCE, DEST = 1, 2
TABLE = FREE + 40
PLACE = FREE + 48


def grant_op(
    name: str,
    command: int,
    *data: Word,
    count: int = 1,
    array: tuple[Word, ...] = (),
    shows: int = 0,
    hidden: tuple[int, ...] = (),
) -> Op:
    """A grant_table_op whose structures are ``data``."""
    return Op(name, 20, (command, Buffer(), count), data, array, shows or len(data), len(array), hidden)


def _entry(reference: int, flags: int, page: int, domain: int) -> Op:
    """Write a version 1 entry of the table, and show it."""
    where = At(TABLE, 8 * reference)
    return Op(f"entry {reference}", None, data=(Entry(page, flags, domain),), where=where, shows=1)


def _map(name: str, where: Word, flags: int, reference: int, domain: int) -> Op:
    return grant_op(name, MAP, where, words(flags, reference), pack(domain), 0, hidden=(3,))


def _unmap(name: str, where: Word, handle: int, bus: int = 0) -> Op:
    return grant_op(name, UNMAP, where, bus, words(handle, 0))


def _copy(
    name: str,
    source: tuple[Word, int, int],
    dest: tuple[Word, int, int],
    length: int,
    flags: int,
) -> Op:
    """(frame or reference, domain, offset) each."""
    return grant_op(name, COPY, source[0], pack(*source[1:]), dest[0], pack(*dest[1:]), pack(length, flags, 0x7777, 0))


def _refusals(own: int) -> list[Op]:
    other = NOBODY if own else 1
    return [
        *(Op(f"command {command}, nowhere", 20, (command, NOWHERE, 1)) for command in (*range(15), 4095)),
        *(Op(f"command {command}, nothing", 20, (command, NOWHERE, 0)) for command in range(14)),
        Op("a negative count", 20, (QUERY, Buffer(), 1 << 31)),
        Op("a count of 33 bits", 20, (QUERY, NOWHERE, 1 << 32 | 1)),
        Op("a command with a start", 20, (QUERY | 1 << 12, Buffer(), 1)),
        Op("a flush with a start", 20, (FLUSH | 1 << 12, NOWHERE, 1)),
        grant_op("size", QUERY, SELF, 0),
        grant_op("size by number", QUERY, own, 0),
        grant_op("size of nobody", QUERY, NOBODY, 0),
        grant_op("size of the other", QUERY, other, 0),
        grant_op("two sizes", QUERY, SELF, 0, count=2),
        grant_op("version", VERSION, SELF),
        grant_op("version of nobody", VERSION, NOBODY),
        grant_op("version of the other", VERSION, other),
        grant_op("set version 1", SET_VERSION, 1),
        grant_op("set version 2", SET_VERSION, 2),
        grant_op("set version 3", SET_VERSION, 3),
        grant_op("set version 0", SET_VERSION, 0),
        grant_op("no status frames", STATUS_FRAMES, pack(0, 0, SELF, 0x7777), Array()),
        grant_op("a status frame", STATUS_FRAMES, pack(1, 0, SELF, 0x7777), Array()),
        grant_op("status frames of nobody", STATUS_FRAMES, pack(0, 0, NOBODY, 0x7777), Array()),
        grant_op("status frames of the other", STATUS_FRAMES, pack(0, 0, other, 0x7777), Array()),
        grant_op("two status frames", STATUS_FRAMES, pack(0, 0, SELF, 0x7777), Array(), count=2),
        grant_op("transfer", TRANSFER, Gfn(ZONE), pack(own), 0),
        grant_op("set up nothing", SETUP, words(SELF, 0), 0x7777, Array(), array=(0x11,)),
        grant_op("set up for nobody", SETUP, words(NOBODY, 1), 0x7777, Array(), array=(0x11,)),
        grant_op("set up for the other", SETUP, words(other, 1), 0x7777, Array(), array=(0x11,)),
        grant_op("set up two at a time", SETUP, words(SELF, 1), 0x7777, Array(), count=2, array=(0x11,)),
        grant_op("set up too many", SETUP, words(SELF, 65), 0x7777, Array(), array=(0x11,)),
        grant_op("set up two, unmapped", SETUP, words(SELF, 2), 0x7777, Array(), array=(0x11, 0x22, 0x33)),
        grant_op("set up with a list nowhere", SETUP, words(SELF, 1), 0x7777, NOWHERE),
        grant_op("size then", QUERY, SELF, 0),
        add_to_physmap("table", GRANT_TABLE, 0, Gfn(TABLE)),
        grant_op("set up one, mapped", SETUP, words(SELF, 2), 0x7777, Array(), array=(0x11, 0x22, 0x33)),
        memory_op("table away", REMOVE, SELF, Gfn(TABLE)),
        grant_op("set up again", SETUP, words(SELF, 1), 0x7777, Array(), array=(0x11,)),
        add_to_physmap("table back", GRANT_TABLE, 0, Gfn(TABLE)),
        peek("first entries", At(TABLE), 2),
    ]


def _granting(own: int) -> list[Op]:
    page = ZONE + 60

    def entry(reference: int, flags: int, offset: int = 0, domain: int = own) -> Op:
        return _entry(reference, flags, page + offset, domain)

    return [
        poke("the page", At(page), 0xABCD),
        _map("reference 8 is not granted", At(PLACE), HOST, 8, own),
        entry(8, PERMIT),
        _map("no such domain", At(PLACE), HOST, 8, NOBODY),
        _map("DOMID_SELF is no such domain", At(PLACE), HOST, 8, SELF),
        _map("the other domain", At(PLACE), HOST, 8, NOBODY if own else 1),
        _map("no flags", At(PLACE), 0, 8, own),
        _map("a device mapping", At(PLACE), HOST | DEVICE, 8, own),
        _map("an application mapping", At(PLACE), HOST | APPLICATION, 8, own),
        _map("a pte mapping", At(PLACE), HOST | PTE, 8, own),
        _map("too high a reference", At(PLACE), HOST, 1 << 20, own),
        _map("map it", At(PLACE), HOST, 8, own),
        peek("what the entry says", At(TABLE, 64), 1),
        peek("the page there", At(PLACE)),
        poke("written there", At(PLACE, 8), 0x1234),
        peek("seen here", At(page, 8)),
        _map("map it again, in another place", At(PLACE + 1), HOST | READONLY, 8, own),
        peek("it is there, too", At(PLACE + 1, 8)),
        grant_op("swap a pinned one", SWAP, words(8, 9), 0x7777),
        _unmap("unmap a handle that is none", At(PLACE), 1234),
        _unmap("unmap handle 7, which is free", At(PLACE), 7),
        _unmap("unmap the wrong place", At(PLACE + 2), 0),
        peek("still there", At(PLACE, 8)),
        peek("what the entry says then", At(TABLE, 64), 1),
        _map("map it once more", At(PLACE), HOST, 8, own),
        _unmap("unmap the first place", At(PLACE), 2),
        peek("gone", At(PLACE, 8)),
        _unmap("unmap it again", At(PLACE), 2),
        _unmap("unmap address 0", 0, 1),
        peek("there", At(PLACE + 1, 8)),
        _unmap("unmap the second", At(PLACE + 1), 1),
        peek("gone, too", At(PLACE + 1, 8)),
        peek("what the entry says at last", At(TABLE, 64), 1),
        entry(9, PERMIT | GTF_READONLY, 1),
        _map("read-only, to be written", At(PLACE), HOST, 9, own),
        _map("read-only", At(PLACE), HOST | READONLY, 9, own),
        peek("entry 9", At(TABLE, 72), 1),
        _map("to be written now", At(PLACE), HOST, 9, own),
        entry(10, PERMIT, 2, domain=3),
        _map("granted to somebody else", At(PLACE), HOST, 10, own),
        entry(11, ACCEPT),
        _map("a transfer entry", At(PLACE), HOST, 11, own),
        entry(12, PERMIT | GTF_SUB_PAGE),
        _map("a sub-page entry", At(PLACE), HOST, 12, own),
        entry(13, PERMIT, FREE + 77),
        _map("a frame that is not there", At(PLACE), HOST, 13, own),
        peek("entry 13", At(TABLE, 104), 1),
        entry(14, PERMIT, PLACE - page),
        _map("a frame that is itself a grant", At(PLACE + 5), HOST, 14, own),
        entry(15, PERMIT, 3),
        _map("at an odd address", At(PLACE + 3, 0x123), HOST, 15, own),
        peek("it is at the page's start", At(PLACE + 3)),
        _map("at 2**40", 1 << 40, HOST, 15, own),
        grant_op(
            "two at once",
            MAP,
            At(PLACE + 8),
            words(HOST, 15),
            pack(own),
            0,
            At(PLACE + 9),
            words(HOST, 99999),
            pack(own),
            0,
            count=2,
            hidden=(3,),
        ),
        grant_op("swap", SWAP, words(30, 31), 0x7777),
        grant_op("swap with itself", SWAP, words(30, 30), 0x7777),
        grant_op("swap one too high", SWAP, words(30, 1 << 30), 0x7777),
        entry(30, PERMIT),
        grant_op("swap 30 and 31", SWAP, words(30, 31), 0x7777),
        peek("30 and 31", At(TABLE, 240), 2),
        grant_op("unmap_and_replace", REPLACE, At(PLACE + 3), 0, words(0, 0)),
        grant_op("flush nothing", FLUSH, 0, 0),
        grant_op("flush beyond a page", FLUSH, 0, pack(4000, 200, 1)),
        grant_op("flush with unknown flags", FLUSH, 0, pack(0, 8, 4)),
        grant_op("flush by reference", FLUSH, 0, pack(0, 8, 1, 0x8000)),
        grant_op("flush no memory", FLUSH, 1 << 44, pack(0, 8, 1)),
    ]


def _copying(own: int) -> list[Op]:
    page, there = ZONE + 70, ZONE + 80
    me, self_ = own, SELF
    return [
        poke("the source", At(page), *range(1, 6)),
        _entry(20, PERMIT, page, own),
        _entry(22, PERMIT | GTF_READONLY, page, own),
        _copy("of a reference", (20, own, 0), (Gfn(there), SELF, 32), 16, SOURCE),
        peek("copied by reference", At(there, 32), 2),
        _copy("to a reference", (Gfn(there), SELF, 0), (20, own, 256), 16, DEST),
        peek("copied to a reference", At(page, 256), 2),
        _copy("of a read-only reference", (22, own, 0), (Gfn(there), SELF, 32), 16, SOURCE),
        _copy("to a read-only reference", (Gfn(there), SELF, 0), (22, own, 256), 16, DEST),
        peek("entries 20 to 22", At(TABLE, 160), 3),
        _copy("frame to frame", (Gfn(page), self_, 0), (Gfn(there), self_, 8), 16, 0),
        peek("copied", At(there), 4),
        _copy("of a frame by number", (Gfn(page), me, 0), (Gfn(there), self_, 8), 16, 0),
        _copy("of nobody", (20, NOBODY, 0), (Gfn(there), self_, 8), 16, SOURCE),
        _copy("of the other", (20, NOBODY if own else 1, 0), (Gfn(there), self_, 8), 16, SOURCE),
        _copy("beyond the page", (Gfn(page), self_, 4090), (Gfn(there), self_, 8), 16, 0),
        _copy("of a frame that is not there", (Gfn(FREE + 90), self_, 0), (Gfn(there), self_, 8), 16, 0),
        _copy("to a frame that is not there", (Gfn(page), self_, 0), (Gfn(FREE + 90), self_, 8), 16, 0),
        _copy("of a reference that is none", (1 << 20, me, 0), (Gfn(there), self_, 8), 16, SOURCE),
        _copy("of a reference not granted", (21, me, 0), (Gfn(there), self_, 8), 16, SOURCE),
        _copy("nothing", (Gfn(page), self_, 0), (Gfn(there), self_, 8), 0, 0),
        Op(
            "two copies",
            20,
            (COPY, Buffer(), 2),
            (
                Gfn(page),
                pack(SELF, 0),
                Gfn(there),
                pack(SELF, 64),
                pack(8, 0, 0x7777, 0),
                Gfn(page),
                pack(SELF, 0),
                Gfn(FREE + 90),
                pack(SELF, 64),
                pack(8, 0, 0x7777, 0),
            ),
            shows=9,
        ),
        peek("copied as well", At(there, 64)),
    ]


def grant_table_ops(own: int) -> list[Op]:
    """All of them, for the domain of number ``own``."""
    return [*_refusals(own), *_granting(own), *_copying(own)]
