"""The assembler's copy of the ABI is what its source says."""

import subprocess
import sys
from pathlib import Path

from harness.abi.__main__ import header
from harness.guest import assemble

ABI_H = Path(__file__).parents[2] / "guest_asm" / "lib" / "abi.h"


def test_the_guests_header_is_what_the_module_prints() -> None:
    done = subprocess.run([sys.executable, "-m", "harness.abi"], capture_output=True, text=True, check=True)
    assert done.stdout == ABI_H.read_text()


def test_no_name_is_defined_twice() -> None:
    names = [line.split()[1] for line in "\n".join(header()).splitlines() if line.startswith("#define ")]
    assert len(names) == len(set(names))


def test_the_assembler_takes_every_value_for_the_number_it_is() -> None:
    lines = [line.split(None, 2) for line in "\n".join(header()).splitlines() if line.startswith("#define ")]
    named = {words[1]: int(words[2], 0) for words in lines if len(words) == 3}
    source = '#include "lib/abi.h"\n' + "".join(f".quad {name}\n" for name in named)
    expected = b"".join((value & (1 << 64) - 1).to_bytes(8, "little") for value in named.values())
    assert assemble(source).flat()[: len(expected)] == expected
