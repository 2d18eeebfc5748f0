"""Random guests: every seed is a guest image and a machine to run it on, the same ones each time.

The image sets up random registers and, in half of the guests, an MMU whose tables have random descriptors in them,
then runs a body of random instructions over and over. Most vectors go on somewhere in the body.
"""

import random
import struct
from dataclasses import dataclass

from encodings_a64 import (
    CLASSES,
    ERET,
    HVC,
    ISB,
    NOP,
    SMC,
    SVC,
    WEIGHTS,
    add_immediate,
    branch,
    load_immediate,
    move,
    move_to_sp,
)

from harness.guest import Guest, Segment
from harness.machine.sysregs import SYSREGS

RAM = 0x4000_0000
"""Where a domU's memory begins; the image is loaded there."""

MEMORY = 4 << 20
VECTORS, BODY, TABLES, IMAGE_SIZE = 0x1000, 0x2000, 0x8000, 0x1_0000
BODY_WORDS = 96
TCR_48_BITS = 0x5_B510_3510
"""T0SZ and T1SZ 16, 4 KiB granules, 48-bit output (Arm DDI 0487, TCR_EL1)."""

INTERESTING = (
    *(0, 1, 7, 8, 0xFFF, 0x1000, RAM, RAM + BODY, RAM + TABLES, RAM + MEMORY - 8, RAM + MEMORY, 0x8000_0000),
    *(0xFFFF_FFFF, 1 << 32, 1 << 40, 1 << 47, (1 << 48) - 1, 1 << 56, 0xFFFF_0000_0000_0000, 1 << 63, (1 << 64) - 1),
)

HYPERCALLS = (12, 17, 18, 21, 24, 29, 32, 0, 99)
PSCI = (0x8400_0000, 0xC400_0003, 0xC400_0001, 0x8400_0002, 0x8400_0004, 0x8400_000A, 0x8000_0001, 0x8400_FF01)
PSTATES = (0x0, 0x3C0, 0x3C4, 0x3C5, 0x5, 0x10, 0x1D3, 0x3C9, 0x3CD, 0x10_0000, 0x20_03C5)
USER = 1 << 6
"""AP[1] of a descriptor: EL0 may access it, and EL1 may not execute it if it is writable."""

READ_ONLY = 1 << 7

LOW_BITS, ADD_X30_X29 = 0x9240_17DE & ~(0x3F << 10) | 7 << 10, 0x8B1D_03DE
"""AND X30, X30, #0xFF and ADD X30, X30, X29."""

CONTROLS = ("SCTLR_EL1", "TCR_EL1", "TTBR0_EL1", "TTBR1_EL1", "VBAR_EL1", "ELR_EL1", "SPSR_EL1", "CPACR_EL1")


@dataclass(frozen=True)
class Stream:
    """A random guest and how it is run: in ``pieces`` of so many instructions, a snapshot put back between them."""

    guest: Guest
    abi: str
    vcpus: int
    pcpus: int
    dom0: bool
    pieces: tuple[int, ...]
    rewind: bool


def stream(seed: int) -> Stream:
    """Make the guest of a seed."""
    dice = random.Random(seed)
    image = bytearray(IMAGE_SIZE)
    _place(image, 0, _prologue(dice))
    for slot in range(16):
        _place(image, VECTORS + 0x80 * slot, _vector(dice))
    _place(image, BODY, _body(dice))
    struct.pack_into(f"<{4 * 512}Q", image, TABLES, *_tables(dice))
    segment = Segment(0, bytes(image), IMAGE_SIZE)
    guest = Guest(f"stream-{seed}", "flat", (segment,), 0, 0, 0, IMAGE_SIZE)
    vcpus = dice.choice((1, 1, 1, 2, 3))
    return Stream(
        guest,
        dice.choice(("xen-4.17", "vmap")),
        vcpus,
        dice.choice((1, 2)),
        dice.random() < 0.03,
        tuple(dice.choice((1, 3, 50, 400, 1500)) for _ in range(dice.randint(2, 6))),
        dice.random() < 0.1,
    )


def _place(image: bytearray, at: int, words: list[int]) -> None:
    struct.pack_into(f"<{len(words)}I", image, at, *words)


def _prologue(dice: random.Random) -> list[int]:
    words = []
    vectors = RAM + VECTORS if dice.random() < 0.85 else _address(dice)
    settings = {"VBAR_EL1": vectors, "CPACR_EL1": dice.choice((0, 3 << 20))}
    if dice.random() < 0.5:
        settings |= {"TTBR0_EL1": RAM + TABLES, "TTBR1_EL1": RAM + TABLES + 0x1000, "MAIR_EL1": 0xFF04}
        settings |= {"TCR_EL1": TCR_48_BITS if dice.random() < 0.9 else dice.getrandbits(64)}
        settings |= {"SCTLR_EL1": dice.choice((0x30D0_0800, 0x30C5_0838, dice.getrandbits(32) & ~(3 << 24))) | 1}
    for name, value in settings.items():
        words += [*load_immediate(0, value), move(SYSREGS[name], 0, read=False)]
    words += [*load_immediate(0, _address(dice)), move_to_sp(0)]
    for register in range(dice.randint(1, 29)):
        words += load_immediate(register, _address(dice))
    words += [ISB]
    return [*words, branch((BODY - 4 * len(words)) // 4)]


def _address(dice: random.Random) -> int:
    if dice.random() < 0.5:
        return RAM + dice.randrange(0, MEMORY) & ~dice.choice((0, 7, 15, 0xFFF))
    return dice.choice(INTERESTING) if dice.random() < 0.7 else dice.getrandbits(64)


def _vector(dice: random.Random) -> list[int]:
    """Stroll on through the body; go on behind the instruction; go home; raise another exception; or anything."""
    elr, spsr, count = SYSREGS["ELR_EL1"], SYSREGS["SPSR_EL1"], SYSREGS["TPIDR_EL1"]
    stroll = [move(count, 30, read=True), add_immediate(30, 4 * dice.randrange(1, 9)), LOW_BITS]
    stroll += [move(count, 30, read=False), *load_immediate(29, RAM + BODY), ADD_X30_X29, move(elr, 30, read=False)]
    skip = [move(elr, 30, read=True), add_immediate(30, 4), move(elr, 30, read=False), ERET]
    home = [*load_immediate(30, RAM + BODY), move(elr, 30, read=False)]
    home += [*load_immediate(30, dice.choice(PSTATES)), move(spsr, 30, read=False), ERET]
    if dice.random() < 0.9:
        return dice.choice(([*stroll, ERET], [*stroll, ERET], skip))
    return dice.choice((home, [ERET], [SVC], [0], [_instruction(dice) for _ in range(8)] + skip))


def _body(dice: random.Random) -> list[int]:
    words: list[int] = []
    while len(words) < BODY_WORDS:
        kind = dice.random()
        if kind < 0.72:
            words.append(_instruction(dice))
        elif kind < 0.8:
            words += _hypercall(dice)
        elif kind < 0.9:
            words += _system_register(dice)
        elif kind < 0.93:
            words += [*load_immediate(30, dice.choice(PSTATES)), move(SYSREGS["SPSR_EL1"], 30, read=False)]
            words += [*load_immediate(30, RAM + BODY + 4 * dice.randrange(BODY_WORDS))]
            words += [move(SYSREGS["ELR_EL1"], 30, read=False), ERET]
        elif kind < 0.97:
            words += load_immediate(dice.randrange(31), _address(dice))
        else:  # code that writes code: a store to where the body lies, then cache maintenance
            words += [*load_immediate(1, RAM + BODY + 4 * dice.randrange(BODY_WORDS))]
            words += [*load_immediate(2, _instruction(dice)), 0xB900_0022, 0xD50B_7521, ISB]
    return [*words, branch(-len(words)), NOP]


def _instruction(dice: random.Random) -> int:
    (_, fixed, free) = dice.choices(CLASSES, WEIGHTS)[0]
    return fixed | dice.getrandbits(32) & free


def _hypercall(dice: random.Random) -> list[int]:
    words = []
    for register in range(5):
        small = dice.random() < 0.6
        words += load_immediate(register, dice.randrange(12) if small else _address(dice))
    if dice.random() < 0.6:
        return [*words, *load_immediate(16, dice.choice(HYPERCALLS)), HVC | 0xEA1 << 5]
    if dice.random() < 0.5:
        words += load_immediate(2, RAM + BODY)
    return [*words, *load_immediate(0, dice.choice(PSCI)), dice.choice((HVC, SMC))]


def _system_register(dice: random.Random) -> list[int]:
    name = dice.choice(CONTROLS if dice.random() < 0.5 else tuple(SYSREGS))
    register = dice.randrange(31)
    if dice.random() < 0.4:
        return [move(SYSREGS[name], register, read=True)]
    return [*load_immediate(register, _address(dice)), move(SYSREGS[name], register, read=False)]


def _tables(dice: random.Random) -> list[int]:
    """Four tables, levels 0 to 3 of a walk to the guest's memory as it lies; a few descriptors are random."""
    first = RAM + TABLES
    tables = [first + 0x1000 | 3, *[0] * 511, 0, first + 0x2000 | 3, *[0] * 510]
    tables += [first + 0x3000 | 3, RAM + 0x20_0000 | 0x701, *[0] * 510]
    user = dice.choice((0, 0, USER, USER | READ_ONLY))
    kernel = user if user & READ_ONLY else 0  # EL1 may not execute what EL0 may write
    tables += [RAM + 0x1000 * page | 0x703 | (user if page > 15 else kernel) for page in range(512)]
    for _ in range(dice.choice((0, 0, 3, 50))):
        tables[dice.choice((513, 1024, 1536, 1536, 1536)) + dice.randrange(256)] = _descriptor(dice)
    return tables


def _descriptor(dice: random.Random) -> int:
    """A table descriptor to one of the tables, a block or page on the guest's memory, or anything."""
    kind = dice.random()
    if kind < 0.55:
        return RAM + TABLES + 0x1000 * dice.randrange(4) | 3
    attributes = 1 << 10 | dice.getrandbits(12) & 0xBDC | (dice.getrandbits(3) << 52)
    if kind < 0.7:
        return RAM & ~0x1F_FFFF | attributes | 1
    if kind < 0.95:
        return RAM + (dice.randrange(MEMORY) & ~0xFFF) | attributes | 3
    return dice.getrandbits(64)
