"""Completion: commands, and after a command symbols, registers, hypercalls, events or vCPUs."""

from collections.abc import Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from harness.debug.step.errors import CommandError
from harness.debug.step.expressions import GENERAL
from harness.debug.step.interpreter import COMMANDS, find
from harness.debug.step.session import StepSession
from harness.debug.step.targets import EVENTS, HYPERCALLS, KINDS
from harness.debug.views.field_tables import FIELDS
from harness.machine.sysregs import SYSREGS

_AFTER_ADDRESS = ("read", "write", "execute", "el0", "el1")


class SessionCompleter(Completer):
    """Completes a line of ``session``."""

    def __init__(self, session: StepSession) -> None:
        self._session = session

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield the possible completions of the last word of the line."""
        words = document.text_before_cursor.split(" ")
        begun = words[-1]
        for each in self.words_after([word for word in words[:-1] if word]):
            if each.lower().startswith(begun.lower()):
                yield Completion(each, start_position=-len(begun))

    def words_after(self, words: list[str]) -> list[str]:
        """All words that may follow ``words``, sorted."""
        if words[:1] == ["back"] and len(words) > 1:
            words = words[1:]
        if not words:
            return sorted(COMMANDS)
        try:
            command = find(words[0])
        except CommandError:
            return []
        return sorted(set(self._kind(command.completes, words[1:])))

    def _kind(self, kind: str, before: list[str]) -> list[str]:
        last = before[-1] if before else ""
        if last == "on":
            return self._vcpus()
        match kind:
            case "target" if last == "hvc":
                return list(HYPERCALLS)
            case "target" if last == "event":
                return list(EVENTS)
            case "target" if last == "msr":
                return list(SYSREGS)
            case "target":
                return ["on"] if before else self._targets()
            case "watch":
                return ["read", "write", "access", "va", "ipa", "maddr", *self._addresses()]
            case "memory":
                return ["va", "ipa", "maddr", *self._addresses()]
            case "address":
                return list(_AFTER_ADDRESS) if before else self._addresses()
            case "register":
                return ["sys", *GENERAL, *SYSREGS, *FIELDS]
            case "hypercall":
                return list(HYPERCALLS)
            case "event":
                return list(EVENTS)
            case "vcpu":
                return ["any", *self._vcpus()]
            case "command":
                return list(COMMANDS)
            case "movement":
                return [name for name, command in COMMANDS.items() if command.move]
            case _:
                return []

    def _targets(self) -> list[str]:
        return ["hvc", "msr", "event", *KINDS, *self._addresses()]

    def _addresses(self) -> list[str]:
        return ["area", "sp", "pc", *(name for name in self._session.machine.guest.symbols if name[:2] != ".L")]

    def _vcpus(self) -> list[str]:
        return [str(vcpu) for vcpu in self._session.machine.xen.vcpus.values()]
