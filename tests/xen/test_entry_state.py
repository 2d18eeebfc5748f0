"""What a vCPU starts with, and where the domain builder puts things, as the real Xens were seen to do it."""

import struct

import pytest

import harness
from harness.guest import Guest, assemble
from harness.pytest_plugin import Boot
from harness.xen.domains.domain import Vcpu

MIB = 1 << 20
RAM, RAM1 = 0x4000_0000, 0x2_0000_0000
TREE_MAGIC = bytes.fromhex("d00dfeed")

SPIN = "b .\n"
PARKED = """
#include "lib/hypercall.h"
    mov     x1, #1
    adr     x2, other
    mov     x3, #0x77
    psci    PSCI_CPU_ON_64
    b       .
other:
    b       .
"""


def image(text_offset: int) -> Guest:
    """An arm64 Image that wants to lie ``text_offset`` bytes after a 2 MiB boundary."""
    return assemble(f"""
    b   code
    .word 0
    .quad {text_offset}, 0x6000, 0xa, 0, 0, 0
    .word 0x644d5241, 0
code:
    b   .
""")


def assert_reset_state(vcpu: Vcpu, pc: int, context: int) -> None:
    cpu = vcpu.cpu
    assert cpu.pc == pc
    assert list(cpu.x) == [context] + [0] * 30
    assert (cpu.pstate, cpu.sp) == (0x1C5, 0)
    assert cpu.read_sysreg("SCTLR_EL1") == 0x00C5_0078
    for name in ("TCR_EL1", "TTBR0_EL1", "TTBR1_EL1", "MAIR_EL1", "VBAR_EL1", "CPACR_EL1", "CONTEXTIDR_EL1"):
        assert cpu.read_sysreg(name) == 0, name
    for name in ("ELR_EL1", "SPSR_EL1", "ESR_EL1", "FAR_EL1", "TPIDR_EL0", "TPIDR_EL1", "CNTKCTL_EL1", "SP_EL0"):
        assert cpu.read_sysreg(name) == 0, name


@pytest.mark.parametrize("dom0", [False, True])
def test_the_first_vcpu_starts_with_the_device_tree_in_x0_and_zero_everywhere_else(
    xen_machine: Boot, dom0: bool
) -> None:
    machine = xen_machine(SPIN, dom0=dom0, vcpus=2)
    base = machine.guest.base + machine.domain.load_shift
    assert_reset_state(machine.vcpu(), base, machine.domain.device_tree)
    assert machine.read_ipa(machine.domain.device_tree, 4) == TREE_MAGIC
    assert not machine.vcpu(1).has_cpu


def test_a_vcpu_that_is_started_finds_its_context_in_x0_and_zero_everywhere_else(xen_machine: Boot) -> None:
    machine = xen_machine(PARKED, vcpus=2)
    while not machine.vcpu(1).has_cpu:
        machine.step()
    assert_reset_state(machine.vcpu(1), machine.symbol("other"), 0x77)


@pytest.mark.parametrize("number", [0, 1, 15, 16, 17, 31, 127])
def test_a_vcpus_number_is_in_its_affinity_sixteen_to_a_cluster(xen_machine: Boot, number: int) -> None:
    machine = xen_machine(SPIN, vcpus=128)
    assert machine.vcpu(number).mpidr == 0x8000_0000 | number // 16 << 8 | number % 16


@pytest.mark.parametrize(
    ("memory", "tree"),
    [
        (8, RAM + 6 * MIB),
        (64, RAM + 62 * MIB),
        (128, RAM + 126 * MIB),
        (130, RAM + 128 * MIB),
        (256, RAM + 128 * MIB),
        (4096, RAM + 128 * MIB),
    ],
)
def test_the_device_tree_lies_at_the_end_of_memory_but_at_most_128_mib_from_its_start(
    xen_machine: Boot, memory: int, tree: int
) -> None:
    machine = xen_machine(SPIN, memory=memory * MIB)
    assert machine.domain.device_tree == tree


def test_memory_beyond_3_gib_is_a_second_bank(xen_machine: Boot) -> None:
    machine = xen_machine(SPIN, memory=4096 * MIB)
    for ipa in (RAM, RAM + (3072 * MIB) - 8, RAM1, RAM1 + 1024 * MIB - 8):
        machine.write_ipa(ipa, struct.pack("<Q", ipa))
        assert machine.read_ipa(ipa, 8) == struct.pack("<Q", ipa)
    for ipa in (RAM - 8, RAM + 3072 * MIB, RAM1 + 1024 * MIB):
        with pytest.raises(harness.MemoryAccessError):
            machine.read_ipa(ipa, 1)


def test_an_image_lies_at_its_text_offset_and_the_tree_two_mib_below_the_end(xen_machine: Boot) -> None:
    machine = xen_machine(image(0x8_0000))
    assert machine.vcpu().cpu.pc == RAM + 0x8_0000
    assert machine.domain.device_tree == 0x43E0_0000


def test_dom0s_memory_is_mapped_as_it_lies(xen_machine: Boot) -> None:
    machine = xen_machine(image(0x8_0000), dom0=True)
    found = machine.translate(machine.vcpu().cpu.pc)
    assert found.maddr == machine.vcpu().cpu.pc


def test_an_initrd_lies_above_the_device_tree_each_in_2_mib_of_its_own(xen_machine: Boot) -> None:
    initrd = bytes(range(256)) * 18 + b"end!"
    machine = xen_machine(SPIN, initrd=initrd)
    assert machine.domain.device_tree == 0x43C0_0000
    assert machine.read_ipa(0x43E0_0000, len(initrd)) == initrd
