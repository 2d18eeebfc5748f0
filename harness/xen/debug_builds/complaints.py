"""What a debug build logs about a guest's address that Xen cannot use (``get_page_from_gva``)."""

from harness.xen.domains.domain import Vcpu


def failed_to_walk(vcpu: Vcpu, va: int) -> None:
    """Log that neither the CPU nor Xen's software walk found ``va`` in the guest's tables."""
    lines = vcpu.domain.release.debug_lines
    _log(vcpu, lines.failed_to_walk, f"Failed to walk page-table va {_number(va)}")


def invalid_mfn(vcpu: Vcpu, mfn: int) -> None:
    """Log that an address does not lead to memory."""
    _log(vcpu, vcpu.domain.release.debug_lines.invalid_mfn, f"Invalid MFN {_number(mfn)}")


def failed_to_acquire(vcpu: Vcpu, mfn: int) -> None:
    """Log that an address leads to memory that does not belong to the guest."""
    _log(vcpu, vcpu.domain.release.debug_lines.failed_to_acquire, f"Failing to acquire the MFN {_number(mfn)}")


def _log(vcpu: Vcpu, at: str, line: str) -> None:
    vcpu.domain.host.log(f"{at}: {vcpu}: {line}")


def _number(value: int) -> str:
    """As printf's ``%#lx``: zero has no prefix."""
    return f"{value:#x}" if value else "0"
