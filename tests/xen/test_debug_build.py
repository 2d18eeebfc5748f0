"""What only a debug build does: it spoils argument registers, and takes HVC #0xFFxx as debug traps."""

import re

import pytest

import harness
from harness.conform.subject import GuestEnd, read_console
from harness.events import EventBus, XenLog
from harness.guest import assemble
from harness.xen.outcome import End, Outcome

SPOILT = 0xDEAD_BEEF
KEPT = (0x51, 0x52, 0x53, 0x54)
ENOSYS = -38


def run(*rows: str, model: str = "xen-4.17", debug_build: bool = True) -> tuple[list[str], list[str], Outcome]:
    """What each row of a table left, Xen's log, and the end."""
    table = ['table_rule "ABC-001"', *rows, "table_end", '#include "lib/end.S"']
    guest = assemble('#define NR_CPUS 2\n#include "conformance/include/table.S"\n' + "\n".join(table) + "\n")
    events = EventBus()
    log: list[str] = []
    events.listen(XenLog, lambda event: log.append(event.line))
    with harness.boot(guest, abi=model, vcpus=2, debug_build=debug_build, events=events) as machine:
        outcome = machine.run(max_instructions=5_000_000)
        reports = read_console(machine.console, GuestEnd.POWEROFF).reports
        return [word.partition("=")[2] for word in reports.get("ABC-001", "").split()], log, outcome


def spoilt(number: int, first: int, model: str) -> tuple[int, ...]:
    """x0 to x4 after a hypercall that was given KEPT in x1 to x4."""
    registers = "".join(f", x{index}={value}" for index, value in enumerate((first, *KEPT)))
    (answer,), _, _ = run(f'insn "call", "hvc #0xEA1"{registers}, x16={number}', model=model)
    result, *changed = answer.split(",")
    after = dict(enumerate(KEPT, 1)) | {int(each[1]): int(each[3:], 16) for each in changed}
    return ENOSYS if result == str(ENOSYS) else 0, *after.values()


@pytest.mark.parametrize(
    ("number", "first", "count"),
    [(17, 0, 1), (18, 99, 2), (21, 9, 1), (24, 99, 2), (29, 99, 1), (32, 99, 1), (20, 99, 2), (59, 0, 0), (41, 0, 0)],
)
@pytest.mark.parametrize("model", ["xen-4.14", "xen-4.17", "xen-4.20"])
def test_the_arguments_that_a_hypercall_takes_are_spoilt(number: int, first: int, count: int, model: str) -> None:
    result, *rest = spoilt(number, first, model)
    if result == ENOSYS and model != "xen-4.14":
        count = 0
    assert rest == [*[SPOILT] * count, *KEPT[count:]]


@pytest.mark.parametrize(("model", "count"), [("xen-4.14", 1), ("xen-4.17", 0), ("xen-4.20", 0)])
def test_sysctl_has_one_argument_more_in_4_14(model: str, count: int) -> None:
    assert spoilt(35, 0, model)[1:] == (*[SPOILT] * count, *KEPT[count:])


@pytest.mark.parametrize(("model", "count"), [("xen-4.14", 1), ("xen-4.17", 0)])
def test_a_deprecated_number_is_in_the_table_of_4_14(model: str, count: int) -> None:
    assert spoilt(6, 0, model) == (ENOSYS, *[SPOILT] * count, *KEPT[count:])


def test_a_debug_trap_writes_to_the_log_and_changes_nothing() -> None:
    traps = (("0xffe3", ", x3=0x1234"), ("0xfffd", ""), ("0xff00", ""), ("0xff42", ""), ("0xffff", ""))
    answers, log, outcome = run(*(f'insn "{tag}", "hvc #{tag}", x0={KEPT[0]}{more}' for tag, more in traps))
    assert outcome.end is End.SHUTDOWN
    assert answers == [f"{KEPT[0]:#x}"] * len(traps)
    assert log[0].startswith("DOM1: R3 = 0x0000000000001234 at 0x40")
    assert log[1].startswith("DOM1: Reached 40")
    assert log[2:5] == ["DOM1: Unhandled debug trap 0", "DOM1: Unhandled debug trap 0x42", "DOM1: DEBUG"]
    assert log[5:7] == ["----[ Xen-4.17.5  arm64  debug=y  Not tainted ]----", "CPU:    0"]
    assert re.fullmatch(r"CPSR:   00000000.00001c5 MODE:64-bit EL1h \(Guest Kernel, handler\)", log[11])
    assert log[12].startswith(f"     X0: {KEPT[0]:016x}  X1: ")


def test_xen_4_14_panics_over_a_debug_trap_that_it_does_not_know() -> None:
    _, log, outcome = run('insn "trap", "hvc #0xff42"', model="xen-4.14")
    assert log == ["Panic on CPU 0:", "DOM1: Unhandled debug trap 0x42"]
    assert (outcome.end, outcome.detail) == (End.CRASH, "Xen panics: DOM1: Unhandled debug trap 0x42")


def test_a_release_build_takes_no_debug_traps() -> None:
    answers, log, _ = run('insn "trap", "hvc #0xffff"', debug_build=False)
    assert "esr:0x2000000" in answers[0]
    assert log == ["d1v0 Invalid HVC imm 0xffff"]
