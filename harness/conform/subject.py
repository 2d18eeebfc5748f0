"""The subjects of the suite: an ABI model, or a real Xen in QEMU. Either boots a guest and returns its answers."""

import hashlib
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Protocol

from harness.abi.hypercalls.sched_op import Shutdown
from harness.conform.catalogue import Case, Configuration
from harness.errors import InputError, ToolMissing
from harness.guest import Guest
from harness.oracle import OracleRun, fetch, run_guest
from harness.oracle import RealEnd as RealOutcome
from harness.oracle.debug_build import built
from harness.oracle.releases import RELEASES
from harness.words import suggestion
from harness.xen.models.model_file import resolve_model

BUDGET = 100_000_000
"""Instructions after which a guest is stopped."""

REAL_TIMEOUT = 30.0
"""Host seconds after which a guest on a real Xen is stopped."""


SILENCE = f"it printed nothing in {REAL_TIMEOUT:.0f} s"

IMAGE_MAGIC = b"ARM\x64"
"""At offset 56 of an arm64 Image (Linux, Documentation/arm64/booting)."""

GZIP_MAGIC = b"\x1f\x8b"
"""QEMU also boots an Image that is compressed with gzip."""


class GuestEnd(Enum):
    """How a guest of the suite ended, as seen from outside."""

    POWEROFF = "poweroff"
    REBOOT = "reboot"
    CRASH = "crash"
    SHUTDOWN = "another shutdown"
    DEADLOCK = "deadlock"
    GIVEN_UP = "given up"
    PANIC = "Xen panicked"


@dataclass(frozen=True, slots=True)
class Answer:
    """A guest's reports by rule ID, how it ended, and, for diagnosis, its console and Xen's log."""

    reports: Mapping[str, str]
    end: GuestEnd
    console: str
    log: tuple[str, ...] = ()
    twice: frozenset[str] = frozenset()
    """IDs that the guest reported more than once, which is a mistake in the guest."""


class Subject(Protocol):
    """Something that answers hypercalls."""

    @property
    def name(self) -> str:
        """Its name in reports."""

    @property
    def model(self) -> str:
        """The model whose claims and departures apply to it."""

    @property
    def release(self) -> str:
        """The recorded release that it is compared with, such as ``4.17`` or ``4.20-debug``."""

    @property
    def in_process(self) -> bool:
        """Whether it keeps this process's CPU busy, so that many runs need several processes to become faster."""

    def ask(self, guest: Guest, configuration: Configuration) -> Answer:
        """Boot ``guest``, wait for its end, and return its answer."""

    def command(self, source: str, configuration: Configuration) -> str:
        """The shell command that shows the console of the guest ``source`` on this subject."""


_REPORT = re.compile(r"^([A-Z]{3}-\d{3})([+~])?(?: (.*))?$", re.MULTILINE)


def read_console(console: bytes, end: GuestEnd, log: tuple[str, ...] = ()) -> Answer:
    """Collect the lines of a console that begin with a rule's ID.

    An answer of many words comes in parts: ``MEM-120+`` adds words to the former ones, ``MEM-120~`` continues in the
    middle of a word.
    """
    # Bytes that are not ASCII stay visible, and two consoles with different bytes stay different.
    text = console.decode("ascii", "backslashreplace")
    found: dict[str, str] = {}
    twice = set()
    for match in _REPORT.finditer(text):
        rule, more, said = match[1], match[2], (match[3] or "").strip()
        if more is None and rule in found:
            twice.add(rule)
        before = found.get(rule, "") if more else ""
        found[rule] = before + (" " if before and more == "+" else "") + said
    return Answer(found, end, text, log, frozenset(twice))


@dataclass(frozen=True)
class ModelSubject:
    """An ABI model; ``of`` makes one. ``abi`` is the argument of ``--abi``: a model's name, or a file."""

    abi: str
    model: str
    release: str
    debug_build: bool = False
    check_alignment: bool = False

    @classmethod
    def of(cls, abi: str, debug_build: bool = False) -> "ModelSubject":
        """Look up a model; its release is the recorded one with the same ABI. Raises InputError if there is none."""
        found = resolve_model(abi)
        name = found.release.name
        recorded = name if name in RELEASES else BASED_ON.get(name, name)
        return cls(abi, found.name, recorded + ("-debug" if debug_build else ""), debug_build)

    @property
    def name(self) -> str:
        """The model's name, with "(debug build)" for a debug build."""
        return self.model + (" (debug build)" if self.debug_build else "")

    @property
    def in_process(self) -> bool:
        """True: the emulator runs in this process."""
        return True

    def ask(self, guest: Guest, configuration: Configuration) -> Answer:
        """Boot ``guest`` under the model, and return its answer."""
        # Imported here, because the suite's command need not load the emulator to ask a real Xen.
        from harness.api import boot
        from harness.events import XenLog

        log: list[str] = []
        with boot(
            guest,
            abi=resolve_model(self.abi),
            debug_build=self.debug_build,
            vcpus=configuration.vcpus,
            dom0=configuration.dom0,
            check_alignment=self.check_alignment,
        ) as machine:
            machine.events.listen(XenLog, lambda event: log.append(f"(XEN) {event.line}"))
            outcome = machine.run(max_instructions=BUDGET)
            return read_console(machine.console, guest_end_of(outcome.end.name, outcome.reason), tuple(log))

    def command(self, source: str, configuration: Configuration) -> str:
        """``harness run`` with the options that the suite used."""
        words = ["harness", "run", source, "--abi", self.abi]
        words += ["--debug-build"] * self.debug_build + ["--dom0"] * configuration.dom0
        words += ["--check-alignment"] * self.check_alignment
        return shlex.join([*words, "--vcpus", str(configuration.vcpus)])


def for_case(subject: Subject, case: Case) -> Subject:
    """The subject as ``case`` needs it: a model makes alignment checks only for cases that are about them."""
    if case.about_alignment and isinstance(subject, ModelSubject):
        return replace(subject, check_alignment=True)
    return subject


BASED_ON: Mapping[str, str] = {"4.15-unstable": "4.14"}
"""For releases without a binary, the recorded release that has the same ABI."""


def guest_end_of(end: str, reason: int | None) -> GuestEnd:
    """The suite's word for how a run of a model ended: ``end`` is the name of an ``End``, ``reason`` a shutdown's."""
    match end, reason:
        case "SHUTDOWN", Shutdown.SHUTDOWN_poweroff:
            return GuestEnd.POWEROFF
        case "SHUTDOWN", Shutdown.SHUTDOWN_reboot:
            return GuestEnd.REBOOT
        case "SHUTDOWN", Shutdown.SHUTDOWN_crash:
            return GuestEnd.CRASH
        case "SHUTDOWN", _:
            return GuestEnd.SHUTDOWN
        case "CRASH", _:
            return GuestEnd.CRASH
        case "DEADLOCK", _:
            return GuestEnd.DEADLOCK
        case _:
            return GuestEnd.GIVEN_UP


_REAL_ENDS: Mapping[RealOutcome, GuestEnd] = {
    RealOutcome.POWEROFF: GuestEnd.POWEROFF,
    RealOutcome.REBOOT: GuestEnd.REBOOT,
    RealOutcome.SHUTDOWN: GuestEnd.SHUTDOWN,
    RealOutcome.CRASH: GuestEnd.CRASH,
    RealOutcome.DEADLOCK: GuestEnd.DEADLOCK,
    RealOutcome.TIMEOUT: GuestEnd.GIVEN_UP,
    RealOutcome.PANIC: GuestEnd.PANIC,
}


@dataclass(frozen=True)
class RealXen:
    """A Xen binary in QEMU; ``identify`` makes one."""

    name: str
    binary: Path
    model: str
    release: str
    build_id: str
    pinned: bool
    """Whether it is a pinned release, which anybody can fetch."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of the binary, hexadecimal."""
        return hashlib.sha256(self.binary.read_bytes()).hexdigest()

    @property
    def in_process(self) -> bool:
        """False: QEMU is a process of its own."""
        return False

    def ask(self, guest: Guest, configuration: Configuration) -> Answer:
        """Boot ``guest`` on the binary, and return its answer."""
        run = self.run(guest, configuration)
        return read_console(run.console, _REAL_ENDS[run.end], run.xen_log)

    def run(self, guest: Guest, configuration: Configuration) -> OracleRun:
        """Boot ``guest`` on the binary, and return the whole run."""
        return run_guest(
            guest.flat(),
            domu=not configuration.dom0,
            vcpus=configuration.vcpus,
            timeout=REAL_TIMEOUT,
            hypervisor=self.binary,
        )

    def command(self, source: str, configuration: Configuration) -> str:
        """``harness oracle run`` on this binary."""
        words = ["harness", "oracle", "run", source]
        words += ["--xen", self.release] if self.pinned else ["--xen-image", str(self.binary)]
        return shlex.join([*words, *["--domu"] * (not configuration.dom0), "--vcpus", str(configuration.vcpus)])


def subject_of(which: str, debug_build: bool = False) -> Subject:
    """The subject of a name: ``xen:4.17`` or ``xen:FILE`` is a real Xen; any other name is a model or a model's file.

    Raises InputError if there is no such subject.
    """
    return identify(which) if which.startswith("xen:") else ModelSubject.of(which, debug_build)


_VERSION = re.compile(r"Xen version (\d+\.\d+)\S* .*debug=([yn])")
_BUILD_ID = re.compile(r"build-id: ([0-9a-f]+)")


def _binary_of(which: str) -> tuple[str, Path]:
    """The version and the binary of a pinned release or a debug build of one; for any other file, "" and the file.

    Raises InputError for a debug build that is not in the cache.
    """
    # A file of that name takes precedence over a version.
    version = "" if Path(which).exists() else which.removeprefix("xen-")
    if version in RELEASES:
        return version, fetch(version)
    release = version.removesuffix("-debug")
    if release not in RELEASES:
        return "", Path(which)
    binary = built(release)
    if binary is None:
        raise InputError(f"{which}: not built yet; run harness oracle build --xen {release}")
    return version, binary


def identify(which: str, model: str | None = None) -> RealXen:
    """Identify a real Xen by booting it: ``xen:4.17`` is the pinned release, ``xen:FILE`` any binary.

    ``xen:4.17-debug`` is the debug build that ``harness oracle build`` has made. ``model`` is the model whose claims
    and departures apply (default: the released model of its version). Raises InputError if the file is not a Xen,
    ToolMissing without QEMU.
    """
    from harness.guest import assemble

    version, binary = _binary_of(which.removeprefix("xen:"))
    if not binary.is_file():
        meant = suggestion(which.removeprefix("xen:"), RELEASES)
        raise InputError(f"{which}: neither a file nor a pinned release{meant}; pinned: {', '.join(RELEASES)}")
    with binary.open("rb") as file:
        header = file.read(64)
    if header[56:60] != IMAGE_MAGIC and not header.startswith(GZIP_MAGIC):
        raise InputError(f"{which}: not an arm64 Image; give a Xen binary, such as xen/xen in its build tree")
    # The version and the kind of build are in the boot log, so a guest that powers off at once is enough to ask.
    nothing = assemble('#include "lib/boot.S"\n.text\nkernel_main: b power_off\n#include "lib/end.S"\n')
    try:
        run = run_guest(nothing.flat(), hypervisor=binary, timeout=REAL_TIMEOUT)
    except ToolMissing:
        raise
    except InputError as error:
        raise InputError(f"{which}: does not start like a Xen: {error}") from None
    log = "\n".join(run.xen_log)
    found = _VERSION.search(log)
    if found is None:
        raise InputError(f"{which}: does not start like a Xen: {log[:200] or SILENCE}")
    build_id = _BUILD_ID.search(log)
    release = found[1] + ("-debug" if found[2] == "y" else "")
    return RealXen(
        f"real Xen {release}" if version else f"real Xen {binary.name} ({release})",
        binary,
        model or f"xen-{found[1]}",
        release,
        build_id[1] if build_id else "",
        version in RELEASES,
    )
