"""What a debug build of Xen does that a release build does not (``xen/arch/arm/traps.c``, ``guestcopy.c``)."""

from typing import TYPE_CHECKING

from harness.abi.errno import Errno
from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.table import SIGNATURES
from harness.xen.releases import Release

if TYPE_CHECKING:
    from harness.xen.vcpu import Vcpu

SPOILT = 0xDEAD_BEEF

ARGUMENTS = {
    called: len(signature.parameters)
    for called, signature in SIGNATURES.items()
    if called != Hypercall.HYPERVISOR_dm_op  # not in Xen's table, for it is not built
}
"""How many arguments each hypercall takes, so how many of x1 to x4 are spoilt; x0 has the result."""

_XSM_OP, _DEPRECATED = 27, {6: 2, 16: 1, 19: 1}
ARGUMENTS_4_14 = {**ARGUMENTS, int(Hypercall.HYPERVISOR_sysctl): 2, _XSM_OP: 1, **_DEPRECATED}
"""The same up to 4.14, which counts another one for sysctl and has numbers in its table that only say -ENOSYS."""

_ENOSYS = -Errno.ENOSYS & (1 << 64) - 1


def spoil_arguments(release: Release, x: memoryview, number: int, result: int) -> None:
    """Overwrite x16 and the arguments of a hypercall that was answered, so that no guest relies on them."""
    arguments = ARGUMENTS_4_14 if release.debug_spoils_on_enosys else ARGUMENTS
    if number not in arguments or (result == _ENOSYS and not release.debug_spoils_on_enosys):
        return
    for index in range(1, arguments[number]):
        x[index] = SPOILT
    x[16] = SPOILT


def failed_to_walk(vcpu: "Vcpu", va: int) -> None:
    """Log that neither the CPU nor Xen found ``va`` in the guest's tables (``get_page_from_gva``, as the next two)."""
    lines = vcpu.domain.model.release.debug_lines
    _log(vcpu, lines.failed_to_walk, f"Failed to walk page-table va {_number(va)}")


def invalid_mfn(vcpu: "Vcpu", mfn: int) -> None:
    """Log that an address leads to no memory."""
    _log(vcpu, vcpu.domain.model.release.debug_lines.invalid_mfn, f"Invalid MFN {_number(mfn)}")


def failed_to_acquire(vcpu: "Vcpu", mfn: int) -> None:
    """Log that an address leads to memory that is not the guest's."""
    _log(vcpu, vcpu.domain.model.release.debug_lines.failed_to_acquire, f"Failing to acquire the MFN {_number(mfn)}")


def _log(vcpu: "Vcpu", at: str, line: str) -> None:
    vcpu.domain.host.log(f"{at}: {vcpu}: {line}")


def _number(value: int) -> str:
    """As printf's ``%#lx``: zero has no prefix."""
    return f"{value:#x}" if value else "0"
