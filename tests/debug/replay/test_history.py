"""Forward to a stop, and back: the state is exact to the last bit, and every event is heard once."""

from collections.abc import Callable
from typing import Any

import pytest

import harness
from harness.debug.replay.history import History, Why
from harness.debug.replay.position import Position
from harness.debug.replay.stops import (
    PUBLISHED,
    SWITCHED,
    TTBR_WRITE,
    Address,
    AnyInstruction,
    EventSeen,
    ExceptionTaken,
    HvcAnswered,
    HvcMade,
    RegisterWrite,
    Space,
    Stop,
    Watch,
)
from harness.events import ConsoleOutput, RunstateChange
from harness.machine.memory import PAGE_SIZE
from harness.machine.sysregs import GUEST_STATE
from harness.xen.outcome import End

Boot = Callable[..., harness.Machine]
CASES = [
    ("kpti", 2, 1, 23_700),
    ("smp", 2, 2, 28_800),
    ("timer", 1, 1, 19_700),
    ("irq", 1, 1, 16_000),
    ("crash", 1, 1, 19_800),
]
STEPS = 500


def look(machine: harness.Machine) -> Any:
    """All that can be told of a machine: registers, memory, time, what Xen keeps."""
    xen, memory = machine.xen, machine.domain.memory
    cpus = {}
    for key, vcpu in xen.vcpus.items():
        if vcpu.has_cpu:
            cpu = vcpu.cpu
            system = [cpu.read_sysreg(name) for name in (*GUEST_STATE, "SP_EL0", "SP_EL1", "HCR_EL2")]
            cpus[key] = tuple(cpu.x), cpu.pc, cpu.sp, cpu.pstate, system
    kept = repr([[each.state for each in (*xen.vcpus.values(), *xen.domains.values())], xen.scheduler.state])
    frames = [
        hash(data)
        for start, length in memory.touched()
        for maddr in range(start, start + length, PAGE_SIZE)
        if (data := memory.read(maddr, PAGE_SIZE)).strip(b"\0")
    ]
    return xen.outcome, machine.now_ns, xen.console.state.waiting, cpus, kept, frames


@pytest.mark.parametrize(("name", "vcpus", "pcpus", "start"), CASES)
def test_every_step_back_is_the_state_that_was(boot: Boot, name: str, vcpus: int, pcpus: int, start: int) -> None:
    with boot(name, vcpus=vcpus, pcpus=pcpus) as machine, boot(name, vcpus=vcpus, pcpus=pcpus) as plain:
        history = History(machine)
        history.goto(start)
        seen = {history.position: look(machine)}
        for _ in range(STEPS):
            history.step()
            seen[history.position] = look(machine)
        assert len(seen) > STEPS * 9 // 10
        for position, state in seen.items():
            if not position.moment:
                plain.run(max_instructions=position.instructions - plain.instructions)
                assert look(plain) == state, "the state is that of a machine which was only run"
        for position in sorted(seen, reverse=True)[1:100]:
            assert history.back().position == position
            assert look(machine) == seen[position]
        for position in list(seen)[:: STEPS // 20]:
            assert history.goto(position).position == position
            assert look(machine) == seen[position]


STOPS: list[Stop] = [
    AnyInstruction((1, 0)),
    ExceptionTaken(),
    HvcMade(),
    HvcMade(number=18),
    HvcAnswered(),
    TTBR_WRITE,
    RegisterWrite(("VBAR_EL1", "ELR_EL1", "SPSR_EL1")),
    SWITCHED,
    PUBLISHED,
    EventSeen(RunstateChange, (1, 0)),
]


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: str(stop)[:40])
@pytest.mark.parametrize(("name", "vcpus", "pcpus", "start"), CASES)
def test_a_stop_is_hit_at_the_same_positions_forward_and_back(
    boot: Boot, stop: Stop, name: str, vcpus: int, pcpus: int, start: int
) -> None:
    with boot(name, vcpus=vcpus, pcpus=pcpus) as machine:
        history = History(machine)
        history.goto(start)
        begin, forward = history.position, []
        for _ in range(12):
            arrival = history.forward(stop, max_instructions=2_000)
            if arrival.why is not Why.HIT:
                break
            assert arrival.hit is not None
            assert arrival.hit.stop == stop
            assert arrival.position == history.position == arrival.hit.position
            forward.append((arrival.position, look(machine)))
        if forward:
            history.goto(forward[-1][0])
        back = []
        while len(back) < len(forward) - 1 and history.back_to(stop).why is Why.HIT:
            back.append((history.position, look(machine)))
        assert back == forward[-2::-1]
        assert all(position > begin for position, _ in forward)


def test_an_address_stop_stands_on_its_instruction_each_time(boot: Boot) -> None:
    with boot("timer") as machine:
        history = History(machine)
        target = machine.symbol("kernel_main")
        assert history.forward(Address(target)).why in (Why.HIT, Why.END)
        history.goto(15_000)
        places: dict[int, list[Position]] = {}
        for _ in range(STEPS):
            history.step()
            places.setdefault(machine.vcpu().cpu.pc, []).append(history.position)
        va, expected = max(places.items(), key=lambda each: (len(each[1]) < 40) * len(each[1]))
        history.goto(expected[0])
        for position in expected[1:]:
            assert history.forward(Address(va)).position == position
            assert machine.vcpu().cpu.pc == va
        for position in reversed(expected[:-1]):
            assert history.back_to(Address(va)).position == position


def test_xens_own_write_is_seen_by_a_watch_of_any_space(boot: Boot) -> None:
    with boot("timer") as machine:
        history = History(machine)
        ipa = machine.symbol("runstate_area")
        translated = machine.domain.p2m.translate(ipa)
        for watch in (Watch(ipa, 48, space=Space.IPA), Watch(translated.maddr, 48, space=Space.MADDR)):  # type: ignore[union-attr]
            history.goto(19_000)
            arrival = history.forward(watch)
            assert arrival.hit is not None
            assert arrival.hit.subject.by_xen
            assert history.back_to(watch).why in (Why.HIT, Why.START)


def test_what_happens_is_heard_once_however_often_one_goes_back(boot: Boot) -> None:
    with boot("smp", vcpus=2) as machine:
        machine.run()
        expected = machine.console
    with boot("smp", vcpus=2) as machine:
        heard = bytearray()
        machine.events.listen(ConsoleOutput, lambda event: heard.extend(event.data))
        history = History(machine)
        while (arrival := history.forward(HvcAnswered())).why is Why.HIT:
            written = history.console
            history.back(30)
            assert len(history.console) <= len(written)
            history.goto(arrival.position)
            assert history.console == written == bytes(heard)
        assert arrival.outcome is not None
        assert arrival.outcome.end is End.SHUTDOWN
        assert machine.console == history.console == bytes(heard) == expected


def test_a_change_by_hand_comes_again_when_it_is_passed_again(boot: Boot) -> None:
    with boot("hello") as machine:
        history = History(machine)
        history.goto(300)
        machine.vcpu().cpu.x[28] = 0xABCD
        history.changed()
        history.type(b"typed")
        history.step(5)
        there = look(machine)
        history.goto(100)
        assert machine.vcpu().cpu.x[28] != 0xABCD
        assert history.goto(305).position == Position(305)
        assert look(machine) == there
        assert machine.xen.console.state.waiting.endswith(b"typed")


def test_before_the_start_there_is_nothing_and_the_end_stays_the_end(boot: Boot) -> None:
    with boot("hello") as machine:
        history = History(machine)
        assert history.back().why is Why.START
        assert history.back_to(HvcMade()).why is Why.START
        end = history.forward()
        assert end.why is Why.END
        assert history.step().why is Why.END
        assert history.back().position < end.position
        assert machine.xen.outcome is None
        assert history.forward().position == end.position


def test_one_step_back_after_a_long_run_runs_little_again(boot: Boot) -> None:
    with boot("spin") as machine:
        history = History(machine)
        history.forward(max_instructions=5_000_000)
        assert len(history.checkpoints) < 40
        last = max(at for at in history.checkpoints if at < history.position)
        assert history.position.instructions - last.instructions <= 400_000
        assert history.back().position == Position(4_999_999)


def test_a_vcpu_is_stepped_while_others_run(boot: Boot) -> None:
    with boot("smp", vcpus=2, pcpus=2) as machine:
        history = History(machine)
        history.goto(27_000)
        if not machine.vcpu(1).has_cpu:
            history.forward(AnyInstruction((1, 1)))
        before = machine.vcpu(1).cpu.pc
        history.step(3, vcpu=(1, 1))
        assert machine.vcpu(1).cpu.pc != before


def test_what_happens_in_a_step_is_heard_once_too(boot: Boot) -> None:
    with boot("hello") as machine:
        heard: list[Any] = []
        machine.events.listen(ConsoleOutput, heard.append)
        history = History(machine)
        with_positions: list[Any] = []
        history.on_event = lambda *each: with_positions.append(each)
        history.forward(HvcMade())
        for _ in range(3):
            history.step()
            history.back()
        assert [event.data for event in heard] == [b"Hello from EL1, through console_io.\n"]
        assert with_positions == [(Position(history.position.instructions + 1), heard[0])]
        assert history.console == b""
        assert machine.console == heard[0].data
