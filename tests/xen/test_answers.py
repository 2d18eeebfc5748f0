"""Every call that real Xens were asked is answered as there; the very same guest is run on one to see."""

from collections.abc import Callable

import pytest
from answer_tables import GROUPS, Per, Row
from call_guest import MASK64, VCPUS, Answer, answers, of_first_vcpu, placed

from harness.guest import Guest
from harness.oracle import RealEnd, run_guest

BY_WHOM = pytest.mark.parametrize("dom0", [False, True], ids=["domU", "dom0"])
BY_GROUP = pytest.mark.parametrize("group", GROUPS)


def differences(guest: Guest, row: Row, answer: Answer, model: str, dom0: bool) -> dict[str, tuple[object, object]]:
    """What ``answer`` has that ``row`` does not want: (wanted, found) by name."""

    def pick(value: object) -> object:
        return value.pick(model, dom0) if isinstance(value, Per) else value

    x0 = pick(row.x0)
    assert isinstance(x0, int)
    wanted: dict[str, object] = {"x0": x0 & MASK64}
    for name, value in (("x1", row.x1), ("x2", row.x2), ("x3", row.x3), ("x4", None)):
        wanted[name] = placed(guest, row.call.registers.get(name, 0)) if value is None else value
    found: dict[str, object] = dict(zip(("x0", "x1", "x2", "x3", "x4"), answer.x, strict=True))
    for name in ("daif", "esr", "elr", "far"):
        wanted[name], found[name] = getattr(row, name), getattr(answer, name)
    written = pick(row.written)
    if written is not None:
        wanted["written"], found["written"] = written, answer.written
    starts = pick(row.starts)
    assert isinstance(starts, bytes)
    wanted["memory"], found["memory"] = starts, answer.memory[: len(starts)]
    wanted["text"], found["text"] = row.text.removesuffix("\n"), answer.text
    return {name: (wanted[name], found[name]) for name in wanted if wanted[name] != found[name]}


@BY_GROUP
@BY_WHOM
@pytest.mark.parametrize("model", ["xen-4.17", "vmap"])
def test_every_call_is_answered_as_the_real_xens_answered_it(
    group: str, model: str, dom0: bool, run_table: Callable, table_guest: Callable[[str], Guest]
) -> None:
    run = run_table(group, model, dom0)
    rows = GROUPS[group]
    assert len(run.answers) == len(rows)
    wrong = {
        row.name: difference
        for row, answer in zip(rows, run.answers, strict=True)
        if (difference := differences(table_guest(group), row, answer, model, dom0))
    }
    assert wrong == {}


@BY_GROUP
@BY_WHOM
def test_xen_logs_what_the_real_one_logged(group: str, dom0: bool, run_table: Callable) -> None:
    log = run_table(group, "xen-4.17", dom0).log
    said = [line for row in GROUPS[group] for line in row.log.splitlines()]
    assert list(log) == [f"d{0 if dom0 else 1}v0 {line}" for line in said]


@BY_GROUP
@BY_WHOM
def test_the_same_guest_sees_the_same_on_the_real_xen_4_17(
    group: str, dom0: bool, run_table: Callable, table_guest: Callable[[str], Guest], tool: Callable[..., str]
) -> None:
    tool("qemu-system-aarch64", package="qemu-system-arm")
    here = run_table(group, "xen-4.17", dom0)
    real = run_guest(table_guest(group).flat(), xen="4.17", domu=not dom0, vcpus=VCPUS)
    rows = GROUPS[group]
    assert real.end is RealEnd.POWEROFF
    seen = answers(real.console.decode(), [row.call for row in rows])
    differing = {
        row.name: (mine, theirs) for row, mine, theirs in zip(rows, here.answers, seen, strict=True) if mine != theirs
    }
    assert differing == {}
    assert here.log == of_first_vcpu(real.xen_log, dom0)
