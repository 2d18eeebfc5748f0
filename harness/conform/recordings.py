"""What the cases said on real Xens: written by ``harness oracle record``, and never typed in.

A file for each release and case, ``recorded/4.17/vm_assist.json``: which binary it was (release, build id, SHA-256),
the SHA-256 of the guest's image, by configuration the command and the end, and what was said by each ID: one text
where that was the same in all of them, else by configuration. A recording of a guest that has changed is stale.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.conform.case_images import load_case
from harness.conform.catalogue import CASES, Case, Configuration
from harness.conform.subject import Answer, GuestEnd, RealXen
from harness.errors import InputError
from harness.files.output import check_writable, write_text
from harness.guest import Guest, library_path

RECORDED = Path(__file__).with_name("recorded")


def guest_hash(guest: Guest) -> str:
    """The SHA-256 of a guest's image, by which a recording knows it."""
    return hashlib.sha256(guest.flat()).hexdigest()


@dataclass(frozen=True)
class Recording:
    """What was recorded of one release, a case at a time."""

    release: str

    def answer(self, case: str, guest_sha256: str, configuration: Configuration) -> Answer | None:
        """What the case said there; None where it was not asked.

        Raises InputError for a stale recording: one of a guest with another hash than ``guest_sha256``.
        """
        recorded = self.load(case)
        if recorded is None or configuration.name not in recorded["runs"]:
            return None
        if recorded["guest_sha256"] != guest_sha256:
            raise InputError(
                f"{case}: its recording from Xen {self.release} is stale, it is of another guest: "
                f"harness oracle record {case}"
            )
        return self.answers(case)[configuration.name]

    def answers(self, case: str) -> Mapping[str, Answer]:
        """All that the case said, stale or not, by the name of the configuration; nothing where it was not asked."""
        recorded = self.load(case) or {"runs": {}}
        return {name: Answer(_said(recorded, name), GuestEnd(run["end"]), "") for name, run in recorded["runs"].items()}

    def load(self, case: str) -> dict[str, Any] | None:
        """The file of a case; None if there is none."""
        path = RECORDED / self.release / f"{case}.json"
        if not path.is_file():
            return None
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return content


def _said(recorded: Mapping[str, Any], configuration: str) -> dict[str, str]:
    said = {
        rule: outcome if isinstance(outcome, str) else outcome.get(configuration)
        for rule, outcome in recorded["rules"].items()
    }
    return {rule: outcome for rule, outcome in said.items() if outcome is not None}


def recorded_releases() -> tuple[str, ...]:
    """The releases of which there are recordings, the oldest first, debug builds last."""
    return tuple(sorted((path.name for path in RECORDED.glob("*.*") if path.is_dir()), key=_age))


def _age(release: str) -> tuple[bool, tuple[int, ...]]:
    version, _, kind = release.partition("-")
    return bool(kind), tuple(int(part) for part in version.split("."))


def find_recording(release: str) -> Recording:
    """The recording of a release, or else of the newest older one of the same kind of build.

    Raises InputError where there is none.
    """
    debug, wanted = _age(release)
    candidates = [each for each in recorded_releases() if _age(each)[0] == debug and _age(each)[1] <= wanted]
    if not candidates:
        raise InputError(f"nothing is recorded of a Xen {release}: there is {', '.join(recorded_releases()) or 'none'}")
    return Recording(candidates[-1])


def check_recordings(to: Path | None) -> Path:
    """The directory for new recordings: ``to``, or that of the source tree.

    Raises InputError where there is none, or it cannot be written.
    """
    if to is None and not is_source_tree():
        raise InputError(
            f"recordings belong into a source tree, and {RECORDED} is that of an installed package: "
            "record in a checkout, or say where by --to DIR"
        )
    folder = to or RECORDED
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: no recordings can be stored there: {error.strerror}") from None
    check_writable(folder / "recording.json")
    return folder


def is_source_tree() -> bool:
    """Whether the package is where its sources are: the guests then stand beside it, not in it."""
    return library_path().parent != RECORDED.parents[1]


def record(xen: RealXen, case: Case, folder: Path, jobs: int = 1) -> Path:
    """Run a case on a real Xen in each of its configurations, and store in ``folder`` what it says."""
    guest = load_case(case.source)
    pool = ThreadPoolExecutor(jobs)
    try:
        answers = list(pool.map(lambda each: xen.ask(guest, each), case.configurations))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # where it was interrupted, nobody waits for the others
    runs = dict(zip((each.name for each in case.configurations), answers, strict=True))
    anybody = replace(xen, binary=Path(xen.binary.name))
    content = {
        "xen": {"release": xen.release, "build_id": xen.build_id, "sha256": xen.sha256},
        "guest_sha256": guest_hash(guest),
        "runs": {
            configuration.name: {
                "command": anybody.command(f"guest_asm/{CASES}/{case.name}.S", configuration),
                "end": answer.end.value,
            }
            for configuration, answer in zip(case.configurations, answers, strict=True)
        },
        "rules": _by_rule({name: answer.reports for name, answer in runs.items()}),
    }
    path = folder / xen.release / f"{case.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(content, indent=1) + "\n")
    return path


def _by_rule(said: Mapping[str, Mapping[str, str]]) -> dict[str, str | dict[str, str]]:
    """By rule instead of by configuration, and one text where all say the same."""
    found: dict[str, str | dict[str, str]] = {}
    for rule in sorted({rule for reports in said.values() for rule in reports}):
        outcomes = {name: reports[rule] for name, reports in said.items() if rule in reports}
        texts = list(outcomes.values())
        same: Sequence[str] = texts if len(texts) == len(said) else ()
        found[rule] = same[0] if len(set(same)) == 1 else outcomes
    return found
