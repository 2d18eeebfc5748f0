"""Runs guests on a real Xen: Debian's hypervisor binaries, booted in QEMU with the guest as dom0 or as a domU.

A run is deterministic (the clock is QEMU's instruction counter), so its console is the same bytes every time.
"""

from harness.oracle.releases import RELEASES, XenPackage, fetch
from harness.oracle.run import OracleRun, run_guest
from harness.oracle.serial_log import RealEnd

__all__ = ["RELEASES", "OracleRun", "RealEnd", "XenPackage", "fetch", "run_guest"]
