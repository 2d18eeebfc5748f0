"""Random instructions: where GNU as and the assembler here both take one, its word is the same."""

import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.guest import assemble
from harness.guest.asm import AssemblyError, encoder, source

TEMPLATES = """
add|sub|adds|subs X, X, X
add|sub|adds|subs X, X, X, SHIFT #N6
add|sub|adds|subs W, W, I12
add|sub X, X, I12, lsl #12
add|sub|cmp|cmn X, W, EXTEND #N2
and|orr|eor|ands X, X, MASK
and|orr|eor|bic|orn|eon|ands|bics W, W, W, SHIFT #N5
mov X, WIDE
mov X, X
mvn|neg|negs|ngc X, X
movz|movn|movk X, #N16, lsl #H
cmp|cmn X, I12
tst X, MASK
lsl|lsr|asr|ror X, X, #N6
lsl|lsr|asr|ror W, W, W
ubfx|sbfx|bfi|ubfiz|bfxil X, X, #N5, #N5
extr X, X, X, #N6
rev|rev16|rev32|rbit|clz|cls X, X
sxtb|sxth|sxtw X, W
uxtb|uxth W, W
madd|msub X, X, X, X
smaddl|umaddl|smsubl X, W, W, X
mul|mneg|udiv|sdiv|smulh|umulh|adc|sbcs X, X, X
smull|umull X, W, W
csel|csinc|csinv|csneg X, X, X, COND
cset|csetm W, COND
cinc|cneg X, X, COND
ccmp|ccmn X, #N5, #N4, COND
ldr|str X, [B, #S8]
ldr|str W, [B, #S4]
ldrb|strb|ldrsb W, [B, #N12]
ldrh|strh|ldrsh W, [B, #S2]
ldrsw X, [B, #S4]
ldr|str X, [B, #U9]!
ldrb|strb W, [B], #U9
ldr|str X, [B, X, lsl #3]
ldr|str X, [B, W, EXTEND3]
ldrb W, [B, X]
ldur|stur|ldtr|sttr X, [B, #U9]
ldp|stp|ldnp|stnp X, X, [B, #P8]
ldp|stp X, X, [B, #P8]!
ldp|stp W, W, [B], #P4
ldxr|ldaxr|ldar X, [B]
stxr|stlxr W, X, [B]
stlr X, [B]
ldxp|ldaxp X, X, [B]
ldr|str D, [B, #S8]
ldp|stp Q, Q, [B, #P16]
fmov D, X
fadd|fmul|fsub|fdiv D, D, D
fcvtzs X, D
scvtf D, X
add|sub|mul V, V, V
and|orr|eor VB, VB, VB
dup V, W
ld1|st1 {VB}, [B], #16
b|bl LABEL
b.eq|b.ne|b.hs|b.lo|b.gt LABEL
cbz|cbnz X, LABEL
tbz|tbnz X, #N6, LABEL
adr|adrp X, LABEL
ldr X, LABEL
ldr X, =LITERAL
br|blr|ret X
msr SYSREG, X
mrs X, SYSREG
svc|hvc|smc|brk|hlt #N16
dsb|dmb BARRIER
tlbi vae1is, X
dc DC, X
at s1e1r, X
hint #N7
""".strip().splitlines()

NAMES: dict[str, tuple[str, ...]] = {
    "SHIFT": ("lsl", "lsr", "asr"),
    "EXTEND3": ("sxtw #3", "uxtw"),
    "EXTEND": ("uxtb", "uxth", "uxtw", "sxtb", "sxtw"),
    "MASK": ("#1", "#0xff", "#0xff00ff00ff00ff", "#0x7ffffffffffff000", "#~0xff", "#1<<N", "#(1<<12)-1"),
    "WIDE": ("#0", "#-1", "#0xffff0000", "#0x123400000000", "#-65536", "#'x'", "#N*3", "#~N", "N", "0xffffffff"),
    "COND": ("eq", "ne", "hs", "cs", "lo", "mi", "vs", "hi", "ls", "ge", "lt", "gt", "le"),
    "LABEL": ("here", "1b", "1f", ".", ".-8", ".+16", "end", "end-4", "here+8"),
    "LITERAL": ("here", "N", "0x123456789", "-1", "end+16"),
    "SYSREG": ("sctlr_el1", "ttbr1_el1", "tcr_el1", "vbar_el1", "tpidr_el1", "esr_el1", "S3_0_C4_C2_3", "cntv_ctl_el0"),
    "BARRIER": ("ish", "ishst", "sy", "nshld", "osh", "#3"),
    "DC": ("cvac", "civac", "zva", "cvau", "ivac"),
}  # fmt: skip
PLACEHOLDER = re.compile(r"EXTEND3|[A-Z]{3,}|VB|N\d+|I12|S[248]|U9|P\d+|\b[XWBDQVH]\b")


def _fill(rng: random.Random, match: re.Match[str]) -> str:
    word = match[0]
    if word in NAMES:
        return rng.choice(NAMES[word])
    match word[0], word[1:]:
        case "N", bits:
            return str(rng.randrange(1 << int(bits)))
        case "I", _:
            return rng.choice(
                (f"#{rng.randrange(4096)}", "#N", "#(N+2)*4", str(rng.randrange(100)), f"#-{rng.randrange(99)}")
            )
        case "S", scale:
            return str(rng.randrange(4096) * int(scale))
        case "U", _:
            return str(rng.randrange(-256, 256))
        case "P", scale:
            return str(rng.randrange(-64, 64) * int(scale))
        case "H", _:
            return str(16 * rng.randrange(2))
        case "B", _:
            return rng.choice(("sp", "x0", "x17", "x28", "fp"))
        case "V", "B":
            return f"v{rng.randrange(32)}.16b"
        case "V", _:
            return f"v{rng.randrange(32)}.4s"
        case kind, _:
            last = 32 if kind in "DQ" else 31
            number = rng.randrange(last)
            return f"{kind.lower()}{'zr' if number == 30 and last == 31 else number}"


def _instructions(rng: random.Random, count: int) -> list[str]:
    lines = []
    for _ in range(count):
        mnemonics, _, operands = rng.choice(TEMPLATES).partition(" ")
        filled = PLACEHOLDER.sub(lambda match: _fill(rng, match), operands)
        lines.append(f"{rng.choice(mnemonics.split('|'))} {filled}")
    return lines


BEFORE, AFTER = "N = 40\n1: nop\nhere: nop\n", "\n1: nop\nend: nop\n"
FIRST = BEFORE.count("\n") + 1


def _whole(lines: list[str]) -> str:
    return BEFORE + "\n".join(lines) + AFTER


def _refused_by_gnu(assembler: str, lines: list[str], directory: Path) -> set[int]:
    done = subprocess.run(
        [assembler, "-o", directory / "out.o", "-"], input=_whole(lines), capture_output=True, text=True, check=False
    )
    return {int(line) - FIRST for line in re.findall(r"^\{standard input\}:(\d+): Error", done.stderr, re.MULTILINE)}


def _refused_here(lines: list[str]) -> set[int]:
    try:
        assemble(_whole(lines))
    except AssemblyError as error:
        return {diagnostic.place.line - FIRST for diagnostic in error.diagnostics}
    return set()


@pytest.mark.parametrize("seed", range(2))
def test_random_instructions_have_the_words_that_gnu_gives_them(
    seed: int,
    gnu: Callable[..., bytes],
    tool: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(source, "MAX_ERRORS", 1 << 20)
    monkeypatch.setattr(encoder, "MAX_FAILURES", 1 << 20)
    assembler = tool("aarch64-linux-gnu-as", package="binutils-aarch64-linux-gnu")
    lines = _instructions(random.Random(seed), 3000)
    refused_by_gnu = _refused_by_gnu(assembler, lines, tmp_path)
    refused = _refused_here(lines)
    assert [lines[i] for i in refused_by_gnu - refused] == []
    # Keystone refuses what is unpredictable, such as writing back to the base that is loaded; GNU as warns.
    assert len(refused - refused_by_gnu) < len(lines) // 100
    both = [line for i, line in enumerate(lines) if i not in refused | refused_by_gnu]
    assert len(both) > len(lines) * 0.8
    ours, theirs = assemble(_whole(both)).flat(), gnu(".global _start\n_start:\n" + _whole(both))
    different = [line for i, line in enumerate(both, 2) if ours[4 * i : 4 * i + 4] != theirs[4 * i : 4 * i + 4]]
    assert different == []
    assert ours == theirs
