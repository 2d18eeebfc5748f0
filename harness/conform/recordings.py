"""What the cases answered on real Xens: written by ``harness oracle record``, never by hand.

``record/AST.txt`` holds an area, as ``record_text`` says: for each case the hash of its guest, which Xens it was asked
of, how it ended, and what it reported by each ID. A recording of a guest that has changed is stale.
"""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from harness.conform.case_images import load_case
from harness.conform.catalogue import CASES, Case, Configuration
from harness.conform.observation import with_log
from harness.conform.record_text import (
    CaseRecord,
    RecordedArea,
    XenBinary,
    age,
    is_debug,
    read_area,
    releases_of,
    write_area,
)
from harness.conform.subject import Answer, GuestEnd, RealXen
from harness.errors import InputError
from harness.files.output import check_writable, write_text
from harness.guest import Guest, library_path

RECORD = Path(__file__).with_name("record")


def guest_hash(guest: Guest) -> str:
    """The SHA-256 of a guest's image, by which a recording knows it."""
    return hashlib.sha256(guest.flat()).hexdigest()


def area_path(area: str, folder: Path = RECORD) -> Path:
    """The file of an area."""
    return folder / f"{area}.txt"


def load_area(area: str, folder: Path = RECORD) -> RecordedArea:
    """All that is recorded of an area; nothing where there is no file. Raises InputError for a damaged one."""
    path = area_path(area, folder)
    return read_area(path.read_text(encoding="utf-8"), str(path)) if path.is_file() else {}


@dataclass(frozen=True)
class Record:
    """All that is recorded, read once."""

    @cached_property
    def cases(self) -> Mapping[str, CaseRecord]:
        """What is recorded of each case."""
        return {name: case for area in self._areas for name, case in area.items()}

    @cached_property
    def releases(self) -> tuple[str, ...]:
        """The releases of which anything is recorded, the oldest first, debug builds last."""
        return releases_of(self._areas)

    @cached_property
    def _areas(self) -> tuple[RecordedArea, ...]:
        return tuple(load_area(path.stem) for path in sorted(RECORD.glob("*.txt")))


@dataclass(frozen=True)
class Recording:
    """What is recorded of one release, a case at a time."""

    release: str
    record: Record = field(default_factory=Record, repr=False, compare=False)

    def answer(self, case: str, guest_sha256: str, configuration: Configuration) -> Answer | None:
        """What the case answered there; None where it was not asked.

        Raises InputError for a stale recording: one of a guest with another hash than ``guest_sha256``.
        """
        recorded = self.record.cases.get(case)
        if recorded is None or (self.release, configuration) not in recorded.ends:
            return None
        if recorded.guests[self.release] != guest_sha256:
            raise InputError(
                f"{case}: its recording from Xen {self.release} is stale, it is of another guest: "
                f"harness oracle record {case}"
            )
        return _answer(recorded, self.release, configuration)

    def answers(self, case: str) -> Mapping[str, Answer]:
        """All that the case answered, stale or not, by the name of the configuration; nothing if it was not asked."""
        recorded = self.record.cases.get(case, CaseRecord())
        return {
            configuration.name: _answer(recorded, release, configuration)
            for release, configuration in recorded.ends
            if release == self.release
        }


def _answer(recorded: CaseRecord, release: str, configuration: Configuration) -> Answer:
    cell = release, configuration
    reports = {rule: answers[cell] for rule, answers in recorded.answers.items() if cell in answers}
    return Answer(reports, GuestEnd(recorded.ends[cell]), "")


def find_recording(release: str) -> Recording:
    """The recording of a release, or else of the newest older one of the same kind of build.

    Raises InputError where there is none.
    """
    record = Record()
    candidates = [each for each in record.releases if is_debug(each) == is_debug(release) and age(each) <= age(release)]
    if not candidates:
        raise InputError(f"nothing is recorded of a Xen {release}: there is {', '.join(record.releases) or 'none'}")
    return Recording(candidates[-1], record)


def check_record(to: Path | None) -> Path:
    """The directory for a record: ``to``, or that of the source tree.

    Raises InputError where there is none, or it cannot be written.
    """
    if to is None and not is_source_tree():
        raise InputError(
            f"the record belongs to a source tree, and {RECORD} is that of an installed package: "
            "record in a checkout, or say where by --to DIR"
        )
    folder = to or RECORD
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: no record can be kept there: {error.strerror}") from None
    check_writable(folder / "record.txt")
    return folder


def is_source_tree() -> bool:
    """Whether the package is where its sources are: the guests are then beside it, not in it."""
    return library_path().parent != RECORD.parents[1]


def record_case(xen: RealXen, case: Case, folder: Path = RECORD, jobs: int = 1) -> Path:
    """Run a case on a real Xen in each of its configurations, and put its answers in the place of the former ones.

    ``case`` must have all of its rules. What is recorded of other cases and other releases stays as it is.
    """
    guest = load_case(case.source)
    # Threads are enough: each only waits for its own QEMU.
    pool = ThreadPoolExecutor(jobs)
    try:
        found = list(
            pool.map(lambda each: with_log(xen.ask(guest, each, case.beside), case.rules), case.configurations)
        )
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # where it was interrupted, nobody waits for the others
    answers = dict(zip(case.configurations, found, strict=True))
    letters = case.rules[0].area
    area = load_area(letters, folder)
    put_answers(area.setdefault(case.name, CaseRecord()), xen.release, _binary(xen), guest_hash(guest), answers)
    path = area_path(letters, folder)
    write_text(path, write_area(area))
    return path


def put_answers(
    record: CaseRecord, release: str, binary: XenBinary, guest_sha256: str, answers: Mapping[Configuration, Answer]
) -> None:
    """Replace what is recorded of a case on one release."""
    record.forget(release)
    record.guests[release] = guest_sha256
    record.binaries[release] = binary
    for configuration, answer in answers.items():
        record.ends[release, configuration] = answer.end.value
        for rule, text in answer.reports.items():
            record.answers.setdefault(rule, {})[release, configuration] = text


def _binary(xen: RealXen) -> XenBinary:
    """What is known of a Xen; the command says nothing of where this host keeps the file."""
    # Without the path of the file here, the same recording gives the same text on every host.
    anybody = replace(xen, binary=Path(f"xen-{xen.release}"))
    command = anybody.command(f"guest_asm/{CASES}/CASE.S", Configuration(dom0=True, vcpus=1))
    return XenBinary(xen.build_id, xen.sha256, command.removesuffix("--vcpus 1") + "[--domu] --vcpus N")
