"""The target description that a debugger requests (``qXfer:features:read``), made from the table of registers.

Source of the format: the manual "Debugging with GDB", appendix "Target Descriptions".
"""

from functools import cache
from itertools import groupby
from xml.sax.saxutils import quoteattr

from harness.debug.gdb.registers import CORE, FPU, REGISTERS, SYSTEM, GdbRegister

_FLAGS = (
    ("SP", 0, 0), ("EL", 2, 3), ("nRW", 4, 4), ("F", 6, 6), ("I", 7, 7), ("A", 8, 8), ("D", 9, 9),
    ("IL", 20, 20), ("SS", 21, 21), ("V", 28, 28), ("C", 29, 29), ("Z", 30, 30), ("N", 31, 31),
)  # fmt: skip
"""Fields of PSTATE as an SPSR holds them: name, first and last bit (Arm DDI 0487, SPSR_EL1)."""

_LANES = (
    ("v2d", "ieee_double", 2), ("v2u", "uint64", 2), ("v4f", "ieee_single", 4), ("v4u", "uint32", 4),
    ("v8u", "uint16", 8), ("v16u", "uint8", 16), ("v1q", "uint128", 1),
)  # fmt: skip
_VIEWS = (
    ("d", (("f", "v2d"), ("u", "v2u"))), ("s", (("f", "v4f"), ("u", "v4u"))),
    ("h", (("u", "v8u"),)), ("b", (("u", "v16u"),)), ("q", (("u", "v1q"),)),
)  # fmt: skip
"""How gdb lets one write ``$v0.d.u[1]``."""

_CORE_TYPES = (
    '<flags id="cpsr_flags" size="4">'
    + "".join(f'<field name="{name}" start="{start}" end="{end}"/>' for name, start, end in _FLAGS)
    + "</flags>"
)
_FPU_TYPES = (
    "".join(f'<vector id="{name}" type="{lane}" count="{count}"/>' for name, lane, count in _LANES)
    + "".join(
        f'<union id="vn{view}">'
        + "".join(f'<field name="{name}" type="{type_}"/>' for name, type_ in parts)
        + "</union>"
        for view, parts in _VIEWS
    )
    + '<union id="aarch64v">'
    + "".join(f'<field name="{view}" type="vn{view}"/>' for view, _ in _VIEWS)
    + "</union>"
)
_TYPES = {CORE: _CORE_TYPES, FPU: _FPU_TYPES, SYSTEM: ""}
_SPECIAL = {"sp": "data_ptr", "pc": "code_ptr", "cpsr": "cpsr_flags"}


def _register(number: int, register: GdbRegister) -> str:
    kind = _SPECIAL.get(
        register.name, "aarch64v" if register.bits == 128 else "int" if register.bits == 32 else "uint64"
    )
    group = {CORE: "general", FPU: "float" if register.bits == 32 else "vector", SYSTEM: "system"}[register.feature]
    where = f'regnum="{number}" type="{kind}" group="{group}"'
    return f'<reg name={quoteattr(register.name)} bitsize="{register.bits}" {where}/>'


@cache
def target_xml() -> bytes:
    """Return the document ``target.xml``."""
    features = [
        f'<feature name="{feature}">{_TYPES[feature]}'
        + "".join(_register(number, register) for number, register in numbered)
        + "</feature>"
        for feature, numbered in groupby(enumerate(REGISTERS), key=lambda each: each[1].feature)
    ]
    return (
        '<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0">'
        f"<architecture>aarch64</architecture>{''.join(features)}</target>"
    ).encode()
