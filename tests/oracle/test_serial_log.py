"""The serial line separated into console and log, with bytes observed from real Xens."""

import pytest

from harness.oracle.serial_log import XEN_LINGERS, RealEnd, end_of, separate

BOOT = b"Xen is loading\r\n(XEN) Xen version 4.17.5\r\n(XEN) Freed 352kB init memory.\r\n"
HALTED = b"(XEN) Hardware Dom0 halted: halting machine\r\n"
BOOT_LINES = ("Xen is loading", "(XEN) Xen version 4.17.5", "(XEN) Freed 352kB init memory.")
HALTED_LINE = "(XEN) Hardware Dom0 halted: halting machine"


def test_a_dom0s_bytes_come_out_unchanged_but_for_the_drivers_crs() -> None:
    console, log = separate(BOOT + b"a\0\x1b\xffb\r\r\nlast" + HALTED, domu=False)
    assert console == b"a\0\x1b\xffb\r\nlast"
    assert log == (*BOOT_LINES, HALTED_LINE)


def test_a_dom0s_line_is_put_together_again_around_xens() -> None:
    console, log = separate(BOOT + b"q(XEN) d0v0 one\r\n(XEN) d0v0 two\r\nw\r\n" + HALTED, domu=False)
    assert console == b"qw\n"
    assert log == (*BOOT_LINES, "(XEN) d0v0 one", "(XEN) d0v0 two", HALTED_LINE)


def test_a_line_of_xens_that_was_cut_off_is_still_xens() -> None:
    console, log = separate(BOOT + b"guest\r\n(XEN) d0v0 cut", domu=False)
    assert (console, log[-1]) == (b"guest\n", "(XEN) d0v0 cut")


def test_a_xen_that_does_not_come_up_has_no_guest() -> None:
    assert separate(b"garbage\r\n(XEN) Panic on CPU 0:\r\n", domu=False) == (
        b"",
        ("garbage", "(XEN) Panic on CPU 0:"),
    )


def test_a_domus_lines_lose_their_prefix_and_only_that() -> None:
    serial = BOOT + b"(d1) one\r\n(d1) (XEN) forged\r\n(XEN) d1v0 two\r\n(d1) \r\n(d1) (d1) three\r\n" + HALTED
    console, log = separate(serial, domu=True)
    assert console == b"one\n(XEN) forged\n\n(d1) three\n"
    assert log == (*BOOT_LINES, "(XEN) d1v0 two", HALTED_LINE)


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        ("Hardware Dom0 halted: halting machine", RealEnd.POWEROFF),
        ("Hardware Dom0 shutdown: rebooting machine", RealEnd.REBOOT),
        ("Hardware Dom0 crashed: rebooting machine in 5 seconds.", RealEnd.CRASH),
        ("Hardware Dom0 shutdown: watchdog rebooting machine", RealEnd.SHUTDOWN),
        ("Hardware Dom0 shutdown (unknown reason 2): rebooting machine in 5 seconds.", RealEnd.SHUTDOWN),
        ("Hardware domain 0 did unsupported soft reset, rebooting.", RealEnd.SHUTDOWN),
        ("Panic on CPU 0:", RealEnd.PANIC),
        ("Freed 352kB init memory.", None),
    ],
)
def test_each_ending_is_known_by_xens_words_for_it(line: str, ending: RealEnd | None) -> None:
    assert end_of(BOOT + b"unfinished(XEN) " + line.encode() + b"\r\n") is ending


def test_a_panic_counts_more_than_what_came_of_it() -> None:
    assert end_of(BOOT + b"(XEN) Panic on CPU 0:\r\n" + HALTED) is RealEnd.PANIC


def test_waiting_for_the_machines_reset_is_cut_short_once_the_line_is_whole() -> None:
    waiting = b"(XEN) Hardware Dom0 crashed: rebooting machine in 5 seconds."
    assert XEN_LINGERS.search(waiting + b"\r\n")
    assert XEN_LINGERS.search(b"(XEN) Reboot in five seconds...\r\n")
    assert not XEN_LINGERS.search(waiting)
    assert not XEN_LINGERS.search(HALTED)
