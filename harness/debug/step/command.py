"""A command of the session, as data: its name, its arguments, a one-line description, and its function."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.debug.step.session import StepSession

Action = Callable[[StepSession, list[str]], None]
Move = Callable[[StepSession, list[str], bool], None]


@dataclass(frozen=True, slots=True)
class Command:
    """A command has either ``look``, which does not move the machine, or ``move``, which moves it forward or back.

    ``words`` describes the arguments, ``completes`` the kind of words that completion offers for them. The docstring
    of the function is the command's help text.
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
        """The whole help text: syntax, other names, and the function's docstring."""
        text = (self.look or self.move).__doc__ or self.line
        names = f"{self.name} {self.words}".rstrip()
        also = f"   (also: {', '.join(self.aliases)})" if self.aliases else ""
        back = f"\nback {names}" if self.move else ""
        lines = [each.strip() for each in text.strip().splitlines()]
        return "\n".join([f"{names}{also}{back}", *(f"  {each}".rstrip() for each in lines)])
