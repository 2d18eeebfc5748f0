"""The pytest plug-in: what it collects and what not, its fixture, what a failure shows, and what it costs others."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import harness
from harness.errors import InputError
from harness.events import HypercallMade
from harness.pytest_plugin import DEFAULT_ABI, Boot, machines
from harness.pytest_plugin.guest_file import GuestFile
from harness.pytest_plugin.header import SETTINGS, parse_header
from harness.pytest_plugin.header_scan import scan
from harness.pytest_plugin.machines import Machines
from harness.xen.domains.teardown import LeakError
from harness.xen.models.model import DEFAULT_MODEL
from harness.xen.outcome import End

KPTI = harness.guest.library_path() / "kpti.S"
KERNEL = """
#include "lib/boot.S"
#include "lib/console.S"
    .text
kernel_main:
{body}
#include "lib/end.S"
"""
HELLO = KERNEL.format(body='    print "hello\\n"\n    print "bye\\n"\n    b power_off')
SPIN = KERNEL.format(body="    b .")
IN_PYTHON = f"""
SOURCE = {HELLO!r}

def test_it(xen_machine, xen_abi):
    machine = xen_machine(SOURCE)
    machine.run(max_instructions=100_000)
    assert machine.console == b"hello\\nbye\\n"
    assert machine.domain.abi == xen_abi
"""


@pytest.fixture(scope="module", autouse=True)
def everything_is_loaded() -> None:
    """Import all that an inner run will: pytester forgets what is new after it, which would then be there twice."""
    machines = Machines(DEFAULT_ABI)
    machines.boot(HELLO).run(max_instructions=100_000)
    assert list(machines.sections())
    machines.close()


@pytest.fixture
def guest(pytester: pytest.Pytester) -> Callable[..., Path]:
    """``guest("expect status 0", ..., source=HELLO)``: a file with such a header."""

    def write(*header: str, source: str = HELLO, name: str = "guest.S") -> Path:
        path = pytester.path / name
        path.write_text("/*\n" + "".join(f" * harness: {line}\n" for line in header) + " */\n" + source)
        return path

    return write


# -- Guests with a header -------------------------------------------------------------------------------------------


def test_a_guest_that_does_what_its_header_says_passes(pytester: pytest.Pytester, guest) -> None:
    guest("expect status 0", 'expect console "hello"', 'expect console "bye"', 'expect line "bye"')
    result = pytester.runpytest_inprocess("-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["guest.S::xen-4.17 PASSED*"])


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("expect status 4", "guest.S:2: status 4 was expected, and it is 0: the guest shut down"),
        ('expect console "hello"', "+ bye"),
        ('expect line "hell"', "guest.S:2: the console does not have this line anywhere: hell"),
        (
            'expect line "bye"\n * harness: expect line "hello"',
            "guest.S:3: the console does not have this line in its place: hello",
        ),
    ],
)
def test_a_guest_that_does_something_else_fails_and_says_what(pytester: pytest.Pytester, guest, header, says) -> None:
    guest(header)
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([says])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*NotAsExpected*")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (0, "    b power_off"),
        (4, "    mov x0, #SHUTDOWN_crash\n    b shutdown"),
        (5, "    b ."),
        (6, "1:  wfi\n    b 1b"),
        (7, "    mov x0, #SHUTDOWN_reboot\n    b shutdown"),
    ],
)
def test_every_end_has_the_status_of_harness_run(pytester: pytest.Pytester, guest, status: int, body: str) -> None:
    guest(f"expect status {status}", "max-insns 50000", source=KERNEL.format(body=body))
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
    guest(f"expect status {0 if status else 4}", "max-insns 50000", source=KERNEL.format(body=body))
    pytester.runpytest_inprocess().assert_outcomes(failed=1)


def test_poweroff_is_expected_where_no_status_is_named(pytester: pytest.Pytester, guest) -> None:
    guest('expect line "hello"', source=HELLO.replace("b power_off", "1: wfi\n b 1b"))
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["status 0 was expected, because no line names another, and it is 6:*"])


def test_a_header_names_models_and_what_differs_between_them(pytester: pytest.Pytester) -> None:
    version = KERNEL.format(
        body="    mov x0, #XENVER_version\n    hypercall HYPERVISOR_xen_version\n    print_hex x0\n"
        '    print "\\n"\n    b power_off'
    ).replace("console.S", 'kernel.h"\n#include "lib/console.S')
    header = (
        "// harness: abi xen-4.14, xen-4.17\n"
        '// harness: on xen-4.14: expect console "0x000000000004000e"\n'
        '// harness: on xen-4.17: expect console "0x0000000000040011"\n'
    )
    (pytester.path / "version.S").write_text(header + version)
    result = pytester.runpytest_inprocess("-v")
    result.assert_outcomes(passed=2)
    result = pytester.runpytest_inprocess("-v", "--xen-abi", "vmap")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["version.S::vmap PASSED*"])


def test_every_word_of_a_header_reaches_the_machine(tmp_path: Path) -> None:
    said = {
        "vcpus": ("vcpus 2", 2),
        "pcpus": ("pcpus 3", 3),
        "memory": ("memory 128M", 128 << 20),
        "dom0": ("dom0", True),
        "debug-build": ("debug-build", True),
        "check-alignment": ("check-alignment", True),
        "cmdline": ('cmdline "a=b c"', "a=b c"),
        "input": ('input "typed\\n"', b"typed\n"),
        "order": ("order a.order", tmp_path / "a.order"),
        "also": ("also spin.S", (tmp_path / "spin.S",)),
    }
    lines = [(1, line) for line, _ in said.values()] + [
        (2, "max-insns 77"),
        (3, "abi vmap, mine.py"),
        (4, "expect status 0"),
    ]
    header = parse_header(tmp_path / "guest.S", lines)
    assert header.options == {SETTINGS[word][0]: value for word, (_, value) in said.items()}
    assert header.max_instructions == 77
    assert header.abis == ("vmap", str(tmp_path / "mine.py"))
    assert set(said) | {"max-insns", "abi"} == set(SETTINGS)


def test_options_of_a_header_are_those_of_the_boot(pytester: pytest.Pytester, guest) -> None:
    (pytester.path / "spin.S").write_text(SPIN)
    echo = (harness.guest.library_path() / "echo.S").read_text()
    guest("expect status 0", 'expect line "typed"', 'input "typed\\n\\u0004"', "dom0", "vcpus 2", source=echo)
    guest("expect status 0", "also spin.S", "pcpus 2", "memory 32M", "debug-build", "check-alignment", name="two.S")
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("vcpus", "'' is not a number of 1 or more"),
        ("vcpus 0", "'0' is not a number of 1 or more"),
        ("memory lots", "'lots' is not a size such as 64M"),
        ("dom0 please", "this setting takes no value, but 'please' follows"),
        ("expect console hello", 'hello is not a string in quotes, such as "a line"'),
        ("expect console 5", '5 is not a string in quotes, such as "a line"'),
        ("expect status 2", "a guest ends with one of 0, 4, 5, 6, 7"),
        ("expect wonders", "what can be expected is status N"),
        ("abi vmap,", "'vmap,' is not a list of models"),
        ("also", "expected the name of a file, relative to this one"),
        ("vcups 2", "'vcups' is unknown here (did you mean vcpus?): expected one of expect, on MODELS:, vcpus, "),
        ("on vmap: vcpus 2", "'vcpus' is unknown here: expected one of expect"),
    ],
)
def test_a_mistake_in_a_header_is_named_with_file_and_line(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(InputError) as error:
        parse_header(tmp_path / "guest.S", [(3, "expect status 0"), (4, line)])
    assert str(error.value).startswith(f"{tmp_path / 'guest.S'}:4: harness: {line}: {says}")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["vcpus 2", "vcpus 2"], "*guest.S:4: harness: vcpus 2: vcpus is set twice"),
        (["abi xen-3.0"], "no ABI model is called 'xen-3.0'*"),
        (["on vmpa: expect status 4"], "*guest.S:3: no ABI model is called 'vmpa'*"),
    ],
)
def test_a_header_that_cannot_be_used_is_an_error_of_collection(pytester: pytest.Pytester, guest, lines, says) -> None:
    guest("expect status 0", *lines)
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([says])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_mistake_in_a_source_is_shown_as_the_assembler_shows_it(pytester: pytest.Pytester, guest) -> None:
    guest("expect status 0", source="    frobnicate x0\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*guest.S:4: *frobnicate*"])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "/* hello: the smallest guest. */\n    nop\n",
        "/* test harness: expect nothing */\n",
        "/* harness: the frame that holds it all */\n    nop\n",
        "/* harness: memory is what it tests */\n",
        "/* the harness expects nothing\n harness on every line */\n",
        "start:  nop\nharness: b start // a label\n",
        '    .ascii "harness: expect status 0"\n',
        "/* never closed",
        "\x7fELF\x02" + "\0" * 9000,
    ],
)
def test_a_source_without_our_header_is_not_collected(pytester: pytest.Pytester, text: str) -> None:
    (pytester.path / "theirs.S").write_text(text)
    result = pytester.runpytest_inprocess("--collect-only")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.no_fnmatch_line(f"*{GuestFile.__name__}*")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('/* harness: expct line "x" */\n nop', "guest.S:1: harness: expct line*(did you mean expect?)*"),
        ("/*\n * harness: vcpus 2\n */\n nop", "guest.S:2: nothing is expected: *harness: expect status 0"),
        ("/* Harness: expect status 0 */ nop", "guest.S:1: *write it as harness: expect status 0"),
        ("/* HARNESS : expect status 0 */ nop", "guest.S:1: *write it as harness: expect status 0"),
        ("// harness : vcpus 2", "guest.S:1: *write it as harness: vcpus 2"),
        ("// harness expect status 0", "guest.S:1: *write it as harness: expect status 0"),
        ("// hraness: expect status 0", "guest.S:1: *write it as harness: expect status 0"),
        ("// harness; expct status 0", "guest.S:1: *write it as harness: expct status 0"),
        (
            " nop\n/* harness: expect status 0 */",
            "guest.S:2: *would be ignored: the header must be in the first comments*",
        ),
        ("/* a */ nop /*\n harness: expect status 0 */", "guest.S:2: *would be ignored*"),
        (" nop // harness: expect status 4", "guest.S:1: *would be ignored*"),
        ("# harness: expect status 0", "guest.S:1: *would be ignored*"),
        ("; harness: expect status 0", "guest.S:1: *would be ignored*"),
        ("@ harness: on vmap: expect status 0", "guest.S:1: *would be ignored*"),
        ("// harness: expect status 0\n nop\n// harness: vcpus 2", "guest.S:3: *would be ignored*"),
        ("// harness: expect status 0\n// harness: wonders", "guest.S:2: harness: wonders: *is unknown here*"),
        ("\ufeff// harness: expct status 0\r\n nop\r\n", "guest.S:1: harness: expct status 0: *"),
        (
            "// harness: expect status 0\n// harness: expect status 4",
            "guest.S:2: a status is already expected in line 1",
        ),
        (
            "// harness: abi xen-4.17\n// harness: expect status 0\n// harness: on vmap: expect status 4",
            "guest.S:3: the test does not run under vmap: add that to the line harness: abi",
        ),
        ("// harness: on vmap: expect status 4", "guest.S:1: nothing is expected under xen-4.17: *abi vmap"),
    ],
)
def test_what_looks_like_a_header_and_would_be_passed_over_is_an_error(
    pytester: pytest.Pytester, text: str, says: str
) -> None:
    (pytester.path / "guest.S").write_bytes(text.encode())
    result = pytester.runpytest_inprocess("--collect-only")
    result.assert_outcomes(errors=1)
    assert result.ret != 0
    result.stdout.fnmatch_lines([f"*{says}"])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize("text", ["    nop\n", "", "/* harness: memory is what it tests */\n"])
def test_a_source_that_is_named_and_expects_nothing_is_an_error(pytester: pytest.Pytester, text: str) -> None:
    (pytester.path / "bare.S").write_text(text)
    pytester.makepyfile("def test_theirs():\n    pass\n")
    assert pytester.runpytest_inprocess().ret == 0
    for name in ("bare.S", str(pytester.path / "bare.S"), "bare.S::xen-4.17"):
        result = pytester.runpytest_inprocess(name)
        assert result.ret != 0
        result.stdout.fnmatch_lines(["*bare.S*"])


def test_a_source_for_the_assembler_alone_is_a_test_too(pytester: pytest.Pytester) -> None:
    (pytester.path / "crash.s").write_text("// harness: expect status 4\n    udf #0\n")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_header_with_a_byte_order_mark_and_crlf_is_read(pytester: pytest.Pytester) -> None:
    path = pytester.path / "guest.S"
    path.write_bytes("\ufeff/*\r\n * harness: expect status 0\r\n */\r\n".encode())
    assert scan(path).lines == ((2, "expect status 0"),)


def test_bytes_that_are_no_utf8_reach_the_guest_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "guest.S"
    path.write_bytes(b'// harness: cmdline "\xff"\n// harness: input "\xfe"\n// harness: expect line "\xfd"\n')
    header = parse_header(path, scan(path).lines)
    assert header.options == {"cmdline": "\udcff", "console_input": b"\xfe"}
    assert [each.value for each in header.expectations] == ["\\xfd"]


def test_a_mistake_in_a_users_model_is_told_by_its_lines_and_the_tests(pytester: pytest.Pytester, guest) -> None:
    pytester.makefile(
        ".py",
        mine="from harness.xen.delivery import VmapDelivery\nfrom harness.xen.models import AbiModel\n"
        "from harness.xen.releases import XEN_4_20\n\n\nclass D(VmapDelivery):\n"
        "    def register(self, *_):\n        return 1 / 0\n\n\n"
        'MODEL = AbiModel("mine", "", XEN_4_20, D)\n',
    )
    pytester.makepyfile(f"def test_it(xen_machine):\n    xen_machine({str(KPTI)!r}, vcpus=2).run()\n")
    guest("expect status 0", "vcpus 2", source=KPTI.read_text())
    result = pytester.runpytest_inprocess("--xen-abi", "mine.py")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines_random(["test_*.py:2: *mine.py:8: ZeroDivisionError: division by zero"])
    result.stdout.fnmatch_lines(["*mine.py:8: ZeroDivisionError*", "  while d1v0 called vcpu_op register_runstate*"])
    result.stdout.no_fnmatch_line("*hypervisor.py*")


@pytest.mark.parametrize(
    "text",
    [
        "// SPDX-License-Identifier: MIT\n\n/*\n * harness: expect status 0\n */\n",
        "/* harness: expect status 0 */ nop\n",
        "/** a guest\n   harness:   expect status 0\n*/",
        "//harness:expect status 0\n",
    ],
)
def test_the_header_may_be_in_any_of_the_comments_at_the_top(tmp_path: Path, text: str) -> None:
    (tmp_path / "guest.S").write_text(text)
    assert [line for _, line in scan(tmp_path / "guest.S").lines] == ["expect status 0"]


def test_a_file_that_cannot_be_read_is_no_file_without_a_header(pytester: pytest.Pytester, monkeypatch) -> None:
    (pytester.path / "locked.S").write_text("nop\n")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("harness.pytest_plugin.header_scan.Path.open", refuse)
    with pytest.raises(InputError, match=r"locked\.S: cannot be read: Permission denied"):
        scan(pytester.path / "locked.S")


# -- The fixture ----------------------------------------------------------------------------------------------------


def test_the_fixture_assembles_a_text_boots_a_path_or_a_guest_and_takes_the_options_of_boot(
    xen_machine: Boot, tmp_path: Path
) -> None:
    path = tmp_path / "hello.S"
    path.write_text(HELLO)
    for source in (HELLO, path, str(path), harness.load(path)):
        machine = xen_machine(source, vcpus=2)
        calls: list[int] = []
        machine.events.listen(HypercallMade, lambda event, calls=calls: calls.append(event.number))
        assert machine.run(max_instructions=100_000).end is End.SHUTDOWN
        assert machine.console == b"hello\nbye\n"
        assert len(machine.domain.vcpus) == 2
        assert len(calls) == 3


def test_without_an_option_the_model_is_that_of_harness_boot(xen_abi: str) -> None:
    assert DEFAULT_ABI == DEFAULT_MODEL


def test_a_test_is_repeated_over_the_models_that_are_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(IN_PYTHON)
    pytester.runpytest_inprocess("-v").stdout.fnmatch_lines(["*::test_it PASSED*"])
    result = pytester.runpytest_inprocess("-v", "--xen-abi", "xen-4.20", "--xen-abi=phys")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*::test_it?xen-4.20? PASSED*", "*::test_it?phys? PASSED*"])


@pytest.mark.parametrize(
    "arguments", ["'xen_abi', ['vmap']", "['xen_abi'], [['vmap']]", "argnames='xen_abi', argvalues=['vmap']"]
)
def test_a_test_may_name_its_own_models(pytester: pytest.Pytester, arguments: str) -> None:
    mark = f"import pytest\n\n@pytest.mark.parametrize({arguments})\ndef test_it"
    pytester.makepyfile(IN_PYTHON.replace("def test_it", mark))
    result = pytester.runpytest_inprocess("-v", "--xen-abi", "xen-4.20")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*::test_it?vmap? PASSED*"])


def test_a_model_may_be_a_file(pytester: pytest.Pytester, guest) -> None:
    (pytester.path / "mine.py").write_text(
        "from harness.models import AbiModel, find_model\nbase = find_model('phys')\n"
        "MODEL = AbiModel('mine', 'as phys', base.release, base.delivery)\n"
    )
    guest("abi mine.py", 'on mine: expect console "hello"', 'on mine: expect console "bye"')
    pytester.runpytest_inprocess("-v").stdout.fnmatch_lines(["guest.S::mine.py PASSED*"])
    pytester.makepyfile(IN_PYTHON.replace("== xen_abi", "== 'mine'"))
    path = str(pytester.path / "mine.py")
    result = pytester.runpytest_inprocess("-v", "--xen-abi", path, "--xen-abi", path)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines_random(["guest.S::mine.py PASSED*", "*::test_it?mine.py? PASSED*"])


def test_a_model_that_is_none_is_wrong_usage(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--xen-abi", "xen-3.0")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --xen-abi: no ABI model is called 'xen-3.0'*"])


def test_machines_are_closed_after_the_test_and_may_be_closed_before(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        IN_PYTHON.split("def ", 1)[0]
        + "kept = []\n"
        + "def test_first(xen_machine):\n"
        + "    kept.extend([xen_machine(SOURCE), xen_machine(SOURCE)])\n"
        + "    kept[0].close()\n"
        + "def test_second():\n"
        + "    assert [machine.closed for machine in kept] == [True, True]\n"
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


def test_a_leak_is_an_error_of_the_test_that_made_it_and_the_other_machines_are_closed(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        IN_PYTHON.split("def ", 1)[0]
        + "kept = []\n"
        + "def test_leaks(xen_machine):\n"
        + "    kept.extend([xen_machine(SOURCE), xen_machine(SOURCE)])\n"
        + "    kept[1].xen.host.frames.allocate()\n"
        + "def test_closed():\n"
        + "    assert kept[0].closed\n"
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines([f"*{LeakError.__name__}*1 frames*"])


def test_a_run_that_is_told_no_limit_fails_at_that_of_guests_with_a_header_and_says_how_to_set_another(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:

    assert machines.DEFAULT_MAX_INSTRUCTIONS == 100_000_000
    monkeypatch.setattr(machines, "DEFAULT_MAX_INSTRUCTIONS", 30_000)
    pytester.makepyfile(f"""
import itertools
import pytest
import harness
from harness.xen.hypervisor import End

def test_fails(xen_machine):
    xen_machine({SPIN!r}).run()

def test_goes_on(xen_machine):
    machine = xen_machine({SPIN!r})
    with pytest.raises(harness.LimitReached):
        machine.run()
    assert machine.instructions == 30_000
    assert machine.run(max_instructions=20_000).end is End.BUDGET
    asked = itertools.count()
    assert machine.run(max_instructions=None, until=lambda: next(asked) > 1).end is End.STOPPED
    assert machine.instructions > 100_000

def test_traps(xen_machine):
    with pytest.raises(harness.LimitReached):
        list(xen_machine({SPIN!r}).traps())

def test_plain():
    with harness.boot(harness.assemble("b .")) as machine:
        assert machine.run_limit is None
""")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=3, failed=1)
    says = "the guest did not end within 30,000 instructions, the default limit: "
    result.stdout.fnmatch_lines([f"*LimitReached: {says}run(max_instructions=N) sets another limit, None removes it"])


# -- What a failure shows -------------------------------------------------------------------------------------------

CRASH = '#include "lib/kernel.h"\n' + KERNEL.format(body='    print "so far\\n"\n    ldr x0, =1 << 47\n    br x0')


def test_a_failed_test_shows_console_trace_and_disassembly(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"def test_it(xen_machine):\n    machine = xen_machine({HELLO!r})\n    machine.run()\n    assert False\n"
    )
    pytester.runpytest_inprocess().stdout.fnmatch_lines(
        [
            "*xen machine 1: guest under xen-4.17*",
            "  bye",
            "*xen machine 1: guest under xen-4.17: machine details*",
            "*d1    shutdown   SHUTDOWN_poweroff",
            "after * instructions:",
            "d1v0",
            "-> 0000*wfi*<shutdown+0x*shutdown.S:*",
        ]
    )


def test_a_fixture_that_boots_a_machine_and_fails_shows_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import pytest\n\n@pytest.fixture\ndef booted(xen_machine):\n"
        f"    xen_machine({SPIN!r}).run(max_instructions=5000)\n    assert False\n\ndef test_it(booted):\n    pass\n"
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*xen machine 1: guest under xen-4.17*", "after 5,000 instructions:", "-> 0000*"])


def test_a_guest_that_crashed_is_shown_with_the_report_of_a_crash(pytester: pytest.Pytester, guest) -> None:
    guest("expect status 0", source="    udf #0\n")
    pytester.runpytest_inprocess().stdout.fnmatch_lines(
        [
            "guest.S:2: status 0 was expected, and it is 4: *",
            "*xen machine 1: guest under xen-4.17 -*",
            "d1v0 crashed: pc 0x40000000 (*guest.S:4), at EL1: `udf #0` is undefined: an undefined instruction",
            "the console is empty",
            "*xen machine 1: guest under xen-4.17: machine details*",
            "*both stages*",
        ]
    )


def test_a_test_that_passes_or_is_expected_to_fail_shows_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        IN_PYTHON
        + "\nimport pytest\n@pytest.mark.xfail\n"
        + f"""
def test_known(xen_machine):
    xen_machine({HELLO!r})
    assert False
"""
    )
    result = pytester.runpytest_inprocess("-rA")
    result.assert_outcomes(passed=1, xfailed=1)
    result.stdout.no_fnmatch_line("*xen machine*")


def test_a_machine_that_the_test_has_closed_is_shown_as_far_as_it_can_be(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"def test_it(xen_machine):\n    with xen_machine({HELLO!r}) as it:\n        it.run()\n    assert False\n"
    )
    pytester.runpytest_inprocess().stdout.fnmatch_lines(["  bye", "  the test has closed this machine"])


# -- Beside others --------------------------------------------------------------------------------------------------


def test_it_works_under_xdist(pytester: pytest.Pytester, guest) -> None:
    guest("expect status 4")
    pytester.makepyfile(IN_PYTHON)
    result = pytester.runpytest_inprocess("-n", "2", "--xen-abi", "vmap", "--xen-abi", "phys")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*xen machine 1: guest under *"])


COST = """
import sys, atexit
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" and ".S" in str(args[0]) else None)

def pytest_unconfigure(config):
    heavy = {"unicorn", "capstone", "keystone", "fdt", "rich", "click"} & set(sys.modules)
    ours = sorted(name for name in sys.modules if name.partition(".")[0] == "harness")
    print("heavy:", sorted(heavy))
    print("ours:", *ours)
    print("opened:", [name.rpartition("/")[2] for name in opened])
"""


def test_who_does_not_use_it_pays_nothing(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(COST)
    pytester.makepyfile("def test_theirs():\n    pass\n")
    result = pytester.run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["heavy: ?]", "ours: harness harness.pytest_plugin", "opened: ?]"])


def test_a_source_of_somebody_else_is_opened_once_and_no_emulator_is_loaded(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(COST)
    (pytester.path / "theirs.S").write_text("/* entry code */\n    nop\n")
    pytester.makepyfile("def test_theirs():\n    pass\n")
    result = pytester.run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["heavy: ?]", "opened: ?'theirs.S'?"])


def test_the_same_check_sees_an_emulator_that_is_used(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(COST)
    pytester.makepyfile(IN_PYTHON)
    result = pytester.run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["heavy: *'unicorn'*"])
