"""``harness demo``: show the runstate defect under KPTI and its cure, side by side."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import click

from harness.abi.runstate import VCPU_RUNSTATE_INFO
from harness.debug.stolen_time import StolenTime, watch_stolen_time
from harness.events import ConsoleOutput, EventBus, XenLog

MODELS = ("xen-4.17", "vmap")
GUEST = "kpti.S"
_PHASE_ENDS = b"kpti: user mode:"
"""The guest prints this line after its rounds in user mode."""


@dataclass(frozen=True)
class Measurement:
    """One model's run: what happened in user mode, and what the guest believed afterwards."""

    model: str
    truth: StolenTime
    believed_ns: int
    console: str
    log: tuple[str, ...]

    @property
    def error_ns(self) -> int:
        """How far the guest's belief is from the truth."""
        return self.believed_ns - self.truth.stolen_ns


def measure(model: str) -> Measurement:
    """Run the KPTI guest under ``model`` as a debug build, which logs what goes wrong."""
    from harness.api import boot
    from harness.guest import library_path
    from harness.xen.runstate.info import RunstateInfo

    events = EventBus()
    log: list[str] = []
    found: list[tuple[StolenTime, int]] = []
    events.listen(XenLog, lambda event: log.append(event.line))
    seen, _ = watch_stolen_time(events, (1, 0))
    with boot(library_path() / GUEST, abi=model, vcpus=2, debug_build=True, events=events) as machine:

        def on_output(event: ConsoleOutput) -> None:
            # The truth is copied at this moment: the guest goes on to kernel mode, where updates do arrive.
            if event.data.startswith(_PHASE_ENDS):
                area = machine.read_ipa(machine.symbol("runstate_area"), VCPU_RUNSTATE_INFO.size)
                found.append((replace(seen), RunstateInfo.unpack(area).stolen_ns))

        events.listen(ConsoleOutput, on_output)
        machine.run()
        console = machine.console.decode()
    truth, believed_ns = found[0]
    return Measurement(model, truth, believed_ns, console, tuple(log))


@click.command("demo")
def command() -> None:
    """Show the runstate defect and its cure, side by side.

    A kernel with KPTI registers its runstate area and is preempted again and again while it runs user code. Xen 4.17
    walks the guest's live tables at each switch and does not find the area. The patch of 2020 translates the address
    once, in the hypercall, and always reaches the area.
    """
    from rich.console import Console
    from rich.table import Table

    from harness.guest import library_path

    results = [measure(model) for model in MODELS]
    table = Table(title="A guest with KPTI, preempted in user mode", title_justify="left", highlight=False)
    table.add_column("")
    for result in results:
        table.add_column(f"--abi {result.model}", justify="right")
    rows: tuple[tuple[str, Callable[[Measurement], str]], ...] = (
        ("switches in user mode", lambda r: f"{r.truth.switches_in_user_mode}"),
        ("updates of the area in them", lambda r: f"{r.truth.updates_in_user_mode}"),
        ("... that reached the guest", lambda r: f"{r.truth.reached_in_user_mode}"),
        ("stolen time, as the guest believes", lambda r: f"{r.believed_ns:,} ns"),
        ("stolen time, by the scheduler's history", lambda r: f"{r.truth.stolen_ns:,} ns"),
        ("error", lambda r: f"[{'red' if r.error_ns else 'green'}]{r.error_ns:,} ns[/]"),
    )
    for name, value in rows:
        table.add_row(name, *(value(result) for result in results))
    terminal = Console(width=None if sys.stdout.isatty() else 100)
    terminal.print(table)
    for result in results:
        lines = [line for line in result.log if "Failed to walk" in line]
        said = f"{len(lines)} times: (XEN) {lines[0]}" if lines else "nothing"
        terminal.print(
            f"What a debug build of Xen prints under {result.model}: {said}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    source = os.path.relpath(library_path() / GUEST)
    harness = "harness" if shutil.which("harness") else os.path.relpath(sys.argv[0])
    terminal.print(
        f"\nThe guest:      {source}\n"
        f"By hand:        {harness} run {source} --vcpus 2 --abi {MODELS[1]}\n"
        f"On a real Xen:  {harness} oracle run {source} --vcpus 2 --xen 4.17",
        highlight=False,
        soft_wrap=True,
    )
