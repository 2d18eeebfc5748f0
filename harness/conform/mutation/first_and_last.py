"""The first and the last moment of a machine as runs: what a domain finds when it begins, and how machines end."""

from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256

from harness.api import DEFAULT_MEMORY, boot
from harness.conform.mutation.runs import END, RELEASES, Sight
from harness.guest import Guest, assemble, library_path, load
from harness.xen.models.model import DEFAULT_MODEL
from harness.xen.models.model_file import resolve_model

_MIB = 1 << 20


@dataclass(frozen=True)
class EntryJudge:
    """What a domain finds before its first instruction: registers, device tree, image and initrd."""

    vcpus: int = 1
    memory: int = DEFAULT_MEMORY
    model: str = DEFAULT_MODEL
    dom0: bool = False
    initrd: int = 0
    """How long it is, in bytes."""
    text_offset: int = 0
    size: int = 0
    """How much memory the image says that it needs; 0 for what it has."""
    physical_base: int | None = None

    @property
    def name(self) -> str:
        """What reports call it."""
        told = {name: value for name, value in vars(self).items() if value != getattr(EntryJudge, name)}
        return f"entry [{', '.join(f'{name} {value}' for name, value in told.items()) or 'as usual'}]"

    @property
    def guest(self) -> str:
        """Whose run it is, whatever the model and the configuration."""
        return "entry"

    def prepare(self) -> None:
        """Make the image."""
        _hello()

    def look(self, budget: int) -> Sight:
        """Boot it, and look at it as it begins."""
        image = _hello()
        guest = replace(
            image,
            text_offset=self.text_offset or image.text_offset,
            image_size=self.size or image.image_size,
            physical_base=self.physical_base,
        )
        initrd = bytes(range(256)) * (self.initrd // 256)
        with boot(
            guest,
            abi=resolve_model(self.model),
            vcpus=self.vcpus,
            memory=self.memory,
            dom0=self.dom0,
            cmdline="quiet x=1",
            initrd=initrd,
        ) as machine:
            domain, cpu = machine.domain, machine.vcpu().cpu
            tree = machine.read_ipa(domain.device_tree, 4)
            length = int.from_bytes(machine.read_ipa(domain.device_tree + 4, 4), "big")
            tree = machine.read_ipa(domain.device_tree, min(length, 1 << 16))
            loaded = (
                machine.read_ipa(cpu.pc, 64),
                machine.read_ipa(domain.device_tree + (2 * _MIB), 64 if initrd else 0),
            )
            outcomes = {
                "entry: registers": f"{cpu.pc:#x} {cpu.pstate:#x} {cpu.sp:#x} {[*cpu.x]}",
                "entry: memory": " ".join(part.hex() for part in loaded),
                "entry: device tree": f"{domain.device_tree:#x} {tree.hex()}",
                END: machine.run(max_instructions=budget).end.value,
            }
            return Sight(outcomes, machine.instructions)


@dataclass(frozen=True)
class EndJudge:
    """A few instructions after which a machine ends: how, and when, which shows how often another vCPU got the CPU."""

    title: str
    code: str
    vcpus: int = 1
    dom0: bool = False
    model: str = DEFAULT_MODEL
    debug_build: bool = False
    beside: str = ""
    """What another domain executes."""

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"end: {self.title}"

    @property
    def guest(self) -> str:
        """Whose run it is, whatever the model and the configuration."""
        return self.name

    def prepare(self) -> None:
        """Make the image."""
        _assembled(self.code)

    def look(self, budget: int) -> Sight:
        """Run it, for no more instructions than are needed without a mutant."""
        with boot(
            _assembled(self.code),
            abi=resolve_model(self.model),
            vcpus=self.vcpus,
            dom0=self.dom0,
            debug_build=self.debug_build,
            also=[_assembled(self.beside)] if self.beside else [],
        ) as machine:
            ended = machine.run(max_instructions=min(budget, _MOST_INSTRUCTIONS))
            printed = sha256(machine.console).hexdigest()
            seen = f"{ended!r}, {machine.now_ns} ns, {machine.instructions} instructions, printed {printed}"
            return Sight({self.name: seen, END: ended.end.value}, machine.instructions)


_MOST_INSTRUCTIONS = 3_000_000
"""For a guest that would never end."""


@cache
def _hello() -> Guest:
    return load(library_path() / "hello.S")


@cache
def _assembled(code: str) -> Guest:
    return assemble(f'#include "lib/hypercall.h"\n{code}\n')


_TRAPS = "".join(
    f"adr x28, {number}f\n{text}\n{number}:\n"
    for number, text in enumerate(
        (
            "hvc #1",
            "smc #1",
            "movz w0, #0x8000, lsl #16\nsmc #0",
            "movz w0, #0x8400, lsl #16\nhvc #0",
            "mrs x0, actlr_el1",
            "msr actlr_el1, x0",
            "mrs x0, dczid_el0\nmrs x0, s3_0_c15_c0_0",
            "msr s3_0_c15_c0_0, x0",
            "mrs x0, cntp_ctl_el0\nmsr cntp_ctl_el0, x0",
            "mov x1, #0x2000000000\nldr x0, [x1]",
            "mov x1, #0x2000000000\nstr x0, [x1]",
            "mov x1, #0x2000000000\nbr x1",
            "movz x1, #0x300, lsl #16\nmovk x1, #0x1000\nldr w0, [x1]\nstr w0, [x1]",
            "mov x0, #0\nmov x16, #17\nhvc #0xea1",
            "wfe",
        ),
        2,
    )
)

_BESIDE_A_SPINNING_VCPU = f"""
    mov     x1, #1
    adr     x2, spin
    mov     x3, #0
    psci    PSCI_CPU_ON_64
    adr     x0, vectors
    msr     vbar_el1, x0
    {_TRAPS}
    psci    PSCI_SYSTEM_OFF
spin:
    b       .
    .balign 2048
vectors:
    .space  0x200
    msr     elr_el1, x28
    eret
"""

_A_LONG_TEXT = """
    mov     x1, #1
    adr     x2, spin
    mov     x3, #0
    psci    PSCI_CPU_ON_64
    mov     x0, #0                      // CONSOLEIO_write, longer than a time slice
    mov     x1, #0x30000
    adr     x2, text
    mov     x16, #18
    hvc     #0xea1
    psci    PSCI_SYSTEM_OFF
spin:
    b       .
text:
    .ascii  "one\\ntwo\\n\\nthree, and nothing but zeros behind it"
"""

_FAULTS_FOR_EVER = "msr vbar_el1, xzr\nsvc #0"

ENDS = (
    EndJudge("traps beside another vCPU", _BESIDE_A_SPINNING_VCPU, vcpus=2),
    EndJudge("traps beside another vCPU, in dom0", _BESIDE_A_SPINNING_VCPU, vcpus=2, dom0=True),
    EndJudge("a long text beside another vCPU", _A_LONG_TEXT, vcpus=2),
    EndJudge("a long text beside another vCPU, of dom0", _A_LONG_TEXT, vcpus=2, dom0=True),
    EndJudge("vectors that fault", _FAULTS_FOR_EVER),
    EndJudge(
        "vectors that fault beside dom0",
        "mov x0, #0x20000\n1: subs x0, x0, #1\nb.ne 1b\npsci PSCI_SYSTEM_OFF",
        dom0=True,
        beside=_FAULTS_FOR_EVER,
    ),
    EndJudge("return to AArch32", "mov x0, #0x1d0\nmsr spsr_el1, x0\nadr x0, 1f\nmsr elr_el1, x0\neret\n1: b ."),
    EndJudge("a budget", "b ."),
    EndJudge("a budget beside another domain", "b .", beside="b ."),
    EndJudge("nothing to wait for", "wfi\nb ."),
    EndJudge("Xen 4.14 panics", "hvc #0xff01\nb .", model="xen-4.14", debug_build=True),
    EndJudge(
        "debug traps", "hvc #0xffe0\nhvc #0xfffd\nhvc #0xffff\nhvc #0xff01\npsci PSCI_SYSTEM_OFF", debug_build=True
    ),
)

ENTRIES = (
    *(EntryJudge(vcpus=vcpus, model=model) for model in (DEFAULT_MODEL, *RELEASES) for vcpus in (1, 18)),
    *(EntryJudge(model=model, dom0=True) for model in (DEFAULT_MODEL, *RELEASES)),
    *(EntryJudge(initrd=3 * _MIB, model=model) for model in (DEFAULT_MODEL, *RELEASES)),
    EntryJudge(initrd=2 * _MIB, dom0=True),
    EntryJudge(memory=4 * _MIB),
    EntryJudge(memory=6 * _MIB, text_offset=4 * _MIB),
    EntryJudge(memory=130 * _MIB),
    EntryJudge(memory=130 * _MIB, initrd=256),
    EntryJudge(memory=132 * _MIB, initrd=256),
    EntryJudge(memory=256 * _MIB, size=128 * _MIB),
    EntryJudge(memory=5 << 30, model="xen-4.14"),
    EntryJudge(memory=5 << 30),
    EntryJudge(physical_base=0x4100_0000),
    EntryJudge(physical_base=0x4000_0000),
    EntryJudge(physical_base=0x4400_0000),
    EntryJudge(physical_base=0x8000_0000),
)
