"""The gdb server, tested by its protocol: threads, registers, memory, movements; and no packet makes it fail."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gdb_client import Client, Serving
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import harness
from harness.debug.gdb.packets import Packet, Signal, frame
from harness.debug.gdb.registers import REGISTERS
from harness.xen.outcome import End

Boot = Callable[..., harness.Machine]
NUMBERS = {register.name: number for number, register in enumerate(REGISTERS)}
KERNEL_VA = 0xFFFFFF8000000000


@pytest.fixture
def kpti(boot: Boot) -> Iterator[Serving]:
    """kpti with two vCPUs, served."""
    with Serving(boot("kpti", vcpus=2)) as serving:
        yield serving


@pytest.fixture
def client(kpti: Serving) -> Iterator[Client]:
    """A client of it."""
    with Client(kpti.port) as client:
        assert client.ask(b"QStartNoAckMode") == b"OK"
        yield client


def value(client: Client, name: str) -> int:
    return int.from_bytes(bytes.fromhex(client.ask(b"p%x" % NUMBERS[name]).decode()), "little")


def set_value(client: Client, name: str, new: int) -> bytes:
    size = REGISTERS[NUMBERS[name]].size
    return client.ask(b"P%x=%b" % (NUMBERS[name], new.to_bytes(size, "little").hex().encode()))


def test_the_description_of_the_target_names_every_register_once_with_its_size(client: Client) -> None:
    document, part = b"", b"m"
    while part[:1] == b"m":
        part = client.ask(b"qXfer:features:read:target.xml:%x,400" % len(document))
        document += part[1:]
    registers = ElementTree.fromstring(document).iter("reg")
    described = [(each.get("name"), int(each.get("bitsize", 0)), int(each.get("regnum", -1))) for each in registers]
    assert described == [(each.name, each.bits, number) for number, each in enumerate(REGISTERS)]


def test_every_register_can_be_read_and_those_that_can_be_written_hold_what_was_written(
    kpti: Serving, client: Client
) -> None:
    assert value(client, "pc") == kpti.machine.vcpu().cpu.pc
    assert value(client, "cpsr") == 0x1C5
    assert value(client, "MPIDR_EL1") == 0x80000000
    for name in ("x0", "x30", "sp", "pc", "v31", "TTBR1_EL1", "FAR_EL1", "SP_EL0", "TPIDR_EL0", "CNTV_CVAL_EL0"):
        assert set_value(client, name, 0x123456789AB8) == b"OK", name
        assert value(client, name) == 0x123456789AB8, name
    assert value(client, "SP_EL1") == 0x123456789AB8  # that is the one in use
    assert set_value(client, "cpsr", 0x1C4) == b"OK"
    assert (value(client, "sp"), value(client, "SP_EL1")) == (0x123456789AB8, 0x123456789AB8)
    for name, wrong in (("MPIDR_EL1", 1), ("CNTVCT_EL0", 1), ("cpsr", 0x1C9), ("cpsr", 0x1D0)):
        assert set_value(client, name, wrong) == b"E16", name


def test_all_registers_are_written_at_once_as_they_were_read(client: Client) -> None:
    registers = client.ask(b"g")
    changed = b"8877665544332211" + registers[16:]
    assert client.ask(b"G" + changed) == b"OK"
    assert value(client, "x0") == 0x1122334455667788
    assert client.ask(b"g")[16 : 33 * 16] == registers[16 : 33 * 16]


def test_memory_is_by_virtual_address_or_physical_and_ends_where_nothing_is_mapped(
    kpti: Serving, client: Client
) -> None:
    machine = kpti.machine
    text = machine.symbol("kernel_main")
    there = client.ask(b"m%x,10" % text)
    assert bytes.fromhex(there.decode()) == machine.read_ipa(text, 16)
    assert client.ask(b"X%x,4:" % text + b"\x00}#$") == b"OK"
    assert machine.read_ipa(text, 4) == b"\x00}#$"
    assert client.ask(b"M%x,2:beef" % text) == b"OK"
    assert client.ask(b"m%x,2" % text) == b"beef"
    assert client.ask(b"m%x,4" % KERNEL_VA) == b"E0e"
    assert client.ask(b"Qqemu.PhyMemMode:1") == b"OK"
    assert client.ask(b"m%x,2" % text) == b"beef"
    end = 0x40000000 + (8 << 20)
    assert len(client.ask(b"m%x,20" % (end - 16))) == 32
    assert client.ask(b"M%x,20:%b" % (end - 16, b"00" * 32)) == b"E0e"
    assert client.ask(b"m%x,20" % end) == b"E0e"


def test_threads_are_vcpus_with_their_states_in_words(client: Client) -> None:
    assert client.ask(b"qfThreadInfo") == b"m01,02"
    assert client.ask(b"qsThreadInfo") == b"l"
    assert bytes.fromhex(client.ask(b"qThreadExtraInfo,2").decode()) == b"d1v1 never started"
    assert client.ask(b"Hg2") == b"OK"
    assert client.ask(b"p20") == b"x" * 16
    assert client.ask(b"P20=0000000000000000") == b"E16"
    assert client.ask(b"T2") == b"OK"
    for missing in (b"T3", b"Hg3", b"vCont;s:3"):
        assert client.ask(missing) == b"E16"
    until_user_mode = client.ask(b"Z1,400050,4"), client.ask(b"vCont;c")
    assert until_user_mode == (b"OK", b"T05thread:02;hwbreak:;")
    assert client.ask(b"qC") == b"QC02"
    assert b"running on pCPU 0 at EL0" in client.ask(b"qXfer:threads:read::0,1000")


def test_a_step_is_one_instruction_of_its_thread_and_its_reverse_undoes_it(client: Client) -> None:
    before = client.ask(b"g")
    start = value(client, "pc")
    assert client.ask(b"vCont;s:1") == b"T05thread:01;"
    assert value(client, "pc") != start
    assert client.ask(b"bs") == b"T05thread:01;"
    assert client.ask(b"g") == before
    assert client.ask(b"bs") == b"T05thread:01;replaylog:begin;"
    assert client.ask(b"vCont;r%x,%x:1" % (start, start + 4)) == b"T05thread:01;"
    assert value(client, "pc") != start


def test_at_the_end_the_guest_can_be_gone_back_from_and_a_second_continue_ends_it(
    kpti: Serving, client: Client
) -> None:
    assert client.ask(b"vCont;c") == b"T05thread:01;replaylog:end;"
    assert "d1: the guest shut down" in client.said[-1]
    at_end = client.ask(b"g")
    assert client.ask(b"bs") == b"T05thread:01;"
    assert client.ask(b"bc") == b"T05thread:01;replaylog:begin;"
    assert client.ask(b"c") == b"T05thread:01;replaylog:end;"
    assert client.ask(b"g") == at_end
    assert client.ask(b"c") == b"W00"
    assert client.receive() is None
    kpti.wait()
    assert kpti.server.outcome is not None
    assert kpti.server.outcome.end is End.SHUTDOWN
    assert kpti.machine.console.count(b"user mode: 8 rounds") == 1


@pytest.mark.parametrize(
    ("guest", "words", "status"), [("crash", "the guest crashed", 4), ("waits", "every vCPU waits", 6)]
)
def test_a_crash_and_a_deadlock_are_ends_that_say_so(
    boot: Boot, tmp_path: Path, guest: str, words: str, status: int
) -> None:
    source = tmp_path / "waits.S"
    source.write_text('#include "lib/kernel.h"\n .text\nkernel_main: wfi\n b kernel_main\n#include "lib/end.S"\n')
    machine = boot("crash") if guest == "crash" else harness.boot(source, memory=8 << 20)
    with Serving(machine) as serving, Client(serving.port) as client:
        assert client.ask(b"vCont;c") == b"T05thread:01;replaylog:end;"
        assert words in client.said[-1]
        assert client.ask(b"bs") == b"T05thread:01;"
        assert client.ask(b"vCont;c") == b"T05thread:01;replaylog:end;"
        assert client.ask(b"vCont;c") == b"W%02x" % status


def test_xen_s_writes_through_its_own_mapping_are_met_by_physical_watchpoints(boot: Boot) -> None:
    """Under vmap Xen writes the area in user mode, too, where no virtual address of the guest's leads to it."""
    machine = boot("kpti", vcpus=2, abi="vmap")
    with Serving(machine) as serving, Client(serving.port) as client:
        client.ask(b"Qqemu.PhyMemMode:1")
        entry_time = machine.symbol("runstate_area") + 8
        seen, levels = set(), set()
        while len(seen) < 6:
            client.said.clear()
            assert client.ask(b"Z2,%x,8" % entry_time) == b"OK"
            stop = client.ask(b"vCont;c")
            assert stop.endswith(b"watch:%x;" % entry_time)
            assert client.ask(b"z2,%x,8" % entry_time) == b"OK"
            if client.said == [f"Xen writes at ipa {entry_time:#x}\n"]:
                seen.add(client.ask(b"m%x,8" % entry_time))
                levels.add(machine.vcpu().cpu.el)
            client.ask(b"vCont;s:" + stop.partition(b"thread:")[2][:2])  # over it, as gdb does
        assert levels == {0, 1}


def test_ctrl_c_stops_a_guest_that_runs_for_ever(boot: Boot) -> None:
    with Serving(boot("spin")) as serving, Client(serving.port) as client:
        client.send(frame(b"vCont;c") + b"\x03")
        assert client.reply() == b"T02thread:01;"
        assert client.ask(b"vCont;s:1") == b"T05thread:01;"


def test_a_client_that_leaves_while_the_guest_runs_leaves_it_for_the_next_one(boot: Boot) -> None:
    with Serving(boot("spin")) as serving:
        with Client(serving.port) as client:
            client.send(frame(b"vCont;c"))
            client.receive()
        with Client(serving.port) as client:
            assert client.ask(b"?") == b"T05thread:01;"
            assert client.ask(b"D") == b"OK"
        with Client(serving.port) as client:
            assert client.ask(b"vCont;s:1") == b"T05thread:01;"


def test_a_second_client_is_turned_away_while_one_is_served(kpti: Serving, client: Client) -> None:
    with Client(kpti.port) as other:
        assert client.ask(b"qC") == b"QC01"
        assert other.receive() is None
    assert client.ask(b"qC") == b"QC01"


def test_damaged_packets_are_asked_for_again_and_a_reply_is_repeated(kpti: Serving) -> None:
    with Client(kpti.port) as client:
        client.send(b"$qC#00")
        assert client.receive() is Signal.NAK
        client.send(frame(b"qC"))
        assert client.receive() is Signal.ACK
        assert client.receive() == Packet(b"QC01")
        client.send(b"-")
        assert client.receive() == Packet(b"QC01")


def test_monitor_commands_say_what_only_xen_knows(client: Client) -> None:
    assert "runstate" in client.monitor("help")
    assert "try: monitor help" in client.monitor("nonsense")
    assert "usage: monitor walk VA [THREAD]" in client.monitor("walk kernel_main")
    assert "stops on hypercall vcpu_op" in client.monitor("hvc vcpu_op")
    assert client.ask(b"vCont;c") == b"T05thread:01;"
    assert "VCPUOP_register_runstate_memory_area" in client.said[-1]
    assert "d1v0 in truth: running" in client.monitor("runstate")
    assert "its area" not in client.monitor("runstate")
    assert "stage 2" in client.monitor(f"walk {KERNEL_VA:#x}")
    assert "d1v1 was never started" in client.monitor(f"walk {KERNEL_VA:#x} 2")
    assert "there is no thread 3" in client.monitor("walk 0 3")
    assert "maddr" in client.monitor("phys 0x40000000 32")
    assert "nothing is mapped at ipa 0x0" in client.monitor("phys 0")
    assert client.monitor("hypercalls") == "nothing yet\n"
    client.monitor("until answered")
    client.ask(b"vCont;c")
    assert "vcpu_op" in client.monitor("hypercalls 1")
    assert "its area at va 0xffffff8000018000: running" in client.monitor("runstate")
    client.monitor("until lost")
    assert client.ask(b"vCont;c") == b"T05thread:01;"
    assert "0 of" in client.said[-1]
    assert "not mapped by its live tables" in client.monitor("runstate")
    assert "start vCPU 1: 0" in client.monitor("console")
    assert "runnable at EL0" in client.monitor("vcpus")
    assert "ns of Xen system time" in client.monitor("time")
    assert client.monitor("events 1").count("\n") == 1


def test_console_input_can_be_typed_and_is_read_again_when_that_is_played_again(boot: Boot) -> None:
    with Serving(boot("echo", dom0=True)) as serving, Client(serving.port) as client:
        client.monitor("type typed by hand")
        client.ask(b"vCont;c")
        assert "typed by hand" in client.monitor("console")
        client.ask(b"bc")
        assert "typed by hand" not in client.monitor("console")
        client.ask(b"vCont;c")
        assert "typed by hand" in client.monitor("console")


COMMANDS = st.sampled_from(
    b"? ! H T g G p P m M X Z z q Q R i qXfer: qRcmd, qThreadExtraInfo, Z0, Z2, Hg m0, "
    b"qXfer:features:read:target.xml: Qqemu.PhyMemMode: \xff".split()
)
"""No movements among them: those with good arguments may well run the guest to its end."""
BAD_MOVEMENTS = st.sampled_from(
    b"vCont; vCont;x vCont;s:3 vCont;r1:1 vCont;r,:1 vCont;r1,:1 szz s-1 S05;zz czz bx b v".split()
)
ARGUMENTS = st.one_of(
    st.binary(max_size=40),
    st.text("0123456789abcdef,:;=-", max_size=40).map(str.encode),
    st.sampled_from([b"ffffffffffffffff,ffffffff", b"0," + b"f" * 40, b"-1", b"0=", b":0,0", b"1,ffffffffffffffff,0"]),
)
MONITORED = st.text(max_size=30).map(lambda text: b"qRcmd," + text.encode("utf-8", "surrogatepass").hex().encode())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.one_of(st.tuples(COMMANDS, ARGUMENTS).map(b"".join), BAD_MOVEMENTS, MONITORED), max_size=12),
    st.binary(max_size=60),
)
def test_no_packet_takes_the_server_down_and_the_next_client_is_served(
    kpti: Serving, packets: list[bytes], noise: bytes
) -> None:
    with Client(kpti.port) as client:
        for packet in packets:
            client.ask(packet)
        client.send(noise)
    with Client(kpti.port) as client:
        assert client.ask(b"qfThreadInfo") == b"m01,02"
        assert client.ask(b"D") == b"OK"
    assert kpti.error is None
