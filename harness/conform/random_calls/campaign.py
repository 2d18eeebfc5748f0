"""Runs sequences of random calls, made by Hypothesis, on a model and on the real Xen, up to a given number of calls.

If the two differ, calls are removed from the sequence as long as it still shows a difference.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from harness.conform.random_calls.comparison import BatchComparison, Difference, compare
from harness.conform.random_calls.coverage import Coverage
from harness.conform.random_calls.makers import calls_of

SHORTEST, LONGEST = 1000, 1400
"""Number of calls in a sequence. Each sequence takes one boot of the guest."""
SEQUENCES = 8
"""Number of sequences that Hypothesis makes at a time."""
SEEDS = 1 << 24


SHORTENINGS = 60
"""Maximum number of boots spent on shortening a sequence that shows a difference."""


@dataclass
class Campaign:
    """The result: what the calls reached, and the differences of a shortened sequence, with its seeds."""

    xen: str
    calls: int = 0
    boots: int = 0
    coverage: Coverage = field(default_factory=Coverage)
    differences: tuple[Difference, ...] = ()
    seeds: tuple[int, ...] = ()
    domu: bool = False
    """Whether the sequence that shows a difference ran as a domU."""


def campaign(
    xen: str, *, calls: int, number: int = 0, progress: Callable[[Campaign], None] = lambda _: None
) -> Campaign:
    """Make at least ``calls`` calls to a release and to its model, alternately as dom0 and as a domU.

    ``number`` selects the campaign: the same number makes the same sequences. The campaign ends early if the two
    differ. Raises ToolMissing without QEMU, InputError if the Xen cannot be fetched.
    """
    result = Campaign(xen)
    part = 0
    while result.calls < calls and not result.differences:
        for seeds in sequences(number, part):
            # Alternately, so that a campaign that ends early has asked both kinds of domain.
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
    """The sequences of seeds of one part of a campaign."""
    made: list[list[int]] = []

    @seed(number << 16 | part)
    @settings(
        max_examples=SEQUENCES,
        # Nothing is kept between runs: the same number must always make the same sequences.
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
    """Remove smaller and smaller pieces of a sequence as long as a difference remains."""
    # Calls after the first difference are not needed. If the difference is at the very start, keep them all.
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
