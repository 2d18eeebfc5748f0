"""A user's own ABI model: a Python file that defines ``MODEL``, an :class:`harness.models.AbiModel`.

Such a file is a program, and is trusted as one: it runs with all rights of the user who names it.
"""

import importlib.util
import linecache
import os
import sys
import warnings
import zlib
from dataclasses import fields
from pathlib import Path
from types import ModuleType

from harness.errors import InputError, ModelError
from harness.files.input import MOST_TEXT, read_bytes
from harness.words import printable
from harness.xen.domains.domain import RunstateDelivery
from harness.xen.models.blame import describe, frames_of
from harness.xen.models.model import AbiModel, find_model
from harness.xen.models.releases import XEN_4_20, Release


def resolve_model(abi: AbiModel | Path | str) -> AbiModel:
    """Return the model for ``abi``: a model itself, the name of one, or a file (a Path, or a name ending in ``.py``).

    Raises InputError for an unknown name and for a file that cannot be read, fails, or defines no model.
    """
    if isinstance(abi, AbiModel):
        return abi
    if isinstance(abi, Path) or abi.endswith(".py"):
        return load_model(Path(abi))
    return find_model(abi)


def load_model(path: Path) -> AbiModel:
    """Run a model file and return its MODEL. Raises ModelError with the line that failed.

    A file that cannot be read is InputError; a Ctrl-C while the file runs is KeyboardInterrupt.
    """
    source = read_bytes(path, "an ABI model", MOST_TEXT)
    # Instances of classes that the file defines can be part of a snapshot, which is a pickle: unpickling finds a class
    # by its module's name, so the module needs a name of its own, always the same for the same file.
    name = f"harness_model_{zlib.crc32(os.fsencode(path.resolve())):08x}"
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        return _run(source, path, module)
    except BaseException:
        del sys.modules[name]
        raise


def _run(source: bytes, path: Path, module: ModuleType) -> AbiModel:
    linecache.checkcache(str(path))
    try:
        with warnings.catch_warnings():
            if not sys.warnoptions:  # Python shows these only for a program's own file, and the model is one
                warnings.filterwarnings("default", category=DeprecationWarning, module=module.__name__)
            exec(compile(source, str(path), "exec"), module.__dict__)
            model = getattr(module, "MODEL", None)
            delivery = model.delivery() if isinstance(model, AbiModel) else None
    except SyntaxError as error:
        if error.filename != str(path):
            raise ModelError(_description(path, error)) from error
        text = f"\n  {printable(error.text.strip())}" if error.text else ""
        place = f"{printable(str(path))}:{error.lineno}"
        raise ModelError(f"{place}: {type(error).__name__}: {error.msg}{text}") from error
    except InputError:  # it has a message for the user already, for example from a model file that loads another one
        raise
    except (Exception, SystemExit) as error:
        raise ModelError(_description(path, error)) from error
    _check(path, model, delivery)
    assert isinstance(model, AbiModel)
    return model


def _check(path: Path, model: object, delivery: object) -> None:
    """Raise ModelError for a MODEL that is not an AbiModel, or that contains something that cannot work."""
    if not isinstance(model, AbiModel):
        what = "defines no MODEL" if model is None else f"has a MODEL that is a {type(model).__name__}"
        raise ModelError(f"{path}: {what}: it must say MODEL = AbiModel(...) (harness.models)")
    if not isinstance(delivery, RunstateDelivery):
        raise ModelError(f"{path}: the delivery of its MODEL must make a RunstateDelivery (harness.models)")
    for field in ("name", "summary"):
        text = getattr(model, field)
        if not isinstance(text, str) or printable(text) != text:
            raise ModelError(f"{path}: the {field} of its MODEL must be a text, and is {text!r}")
    if not isinstance(model.release, Release):
        raise ModelError(f"{path}: the release of its MODEL must be one of those of harness.models, or made of one")
    for each in fields(Release):
        kind, value = type(getattr(XEN_4_20, each.name)), getattr(model.release, each.name)
        if not isinstance(value, int if issubclass(kind, int) else kind):
            raise ModelError(f"{path}: {each.name} of its release must be a {kind.__name__}, and is {value!r}")


def _description(path: Path, error: BaseException) -> str:
    frames = frames_of(error, str(path))
    if not frames:  # compile() failed before the first line, for example because of a NUL byte
        return f"{path}: {type(error).__name__}: {error}"
    return describe(error, frames, "")
