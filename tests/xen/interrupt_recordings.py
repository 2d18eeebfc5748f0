"""What the real Xens answered to ``interrupt_tables``: ``python tests/xen/interrupt_recordings.py`` asks them anew.

A file is for one table and one kind of domain. Under each call stands what it left, once if all releases agree;
at the end, what Xen's log says of the guest's vCPU.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from call_guest import VCPUS, Answer, answers, call_guest, of_first_vcpu
from interrupt_tables import TABLES, table

import harness
from harness.events import EventBus, XenLog
from harness.guest import Guest
from harness.oracle import RELEASES, run_guest

HERE = Path(__file__).parent / "recorded"
BUDGET = 20_000_000

Run = tuple[list[Answer], tuple[str, ...]]


def guest_of(name: str, *, dom0: bool) -> Guest:
    """The guest that makes the calls of a table."""
    return call_guest([call for _, call in table(name, dom0=dom0)])


def run_here(name: str, release: str, *, dom0: bool) -> Run:
    """What the model of a release answers."""
    log: list[str] = []
    events = EventBus()
    events.listen(XenLog, lambda event: log.append(event.line))
    guest = guest_of(name, dom0=dom0)
    with harness.boot(guest, abi=f"xen-{release}", dom0=dom0, vcpus=VCPUS, events=events) as machine:
        machine.run(max_instructions=BUDGET)
        console = machine.console.decode()
    return _run(name, console, log, dom0)


def run_there(name: str, release: str, *, dom0: bool) -> Run:
    """What a real Xen answers."""
    run = run_guest(guest_of(name, dom0=dom0).flat(), xen=release, domu=not dom0, vcpus=VCPUS)
    return _run(name, run.console.decode(), run.xen_log, dom0)


def _run(name: str, console: str, log: Iterable[str], dom0: bool) -> Run:
    vcpu = f"d{0 if dom0 else 1}v0"
    lines = (line.removeprefix("(XEN) ") for line in log)
    colons = [line.replace(f"{vcpu}: ", f"{vcpu} : ", 1) for line in lines]
    return answers(console, [call for _, call in table(name, dom0=dom0)]), of_first_vcpu(colons, dom0)


def render(name: str, runs: dict[str, Run], *, dom0: bool) -> str:
    """The text of a recording."""
    lines: list[str] = []
    for index, (title, _) in enumerate(table(name, dom0=dom0)):
        lines.append(title)
        lines += _merged({release: [_shown(run[0], index)] for release, run in runs.items()})
    lines.append("log")
    lines += _merged({release: list(run[1]) for release, run in runs.items()})
    return "\n".join(lines) + "\n"


def _shown(found: list[Answer], index: int) -> str:
    if index >= len(found):
        return "not reached"
    answer = found[index]
    words = [word if isinstance(word, str) else f"{word:#x}" for word in answer.x]
    if answer.esr:
        words.append(f"ESR {answer.esr:#x} FAR {answer.far:#x} ELR {answer.elr:+d}")
    if answer.daif != 0x1C0:
        words.append(f"DAIF {answer.daif:#x}")
    if answer.memory:
        words.append("memory " + answer.memory.hex(" ", 4))
    return " ".join(words)


def _merged(texts: dict[str, list[str]]) -> list[str]:
    same: dict[tuple[str, ...], list[str]] = {}
    for release, text in texts.items():
        same.setdefault(tuple(text), []).append(release)
    if len(same) == 1:
        return [f"    {line}" for line in next(iter(same))]
    return [f"    {', '.join(releases)}: {line}" for lines, releases in same.items() for line in lines]


def path_of(name: str, *, dom0: bool) -> Path:
    """Where a recording is kept."""
    return HERE / f"{name}-{'dom0' if dom0 else 'domu'}.txt"


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for chosen in sys.argv[1:] or TABLES:
        for dom0 in (False, True):
            runs = {release: run_there(chosen, release, dom0=dom0) for release in RELEASES}
            path_of(chosen, dom0=dom0).write_text(render(chosen, runs, dom0=dom0))
            sys.stdout.write(f"{path_of(chosen, dom0=dom0)}\n")
