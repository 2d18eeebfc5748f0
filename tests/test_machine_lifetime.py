"""A machine that is closed, another process's, or being run: a clear error each; and a failed boot leaves nothing."""

import contextlib
import gc
import os
import re
import resource
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

import harness
from harness.errors import InputError, ResourceShortage
from harness.events import ConsoleOutput, EventBus, HypercallMade
from harness.guest import assemble
from harness.xen.hypervisor import End

HELLO = harness.load(Path(__file__).parents[1] / "guest_asm" / "hello.S")
COUNT = assemble("1:  add x0, x0, #1\n    b 1b\n", name="count.S")
RAM = 0x4000_0000

USES: dict[str, Callable[[harness.Machine], Any]] = {
    "run": lambda machine: machine.run(),
    "run with a limit": lambda machine: machine.run(max_instructions=1),
    "step": lambda machine: machine.step(),
    "traps": lambda machine: next(machine.traps()),
    "type": lambda machine: machine.type(b"x"),
    "vcpu": lambda machine: machine.vcpu(),
    "translate": lambda machine: machine.translate(RAM),
    "walk": lambda machine: machine.walk(RAM),
    "read": lambda machine: machine.read(RAM, 0),
    "write": lambda machine: machine.write(RAM, b""),
    "read_ipa": lambda machine: machine.read_ipa(RAM, 8),
    "write_ipa": lambda machine: machine.write_ipa(RAM, b"x"),
    "read_maddr": lambda machine: machine.read_maddr(RAM, 8),
    "snapshot": lambda machine: machine.snapshot(),
    "restore": lambda machine: machine.restore(cast(Any, None)),
}
READABLE = ("console", "instructions", "now_ns", "guest", "closed", "domain", "xen", "events", "run_limit")
NO_USE = {"close", "symbol"}


@pytest.fixture
def machine() -> Iterator[harness.Machine]:
    booted = harness.boot(COUNT, vcpus=2, memory=8 << 20)
    booted.run(max_instructions=100)
    yield booted
    booted.close()


def test_every_public_name_of_a_machine_is_known_here() -> None:
    public = {name for name in dir(harness.Machine) if not name.startswith("_")}
    assert public <= {use.split()[0] for use in USES} | set(READABLE) | NO_USE


# -- Closed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("use", USES)
def test_a_closed_machine_says_that_it_is_closed(machine: harness.Machine, use: str) -> None:
    machine.close()
    with pytest.raises(harness.MachineClosedError, match="the machine is closed"):
        USES[use](machine)


def test_what_a_closed_machine_left_stays_readable() -> None:
    with harness.boot(HELLO) as machine:
        machine.run()
        before = [getattr(machine, name) for name in READABLE if name != "closed"], machine.symbol("image")
    after = [getattr(machine, name) for name in READABLE if name != "closed"], machine.symbol("image")
    assert after == before
    assert machine.closed
    assert machine.xen.outcome is not None
    machine.close()


CPU_USES: dict[str, Callable[[Any], Any]] = {
    "x": lambda cpu: cpu.x[0],
    "pc": lambda cpu: cpu.pc,
    "set pc": lambda cpu: setattr(cpu, "pc", 0),
    "sp": lambda cpu: cpu.sp,
    "pstate": lambda cpu: cpu.pstate,
    "set pstate": lambda cpu: setattr(cpu, "pstate", 0),
    "el": lambda cpu: cpu.el,
    "retired": lambda cpu: cpu.retired,
    "read_sysreg": lambda cpu: cpu.read_sysreg("MPIDR_EL1"),
    "write_sysreg": lambda cpu: cpu.write_sysreg("TTBR0_EL1", 0),
    "read_vector": lambda cpu: cpu.read_vector(0),
    "flush_tlb": lambda cpu: cpu.flush_tlb(),
    "save": lambda cpu: cpu.save(),
    "run": lambda cpu: cpu.run(1),
    "fetch": lambda cpu: cpu.fetch(RAM),
}


@pytest.mark.parametrize("use", CPU_USES)
def test_a_cpu_and_a_vcpu_that_somebody_still_holds_say_so_too(machine: harness.Machine, use: str) -> None:
    vcpu, second = machine.vcpu(0), machine.vcpu(1)
    cpu, x = vcpu.cpu, vcpu.cpu.x
    with pytest.raises(harness.MachineError, match="d1v1 has no CPU: it was never started"):
        _ = second.cpu
    machine.close()
    with pytest.raises(harness.MachineClosedError, match="the machine is closed"):
        CPU_USES[use](cpu)
    for each in (vcpu, second):
        with pytest.raises(harness.MachineClosedError, match="its machine is closed"):
            _ = each.cpu
    with pytest.raises(ValueError, match="released"):
        _ = x[0]


def test_memory_that_somebody_still_holds_says_so_too(machine: harness.Machine) -> None:
    memory, window = machine.domain.memory, machine.domain.memory.bytes
    machine.close()
    for use in (lambda: memory.read(RAM, 8), lambda: memory.write(RAM, b"x"), lambda: memory.read_u64(RAM)):
        with pytest.raises(harness.MachineClosedError, match="the machine is closed"):
            use()
    with pytest.raises(ValueError, match="released"):
        _ = window[0]


def test_a_loop_over_traps_ends_where_the_machine_was_closed_or_says_so() -> None:
    machine = harness.boot(HELLO)
    for trap in machine.traps():
        machine.close()
        with pytest.raises(harness.MachineClosedError):
            trap.complete()
    machine = harness.boot(HELLO)
    begun = machine.traps()
    machine.close()
    with pytest.raises(harness.MachineClosedError):
        next(begun)


def test_a_machine_that_leaks_gives_its_memory_back_all_the_same() -> None:
    before = open_files()
    machine = harness.boot(COUNT, abi="vmap")
    machine.xen.host.frames.allocate()
    with pytest.raises(Exception, match="after the last domain: 1 frames"):
        machine.close()
    assert open_files() == before


# -- Snapshots ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [{}, {"vcpus": 2}, {"pcpus": 2}, {"memory": 16 << 20}, {"dom0": True}], ids=str)
@pytest.mark.parametrize("closed", [False, True])
def test_another_machines_snapshot_is_refused_and_changes_nothing(
    machine: harness.Machine, shape: dict[str, Any], *, closed: bool
) -> None:
    with harness.boot(COUNT, **(shape or {"vcpus": 2, "memory": 8 << 20})) as other:
        other.run(max_instructions=50)
        theirs = other.snapshot()
        if closed:
            other.close()
        before = (machine.now_ns, machine.vcpu().cpu.x[0], machine.read_ipa(RAM, 64))
        for use in (lambda: machine.restore(theirs), lambda: machine.snapshot(theirs)):
            with pytest.raises(harness.SnapshotError, match="the snapshot is of another machine") as caught:
                use()
            assert isinstance(caught.value, InputError)
            assert isinstance(caught.value, harness.MachineError)
        assert (machine.now_ns, machine.vcpu().cpu.x[0], machine.read_ipa(RAM, 64)) == before
        machine.run(max_instructions=100)


@pytest.mark.parametrize("thing", [None, 0, "snapshot", b"", object(), HELLO], ids=lambda each: type(each).__name__)
def test_what_is_no_snapshot_is_refused(machine: harness.Machine, thing: Any) -> None:
    with pytest.raises(harness.SnapshotError, match=f"a {type(thing).__name__} is not a snapshot"):
        machine.restore(thing)


# -- Running --------------------------------------------------------------------------------------------------------

BUSY_USES = ("run", "step", "traps", "snapshot", "restore")


@pytest.mark.parametrize("use", [*BUSY_USES, "close"])
def test_a_listener_cannot_run_its_machine_and_the_run_goes_on(use: str) -> None:
    bus, refused = EventBus(), []

    def try_it(_event: ConsoleOutput) -> None:
        do = machine.close if use == "close" else lambda: USES[use](machine)
        with pytest.raises(harness.MachineBusyError, match="the machine is running"):
            do()
        refused.append(machine.vcpu().cpu.pc)

    bus.listen(ConsoleOutput, try_it)
    with harness.boot(HELLO, events=bus) as machine:
        assert machine.run().end is End.SHUTDOWN
    assert refused


def test_of_two_threads_one_is_refused_and_the_other_one_runs_on() -> None:
    bus, inside, go_on = EventBus(), threading.Event(), threading.Event()
    ends: list[Any] = []

    def hold(_event: ConsoleOutput) -> None:
        inside.set()
        assert go_on.wait(60)

    bus.listen(ConsoleOutput, hold)
    with harness.boot(HELLO, events=bus) as machine:
        runner = threading.Thread(target=lambda: ends.append(machine.run()))
        runner.start()
        try:
            assert inside.wait(60)
            with pytest.raises(harness.MachineBusyError):
                machine.run()
            with pytest.raises(harness.MachineBusyError):
                machine.close()
        finally:
            go_on.set()
            runner.join(60)
        assert ends[0].end is End.SHUTDOWN


def test_a_listener_that_raises_ends_the_run_and_the_machine_goes_on_from_there() -> None:
    bus, raised = EventBus(), []
    with harness.boot(HELLO, events=bus) as machine:

        def fail(event: HypercallMade) -> None:
            if not raised:
                raised.append(event)
                raise RuntimeError("a listener's")

        bus.listen(HypercallMade, fail)
        with pytest.raises(RuntimeError, match="a listener's"):
            machine.run()
        assert machine.instructions == machine.vcpu().cpu.retired > 0
        assert machine.run(max_instructions=1_000_000).end is not End.BUDGET


# -- Processes ------------------------------------------------------------------------------------------------------


def in_a_child(act: Callable[[], object]) -> str:
    """Do something in a forked child; what it raised, or its result, in words."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(read)
            try:
                said = f"result {act()}"
            except BaseException as error:
                said = f"{type(error).__name__}: {error}"
            os.write(write, said.encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read().decode()
    assert os.waitpid(child, 0)[1] == 0, "the child ended by a signal"
    return said


@pytest.mark.parametrize("use", USES)
def test_a_forked_child_cannot_use_its_parents_machine(machine: harness.Machine, use: str) -> None:
    said = in_a_child(lambda: USES[use](machine))
    assert said.startswith("ForkedMachineError: the machine belongs to the process that booted it"), said


def test_nothing_that_a_forked_child_does_reaches_its_parents_machine() -> None:
    with harness.boot(HELLO, abi="vmap", vcpus=2, memory=8 << 20) as machine:
        machine.run(max_instructions=50)
        memory, cpu = machine.domain.memory, machine.vcpu().cpu
        mapping = machine.xen.host.vmap.map([memory.base >> 12, (memory.base >> 12) + 2])
        window = memory.view(memory.base, 4096)
        before = machine.snapshot()

        def harm() -> str:
            window[:] = b"h" * 4096
            mapping.write(0, b"harm" * 100)
            memory.write(memory.base + 0x5000, b"harm")
            cpu.run(1000)
            machine.close()
            machine.close()
            gc.collect()
            return "done"

        assert in_a_child(harm) == "result done"
        again = machine.snapshot(before)
        assert {mfn: data for mfn, data in again.frames.items() if any(data)} == {
            mfn: data for mfn, data in before.frames.items() if any(data)
        }
        window.release()
        mapping.close()
        assert machine.run().end is End.SHUTDOWN
        assert machine.console.startswith(b"Hello from EL1")


def test_a_forked_child_reads_what_was_there_and_boots_machines_of_its_own(machine: harness.Machine) -> None:
    def boot_one() -> bytes:
        assert machine.instructions == 100
        machine.close()
        with harness.boot(HELLO) as own:
            own.run()
            return own.console

    with harness.boot(HELLO) as reference:
        reference.run()
    assert in_a_child(boot_one) == f"result {reference.console!r}"
    machine.run(max_instructions=100)
    assert machine.instructions == 200


def test_a_child_that_is_forked_in_the_middle_of_a_run_does_no_harm() -> None:
    bus, said = EventBus(), []

    def fork(_event: ConsoleOutput) -> None:
        if not said:
            said.append("")
            said[0] = in_a_child(lambda: (machine.close(), machine.closed)[1])

    bus.listen(ConsoleOutput, fork)
    with harness.boot(HELLO, events=bus) as machine:
        assert machine.run().end is End.SHUTDOWN
    assert said == ["result True"]


# -- Shortage -------------------------------------------------------------------------------------------------------


def open_files() -> list[str]:
    """What is open and what is mapped of machine memories."""
    files = []
    for file in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            files.append(str(file.readlink()))
    maps = Path("/proc/self/maps").read_text(encoding="ascii")
    return sorted(re.sub(r"\d+$", "", file) for file in files) + re.findall("/memfd:harness.*", maps)


proc = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="counts files and mappings as Linux shows them")


@proc
def test_a_boot_that_fails_at_any_step_leaves_nothing_behind() -> None:
    def boot() -> harness.Machine:
        return harness.boot(COUNT, vcpus=2, pcpus=2, also=[HELLO], memory=4 << 20, console_input=b"x")

    boot().close()
    steps = count_calls(boot)
    gc.collect()
    before = open_files()
    at = list(range(0, steps, max(1, steps // 60)))
    for step in at:
        with pytest.raises(ResourceShortage):
            failing_at(step, boot)
        gc.collect()
        assert open_files() == before, f"step {step} of {steps}"


def count_calls(boot: Callable[[], harness.Machine]) -> int:
    """How many functions of the harness a boot calls."""
    calls = 0

    def count(frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call" and is_ours(frame)

    sys.setprofile(count)
    try:
        machine = boot()
    finally:
        sys.setprofile(None)
    machine.close()
    return calls - 10


def failing_at(step: int, boot: Callable[[], harness.Machine]) -> None:
    """Boot, and run out of memory at a call."""
    calls = 0

    def fail(frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        if event == "call" and is_ours(frame):
            calls += 1
            if calls == step + 1:
                sys.setprofile(None)
                raise MemoryError

    sys.setprofile(fail)
    try:
        boot().close()
    finally:
        sys.setprofile(None)


BEFORE = ("check_size", "resolve_model", "find_model", "__del__")


def is_ours(frame: Any) -> bool:
    """Whether it is a function that builds a machine: arguments are looked at before that."""
    name = frame.f_globals.get("__name__", "")
    return name.startswith(("harness.machine", "harness.xen")) and frame.f_code.co_name not in BEFORE


@proc
@pytest.mark.parametrize("name", ["memfd_create", "ftruncate", "mmap"])
def test_a_host_that_refuses_a_file_or_a_mapping_is_a_shortage(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(24 if name == "memfd_create" else 12, "refused here")

    before = open_files()
    monkeypatch.setattr(f"harness.machine.memory.{'mmap' if name == 'mmap' else 'os'}.{name}", refuse)
    with pytest.raises(ResourceShortage, match=r"^machine memory of 256 MiB: "):
        harness.boot(COUNT)
    monkeypatch.undo()
    assert open_files() == before


@proc
def test_no_open_file_left_is_a_shortage_that_names_the_limit() -> None:
    before, (soft, hard) = open_files(), resource.getrlimit(resource.RLIMIT_NOFILE)
    harness.boot(COUNT).close()
    for spare in (0, 1):
        most = max(int(file.name) for file in Path("/proc/self/fd").iterdir()) + spare
        held = []
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        try:
            with contextlib.suppress(OSError):
                while True:
                    held.append(os.dup(0))
            for descriptor in held[len(held) - spare :]:
                os.close(descriptor)
                held.remove(descriptor)
            with pytest.raises(ResourceShortage, match=rf"too many open files: ulimit -n allows {most};"):
                harness.boot(COUNT)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for descriptor in held:
                os.close(descriptor)
    assert open_files() == before


def test_no_address_space_left_is_a_shortage_that_names_the_limit() -> None:
    def short() -> str:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 32, 1 << 32))  # enough, whatever this process has run before
        with pytest.raises(ResourceShortage) as caught:
            harness.boot(COUNT, memory=16 << 30)
        harness.boot(COUNT, memory=4 << 20).close()
        return str(caught.value)

    assert in_a_child(short).startswith(
        "result machine memory of 65,536 MiB: there is not enough memory: ulimit -v allows 4,096 MiB, "
    )
