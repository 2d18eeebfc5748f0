"""The MMU in software: both stages of VMSAv8-64, walked and built in machine memory."""

from harness.machine.mmu.describe import describe_descriptor, describe_walk
from harness.machine.mmu.descriptors import xen_vtcr
from harness.machine.mmu.faults import Access, Fault, FaultKind, Translation, permission_text
from harness.machine.mmu.stage1_tree import Stage1Tree
from harness.machine.mmu.stage2_tree import Stage2Entry, Stage2Tree
from harness.machine.mmu.trail import DescriptorRead, Walk
from harness.machine.mmu.walker import TranslationRegisters, Walker

__all__ = [
    "Access",
    "DescriptorRead",
    "Fault",
    "FaultKind",
    "Stage1Tree",
    "Stage2Entry",
    "Stage2Tree",
    "Translation",
    "TranslationRegisters",
    "Walk",
    "Walker",
    "describe_descriptor",
    "describe_walk",
    "permission_text",
    "xen_vtcr",
]
