"""vCPUs as a person names them: ``1`` of the main guest, or ``d1v1`` of any."""

import re

from harness.debug.step.errors import CommandError
from harness.debug.step.session import StepSession
from harness.xen.scheduler import Key

_NAME = re.compile(r"(?:d([0-9]+)v)?([0-9]+)")


def parse_vcpu(session: StepSession, text: str) -> Key:
    """The key of a vCPU. Raises CommandError where there is none."""
    known = session.machine.xen.vcpus
    found = _NAME.fullmatch(text)
    if found is not None:
        key = int(found[1] or session.machine.domain.number), int(found[2])
        if key in known:
            return key
    raise CommandError(f"{text} is no vCPU; these are: {', '.join(map(str, known.values()))}")


def split_on(session: StepSession, words: list[str]) -> tuple[list[str], Key | None]:
    """Take ``on VCPU`` off the end."""
    if len(words) >= 2 and words[-2] == "on":
        return words[:-2], parse_vcpu(session, words[-1])
    return words, None
