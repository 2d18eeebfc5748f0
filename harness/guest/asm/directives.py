"""The directives of GNU as that guests use: data, alignment, symbols, sections; and those that are ignored."""

import re
import struct
from collections.abc import Callable

from harness.errors import InputError
from harness.files.input import open_input
from harness.guest.asm.assembly import Assembly, encode_data
from harness.guest.asm.expression import Value
from harness.guest.asm.instructions import split_operands
from harness.guest.asm.macros import unquote
from harness.guest.asm.sections import MAX_EMPTY, MAX_SECTION, Section, by_name
from harness.guest.asm.source import StatementError
from harness.guest.asm.strings import quoted_strings

Directive = Callable[[Assembly, str], None]
MAX_ALIGNMENT_POWER = 31


def _arguments(text: str, least: int, most: int) -> list[str]:
    arguments = split_operands(text) if text.strip() else []
    if not least <= len(arguments) <= most:
        expected = str(least) if least == most else f"{least} to {most}"
        raise StatementError(f"{len(arguments)} operands where {expected} are expected")
    return arguments


def _data(size: int) -> Directive:
    def values(assembly: Assembly, text: str) -> None:
        for item in split_operands(text) if text.strip() else []:
            assembly.value(size, assembly.parse(item))

    return values


def _floats(code: str) -> Directive:
    def values(assembly: Assembly, text: str) -> None:
        for item in split_operands(text):
            try:
                assembly.emit(struct.pack(code, float(item.removeprefix("0f").removeprefix("0d"))))
            except (ValueError, OverflowError):
                raise StatementError(f"`{item}' is not a floating-point number that fits") from None

    return values


def _strings(terminated: bool) -> Directive:
    def values(assembly: Assembly, text: str) -> None:
        for data in quoted_strings(text):
            assembly.emit(data + b"\0" * terminated)

    return values


def _space(assembly: Assembly, text: str) -> None:
    count, *fill = _arguments(text, 1, 2)
    number = assembly.absolute(count)
    if number < 0:
        raise StatementError(f"{number} bytes cannot be reserved")
    assembly.reserve(number, assembly.absolute(fill[0]) & 0xFF if fill else 0)


def _fill(assembly: Assembly, text: str) -> None:
    numbers = [assembly.absolute(argument) for argument in _arguments(text, 1, 3)]
    repeat, size, value = [*numbers, *(1, 0)[len(numbers) - 1 :]]
    if repeat < 0 or not 0 <= size <= 8:
        raise StatementError(f".fill takes a count from 0 and a size from 0 to 8, not {repeat} and {size}")
    if repeat * size > MAX_SECTION:
        raise StatementError(f"{repeat * size:#x} bytes of .fill: a section has at most {MAX_SECTION:#x}")
    # GNU as uses four bytes of the value; a larger size adds zeros.
    assembly.emit((value & 0xFFFFFFFF).to_bytes(8, "little")[:size] * repeat)


def _align(power: bool) -> Directive:
    def align(assembly: Assembly, text: str) -> None:
        first, fill, most, *_ = [*_arguments(text, 1, 3), "", "", ""]
        number = assembly.absolute(first)
        if power:
            if not 0 <= number <= MAX_ALIGNMENT_POWER:
                raise StatementError(f"an alignment to 2**{number} bytes: at most 2**{MAX_ALIGNMENT_POWER}")
            number = 1 << number
        elif number < 0 or number & (number - 1) or number > 1 << MAX_ALIGNMENT_POWER:
            raise StatementError(f"an alignment of {number} bytes is not a power of two up to 2**{MAX_ALIGNMENT_POWER}")
        assembly.align(
            max(number, 1),
            assembly.absolute(fill) & 0xFF if fill else None,
            assembly.absolute(most) if most else None,
        )

    return align


def _org(assembly: Assembly, text: str) -> None:
    where, *fill = _arguments(text, 1, 2)
    target = assembly.known(where)
    if target.section not in (None, assembly.current):
        raise StatementError(f".org into section {target.section.name if target.section else ''} from another")
    gap = target.number - assembly.current.size
    if gap < 0:
        raise StatementError(f".org goes backwards, from {assembly.current.size:#x} to {target.number:#x}")
    assembly.reserve(gap, assembly.absolute(fill[0]) & 0xFF if fill else 0)


def _inst(assembly: Assembly, text: str) -> None:
    for item in split_operands(text):
        assembly.instruction(encode_data(assembly.absolute(item), 4))


def _incbin(assembly: Assembly, text: str) -> None:
    from harness.guest.asm.stream import find_file

    name, *numbers = _arguments(text, 1, 3)
    path = find_file(unquote(name), assembly.place.file, assembly.include)
    skip = assembly.absolute(numbers[0]) if numbers and numbers[0] else 0
    count = assembly.absolute(numbers[1]) if len(numbers) > 1 else None
    size = path.stat().st_size
    if skip < 0 or skip > size or (count is not None and not 0 <= count <= size - skip):
        raise StatementError(f"{path} has only {size} bytes, fewer than requested")
    if count is None:
        count = size - skip
    if count > MAX_SECTION:
        raise StatementError(f"{count:#x} bytes of {path}: a section has at most {MAX_SECTION:#x}")
    try:
        with open_input(path, "the contents of a guest") as file:
            file.seek(skip)
            data = file.read(count)
    except (InputError, OSError) as error:
        raise StatementError(str(error)) from None
    assembly.sources.files[path] = None
    assembly.emit(data)


def _set(redefinable: bool) -> Directive:
    def assign(assembly: Assembly, text: str) -> None:
        name, comma, expression = text.partition(",")
        if not comma:
            raise StatementError("a name and a value, separated by a comma, are expected")
        assign_symbol(assembly, name.strip(), expression, redefinable)

    return assign


def assign_symbol(assembly: Assembly, name: str, expression: str, redefinable: bool = True) -> None:
    """Assign a value to a symbol, as ``.set`` does; an assignment to ``.`` is an ``.org``."""
    if name == ".":
        _org(assembly, expression)
        return
    if not re.fullmatch(r"[A-Za-z_.$][\w.$]*", name):
        raise StatementError(f"`{name}' cannot be the name of a symbol")
    assembly.symbols.define(name, assembly.parse(expression), assembly.place, redefinable=redefinable)


def _bind(binding: str) -> Directive:
    def bind(assembly: Assembly, text: str) -> None:
        for name in split_operands(text):
            assembly.symbols[name].binding = binding

    return bind


def _hide(assembly: Assembly, text: str) -> None:
    for name in split_operands(text):
        assembly.symbols[name].hidden = True


def _type(assembly: Assembly, text: str) -> None:
    match = re.fullmatch(r"([\w.$]+)\s*[,\s]\s*[%@#\"]?(?:STT_)?(\w+)\"?", text.strip())
    if not match:
        raise StatementError("a symbol and its type, such as %function or %object, are expected")
    assembly.symbols[match[1]].kind = match[2].lower()


def _size(assembly: Assembly, text: str) -> None:
    name, expression = _arguments(text, 2, 2)
    assembly.symbols[name].size = assembly.parse(expression)


def _natural(size: int, most: int) -> int:
    # GNU as aligns to the size rounded down to a power of two: at most 16 for .comm, 8 for .lcomm.
    return max(1, min(most, 1 << size.bit_length() - 1)) if size else 1


def _common(assembly: Assembly, text: str) -> None:
    name, size, *alignment = _arguments(text, 2, 3)
    number = assembly.absolute(size)
    step = assembly.absolute(alignment[0]) if alignment else _natural(number, 16)
    if step < 1 or step & (step - 1):
        raise StatementError(f"an alignment of {step} bytes is not a power of two")
    section = assembly.section("COMMON", Section("COMMON", writable=True, empty=True))
    section.align(step)
    assembly.symbols.define(name, Value(section.size, section), assembly.place)
    assembly.symbols[name].binding = "global"
    section.grow(number)


def _local_common(assembly: Assembly, text: str) -> None:
    name, size = _arguments(text, 2, 2)
    number = assembly.absolute(size)
    if not 0 <= number <= MAX_EMPTY:
        raise StatementError(f"{number:#x} bytes cannot be reserved")
    assembly.local_commons.append((name, _natural(number, 8), number, assembly.place))


def _named_section(name: str) -> Directive:
    def switch(assembly: Assembly, text: str) -> None:
        if text.strip() not in {"", "0"}:
            raise StatementError("subsections are not supported: use a section of another name")
        assembly.switch(assembly.section(name))

    return switch


def _parse_section(assembly: Assembly, text: str) -> Section:
    name, *rest = _arguments(text, 1, 6)
    name = unquote(name)
    if not rest:
        return assembly.section(name)
    flags = unquote(rest[0])
    unknown = set(flags) - set("awxMSGTo?")
    if unknown:
        raise StatementError(f"unknown section flag `{''.join(sorted(unknown))}'")
    implied = by_name(name)
    kind = rest[1].lstrip("%@") if len(rest) > 1 else "nobits" if implied.empty else "progbits"
    given = Section(name, "w" in flags, "x" in flags, "a" in flags, kind == "nobits")
    return assembly.section(name, given)


def _section(assembly: Assembly, text: str) -> None:
    assembly.switch(_parse_section(assembly, text))


def _push_section(assembly: Assembly, text: str) -> None:
    section = _parse_section(assembly, text)
    assembly.pushed.append((assembly.current, assembly.previous))
    assembly.switch(section)


def _pop_section(assembly: Assembly, text: str) -> None:
    if not assembly.pushed:
        raise StatementError(".popsection without .pushsection")
    current, previous = assembly.pushed.pop()
    assembly.switch(current)
    assembly.previous = previous


def _previous(assembly: Assembly, text: str) -> None:
    assembly.switch(assembly.previous)


def _literals(assembly: Assembly, text: str) -> None:
    assembly.place_literals(assembly.current)


def _error(assembly: Assembly, text: str) -> None:
    raise StatementError(unquote(text.strip()) or ".err encountered")


def _fail(assembly: Assembly, text: str) -> None:
    if assembly.absolute(text) < 500:
        raise StatementError(f".fail {text.strip()} encountered")


def _pass(assembly: Assembly, text: str) -> None:
    """Ignore a directive that concerns only debug information or GNU as itself."""


def _unregister(assembly: Assembly, text: str) -> None:
    assembly.registers.pop(text.strip(), None)


DIRECTIVES: dict[str, Directive] = {
    **dict.fromkeys((".byte",), _data(1)),
    **dict.fromkeys((".hword", ".2byte", ".short", ".half"), _data(2)),
    **dict.fromkeys((".word", ".4byte", ".long", ".int"), _data(4)),
    **dict.fromkeys((".quad", ".8byte", ".xword", ".dword"), _data(8)),
    **dict.fromkeys((".octa",), _data(16)),
    **dict.fromkeys((".float", ".single"), _floats("<f")),
    ".double": _floats("<d"),
    ".ascii": _strings(False),
    **dict.fromkeys((".asciz", ".string"), _strings(True)),
    **dict.fromkeys((".zero", ".space", ".skip"), _space),
    ".fill": _fill,
    **dict.fromkeys((".align", ".p2align"), _align(power=True)),
    ".balign": _align(power=False),
    ".org": _org,
    ".inst": _inst,
    ".incbin": _incbin,
    **dict.fromkeys((".set", ".equ"), _set(redefinable=True)),
    **dict.fromkeys((".equiv", ".eqv"), _set(redefinable=False)),
    **dict.fromkeys((".global", ".globl"), _bind("global")),
    ".weak": _bind("weak"),
    ".local": _bind("local"),
    **dict.fromkeys((".hidden", ".protected", ".internal"), _hide),
    ".type": _type,
    ".size": _size,
    ".comm": _common,
    ".lcomm": _local_common,
    ".text": _named_section(".text"),
    ".data": _named_section(".data"),
    ".bss": _named_section(".bss"),
    ".rodata": _named_section(".rodata"),
    ".section": _section,
    ".pushsection": _push_section,
    ".popsection": _pop_section,
    ".previous": _previous,
    **dict.fromkeys((".ltorg", ".pool"), _literals),
    **dict.fromkeys((".error", ".err"), _error),
    ".fail": _fail,
    ".unreq": _unregister,
    **dict.fromkeys(
        (".warning", ".print", ".func", ".endfunc", ".arch", ".arch_extension", ".cpu", ".file", ".ident", ".loc",
         ".line", ".title", ".sbttl", ".list", ".nolist", ".extern", ".variant_pcs", ".symver", ".noaltmacro"),
        _pass,
    ),
}  # fmt: skip
"""Every directive that :mod:`harness.guest.asm.stream` does not handle, and its function."""
