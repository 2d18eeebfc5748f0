import subprocess
from collections.abc import Callable
from pathlib import Path

from harness.conform.oracle.board import WATCH
from harness.guest import assemble


def test_the_watching_dom0_in_the_package_is_its_source_assembled() -> None:
    assert assemble(WATCH.with_suffix(".S")).flat() == WATCH.read_bytes()


def test_gnu_as_makes_the_same_of_it(tool: Callable[..., str], tmp_path: Path) -> None:
    gnu_as = tool("aarch64-linux-gnu-as", package="binutils-aarch64-linux-gnu")
    objcopy = tool("aarch64-linux-gnu-objcopy", package="binutils-aarch64-linux-gnu")
    subprocess.run([gnu_as, str(WATCH.with_suffix(".S")), "-o", "watch.o"], cwd=tmp_path, check=True)
    subprocess.run([objcopy, "-O", "binary", "watch.o", "watch.bin"], cwd=tmp_path, check=True)
    assert (tmp_path / "watch.bin").read_bytes() == WATCH.read_bytes()
