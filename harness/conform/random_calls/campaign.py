"""Sequences of random calls, made by Hypothesis, on a model and on the real Xen, until so many have been made.

Where the two differ, calls are taken out of the sequence for as long as it still shows that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from harness.conform.random_calls.comparison import BatchComparison, Difference, compare
from harness.conform.random_calls.coverage import Coverage
from harness.conform.random_calls.makers import calls_of

SHORTEST, LONGEST = 1000, 1400
"""Calls in a sequence: one boot of the guest each."""
SEQUENCES = 8
"""Sequences that Hypothesis makes at a time."""
SEEDS = 1 << 24


SHORTENINGS = 60
"""Boots that may be spent on making a sequence that shows a difference shorter."""


@dataclass
class Campaign:
    """What came of it: what was reached, and the differences of a short sequence that has any, with its seeds."""

    xen: str
    calls: int = 0
    boots: int = 0
    coverage: Coverage = field(default_factory=Coverage)
    differences: tuple[Difference, ...] = ()
    seeds: tuple[int, ...] = ()
    domu: bool = False
    """Of the sequence that shows a difference."""


def campaign(
    xen: str, *, calls: int, number: int = 0, progress: Callable[[Campaign], None] = lambda _: None
) -> Campaign:
    """Ask at least ``calls`` calls of a release and of its model, as dom0 and as a domU in turn.

    ``number`` chooses the campaign: the same one makes the same sequences. It ends early where the two differ.
    Raises ToolMissing without QEMU, InputError for a Xen that cannot be fetched.
    """
    result = Campaign(xen)
    part = 0
    while result.calls < calls and not result.differences:
        for seeds in sequences(number, part):
            result.domu = not result.domu
            comparison = _ask(result, seeds)
            progress(result)
            if comparison.differences:
                result.seeds, result.differences = _shorten(seeds, xen, result.domu, comparison.differences)
                break
            if result.calls >= calls:
                break
        part += 1
    return result


def sequences(number: int, part: int) -> list[list[int]]:
    """Some sequences of seeds: those of a part of a campaign."""
    made: list[list[int]] = []

    @seed(number << 16 | part)
    @settings(
        max_examples=SEQUENCES,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.integers(0, SEEDS - 1), min_size=SHORTEST, max_size=LONGEST, unique=True))
    def keep(seeds: list[int]) -> None:
        made.append(seeds)

    keep()
    return made


def _ask(result: Campaign, seeds: Sequence[int]) -> BatchComparison:
    calls = calls_of(seeds, int(result.domu))
    comparison = compare(calls, result.xen, domu=result.domu)
    result.boots += 1
    result.calls += len(calls)
    result.coverage.add(calls, comparison.real)
    return comparison


def _shorten(
    seeds: Sequence[int], xen: str, domu: bool, differences: tuple[Difference, ...]
) -> tuple[tuple[int, ...], tuple[Difference, ...]]:
    """Take out ever smaller pieces of a sequence as long as something still differs."""
    shortest = tuple(seeds[: max(0, differences[0].index - 1)]) or tuple(seeds)
    piece, tries = -(-len(shortest) // 2), 0
    while piece and tries < SHORTENINGS:
        at = 0
        while at < len(shortest) and tries < SHORTENINGS:
            shorter = shortest[:at] + shortest[at + piece :]
            found = compare(calls_of(shorter, int(domu)), xen, domu=domu).differences
            tries += 1
            if found:
                shortest, differences = shorter, found
            else:
                at += piece
        piece //= 2
    return shortest, differences
