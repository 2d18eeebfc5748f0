"""A user's own ABI model: a Python file that defines ``MODEL``, an :class:`harness.models.AbiModel`.

Such a file is a program, and is trusted as one: it runs with all rights of whoever names it.
"""

import importlib.util
import sys
import traceback
import warnings
import zlib
from pathlib import Path

from harness.errors import InputError, TimeUp
from harness.files.input import MOST_TEXT, read_bytes
from harness.xen.domains.domain import RunstateDelivery
from harness.xen.models.model import AbiModel, find_model


def resolve_model(abi: AbiModel | Path | str) -> AbiModel:
    """Return the model that ``abi`` is, names, or is the file of: a Path, or a name that ends in ``.py``.

    Raises InputError for an unknown name and for a file that cannot be read, fails, or defines no model.
    """
    if isinstance(abi, AbiModel):
        return abi
    if isinstance(abi, Path) or abi.endswith(".py"):
        return load_model(Path(abi))
    return find_model(abi)


def load_model(path: Path) -> AbiModel:
    """Run a model file and return its MODEL. Raises InputError, with the line where it went wrong."""
    source = read_bytes(path, "an ABI model", MOST_TEXT)
    # Classes that the file defines can be part of a snapshot, which finds them by their module's name.
    name = f"harness_model_{zlib.crc32(str(path.resolve()).encode()):08x}"
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        with warnings.catch_warnings():
            if not sys.warnoptions:  # Python shows these only for a program's own file, and the model is one
                warnings.filterwarnings("default", category=DeprecationWarning, module=name)
            exec(compile(source, str(path), "exec"), module.__dict__)
            model = getattr(module, "MODEL", None)
            delivery = model.delivery() if isinstance(model, AbiModel) else None
    except (KeyboardInterrupt, TimeUp):
        raise
    except BaseException as error:
        del sys.modules[name]
        raise InputError(f"{_place(path, error)}: {type(error).__name__}: {error}") from None
    if not isinstance(model, AbiModel):
        what = "defines no MODEL" if model is None else f"has a MODEL that is a {type(model).__name__}"
        raise InputError(f"{path}: {what}: it must say MODEL = AbiModel(...) (harness.models)")
    if not isinstance(delivery, RunstateDelivery):
        raise InputError(f"{path}: the delivery of its MODEL makes no RunstateDelivery (harness.models)")
    return model


def _place(path: Path, error: BaseException) -> str:
    """``file:line``, the innermost line of the file that an exception came by."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path}:{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f"{path}:{lines[-1]}" if lines else str(path)
