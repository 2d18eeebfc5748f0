"""``harness oracle``, as a user at a terminal sees it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from harness.cli.oracle import command
from harness.errors import InputError

RealXen = Callable[[str], str]

GUEST = """
#include "lib/boot.S"
#include "lib/console.S"
    .text
kernel_main:
    print   "tick\\n"
    psci    0x80000010
    {end}
#include "lib/end.S"
"""


def run(*arguments: str | Path, text: str = "") -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments], input=text)


@pytest.fixture
def guest(tmp_path: Path) -> Callable[[str], Path]:
    def write(end: str) -> Path:
        path = tmp_path / "guest.S"
        path.write_text(GUEST.format(end=end))
        return path

    return write


@pytest.mark.parametrize(
    ("end", "status"),
    [("b power_off", 0), ("mov x0, #SHUTDOWN_crash\n b shutdown", 4), ("mov x0, #SHUTDOWN_reboot\n b shutdown", 7)],
)
def test_the_guests_console_is_the_output_and_its_end_the_status(
    real_xen: RealXen, guest: Callable[[str], Path], end: str, status: int
) -> None:
    result = run("run", guest(end), "--domu", "--xen", real_xen("4.17"))
    assert (result.stdout, result.exit_code) == ("tick\n", status)
    assert "(XEN) d1v0 Unhandled SMC/HVC: 0x80000010\n" in result.stderr


def test_a_deadlock_and_a_timeout_have_their_status_and_a_word(real_xen: RealXen, guest: Callable[[str], Path]) -> None:
    asleep = run("run", guest("1: wfi\n b 1b"), "--xen", real_xen("4.17"))
    assert (asleep.stdout, asleep.exit_code) == ("tick\n", 6)
    assert "harness: deadlock" in asleep.stderr
    busy = run("run", guest("1: b 1b"), "--timeout", "12", "--xen", real_xen("4.17"))
    assert (busy.stdout, busy.exit_code) == ("tick\n", 5)
    assert "harness: timeout" in busy.stderr


def test_raw_prints_the_serial_line_as_it_is(real_xen: RealXen, guest: Callable[[str], Path]) -> None:
    result = run("run", guest("b power_off"), "--domu", "--raw", "--xen", real_xen("4.20"))
    assert b"(d1) tick\r\n(XEN) d1v0 Unhandled SMC/HVC: 0x80000010\r\n" in result.stdout_bytes
    assert result.stderr == ""


def test_a_xen_of_ones_own_can_be_asked(real_xen: RealXen, guest: Callable[[str], Path]) -> None:
    from harness.oracle import fetch

    result = run("run", guest("b power_off"), "--xen-image", fetch(real_xen("4.14")))
    assert (result.stdout, result.exit_code) == ("tick\n", 0)
    assert "(XEN) Xen version 4.14." in result.stderr


@pytest.mark.parametrize("size", ["", "M", "-1", "12Q", "1.5", "٣M"])
def test_what_is_no_size_is_a_usage_error(guest: Callable[[str], Path], size: str) -> None:
    result = run("run", guest("b power_off"), "--memory", size)
    assert result.exit_code == 2
    assert "is not a size such as 64M" in result.stderr


@pytest.mark.parametrize(("text", "size"), [("64M", 64 << 20), ("65536k", 64 << 20), ("1GiB", 1 << 30), ("4096", 4096)])
def test_sizes_are_read_with_their_units(text: str, size: int) -> None:
    from harness.cli.size import Size

    assert Size().convert(text, None, None) == size


def test_a_missing_guest_is_one_line_and_status_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["harness", "oracle", "run", str(tmp_path / "none")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    assert capsys.readouterr().err == f"harness: {tmp_path / 'none'}: No such file or directory\n"


def test_an_unknown_xen_is_bad_input(guest: Callable[[str], Path]) -> None:
    result = run("fetch", "--xen", "3.0")
    assert isinstance(result.exception, InputError)
    assert str(result.exception) == "Xen 3.0 is not a pinned release; pinned: 4.14, 4.17, 4.20"
