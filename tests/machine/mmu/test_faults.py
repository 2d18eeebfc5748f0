"""Faults and translations, as numbers for the guest and as text for people."""

import pytest

from harness.machine.mmu import Access, Fault, FaultKind, Translation, permission_text


@pytest.mark.parametrize(
    ("kind", "level", "fsc"),
    [
        (FaultKind.ADDRESS_SIZE, 0, 0x00),
        (FaultKind.ADDRESS_SIZE, 3, 0x03),
        (FaultKind.TRANSLATION, 0, 0x04),
        (FaultKind.TRANSLATION, 2, 0x06),
        (FaultKind.ACCESS_FLAG, 1, 0x09),
        (FaultKind.PERMISSION, 3, 0x0F),
        (FaultKind.EXTERNAL, 2, 0x16),
    ],
)
def test_the_status_code_is_the_architectures(kind: FaultKind, level: int, fsc: int) -> None:
    assert Fault(kind, level, 1, 0, None, False, Access.READ).fsc == fsc


def test_a_fault_says_in_one_line_what_where_and_which_code() -> None:
    fault = Fault(FaultKind.PERMISSION, 3, 1, 0xFFFF_FF80_0000_4000, None, False, Access.WRITE)
    assert str(fault) == "stage 1 permission fault, level 3, write of va 0xffffff8000004000 (FSC 0x0f)"
    nested = Fault(FaultKind.TRANSLATION, 2, 2, 0x4000, 0x4008_1010, True, Access.READ)
    assert str(nested) == (
        "stage 2 translation fault, level 2, read of va 0x4000, stage-1 descriptor at ipa 0x40081010 (FSC 0x06)"
    )
    by_ipa = Fault(FaultKind.ACCESS_FLAG, 1, 2, None, 0x1000, False, Access.EXECUTE)
    assert str(by_ipa) == "stage 2 access flag fault, level 1, execute of ipa 0x1000 (FSC 0x09)"


def test_a_translation_says_in_one_line_where_it_leads() -> None:
    page = Translation(0x4123, 0x5123, 0x6123, 1 << 12, Access.READ | Access.EXECUTE, 0, 0)
    assert str(page) == "va 0x4123 -> ipa 0x5123 -> maddr 0x6123 (r-x, 4 KiB)"
    flat = Translation(None, 0x5123, 0x5123, 1 << 64, 7, None, None)
    assert str(flat) == "ipa 0x5123 -> maddr 0x5123 (rwx, flat)"
    assert (flat.attribute_index, flat.non_global, flat.device, flat.software_bits) == (None, False, False, None)


@pytest.mark.parametrize(("permissions", "text"), [(0, "---"), (1, "r--"), (2, "-w-"), (4, "--x"), (7, "rwx")])
def test_permissions_read_as_ls_shows_them(permissions: int, text: str) -> None:
    assert permission_text(permissions) == text
