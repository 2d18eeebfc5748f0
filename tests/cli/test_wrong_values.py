"""Mistyped arguments: the message says what was probably meant, or what would be right."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import harness
from harness.cli import COMMANDS, group
from harness.cli.numbers import Count, Seconds
from harness.errors import InputError
from harness.size import parse_size

GUESTS = Path(harness.__file__).parents[1] / "guest_asm"
HELLO = GUESTS / "hello.S"


def harness_command(*words: str | Path) -> tuple[int, str]:
    """Run a command line, and return its status and standard error."""
    done = subprocess.run([sys.executable, "-m", "harness", *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(("typed", "meant"), [("rnu", "run"), ("conformance", "conform"), ("Report", "report")])
def test_an_unknown_command_is_wrong_usage_and_the_likely_one_is_named(typed: str, meant: str) -> None:
    result = CliRunner().invoke(group, [typed])
    assert result.exit_code == 2
    assert f"no command is called '{typed}' (did you mean {meant}" in result.output
    assert all(command in result.output for command in COMMANDS)


def test_a_word_like_no_command_gets_the_list_without_a_guess() -> None:
    result = CliRunner().invoke(group, ["zzzzzz"])
    assert "no command is called 'zzzzzz': there are run, demo" in result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", HELLO, "--abi", "xen4.17"], "no ABI model is called 'xen4.17' (did you mean xen-4.17"),
        (["conform", "RTS"], "RTS: no rule, area or case has that name (did you mean RST?)"),
        (["conform", "RST-31", "--list"], "(did you mean RST-"),
        (["conform", "--tag", "vmapp", "--list"], "no rule has the tag 'vmapp'"),
        (["oracle", "run", HELLO, "--xen", "4.71"], "Xen 4.71 is not a pinned release (did you mean 4.17?); pinned:"),
        (["diff", "xen:4.71", "vmap"], "neither a file nor a pinned release (did you mean 4.17?)"),
        (["step", HELLO, "-c", "stpe"], "stpe is not a command (did you mean step?)"),
        (["step", HELLO, "-c", "break kernel_mian"], "(did you mean kernel_main?)"),
        (["step", HELLO, "-c", "until event swich"], "swich is not an event (did you mean switch?)"),
    ],
    ids=str,
)
def test_an_unknown_name_is_bad_input_and_the_likely_one_is_named(words: list[str | Path], message: str) -> None:
    status, said = harness_command(*words)
    assert status == 3
    assert message in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("typed", ["nan", "inf", "-1", "1e400", "1e3", "9" * 400, "soon", ""])
def test_a_timeout_is_a_finite_number_of_seconds(typed: str) -> None:
    with pytest.raises(Exception, match=r"is not a number of seconds: 0 or more, such as 60 or 2\.5"):
        Seconds().convert(typed, None, None)
    assert [Seconds().convert(each, None, None) for each in ("0", "2.5", ".5", "60")] == [0, 2.5, 0.5, 60]


@pytest.mark.parametrize("command", ["run", "report", "step", "oracle run"])
def test_every_timeout_refuses_what_never_ends(command: str) -> None:
    result = CliRunner().invoke(group, [*command.split(), str(HELLO), "--timeout", "inf"])
    assert result.exit_code == 2
    assert "is not a number of seconds" in result.output


def test_a_count_says_its_range() -> None:
    with pytest.raises(Exception, match=r"'0' is not a number of workers: a whole number, 1 or more"):
        Count("workers").convert("0", None, None)
    with pytest.raises(Exception, match=r"'1\.5' is not a number of vCPUs: a whole number, such as 2"):
        Count("vCPUs", None).convert("1.5", None, None)
    with pytest.raises(Exception, match="not a number of workers"):
        Count("workers").convert("9" * 5000, None, None)
    assert Count("vCPUs", None).convert("-1", None, None) == -1, "the machine says what it can have"
    assert Count("instructions").convert("100_000", None, None) == 100_000


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("64M", 64 << 20),
        ("64m", 64 << 20),
        ("64 M", 64 << 20),
        ("64MiB", 64 << 20),
        ("1.5G", 3 << 29),
        ("0x4000000", 64 << 20),
        ("67108864", 64 << 20),
        ("2^70", None),
        ("0.3K", None),
        ("-64M", None),
        ("M", None),
        ("٦٤M", None),
        ("9" * 5000, None),
    ],
)
def test_a_size_is_read_as_people_write_it(text: str, size: int | None) -> None:
    assert parse_size(text) == size


def test_more_guests_than_the_machine_has_memory_for_are_refused_with_what_would_fit() -> None:
    said = "101 guests of 65,536 MiB: a machine has 960 GiB for all of them together, so 15 of this size, or 9,732 MiB"
    with pytest.raises(InputError, match=re.escape(said)):
        harness.boot(HELLO, memory=64 << 30, also=[HELLO] * 100)
    with harness.boot(HELLO, memory=64 << 30, also=[HELLO] * 14) as machine:
        last = machine.xen.domains[15].p2m
        assert last.translate((0x2_0000_0000 + (61 << 30)) - 1).maddr < 1 << 40
