"""Lines of text in, commands done: the table of all commands, and what a line means."""

from harness.debug.step import breakpoint_commands, looks, movements
from harness.debug.step.command import Command
from harness.debug.step.errors import CommandError
from harness.debug.step.session import StepSession
from harness.words import suggestion


def show_help(session: StepSession, words: list[str]) -> None:
    """Show all commands, or all about one."""
    if words:
        session.say(find(words[-1]).help)
        return
    for title, commands in GROUPS:
        session.say(title)
        for each in commands:
            names = ", ".join((each.name, *each.aliases))
            session.say(f"  {names:<24} {each.line}")
    session.say("An empty line repeats the last movement. `help COMMAND` tells more.")


def back(session: StepSession, words: list[str]) -> None:
    """Go backwards: `back step`, `back hvc`, `back run`, `back until WHERE`. Alone it is one instruction back."""
    if not words or words[0].isdigit():
        words = ["step", *words]
    command = find(words[0])
    if command.move is None:
        raise CommandError(f"{command.name} is no movement, so it has no way back; see help")
    command.move(session, words[1:], True)


def finish(session: StepSession, words: list[str]) -> None:
    """End the session. So does end of input (Ctrl-D)."""
    session.finished = True


_GENERAL = (
    Command("back", "the reverse of a movement", back, words="MOVEMENT", completes="movement"),
    Command(
        "help", "this, or all about one command", show_help, aliases=("h", "?"), words="[COMMAND]", completes="command"
    ),
    Command("quit", "end the session", finish, aliases=("q", "exit")),
)

GROUPS: tuple[tuple[str, tuple[Command, ...]], ...] = (
    ("Movements; each has its reverse: back step, back hvc, ...", movements.COMMANDS),
    ("Breakpoints", breakpoint_commands.COMMANDS),
    ("Views", looks.COMMANDS),
    ("StepSession", _GENERAL),
)
"""All commands, as help shows them."""

COMMANDS: dict[str, Command] = {
    name: command for _, commands in GROUPS for command in commands for name in (command.name, *command.aliases)
}
"""Every name and alias."""


def find(name: str) -> Command:
    """The command of a name, an alias, or the beginning of one name only. Raises CommandError."""
    if name in COMMANDS:
        return COMMANDS[name]
    begun = {command.name: command for each, command in COMMANDS.items() if each.startswith(name)}
    if len(begun) == 1:
        return next(iter(begun.values()))
    reason = f"may be {', '.join(begun)}" if begun else f"is no command{suggestion(name, COMMANDS)}; see help"
    raise CommandError(f"{name} {reason}")


class Interpreter:
    """Does what lines say, in ``session``; an empty one repeats the last movement."""

    def __init__(self, session: StepSession) -> None:
        self.session = session
        self._last = ""

    def do(self, line: str) -> None:
        """Do one line; one that begins with # does nothing. Raises CommandError, having done nothing or a part."""
        line = line.strip()
        if line.startswith("#"):
            return
        words = (line or self._last).split()
        if not words:
            return
        command = find(words[0])
        if command.move is not None or command.name == "back":
            self._last = line or self._last
        if command.look is not None:
            command.look(self.session, words[1:])
        elif command.move is not None:
            command.move(self.session, words[1:], False)
