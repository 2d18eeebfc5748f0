"""The walker, one feature of the architecture at a time; all of them together are in test_agreement.py."""

import random

import pytest
from trees import GUEST_IPA, TCR_39, TCR_48, FrameSource, TwoStages

from harness.machine.memory import PAGE_SHIFT, Memory
from harness.machine.mmu import (
    Access,
    Fault,
    FaultKind,
    Stage1Tree,
    Translation,
    TranslationRegisters,
    Walker,
    describe_walk,
    xen_vtcr,
)
from harness.machine.mmu import descriptors as d
from harness.machine.mmu.stage1_tree import leaf_attributes

READ, WRITE, EXECUTE = Access.READ, Access.WRITE, Access.EXECUTE
RW = leaf_attributes()
UPPER = -1 << 39 & (1 << 64) - 1


def maddr_of_page(machine: TwoStages, page: int) -> int:
    return machine.first_mfn + 3 * page << PAGE_SHIFT


def fault(machine: TwoStages, regs: TranslationRegisters, va: int, access: Access = READ, el: int = 1) -> Fault:
    outcome = machine.walker.translate(regs, va, access, el)
    assert isinstance(outcome, Fault), outcome
    return outcome


def address(machine: TwoStages, regs: TranslationRegisters, va: int, access: Access = READ, el: int = 1) -> Translation:
    outcome = machine.walker.translate(regs, va, access, el)
    assert isinstance(outcome, Translation), outcome
    return outcome


def allowed(machine: TwoStages, regs: TranslationRegisters, va: int, el: int) -> str:
    return "".join(
        letter if isinstance(machine.walker.translate(regs, va, access, el), Translation) else "-"
        for letter, access in (("r", READ), ("w", WRITE), ("x", EXECUTE))
    )


@pytest.mark.parametrize("tcr", [TCR_39, TCR_48])
@pytest.mark.parametrize("upper", [False, True])
def test_a_page_is_found_through_both_stages_in_both_halves(memory: Memory, tcr: int, upper: bool) -> None:
    machine = TwoStages(memory, tcr)
    machine.stage1.map(0x12_3456_7000, GUEST_IPA + 0x5000, 0x1000, RW | d.NON_GLOBAL | 3 << d.ATTRIBUTE_INDEX_SHIFT)
    sign = -1 << machine.stage1.input_bits & (1 << 64) - 1 if upper else 0
    found = address(machine, machine.regs, sign | 0x12_3456_7ABC, WRITE)
    assert found.ipa == GUEST_IPA + 0x5ABC
    assert found.maddr == maddr_of_page(machine, 5) + 0xABC
    assert (found.block_size, found.permissions) == (0x1000, READ | WRITE)
    assert (found.attribute_index, found.non_global, found.device, found.software_bits) == (3, True, False, 1)


@pytest.mark.parametrize(("level", "size"), [(1, 1 << 30), (2, 1 << 21)])
def test_a_block_maps_its_whole_size_and_the_smaller_stage_counts(machine: TwoStages, level: int, size: int) -> None:
    machine.stage1.put(size, level, GUEST_IPA | RW | d.IS_BLOCK)
    found = address(machine, machine.regs, size + 0x7654)
    assert (found.ipa, found.maddr) == (GUEST_IPA + 0x7654, maddr_of_page(machine, 7) + 0x654)
    assert found.block_size == 0x1000


@pytest.mark.parametrize(("level", "size"), [(1, 1 << 30), (2, 1 << 21), (3, 1 << 12)])
def test_without_stage_2_the_block_is_stage_1s(memory: Memory, level: int, size: int) -> None:
    frames = FrameSource(memory.base >> PAGE_SHIFT)
    tree = Stage1Tree(memory, lambda: frames.take() << PAGE_SHIFT)
    tree.map(size, 5 * size, size, RW, blocks=True)
    regs = TranslationRegisters(sctlr_el1=d.SCTLR_M, tcr_el1=TCR_39, ttbr0_el1=tree.ttbr())
    found = Walker(memory, pa_bits=44).translate(regs, size + 0x123)
    assert isinstance(found, Translation)
    assert (found.ipa, found.maddr, found.block_size) == (5 * size + 0x123, 5 * size + 0x123, size)
    assert found.stage2 is None


def test_the_two_halves_have_sizes_of_their_own(machine: TwoStages) -> None:
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, RW)
    regs = machine.with_regs(tcr_el1=TCR_39 & ~(0x3F << 16) | 30 << 16)
    assert address(machine, regs, 0x4000).ipa == GUEST_IPA
    assert fault(machine, regs, UPPER | 0x4000).level == 0
    # A root one level further down: what is a level-1 table to the lower half is level 2 here.
    machine.stage1.put(0, 1, machine.stage1.root | d.IS_TABLE_OR_PAGE)
    assert isinstance(machine.walker.translate(regs, -1 << 34 & (1 << 64) - 1), Fault)


@pytest.mark.parametrize("va", [1 << 39, 1 << 55, 1 << 63, UPPER ^ 1 << 62, UPPER ^ 1 << 39])
def test_an_address_in_the_hole_is_a_level_0_translation_fault(machine: TwoStages, va: int) -> None:
    assert fault(machine, machine.regs, va) == Fault(FaultKind.TRANSLATION, 0, 1, va, None, False, READ)


def test_a_tag_is_ignored_only_in_the_half_that_has_tbi(machine: TwoStages) -> None:
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, leaf_attributes(kernel_execute=True))
    low, high = 0xA5 << 56 | 0x4000, (UPPER | 0x4000) ^ 0xA5 << 56
    only_low = machine.with_regs(tcr_el1=TCR_39 | d.TCR_TBI0)
    only_high = machine.with_regs(tcr_el1=TCR_39 | d.TCR_TBI1)
    for access in Access:
        assert address(machine, only_low, low, access).ipa == GUEST_IPA
        assert address(machine, only_high, high, access).ipa == GUEST_IPA
    assert fault(machine, only_low, high).level == 0
    assert fault(machine, only_high, low).level == 0


@pytest.mark.parametrize(("epd", "dead", "alive"), [(d.TCR_EPD0, 0, UPPER), (d.TCR_EPD1, UPPER, 0)])
def test_a_half_with_its_walks_disabled_faults_at_level_0(machine: TwoStages, epd: int, dead: int, alive: int) -> None:
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, RW)
    regs = machine.with_regs(tcr_el1=TCR_39 | epd)
    assert (fault(machine, regs, dead | 0x4000).kind, fault(machine, regs, dead | 0x4000).level) == (
        FaultKind.TRANSLATION,
        0,
    )
    assert address(machine, regs, alive | 0x4000).ipa == GUEST_IPA


@pytest.mark.parametrize(
    ("attributes", "el1", "el0"),
    [
        ({}, "rw-", "---"),
        ({"kernel_execute": True}, "rwx", "---"),
        ({"writable": False, "kernel_execute": True}, "r-x", "---"),
        ({"user": True}, "rw-", "rw-"),
        ({"user": True, "kernel_execute": True, "user_execute": True}, "rw-", "rwx"),
        ({"user": True, "writable": False, "kernel_execute": True}, "r-x", "r--"),
        ({"user": True, "writable": False, "user_execute": True}, "r--", "r-x"),
        ({"user_execute": True}, "rw-", "--x"),
    ],
)
def test_each_level_may_do_what_ap_and_execute_never_say(
    machine: TwoStages, attributes: dict[str, bool], el1: str, el0: str
) -> None:
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, leaf_attributes(**attributes))
    assert (allowed(machine, machine.regs, 0x4000, 1), allowed(machine, machine.regs, 0x4000, 0)) == (el1, el0)


def test_what_may_be_written_may_not_be_executed_under_wxn(machine: TwoStages) -> None:
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, leaf_attributes(kernel_execute=True))
    machine.stage1.map(0x5000, GUEST_IPA, 0x1000, leaf_attributes(user=True, user_execute=True))
    machine.stage1.map(0x6000, GUEST_IPA, 0x1000, leaf_attributes(writable=False, kernel_execute=True))
    regs = machine.with_regs(sctlr_el1=d.SCTLR_M | d.SCTLR_WXN)
    assert allowed(machine, regs, 0x4000, 1) == "rw-"
    assert allowed(machine, regs, 0x5000, 0) == "rw-"
    assert allowed(machine, regs, 0x6000, 1) == "r-x"


def test_pan_keeps_el1_from_the_data_of_el0(machine: TwoStages) -> None:
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, leaf_attributes(user=True, writable=False, kernel_execute=True))
    machine.stage1.map(0x5000, GUEST_IPA, 0x1000, RW)
    regs = machine.regs._replace(pan=True)
    assert allowed(machine, regs, 0x4000, 1) == "--x"
    assert allowed(machine, regs, 0x4000, 0) == "r--"
    assert allowed(machine, regs, 0x5000, 1) == "rw-"


@pytest.mark.parametrize(
    ("limit", "el1", "el0"),
    [
        (0, "rw-", "rwx"),
        (d.AP_TABLE_NO_EL0, "rwx", "--x"),
        (d.AP_TABLE_READ_ONLY, "r-x", "r-x"),
        (d.AP_TABLE_READ_ONLY | d.AP_TABLE_NO_EL0, "r-x", "--x"),
        (d.UXN_TABLE, "rw-", "rw-"),
        (d.AP_TABLE_READ_ONLY | d.PXN_TABLE, "r--", "r-x"),
    ],
)
def test_a_table_limits_everything_below_it(machine: TwoStages, limit: int, el1: str, el0: str) -> None:
    attributes = leaf_attributes(user=True, user_execute=True, kernel_execute=True)
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, attributes, table_limits=limit)
    assert (allowed(machine, machine.regs, 0x4000, 1), allowed(machine, machine.regs, 0x4000, 0)) == (el1, el0)


def test_faults_come_in_the_architectures_order(machine: TwoStages) -> None:
    forbidden = leaf_attributes(writable=False, access_flag=False)
    machine.stage1.put(0x4000, 3, GUEST_IPA | 1 << 45 | forbidden | d.IS_TABLE_OR_PAGE)
    assert fault(machine, machine.regs, 0x4000, WRITE).kind is FaultKind.ADDRESS_SIZE
    machine.stage1.put(0x4000, 3, GUEST_IPA | forbidden | d.IS_TABLE_OR_PAGE)
    assert fault(machine, machine.regs, 0x4000, WRITE).kind is FaultKind.ACCESS_FLAG
    machine.stage1.put(0x4000, 3, GUEST_IPA | forbidden | d.ACCESS_FLAG | d.IS_TABLE_OR_PAGE)
    machine.stage2.unmap(GUEST_IPA >> PAGE_SHIFT)
    assert fault(machine, machine.regs, 0x4000, WRITE).kind is FaultKind.PERMISSION
    assert fault(machine, machine.regs, 0x4000, READ).stage == 2


@pytest.mark.parametrize("tcr", [TCR_39, TCR_48])
def test_reserved_encodings_are_translation_faults(memory: Memory, tcr: int) -> None:
    machine = TwoStages(memory, tcr)
    machine.stage1.put(0x4000, 3, GUEST_IPA | RW | d.VALID)
    assert (fault(machine, machine.regs, 0x4000).kind, fault(machine, machine.regs, 0x4000).level) == (
        FaultKind.TRANSLATION,
        3,
    )
    if machine.stage1.start_level == 0:
        machine.stage1.put(1 << 39, 0, RW | d.IS_BLOCK)
        assert fault(machine, machine.regs, 1 << 39).level == 0


def test_addresses_wider_than_ips_are_address_size_faults(machine: TwoStages) -> None:
    machine.stage1.put(0x4000, 3, 1 << 36 | RW | d.IS_TABLE_OR_PAGE)
    machine.stage1.put(1 << 30, 1, 1 << 36 | d.IS_TABLE_OR_PAGE)
    for ips, is_fault in ((0, True), (1, True), (2, False), (5, False)):
        regs = machine.with_regs(tcr_el1=TCR_39 & ~(7 << 32) | ips << 32)
        leaf, table = fault(machine, regs, 0x4000), fault(machine, regs, 1 << 30)
        assert (leaf.kind is FaultKind.ADDRESS_SIZE, leaf.level) == (is_fault, 3 if is_fault else 1)
        assert (table.kind is FaultKind.ADDRESS_SIZE, table.s1ptw) == (is_fault, not is_fault)


def test_a_ttbr_wider_than_ips_is_an_address_size_fault_at_level_0(machine: TwoStages) -> None:
    regs = machine.with_regs(ttbr0_el1=1 << 46)
    assert fault(machine, regs, 0).fsc == 0b000000
    assert fault(machine, regs, 0).stage == 1


def test_with_the_mmu_off_addresses_are_flat_and_stage_2_still_counts(machine: TwoStages) -> None:
    off = machine.with_regs(sctlr_el1=0)
    found = address(machine, off, GUEST_IPA + 0x9123, EXECUTE)
    assert (found.ipa, found.maddr) == (GUEST_IPA + 0x9123, maddr_of_page(machine, 9) + 0x123)
    assert found.stage1 is None
    assert found.attribute_index is None
    assert fault(machine, off, 0x1000).stage == 2
    assert fault(machine, off, 1 << 44) == Fault(FaultKind.ADDRESS_SIZE, 0, 1, 1 << 44, None, False, READ)
    tagged = machine.with_regs(sctlr_el1=0, tcr_el1=d.TCR_TBI0)
    assert address(machine, tagged, 0x7F << 56 | GUEST_IPA).maddr == maddr_of_page(machine, 0)
    bare = machine.with_regs(sctlr_el1=0, hcr_el2=0)
    assert address(machine, bare, 0x1234).maddr == 0x1234


def test_default_cacheability_turns_stage_1_off_and_stage_2_on(machine: TwoStages) -> None:
    regs = machine.with_regs(hcr_el2=d.HCR_DC)
    assert address(machine, regs, GUEST_IPA + 0x1000).maddr == maddr_of_page(machine, 1)


def test_stage_2_faults_carry_the_ipa(machine: TwoStages) -> None:
    machine.stage1.map(0x4000, GUEST_IPA + 0x2000, 0x1000, leaf_attributes(kernel_execute=True))
    gfn = GUEST_IPA + 0x2000 >> PAGE_SHIFT
    machine.stage2.protect(gfn, writable=False, executable=False)
    for access in (WRITE, EXECUTE):
        assert fault(machine, machine.regs, 0x4010, access) == Fault(
            FaultKind.PERMISSION, 3, 2, 0x4010, GUEST_IPA + 0x2010, False, access
        )
    assert address(machine, machine.regs, 0x4010).permissions == READ
    machine.stage2.protect(gfn, access_flag=False)
    assert fault(machine, machine.regs, 0x4010).kind is FaultKind.ACCESS_FLAG
    machine.stage2.unmap(gfn)
    assert fault(machine, machine.regs, 0x4010).kind is FaultKind.TRANSLATION


def test_a_stage_2_fault_on_a_stage_1_table_says_which_descriptor(machine: TwoStages) -> None:
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, RW)
    entry = machine.stage1.entry_ipa(0x4000, 3)
    table = entry >> PAGE_SHIFT
    machine.stage2.protect(table, writable=False, executable=False)
    assert address(machine, machine.regs, 0x4000, WRITE).ipa == GUEST_IPA
    machine.stage2.protect(table, readable=False)
    expected = Fault(FaultKind.PERMISSION, 3, 2, 0x4ABC, entry, True, WRITE)
    assert fault(machine, machine.regs, 0x4ABC, WRITE) == expected
    machine.stage2.unmap(table)
    assert fault(machine, machine.regs, 0x4ABC, WRITE) == expected._replace(kind=FaultKind.TRANSLATION)


def test_tables_in_device_memory_are_refused_only_where_walks_are_protected(machine: TwoStages) -> None:
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, RW)
    table = machine.stage1.root >> PAGE_SHIFT
    machine.stage2.map(table, machine.maddr_of(machine.stage1.root) >> PAGE_SHIFT, device=True)
    assert address(machine, machine.regs, 0x4000).ipa == GUEST_IPA
    protected = machine.with_regs(hcr_el2=d.HCR_VM | d.HCR_PTW)
    refused = fault(machine, protected, 0x4000)
    assert (refused.kind, refused.level, refused.stage, refused.s1ptw) == (FaultKind.PERMISSION, 3, 2, True)


def test_a_walk_outside_machine_memory_is_an_external_abort(machine: TwoStages, memory: Memory) -> None:
    beyond = memory.base + memory.size
    outside = fault(machine, machine.with_regs(hcr_el2=0, ttbr0_el1=beyond), 0x4000)
    assert (outside.kind, outside.level, outside.stage, outside.fsc) == (FaultKind.EXTERNAL, 1, 1, 0b010101)
    machine.stage2.map(machine.stage1.root >> PAGE_SHIFT, 1)
    outside = fault(machine, machine.regs, 0x4000)
    assert (outside.kind, outside.stage, outside.level) == (FaultKind.EXTERNAL, 1, 1)
    outside = fault(machine, machine.with_regs(vttbr_el2=0x1000), 0x4000)
    assert (outside.kind, outside.stage, outside.level) == (FaultKind.EXTERNAL, 2, 0)


def test_an_ipa_is_translated_without_any_vcpu(machine: TwoStages) -> None:
    vttbr, vtcr = machine.stage2.vttbr(3), machine.stage2.vtcr
    found = machine.walker.translate_ipa(vttbr, vtcr, GUEST_IPA + 0x3456, WRITE)
    assert isinstance(found, Translation)
    assert (found.va, found.ipa, found.maddr) == (None, GUEST_IPA + 0x3456, maddr_of_page(machine, 3) + 0x456)
    missing = machine.walker.translate_ipa(vttbr, vtcr, 0x1000, EXECUTE)
    assert missing == Fault(FaultKind.TRANSLATION, 1, 2, None, 0x1000, False, EXECUTE)
    machine.stage2.protect(GUEST_IPA >> PAGE_SHIFT, executable=False)
    refused = machine.walker.translate_ipa(vttbr, vtcr, GUEST_IPA, EXECUTE)
    assert refused == Fault(FaultKind.PERMISSION, 3, 2, None, GUEST_IPA, False, EXECUTE)


@pytest.mark.parametrize("ipa", [1 << 44, 1 << 60])
def test_an_ipa_beyond_the_input_size_is_a_level_0_fault(machine: TwoStages, ipa: int) -> None:
    outcome = machine.walker.translate_ipa(machine.stage2.vttbr(0), machine.stage2.vtcr, ipa)
    assert outcome == Fault(FaultKind.TRANSLATION, 0, 2, None, ipa, False, READ)


def test_a_block_at_level_0_of_stage_2_is_reserved(machine: TwoStages) -> None:
    block = d.S2_NORMAL_WB | d.S2AP_READ | d.ACCESS_FLAG | d.IS_BLOCK
    machine.memory.write_u64((machine.stage2.root_mfn << PAGE_SHIFT) + 8, block)
    outcome = machine.walker.translate_ipa(machine.stage2.vttbr(0), machine.stage2.vtcr, 1 << 39)
    assert outcome == Fault(FaultKind.TRANSLATION, 0, 2, None, 1 << 39, False, READ)


def test_a_vttbr_wider_than_ps_is_an_address_size_fault_at_level_0(machine: TwoStages) -> None:
    outcome = machine.walker.translate_ipa(1 << 45, machine.stage2.vtcr, GUEST_IPA)
    assert outcome == Fault(FaultKind.ADDRESS_SIZE, 0, 2, None, GUEST_IPA, False, READ)


def test_a_start_level_that_contradicts_the_input_size_is_a_level_0_fault(memory: Memory) -> None:
    wrong = xen_vtcr(2) & ~0x3F | 16  # 48 bits of input cannot start at level 1
    outcome = Walker(memory, pa_bits=44).translate_ipa(memory.base, wrong, 0)
    assert outcome == Fault(FaultKind.TRANSLATION, 0, 2, None, 0, False, READ)


def test_a_walk_shows_every_descriptor_and_the_same_outcome(machine: TwoStages) -> None:
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, RW)
    walk = machine.walker.walk(machine.regs, 0x4123, WRITE)
    assert walk.outcome == machine.walker.translate(machine.regs, 0x4123, WRITE)
    assert [(read.stage, read.level, read.nested) for read in walk.reads] == [
        *(step for one in (1, 2, 3) for step in [*((2, two, True) for two in range(4)), (1, one, False)]),
        *((2, two, False) for two in range(4)),
    ]
    last = walk.reads[14]
    assert (last.index, last.ipa) == (4, machine.stage1.entry_ipa(0x4000, 3))
    assert last.maddr == machine.maddr_of(machine.stage1.entry_ipa(0x4000, 3))
    assert last.table_ipa == machine.stage1.entry_ipa(0, 3)
    assert last.value == machine.memory.read_u64(last.maddr)
    ipa_walk = machine.walker.walk_ipa(machine.stage2.vttbr(0), machine.stage2.vtcr, GUEST_IPA)
    assert [read.level for read in ipa_walk.reads] == [0, 1, 2, 3]


def test_no_registers_whatever_make_a_walk_end_in_anything_but_an_address_or_a_fault(machine: TwoStages) -> None:
    chance = random.Random(6)
    memory = machine.memory
    for at in range(0, 1 << 20, 8):  # tables of noise as well, which point at each other
        memory.write_u64(memory.base + at, chance.getrandbits(64) & ~0xFFFF_FFF0_0000 | memory.base)
    ended: set[type] = set()
    for _ in range(3000):
        root = memory.base + chance.randrange(1 << 20)
        tcr, hcr, vtcr, asid = (chance.getrandbits(64) for _ in range(4))
        va = chance.choice((chance.getrandbits(64), chance.getrandbits(25), -1 << 24 & (1 << 64) - 1))
        regs = TranslationRegisters(
            sctlr_el1=chance.getrandbits(32) | d.SCTLR_M,
            tcr_el1=tcr & ~(chance.getrandbits(1) * (d.TCR_EPD0 | d.TCR_EPD1)),
            ttbr0_el1=root | asid << 48 & (1 << 64) - 1,
            ttbr1_el1=chance.getrandbits(64),
            vttbr_el2=root,
            vtcr_el2=vtcr,
            hcr_el2=hcr & ~(d.HCR_DC | d.HCR_VM * (va & 1)),
        )
        walk = machine.walker.walk(regs, va, chance.choice(list(Access)), chance.randrange(2))
        assert describe_walk(walk)
        ended.add(type(walk.outcome))
    assert ended == {Translation, Fault}


def test_translating_changes_nothing_in_memory(machine: TwoStages) -> None:
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, leaf_attributes(access_flag=False))
    before = bytes(machine.memory.bytes)
    fault(machine, machine.regs, 0x4000, WRITE)
    assert bytes(machine.memory.bytes) == before
