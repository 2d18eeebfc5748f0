"""Exception entry as a function from state to state (Arm DDI 0487, AArch64.TakeException)."""

import pytest

from harness.machine.exceptions import (
    FIQ,
    IRQ,
    PSTATE_IL,
    SERROR,
    SYNCHRONOUS,
    CpuState,
    enter_el1,
    return_illegally,
    sets_illegal_state,
)

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


def test_only_el0_and_el1_are_legal_to_return_to() -> None:
    assert [mode for mode in range(32) if not sets_illegal_state(NZCV | mode)] == [0b00000, 0b00100, 0b00101, 0b10000]


def test_il_in_the_saved_state_is_illegal_in_every_mode_of_aarch64() -> None:
    assert all(sets_illegal_state(PSTATE_IL | mode) for mode in (0b00000, 0b00100, 0b00101))


@pytest.mark.parametrize(("before", "sp_el0", "sp_el1"), [(0b0100, 0x10, 0x30), (0b0101, 0x20, 0x10)])
@pytest.mark.parametrize("mode", [0b0000, 0b0100, 0b0101, 0b0001, 0b1101, 0b10011])
def test_an_illegal_return_takes_flags_and_masks_but_an_illegal_mode_not(
    mode: int, before: int, sp_el0: int, sp_el1: int
) -> None:
    after = return_illegally(state(0x3C0 | before), NZCV | 1 << 21 | 0x40 | PSTATE_IL | mode, 0x5678)
    reached = mode if mode in (0b0000, 0b0100, 0b0101) else before
    assert (after.pc, after.pstate) == (0x5678, NZCV | 0x40 | PSTATE_IL | reached)
    assert (after.sp_el0, after.sp_el1) == (sp_el0, sp_el1)
    assert after.sp == (sp_el1 if reached == 0b0101 else sp_el0)
