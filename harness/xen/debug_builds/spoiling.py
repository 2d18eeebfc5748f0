"""The argument registers that a debug build overwrites, so that no guest relies on them (``xen/arch/arm/traps.c``)."""

from harness.abi.errno import Errno
from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.table import SIGNATURES
from harness.abi.words import MASK64
from harness.xen.models.releases import Release

SPOILT = 0xDEAD_BEEF

ARGUMENTS = {
    called: len(signature.parameters)
    for called, signature in SIGNATURES.items()
    if called != Hypercall.HYPERVISOR_dm_op  # not in Xen's table, for it is not built
}
"""How many arguments each hypercall takes, and so how many of x1 to x4 are overwritten; x0 holds the result."""

_XSM_OP, _DEPRECATED = 27, {6: 2, 16: 1, 19: 1}
ARGUMENTS_4_14 = {**ARGUMENTS, int(Hypercall.HYPERVISOR_sysctl): 2, _XSM_OP: 1, **_DEPRECATED}
"""The same up to 4.14, whose table has one more argument for sysctl, and entries that only return -ENOSYS."""

_ENOSYS = -Errno.ENOSYS & MASK64


def spoil_arguments(release: Release, x: memoryview, number: int, result: int) -> None:
    """Overwrite x16 and the argument registers of a hypercall that was answered, so that no guest relies on them."""
    arguments = ARGUMENTS_4_14 if release.debug_spoils_on_enosys else ARGUMENTS
    # Later releases test the result, so a handler's own -ENOSYS looks to them like an unknown number.
    if number not in arguments or (result == _ENOSYS and not release.debug_spoils_on_enosys):
        return
    for index in range(1, arguments[number]):
        x[index] = SPOILT
    x[16] = SPOILT
