"""vCPUs as a user names them: ``1`` in the main guest, or ``d1v1`` in any domain."""

import re

from harness.debug.step.errors import CommandError
from harness.debug.step.session import StepSession
from harness.xen.scheduler import Key

_NAME = re.compile(r"(?:d([0-9]+)v)?([0-9]+)")


def parse_vcpu(session: StepSession, text: str) -> Key:
    """The key of a vCPU. Raises CommandError if there is no such vCPU."""
    known = session.machine.xen.vcpus
    found = _NAME.fullmatch(text)
    if found is not None:
        key = int(found[1] or session.machine.domain.number), int(found[2])
        if key in known:
            return key
    raise CommandError(f"{text} is not a vCPU; vCPUs: {', '.join(map(str, known.values()))}")


def split_on(session: StepSession, words: list[str]) -> tuple[list[str], Key | None]:
    """Remove ``on VCPU`` from the end of ``words``; returns the rest and the vCPU, None without one."""
    if len(words) >= 2 and words[-2] == "on":
        return words[:-2], parse_vcpu(session, words[-1])
    return words, None
