"""Assigns errors to the code that caused them: an exception from a user's model becomes a :class:`ModelError`.

Wherever Xen calls a model, it passes exceptions to :func:`blame`, with a text that says what it was doing. For a model
that returns a value of the wrong type, :func:`wrong_answer` makes the error.
"""

import linecache
import sys
import traceback
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from harness.errors import InputError, ModelError
from harness.words import printable
from harness.xen.domains.domain import DomainModel
from harness.xen.models.model import MODELS

_HERE = Path(__file__).resolve().parents[2]
_FRAMES_SHOWN = 3
"""How many calls are shown at each end of a deep chain."""
_MOST_TEXT = 500


def is_of_a_user(model: DomainModel) -> bool:
    """Whether a model is not one of those that come with the package."""
    return MODELS.get(model.name) is not model


def blame(error: BaseException, model: DomainModel, doing: str, *, made: Collection[str] = ()) -> NoReturn:
    """Raise ModelError if ``error`` came out of the code of a user's model, else ``error`` itself.

    ``doing`` completes "while ...": which vCPU, and what the model was called for. An InputError is raised as it is.
    ``made`` are our files that process objects made by the model: an error in them is the model's mistake, too.
    """
    if isinstance(error, InputError) or not is_of_a_user(model):
        raise error
    files = _files_of(model)
    frames = _frames_in(error, files)
    if frames:
        raise ModelError(describe(error, frames, doing)) from error
    if [frame.filename for frame in _walk(error)][-1] in made:
        text = f"{_model_place(model, files)}: what it made cannot be used: {_kind_and_text(error)}\n  while {doing}"
        raise ModelError(text) from error
    raise error


def wrong_answer(model: DomainModel, asked: str, wanted: str, answer: object, doing: str) -> ModelError:
    """The error for a model's method ``asked`` that returned something other than ``wanted``."""
    where = _model_place(model, _files_of(model))
    return ModelError(f"{where}: {asked} answered {_answer(answer)}: it must be {wanted}\n  while {doing}")


def leak_of_a_model(models: Sequence[DomainModel], left: str) -> ModelError | None:
    """The error for a leak, if one of the machine's models is a user's; None if the leak must be ours."""
    for model in models:
        if is_of_a_user(model):
            place = _model_place(model, _files_of(model))
            return ModelError(f"{place}: its release() has not let go of all that the model held: {left}")
    return None


def describe(error: BaseException, frames: Sequence[traceback.FrameSummary], doing: str) -> str:
    """The text ``file:line: Kind: message``, what the model was called for, and its own lines that led there."""
    last = frames[-1]
    lines = [
        f"{_shown(last.filename)}:{last.lineno}: {_kind_and_text(error)}",
        *([f"  while {doing}"] if doing else []),
    ]
    return "\n".join([*lines, *(f"  {line}" for line in _chain(frames))])


def frames_of(error: BaseException, file: str) -> list[traceback.FrameSummary]:
    """The calls in one file that an exception passed through, the innermost last."""
    return _frames_in(error, {file})


def _frames_in(error: BaseException, files: set[str]) -> list[traceback.FrameSummary]:
    return [frame for frame in _walk(error) if frame.filename in files]


def _walk(error: BaseException) -> Iterator[traceback.FrameSummary]:
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        yield traceback.FrameSummary(code.co_filename, line, code.co_name, lookup_line=False)


def _model_place(model: DomainModel, files: set[str]) -> str:
    return _shown(min(files)) if files else f"model {model.name}"


def _files_of(model: DomainModel) -> set[str]:
    """The files that define a user's model: those of its delivery's function or of its class and base classes."""
    made_by: list[object] = [model.delivery, getattr(model.delivery, "func", None)]
    made_by += [base for each in made_by if isinstance(each, type) for base in each.__mro__]
    names = {getattr(each, "__module__", None) for each in made_by}
    modules = [sys.modules[name] for name in names if name in sys.modules]
    found = {file for each in modules if (file := getattr(each, "__file__", None))}
    return {file for file in found if not Path(file).resolve().is_relative_to(_HERE)}


def _kind_and_text(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split())
    except Exception:  # the __str__ of a user's exception may fail itself
        text = "(its text cannot be had)"
    text = printable(text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}...")
    hint = ": a model cannot end the program" if isinstance(error, SystemExit) else ""
    return f"{type(error).__name__}{f': {text}' if text else ''}{hint}"


def _chain(frames: Sequence[traceback.FrameSummary]) -> Iterator[str]:
    left_out = len(frames) - 2 * _FRAMES_SHOWN
    for number, frame in enumerate(frames):
        if left_out > 1 and _FRAMES_SHOWN <= number < _FRAMES_SHOWN + left_out:
            if number == _FRAMES_SHOWN:
                yield f"... {left_out:,} more calls ..."
            continue
        line = linecache.getline(frame.filename, frame.lineno or 0).strip()
        where = "" if frame.name == "<module>" else f" in {frame.name}"
        yield f"{_shown(frame.filename)}:{frame.lineno}{where}{f': {printable(line)}' if line else ''}"


def _answer(answer: object) -> str:
    """A short text for a returned value of the wrong type."""
    if answer is None:
        return "None"
    try:
        text = repr(answer)
    except Exception:  # as above
        text = "something"
    return f"{printable(text if len(text) <= 60 else f'{text[:60]}...')} (a {type(answer).__name__})"


def _shown(file: str) -> str:
    """A path for messages: relative to the current directory, if it is inside."""
    path = Path(file)
    here = Path.cwd()
    return printable(str(path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path))
