"""Prints the results of a campaign of random calls."""

import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from harness.abi.errno import Errno
from harness.abi.hypercalls.table import SIGNATURES
from harness.conform.random_calls.campaign import Campaign
from harness.conform.random_calls.coverage import NOT_OF_RELEASE, UNREACHED
from harness.conform.random_calls.guest import Base, TableCall, Word

PIPED_WIDTH = 120

_BASES = {
    Base.NOTHING: "{:#x}",
    Base.IMAGE: "image+{:#x}",
    Base.FRAME: "image's gfn+{:#x}",
    Base.FRAME_IN_UPPER_HALF: "image's gfn<<32+{:#x}",
    Base.BUFFER: "buffer+{:#x}",
}


def table(campaign: Campaign) -> None:
    """Print how often each hypercall was made, how many calls got past decoding, and which results came back."""
    coverage = campaign.coverage
    shown = Table(
        highlight=False,
        title=f"Xen {campaign.xen}: {campaign.calls:,} calls, {len(coverage.distinct):,} of them different, in "
        f"{campaign.boots} boots: {'A DIFFERENCE' if campaign.differences else 'no difference'}",
        title_justify="left",
    )
    shown.add_column("hypercall", no_wrap=True)
    shown.add_column("calls", justify="right")
    shown.add_column("decoded", justify="right")
    shown.add_column("results")
    for number in sorted(coverage.asked):
        name = "not in the table" if number < 0 else SIGNATURES[number].name
        results = coverage.results[number]
        errors = sorted({Errno(-each).name for each in results if -each in set(Errno)})
        good = ["success"] if any(-each not in set(Errno) for each in results) else []
        shown.add_row(name, f"{coverage.asked[number]:,}", f"{coverage.decoded[number]:,}", " ".join(good + errors))
    terminal = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    terminal.print(shown)
    terminal.print(f"past number and command decoding: {coverage.share_decoded:.0%} of the calls", highlight=False)
    for error, reason in {**UNREACHED, **NOT_OF_RELEASE.get(campaign.xen, {})}.items():
        terminal.print(f"{error.name} is not expected: {reason}", highlight=False)
    if missing := coverage.missing(campaign.xen):
        terminal.print(f"never occurred: {' '.join(missing)}", highlight=False, style="bold red")


def difference_lines(campaign: Campaign) -> Iterator[str]:
    """Yield the calls with different answers, and how to repeat them; nothing if there are none."""
    for difference in campaign.differences:
        yield f"call {difference.index}: {call_in_words(difference.call)}"
        yield f"    model {difference.model or 'nothing'}"
        yield f"    Xen   {difference.real or 'nothing'}"
    if campaign.differences:
        yield f"    as {'domU' if campaign.domu else 'dom0'}, with the seeds {list(campaign.seeds)}"


def call_in_words(call: TableCall) -> str:
    """A call with its arguments and the contents of its buffer and array."""
    if call.number is None:
        return f"look at {_word(call.page)}"
    parts = [f"hypercall {_word(call.number)}({', '.join(map(_word, call.arguments))})"]
    parts += [
        f"{name} [{', '.join(map(_word, words))}]"
        for name, words in (("buffer", call.data), ("array", call.array))
        if words
    ]
    return " ".join(parts)


def _word(word: Word | None) -> str:
    return "nothing" if word is None else _BASES[word.base].format(word.value)
