"""Debug builds, tested with a small source: a Makefile with the same interface as Xen's."""

import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.conform.subject import identify
from harness.errors import InputError, ToolMissing
from harness.oracle import debug_build
from harness.oracle.debug_build import SOURCES, Source, build, built
from harness.oracle.releases import RELEASES, cache_directory

MAKEFILE = """
ifneq ($(XEN_TARGET_ARCH)-$(CROSS_COMPILE),arm64-aarch64-linux-gnu-)
$(error for what?)
endif
xen: .config
	cp .config xen
defconfig:
	echo '# CONFIG_DEBUG is not set' > .config
	echo 'CONFIG_DEBUG_LOCKS=n' >> .config
olddefconfig:
	echo 'CONFIG_DEBUG_INFO=y' >> .config
"""


def tarball(makefile: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:xz") as archive:
        member = tarfile.TarInfo("xen-4.17/xen/Makefile")
        member.size = len(makefile)
        archive.addfile(member, io.BytesIO(makefile.encode()))
    return buffer.getvalue()


@pytest.fixture
def sourced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: Callable[..., str]
) -> Callable[[str], Callable[[str], bytes]]:
    """``sourced(makefile)``: a download of a source with it, which is the pinned one, into a cache of our own."""

    def make(makefile: str) -> Callable[[str], bytes]:
        content = tarball(makefile)
        source = Source("4.17.0", hashlib.sha256(content).hexdigest(), "sha1")
        monkeypatch.setattr(debug_build, "SOURCES", {"4.17": source})
        return lambda address: content

    tool("make", package="make")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(debug_build, "TOOLS", {"make": "make"})
    return make


def test_a_build_is_configured_for_debugging_and_kept(sourced: Callable[[str], Callable[[str], bytes]]) -> None:
    download = sourced(MAKEFILE)
    assert built("4.17") is None
    path = build("4.17", download=download)
    assert path.read_text() == "CONFIG_DEBUG=y\nCONFIG_DEBUG_LOCKS=n\nCONFIG_DEBUG_INFO=y\n"
    assert build("4.17", download=lambda address: b"") == path == built("4.17")
    assert [each.name for each in cache_directory().iterdir() if each.name != ".lock"] == [path.name]


def test_a_build_that_fails_says_what_make_said_and_leaves_nothing(
    sourced: Callable[[str], Callable[[str], bytes]],
) -> None:
    download = sourced(MAKEFILE.replace("cp .config xen", "echo no such compiler; false"))
    with pytest.raises(InputError, match=r"make -j\d+ of Xen failed:(.|\n)*no such compiler"):
        build("4.17", download=download)
    assert [each.name for each in cache_directory().iterdir() if each.name != ".lock"] == []


def test_a_source_with_another_hash_is_not_built(sourced: Callable[[str], Callable[[str], bytes]]) -> None:
    sourced(MAKEFILE)
    with pytest.raises(InputError, match=r"cannot fetch xen_4\.17\.0\.orig\.tar\.xz:(.|\n)*SHA-256 is"):
        build("4.17", download=lambda address: b"something else")


def test_a_missing_tool_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="needs aarch64-linux-gnu-gcc: apt install gcc-aarch64-linux-gnu"):
        build("4.17")


def test_a_debug_build_that_nobody_made_is_asked_for_in_vain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(InputError, match=r"not built yet; run harness oracle build --xen 4\.20"):
        identify("xen:4.20-debug")


def test_every_release_has_the_source_of_its_version() -> None:
    assert list(SOURCES) == list(RELEASES)
    assert all(RELEASES[xen].package_version.startswith(source.version) for xen, source in SOURCES.items())
