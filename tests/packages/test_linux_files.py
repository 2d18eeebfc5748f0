"""The initial RAM file system: an archive that every cpio reads, the same bytes every time."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.packages import cpio, linux


def test_an_archive_has_the_headers_that_linux_unpacks() -> None:
    archive = cpio.archive([cpio.directory("bin"), cpio.program("bin/a", b"12345"), cpio.link("b", "a")])
    members, at = [], 0
    while True:
        assert archive[at : at + 6] == b"070701"
        fields = [int(archive[at + 6 + 8 * index : at + 14 + 8 * index], 16) for index in range(13)]
        mode, size, name_size = fields[1], fields[6], fields[11]
        name = archive[at + 110 : at + 110 + name_size - 1].decode()
        at += -(-(110 + name_size) // 4) * 4
        if name == "TRAILER!!!":
            break
        members.append((name, oct(mode), archive[at : at + size]))
        at += -(-size // 4) * 4
    assert members == [("bin", "0o40755", b""), ("bin/a", "0o100755", b"12345"), ("b", "0o120777", b"a")]
    assert len(archive) == at


def test_cpio_itself_reads_it(tool: Callable[..., str], tmp_path: Path) -> None:
    archive = linux.initramfs(b"a program")
    listing = subprocess.run([tool("cpio", package="cpio"), "-itv"], input=archive, capture_output=True, check=True)
    text = listing.stdout.decode()
    assert "crw-------" in text
    assert "dev/console" in text
    assert "bin/sh -> busybox" in text
    assert linux.initramfs(b"a program") == archive


def test_a_kernel_that_is_not_pinned_is_refused_with_those_that_are() -> None:
    with pytest.raises(InputError, match=r"Linux 6\.2 is not a pinned kernel.*; pinned: 6\.1, 6\.12"):
        linux.fetch("6.2")


def test_files_are_fetched_and_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name, content in (("BUSYBOX", b"busybox"), ("KERNEL", b"kernel")):
        pinned = linux.BUSYBOX if name == "BUSYBOX" else linux.KERNELS["6.1"]
        changed = replace(pinned, sha256=linux.sha256_of(content))
        pinned.directory.mkdir(parents=True, exist_ok=True)
        (pinned.directory / pinned.name).write_bytes(content)
        if name == "BUSYBOX":
            monkeypatch.setattr(linux, "BUSYBOX", changed)
        else:
            monkeypatch.setattr(linux, "KERNELS", {"6.1": changed})
    files = linux.fetch("6.1")
    assert files.kernel.read_bytes() == b"kernel"
    assert files.initramfs.read_bytes() == linux.initramfs(b"busybox")
    assert linux.fetch("6.1") == files
