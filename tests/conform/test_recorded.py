"""What is recorded of the real Xens is what they say: all cases where all tools are, else every fourth.

In the two configurations that are most unlike each other; ``make oracle`` asks in all four.
"""

import os
from collections.abc import Callable

import pytest

from harness.conform.case_images import load_case
from harness.conform.catalogue import load_catalogue
from harness.conform.observation import with_log
from harness.conform.recordings import Recording
from harness.conform.subject import identify
from harness.oracle import RELEASES

REQUIRED = os.environ.get("HARNESS_REQUIRE_TOOLS") == "1"
CASES = load_catalogue().cases[:: 1 if REQUIRED else 4]
PARTS = 6


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("release", RELEASES)
def test_the_real_xen_says_what_is_recorded(release: str, part: int, real_xen: Callable[[str], str]) -> None:
    xen = identify(real_xen(release))
    recording = Recording(release)
    for case in CASES[part::PARTS]:
        guest = load_case(case.source)
        recorded = recording.answers(case.name)
        first, last = case.configurations[0], case.configurations[-1]
        for configuration in sorted({first, last} if REQUIRED else {first}):
            answer = with_log(xen.ask(guest, configuration, case.beside), case.rules)
            assert answer.reports == recorded[configuration.name].reports, (case.name, configuration.name)
            assert answer.end == recorded[configuration.name].end, (case.name, configuration.name)
            assert not answer.twice, case.name
