"""The stepper's breakpoints, watchpoints and views, as text; and its messages for mistakes."""

import random
from collections.abc import Callable, Iterator

import pytest
from stepping import Talk

import harness
from harness.debug.step.errors import CommandError
from harness.debug.step.interpreter import COMMANDS, GROUPS
from harness.debug.step.targets import EVENTS, KINDS

FAULT = "stage 1 translation fault, level 1, write of va 0xffffff8000018000 (FSC 0x05)"
Boot = Callable[..., harness.Machine]


@pytest.fixture
def talk(boot: Boot) -> Iterator[Callable[..., Talk]]:
    machines = []

    def open_talk(name: str, **options: object) -> Talk:
        machines.append(boot(name, **options))
        return Talk(machines[-1])

    yield open_talk
    for machine in machines:
        machine.close()


# -- Breakpoints ----------------------------------------------------------------------------------------------------


def test_a_symbol_is_met_wherever_its_code_is_mapped_later(talk: Callable[..., Talk]) -> None:
    step = talk("kpti", vcpus=2)
    assert step(
        "break kernel_main", "break user_spin", "break user_compete on 1", "break runstate_read"
    ).splitlines() == [
        "  1  kernel_main",
        "  2  user_spin",
        "  3  user_compete, only by d1v1",
        "  4  runstate_read",
    ]
    assert step("run").startswith("breakpoint 1, kernel_main\n#16,455  ")
    assert step.pc == step.machine.symbol("kernel_main"), "with the MMU off"
    assert step("run").startswith("breakpoint 4, runstate_read\n")
    assert step.pc >> 32 == 0xFFFFFF80, "in the upper half"
    step("delete 4")
    assert step("run").startswith("breakpoint 2, user_spin\n")
    assert (step.pc, step.session.vcpu.cpu.el) == (0x400000, 0), "in user mode, at an address of its own"
    user = step.position
    assert step("run").startswith("breakpoint 3, user_compete\n")
    assert str(step.session.vcpu) == "d1v1"
    assert step("back run").startswith("breakpoint 2, user_spin\n")
    assert step.position == user
    assert step("back run").startswith("breakpoint 1, kernel_main\n#16,455  ")


def test_back_to_a_symbol_whose_tables_are_not_live_any_more(talk: Callable[..., Talk]) -> None:
    step = talk("kpti", vcpus=2)
    step("goto 500,000")
    assert "<run_phase>" in step("back until run_phase")
    assert "<kernel_main>: bl" in step("back until kernel_main")


def test_over_and_out_of_what_turns_the_mmu_on_end_in_the_upper_half(talk: Callable[..., Talk]) -> None:
    step = talk("kpti")
    step("until kernel_main")
    assert "0xffffff8000005060 <kernel_main+0x4>" in step("next")
    after = step.position
    step("until kernel_main") if step.pc == 0 else step("back until enable_mmu")
    assert "0xffffff8000005060 <kernel_main+0x4>" in step("out")
    assert step.position == after


def test_a_source_line_is_met_and_one_without_code_means_the_next_that_has_some(talk: Callable[..., Talk]) -> None:
    step = talk("hello")
    assert step("break hello.S:1").endswith("hello.S:15\n")
    assert "hello.S:15  b power_off" in step("run")
    with pytest.raises(CommandError, match=r"other\.S is not a source of this guest"):
        step("break other.S:1")
    with pytest.raises(CommandError, match=r"hello\.S has no code at line 9999 or after it"):
        step("break hello.S:9999")


def test_calls_registers_events_and_exceptions_are_breakpoints_in_both_directions(talk: Callable[..., Talk]) -> None:
    step = talk("kpti", vcpus=2)
    step("break hvc vm_assist", "break msr VBAR_EL1", "break event registered", "break lost", "break exc on 0")
    met = []
    while len(met) < 5:
        met.append((step("run").partition(",")[0], step.position))
    assert [each for each, _ in met] == ["breakpoint 2", "breakpoint 3", "breakpoint 1", "breakpoint 2", "breakpoint 4"]
    for reason, position in reversed(met[:-1]):
        assert step("back run").partition(",")[0] == reason
        assert step.position == position
    assert step("bl").splitlines()[0] == "  1  HVC vm_assist"
    assert step("delete all", "breakpoints") == "no breakpoints\n"


def test_xens_own_writes_are_watched_by_every_kind_of_address(talk: Callable[..., Talk]) -> None:
    step = talk("kpti", vcpus=2, abi="vmap")
    step("until event registered", "s")
    ipa = step.session.area_ipa(step.machine.vcpu(0))
    assert ipa is not None
    found = step.machine.domain.p2m.translate(ipa)
    for words in ("area 48", f"ipa {ipa:#x} 48", f"maddr {found.maddr:#x} 48"):
        step("goto 24,000", "delete all", f"watch {words}")
        assert "Xen writes at" in step("run").splitlines()[-2]
        assert step.position == "998,000"
        assert "Xen writes at" in step("run").splitlines()[-2]
        assert step.position == "1,998,000"
        step("back run")
        assert step.position == "998,000"


def test_a_guests_own_accesses_are_watched(talk: Callable[..., Talk]) -> None:
    step = talk("smp", vcpus=2)
    step("watch access ipa turn")
    said = step("run", "run", "run")
    assert said.count("watchpoint 1, access to 8 bytes at ipa ") == 3


# -- Views ----------------------------------------------------------------------------------------------------------


def test_registers_have_a_star_where_they_changed(talk: Callable[..., Talk]) -> None:
    step = talk("kpti")
    step("back s", "s", "regs")
    said = step("until hvc", "s", "regs")
    assert "*x0  0000000000000000   x1 " in said
    assert "*pc  ffffff8000003128 <runstate_register+0x18>   pstate" in said
    assert "*" not in step("back s", "vcpu 0").replace("->", "")


def test_system_registers_are_decoded_by_field(talk: Callable[..., Talk]) -> None:
    step = talk("kpti")
    step("until msr SCTLR_EL1", "s")
    assert step("p sctlr_el1").splitlines()[-1] == "*  [0]      M        1            MMU on"
    said = step("p TCR_EL1 TTBR1_EL1 pstate hcr_el2 x30")
    assert "   [21:16]  T1SZ     0x19         bits of an address that are all ones\n" in said
    assert "   [63:48]  ASID     2\n   [47:1]   BADDR    0x4000c000   the root table's ipa\n" in said
    assert "   [3:0]    M        5            EL1h\n" in said
    assert "   [0]      VM       1            stage 2 on\n" in said
    assert " x30 0x" in said
    crash = talk("crash")
    crash("exception")
    said = crash("p esr_el1")
    assert "EC       0x21         instruction abort\n" in said
    assert "FSC      7            translation, level 3\n" in said
    assert "ELR_EL1" in crash("regs sys")


def test_code_shows_symbols_source_lines_and_where_branches_go(talk: Callable[..., Talk]) -> None:
    step = talk("hello")
    said = step("code").splitlines()
    assert said[0] == "_start:"
    assert said[1].startswith("-> 0000000040000000  14000010  b #0x40000040 <boot>")
    assert said[1].endswith("lib/boot.S:39  b boot")
    assert step("code kernel_main 1").splitlines()[0] == "kernel_main:"
    assert step("code 0 1") == "   0000000000000000  cannot be read\n"


def test_a_walk_goes_through_both_stages(talk: Callable[..., Talk]) -> None:
    step = talk("kpti", vcpus=2)
    step("lost")
    assert step("walk area write el1").splitlines()[-1] == (f"  => {FAULT}")
    step("back ttbr")
    said = step("walk area write el1")
    assert said.count("stage 1 L") == 3
    assert said.count("stage 2 L") == 12
    assert "(rw-, 4 KiB)" in said
    assert "permission fault" in step("walk area write el0")


def test_the_map_is_the_user_directorys_in_user_mode_and_the_kernels_before(talk: Callable[..., Talk]) -> None:
    step = talk("kpti", vcpus=2)
    assert step("map") == "TTBR0_EL1: not walked (MMU off, or EPD set)\nTTBR1_EL1: not walked (MMU off, or EPD set)\n"
    step("lost")
    user = step("map").splitlines()
    assert user[1].endswith("4 KiB  ipa 0x0040004000  EL1 r--  EL0 r-x  ram_rw  user_page")
    assert user[3] == "TTBR1_EL1: tables at ipa 0x4000a000"
    assert user[4].startswith("  ffffffffffffe000-ffffffffffffefff     4 KiB")
    assert len(user) == 5, "nothing of the kernel but the trampoline"
    at = step.position
    kernel = step("map before").splitlines()
    assert kernel[0] == "at #21,962, before d1v0 writes 0x300004000a000 to TTBR1_EL1:"
    assert "  ffffff8000007000-ffffff8000018fff    72 KiB  ipa 0x0040007000  EL1 rw-  EL0 ---  ram_rw" in "\n".join(
        kernel
    )
    assert step.position == at


def test_the_area_beside_the_truth(talk: Callable[..., Talk]) -> None:
    step = talk("kpti", vcpus=2)
    assert step("area").startswith("d1v0: no runstate area is registered\n")
    step("lost")
    at = step.position
    assert step("area").splitlines() == [
        "d1v0: runstate area at va 0xffffff8000018000 <runstate_area>, update flag on",
        f"  does not translate now, at EL0: {FAULT}",
        "  its content is read at ipa 0x40018000, where it was when it was registered",
        "                             the area says       Xen keeps      difference          by now",
        "  state                            running        runnable         differs",
        "  entry time                     2,000,832       3,000,832      -1,000,000       3,000,832",
        "  ns running                             0       1,000,000      -1,000,000       1,000,000",
        "  ns runnable                          832             832                             832",
        "  ns blocked                             0               0                               0",
        "  ns offline                       400,000         400,000                         400,000",
        "  ns stolen                        400,832         400,832                         400,832",
    ]
    assert step.position == at
    vmap = talk("kpti", vcpus=2, abi="vmap")
    vmap("goto 24,000", "publish")
    said = vmap("area")
    assert "Xen has mapped it at maddr 0x" in said
    assert "differs" not in said
    assert "d1v1: no runstate area is registered\n" in vmap("area 1")


def test_memory_stack_references_scheduler_and_vcpus(talk: Callable[..., Talk]) -> None:
    step = talk("kpti", vcpus=2, abi="vmap")
    assert (
        step("x _start+56 8")
        == "0000000040000038  00000000644d5241                   ARMd....          <_start+0x38>\n"
    )
    assert step("x ipa 0x40000038 4") == f"0000000040000038  {'644d5241':<33}  ARMd\n"
    maddr = step.machine.translate(0x40000000, vcpu=0).maddr
    assert step(f"x maddr {maddr + 0x38:#x} 4").endswith(f"{'644d5241':<33}  ARMd\n")
    step("until runstate_read")
    assert "  ffffff80" in step("stack 2")
    assert step("refs").splitlines()[1].startswith("  vmap of the runstate area of d1v0: mfn 0x")
    assert "of d1: 2 references" in step("refs")
    assert step("sched").splitlines()[1] == "queue: d1v1"
    assert step("vcpu").splitlines()[1] == "   d1v1  runnable  EL1  pc 0x400012bc <secondary>"


def test_the_tail_of_events_is_that_of_here(talk: Callable[..., Talk]) -> None:
    step = talk("kpti", vcpus=2)
    assert step("events") == "no events up to here\n"
    step("lost")
    last = step("events 2").splitlines()
    assert last[0].endswith("cpu0  switch     d1v0 (at EL0) -> d1v1")
    assert "d1v0  area lost  0 of 50 bytes arrived" in last[1]
    step("back hvc")
    assert "area lost" not in step("events")
    assert step("console").splitlines()[-1] == "kpti: start vCPU 1: 0"


# -- Words ----------------------------------------------------------------------------------------------------------


def test_help_names_every_command_and_tells_about_each(talk: Callable[..., Talk]) -> None:
    step = talk("hello")
    said = step("help")
    assert all(f"  {command.name}" in said for _, commands in GROUPS for command in commands)
    for name in {command.name for command in COMMANDS.values()}:
        lines = step(f"help {name}").splitlines()
        assert len(lines) >= 2
        assert all(len(line) <= 120 for line in lines)
    assert step("help back hvc") == step("help hvc")
    event_help = step("help event")
    assert all(name in event_help for name in EVENTS)
    assert all(name in COMMANDS for name in KINDS)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("bogus", "bogus is not a command; see help"),
        ("re", "re is ambiguous: registers, references"),
        ("x 0x10", "va 0x10 cannot be read: stage 2 translation fault"),
        ("x ipa 0x10", "ipa 0x10 cannot be read: "),
        ("x maddr 0xffffffffffffffff 8", "machine address 0xffffffffffffffff is not memory"),
        ("x sp 0", "cannot show 0 bytes: the length must be 1 to 65,536"),
        ("x", r"show what\? Usage: x \[va\|ipa\|maddr\] ADDRESS \[BYTES\]"),
        ("break nosuch", "nosuch is not a number, register or symbol of the guest"),
        ("until", r"where\? Give an address, symbol, FILE:LINE, or: hvc"),
        ("walk", r"walk what\?"),
        ("walk 0 up", "up: expected read, write, execute, el0 or el1"),
        ("walk 0x", "0x is not a number"),
        ("walk x0++1", "x0\\+\\+1 is not an address: expected a number, register, symbol"),
        ("goto abc", "abc is not a number"),
        ("goto", r"goto where\?"),
        ("delete 5", "there is no breakpoint 5"),
        ("delete", r"delete which breakpoints\?"),
        ("vcpu 9", "9 is not a vCPU; vCPUs: d1v0"),
        ("until hvc on 4", "4 is not a vCPU"),
        ("back regs", "registers is not a movement, so it cannot be reversed"),
        ("p foo", "foo is not a register; decoded: SCTLR_EL1"),
        ("hvc nope", "nope is not a hypercall; hypercalls: platform_op"),
        ("event nope", "nope is not an event; events: hypercall"),
        ("until msr x0", "X0 does not name a system register"),
        ("s 0", "0: expected one positive integer"),
        ("s 1000000000", "too many steps"),
        ("x area", "d1v0 has no runstate area registered now"),
        ("map before", "d1v0 has not written TTBR1_EL1 before"),
        ("map else", r"map what\?"),
        ("watch", r"watch what\?"),
        ("watch sp 100000", "cannot watch 100,000 bytes"),
        ("run 5", "5: this command takes no arguments"),
        ("out", "cannot find out where the function at 0x40000000 returns to"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line_and_leaves_all_as_it_was(
    talk: Callable[..., Talk], line: str, complaint: str
) -> None:
    step = talk("hello")
    with pytest.raises(CommandError, match=complaint) as error:
        step(line)
    assert "\n" not in str(error.value)
    assert step.position == "0"
    assert step.session.breakpoints == {}


def test_no_line_can_make_a_session_fail(talk: Callable[..., Talk]) -> None:
    step = talk("smp", vcpus=2)
    step.session.interrupted = iter_interrupts()
    choose = random.Random(5)
    words = [*COMMANDS, "x0", "sp", "area", "0", "0xffffffffffffffff", "1", "all", "any", "on", "d1v1", "hvc", "msr"]
    words += [
        "event",
        "lost",
        "TTBR1_EL1",
        "kernel_main",
        "smp.S:40",
        "ipa",
        "maddr",
        "read",
        "+",
        "-1",
        "back",
        ":",
        "é",
    ]
    done, complaints = 0, []
    for _ in range(400):
        line = " ".join(choose.choices(words, k=choose.randint(1, 4)))
        if line.split()[0] in ("quit", "exit", "q"):
            continue
        try:
            step(line)
            done += 1
        except CommandError as error:
            complaints.append(str(error))
    assert done > 50
    assert not any("\n" in complaint for complaint in complaints)


def iter_interrupts() -> Callable[[], bool]:
    """Every third question is answered by yes."""
    asked = 0

    def interrupted() -> bool:
        nonlocal asked
        asked += 1
        return asked % 3 == 0

    return interrupted
