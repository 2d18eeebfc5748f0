"""A command of the session, as data: its name, how it is called, what it does in a line, and the function."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.debug.step.session import StepSession

Action = Callable[[StepSession, list[str]], None]
Move = Callable[[StepSession, list[str], bool], None]


@dataclass(frozen=True, slots=True)
class Command:
    """``look`` is a command that leaves the machine where it is, ``move`` one that takes it on, or back.

    ``words`` says what may follow the name, ``completes`` what kind of words are offered after it. The function's
    docstring is the command's help.
    """

    name: str
    line: str
    look: Action | None = None
    move: Move | None = None
    aliases: tuple[str, ...] = ()
    words: str = ""
    completes: str = ""

    @property
    def help(self) -> str:
        """The whole help: how it is written, other names, and the function's docstring."""
        text = (self.look or self.move).__doc__ or self.line
        names = f"{self.name} {self.words}".rstrip()
        also = f"   (also: {', '.join(self.aliases)})" if self.aliases else ""
        back = f"\nback {names}" if self.move else ""
        lines = [each.strip() for each in text.strip().splitlines()]
        return "\n".join([f"{names}{also}{back}", *(f"  {each}".rstrip() for each in lines)])
