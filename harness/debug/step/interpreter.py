"""The interpreter: the table of all commands, and the function that carries out one line of text."""

from harness.debug.step import breakpoint_commands, looks, movements
from harness.debug.step.command import Command
from harness.debug.step.errors import CommandError
from harness.debug.step.session import StepSession
from harness.words import suggestion


def show_help(session: StepSession, words: list[str]) -> None:
    """List all commands, or explain one."""
    if words:
        session.say(find(words[-1]).help)
        return
    for title, commands in GROUPS:
        session.say(title)
        for each in commands:
            names = ", ".join((each.name, *each.aliases))
            session.say(f"  {names:<24} {each.line}")
    session.say("An empty line repeats the last movement. `help COMMAND` explains a command.")


def back(session: StepSession, words: list[str]) -> None:
    """Go backwards: `back step`, `back hvc`, `back run`, `back until WHERE`. `back` alone goes back one instruction."""
    if not words or words[0].isdigit():
        words = ["step", *words]
    command = find(words[0])
    if command.move is None:
        raise CommandError(f"{command.name} is not a movement, so it cannot be reversed; see help")
    command.move(session, words[1:], True)


def finish(session: StepSession, words: list[str]) -> None:
    """End the session. End of input (Ctrl-D) does the same."""
    session.finished = True


_GENERAL = (
    Command("back", "the reverse of a movement", back, words="MOVEMENT", completes="movement"),
    Command(
        "help",
        "list all commands, or explain one",
        show_help,
        aliases=("h", "?"),
        words="[COMMAND]",
        completes="command",
    ),
    Command("quit", "end the session", finish, aliases=("q", "exit")),
)

GROUPS: tuple[tuple[str, tuple[Command, ...]], ...] = (
    ("Movements; each has its reverse: back step, back hvc, ...", movements.COMMANDS),
    ("Breakpoints", breakpoint_commands.COMMANDS),
    ("Views", looks.COMMANDS),
    ("Session", _GENERAL),
)
"""All commands, grouped as help shows them."""

COMMANDS: dict[str, Command] = {
    name: command for _, commands in GROUPS for command in commands for name in (command.name, *command.aliases)
}
"""The commands by name and alias."""


def find(name: str) -> Command:
    """Find a command by its name, an alias, or an unambiguous beginning of them. Raises CommandError."""
    if name in COMMANDS:
        return COMMANDS[name]
    begun = {command.name: command for each, command in COMMANDS.items() if each.startswith(name)}
    if len(begun) == 1:
        return next(iter(begun.values()))
    reason = f"is ambiguous: {', '.join(begun)}" if begun else f"is not a command{suggestion(name, COMMANDS)}; see help"
    raise CommandError(f"{name} {reason}")


class Interpreter:
    """Carries out lines of text in ``session``; an empty line repeats the last movement."""

    def __init__(self, session: StepSession) -> None:
        self.session = session
        self._last = ""

    def do(self, line: str) -> None:
        """Carry out one line; a line that begins with # is a comment.

        Raises CommandError; the line may then have been carried out in part.
        """
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
