"""The coverage of random calls: which hypercalls were made, how far they got, and which results came back."""

import ast
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import harness.xen
from harness.abi.errno import Errno
from harness.abi.hypercalls.hvm_op import HvmOp
from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.table import SIGNATURES
from harness.conform.random_calls.guest import TableCall

_OTHERWISE: Mapping[int, Collection[int]] = {
    Hypercall.HYPERVISOR_vcpu_op: (5, 10, 14),
    Hypercall.HYPERVISOR_hvm_op: (HvmOp.HVMOP_set_param, HvmOp.HVMOP_get_param),
    Hypercall.HYPERVISOR_hypfs_op: range(4),
    Hypercall.HYPERVISOR_physdev_op: (),
    Hypercall.HYPERVISOR_dm_op: (),
}
"""For these hypercalls, the commands whose other arguments matter."""
COMMANDS: Mapping[int, Collection[int]] = {
    **{called: frozenset(each.commands) for called, each in SIGNATURES.items() if each.commands is not None},
    **_OTHERWISE,
}
"""The commands that Xen/Arm knows, for the hypercalls with a command in x0."""

UNREACHED: Mapping[Errno, str] = {
    Errno.ENOSPC: "needs all event channels or event words in use, or watchdogs, which end the run; rules test it",
    Errno.EIO: "needs frames of a second domain that the caller controls: a dom0 and a domU together",
}
"""Errors of the model that no random call causes, each with the reason."""

NOT_OF_RELEASE: Mapping[str, Mapping[Errno, str]] = {
    "4.14": {
        Errno.ENXIO: "a misplaced vcpu_info is -EINVAL",
        Errno.EOVERFLOW: "it does not check whether a range of frames wraps",
    },
    "4.20": {Errno.ENOMEM: "bind_pirq is -EOPNOTSUPP; other calls need too little memory, which is left out"},
}
"""Errors that a release does not return, or not for the calls that are made here."""


def is_decoded(call: TableCall) -> bool:
    """Whether a call gets past the decoding of its number and command, so that its other arguments matter."""
    if call.number is None or call.number.value not in SIGNATURES:
        return False
    number = call.number.value
    if number not in COMMANDS:
        return True  # multicall, and the hypercalls with their command in memory
    command = call.arguments[0].value
    if number != Hypercall.HYPERVISOR_hvm_op:  # whose command has all 64 bits
        command = SIGNATURES[number].command(command)
    return command in COMMANDS[number]


@dataclass
class Coverage:
    """Counts what calls reached."""

    asked: Counter[int] = field(default_factory=Counter)
    """Number of calls by hypercall number; numbers outside the table count as -1."""
    decoded: Counter[int] = field(default_factory=Counter)
    results: dict[int, Counter[int]] = field(default_factory=dict)
    distinct: set[TableCall] = field(default_factory=set)

    def add(self, calls: Sequence[TableCall], lines: Sequence[str]) -> None:
        """Count calls and the lines with their answers."""
        for call, line in zip(calls, lines, strict=False):
            if call.number is None:
                continue
            number = call.number.value if call.number.value in SIGNATURES else -1
            self.asked[number] += 1
            self.decoded[number] += is_decoded(call)
            self.results.setdefault(number, Counter())[signed(line)] += 1
            self.distinct.add(call)

    def merge(self, other: "Coverage") -> None:
        """Add the counts of another coverage."""
        self.asked += other.asked
        self.decoded += other.decoded
        for number, results in other.results.items():
            self.results.setdefault(number, Counter()).update(results)
        self.distinct |= other.distinct

    @property
    def errors(self) -> set[Errno]:
        """The errors that came back."""
        return {Errno(-result) for results in self.results.values() for result in results if -result in set(Errno)}

    def missing(self, release: str) -> list[str]:
        """The hypercalls and errors of a release that should have occurred but did not."""
        calls = [each.name for each in Hypercall if not self.asked[each]]
        errors = errors_of_the_model() - self.errors - UNREACHED.keys() - NOT_OF_RELEASE.get(release, {}).keys()
        return calls + sorted(error.name for error in errors)

    @property
    def share_decoded(self) -> float:
        """The share of the calls that got past the decoding, from 0 to 1."""
        return sum(self.decoded.values()) / max(1, sum(self.asked.values()))


def signed(line: str) -> int:
    """The result at the beginning of a line of the guest, as a signed number."""
    value = int(line.split()[0], 16) if line.split() else 0
    return value - (value >> 63 << 64)


def errors_of_the_model() -> set[Errno]:
    """Every errno that the source code of the model names."""
    found = set()
    for path in Path(harness.xen.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(value=ast.Name(id="Errno"), attr=name) if name in Errno.__members__:
                    found.add(Errno[name])
    return found
