"""``harness bench``: measure speed. Each figure is compared with bare Unicorn or the real Xen in the same run."""

import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.bench_conform import conformance
from harness.cli.bench_linux import linux
from harness.cli.figure import Figure
from harness.errors import InputError
from harness.processes.start import run

if TYPE_CHECKING:
    from harness.api import Machine
    from harness.guest import Guest

HEADER = """
_start: b 1f
        .word 0
        .quad 0, 0x10000, 10, 0, 0, 0
        .ascii "ARM\\x64"
        .word 0
1:
"""

OFF = """
        ldr     w0, =0x84000008         // PSCI SYSTEM_OFF
        hvc     #0
"""

STRAIGHT = """
        mov     x0, #0
1:      add     x0, x0, #1
        eor     x1, x0, x2
        add     x2, x2, x1, lsl #3
        cmp     x0, #0
        b.ne    1b
"""

XEN_VERSION = """
        ldr     x19, ={count}
1:      mov     x0, #0
        mov     x1, #0
        mov     x16, #17
        hvc     #0xEA1
        subs    x19, x19, #1
        b.ne    1b
"""

SWITCHES = """
        mrs     x20, mpidr_el1
        and     x20, x20, #0xff         // x20: which vCPU this is
        adr     x21, pages
        add     x21, x21, x20, lsl #7   // x21: a pointer, and 64 bytes on the area that it points to
        add     x3, x21, #64
        str     x3, [x21]
        mov     x16, #24                // vcpu_op: register the area ...
        mov     x0, #5
        mov     x1, x20
        mov     x2, x21
        hvc     #0xEA1
        mov     x16, #21                // vm_assist: ... with the update flag
        mov     x0, #0
        mov     x1, #5
        hvc     #0xEA1
        cbnz    x20, 1f
        ldr     x0, =0xC4000003         // PSCI CPU_ON: vCPU 1 does the same
        mov     x1, #1
        adr     x2, _start
        hvc     #0
        ldr     x19, ={count}
1:      mov     x16, #29                // SCHEDOP_yield: to the other vCPU, and back
        mov     x0, #0
        hvc     #0xEA1
        cbnz    x20, 1b
        subs    x19, x19, #1
        b.ne    1b
        b       off
        .balign 4096                    // data is not in a page of code
pages:  .space  256
off:
"""


def source(body: str) -> "Guest":
    """Assemble a benchmark's guest: an Image header, the body, power off."""
    from harness.guest import assemble

    return assemble(HEADER + body + OFF)


def _run_to_the_end(machine: "Machine") -> float:
    """Seconds until the guest has powered off."""
    from harness.xen.outcome import End

    began = time.perf_counter()
    outcome = machine.run()
    assert outcome.end is End.SHUTDOWN, outcome
    return time.perf_counter() - began


def best(measure: Callable[[], float], times: int = 3) -> float:
    """The largest of a few measurements: the closest to what the machine can do when nothing else runs."""
    return max(measure() for _ in range(times))


def straight_code() -> Iterator[Figure]:
    """Measure plain guest code, in slices of the same length here and on bare Unicorn."""
    from harness.api import boot
    from harness.xen.hypervisor import LONGEST_RUN

    guest = source(STRAIGHT)
    instructions = 40_000_000

    def ours() -> float:
        with boot(guest) as machine:
            machine.run(max_instructions=LONGEST_RUN)  # warm up: Unicorn translates the loop once
            began = time.perf_counter()
            machine.run(max_instructions=instructions)
            return instructions / (time.perf_counter() - began)

    def bare() -> float:
        engine = _bare_engine(guest.flat())
        began = time.perf_counter()
        pc = _BARE_BASE
        for _ in range(instructions // LONGEST_RUN):
            engine.emu_start(pc, 0, count=LONGEST_RUN)
            pc = engine.reg_read(_pc())
        return instructions / (time.perf_counter() - began)

    # The two are measured in turn, and each ratio taken within a pair: a busy host then slows both alike.
    pairs = [(ours(), bare()) for _ in range(5)]
    ratio = statistics.median(here / there for here, there in pairs)
    yield Figure(
        "straight guest code",
        f"{max(here for here, _ in pairs) / 1e6:,.0f} M instructions/s",
        f"{ratio:.2f} of bare Unicorn ({max(there for _, there in pairs) / 1e6:,.0f} M/s)",
    )


_BARE_BASE = 0x4000_0000


def _pc() -> int:
    from unicorn.arm64_const import UC_ARM64_REG_PC

    return int(UC_ARM64_REG_PC)


def _bare_engine(image: bytes) -> Any:
    from harness.machine.unicorn_layout import new_engine

    engine = new_engine()
    engine.mem_map(_BARE_BASE, 0x20_0000)
    engine.mem_write(_BARE_BASE, image)
    return engine


def hypercalls() -> Iterator[Figure]:
    """Measure round trips of xen_version here, of an empty HVC on bare Unicorn, and of xen_version on a real Xen."""
    from harness.api import boot
    from harness.machine.unicorn_layout import INTERRUPT_HOOK, add_hook

    count = 300_000
    guest = source(XEN_VERSION.format(count=count))

    def ours() -> float:
        with boot(guest) as machine:
            return count / _run_to_the_end(machine)

    def bare() -> float:
        from unicorn.unicorn_const import UC_HOOK_INTR

        engine = _bare_engine(guest.flat())
        callback = INTERRUPT_HOOK(lambda *_: None)
        add_hook(engine, UC_HOOK_INTR, callback)
        began = time.perf_counter()
        engine.emu_start(_BARE_BASE, 0, count=6 * count)  # the loop of XEN_VERSION has six instructions
        return count / (time.perf_counter() - began)

    here, there = best(ours), best(bare)
    yield Figure(
        "xen_version round trips",
        f"{here:,.0f} a second",
        f"{here / there:.2f} of bare Unicorn with an empty hook ({there:,.0f})",
    )
    real = real_xen_hypercalls()
    if real is not None:
        yield Figure("", "", f"{here / real:.2f} of the real Xen 4.17 in QEMU ({real:,.0f})")


def traced_hypercalls() -> Iterator[Figure]:
    """Measure the same round trips while a trace of every event is written to a file."""
    from harness import temporary
    from harness.api import boot
    from harness.debug.trace import FORMATS, TraceHeader, open_trace
    from harness.events import EventBus

    count = 300_000
    guest = source(XEN_VERSION.format(count=count))

    def traced(path: Path | None, name: str | None) -> float:
        events = EventBus()
        with open_trace(path, name, events, TraceHeader("bench", "xen-4.17")), boot(guest, events=events) as machine:
            return count / _run_to_the_end(machine)

    with temporary.folder("bench") as folder:
        for name in FORMATS:
            path = folder / name
            pairs = [(traced(path, name), traced(None, None)) for _ in range(5)]
            ratio = statistics.median(here / there for here, there in pairs)
            yield Figure(
                f"xen_version round trips, trace as {name}",
                f"{max(here for here, _ in pairs):,.0f} a second",
                f"{ratio:.2f} of those without a trace",
            )


def real_xen_hypercalls() -> float | None:
    """Round trips a second on the real Xen 4.17, or None if QEMU is not installed."""
    if shutil.which("qemu-system-aarch64") is None:
        return None
    from harness.oracle import run_guest

    def seconds(count: int) -> float:
        image = source(XEN_VERSION.format(count=count)).flat()
        return float(run_guest(image, xen="4.17").seconds)

    few, many = 10_000, 1_010_000  # the difference leaves out the time to boot QEMU and Xen
    try:
        seconds(few)
        return (many - few) / (seconds(many) - seconds(few))
    except InputError as error:
        click.echo(f"harness: no real Xen to compare with: {error}", err=True)
        return None


def switches() -> Iterator[Figure]:
    """Measure context switches: two vCPUs yield to each other, and each switch publishes for both of them."""
    from harness.api import boot
    from harness.xen.models.model import MODELS

    count = 20_000
    guest = source(SWITCHES.format(count=count))
    for model in MODELS.values():

        def turns(model: Any = model) -> float:
            with boot(guest, abi=model, vcpus=2) as machine:
                return 2 * count / _run_to_the_end(machine)

        yield Figure(f"context switches with publication, {model.name}", f"{best(turns):,.0f} a second")


def boots() -> Iterator[Figure]:
    """Measure creating a domain, booting hello and tearing all down; and the whole command from start to exit."""
    from harness.api import boot
    from harness.guest import library_path, load

    path = library_path() / "hello.S"
    guest = load(path)

    def once() -> float:
        began = time.perf_counter()
        with boot(guest) as machine:
            machine.run()
        return time.perf_counter() - began

    once()  # imports and caches are filled by the first boot
    cycles = sorted(once() for _ in range(50))
    yield Figure("create, boot hello, tear down", f"{cycles[25] * 1e3:.2f} ms", f"best {cycles[0] * 1e3:.2f} ms")
    commands = sorted(_command([sys.executable, "-m", "harness", "run", str(path)]) for _ in range(7))
    python = sorted(_command([sys.executable, "-c", "pass"]) for _ in range(7))
    yield Figure(
        "harness run hello.S, start to exit",
        f"{commands[3]:.3f} s",
        f"best {commands[0]:.3f} s; an empty Python: {python[3]:.3f} s",
    )


def _command(arguments: list[str]) -> float:
    began = time.perf_counter()
    # A user's Python writes .pyc files: without them every start would compile all modules again.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run(arguments, env=environment).check_returncode()
    return time.perf_counter() - began


def snapshots() -> Iterator[Figure]:
    """Measure taking and restoring a snapshot of the KPTI guest in the middle of its run."""
    from harness.api import boot
    from harness.guest import library_path

    with boot(library_path() / "kpti.S", vcpus=2) as machine:
        machine.run(max_instructions=5_000_000)
        saved = machine.snapshot()
        takes, restores = [], []
        for _ in range(50):
            machine.run(max_instructions=10_000)
            began = time.perf_counter()
            machine.snapshot(saved)
            taken = time.perf_counter()
            machine.restore(saved)
            takes.append(taken - began)
            restores.append(time.perf_counter() - taken)
        frames = len(saved.frames)
    yield Figure("snapshot", f"{statistics.median(takes) * 1e3:.2f} ms", f"{frames} touched frames, 2 vCPUs")
    yield Figure("restore", f"{statistics.median(restores) * 1e3:.2f} ms", "10,000 instructions later")


SECTIONS = (straight_code, hypercalls, traced_hypercalls, switches, boots, snapshots, conformance, linux)


@click.command("bench")
def command() -> None:
    """Measure speed beside bare Unicorn and the real Xen, in the same run.

    Hosts differ and are noisy: trust the ratios, and compare absolute figures only on one machine.
    """
    for section in SECTIONS:
        for figure in section():
            click.echo(f"{figure.what:<44} {figure.value:>28}   {figure.beside}".rstrip())
