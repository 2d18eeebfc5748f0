"""A hypercall's number, arguments, answer and rules are found by its name."""

import importlib
from types import ModuleType

import pytest

import harness.abi.hypercalls
import harness.xen.hypercalls
from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature
from harness.abi.hypercalls.table import SIGNATURES
from harness.conform.catalogue import load_catalogue
from harness.xen.hypercalls.multicall import Multicall
from harness.xen.hypercalls.table import TABLE

each_hypercall = pytest.mark.parametrize("number", Hypercall, ids=lambda number: number.name)


def _module(package: ModuleType, number: Hypercall) -> ModuleType:
    return importlib.import_module(f"{package.__name__}.{number.name.removeprefix('HYPERVISOR_')}")


@each_hypercall
def test_its_number_and_arguments_are_in_the_abis_module_of_its_name(number: Hypercall) -> None:
    signature = _module(harness.abi.hypercalls, number).SIGNATURE
    assert isinstance(signature, Signature)
    assert signature.number is number
    assert SIGNATURES[number] is signature


@each_hypercall
def test_its_answer_is_in_xens_module_of_its_name(number: Hypercall) -> None:
    module = _module(harness.xen.hypercalls, number)
    handler = TABLE[number]
    made_by = type(handler) if isinstance(handler, Multicall) else handler
    assert made_by.__module__ == module.__name__


@each_hypercall
def test_an_area_of_rules_has_it_in_its_title(number: Hypercall) -> None:
    name = number.name.removeprefix("HYPERVISOR_")
    assert any(name in title for title in load_catalogue().areas.values())


def test_no_module_or_number_stands_for_no_hypercall() -> None:
    assert set(SIGNATURES) == set(TABLE) == set(Hypercall)
