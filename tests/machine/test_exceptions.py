"""Exception entry as a function from state to state (Arm DDI 0487, AArch64.TakeException)."""

import pytest

from harness.machine.exceptions import FIQ, IRQ, SERROR, SYNCHRONOUS, CpuState, enter_el1

STATE = CpuState(pc=0x1234, pstate=0, sp=0x10, sp_el0=0x20, sp_el1=0x30, vbar=0xFFFF_8000_0000_0800)
NZCV = 0xA000_0000


def state(pstate: int) -> CpuState:
    return CpuState(STATE.pc, pstate, STATE.sp, STATE.sp_el0, STATE.sp_el1, STATE.vbar)


@pytest.mark.parametrize(("mode", "group"), [(0b0000, 0x400), (0b0100, 0x000), (0b0101, 0x200)])
@pytest.mark.parametrize("kind", [SYNCHRONOUS, IRQ, FIQ, SERROR])
def test_the_vector_is_chosen_by_the_mode_and_the_kind(mode: int, group: int, kind: int) -> None:
    assert enter_el1(state(mode), kind).pc == STATE.vbar + group + kind


@pytest.mark.parametrize("mode", [0b0000, 0b0100])
def test_from_sp_el0_the_stack_pointer_is_banked_and_sp_el1_taken(mode: int) -> None:
    entry = enter_el1(state(mode))
    assert (entry.sp, entry.sp_el0) == (STATE.sp_el1, STATE.sp)


def test_from_el1h_both_stack_pointers_stay() -> None:
    entry = enter_el1(state(0b0101))
    assert (entry.sp, entry.sp_el0) == (STATE.sp, STATE.sp_el0)


def test_everything_is_masked_and_only_the_flags_are_kept() -> None:
    entry = enter_el1(state(NZCV | 1 << 21 | 1 << 20 | 0b0101))
    assert entry.pstate == NZCV | 0x3C5


def test_the_link_and_saved_state_registers_hold_what_was() -> None:
    entry = enter_el1(state(NZCV | 0x80))
    assert (entry.elr, entry.spsr) == (STATE.pc, NZCV | 0x80)


def test_a_vector_beyond_the_end_of_the_address_space_wraps() -> None:
    assert enter_el1(CpuState(0, 0, 0, 0, 0, 0xFFFF_FFFF_FFFF_F800), SYNCHRONOUS | 0x400).pc == 0
