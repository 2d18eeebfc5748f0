"""The call that a vCPU is about to make, and its description in full."""

from collections.abc import Iterator

from harness.debug.call_words import DecodedCall, decode_call, read_va
from harness.xen.domains.domain import Vcpu

_HVC_MASK, _HVC = 0xFFE0_001F, 0xD400_0002


def hvc_immediate(vcpu: Vcpu, va: int) -> int | None:
    """The immediate of the HVC at ``va``; None if there is no HVC."""
    data = read_va(vcpu, va, 4) if vcpu.has_cpu else None
    word = 0 if data is None else int.from_bytes(data, "little")
    return word >> 5 & 0xFFFF if word & _HVC_MASK == _HVC else None


def call_at(vcpu: Vcpu) -> DecodedCall | None:
    """The call that ``vcpu`` is about to make; None if its next instruction is not an HVC."""
    immediate = hvc_immediate(vcpu, vcpu.cpu.pc) if vcpu.has_cpu else None
    return None if immediate is None else decode_call(vcpu, immediate)


def call_lines(call: DecodedCall) -> Iterator[str]:
    """Yield the name and number, each argument, and each field of the structures that the arguments point at."""
    kind = "hypercall" if call.is_hypercall else "call"
    yield f"{call.name}, {kind} {call.number:#x}{f', command {call.command}' if call.command else ''}"
    for argument in call.arguments:
        yield f"  {argument.name:<10} {argument.value:#x}  {argument.meaning}".rstrip()
    for structure in call.pointed:
        if structure.fields is None:
            yield f"  {structure}"
            continue
        yield f"  {structure.name} at {structure.va:#x}:"
        for name, value in structure.fields.items():
            shown = f"{value:#x}" if isinstance(value, int) else " ".join(f"{each:#x}" for each in value)
            yield f"    {name:<20} {shown}"
    if call.data is not None:
        yield f"  bytes: {call.data!r}"
    for entry in call.entries:
        yield f"  entry: {entry}"
