"""A user's own ABI model, in a file: the one that the README shows, and every way in which a file can be none."""

import re
from pathlib import Path

import pytest

import harness
from harness.errors import InputError
from harness.xen.models.model import MODELS, AbiModel
from harness.xen.outcome import End

ROOT = Path(__file__).parents[3]
REGISTERS = """
#define NR_CPUS 2
#include "lib/kernel.h"
    .bss
    .balign 4096
area:
    .space  4096
    .data
    .balign 8
pointer:
    .quad   0
    .text
kernel_main:
    .irp    offset, 0x101, 0x200
    address x0, area + \\offset
    address x2, pointer
    str     x0, [x2]
    mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x1, #0
    hypercall HYPERVISOR_vcpu_op
    bl      put_signed
    print   "\\n"
    .endr
    b       power_off
#include "lib/end.S"
"""


@pytest.fixture
def gentle(tmp_path: Path) -> Path:
    """The README's model."""
    (model,) = [
        block
        for block in re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
        if "MODEL" in block
    ]
    assert model.count("\n") < 60
    path = tmp_path / "gentle.py"
    path.write_text(model)
    return path


def registered(abi: AbiModel | Path | str) -> tuple[str, bool]:
    """What the guest was answered for an unaligned area and for an aligned one, and whether Xen maps the latter."""
    with harness.boot(harness.assemble(REGISTERS, name="registers.S"), abi=abi) as machine:
        assert machine.run(max_instructions=1_000_000).end is End.SHUTDOWN
        return machine.console.decode(), machine.vcpu().mapping is not None


def test_the_model_of_the_readme_maps_where_vmap_does_and_refuses_nothing(gentle: Path) -> None:
    assert registered("vmap") == ("-22\n0\n", True)
    assert registered("xen-4.20") == ("0\n0\n", False)
    assert registered(gentle) == ("0\n0\n", True)


def test_the_model_of_the_readme_keeps_stolen_time_under_kpti(gentle: Path) -> None:
    consoles = []
    for abi in ("vmap", str(gentle)):
        with harness.boot(ROOT / "guest_asm" / "kpti.S", abi=abi, vcpus=2) as machine:
            machine.run()
            consoles.append(machine.console)
    assert b"area updated in 8" in consoles[0]
    assert consoles[1] == consoles[0]


def test_a_machine_under_a_model_of_a_file_can_be_put_back(gentle: Path) -> None:
    with harness.boot(ROOT / "guest_asm" / "kpti.S", abi=gentle, vcpus=2) as machine:
        machine.run(max_instructions=1_000_000)
        saved = machine.snapshot()
        machine.run()
        first = machine.console
        machine.restore(saved)
        machine.run()
        assert machine.console.startswith(first)
        assert first.endswith(machine.console[len(first) :])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", r"mine\.py: defines no MODEL: it must say MODEL = AbiModel\(\.\.\.\)"),
        ("MODEL = 5\n", r"mine\.py: has a MODEL that is a int"),
        ("import harness\n\nMODEL = harness.nothing\n", r"mine\.py:3: AttributeError: .*nothing"),
        ("\ndef f(:\n", r"mine\.py:2: SyntaxError"),
        ("raise SystemExit(1)\n", r"mine\.py:1: SystemExit: 1"),
        ("def f():\n    return 1 / 0\n\nf()\n", r"mine\.py:2: ZeroDivisionError"),
        ("\0", r"mine\.py.*: (SyntaxError|ValueError)"),
        (
            'from harness.models import XEN_4_20, AbiModel\nMODEL = AbiModel("m", "", XEN_4_20, list)\n',
            r"mine\.py: the delivery of its MODEL must make a RunstateDelivery",
        ),
    ],
)
def test_a_file_that_is_no_model_is_bad_input_that_says_where(tmp_path: Path, source: str, message: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(source)
    with pytest.raises(InputError, match=message):
        registered(path)


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.py: No such file"):
        registered(str(tmp_path / "none.py"))


def test_an_unknown_name_is_bad_input_that_names_all_models() -> None:
    with pytest.raises(
        InputError, match=rf"no ABI model is called 'vmpa' \(did you mean vmap\?\): there are {', '.join(MODELS)}"
    ):
        registered("vmpa")
