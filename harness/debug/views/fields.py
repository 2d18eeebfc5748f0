"""Decodes system registers, field by field."""

from collections.abc import Iterable, Iterator

from harness.debug.views.field_tables import FIELDS, SYNDROMES, Field


def field_lines(register: str, value: int, before: int | None = None) -> Iterator[str]:
    """Yield the value, then a line for every known field of ``register``, except single bits that are clear.

    A star marks fields that differ from those of ``before``. For a register without a table there is only the value.
    """
    changed = before is not None and before != value
    yield f"{'*' if changed else ' '}{register} {value:#018x}"
    fields: list[Field] = list(FIELDS.get(register, ()))
    if register == "ESR_EL1":
        fields += SYNDROMES.get(value >> 26 & 0x3F, ())
    yield from _lines(fields, value, before)


def _lines(fields: Iterable[Field], value: int, before: int | None) -> Iterator[str]:
    for each in fields:
        content = _content(each, value)
        changed = before is not None and _content(each, before) != content
        if each.high == each.low and not content and not each.meanings and not changed:
            continue
        bits = f"[{each.high}]" if each.high == each.low else f"[{each.high}:{each.low}]"
        shown = f"{content:#x}" if content > 9 else str(content)
        words = each.meanings.get(content, each.words)
        yield f"{'*' if changed else ' '}  {bits:<8} {each.name:<8} {shown:<12} {words}".rstrip()


def _content(each: Field, value: int) -> int:
    mask = (1 << each.high - each.low + 1) - 1
    return value & mask << each.low if each.scaled else value >> each.low & mask
