"""Registers reached directly and by copies of the public API's context behave alike; the layout is found, not known."""

from collections.abc import Iterator

import pytest

from harness.machine.cpu import Cpu
from harness.machine.memory import Memory
from harness.machine.registers import CopiedRegisters, LiveRegisters, open_registers
from harness.machine.sysregs import GUEST_STATE, NAMES, SYSREGS
from harness.machine.unicorn_layout import LOCATED_SYSREGS, find_layout, new_engine, read_own_memory


@pytest.fixture(params=[True, False], ids=["live", "public API"])
def cpu(request: pytest.FixtureRequest) -> Iterator[Cpu]:
    memory = Memory(2 << 20)
    cpu = Cpu(memory, lambda _trap: False, lambda _access: 0, live_registers=request.param)
    yield cpu
    cpu.close()
    memory.close()


VALUES = {"SCTLR_EL1": 0x30D0_0800, "CPACR_EL1": 3 << 20, "CNTKCTL_EL1": 0x3, "SPSR_EL1": 0x6000_0340}
READ_AS_ZERO = {"AMAIR_EL1", "AFSR0_EL1", "AFSR1_EL1"}
"""On the Cortex-A72 that Unicorn emulates."""


@pytest.mark.parametrize("name", sorted({*GUEST_STATE, "SP_EL0", "SP_EL1"} - READ_AS_ZERO))
def test_a_system_register_holds_what_is_written_to_it(cpu: Cpu, name: str) -> None:
    value = VALUES.get(name, 0x1234_5000)
    cpu.write_sysreg(name, value)
    assert cpu.read_sysreg(name) == value


def test_general_registers_pc_and_sp_survive_each_others_writes(cpu: Cpu) -> None:
    for number in range(31):
        cpu.x[number] = number << 40 | 1
    cpu.pc, cpu.sp = 0x4000_1000, 0x4000_2000
    cpu.write_sysreg("TPIDR_EL1", 5)
    cpu.write_vector(31, 7 << 100)
    assert list(cpu.x) == [number << 40 | 1 for number in range(31)]
    assert (cpu.pc, cpu.sp, cpu.read_vector(31)) == (0x4000_1000, 0x4000_2000, 7 << 100)


def test_pc_and_sp_are_kept_to_64_bits(cpu: Cpu) -> None:
    cpu.pc, cpu.sp = (1 << 64) + 4, -16
    assert (cpu.pc, cpu.sp) == (4, (1 << 64) - 16)


@pytest.mark.parametrize("pstate", [0x3C0, 0x3C4, 0x3C5, 0xF000_0005, 0x6000_0340])
def test_pstate_holds_mode_masks_and_flags(cpu: Cpu, pstate: int) -> None:
    cpu.write_sysreg("SPSR_EL1", 0x3C5)
    cpu.pstate = pstate
    assert (cpu.pstate, cpu.el) == (pstate, pstate >> 2 & 3)
    assert cpu.read_sysreg("SPSR_EL1") == 0x3C5


def test_every_name_has_one_encoding_and_back() -> None:
    assert len(NAMES) == len(SYSREGS)
    assert set(GUEST_STATE) <= set(SYSREGS)
    assert set(LOCATED_SYSREGS) <= set(SYSREGS)


def test_the_layout_has_one_place_for_each_thing() -> None:
    layout = find_layout()
    places = [layout.x0, layout.sp, layout.pc, layout.exception, *layout.sysregs.values()]
    assert len(set(places)) == len(places)
    assert layout.aarch64[0] not in places
    assert max(places) * 8 < layout.context_size
    assert find_layout() is layout


def test_live_registers_are_taken_only_where_they_prove_to_be_live() -> None:
    layout, engine = find_layout(), new_engine()
    if layout.state_pointer is None:
        pytest.skip("this build of Unicorn does not show its live state")
    for wanted, kind in ((True, LiveRegisters), (False, CopiedRegisters)):
        registers = open_registers(layout, engine, live=wanted)
        assert type(registers) is kind
        registers.close()


def test_memory_that_is_not_mapped_reads_as_nothing() -> None:
    assert read_own_memory(0, 16) == b""
