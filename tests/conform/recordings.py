"""What guests print on the real Xens, recorded: ``python tests/conform/recordings.py`` writes ``expected/`` anew.

Whoever imitates these Xens can run the same guests and has to get the same text.
"""

import itertools
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.guest import load
from harness.oracle import RELEASES, run_guest

HERE = Path(__file__).parent
GUESTS = ("entry", "hypercalls", "exceptions")


@dataclass(frozen=True)
class Recording:
    """A guest on a release, as dom0 or as a domU."""

    guest: str
    xen: str
    domu: bool

    @property
    def name(self) -> str:
        return f"{self.guest}-{self.xen}-{'domu' if self.domu else 'dom0'}"

    @property
    def path(self) -> Path:
        return HERE / "expected" / f"{self.name}.txt"

    def ask(self) -> bytes:
        """Run the guest on the real Xen."""
        image = load(HERE / "guests" / f"{self.guest}.S").flat()
        return run_guest(image, xen=self.xen, domu=self.domu).console


def recordings() -> list[Recording]:
    return [Recording(*which) for which in itertools.product(GUESTS, RELEASES, (False, True))]


if __name__ == "__main__":
    for recording in recordings():
        recording.path.write_bytes(recording.ask())
        sys.stdout.write(f"{recording.path}\n")
