"""Traps in Python: every HVC, before and after Xen answers it, without any effect on the guest."""

from collections.abc import Callable

import pytest

import harness
from harness.abi.hypercalls.numbers import HYPERCALL_IMMEDIATE
from harness.debug.traps import HvcTrap
from harness.guest import assemble
from harness.machine.memory import PAGE_SIZE
from harness.xen.outcome import End

Boot = Callable[..., harness.Machine]

LIMIT = 1_500_000
GUESTS = ["kpti", "smp", "timer", "irq", "events", "echo", "crash"]
CPUS = [(1, 1), (2, 1), (2, 2)]

CALLS = """
#include "lib/kernel.h"
    .data
    .balign 8
ports: .word 3, 4
poll:  .quad 0
       .word 200, 0
       .quad 5
list:  .quad HYPERVISOR_xen_version, 0, XENVER_version, 0, 0, 0, 0, 0
       .quad HYPERVISOR_sched_op, 0, SCHEDOP_yield, 0, 0, 0, 0, 0
    .text
kernel_main:
    mov     x0, #SCHEDOP_poll
    adrp    x1, poll
    add     x1, x1, :lo12:poll
    hypercall HYPERVISOR_sched_op
    adrp    x0, list
    add     x0, x0, :lo12:list
    mov     x1, #2
    hypercall HYPERVISOR_multicall
    mov     x16, #99
    hvc     #0xea1
    mov     x0, #0x84000000
    hvc     #0
    adr     x1, vectors_here
    msr     vbar_el1, x1
    isb
    hvc     #7
    b       .
    .balign 2048
vectors_here:
    .space  0x200
    b       power_off
#include "lib/end.S"
"""


def ending(machine: harness.Machine) -> object:
    """What a guest, or whoever looks from outside, can tell of a machine at its end."""
    memory = machine.domain.memory
    frames = {}
    for start, length in memory.touched():
        for maddr in range(start, start + length, PAGE_SIZE):
            data = memory.read(maddr, PAGE_SIZE)
            if data.strip(b"\0"):
                frames[maddr] = data
    cpus = [
        (tuple(vcpu.cpu.x), vcpu.cpu.pc, vcpu.cpu.sp, vcpu.cpu.pstate)
        for vcpu in machine.xen.vcpus.values()
        if vcpu.has_cpu
    ]
    state = repr((machine.domain.state, [vcpu.state for vcpu in machine.domain.vcpus], machine.xen.scheduler.state))
    return machine.console, machine.instructions, machine.now_ns, machine.xen.outcome, cpus, state, frames


@pytest.mark.parametrize(("vcpus", "pcpus"), CPUS)
@pytest.mark.parametrize("name", GUESTS)
def test_a_guest_whose_traps_are_looked_at_goes_the_same_way(boot: Boot, name: str, vcpus: int, pcpus: int) -> None:
    limit = LIMIT // 30 if name == "echo" else LIMIT  # who waits for input asks for it all the time
    with boot(name, vcpus=vcpus, pcpus=pcpus) as machine:
        machine.run(max_instructions=limit)
        expected = ending(machine)
    with boot(name, vcpus=vcpus, pcpus=pcpus) as machine:
        for number, trap in enumerate(machine.traps(max_instructions=limit)):
            if number % 2:
                trap.complete()
        assert ending(machine) == expected
    with boot(name, vcpus=vcpus, pcpus=pcpus) as machine:
        for stop in (0, 1, 3):
            for number, _ in enumerate(machine.traps(max_instructions=limit)):
                if number == stop:
                    break
            machine.run(max_instructions=37)
        machine.run(max_instructions=limit - machine.instructions)
        assert ending(machine) == expected


@pytest.mark.parametrize(("vcpus", "pcpus"), CPUS)
def test_inside_the_loop_the_vcpu_stands_on_its_hvc(boot: Boot, vcpus: int, pcpus: int) -> None:
    with boot("smp", vcpus=vcpus, pcpus=pcpus) as machine:
        callers = set()
        for trap in machine.traps(max_instructions=LIMIT):
            cpu = trap.vcpu.cpu
            hvc = 0xD400_0002 | trap.call.immediate << 5
            assert cpu.pc == trap.pc
            assert cpu.fetch(cpu.pc) == hvc
            assert (machine.instructions, machine.now_ns) == (trap.instructions, trap.time_ns)
            assert (trap.completed, trap.result) == (False, None)
            trap.complete()
            assert trap.completed
            callers.add(trap.vcpu.number)
            assert machine.instructions >= trap.instructions + 1
            if not trap.again:
                assert cpu.pc == trap.pc + 4
                assert trap.result == cpu.x[0]
            trap.complete()  # does nothing
        assert callers == set(range(vcpus))
        assert machine.xen.outcome is not None
        assert machine.xen.outcome.end is End.SHUTDOWN


def test_every_kind_of_hvc_is_decoded() -> None:
    with harness.boot(assemble(CALLS), memory=8 << 20) as machine:
        seen = []
        for trap in machine.traps():
            trap.complete()
            seen.append((trap.call.immediate, str(trap.call), trap.result_words))
    poll, multicall, unknown, psci, other = seen[:5]
    assert poll[1].startswith("sched_op(SCHEDOP_poll, arg ")
    assert poll[1].endswith(": sched_poll {ports 0, nr_ports 200, timeout 5}")
    assert poll[2] == "-22 (EINVAL)"
    assert multicall[1].endswith("count 2): xen_version(XENVER_version, arg 0); sched_op(SCHEDOP_yield, arg 0)")
    assert unknown == (HYPERCALL_IMMEDIATE, "hypercall 99", "-38 (ENOSYS)")
    assert psci == (0, "PSCI_VERSION", "0x10001")
    assert other[:2] == (7, "HVC #0x7")


def test_what_a_registration_changed_is_told(boot: Boot) -> None:
    with boot("kpti", vcpus=2, abi="vmap") as machine:
        register = next_call(machine, "VCPUOP_register_runstate_memory_area")
        register.complete()
        vcpu = machine.vcpu()
        assert vcpu.state.area is not None
        by_name = {change.what: change for change in register.changes}
        assert by_name["d1v0.area"].before is None
        assert by_name["d1v0.area"].after == vcpu.state.area
        frame = vcpu.state.area.frames[0]
        assert by_name[f"frames.references[{frame}]"].after == 2
        written = [change for change in register.changes if change.what.startswith("memory at maddr ")]
        assert written, "Xen has filled the area at once"
        assert {int(change.what.split()[-1], 16) >> 12 for change in written} == {frame}
        assist = next_call(machine, "VMASST_CMD_enable")
        assist.complete()
        assert [str(change) for change in assist.changes if change.what == "d1.assists"] == ["d1.assists: 0 -> 32"]


def test_event_channels_and_stage_2_are_among_the_changes(boot: Boot) -> None:
    with boot("events") as machine:
        found = [change.what for trap in machine.traps() if trap.complete() is None for change in trap.changes]
    assert any(what.startswith("d1.events.ports[") for what in found)
    assert any(what.startswith("d1 stage 2, level 3, gfn ") for what in found)
    assert not any(what.startswith("time") for what in found)


def next_call(machine: harness.Machine, command: str) -> HvcTrap:
    for trap in machine.traps(max_instructions=LIMIT):
        if trap.call.command == command:
            return trap
    raise AssertionError(f"no {command}")


def test_a_call_that_does_not_come_back_has_a_result_that_nobody_sees(boot: Boot) -> None:
    with boot("hello") as machine:
        *_, last = machine.traps()
        assert last.call.command == "SCHEDOP_shutdown"
        assert machine.xen.outcome is not None
        assert list(machine.traps()) == []


def test_a_limit_ends_the_loop_where_it_is(boot: Boot) -> None:
    with boot("irq") as machine:
        assert all(trap.instructions < 20_000 for trap in machine.traps(max_instructions=20_000))
        assert machine.instructions == 20_000


def test_a_trap_that_the_machine_has_left_cannot_be_completed(boot: Boot) -> None:
    with boot("hello") as machine:
        trap = next(machine.traps())
        machine.run(max_instructions=1)
        with pytest.raises(RuntimeError, match="is not at this HVC"):
            trap.complete()


def test_a_body_that_moves_the_machine_is_no_harm(boot: Boot) -> None:
    with boot("smp", vcpus=2) as machine:
        machine.run(max_instructions=LIMIT)
        expected = ending(machine)
    with boot("smp", vcpus=2) as machine:
        for _ in machine.traps():
            machine.run(max_instructions=50)
        assert ending(machine) == expected


def test_a_preempted_hypercall_is_handed_out_again_until_it_is_done(boot: Boot) -> None:
    source = """
    #include "lib/kernel.h"
        .bss
    text: .space 200000
        .text
    kernel_main:
        mov     x0, #CONSOLEIO_write
        ldr     x1, =200000
        adrp    x2, text
        add     x2, x2, :lo12:text
        hypercall HYPERVISOR_console_io
        b       power_off
    #include "lib/end.S"
    """
    with harness.boot(assemble(source), memory=8 << 20, also=[assemble(".text\n b .")], dom0=True) as machine:
        pieces = [trap for trap in machine.traps(max_instructions=3_000_000) if trap.call.command == "CONSOLEIO_write"]
        again = [trap for trap in pieces if trap.again]
        assert again
        assert {trap.pc for trap in pieces} == {pieces[0].pc}
        assert [trap.result for trap in pieces] == [None] * len(again) + [0]
        counts = [trap.call.arguments[1].value for trap in pieces]
        assert counts == sorted(counts, reverse=True)
        assert counts[0] == 200000
