"""The session at a terminal: a prompt with history, completion and hints."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.shortcuts import CompleteStyle

from harness.debug.step.completion import SessionCompleter
from harness.debug.step.errors import CommandError
from harness.debug.step.interpreter import Interpreter


def converse(
    interpreter: Interpreter, kept: Path | None, listening: Callable[[], AbstractContextManager[object]]
) -> None:
    """Read lines and carry them out until the session is finished; a mistake prints one line and does not end it.

    ``kept`` is the file with the lines of earlier sessions; if it cannot be written, this session's lines are not
    saved. Each command runs in the context that ``listening`` returns, which handles Ctrl-C.
    """
    session = interpreter.session
    prompt: PromptSession[str] = PromptSession(
        "step> ",
        history=_open_history(kept),
        completer=SessionCompleter(session),
        complete_while_typing=False,
        complete_style=CompleteStyle.READLINE_LIKE,
        auto_suggest=AutoSuggestFromHistory(),
    )
    while not session.finished:
        try:
            line = prompt.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        try:
            with listening():
                interpreter.do(line)
        except CommandError as error:
            session.say(str(error))


def _open_history(path: Path | None) -> History:
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))
