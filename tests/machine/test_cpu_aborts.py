"""Aborts that Unicorn does not raise as a Cortex-A53 does, and registers that must not show how that is mended."""

from collections.abc import Callable

import pytest
from computer import DATA, RAM, STOP_AT_DONE, TABLES, TCR_39_BITS, Computer

from harness.machine import exits
from harness.machine.exits import EC_DATA_ABORT_LOWER, EC_DATA_ABORT_SAME
from harness.machine.mmu import descriptors as d

Boot = Callable[..., Computer]

WAYS = pytest.mark.parametrize("live", [True, False], ids=["live", "public API"])

ALIGNMENT_FAULT = 0x21
IL = 1 << 25
SCTLR = 0x30D0_0800
SCTLR_A = 1 << 1
FAR_VECTORS = f".balign 0x80\n mrs x20, esr_el1\n mrs x21, far_el1\n mrs x22, elr_el1\n {STOP_AT_DONE}\n" * 16
"""Each vector leaves what it was told in x20 to x22."""

MISALIGNED = {
    "ldr x0, [x1]": False,
    "ldrh w0, [x1]": False,
    "ldr x0, [x1], #8": False,
    "ldp w0, w2, [x1]": False,
    "ldar w0, [x1]": False,
    "str x0, [x1, #8]!": True,
    "stp x0, x2, [x1]": True,
    "stlr x0, [x1]": True,
}


def alignment_fault(write: bool, ec: int = EC_DATA_ABORT_SAME) -> int:
    return ec << 26 | IL | (exits.ISS_WNR if write else 0) | ALIGNMENT_FAULT


@WAYS
@pytest.mark.parametrize("instruction", MISALIGNED)
def test_sctlr_a_makes_a_misaligned_access_fault_before_it_is_made(boot: Boot, instruction: str, live: bool) -> None:
    source = f"msr sctlr_el1, x9\n isb\n nop\n{instruction}\n{STOP_AT_DONE}"
    computer = boot(source, vectors=FAR_VECTORS, live_registers=live)
    computer.cpu.x[1] = DATA + 1
    computer.cpu.x[9] = SCTLR | SCTLR_A
    computer.run()
    offset = 8 if instruction.endswith("!") else 0
    assert list(computer.cpu.x[20:23]) == [
        alignment_fault(MISALIGNED[instruction]),
        DATA + 1 + offset,
        RAM + 12,
    ]
    assert computer.cpu.x[1] == DATA + 1, "the base register keeps its value"
    assert computer.cpu.retired == 3 + 4, "the access has not retired, the handler has"


@WAYS
def test_without_sctlr_a_a_misaligned_access_is_made(boot: Boot, live: bool) -> None:
    source = f"msr sctlr_el1, x9\n isb\n msr sctlr_el1, x10\n isb\n ldr x0, [x1]\n{STOP_AT_DONE}"
    computer = boot(source, vectors=FAR_VECTORS, live_registers=live)
    computer.memory.write(DATA + 1, (0x1234).to_bytes(8, "little"))
    computer.cpu.x[1] = DATA + 1
    computer.cpu.x[9], computer.cpu.x[10] = SCTLR | SCTLR_A, SCTLR
    computer.run()
    assert computer.cpu.x[0] == 0x1234


@pytest.mark.parametrize("instruction", ["ldar x0, [x1]", "stlr w0, [x1]", "ldarh w0, [x1]"])
def test_ldar_and_stlr_are_always_checked_if_one_asks_for_it(boot: Boot, instruction: str) -> None:
    def run(checks: bool) -> int:
        computer = boot(f"{instruction}\n{STOP_AT_DONE}", vectors=FAR_VECTORS)
        computer.cpu.checks_alignment = checks
        computer.cpu.x[1] = DATA + 1
        computer.run()
        return int(computer.cpu.x[20])

    assert run(checks=True) == alignment_fault(instruction.startswith("st"))
    assert run(checks=False) == 0, "no exception: Unicorn does not check it"


def test_other_loads_are_not_checked_with_ldar(boot: Boot) -> None:
    computer = boot(f"ldr x0, [x1]\n{STOP_AT_DONE}", vectors=FAR_VECTORS)
    computer.cpu.checks_alignment = True
    computer.cpu.x[1] = DATA + 1
    computer.run()
    assert computer.cpu.x[20] == 0


ODD_TCRS = {
    "16 KiB": TCR_39_BITS | 2 << d.TCR_TG0_SHIFT,
    "reserved granules": TCR_39_BITS & ~(3 << d.TCR_TG1_SHIFT) | 3 << d.TCR_TG0_SHIFT,
    "T0SZ below 16": TCR_39_BITS & ~0x3F | 3,
    "T1SZ above 39": TCR_39_BITS | 0x3F << d.TCR_T1SZ_SHIFT,
}


@WAYS
@pytest.mark.parametrize("name", ODD_TCRS)
def test_tcr_reads_as_it_was_written_whatever_the_engine_is_given(boot: Boot, name: str, live: bool) -> None:
    computer = boot(
        f"msr tcr_el1, x9\n mrs x0, tcr_el1\n msr tcr_el1, x10\n mrs x1, tcr_el1\n{STOP_AT_DONE}", live_registers=live
    )
    cpu = computer.cpu
    cpu.x[9], cpu.x[10] = ODD_TCRS[name], TCR_39_BITS
    computer.run()
    assert list(cpu.x[:2]) == [ODD_TCRS[name], TCR_39_BITS]
    assert cpu.read_sysreg("TCR_EL1") == cpu.translation.tcr_el1 == TCR_39_BITS
    cpu.write_sysreg("TCR_EL1", ODD_TCRS[name])
    assert cpu.read_sysreg("TCR_EL1") == cpu.translation.tcr_el1 == ODD_TCRS[name]


def test_an_odd_tcr_is_restored_with_the_rest(boot: Boot) -> None:
    cpu = boot(STOP_AT_DONE).cpu
    cpu.write_sysreg("TCR_EL1", ODD_TCRS["16 KiB"])
    saved = cpu.save()
    cpu.write_sysreg("TCR_EL1", TCR_39_BITS)
    cpu.restore(saved)
    assert cpu.read_sysreg("TCR_EL1") == ODD_TCRS["16 KiB"]


@pytest.mark.parametrize("flags", [d.ACCESS_FLAG, 0, d.ACCESS_FLAG | d.AP_READ_ONLY], ids=["", "no flag", "read-only"])
def test_an_address_beyond_the_cpu_is_an_address_size_fault_before_any_other(boot: Boot, flags: int) -> None:
    computer = boot(STOP_AT_DONE)
    for level in range(2):
        table = TABLES + level * 0x1000
        computer.memory.write_u64(table, table + 0x1000 | d.IS_TABLE_OR_PAGE)
    computer.memory.write_u64(TABLES + 0x2000, 1 << d.PA_BITS | flags | d.IS_TABLE_OR_PAGE)
    cpu = computer.cpu
    cpu.write_sysreg("TTBR0_EL1", TABLES)
    cpu.write_sysreg("TCR_EL1", TCR_39_BITS | 2 << d.TCR_IPS_SHIFT)
    assert cpu.address_size_fault(0) is None, "the MMU is off"
    cpu.write_sysreg("SCTLR_EL1", SCTLR | d.SCTLR_M)
    assert cpu.address_size_fault(0) == 3
    assert cpu.address_size_fault(0x1000) is None, "a translation fault"


def test_an_exception_class_is_that_of_the_level_it_comes_from() -> None:
    assert exits.taken_to_el1(EC_DATA_ABORT_LOWER, 0) == EC_DATA_ABORT_LOWER
    assert exits.taken_to_el1(EC_DATA_ABORT_LOWER, 1) == EC_DATA_ABORT_SAME
