"""Names and arguments that are not ASCII, or not even UTF-8, under every locale: never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import harness

HELLO = Path(harness.__file__).parents[1] / "guest_asm" / "hello.S"
ODD = b"\xff\xc3\xa9\x01"
LOCALES = {
    "UTF-8": {"LC_ALL": "C.UTF-8"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ASCII streams": {"PYTHONIOENCODING": "ascii"},
}
COMMANDS = {
    "a command line": (b"run guest.S --cmdline ODD", 0),
    "a guest and its trace": (b"run ODD.S --trace ODD.jsonl", 0),
    "a Perfetto trace and a model": (b"run ODD.S --abi ODD.py --trace t.pftrace", 0),
    "a report": (b"report ODD.S --abi ODD.py -o ODD.html", 0),
    "a listing": (b"asm ODD.S --listing - -o ODD.img", 0),
    "no such guest": (b"run noODD.S", 3),
    "no such model": (b"run guest.S --abi ODD", 3),
    "no such step": (b"step guest.S -c ODD", 3),
    "no such rule": (b"conform ODD", 3),
    "no such Xen": (b"oracle run guest.S --xen ODD", 3),
    "no such command": (b"ODD", 2),
    "no size": (b"run guest.S --memory ODD", 2),
}
MODEL = b"""
from harness.models import XEN_4_20, AbiModel, VmapDelivery
MODEL = AbiModel("mine", "", XEN_4_20, VmapDelivery)
"""


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("what", COMMANDS)
def test_an_odd_name_ends_as_any_other_does(what: str, locale: str, tmp_path: Path) -> None:
    words, status = COMMANDS[what]
    for name in (b"guest.S", ODD + b".S"):
        (tmp_path / os.fsdecode(name)).write_bytes(HELLO.read_bytes())
    (tmp_path / os.fsdecode(ODD + b".py")).write_bytes(MODEL)
    command = [os.fsencode(sys.executable), b"-m", b"harness", *(word.replace(b"ODD", ODD) for word in words.split())]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | LOCALES[locale], capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    assert done.returncode == status, done.stderr


def test_a_script_on_standard_input_may_be_no_text(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "harness", "step", str(HELLO)]
    done = subprocess.run(command, input=ODD + b"\n", capture_output=True, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (3, 1)
    assert b"is not a command" in done.stderr
