"""What real Xens did with runstate areas: recordings of the guests of ``area_cases`` and ``area_corner_cases``.

``python tests/xen/area_recordings.py`` asks the releases anew; ``... NAME HYPERVISOR`` any other binary, such as 4.14
with the patch of 2020 applied (vmap) or a debug build of a release (xen-4.17-debug).
"""

import re
import sys
from functools import cache
from pathlib import Path

from area_cases import CASES, area_guest
from area_corner_cases import corner_guest

from harness.guest import Guest
from harness.oracle import RealEnd, run_guest

RECORDED = Path(__file__).parent / "recorded"
RELEASES = ("4.14", "4.17", "4.20")
VCPUS = 2
LOG = "-- Xen's log:"

Recording = dict[str, list[str]]
"""Lines by the case that printed them; Xen's log stands under LOG."""


@cache
def guest() -> Guest:
    """The guest that goes through all cases."""
    return area_guest(tuple(case for cases in CASES.values() for case in cases))


def recording(console: str, log: list[str]) -> Recording:
    """Take console and log apart. Source lines of a debug build stay: they tell one release from another."""
    found: Recording = {}
    lines: list[str] = []
    for line in console.splitlines():
        if line.startswith(" "):
            lines.append(line)
        else:
            lines = found.setdefault(line, [])
    found[LOG] = [line for line in log if re.match(r"(\S+p2m\.c:\d+: |p2m\.c:\d+: )?d\d+v\d+:? ", line)]
    return found


def read(name: str) -> Recording:
    """A recording that is kept."""
    console, log = (RECORDED / f"areas-{name}.txt").read_text().split(LOG + "\n")
    return recording(console, log.splitlines())


def ask(xen: str, *, hypervisor: Path | None = None, domu: bool = False, of: Guest | None = None) -> Recording:
    """Run the guest, or another one that prints cases, on a real Xen."""
    run = run_guest((of or guest()).flat(), xen=xen, hypervisor=hypervisor, domu=domu, vcpus=VCPUS)
    assert run.end is RealEnd.POWEROFF
    return recording(run.console.decode(), [line.removeprefix("(XEN) ") for line in run.xen_log])


def write(name: str, found: Recording) -> None:
    """Keep a recording."""
    lines = [line for case, said in found.items() for line in (case, *said)]
    (RECORDED / f"areas-{name}.txt").write_text("\n".join(lines) + "\n")


def corners(name: str, domu: bool) -> str:
    """The name of the corners' recording, of which dom0 and a domU have one each: a page given back differs."""
    return f"corners-{name}-{'domu' if domu else 'dom0'}"


def record(name: str, xen: str, hypervisor: Path | None = None) -> None:
    """Ask one Xen everything."""
    write(name, ask(xen, hypervisor=hypervisor))
    for domu in (False, True):
        write(corners(name, domu), ask(xen, hypervisor=hypervisor, domu=domu, of=corner_guest()))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        record(sys.argv[1], "4.14", Path(sys.argv[2]))
    else:
        for each in RELEASES:
            record(f"xen-{each}", each)
