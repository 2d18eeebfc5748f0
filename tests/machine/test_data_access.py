"""The decoder of loads and stores names the address that the emulator then accesses."""

import random

import pytest
import unicorn
from unicorn import arm64_const as uc_arm64
from unicorn import unicorn_const as uc_const

from harness.machine.data_access import DataAccess, data_access
from harness.machine.unicorn_layout import new_engine, write_sysreg

MEMORY, SIZE = 0x10_0000, 0x40_0000
CODE, MIDDLE = 0x20_0000, 0x40_0000
FORMS = (
    (0x0C00_0000, 0xBEFF_FFFF, "structures"),
    (0x1800_0000, 0xFFFF_FFFF & ~0x3B00_0000, "literals"),
    (0x2800_0000, 0xFFFF_FFFF & ~0x3A00_0000, "pairs"),
    (0x3800_0000, 0xFFFF_FFFF & ~0x3A00_0000, "single registers"),
    (0x0880_8000, 0xC01F_7FFF | 1 << 22, "ordered"),
)
"""For each form: the bits that are set, and those that may be."""


class Tried:
    """Executes single instructions; ``accesses`` are what the last one accessed: (address, is a store)."""

    def __init__(self) -> None:
        self.engine = new_engine()
        self.engine.mem_map(MEMORY, SIZE)
        write_sysreg(self.engine, "CPACR_EL1", 3 << 20)
        self.accesses: list[tuple[int, bool]] = []
        self.engine.hook_add(uc_const.UC_HOOK_MEM_READ | uc_const.UC_HOOK_MEM_WRITE, self._on_access)

    def _on_access(self, _engine: object, kind: int, address: int, _size: int, _value: int, _data: object) -> None:
        self.accesses.append((address, kind == uc_const.UC_MEM_WRITE))

    def __call__(self, word: int, x: list[int], sp: int) -> bool:
        """Execute ``word`` with these registers; False if the CPU does not have it."""
        for number, value in enumerate(x):
            self.engine.reg_write(_register(number), value)
        self.engine.reg_write(uc_arm64.UC_ARM64_REG_SP, sp)
        self.engine.mem_write(CODE, word.to_bytes(4, "little"))
        self.engine.ctl_flush_tb()
        self.accesses.clear()
        try:
            self.engine.emu_start(CODE, 0, count=1)
        except unicorn.UcError:
            return False
        return True


def _register(number: int) -> int:
    if number > 28:
        return int(uc_arm64.UC_ARM64_REG_X29 + number - 29)
    return int(uc_arm64.UC_ARM64_REG_X0 + number)


@pytest.fixture(scope="module")
def tried() -> Tried:
    return Tried()


@pytest.mark.parametrize(("fixed", "free"), [form[:2] for form in FORMS], ids=[form[2] for form in FORMS])
def test_the_decoded_address_is_the_one_that_is_accessed(tried: Tried, fixed: int, free: int) -> None:
    choice = random.Random(fixed)
    compared = 0
    for _ in range(1500):
        word = fixed | choice.getrandbits(32) & free
        x = [MIDDLE + choice.randrange(-0x2000, 0x2000) for _ in range(31)]
        if word >> 24 & 0x3B == 0b111000 and word >> 21 & 1:  # an offset register: a small offset, of either sign
            x[word >> 16 & 31 if word >> 16 & 31 < 31 else 0] = choice.choice((8, -8 & (1 << 64) - 1, 0xFFFF_FFF0))
        access = data_access(word)
        if not tried(word, x, MIDDLE) or not tried.accesses:
            continue
        compared += 1
        assert access is not None, f"{word:#010x} is not decoded"
        assert (access.address(CODE, MIDDLE, x.__getitem__), access.write) == tried.accesses[0], f"{word:#010x}"
    assert compared > 100


SINGLE = {
    0x3940_0022: DataAccess(1, 1, write=False),  # ldrb w2, [x1]
    0x7940_0422: DataAccess(1, 2, write=False, offset=2),  # ldrh w2, [x1, #2]
    0xF81F_8FE0: DataAccess(31, 8, write=True, offset=-8),  # str x0, [sp, #-8]!
    0xF840_8420: DataAccess(1, 8, write=False),  # ldr x0, [x1], #8
    0x3DC0_0020: DataAccess(1, 16, write=False, vector=True),  # ldr q0, [x1]
    0xA940_0820: DataAccess(1, 8, write=False),  # ldp x0, x2, [x1]
    0x6940_0820: DataAccess(1, 4, write=False),  # ldpsw x0, x2, [x1]
    0xAD00_0420: DataAccess(1, 16, write=True, vector=True),  # stp q0, q1, [x1]
    0x88DF_FC22: DataAccess(1, 4, write=False, ordered=True),  # ldar w2, [x1]
    0xC89F_FC22: DataAccess(1, 8, write=True, ordered=True),  # stlr x2, [x1]
    0x4C40_7C20: DataAccess(1, 8, write=False, vector=True),  # ld1 {v0.2d}, [x1]
    0x0D40_E420: DataAccess(1, 2, write=False, vector=True),  # ld1r {v0.4h}, [x1], with size 1
    0x5800_0041: DataAccess(None, 8, write=False, offset=8),  # ldr x1, .+8
    0xC85F_7C22: None,  # ldxr x2, [x1]: the emulator checks it
    0xF980_0020: None,  # prfm pldl1keep, [x1]
    0xF822_0023: None,  # ldadd x2, x3, [x1]: not in ARMv8.0
    0xD503_201F: None,  # nop
}


@pytest.mark.parametrize("word", SINGLE, ids=hex)
def test_alignment_is_that_of_what_is_accessed_as_one(word: int) -> None:
    assert data_access(word) == SINGLE[word]
