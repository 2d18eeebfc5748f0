"""``harness oracle``: fetch real Xens, and boot a guest on one in QEMU."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import click

from harness.cli import status
from harness.cli.fetch import fetch_xens
from harness.cli.numbers import Count, Seconds
from harness.cli.oracle_agree import agree_command
from harness.cli.size import Size
from harness.cli.time_limit import TimeLimit
from harness.errors import ToolMissing
from harness.files.input import open_input, read_all, read_bytes
from harness.oracle import RELEASES, OracleRun, RealEnd, fetch, run_guest
from harness.oracle.releases import cached

STATUS: Mapping[RealEnd, int] = MappingProxyType(
    {
        RealEnd.POWEROFF: 0,
        RealEnd.CRASH: 4,
        RealEnd.TIMEOUT: 5,
        RealEnd.DEADLOCK: 6,
        RealEnd.REBOOT: 7,
        RealEnd.SHUTDOWN: 7,
        RealEnd.PANIC: 70,
    }
)
"""Exit statuses: those of ``harness run``, except that 70 means that Xen itself panicked."""

ELF_MAGIC = b"\x7fELF"
MOST_TYPED = 1 << 20
"""Maximum bytes of console input. Xen buffers 128 unread bytes and drops the rest."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Ask a real Xen: Debian's hypervisor binaries, booted in QEMU."""


@command.command("fetch")
@click.option("--xen", "versions", multiple=True, metavar="VERSION", help="Only this release (may be repeated).")
def fetch_command(versions: tuple[str, ...]) -> None:
    """Download the pinned hypervisors into the cache, unless they are already there.

    The cache is harness/xen in XDG_CACHE_HOME (default: ~/.cache). Nothing is installed.
    """
    fetch_xens(versions)


@command.command("build")
@click.option("--xen", "versions", multiple=True, metavar="VERSION", help="Only this release (may be repeated).")
def build_command(versions: tuple[str, ...]) -> None:
    """Build debug Xens (CONFIG_DEBUG=y) from Debian's pinned sources into the cache, unless they are already there.

    This needs a cross compiler, make, flex and bison, and takes a minute or two for each release. harness oracle agree
    then asks the debug builds, too.
    """
    from harness.oracle.debug_build import build

    for version in versions or RELEASES:
        click.echo(f"debug build of xen {version}: {build(version)}")


@command.command("run")
@click.argument("guest", type=click.Path(path_type=Path))
@click.option("--xen", default="4.17", show_default=True, help=f"Which Xen: {', '.join(RELEASES)}.")
@click.option("--domu", is_flag=True, help="Boot GUEST as a dom0less domU, domain 1, not as dom0.")
@click.option("--also", type=click.Path(path_type=Path), metavar="GUEST", help="Boot this beside it, as domain 1.")
@click.option("--vcpus", type=Count("vCPUs", None), default=1, show_default=True, help="vCPUs, on one physical CPU.")
@click.option("--memory", type=Size(), default="64M", show_default=True, help="The domain's memory.")
@click.option("--cmdline", default="", help="The guest's command line (/chosen/bootargs in its device tree).")
@click.option("--initrd", type=click.Path(path_type=Path), metavar="F", help="A file to load as the initial RAM disk.")
@click.option(
    "--timeout", type=Seconds(), default=60.0, show_default=True, help="Give up after so many seconds on the host."
)
@click.option(
    "--input", "console_input", type=click.File("rb"), help="A file to type at dom0's console; - is standard input."
)
@click.option("--xen-image", type=click.Path(path_type=Path), help="A Xen binary to boot instead of a pinned one.")
@click.option("--raw", is_flag=True, help="Print the serial line unchanged, with Xen's lines, prefixes and CRs.")
def run_command(
    guest: Path,
    xen: str,
    domu: bool,
    also: Path | None,
    vcpus: int,
    memory: int,
    cmdline: str,
    initrd: Path | None,
    timeout: float,
    console_input: BinaryIO | None,
    xen_image: Path | None,
    raw: bool,
) -> None:
    """Boot GUEST (a source, an ELF or an arm64 Image) on a real Xen, and print its console.

    Xen's log goes to standard error. The same command prints the same bytes every time; only the arrival times of the
    bytes of --input depend on the host. A domU's console passes through Xen's line buffer, which drops control
    characters, cuts lines at 254 bytes, and loses a last line without a line end.

    Exit status: 0 poweroff, 3 bad input, 4 crash, 5 timeout, 6 deadlock, 7 reboot or another shutdown, 70 Xen
    panicked.
    """
    with TimeLimit(timeout) as limit:
        with limit.reading():
            if xen_image is not None:  # a missing file is reported before a guest is assembled for it
                open_input(xen_image, "a Xen").close()
            image = _image(guest)
            other = b"" if also is None else _image(also)
            ram_disk = b"" if initrd is None else read_bytes(initrd, "an initial RAM disk", memory)
            typed = b"" if console_input is None else read_all(console_input, "--input", "a console", MOST_TYPED)
        if xen_image is None and cached(xen) is None:
            click.echo(f"fetching Xen {xen} from Debian ...", err=True)
        answer = run_guest(
            image,
            xen=xen,
            domu=domu,
            vcpus=vcpus,
            memory=memory,
            cmdline=os.fsencode(cmdline),
            initrd=ram_disk,
            timeout=limit.left_s,
            console_input=typed,
            hypervisor=xen_image,
            also=other,
        )
    _show(answer, raw)
    sys.exit(STATUS[answer.end])


@command.command("record")
@click.argument("wanted", nargs=-1, metavar="[RULE]...")
@click.option("--xen", "versions", multiple=True, metavar="VERSION|FILE", help="Only this release (may be repeated).")
@click.option(
    "-j", "jobs", type=Count("workers"), default=os.cpu_count() or 1, help="Guests at a time [default: all CPUs]."
)
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="DIR", help="Store the recordings in DIR, not in the source tree."
)
def record_command(wanted: tuple[str, ...], versions: tuple[str, ...], jobs: int, to: Path | None) -> None:
    """Run cases of the conformance suite on real Xens, and record their answers as the expected results.

    The default is all cases on all releases. RULE is an ID, an area or a case, and a case is always run as a whole. A
    FILE is a Xen binary, for example a debug build. The record is harness/conform/record in the source tree, a text
    file for each area; the rest of it stays. Review the change with git diff. An installed package has no source tree
    and needs --to.
    """
    from harness.conform.catalogue import load_catalogue
    from harness.conform.recordings import check_record, record_case
    from harness.conform.subject import identify

    folder = check_record(to)
    catalogue = load_catalogue()
    names = {case.name for case in catalogue.select(wanted).cases}
    cases = [case for case in catalogue.cases if case.name in names]
    for version in versions or RELEASES:
        xen = identify(version)
        click.echo(f"{xen.name}, build id {xen.build_id}")
        for case in cases:
            click.echo(f"  {case.name}: {record_case(xen, case, folder, jobs)}")


@command.command("random")
@click.option("--xen", "versions", multiple=True, metavar="VERSION", help="Only this release (may be repeated).")
@click.option(
    "--calls", type=Count("calls"), default=20_000, show_default=True, help="Minimum number of calls for each release."
)
@click.option(
    "--campaign",
    "number",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="The seed: another number makes other calls.",
)
def random_command(versions: tuple[str, ...], calls: int, number: int) -> None:
    """Make random hypercalls with hostile arguments, and compare the answers of a model and of the real Xen.

    After each call the result and the guest's memory must be the same. The same --campaign makes the same calls. The
    command prints which calls and errors were reached. A sequence with a difference is shortened and printed with its
    seeds.

    Exit status: 0 if nothing differs and every hypercall and every error of the model occurred, 1 if not, 3 bad input.
    """
    try:
        from harness.conform.random_calls.campaign import campaign
    except ImportError:
        raise ToolMissing("needs hypothesis (pip install 'harness-xen-arm[random]')") from None
    from harness.conform.random_calls.show import difference_lines, table

    good = True
    for version in versions or RELEASES:
        fetch(version)
        result = campaign(version, calls=calls, number=number)
        table(result)
        for line in difference_lines(result):
            click.echo(line)
        good = good and not result.differences and not result.coverage.missing(version)
    sys.exit(0 if good else status.NO)


command.add_command(agree_command)


def _image(guest: Path) -> bytes:
    """Return the flat image. The loader makes it from a source or an ELF; any other file is taken as it is."""
    if guest.suffix in (".S", ".s"):
        from harness.guest import load  # imports the assembler

        return load(guest).flat()
    content = read_bytes(guest, "a guest")
    if content.startswith(ELF_MAGIC):
        from harness.guest.formats import load_binary

        return load_binary(guest, content).flat()
    return content


def _show(answer: OracleRun, raw: bool) -> None:
    sys.stdout.buffer.write(answer.serial if raw else answer.console)
    sys.stdout.buffer.flush()
    if not raw:
        for line in answer.xen_log:
            click.echo(line, err=True)
    if answer.end in (RealEnd.TIMEOUT, RealEnd.DEADLOCK, RealEnd.PANIC):
        click.echo(f"harness: {answer.end.value}, after {answer.seconds:.1f} s", err=True)
