"""A real Xen to ask: Debian's hypervisor binaries, booted in QEMU with a guest as dom0 or as a domU.

A run is deterministic (QEMU's instruction counter is the clock), so its console is the same bytes every time.
"""

from harness.oracle.hypervisor_cache import fetch
from harness.oracle.releases import RELEASES, XenPackage
from harness.oracle.run import OracleRun, run_guest
from harness.oracle.serial_log import RealEnd

__all__ = ["RELEASES", "OracleRun", "RealEnd", "XenPackage", "fetch", "run_guest"]
