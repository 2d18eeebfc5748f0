"""A user's model that is wrong: its file and line, what it was asked and for whom, and never a traceback of ours."""

import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness.errors import ModelError
from harness.xen import traps
from harness.xen.models.model import AbiModel
from harness.xen.models.model_file import load_model
from harness.xen.models.releases import XEN_4_20
from harness.xen.runstate.delivery import VmapDelivery

ROOT = Path(harness.__file__).parents[1]
KPTI = ROOT / "guest_asm" / "kpti.S"
TOP = """\
import dataclasses, sys
from functools import partial
from harness.xen import publication
from harness.xen.delivery import VmapDelivery
from harness.xen.models import AbiModel
from harness.xen.publication import Publication
from harness.xen.releases import XEN_4_20
class D(VmapDelivery):
"""
BOTTOM = '\nMODEL = AbiModel("mine", "a model", XEN_4_20, D)\n'
REGISTERING = "while d1v0 called vcpu_op register_runstate_memory_area"
PUBLISHING = "while publishing for d1v0 at a switch"

METHODS = {
    "register raises": (
        "    def register(self, v, c, a):\n        return self.sum(a)\n    def sum(self, a):\n        return a + 'x'",
        "m.py:12: TypeError: unsupported operand",
        [REGISTERING, "m.py:10 in register: return self.sum(a)", "m.py:12 in sum: return a + 'x'"],
    ),
    "register answers None": (
        "    def register(self, v, c, a):\n        pass",
        "m.py: register() answered None: it must be 0 or a negative errno",
        [REGISTERING],
    ),
    "register answers a text": (
        "    def register(self, v, c, a):\n        return 'no'",
        "m.py: register() answered 'no' (a str)",
        [REGISTERING],
    ),
    "registration is none": (
        "    def registration(self, c):\n        return 5",
        "m.py: registration() answered 5 (a int): it must be a function, or None",
        [REGISTERING],
    ),
    "a model ends the program": (
        "    def registration(self, c):\n        sys.exit(0)",
        "m.py:10: SystemExit: 0: a model cannot end the program",
        [REGISTERING],
    ),
    "endless recursion": (
        "    def register(self, v, c, a):\n        return self.register(v, c, a)",
        "m.py:10: RecursionError: maximum recursion depth exceeded",
        [REGISTERING, "more calls ..."],
    ),
    "an exception without a text": (
        "    def register(self, v, c, a):\n        class E(Exception):\n            def __str__(self): raise self\n"
        "        raise E",
        "m.py:12: E: (its text cannot be had)",
        [REGISTERING],
    ),
    "publication raises": (
        "    def publication(self, v):\n        return 1 / 0",
        "m.py:10: ZeroDivisionError: division by zero",
        [PUBLISHING, "m.py:10 in publication: return 1 / 0"],
    ),
    "publication answers a text": (
        "    def publication(self, v):\n        return 'area'",
        "m.py: publication() answered 'area' (a str): it must be a Publication",
        [PUBLISHING],
    ),
    "a target without store": (
        "    def publication(self, v):\n"
        "        return Publication(publication.VMAP, v.state.runstate, 5, v.domain.update_flag_assist)",
        "m.py: what it made cannot be used: AttributeError: 'int' object has no attribute 'store'",
        [PUBLISHING],
    ),
    "release raises": (
        "    def publication(self, v):\n        return None\n"
        "    def release(self, v):\n        if v.domain.state.shutdown is not None: raise KeyError('x')\n"
        "        super().release(v)",
        "m.py:12: KeyError: 'x'",
        ["while letting go of what is held for d1v0, at its domain's end"],
    ),
    "release leaves something": (
        "    def release(self, v):\n        pass",
        "m.py: its release() has not let go of all that the model held",
        [],
    ),
    "made a second time it fails": (
        "    made = []\n    def __init__(self):\n        super().__init__()\n        self.made.append(0)\n"
        "        assert len(self.made) < 2, 'again'",
        "m.py:13: AssertionError: again",
        ["while making the delivery of domain 1"],
    ),
}

FILES = {
    "a syntax error": ("x = 1\ny = (\n", "m.py:2: SyntaxError: '(' was never closed"),
    "bytes that are no Python": ("a\0b", "m.py: SyntaxError: source code string cannot contain null bytes"),
    "an import that fails": ("import no_such_module", "m.py:1: ModuleNotFoundError: No module named 'no_such_module'"),
    "a program that ends": ("import sys\nsys.exit(0)", "m.py:2: SystemExit: 0: a model cannot end the program"),
    "no model": ("", "m.py: defines no MODEL"),
    "another thing": ("MODEL = 5", "m.py: has a MODEL that is a int"),
    "no release": (f'{TOP} pass\nMODEL = AbiModel("m", "", None, D)', "the release of its MODEL must be one of"),
    "a release out of joint": (
        f'{TOP} pass\nMODEL = AbiModel("m", "", dataclasses.replace(XEN_4_20, version="4"), D)',
        "version of its release must be a tuple, and is '4'",
    ),
    "a name that is none": (f'{TOP} pass\nMODEL = AbiModel("\\udcff", "", XEN_4_20, D)', "the name of its MODEL"),
    "a program that is none": (
        f'{TOP} pass\nMODEL = AbiModel("m", "", XEN_4_20, partial(VmapDelivery, 5))',
        "TypeError: a VmapDelivery takes a Program (harness.xen.publication), not 5",
    ),
}


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """``model(text)``: the name of a model file with that text, in the directory that tests are in."""
    monkeypatch.chdir(tmp_path)

    def write(text: str, name: str = "m.py") -> str:
        Path(name).write_text(text)
        return name

    return write


def run_to_its_end(path: str) -> None:
    with harness.boot(KPTI, abi=path, vcpus=2) as machine:
        machine.run(max_instructions=3_000_000)
        machine.xen.shut_down(machine.domain, 0)


@pytest.mark.parametrize("what", METHODS)
def test_a_method_that_is_wrong_is_told_with_its_line_and_what_it_was_asked(what: str, model) -> None:
    body, first, others = METHODS[what]
    path = model(TOP + body + BOTTOM)
    with pytest.raises(ModelError) as caught:
        run_to_its_end(path)
    text = str(caught.value)
    assert text.startswith(first)
    assert text.count("\n") <= 8
    for each in others:
        assert each in text


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_no_model_is_told_with_its_line(what: str, model) -> None:
    text, message = FILES[what]
    with pytest.raises(ModelError) as caught:
        load_model(Path(model(text)))
    assert str(caught.value).startswith("m.py")
    assert message in str(caught.value)


def test_the_exception_of_the_model_is_the_cause(model) -> None:
    path = model(TOP + METHODS["publication raises"][0] + BOTTOM)
    with pytest.raises(ModelError) as caught, harness.boot(KPTI, abi=path, vcpus=2) as machine:
        machine.run()
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_model_that_is_an_object_is_blamed_too() -> None:
    class Broken(VmapDelivery):
        def register(self, vcpu, current, address):
            raise LookupError("here")

    mine = AbiModel("mine", "of a test", XEN_4_20, Broken)
    with (
        pytest.raises(ModelError, match=r"test_model_errors\.py:\d+: LookupError: here\n  while d1v0 called"),
        harness.boot(KPTI, abi=mine) as machine,
    ):
        machine.run()


def test_a_ctrl_c_in_a_model_stays_one(model) -> None:
    path = model(TOP + "    def register(self, v, c, a):\n        raise KeyboardInterrupt" + BOTTOM)
    with pytest.raises(KeyboardInterrupt), harness.boot(KPTI, abi=path) as machine:
        machine.run()
    with pytest.raises(KeyboardInterrupt):
        load_model(Path(model("raise KeyboardInterrupt", "other.py")))


def test_a_bug_of_ours_is_not_blamed_on_a_model(model, monkeypatch: pytest.MonkeyPatch) -> None:
    path = model(TOP + "    def register(self, v, c, a):\n        return super().register(v, c, a)" + BOTTOM)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(traps.TABLE, 24, broken)
    with pytest.raises(ZeroDivisionError), harness.boot(KPTI, abi=path) as machine:
        machine.run()
    monkeypatch.undo()
    monkeypatch.setattr(VmapDelivery, "register", broken)
    with pytest.raises(ZeroDivisionError), harness.boot(KPTI, abi="vmap") as machine:
        machine.run()


@pytest.mark.parametrize(
    "words",
    [
        ["run", KPTI, "--vcpus", "2", "--abi"],
        ["step", KPTI, "--vcpus", "2", "-c", "run", "--abi"],
        ["report", KPTI, "--vcpus", "2", "-o", "page.html", "--abi"],
        ["claims", "4", "--abi"],
    ],
    ids=lambda words: words[0],
)
def test_every_command_says_it_with_status_3(words: list[str | Path], model) -> None:
    path = model(TOP + METHODS["register raises"][0] + BOTTOM)
    command = [sys.executable, "-m", "harness", *words, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("harness: m.py:12: TypeError: ")
    assert "bug" not in done.stderr


@pytest.mark.parametrize("words", [["conform", "--abi", "m.py"], ["diff", "m.py", "vmap"]], ids=lambda words: words[0])
def test_the_suite_takes_it_as_an_error_with_that_text(words: list[str], model) -> None:
    model(TOP + METHODS["register raises"][0] + BOTTOM)
    command = [sys.executable, "-m", "harness", *words, "RST-004", "-j", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 8
    assert "m.py:12: TypeError: unsupported operand" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
