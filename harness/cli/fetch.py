"""``harness fetch``: bring Debian's kernels and hypervisors into the cache."""

from collections.abc import Sequence

import click

from harness.oracle import RELEASES, fetch
from harness.packages import linux


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Bring Debian's unmodified kernels and Xens into the cache: pinned, checked, and nothing is installed.

    The cache is harness in XDG_CACHE_HOME (default: ~/.cache). What is already there is not fetched again.
    """


@command.command("linux")
@click.argument("versions", nargs=-1, metavar="[VERSION]...")
def linux_command(versions: tuple[str, ...]) -> None:
    r"""Fetch Linux kernels for arm64, and make an initial RAM file system of busybox for them.

    VERSION is 6.1 or 6.12; the default is 6.1. This prints where the files are; a guest is then booted with

    \b
        harness run KERNEL --initrd INITRAMFS --memory 256M --cmdline "console=hvc0 poweroff"

    Without the word poweroff on the command line, a shell is opened on the console.
    """
    for version in versions or ("6.1",):
        files = linux.fetch(version)
        click.echo(f"linux {version}: {files.kernel}")
        click.echo(f"initramfs: {files.initramfs}")


@command.command("xen")
@click.argument("versions", nargs=-1, metavar="[VERSION]...")
def xen_command(versions: tuple[str, ...]) -> None:
    """Fetch hypervisors, as harness oracle fetch does: 4.14, 4.17, 4.20, or all of them."""
    fetch_xens(versions)


def fetch_xens(versions: Sequence[str]) -> None:
    """Fetch these hypervisors, or all, and print where they are."""
    for version in versions or RELEASES:
        click.echo(f"xen {version}: {fetch(version)}")
