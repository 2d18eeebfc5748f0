"""What users' models import: one module, and for one release the paths that they imported before."""

import importlib
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import harness.models
from harness.xen.models.model_file import load_model

OLD = {
    "harness.xen.delivery": [
        "PhysicalAreaDelivery",
        "RunstateDelivery",
        "VirtualAddressDelivery",
        "VmapDelivery",
        "Area",
    ],
    "harness.xen.models": ["AbiModel", "MODELS", "find_model"],
    "harness.xen.publication": ["VMAP_WMB", "Publication", "Program", "Step", "Target"],
    "harness.xen.releases": ["XEN_4_14", "XEN_4_17", "XEN_4_20", "XEN_UNSTABLE_2020", "Release"],
}
OLD_MODEL = """
from harness.xen import publication
from harness.xen.delivery import VmapDelivery
from harness.xen.models import AbiModel
from harness.xen.releases import XEN_4_20

MODEL = AbiModel("old", "written before", XEN_4_20, lambda: VmapDelivery(publication.VMAP_WMB))
"""


def test_every_name_of_the_interface_is_there_and_documented_where_it_is_no_constant() -> None:
    for name in harness.models.__all__:
        thing = getattr(harness.models, name)
        assert name.isupper() or name.startswith("XEN_") or name == "Registration" or thing.__doc__, name


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in OLD.items() for name in names])
def test_an_old_path_gives_the_same_thing_and_warns(module: str, name: str) -> None:
    with pytest.warns(DeprecationWarning, match=r"written against harness\.models"):
        found = getattr(importlib.import_module(module), name)
    assert found is getattr(harness.models, name)


@pytest.mark.parametrize("module", OLD)
def test_an_old_path_has_nothing_else(module: str) -> None:
    with pytest.raises(AttributeError, match=f"'{module}' has no attribute 'nothing'"):
        importlib.import_module(module).nothing  # noqa: B018  # the access is what is tested


def test_a_model_with_old_imports_is_loaded_with_a_warning_for_each_of_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "old.py"
    path.write_text(OLD_MODEL)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        model = load_model(path)
        model.delivery()
    assert model.name == "old"
    assert sorted({warning.lineno for warning in seen if warning.filename == str(path)}) == [3, 4, 5, 7]


def test_a_user_sees_the_warning_on_standard_error(tmp_path: Path) -> None:
    path, guest = tmp_path / "old.py", tmp_path / "off.S"
    path.write_text(OLD_MODEL)
    guest.write_text("ldr w0, =0x84000008\nhvc #0\n")
    command = [sys.executable, "-m", "harness", "run", str(guest), "--abi", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "old.py:3: DeprecationWarning: harness.xen.delivery.VmapDelivery will go" in done.stderr
