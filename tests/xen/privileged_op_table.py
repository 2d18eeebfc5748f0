"""Calls that only a privileged domain may make, or that Xen/Arm does not have, and lists of calls in one."""

from memory_op_table import CURRENT, NOBODY, NOWHERE, SELF
from op_guest import Array, Buffer, Op, Word, words

PLATFORM, MULTICALL, VERSION, CONSOLE, PHYSDEV, SYSCTL, DOMCTL, DM, HYPFS = 7, 13, 17, 18, 33, 35, 36, 41, 42


def _entry(number: int, *arguments: Word) -> tuple[Word, ...]:
    """A multicall_entry."""
    return (number, 0x7777, *arguments, *(0,) * (6 - len(arguments)))


def _multicall(name: str, *entries: tuple[Word, ...], count: int | None = None, array: tuple[Word, ...] = ()) -> Op:
    data = tuple(word for entry in entries for word in entry)
    number = len(entries) if count is None else count
    return Op(name, MULTICALL, (Buffer(), number), data, array, shows=min(len(data), 8), looks=Buffer(8))


def privileged_ops(own: int) -> list[Op]:
    """All of them, for the domain of number ``own``."""
    other = NOBODY if own else 1
    versions = (1, 2, 0x03000001, 0x15, 0x14, 0x13, 0x17)
    return [
        *(Op(f"hypercall {number}, argument nowhere", number, (NOWHERE,)) for number in (PLATFORM, SYSCTL, DOMCTL)),
        *(
            Op(
                f"hypercall {number}, interface {version:#x}, command {command}",
                number,
                (Buffer(),),
                (words(command, version), *(0,) * 20),
            )
            for number in (PLATFORM, SYSCTL, DOMCTL)
            for version in versions
            for command in ((1, 999) if own else (999,))
        ),
        *(Op(f"physdev_op {command}", PHYSDEV, (command, Buffer())) for command in (*range(34), -1, 1 << 32)),
        *(
            Op(f"dm_op for domain {domain}, {count} buffers", DM, (domain, count, Buffer()), (Array(), 32, Array(), 32))
            for domain in (own, other, SELF, NOBODY)
            for count in (0, 1, 2, 3)
        ),
        Op("dm_op with buffers nowhere", DM, (NOBODY, 1, NOWHERE)),
        Op("dm_op with a count of 33 bits", DM, (NOBODY, 1 << 32, NOWHERE)),
        *(
            Op(f"hypfs_op {command}, arguments {what}", HYPFS, (command, *arguments))
            for command in (0, 1, 2, 3, 99)
            for what, arguments in (
                ("none", (0, 0, 0, 0)),
                ("nowhere", (NOWHERE, 5, NOWHERE, 5)),
                ("too long", (Buffer(), 4096, 0, 0)),
                ("not ended", (Buffer(), 4, 0, 0)),
            )
        ),
        _multicall("a list of nothing", count=0),
        Op("a list of nothing, nowhere", MULTICALL, (NOWHERE, 0)),
        Op("a list nowhere", MULTICALL, (NOWHERE, 1)),
        Op("a list of 2**32", MULTICALL, (NOWHERE, 1 << 32)),
        _multicall("one version", _entry(VERSION, 0)),
        _multicall("a version and what is unknown", _entry(VERSION, 7), _entry(99)),
        *(
            _multicall(f"hypercall {number:#x} in a list", _entry(number))
            for number in (0, 6, 43, 64, 1 << 32 | VERSION, -1)
        ),
        _multicall("a list in a list", _entry(MULTICALL, Array(), 1), array=_entry(VERSION, 0)),
        _multicall(
            "a list and a call after it", _entry(MULTICALL, Array(), 1), _entry(VERSION, 7), array=_entry(VERSION, 0)
        ),
        _multicall("pages, in a list", _entry(12, CURRENT, Array()), array=(SELF,)),
        _multicall("bits above 32 of arguments", _entry(VERSION, 1 << 32, 0)),
        _multicall("console", _entry(CONSOLE, 0, 1, Array()), array=(0x2B,)),
        Op(
            "a list whose second entry is nowhere",
            MULTICALL,
            (Buffer(4096 + 4096 - 64 - 8), 2),
            _entry(VERSION, 0),
            where=Buffer(4096 + 4096 - 64 - 8),
        ),
    ]
