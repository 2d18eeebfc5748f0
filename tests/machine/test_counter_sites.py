"""No read of the counter or timer reaches the host's clock, wherever the guest has it, makes it or moves it."""

import random
import struct
from collections.abc import Callable

import pytest
from computer import DATA, EL1H, RAM, STOP_AT_DONE, Computer, code

from harness.machine import exits
from harness.machine.counter_sites import CounterAccess, sites_in
from harness.machine.cpu import Cpu
from harness.machine.mmu.stage1_tree import leaf_attributes

Boot = Callable[..., Computer]

READS = {
    "CNTPCT_EL0": "mrs x0, cntpct_el0",
    "CNTVCT_EL0": "mrs x0, cntvct_el0",
    "CNTV_CTL_EL0": "mrs x0, cntv_ctl_el0",
    "CNTV_CVAL_EL0": "mrs x0, cntv_cval_el0",
    "CNTV_TVAL_EL0": "mrs x0, cntv_tval_el0",
}
WRITES = {name: f"msr {name.lower()}, x7" for name in READS if name.startswith("CNTV_")}
CONTEXTS = {
    "the first block of a slice": "{access}",
    "behind a branch": "b 1f\n nop\n1: nop\n {access}",
    "behind a long stretch": "nop\n" * 700 + "{access}",
    "behind a page": "b far\n.space 0x1ff8\nfar: {access}",
    "across a page": "b near\n.space 0xff4\nnear: nop\n nop\n {access}",
}
LEAVE_EL1 = "adr x9, user\n msr elr_el1, x9\n msr spsr_el1, xzr\n eret\nuser: "
TIMER_TRAPS = {
    "CNTPCT_EL0": 1 << 0,
    "CNTVCT_EL0": 1 << 1,
    "CNTV_CTL_EL0": 1 << 8,
    "CNTV_CVAL_EL0": 1 << 8,
    "CNTV_TVAL_EL0": 1 << 8,
}
"""The bit of CNTKCTL_EL1 that lets EL0 at each register (Arm DDI 0487, CNTKCTL_EL1)."""


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("name", READS)
def test_a_read_is_answered_wherever_it_stands(boot: Boot, name: str, context: str) -> None:
    computer = boot(CONTEXTS[context].format(access=READS[name]) + "\n" + STOP_AT_DONE)
    assert computer.run() == exits.Stopped()
    assert computer.counter_accesses == [CounterAccess(name, None)]
    assert computer.cpu.x[0] == computer.cpu.retired - 1, "the count at the read: only the last HVC came after"


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("name", WRITES)
def test_a_write_is_handed_over_with_its_value(boot: Boot, name: str, context: str) -> None:
    computer = boot(CONTEXTS[context].format(access=WRITES[name]) + "\n" + STOP_AT_DONE)
    computer.cpu.x[7] = 0x1234_5678_9ABC_DEF0
    assert computer.run() == exits.Stopped()
    assert computer.counter_accesses == [CounterAccess(name, 0x1234_5678_9ABC_DEF0)]


@pytest.mark.parametrize("counter", ["S3_3_C14_C0_1", "S3_3_C14_C0_2"], ids=["CNTPCT_EL0", "CNTVCT_EL0"])
def test_a_counter_cannot_be_written(boot: Boot, counter: str) -> None:
    computer = boot(f"nop\nmsr {counter}, x7", answer=lambda _cpu, _trap: False)
    assert computer.run(100) == exits.Stopped()
    assert computer.counter_accesses == []
    assert (computer.cpu.read_sysreg("ESR_EL1"), computer.cpu.read_sysreg("ELR_EL1")) == (1 << 25, RAM + 4)


def test_the_zero_register_gives_zero_and_takes_nothing(boot: Boot) -> None:
    computer = boot(f"msr cntv_cval_el0, xzr\n mrs xzr, cntvct_el0\n mov x1, xzr\n{STOP_AT_DONE}")
    computer.run()
    assert computer.counter_accesses == [CounterAccess("CNTV_CVAL_EL0", 0), CounterAccess("CNTVCT_EL0", None)]
    assert computer.cpu.x[1] == 0


@pytest.mark.parametrize("register", [0, 18, 28, 29, 30])
def test_every_register_can_be_read_into(boot: Boot, register: int) -> None:
    computer = boot(f"nop\n mrs x{register}, cntvct_el0\n{STOP_AT_DONE}")
    computer.run()
    assert computer.cpu.x[register] == 2


@pytest.mark.parametrize("name", READS)
def test_el0_reads_with_cntkctls_leave(boot: Boot, name: str) -> None:
    computer = boot(LEAVE_EL1 + READS[name] + "\n svc #0", answer=lambda _cpu, _trap: False)
    computer.cpu.write_sysreg("CNTKCTL_EL1", TIMER_TRAPS[name])
    computer.run()
    assert computer.counter_accesses == [CounterAccess(name, None)]
    assert computer.cpu.read_sysreg("ESR_EL1") >> 26 == 0x15


@pytest.mark.parametrize("name", READS)
def test_el0_is_trapped_without_cntkctls_leave(boot: Boot, name: str) -> None:
    computer = boot(LEAVE_EL1 + READS[name] + "\n svc #0", answer=lambda _cpu, _trap: False)
    computer.cpu.write_sysreg("CNTKCTL_EL1", 0x3FF & ~TIMER_TRAPS[name])
    computer.cpu.x[0] = 0x55
    computer.run()
    assert computer.counter_accesses == []
    assert computer.cpu.read_sysreg("ESR_EL1") >> 26 == 0x18
    assert computer.cpu.read_sysreg("ELR_EL1") == computer.symbols["user"]
    assert computer.cpu.x[0] == 0x55


GENERATE = f"""
    adr     x1, there
    str     w2, [x1]
    dc      cvau, x1
    dsb     ish
    ic      ivau, x1
    dsb     ish
    isb
    mov     x0, #0
    b       there
    .balign {{alignment}}
there:
    nop
    {STOP_AT_DONE}
"""


@pytest.mark.parametrize("alignment", [4, 64, 4096])
def test_a_read_that_the_guest_writes_is_answered(boot: Boot, alignment: int) -> None:
    computer = boot(GENERATE.format(alignment=alignment))
    mrs = int.from_bytes(code("mrs x0, cntvct_el0").flat(), "little")
    nop = int.from_bytes(code("nop").flat(), "little")
    for word, accesses in ((nop, 0), (mrs, 1), (nop, 1), (mrs, 2)):
        computer.cpu.pc = RAM
        computer.cpu.x[2] = word
        assert computer.run() == exits.Stopped()
        assert len(computer.counter_accesses) == accesses
        assert bool(computer.cpu.x[0]) == (word == mrs)


def test_another_instruction_at_a_site_runs_as_itself(boot: Boot) -> None:
    computer = boot(GENERATE.format(alignment=4))
    words = [code(text).flat() for text in ("mrs x0, cntvct_el0", "mrs x0, tpidr_el1", "msr tpidr_el1, x2", "nop")]
    computer.cpu.write_sysreg("TPIDR_EL1", 0x77)
    seen = []
    for word in words:
        computer.cpu.pc = RAM
        computer.cpu.x[2] = int.from_bytes(word, "little")
        computer.run()
        seen.append((computer.cpu.x[0], computer.cpu.read_sysreg("TPIDR_EL1")))
    msr = int.from_bytes(words[2], "little")
    assert seen[1:] == [(0x77, 0x77), (0, msr), (0, msr)]
    assert len(computer.counter_accesses) == 1


def test_the_same_code_at_two_addresses_is_answered_at_both(boot: Boot) -> None:
    computer = boot(f"mrs x0, cntvct_el0\n{STOP_AT_DONE}")
    tree = computer.turn_mmu_on()
    aliases = (0x1000_0000, 0x2000_0000, RAM)
    for va in aliases[:2]:
        tree.map(va, RAM, 0x1000, leaf_attributes(writable=False, kernel_execute=True))
    for expected, va in enumerate((*aliases, *aliases), start=1):
        computer.enter(EL1H, va)
        computer.cpu.x[0] = 0
        assert computer.run() == exits.Stopped()
        assert len(computer.counter_accesses) == expected
        assert computer.cpu.x[0] == computer.cpu.retired - 1


def test_one_address_that_means_two_pages_in_turn_is_answered_in_both(boot: Boot) -> None:
    computer = boot(f"mrs x0, cntvct_el0\n{STOP_AT_DONE}\n.balign 4096\n nop\n mrs x0, cntvct_el0\n{STOP_AT_DONE}")
    tree = computer.turn_mmu_on()
    va = 0x1000_0000
    for expected, page in enumerate((RAM, RAM + 0x1000, RAM, RAM + 0x1000), start=1):
        tree.map(va, page, 0x1000, leaf_attributes(writable=False, kernel_execute=True))
        computer.cpu.flush_tlb()
        computer.enter(EL1H, va)
        computer.cpu.x[0] = 0
        assert computer.run() == exits.Stopped()
        assert len(computer.counter_accesses) == expected
        assert computer.cpu.x[0] == computer.cpu.retired - 1


def test_sites_are_found_in_bytes_by_all_their_bits() -> None:
    accesses = [*READS.values(), *WRITES.values()]
    others = ["mrs x0, cntps_ctl_el1", "mrs x0, cntfrq_el0", "msr cntp_ctl_el0, x0", "mrs x0, tpidr_el0", "nop"]
    data = b"\xe0" + code("\n".join([*accesses, *others, *accesses])).flat()
    first = [0x1000 + 4 * index for index in range(len(accesses))]
    again = [va + 4 * (len(accesses) + len(others)) for va in first]
    assert sites_in(data[1:], 0x1000) == first + again
    assert sites_in(data, 0x1000) == [], "words that are not aligned are not instructions"


def random_code(dice: random.Random, words: int) -> bytes:
    """Moves, short branches, counter reads and writes, and calls to Python, at random."""
    made = []
    for _ in range(words):
        register = dice.randrange(12)
        kind = dice.random()
        if kind < 0.3:
            made.append(0xD53B_E000 | register | dice.choice((0x040, 0x300, 0x320, 0x340)))
        elif kind < 0.4:
            made.append(0xD51B_E300 | register | dice.choice((0x00, 0x20, 0x40)))
        elif kind < 0.5:
            made.append(0x5400_0000 | dice.randrange(1, 9) << 5 | dice.randrange(15))
        elif kind < 0.55:
            made.append(0xD400_0022)
        else:
            made.append(0x8B00_0000 | dice.randrange(12) << 16 | dice.randrange(12) << 5 | register)
    return struct.pack(f"<{words}I", *made)


@pytest.mark.parametrize("live", [True, False], ids=["live", "public API"])
def test_random_code_full_of_reads_never_sees_the_hosts_clock(boot: Boot, live: bool) -> None:
    for seed in range(25):
        ends = []
        for cuts in (random.Random(0), random.Random(1)):
            computer = boot("nop", live_registers=live)
            words = random_code(random.Random(seed), 600)
            computer.memory.write(RAM, words + code(STOP_AT_DONE).flat() * 10)
            while computer.run(cuts.randint(1, 300)) == exits.BudgetSpent():
                pass
            ends.append(computer.state())
            assert len(computer.counter_accesses) > 20
        assert ends[0] == ends[1], f"seed {seed}"


def test_what_the_counters_owner_raises_comes_out_of_run(boot: Boot) -> None:
    def fail(_access: CounterAccess) -> int:
        raise LookupError("no clock")

    computer = boot("nop")
    cpu = Cpu(computer.memory, lambda _trap: False, fail)
    computer.cpus.append(cpu)
    computer.load(DATA, f"mrs x0, cntvct_el0\n{STOP_AT_DONE}")
    cpu.pc = DATA
    with pytest.raises(LookupError, match="no clock"):
        cpu.run(10)
