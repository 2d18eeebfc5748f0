"""The public API: inspecting and running a machine, and bad input."""

from pathlib import Path
from typing import Any

import pytest

import harness
from harness.api import MemoryAccessError
from harness.errors import InputError
from harness.events import ConsoleOutput, DomainShutdown, EventBus, GuestException, HypercallMade, XenLog
from harness.guest import assemble
from harness.xen.outcome import End

GUESTS = Path(__file__).parents[1] / "guest_asm"
HELLO = GUESTS / "hello.S"
SAYS = b"Hello from EL1, through console_io.\n"

COUNT = assemble("    mov x0, #0\n1:  add x0, x0, #1\n    b 1b\nword: .quad 0x1122334455667788\n", name="count.S")


def test_a_guest_runs_to_its_end_and_its_console_is_there() -> None:
    with harness.boot(HELLO) as machine:
        outcome = machine.run()
        assert (outcome.end, outcome.reason, outcome.domain) == (End.SHUTDOWN, 0, 1)
        assert machine.console == SAYS
        assert machine.run() == outcome, "a machine whose guest has ended stays so"


@pytest.mark.parametrize("source", [HELLO, str(HELLO)])
def test_a_path_may_be_a_path_or_a_word(source: Path | str) -> None:
    with harness.boot(source) as machine:
        machine.run()
        assert machine.console == SAYS


def test_a_step_is_one_instruction() -> None:
    with harness.boot(COUNT) as machine:
        cpu = machine.vcpu().cpu
        assert machine.step().end is End.BUDGET
        for expected in range(1, 20):
            machine.step(2)
            assert cpu.x[0] == expected
        assert machine.instructions == 1 + 2 * 19
        machine.step(7)
        assert machine.instructions == 1 + 2 * 19 + 7


def test_time_is_a_nanosecond_an_instruction() -> None:
    with harness.boot(COUNT) as machine:
        machine.step()  # an idle physical CPU takes a moment to get to its first vCPU
        before = machine.now_ns
        machine.run(max_instructions=12_345)
        assert machine.now_ns - before == machine.instructions - 1 == 12_345


def test_a_run_ends_when_it_is_asked_to() -> None:
    with harness.boot(COUNT) as machine:
        assert machine.run(until=lambda: machine.instructions > 300_000).end is End.STOPPED
        assert machine.run(timeout_s=0).end is End.TIMEOUT
        assert machine.run(max_instructions=5).end is End.BUDGET


def test_memory_can_be_read_and_written_by_virtual_physical_and_machine_address() -> None:
    with harness.boot(COUNT) as machine:
        va = machine.symbol("word")
        word = 0x1122334455667788.to_bytes(8, "little")
        assert machine.read(va, 8) == machine.read_ipa(va, 8) == word
        found = machine.translate(va)
        assert machine.read_maddr(found.maddr, 8) == word
        assert found.maddr != va
        machine.write(va, b"12345678")
        assert machine.read_ipa(va, 8) == b"12345678"
        machine.write_ipa(va + 4, b"xy")
        assert machine.read(va, 8) == b"1234xy78"


def test_reading_and_writing_may_cross_frames_that_lie_apart() -> None:
    with harness.boot(COUNT) as machine:
        data = bytes(range(256)) * 50
        at = 0x4100_0000 - 77
        machine.write_ipa(at, data)
        assert machine.read_ipa(at, len(data)) == data == machine.read(at, len(data))


def test_code_that_is_written_from_outside_is_executed() -> None:
    with harness.boot(COUNT) as machine:
        machine.run(max_instructions=101)
        machine.write_ipa(machine.guest.entry + machine.domain.load_shift + 4, (0x9100_2800).to_bytes(4, "little"))
        before = machine.vcpu().cpu.x[0]
        machine.step(2)
        assert machine.vcpu().cpu.x[0] - before == 10, "add x0, x0, #10"


@pytest.mark.parametrize("address", [0, 0x3FFF_FFFF, 0x4400_0000, 1 << 39])
def test_an_address_without_memory_is_a_clear_error(address: int) -> None:
    with harness.boot(COUNT) as machine:
        for access in (
            lambda: machine.read(address, 1),
            lambda: machine.read_ipa(address, 1),
            lambda: machine.write(address, b"x"),
            lambda: machine.write_ipa(address, b"x"),
        ):
            with pytest.raises(MemoryAccessError, match=f"{address:#x}"):
                access()


def test_symbols_are_where_the_guest_was_loaded() -> None:
    with harness.boot(COUNT) as machine, harness.boot(COUNT, dom0=True) as dom0:
        assert machine.symbol("word") == 0x4000_0000 + COUNT.symbols["word"]
        assert machine.read_ipa(machine.symbol("word"), 8) == dom0.read_ipa(dom0.symbol("word"), 8)
        with pytest.raises(KeyError):
            machine.symbol("nobody")


def test_the_tables_of_a_guest_can_be_walked() -> None:
    with harness.boot(GUESTS / "mmu.S") as machine:
        while not machine.vcpu().cpu.pc >> 63:  # the boot code, and on to the upper half
            assert machine.step(500).end is End.BUDGET
        pc = machine.vcpu().cpu.pc
        assert machine.translate(pc).maddr
        steps = machine.walk(pc)
        assert steps.outcome.maddr == machine.translate(pc).maddr


def test_console_input_is_read_by_the_guest_in_the_order_in_which_it_came() -> None:
    with harness.boot(GUESTS / "echo.S", dom0=True, console_input=b"early ") as machine:
        machine.type(b"late\4")
        assert machine.run().end is End.SHUTDOWN
        assert b"early late" in machine.console


def test_everything_that_happens_can_be_listened_to_until_one_has_heard_enough() -> None:
    bus, heard = EventBus(), []
    for kind in (ConsoleOutput, HypercallMade, DomainShutdown):
        bus.listen(kind, heard.append)
    silent: list[Any] = []
    bus.listen(HypercallMade, silent.append)
    stop = bus.listen(HypercallMade, silent.append)
    stop()
    with harness.boot(HELLO, events=bus) as machine:
        machine.run()
        end = machine.now_ns
    assert [type(event) for event in heard] == [ConsoleOutput, HypercallMade, DomainShutdown, HypercallMade]
    output, written, down, call = heard
    assert output.data == SAYS
    assert (written.number, written.arguments[:2], written.result) == (18, (0, len(SAYS)), 0)
    assert (down.domain, down.reason) == (1, 0)
    assert (call.number, call.arguments[0], call.result) == (29, 2, 0)
    assert [event.time_ns for event in heard] == sorted(event.time_ns for event in heard)
    assert call.time_ns <= end
    assert silent == [written, call]


def test_an_exception_and_the_line_in_xens_log_are_events() -> None:
    bus, heard = EventBus(), []
    bus.listen(GuestException, heard.append)
    bus.listen(XenLog, heard.append)
    with harness.boot(assemble("    hvc #5\n"), events=bus) as machine:
        machine.run(max_instructions=1)
    log, exception = heard[:2]
    assert log.line == "d1v0 Invalid HVC imm 0x5"
    assert (exception.domain, exception.vcpu, exception.syndrome, exception.pc) == (1, 0, 0x0200_0000, 0x4000_0004)


def test_a_neighbours_console_is_not_the_guests() -> None:
    with harness.boot(COUNT, also=[HELLO]) as machine:
        heard: list[ConsoleOutput] = []
        machine.events.listen(ConsoleOutput, heard.append)
        assert machine.run(max_instructions=5_000_000).end is End.SHUTDOWN
        assert [(event.domain, event.data) for event in heard] == [(2, SAYS)]
        assert machine.console == b""


MIB = 1 << 20
BAD = {
    "no vCPU": ({"vcpus": 0}, "0 vCPUs: a guest has 1 to 128"),
    "less than none": ({"vcpus": -1}, "-1 vCPUs"),
    "too many vCPUs": ({"vcpus": 129}, "129 vCPUs"),
    "no physical CPU": ({"pcpus": 0}, "0 physical CPUs: a machine has 1 to 64"),
    "too many physical CPUs": ({"pcpus": 65}, "65 physical CPUs"),
    "no memory": ({"memory": 0}, "0 bytes of memory: a guest has a multiple of 2 MiB"),
    "negative memory": ({"memory": -2 * MIB}, "bytes of memory"),
    "odd memory": ({"memory": 64 * MIB + 1}, "bytes of memory"),
    "more memory than can be": ({"memory": 1 << 50}, "bytes of memory"),
    "unknown model": ({"abi": "xen-3.0"}, "no ABI model is called 'xen-3.0' (did you mean"),
    "initrd too large": ({"memory": 4 * MIB, "initrd": bytes(8 * MIB)}, "are too small for the guest"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_arguments_get_one_clear_line(name: str) -> None:
    arguments, message = BAD[name]
    with pytest.raises(InputError) as caught:
        harness.boot(HELLO, **arguments)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def elf(machine: int, kind: int = 2) -> bytes:
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += kind.to_bytes(2, "little") + machine.to_bytes(2, "little") + (1).to_bytes(4, "little")
    header += (0).to_bytes(8, "little") + (64).to_bytes(8, "little") + (0).to_bytes(8, "little")
    return header + bytes(4) + b"".join(n.to_bytes(2, "little") for n in (64, 56, 0, 64, 0, 0))


FILES = {
    "missing": (None, "missing"),
    "empty": (b"", "empty"),
    "x86-64.elf": (elf(62), "x86-64.elf"),
    "damaged.elf": (b"\x7fELF\x02\x01", "damaged.elf"),
    "bad.S": (b"    mov x0, #1\n    frobnicate x0\n", "bad.S:2:"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_gets_one_clear_error_that_names_it(name: str, tmp_path: Path) -> None:
    data, message = FILES[name]
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        harness.boot(tmp_path / name)


def test_an_image_larger_than_memory_says_both_sizes(tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(bytes(6 * MIB))
    with pytest.raises(InputError, match=r"large needs 6,291,456 bytes at 0x400\w+, but memory is 4,194,304 bytes"):
        harness.boot(tmp_path / "large.bin", memory=4 * MIB)


def test_a_machine_gives_everything_back_however_it_is_left() -> None:
    machine = harness.boot(HELLO, vcpus=4, also=[HELLO])

    def leave() -> None:
        with machine:
            machine.run(max_instructions=100)
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        leave()
    assert machine.xen.host.frames.in_use == 0
