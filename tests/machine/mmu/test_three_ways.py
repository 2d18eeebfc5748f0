"""The walker, the emulated MMU and the real one agree on random tables.

The guest ``translation_random.S`` makes the tables and the accesses. What the real Xen's CPU answered is recorded, and
the suite compares this machine's answers with that; here the software walker is asked at the same places.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from harness.api import Machine, boot
from harness.guest import library_path
from harness.machine.mmu import Access, Fault, Translation

CASE = "translation_random"
KERNEL_VA = 0xFFFF_FF80_0000_0000
ESR_SVC = 0x5600_0000
ADDRESS = 0x0000_FFFF_FFFF_F000
KINDS = ("ADDRESS_SIZE", "TRANSLATION", "ACCESS_FLAG", "PERMISSION")
TRIES = {
    "at_s1e1r": (Access.READ, 1),
    "at_s1e1w": (Access.WRITE, 1),
    "at_s1e0r": (Access.READ, 0),
    "at_s1e0w": (Access.WRITE, 0),
    "ldr": (Access.READ, 1),
    "str": (Access.WRITE, 1),
    "ldtr": (Access.READ, 0),
    "sttr": (Access.WRITE, 0),
    "fetch": (Access.EXECUTE, 1),
}


@dataclass
class Comparison:
    """What the walker expects of each try, compared with what the emulated CPU did."""

    machine: Machine
    outcomes: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cpu = self.machine.vcpu().cpu
        self.tries = {self.machine.guest.symbols[f"place_{name}"]: name for name in TRIES}
        self.what = ""
        self.expected: Translation | Fault | None = None

    def begin(self, _pc: int) -> None:
        x = self.cpu.x
        name = self.tries[x[2]]
        access, level = TRIES[name]
        if name == "fetch":
            level = int(bool(x[0] & 0xF))
        self.what = f"{name} of {x[1]:#x} by EL{level}"
        self.is_at = name.startswith("at_")
        self.va = x[1]
        self.expected = self.machine.domain.walker.translate(self.cpu.translation, x[1], access, level)

    def end(self, _pc: int) -> None:
        expected = self.expected
        assert expected is not None
        syndrome, par = self.cpu.read_sysreg("ESR_EL1"), self.cpu.read_sysreg("PAR_EL1")
        went_on = syndrome == ESR_SVC
        if isinstance(expected, Fault) and expected.stage == 2 and (expected.s1ptw or not self.is_at):
            name = f"stage 2, {'table' if expected.s1ptw else 'page'}"
            agrees = not went_on and syndrome & 0x3F == 0  # as Xen injects it
        elif isinstance(expected, Fault) and expected.stage == 1:
            name = f"{expected.kind.name}, level {expected.level}"
            status = par >> 1 & 0x3F if self.is_at else syndrome & 0x3F
            agrees = status == expected.fsc and went_on == self.is_at
        else:  # AT S1* does not ask stage 2 about the address that it finds
            name = "address"
            agrees = went_on and (not self.is_at or (not par & 1 and par & ADDRESS == (expected.ipa or 0) & ADDRESS))
        self.outcomes[name] += 1
        if not agrees:
            self.differences.append(f"{self.what}: {expected}; ESR {syndrome:#x}, PAR {par:#x}\n{self.cpu.translation}")


@pytest.fixture
def machine() -> Iterator[Machine]:
    with boot(library_path() / "conformance" / f"{CASE}.S") as machine:
        yield machine


def test_the_walker_agrees_with_every_access_of_the_recorded_guest(machine: Machine) -> None:
    comparison = Comparison(machine)
    probes = comparison.cpu.probes()
    symbols = machine.guest.symbols
    probes.code(comparison.begin, KERNEL_VA + symbols["try_access"])
    probes.code(comparison.end, KERNEL_VA + symbols["tried"])
    machine.run(max_instructions=50_000_000)
    print(f"\n{comparison.outcomes.total():,} outcomes, {len(comparison.differences)} differ:")
    print("\n".join(f"{count:8}  {name}" for name, count in sorted(comparison.outcomes.items())))
    assert comparison.differences == []
    everything = {f"{kind}, level {level}" for kind in KINDS for level in (0, 1, 2, 3)}
    never = {"ACCESS_FLAG, level 0", "PERMISSION, level 0"}  # level 0 has no blocks
    assert everything - never | {"address", "stage 2, table", "stage 2, page"} == comparison.outcomes.keys()
