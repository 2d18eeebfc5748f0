"""Calls of memory_op, one after the other in one domain: what goes wrong, what is left behind, where work stops."""

from op_guest import ZONE, Array, At, Buffer, Gfn, Op, Word, pack, peek, poke, words

SELF, NOBODY, IDLE, IO, XEN, INVALID = 0x7FF0, 77, 0x7FFF, 0x7FF1, 0x7FF2, 0x7FF4
NOWHERE, NON_CANONICAL = 1 << 37, 1 << 60
NULL = 0
INCREASE, DECREASE, MAXIMUM_RAM_PAGE, CURRENT, MAXIMUM, POPULATE, ADD, EXCHANGE = 0, 1, 2, 3, 4, 6, 7, 11
MAXIMUM_GPFN, REMOVE, CLAIM, VNUMA, RESERVED_DEVICES, ACQUIRE, ADD_BATCH = 14, 15, 24, 26, 27, 28, 23
SHARED_INFO, GRANT_TABLE, GMFN, GMFN_RANGE, GMFN_FOREIGN, DEV_MMIO = range(6)
FREE = 0x2_0000
"""A page, counted from the image, where neither kind of domain has memory: 512 MiB up."""


def memory_op(
    name: str, command: int, *data: Word, array: tuple[Word, ...] = (), shows: int = 0, looks: Word | None = None
) -> Op:
    """A memory_op whose structure is ``data``."""
    return Op(name, 12, (command, Buffer()), data, array, shows if looks is None else 1, len(array), looks=looks)


def _reservation(
    name: str,
    command: int,
    *extents: Word,
    count: int | None = None,
    order: int = 0,
    flags: int = 0,
    domain: int = SELF,
    start: int = 0,
    at: Word | None = None,
) -> Op:
    number = len(extents) if count is None else count
    where = Array() if at is None else at
    return memory_op(
        name, command | start << 6, where, number, words(order, flags), pack(domain), array=extents, shows=2
    )


def add(name: str, space: int, index: Word, gfn: Word, *, domain: int = SELF, size: int = 0, start: int = 0) -> Op:
    return memory_op(name, ADD | start << 6, pack(domain, size, space), index, gfn)


def _batch(
    name: str,
    space: int,
    count: int,
    *array: Word,
    domain: int = SELF,
    foreign: int = 0,
    start: int = 0,
    at: tuple[Word, Word, Word] | None = None,
) -> Op:
    """``array``: indices, gfns, then the place for errors (two to a word)."""
    places = at or (Array(), Array(8 * count), Array(16 * count))
    return memory_op(
        name,
        ADD_BATCH | start << 6,
        pack(domain, space, count, foreign),
        *places,
        array=(*array, 0x7777_7777_7777_7777),
    )


def _exchange(name: str, given: tuple[Word, int, int], wanted: tuple[Word, int, int], done: int = 0, **more: int) -> Op:
    first, second = more.get("first", SELF), more.get("second", SELF)
    return memory_op(
        name,
        EXCHANGE,
        *(given[0], given[1], words(given[2], 0), pack(first)),
        *(wanted[0], wanted[1], words(wanted[2], more.get("flags", 0)), pack(second), done),
        array=(Gfn(ZONE + 40), Gfn(ZONE + 41)),
        looks=Buffer(64),
    )


def _sizes() -> tuple[Op, ...]:
    return (memory_op("pages now", CURRENT, SELF), memory_op("pages at most", MAXIMUM, SELF))


def _asking(own: int) -> list[Op]:
    """Commands that change nothing."""
    other = NOBODY if own else 1
    return [
        *_sizes(),
        memory_op("pages of itself by number", CURRENT, own),
        *(
            memory_op(f"{what} of domain {name}", command, domain)
            for what, command in (("pages", CURRENT), ("most pages", MAXIMUM), ("highest gfn", MAXIMUM_GPFN))
            for name, domain in (("77", NOBODY), ("idle", IDLE), ("io", IO), ("invalid", INVALID))
        ),
        memory_op("most pages, bits above 16 of the domain ignored", MAXIMUM, SELF | 0xABCD_0000),
        *(
            Op(f"command {command} with no argument", 12, (command, NULL))
            for command in (0, 1, *range(3, 34), 63, CURRENT | 1 << 6, ADD | 1 << 6, ADD | 1 << 22, ADD_BATCH | 1 << 22)
        ),
        *(
            Op(f"command {command} from nowhere", 12, (command, NOWHERE))
            for command in (0, 1, 3, 4, 6, 7, 9, 11, 14, 15, 20, 21, 22, 23, 24, 26, 27, 28)
        ),
        Op("maximum_ram_page with a start", 12, (MAXIMUM_RAM_PAGE | 1 << 6, NULL)),
        Op("a command of 64 bits", 12, (1 << 32 | CURRENT, NULL)),
        Op("populate from nowhere, starting at 5", 12, (POPULATE | 5 << 6, NOWHERE)),
        Op("populate from nowhere, starting high", 12, (POPULATE | 0x123_4567 << 6, NOWHERE)),
        memory_op("vnuma", VNUMA, SELF, 0, 0, 0, 0),
        memory_op("vnuma with padding", VNUMA, pack(SELF, 1), 0, 0, 0, 0),
        memory_op("vnuma of nobody", VNUMA, NOBODY, 0, 0, 0, 0),
        memory_op("claim", CLAIM, 0, 10, 0, pack(own)),
        memory_op("claim of itself as DOMID_SELF", CLAIM, 0, 10, 0, pack(SELF)),
        memory_op("claim with a list", CLAIM, 8, 10, 0, pack(own)),
        memory_op("claim with an order", CLAIM, 0, 10, 1, pack(own)),
        memory_op("claim of nobody", CLAIM, 0, 10, 0, pack(NOBODY)),
        memory_op("acquire_resource of itself", ACQUIRE, pack(own, 1), 0, 0, 0, shows=4),
        memory_op("acquire_resource of DOMID_SELF", ACQUIRE, pack(SELF, 1), 0, 0, 0, shows=4),
        memory_op("acquire_resource of nobody", ACQUIRE, pack(NOBODY, 1), 0, 0, 0, shows=4),
        memory_op("acquire_resource with padding", ACQUIRE, pack(SELF, 1), words(0, 1), 0, 0, shows=4),
        memory_op("acquire_resource beyond 32 bits", ACQUIRE, pack(NOBODY, 1), 0, 1 << 32, 0, shows=4),
        memory_op("reserved devices", RESERVED_DEVICES, 0, 0, 0, 0, shows=3),
        memory_op("reserved devices with flags", RESERVED_DEVICES, 2, 0, 0, 0, shows=3),
        memory_op("access_op", 21, SELF, 0, 0, 0),
        memory_op("pages of the other domain", CURRENT, other),
        # dom0's is that of the board's devices.
        *((memory_op("highest gfn", MAXIMUM_GPFN, SELF),) if own else ()),
    ]


def _mapping(own: int) -> list[Op]:
    """The page of shared_info and the grant table put where the guest wants them."""
    there = ZONE
    return [
        poke("a word of RAM", At(there), 0x1234),
        add("shared_info 1", SHARED_INFO, 1, Gfn(there)),
        add("shared_info of nobody", SHARED_INFO, 0, Gfn(there), domain=NOBODY),
        add("shared_info at gfn 2**28, beyond the tables", SHARED_INFO, 0, 1 << 28),
        add("shared_info at gfn 2**52 - 1", SHARED_INFO, 0, (1 << 52) - 1),
        add("shared_info at gfn -1", SHARED_INFO, 0, -1),
        add("shared_info over RAM", SHARED_INFO, 0, Gfn(there)),
        peek("it is there, the mask of all events", At(there, 48), 1),
        peek("it is there, event masks", At(there, 560), 1),
        poke("write to it", At(there, 2048), 0x5678),
        *_sizes(),
        add("shared_info again, in the same place", SHARED_INFO, 0, Gfn(there)),
        add("shared_info elsewhere", SHARED_INFO, 0, Gfn(FREE)),
        peek("is it there now", At(FREE, 2048)),
        peek("is it still at the old place", At(there, 2048)),
        add("shared_info by own number", SHARED_INFO, 0, Gfn(FREE + 1), domain=own),
        memory_op("remove it from where it is", REMOVE, SELF, Gfn(there)),
        peek("it is gone", At(there)),
        memory_op("remove what is not there", REMOVE, SELF, Gfn(there)),
        memory_op("remove for nobody", REMOVE, NOBODY, Gfn(there)),
        memory_op("remove at gfn -1", REMOVE, SELF, -1),
        add("shared_info elsewhere, after that", SHARED_INFO, 0, Gfn(FREE + 2)),
        peek("with all that was in it", At(FREE + 2, 2048)),
        memory_op("remove it again", REMOVE, SELF, Gfn(FREE + 2)),
        add("grant table 0", GRANT_TABLE, 0, Gfn(FREE + 3)),
        add("grant table 0 again", GRANT_TABLE, 0, Gfn(FREE + 3)),
        add("grant table 0 elsewhere", GRANT_TABLE, 0, Gfn(FREE + 4)),
        peek("grant table 0 at the first place", At(FREE + 3)),
        peek("grant table 0 at the second", At(FREE + 4)),
        add("grant table 5 makes it grow", GRANT_TABLE, 5, Gfn(FREE + 5)),
        add("grant table 64 is too many", GRANT_TABLE, 64, Gfn(FREE + 6)),
        add("grant table by 2**31", GRANT_TABLE, 1 << 31, Gfn(FREE + 6)),
        add("grant table by 2**32", GRANT_TABLE, 1 << 32, Gfn(FREE + 6)),
        add("grant table by 2**63, a status frame", GRANT_TABLE, 1 << 63, Gfn(FREE + 6)),
        add("grant table over RAM", GRANT_TABLE, 1, Gfn(there + 1)),
        *_sizes(),
        memory_op("remove grant table 1", REMOVE, SELF, Gfn(there + 1)),
        peek("it is gone, and no RAM comes back", At(there + 1)),
        *_sizes(),
        add("a frame of its own, as gmfn", GMFN, Gfn(there + 2), Gfn(FREE + 7)),
        add("a range", GMFN_RANGE, Gfn(there + 2), Gfn(FREE + 7), size=2),
        add("an empty range", GMFN_RANGE, Gfn(there + 2), Gfn(FREE + 7)),
        add("a range that starts behind its end", GMFN_RANGE, Gfn(there), Gfn(FREE + 7), size=1, start=2),
        add("a range that overflows", GMFN_RANGE, Gfn(there), -3, size=7),
        add("foreign, one at a time", GMFN_FOREIGN, 0, Gfn(FREE + 7)),
        add("a device", DEV_MMIO, 0x9000, Gfn(FREE + 7)),
        add("a device of nobody", DEV_MMIO, 0x9000, Gfn(FREE + 7), domain=NOBODY),
        *(add(f"space {space}", space, 0, Gfn(FREE + 7)) for space in (6, 77, 0xFFFF, 1 << 31)),
        add("shared_info with a start", SHARED_INFO, 0, Gfn(FREE + 7), start=3),
        memory_op("remove that", REMOVE, SELF, Gfn(FREE + 7)),
    ]


def _batches(own: int) -> list[Op]:
    return [
        _batch("a batch of nothing", SHARED_INFO, 0),
        _batch("a batch of nothing, starting at 1", SHARED_INFO, 0, start=1),
        _batch("a batch that starts at its end", SHARED_INFO, 1, 0, Gfn(FREE + 8), start=1),
        _batch("a batch of shared_info", SHARED_INFO, 2, 0, 1, Gfn(FREE + 8), Gfn(FREE + 9)),
        memory_op("remove it", REMOVE, SELF, Gfn(FREE + 8)),
        _batch("a batch of grant table", GRANT_TABLE, 3, 7, 99, 8, Gfn(FREE + 8), Gfn(FREE + 9), Gfn(FREE + 10), 0),
        _batch("a batch to gfn -1", SHARED_INFO, 2, 1, 1, Gfn(FREE + 8), -1),
        _batch("a batch of ranges", GMFN_RANGE, 1, 0, Gfn(FREE + 8)),
        _batch("a batch for nobody", SHARED_INFO, 1, 0, Gfn(FREE + 8), domain=NOBODY),
        _batch("a batch of devices, reserved field set", DEV_MMIO, 1, 0x9000, Gfn(FREE + 8), foreign=1),
        _batch("a batch of own pages as foreign", GMFN_FOREIGN, 1, Gfn(ZONE), Gfn(FREE + 8), foreign=own),
        _batch("... said by DOMID_SELF", GMFN_FOREIGN, 1, Gfn(ZONE), Gfn(FREE + 8), foreign=SELF),
        _batch("a batch of nobody's pages", GMFN_FOREIGN, 1, Gfn(ZONE), Gfn(FREE + 8), foreign=NOBODY),
        *(
            # As dom0, 4.14 and 4.17 panic over pages of DOMID_IO.
            _batch(f"a batch of pages of domain {foreign:#x}", GMFN_FOREIGN, 1, 0, Gfn(FREE + 8), foreign=foreign)
            for foreign in ((XEN, IO) if own else ())
        ),
        _batch("a batch with indices nowhere", GMFN, 1, 0, at=(NOWHERE, Array(), Array(8))),
        _batch("a batch with gfns nowhere", GMFN, 1, 0, at=(Array(), NOWHERE, Array(8))),
        _batch("a batch with errors nowhere", GMFN, 1, 0, 0, at=(Array(), Array(8), NOWHERE)),
    ]


def _reservations(own: int) -> list[Op]:
    page = ZONE + 16
    return [
        *_sizes(),
        poke("a word in it", At(page), 0x1111),
        _reservation("give back a page", DECREASE, Gfn(page)),
        *_sizes(),
        peek("it is gone", At(page)),
        _reservation("give it back again", DECREASE, Gfn(page)),
        _reservation("two, of which the second is gone", DECREASE, Gfn(page + 1), Gfn(page), Gfn(page + 2)),
        *_sizes(),
        _reservation("populate all three", POPULATE, Gfn(page), Gfn(page + 1), Gfn(page + 2)),
        *_sizes(),
        poke("it is there again", At(page), 0x4444),
        poke("the next one, too", At(page + 1), 0x2222),
        poke("and the last", At(page + 2), 0x3333),
        _reservation("populate one too many", POPULATE, Gfn(FREE + 20)),
        _reservation("one to give back for it", DECREASE, Gfn(page)),
        _reservation("populate another gfn", POPULATE, Gfn(FREE + 20)),
        poke("another gfn", At(FREE + 20), 0x5555),
        *_sizes(),
        _reservation("give that back", DECREASE, Gfn(FREE + 20)),
        _reservation("and have the first again", POPULATE, Gfn(page)),
        *_sizes(),
        _reservation("starting at 1 of 2", DECREASE, Gfn(page), Gfn(page + 1), start=1),
        poke("the first stays", At(page), 0x6666),
        peek("the second goes", At(page + 1)),
        _reservation("starting at the end", DECREASE, Gfn(page), start=1),
        _reservation("starting behind the end", DECREASE, Gfn(page), start=7),
        _reservation("over a page that is there, with none left", POPULATE, Gfn(page)),
        *_sizes(),
        _reservation("nothing", DECREASE, Gfn(page), count=0),
        _reservation("too many to say", DECREASE, Gfn(page), count=1 << 26),
        _reservation("2**26 - 1 of one page, and then nonsense", DECREASE, Gfn(page + 4), count=(1 << 26) - 1),
        _reservation("for nobody", DECREASE, Gfn(page), domain=NOBODY),
        _reservation("for itself by number", DECREASE, Gfn(page + 5), domain=own),
        _reservation("a list nowhere", DECREASE, at=NOWHERE, count=1),
        _reservation("a list at NULL", POPULATE, at=NOWHERE, count=1),
        _reservation("unmapped gfn", DECREASE, Gfn(FREE + 30)),
        _reservation("gfn -1", DECREASE, -1),
        _reservation("populate gfn -1", POPULATE, -1),
        _reservation("populate gfn 2**28", POPULATE, 1 << 28),
        *_sizes(),
        *(
            _reservation(f"unmapped, order {order}", DECREASE, Gfn(FREE), order=order)
            for order in (1, 9, 10, 11, 12, 18, 19, 64)
        ),
        _reservation("order 1", DECREASE, Gfn(page + 8), order=1),
        *_sizes(),
        _reservation("order 1 that is half there", DECREASE, Gfn(page + 9), order=1),
        peek("the other half goes", At(page + 10)),
        *_sizes(),
        _reservation("populate order 1", POPULATE, Gfn(page + 8), order=1),
        peek("first half", At(page + 8)),
        peek("second half", At(page + 9)),
        _reservation("populate order 9", POPULATE, Gfn(FREE + 512), order=9),
        *(_reservation(f"increase, order {order}", INCREASE, Gfn(FREE), order=order) for order in (10, 12, 18, 19)),
        *_sizes(),
        _reservation("increase", INCREASE, Gfn(FREE + 22)),
        _reservation("increase with no list", INCREASE, at=NULL, count=1),
        _reservation("increase for nobody", INCREASE, at=NULL, count=1, domain=NOBODY),
        *_sizes(),
        _reservation("address bits 12", INCREASE, at=NULL, count=1, flags=12),
        _reservation("address bits 13", INCREASE, at=NULL, count=1, flags=13),
        _reservation("node 1", INCREASE, at=NULL, count=1, flags=2 << 8),
        _reservation("exactly node 1", INCREASE, at=NULL, count=1, flags=2 << 8 | 1 << 17),
        _reservation("exactly no node", INCREASE, at=NULL, count=1, flags=1 << 17),
        _reservation("populate on demand", POPULATE, Gfn(page + 3), flags=1 << 16),
        _reservation("a virtual node", INCREASE, at=NULL, count=1, flags=1 << 18),
        *_sizes(),
        _reservation("the shared_info page", DECREASE, Gfn(FREE + 31)),
        add("put shared_info", SHARED_INFO, 0, Gfn(FREE + 31)),
        _reservation("give shared_info back", DECREASE, Gfn(FREE + 31)),
        peek("is it there", At(FREE + 31, 48)),
        *_sizes(),
        add("put shared_info once more", SHARED_INFO, 0, Gfn(FREE + 32)),
        _reservation("populate over shared_info, with none left", POPULATE, Gfn(FREE + 32)),
        peek("what is there", At(FREE + 32, 48)),
        _reservation("give shared_info back once more", DECREASE, Gfn(FREE + 32)),
        add("put shared_info in another place then", SHARED_INFO, 0, Gfn(FREE + 33)),
        memory_op("remove shared_info", REMOVE, SELF, Gfn(FREE + 32)),
        _reservation("some pages more", DECREASE, Gfn(page + 12), Gfn(page + 13)),
        add("put grant table 9", GRANT_TABLE, 9, Gfn(FREE + 34)),
        _reservation("populate over a grant table frame", POPULATE, Gfn(FREE + 34)),
        poke("what is there now", At(FREE + 34), 0x7777),
        add("put grant table 9 elsewhere", GRANT_TABLE, 9, Gfn(FREE + 35)),
        peek("is RAM left at the first place", At(FREE + 34), 1),
        _reservation("give grant table 9 back", DECREASE, Gfn(FREE + 35)),
        add("put grant table 9 again", GRANT_TABLE, 9, Gfn(FREE + 36)),
        *_sizes(),
    ]


def _exchanges() -> list[Op]:
    one: tuple[Word, int, int] = (Array(), 1, 0)
    other: tuple[Word, int, int] = (Array(8), 1, 0)
    return [
        _exchange("exchange a page", one, other),
        _exchange("exchange nothing", (Array(), 0, 0), (Array(), 0, 0)),
        _exchange("exchange what is done", one, other, 1),
        _exchange("more done than there is", one, other, 2),
        _exchange("different numbers", (Array(), 2, 0), other),
        _exchange("different domains", one, other, second=NOBODY),
        _exchange("nobody's", one, other, first=NOBODY, second=NOBODY),
        _exchange("too large an order", (Array(), 1, 19), (Array(), 1, 19)),
        _exchange("order 10", (Array(), 1, 10), (Array(), 1, 10)),
        _exchange("overflow", (Array(), -1, 1), other),
        _exchange("a list nowhere", (NOWHERE, 1, 0), other),
        _exchange("two for one of order 1", (Array(), 2, 0), (Array(), 1, 1)),
        _exchange("one of order 1 for two", (Array(), 1, 1), (Array(), 2, 0)),
        _exchange("node 1", one, other, flags=2 << 8 | 1 << 17),
        Op("exchange with a start", 12, (EXCHANGE | 1 << 6, NULL)),
    ]


def memory_ops(own: int) -> list[Op]:
    """All of them, for the domain of number ``own``."""
    return [*_asking(own), *_mapping(own), *_batches(own), *_reservations(own), *_exchanges()]
