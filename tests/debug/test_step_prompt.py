"""The stepper at a terminal: a prompt that keeps its lines, completes words and goes on after a mistake."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from stepping import Talk

import harness
from harness.debug.step.appearance import open_console
from harness.debug.step.completion import SessionCompleter
from harness.debug.step.prompt import converse

CTRL_C, CTRL_D, UP, TAB = "\x03", "\x04", "\x1b[A", "\t"


@pytest.fixture
def step(boot: Callable[..., harness.Machine]) -> Iterator[Talk]:
    with boot("kpti", vcpus=2) as machine:
        yield Talk(machine)


def type_at(step: Talk, keys: str, kept: Path | None = None) -> list[str]:
    """What a session says in which these keys are pressed."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        converse(step.interpreter, kept, nullcontext)
    return step.out.getvalue().splitlines()


def test_a_session_by_hand(step: Talk, tmp_path: Path) -> None:
    kept = tmp_path / "state" / "lines"
    said = type_at(step, f"s 3\r\rnonsense\rback s{CTRL_C}where\r{UP}{UP}{UP}\r{CTRL_D}", kept)
    begins = [line.partition("  ")[0] for line in said]
    assert begins == ["#3", "#6", "nonsense is not a command; see help", "#6", "#9"], "Ctrl-C threw `back s` away"
    assert "+s 3" in kept.read_text().splitlines()
    assert "back s" not in kept.read_text()


def test_quit_ends_it_and_what_comes_after_is_not_read(step: Talk) -> None:
    assert type_at(step, "s\rquit\rs\r") == [step("where").strip()]
    assert step.session.finished


def test_lines_are_forgotten_where_they_cannot_be_kept(step: Talk) -> None:
    assert len(type_at(step, "s\rq\r", Path("/dev/null/nowhere/lines"))) == 1


def test_tab_completes_what_is_begun(step: Talk) -> None:
    assert "<kernel_spin>" in type_at(step, f"goto 16,000,000\runtil kernel_sp{TAB}\rq\r")[-1]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ([], ["back", "hvc", "area", "registers"]),
        (["hvc"], ["vcpu_op", "vm_assist"]),
        (["back", "hvc"], ["vcpu_op"]),
        (["back"], ["hvc", "ttbr", "s"]),
        (["until"], ["kernel_main", "area", "hvc", "event", "lost"]),
        (["break", "event"], ["published", "lost"]),
        (["b", "msr"], ["TTBR1_EL1", "SCTLR_EL1"]),
        (["until", "hvc", "on"], ["d1v0", "d1v1"]),
        (["p"], ["x0", "sp", "ESR_EL1", "sys"]),
        (["walk"], ["area", "runstate_area"]),
        (["walk", "area"], ["write", "el1"]),
        (["x"], ["ipa", "maddr", "runstate_area"]),
        (["watch"], ["access", "ipa"]),
        (["vcpu"], ["any", "d1v1"]),
        (["help"], ["walk"]),
        (["event"], ["lost"]),
    ],
)
def test_what_may_follow_is_offered(step: Talk, words: list[str], offered: list[str]) -> None:
    found = SessionCompleter(step.session).words_after(words)
    assert set(offered) <= set(found)
    assert found == sorted(found)


@pytest.mark.parametrize("words", [["nonsense"], ["where"], ["back", "nonsense"]])
def test_nothing_is_offered_where_nothing_may_follow(step: Talk, words: list[str]) -> None:
    assert SessionCompleter(step.session).words_after(words) == []


def test_colour_is_for_terminals_alone(step: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    step("lost")
    plain = step("area", "code")
    assert "\x1b" not in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    step.session.console = open_console(step.out)
    coloured = step("area", "code")
    assert "\x1b[31m" in coloured
    assert "\x1b[1m->" in coloured
