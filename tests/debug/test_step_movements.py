"""Every movement of the stepper, forward and back, with the text that a person reads."""

from collections.abc import Callable, Iterator

import pytest
from stepping import Talk

import harness
from harness.debug.step.errors import CommandError

Boot = Callable[..., harness.Machine]


@pytest.fixture
def talk(boot: Boot) -> Iterator[Callable[..., Talk]]:
    machines = []

    def open_talk(name: str, *, guest_output: bool = False, **options: object) -> Talk:
        machines.append(boot(name, **options))
        return Talk(machines[-1], guest_output=guest_output)

    yield open_talk
    for machine in machines:
        machine.close()


def test_a_hypercall_from_both_sides_and_back(talk: Callable[..., Talk]) -> None:
    step = talk("hello", guest_output=True)
    call = "console_io(CONSOLEIO_write, count 36, buffer 0x40000154): b'Hello from EL1, through console_io.\\n'"
    on_it = (
        "#1,150  2,001,982 ns  d1v0 EL1 0x40000128 <console_write+0x2c>: hvc #0xea1   "
        "guest_asm/lib/hypercall.h:17  hvc #XEN_HYPERCALL_TAG\n"
    ).replace("guest_asm/", f"{step.machine.guest.lines.entries[0][2].file.partition('lib/')[0]}")
    assert step("hvc") == f"d1v0 makes {call}\n{on_it}"
    assert step("into") == (
        "  console_io, hypercall 0x12, command CONSOLEIO_write\n"
        "    cmd        0x0  CONSOLEIO_write\n"
        "    count      0x24\n"
        "    buffer     0x40000154\n"
        "    bytes: b'Hello from EL1, through console_io.\\n'\n"
    )
    said = step("out").splitlines()
    assert said[0] == "(d1) Hello from EL1, through console_io."
    assert said[1].startswith("#1,151  2,001,983 ns  d1v0 EL1 0x4000012c <console_write+0x30>: ret")
    assert said[2:] == ["  console_io = 0"]
    assert step("back out") == on_it
    assert step("s") != on_it
    assert "(d1)" not in step("back s", "out"), "the guest's line is shown once, when it is written first"
    assert step("back hvc") == f"d1v0 makes {call}\n{on_it}"
    assert step("answer").startswith(
        "d1v0 hypercall: console_io(CONSOLEIO_write, count 36, buffer 0x40000154) = 0\n#1,151  "
    )


def test_what_a_hypercall_changes_in_the_domain_is_shown(talk: Callable[..., Talk]) -> None:
    step = talk("kpti", vcpus=2)
    assert "vcpu_op(VCPUOP_register_runstate_memory_area" in step("hvc vcpu_op")
    structure = (
        "    vcpu_register_runstate_memory_area at 0xffffff8000008ff0:\n      addr                 0xffffff80000"
    )
    assert structure in step("into")
    said = step("out")
    assert "  vcpu_op = 0\n    x0: 5 -> 0\n    d1v0.area: nothing -> Area(address 0xffffff80000" in said
    assert said.count("    memory at maddr ") == 3


MOVEMENTS = [
    "s",
    "s 7",
    "n",
    "hvc",
    "answer",
    "ttbr",
    "switch",
    "publish",
    "lost",
    "event",
    "event lost switch",
]
MOVEMENTS += ["until msr VBAR_EL1", "until hvc", "until runstate_read", "until compare", "exception", "hvc sched_op"]


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_a_movement_twice_and_once_back_is_where_it_was_after_the_first(
    talk: Callable[..., Talk], movement: str
) -> None:
    step = talk("kpti", vcpus=2)
    if movement in ("until compare", "lost"):
        step("goto 1,000,000")
    if movement == "exception":
        step = talk("irq")
        step("goto 1,001,900")
    if movement == "hvc sched_op":
        step = talk("smp", vcpus=2)
    first = step(movement)
    assert first
    at = step.position, step("where"), step("regs")
    second = step(movement)
    assert step.machine.xen.outcome is None
    assert step.position != at[0]
    assert second.splitlines()[-1].startswith("#")
    back = "back s 7" if movement == "s 7" else f"back {movement}"
    step(back)
    assert (step.position, step("where"), step("regs").replace("*", " ")) == (at[0], at[1], at[2].replace("*", " "))


def test_out_and_its_reverses(talk: Callable[..., Talk]) -> None:
    step = talk("kpti", vcpus=2)
    step("until runstate_read")
    inside = step.position
    after = step("out")
    assert "<run_phase+0x" in after
    step("back n")
    call = step.position
    assert ": bl " in step("where")
    step("s")
    assert step.position == inside
    step("s 3", "back out")
    assert step.position == call


def test_run_ends_at_the_end_of_the_guest_and_back_run_at_the_beginning(talk: Callable[..., Talk]) -> None:
    step = talk("hello")
    assert step("run").startswith("the end: the guest shut down\n#1,159  ")
    assert step("run").startswith("the end: the guest shut down\n#1,159  "), "no further"
    assert step("back run").startswith("stopped: this is the start of the history\n#0  ")
    assert step("back s").startswith("stopped: this is the start of the history\n#0  ")


def test_a_crash_is_reported_where_it_is_met(talk: Callable[..., Talk]) -> None:
    said = talk("crash")("run")
    assert "d1v0 crashed" in said
    assert "stage 1 translation fault, level 3" in said
    assert "the end: the guest crashed\n" in said


def test_goto_and_undo(talk: Callable[..., Talk]) -> None:
    step = talk("irq")
    assert step("goto 1,000").startswith("#1,000  ")
    assert step("goto #1265+1").startswith("#1,265+1  ")
    assert step("goto 500").startswith("#500  ")
    assert step("undo").startswith("#1,265+1  ")
    assert step("undo").startswith("#1,000  ")
    assert step("goto start").startswith("#0  ")
    assert step("undo").startswith("#1,000  ")
    assert step("undo").startswith("#0  ")
    with pytest.raises(CommandError, match="there is no movement to undo"):
        step("undo")
    assert step("goto 1,000,000,000").startswith("the end: the guest shut down\n")


def test_an_empty_line_repeats_the_last_movement(talk: Callable[..., Talk]) -> None:
    step = talk("hello")
    assert step("").splitlines() == []
    step("s 10", "regs", "")
    assert step.position == "20"
    step("back s", "", "where", "")
    assert step.position == "17"


def test_one_vcpu_moves_while_others_run_as_they_do(talk: Callable[..., Talk]) -> None:
    step = talk("smp", vcpus=2, pcpus=2)
    assert "-> d1v1  offline   was never started\n" in step("vcpu 1")
    assert "d1v1 EL1 0x400" in step("s")
    first = step("regs")
    step("s 5")
    assert "d1v1 EL1" in step("where")
    step("back s 5")
    assert step("regs").replace("*", " ") == first.replace("*", " ")
    assert "d1v1" in step("hvc")
    assert "d1v0" in step("vcpu any", "until hvc on 0").splitlines()[-1]
    with pytest.raises(CommandError, match="7 is not a vCPU; vCPUs: d1v0, d1v1"):
        step("vcpu 7")


def test_a_movement_that_is_interrupted_says_so_and_the_session_goes_on(talk: Callable[..., Talk]) -> None:
    step = talk("spin")
    looks = iter([False, False, True])
    step.session.interrupted = lambda: next(looks, True)
    assert step("run").startswith("stopped: interrupted\n#")
    assert step("goto 1,000,000,000").startswith("stopped: interrupted\n#")
    assert step("s 50,000").startswith("stopped: interrupted\n#")
    assert step("vcpu 0", "back s 50,000").splitlines()[-2:][0] == "stopped: interrupted"
    step.session.interrupted = lambda: False
    assert step("back run").startswith("stopped: this is the start of the history\n#0  ")


def test_what_is_typed_changes_what_is_to_come(talk: Callable[..., Talk]) -> None:
    step = talk("echo", dom0=True)
    step("hvc console_io", "hvc console_io", "event console")
    assert step("console").splitlines()[-1] == "a line"
    step("back s", "type and more", "event console", "event console")
    assert step("console").splitlines()[-2:] == ["a line", "and more"]
    assert "and more" in step("events 2")
