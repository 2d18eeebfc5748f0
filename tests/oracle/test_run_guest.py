"""Guests on the real Xens: what came out of which domain, and how it ended."""

import os
from collections.abc import Callable
from pathlib import Path

import fdt
import pytest

import harness
from harness.errors import InputError, ToolMissing
from harness.guest import assemble, load
from harness.oracle import RELEASES, RealEnd, fetch, run_guest
from harness.platform.devicetree import domain_tree

GUESTS = Path(__file__).parent / "guests"
RealXen = Callable[[str], str]

each_xen = pytest.mark.parametrize("xen", list(RELEASES))
each_domain = pytest.mark.parametrize("domu", [False, True], ids=["dom0", "domU"])


def kernel(body: str) -> bytes:
    """A guest that runs ``body`` at EL1 with the MMU off, and then powers off."""
    text = f"""
#include "lib/boot.S"
#include "lib/console.S"
    .text
kernel_main:
{body}
    b       power_off
#include "lib/end.S"
"""
    return assemble(text, name="kernel.S").flat()


def shutdown(reason: int) -> bytes:
    return kernel(f"""
    print   "last words\\n"
    adr     x1, why
    mov     x0, #SCHEDOP_shutdown
    hypercall HYPERVISOR_sched_op
why: .word  {reason}, 0
""")


@each_domain
@each_xen
def test_a_guest_says_hello_and_powers_off(real_xen: RealXen, xen: str, domu: bool) -> None:
    run = run_guest(kernel('    print "hello\\n"'), xen=real_xen(xen), domu=domu)
    assert (run.console, run.end) == (b"hello\n", RealEnd.POWEROFF)
    assert any(line.startswith(f"(XEN) Xen version {xen}.") for line in run.xen_log)
    assert not any("hello" in line for line in run.xen_log)


@each_domain
@pytest.mark.parametrize(
    ("reason", "end"),
    [
        (1, RealEnd.REBOOT),
        (2, RealEnd.SHUTDOWN),
        (3, RealEnd.CRASH),
        (4, RealEnd.SHUTDOWN),
        (5, RealEnd.SHUTDOWN),
        (77, RealEnd.SHUTDOWN),
    ],
)
def test_the_shutdown_reason_is_seen(real_xen: RealXen, reason: int, end: RealEnd, domu: bool) -> None:
    run = run_guest(shutdown(reason), xen=real_xen("4.17"), domu=domu)
    assert (run.console, run.end) == (b"last words\n", end)


@each_domain
def test_the_same_run_gives_the_same_bytes_again(real_xen: RealXen, domu: bool) -> None:
    image = load(GUESTS / "device_tree.S").flat()
    first, second = (run_guest(image, xen=real_xen("4.17"), domu=domu, vcpus=2) for _ in range(2))
    assert len(first.console) > 1000
    assert first.serial == second.serial


def test_a_line_of_xens_in_the_middle_of_dom0s_is_taken_out(real_xen: RealXen) -> None:
    unknown_call = "psci 0x80000010"
    run = run_guest(kernel(f'    print "begun, "\n    {unknown_call}\n    print "done\\n"'), xen=real_xen("4.17"))
    assert run.console == b"begun, done\n"
    assert "(XEN) d0v0 Unhandled SMC/HVC: 0x80000010" in run.xen_log


@each_domain
def test_a_guest_that_nothing_will_ever_wake_is_a_deadlock(real_xen: RealXen, domu: bool) -> None:
    run = run_guest(kernel('    print "good night\\n"\n1:  wfi\n    b 1b'), xen=real_xen("4.17"), domu=domu)
    assert (run.console, run.end) == (b"good night\n", RealEnd.DEADLOCK)


def test_a_domu_runs_beside_dom0_whose_console_alone_is_shown(real_xen: RealXen) -> None:
    wait_and_go = kernel("    mov x9, #0x100000\n1:  subs x9, x9, #1\n    b.ne 1b\n" + '    print "dom0\\n"')
    run = run_guest(wait_and_go, xen=real_xen("4.17"), also=kernel("1:  wfi\n    b 1b"))
    assert (run.console, run.end) == (b"dom0\n", RealEnd.POWEROFF)
    assert any("d1 BANK[0]" in line for line in run.xen_log)


def test_a_guest_that_never_ends_is_stopped(real_xen: RealXen) -> None:
    run = run_guest(kernel('    print "round and round\\n"\n1:  b 1b'), xen=real_xen("4.17"), timeout=12)
    assert (run.console, run.end) == (b"round and round\n", RealEnd.TIMEOUT)


def test_dom0_reads_its_console_input_whatever_the_characters(real_xen: RealXen) -> None:
    echo_a_line = kernel("""
1:  address x0, byte
    mov     x1, #1
    bl      console_read
    cbz     x0, 1b
    address x0, byte
    mov     x1, #1
    bl      console_write
    address x0, byte
    ldrb    w0, [x0]
    cmp     w0, #'\\n'
    b.ne    1b
    b       power_off
    .bss
byte: .space 1
    .text
""")
    line = b"three times Ctrl-A: \1\1\1 switched nothing\n"
    run = run_guest(echo_a_line, xen=real_xen("4.17"), console_input=line)
    assert (run.console, run.end) == (line, RealEnd.POWEROFF)


@each_xen
def test_the_device_tree_of_a_large_domu_is_the_one_we_make(real_xen: RealXen, xen: str) -> None:
    image = load(GUESTS / "device_tree.S").flat()
    run = run_guest(image, xen=real_xen(xen), domu=True, vcpus=18, memory=5 << 30, cmdline="quiet x=1")
    banks = [(0x4000_0000, 3 << 30), (0x2_0000_0000, 2 << 30)]
    ours = domain_tree(vcpus=18, memory=banks, bootargs=b"quiet x=1", xen_version=xen)
    theirs = bytes.fromhex(run.console.decode())
    assert fdt.parse_dtb(theirs).to_dts() == fdt.parse_dtb(ours).to_dts()


@each_domain
@pytest.mark.parametrize(
    ("given", "there"),
    [(bytes(range(1, 256)), bytes(range(1, 256))), ("\udcffé", b"\xff\xc3\xa9"), ("x" * 1023 + "y", b"x" * 1023)],
    ids=["every byte", "undecodable", "1024 bytes"],
)
@each_xen
def test_a_command_line_arrives_byte_for_byte_on_the_real_xen_and_here(
    real_xen: RealXen, xen: str, domu: bool, given: str | bytes, there: bytes
) -> None:
    guest = load(GUESTS / "device_tree.S")
    run = run_guest(guest.flat(), xen=real_xen(xen), domu=domu, cmdline=given)
    with harness.boot(guest, abi=f"xen-{xen}", dom0=not domu, cmdline=given) as machine:
        machine.run()
        for console in (run.console, machine.console):
            assert there + b"\0" in bytes.fromhex(console.decode())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"image": bytes(64)}, "not an arm64 Image"),
        ({"image": b""}, "not an arm64 Image"),
        ({"memory": 0}, "0 bytes of memory"),
        ({"memory": (64 << 20) + 1}, "whole MiB"),
        ({"memory": 1 << 50}, "to 16 GiB"),
        ({"vcpus": 0}, "0 vCPUs"),
        ({"vcpus": 124}, "124 vCPUs: a dom0 can have 1 to 123"),
        ({"vcpus": 33, "domu": True}, "33 vCPUs: a domU can have 1 to 32"),
        ({"cmdline": "x" * 1025}, "1,025 bytes: Xen takes at most 1,023"),
        ({"cmdline": "a\0b"}, "a NUL, at byte 1"),
        ({"xen": "4.13"}, "Xen 4.13 is not a pinned release .*; pinned: 4.14, 4.17, 4.20"),
        ({"domu": True, "console_input": b"x"}, "dom0 only"),
        ({"domu": True, "also": b"x"}, "beside a guest that is dom0"),
        ({"also": bytes(64)}, "not an arm64 Image"),
    ],
)
def test_what_cannot_be_booted_is_refused_in_words(changed: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {"image": kernel("nop"), **changed}
    with pytest.raises(InputError, match=message):
        run_guest(**arguments)


def test_an_image_larger_than_its_memory_is_refused() -> None:
    image = bytearray(kernel("nop"))
    image[16:24] = (6 << 20).to_bytes(8, "little")
    with pytest.raises(InputError, match=f"need more than {8 << 20} bytes, but the memory is {8 << 20}"):
        run_guest(bytes(image), memory=8 << 20)


def test_without_qemu_its_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolMissing, match=r"qemu-system-aarch64 \(Debian package qemu-system-arm\)"):
        run_guest(kernel("nop"))


def test_a_hypervisor_that_is_not_there_is_refused_with_qemus_words(real_xen: RealXen, tmp_path: Path) -> None:
    real_xen("4.17")
    with pytest.raises(InputError, match=r"qemu-system-aarch64 ended by itself: .*could not load kernel"):
        run_guest(kernel("nop"), hypervisor=tmp_path / "none")


def test_a_comma_in_a_path_is_only_a_comma(real_xen: RealXen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hypervisor = tmp_path / "xen,4.17"
    hypervisor.write_bytes(fetch(real_xen("4.17")).read_bytes())
    (tmp_path / "tmp,dir").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp,dir"))
    assert run_guest(kernel("nop"), hypervisor=hypervisor).end is RealEnd.POWEROFF
    assert [path for path in (tmp_path / "tmp,dir").rglob("*") if path.name != f"harness-{os.geteuid()}"] == []


@pytest.mark.parametrize(
    "extreme",
    [
        {"memory": 8 << 20},
        {"memory": 8 << 20, "domu": True},
        {"memory": 100 << 20},
        {"memory": 300 << 20},
        {"memory": 300 << 20, "domu": True},
        {"vcpus": 123},
        {"vcpus": 32, "domu": True},
        {"cmdline": "x" * 1023},
        {"cmdline": "x" * 1023, "domu": True},
    ],
    ids=str,
)
@each_xen
def test_whatever_is_accepted_boots(real_xen: RealXen, xen: str, extreme: dict[str, object]) -> None:
    assert run_guest(kernel("nop"), xen=real_xen(xen), **extreme).end is RealEnd.POWEROFF


def test_a_panic_of_xen_is_not_the_guests_doing(real_xen: RealXen) -> None:
    too_much = {"vcpus": 32, "cmdline": "x" * 1023}  # each is accepted, but not both in one device tree
    run = run_guest(kernel("nop"), xen=real_xen("4.17"), domu=True, **too_much)
    assert (run.console, run.end) == (b"", RealEnd.PANIC)
    assert "(XEN) Could not set up domain domU1" in run.xen_log
