"""Sources damaged at random end in a guest or in an InputError, never in another exception."""

import contextlib
import random
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.guest import assemble, library_path

SOURCES = [*sorted(library_path().rglob("*.S")), *sorted((Path(__file__).parent / "snippets").glob("*.s"))]
PIECES = (
    *"()[]{}#:;,.\\\"'@!=+-*/<>&|%^~$?`\0\t\n é",
    "\\@", "1f", "1b", ":lo12:", "##", "#define ", "#include ", "#if ", "#endif\n", ".macro ", ".endm\n",
    ".rept 3\n", ".endr\n", ".if 1\n", ".endif\n", "/*", "*/", "//", "==", "0x", "'a", "\\()", "\\\n",
    ".text\n", ".bss\n", ".org 8\n", "__LINE__", "(((", "9" * 20, "-", ".set a, a\n", "=", "ldr x0, =", "x31",
    ".align 9\n", ".exitm\n",
)  # fmt: skip


def damaged(rng: random.Random, text: str) -> str:
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(text) + 1)
        to = min(len(text), at + rng.choice((0, 0, 1, 3, 20)))
        text = text[:at] + rng.choice((*PIECES, text[rng.randrange(len(text)) :][: rng.randrange(40)])) + text[to:]
    return text


@pytest.mark.parametrize("seed", range(100))
def test_a_damaged_source_is_assembled_or_refused(seed: int) -> None:
    rng = random.Random(seed)
    source = rng.choice(SOURCES)
    with contextlib.suppress(InputError):  # any other exception is the failure
        assemble(damaged(rng, source.read_text()), name=str(source))
