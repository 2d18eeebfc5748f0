"""A call to Xen in words: its name, its command, its arguments, and the structures they point at in guest memory.

The only place that decodes a call, either from its registers alone or with guest memory as well. Memory is read
through the calling vCPU's live tables with EL1's rights, and adds nothing to Xen's log; unreadable memory is reported
as such. Names and structures are data, in :mod:`harness.abi.hypercalls` and :mod:`harness.abi.smccc`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.abi.errno import Errno
from harness.abi.hypercalls.console_io import ConsoleIo
from harness.abi.hypercalls.multicall import MULTICALL_ENTRY
from harness.abi.hypercalls.numbers import HYPERCALL_IMMEDIATE, Hypercall
from harness.abi.hypercalls.table import SIGNATURES
from harness.abi.layout import Layout
from harness.abi.smccc import FUNCTION_NAMES, FUNCTION_PARAMETERS, PsciResult
from harness.abi.words import MASK32, MASK64
from harness.machine.memory import PAGE_SIZE
from harness.machine.mmu.faults import Access, Fault
from harness.xen.domains.domain import Vcpu

MOST_ENTRIES = 16
"""Maximum number of calls decoded from a multicall."""
MOST_BYTES = 256
"""Maximum number of bytes shown of a buffer."""

_SMALL = 4096
"""Numbers below this are shown in decimal."""

FieldValue = int | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: the register's 64 bits, and the name of that value if it has one."""

    name: str
    value: int
    meaning: str = ""

    def __str__(self) -> str:
        return self.meaning or f"{self.name} {number(self.value)}"


@dataclass(frozen=True, slots=True)
class Structure:
    """A structure in guest memory; ``fields`` is None if it cannot be read.

    A field longer than 8 bytes is a tuple of doublewords.
    """

    name: str
    va: int
    fields: dict[str, FieldValue] | None

    def __str__(self) -> str:
        if self.fields is None:
            return f"{self.name} at {self.va:#x}: cannot be read"
        return f"{self.name} {{{', '.join(f'{name} {_value(value)}' for name, value in self.fields.items())}}}"


@dataclass(frozen=True, slots=True)
class DecodedCall:
    """A decoded call.

    ``name`` is the name of the hypercall or SMCCC function ("HVC #0x1" for an immediate without a meaning);
    ``number`` is x16 or the function identifier; ``command`` is the command's name, empty if there is none.
    ``pointed`` are the structures that arguments point at, ``data`` is the text of CONSOLEIO_write (256 bytes at
    most), and ``entries`` are the calls of a multicall.
    """

    immediate: int
    name: str
    number: int
    command: str = ""
    arguments: tuple[Argument, ...] = ()
    pointed: tuple[Structure, ...] = ()
    data: bytes | None = None
    entries: "tuple[DecodedCall, ...]" = ()

    @property
    def is_hypercall(self) -> bool:
        """Whether it is a Xen hypercall: made by HVC #0xEA1, or an entry of a multicall."""
        return self.immediate == HYPERCALL_IMMEDIATE

    def __str__(self) -> str:
        text = f"{self.name}({', '.join(map(str, self.arguments))})" if self.arguments else self.name
        more = [*map(str, self.pointed), *([repr(self.data)] if self.data is not None else ()), *map(str, self.entries)]
        return f"{text}: {'; '.join(more)}" if more else text

    def result(self, x0: int) -> str:
        """A result in x0 in words: an errno or PSCI status with its name, any other value as a plain number."""
        signed = (x0 & MASK64) - ((x0 & 1 << 63) << 1)
        if self.is_hypercall and -_SMALL < signed < 0:
            names = {int(error): error.name for error in Errno}
            return f"{signed} ({names[-signed]})" if -signed in names else str(signed)
        if not self.immediate and signed in set(PsciResult):
            return f"{signed} ({PsciResult(signed).name})" if signed else "0"
        return number(x0)


def number(value: int) -> str:
    """Write a number as a person would: small ones in decimal, addresses and masks in hexadecimal."""
    return str(value) if value < _SMALL else f"{value:#x}"


def _value(value: FieldValue) -> str:
    return number(value) if isinstance(value, int) else f"[{', '.join(map(number, value))}]"


def read_va(vcpu: Vcpu, va: int, length: int) -> bytes | None:
    """Read guest memory by a virtual address of ``vcpu`` with EL1's rights; None unless all of it can be read."""
    domain, pieces = vcpu.domain, []
    regs = vcpu.cpu.translation
    while length > 0:
        size = min(length, PAGE_SIZE - va % PAGE_SIZE)
        found = domain.walker.translate(regs, va & MASK64, Access.READ, 1)
        if isinstance(found, Fault) or not domain.memory.contains(found.maddr, size):
            return None
        pieces.append(domain.memory.read(found.maddr, size))
        va, length = va + size, length - size
    return b"".join(pieces)


def decode_call(vcpu: Vcpu, immediate: int) -> DecodedCall:
    """Decode the HVC that ``vcpu`` is about to execute or has just trapped with, from its current registers."""
    x = vcpu.cpu.x
    if immediate == HYPERCALL_IMMEDIATE:
        registers = tuple(x[0:5])
        return _with_memory(vcpu, hypercall(x[16], registers), registers)
    if immediate == 0:
        return smccc(x[0] & MASK32, tuple(x[1:4]))
    return DecodedCall(immediate, f"HVC #{immediate:#x}", immediate)


def decode_structure(vcpu: Vcpu, layout: Layout, va: int) -> Structure:
    """Read a structure at ``va``, field by field."""
    data = read_va(vcpu, va, layout.size)
    if data is None:
        return Structure(layout.name, va, None)
    return Structure(layout.name, va, {name: _field(data, *where) for name, where in layout.fields.items() if where[1]})


def _field(data: bytes, offset: int, size: int) -> FieldValue:
    if size <= 8:
        return int.from_bytes(data[offset : offset + size], "little")
    return tuple(int.from_bytes(data[at : at + 8], "little") for at in range(offset, offset + size, 8))


def hypercall(called: int, x: Sequence[int]) -> DecodedCall:
    """Decode a hypercall from its registers alone: ``called`` is x16, ``x`` the values of x0 and up."""
    signature = SIGNATURES.get(called)
    if signature is None:
        arguments = tuple(Argument(f"x{index}", value) for index, value in enumerate(x))
        return DecodedCall(HYPERCALL_IMMEDIATE, f"hypercall {called:#x}", called, arguments=arguments)
    words = [Argument(*each) for each in zip(signature.parameters, x, strict=False)]
    command = ""
    if signature.commands is not None:
        code = signature.command(x[0])
        command = next((known.name for known in signature.commands if known == code), "")
        words[0] = Argument(words[0].name, x[0], command)
    return DecodedCall(HYPERCALL_IMMEDIATE, signature.name, called, command, tuple(words))


def smccc(function: int, x: Sequence[int]) -> DecodedCall:
    """Decode an HVC #0 or SMC #0 from its registers alone: ``function`` is w0, ``x`` the values of x1 and up."""
    words = tuple(Argument(*each) for each in zip(FUNCTION_PARAMETERS.get(function, ()), x, strict=False))
    return DecodedCall(0, FUNCTION_NAMES.get(function, f"SMCCC function {function:#x}"), function, arguments=words)


def _with_memory(vcpu: Vcpu, call: DecodedCall, x: Sequence[int], *, within: bool = False) -> DecodedCall:
    """Add to a hypercall what its arguments point at.

    ``within`` a multicall, the entries of another multicall are not followed: a list could contain itself.
    """
    signature = SIGNATURES.get(call.number)
    if signature is None:
        return DecodedCall(HYPERCALL_IMMEDIATE, f"hypercall {number(call.number)}", call.number)
    pointed: tuple[Structure, ...] = ()
    data: bytes | None = None
    entries: tuple[DecodedCall, ...] = ()
    layout = signature.structures.get(signature.command(x[0]))
    pointer = next((each.value for each in call.arguments if each.name == "arg"), 0)
    if layout is not None and pointer:
        pointed = (decode_structure(vcpu, layout, pointer),)
    if call.number == Hypercall.HYPERVISOR_console_io and x[0] & MASK32 == ConsoleIo.CONSOLEIO_write:
        data = read_va(vcpu, x[2], min(x[1] & MASK32, MOST_BYTES))
    if call.number == Hypercall.HYPERVISOR_multicall and not within:
        entries = _entries(vcpu, x[0], x[1] & MASK32)
    return replace(call, pointed=pointed, data=data, entries=entries)


def _entries(vcpu: Vcpu, va: int, count: int) -> tuple[DecodedCall, ...]:
    calls: list[DecodedCall] = []
    for index in range(min(count, MOST_ENTRIES)):
        entry = decode_structure(vcpu, MULTICALL_ENTRY, va + index * MULTICALL_ENTRY.size)
        if entry.fields is None:
            break
        called, arguments = entry.fields["op"], entry.fields["args"]
        assert isinstance(called, int)
        assert isinstance(arguments, tuple)
        calls.append(_with_memory(vcpu, hypercall(called, arguments), arguments, within=True))
    return tuple(calls)
