"""Fetching, with packages made by the test: it uses neither the network nor the user's cache."""

import hashlib
import io
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.oracle import RELEASES, XenPackage, releases
from harness.oracle.releases import cache_directory, cached, fetch
from harness.packages import deb, download
from harness.packages.download import sources

BINARY = b"not really a hypervisor" * 1000


def package(files: dict[str, bytes], *, compression: str = "xz") -> bytes:
    """A Debian package: an ar archive of a version, a control archive of odd length, and the files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{compression}") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    members = [("debian-binary", b"2.0\n"), ("control.tar.xz", b"odd"), (f"data.tar.{compression}", buffer.getvalue())]
    result = b"!<arch>\n"
    for name, content in members:
        result += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
        result += content + b"\n" * (len(content) % 2)
    return result


PACKAGE = package({"./boot/README": b"no", "./boot/xen-9.9-arm64": BINARY})


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(autouse=True)
def _a_cache_and_a_release_of_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = XenPackage("9.9", "9.9.1-1", sha256(PACKAGE), hashlib.sha1(PACKAGE).hexdigest(), sha256(BINARY))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(releases, "RELEASES", {"9.9": release})
    monkeypatch.setattr(download, "_apt_mirrors", lambda: ["http://mirror.invalid/debian/"])


def nobody_answers(address: str) -> bytes:
    raise OSError(f"no route to {address}")


def left_behind() -> list[str]:
    return sorted(path.name for path in cache_directory().iterdir() if path.name != ".lock")


def test_a_fetched_hypervisor_is_kept_and_not_fetched_again() -> None:
    path = fetch("9.9", download=lambda address: PACKAGE)
    assert path.read_bytes() == BINARY
    assert left_behind() == [path.name]
    assert fetch("9.9", download=nobody_answers) == path


def test_a_damaged_hypervisor_in_the_cache_is_fetched_again() -> None:
    path = fetch("9.9", download=lambda address: PACKAGE)
    path.write_bytes(BINARY[:-1])
    assert cached("9.9") is None
    assert fetch("9.9", download=lambda address: PACKAGE).read_bytes() == BINARY


def test_sources_are_tried_in_order_until_one_has_the_right_package() -> None:
    asked: list[str] = []

    def answer(address: str) -> bytes:
        asked.append(address)
        if "archive.debian.org" in address:
            return PACKAGE
        return b"an error page" if "deb.debian.org" in address else nobody_answers(address)

    assert fetch("9.9", download=answer).read_bytes() == BINARY
    assert [address.split("/")[2] for address in asked] == ["mirror.invalid", "deb.debian.org", "archive.debian.org"]


def test_where_no_source_has_it_each_is_named_with_its_reason_and_nothing_is_left() -> None:
    def answer(address: str) -> bytes:
        return PACKAGE + b"!" if "snapshot" in address else nobody_answers(address)

    with pytest.raises(InputError) as caught:
        fetch("9.9", download=answer)
    message = str(caught.value)
    assert "cannot fetch xen-hypervisor-9.9-arm64_9.9.1-1_arm64.deb" in message
    assert "no route to http://mirror.invalid/debian/pool/main/x/xen/" in message
    assert f"SHA-256 is {sha256(PACKAGE + b'!')}, must be {sha256(PACKAGE)}" in message
    assert left_behind() == []


def test_a_package_with_another_hypervisor_in_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = package({"./boot/xen-9.9-arm64": b"another"})
    release = XenPackage("9.9", "9.9.1-1", sha256(other), "", sha256(BINARY))
    monkeypatch.setattr(releases, "RELEASES", {"9.9": release})
    with pytest.raises(InputError, match=f"has SHA-256 {sha256(b'another')}"):
        fetch("9.9", download=lambda address: other)
    assert left_behind() == []


def test_a_cache_that_cannot_be_written_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(InputError, match=r"cannot keep Xen 9\.9 in .*file"):
        fetch("9.9", download=lambda address: PACKAGE)


FETCH_ON_COMMAND = """
import ast, pathlib, sys
from harness.oracle import XenPackage, releases
from harness.packages import download

release, package, log = ast.literal_eval(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
releases.RELEASES = {"9.9": XenPackage(*release)}
download._apt_mirrors = list

def fetch_package(address):
    with open(log, "a") as file:
        file.write("once\\n")
    return package.read_bytes()

print("ready", flush=True)
sys.stdin.readline()
releases.fetch("9.9", download=fetch_package)
"""


def test_processes_that_fetch_at_once_download_it_once(tmp_path: Path) -> None:
    (tmp_path / "package").write_bytes(PACKAGE)
    release = repr(("9.9", "9.9.1-1", sha256(PACKAGE), "", sha256(BINARY)))
    arguments = [sys.executable, "-c", FETCH_ON_COMMAND, release, str(tmp_path / "package"), str(tmp_path / "log")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    children = [subprocess.Popen(arguments, **pipes) for _ in range(4)]
    assert [child.stdout.readline() for child in children] == ["ready\n"] * 4
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        child.communicate()
    assert [child.returncode for child in children] == [0, 0, 0, 0]
    assert (tmp_path / "log").read_text() == "once\n"
    assert cached("9.9") is not None


def test_every_pinned_release_has_whole_hashes_and_a_debian_archive_to_fall_back_on() -> None:
    assert list(RELEASES) == ["4.14", "4.17", "4.20"]
    for release in RELEASES.values():
        assert (len(release.deb_sha256), len(release.deb_sha1), len(release.binary_sha256)) == (64, 40, 64)
        assert sources(release.file.pool_path, release.deb_sha1)[-2:] == [
            f"http://archive.debian.org/debian/pool/main/x/xen/{release.deb_name}",
            f"https://snapshot.debian.org/file/{release.deb_sha1}",
        ]


@pytest.mark.parametrize("compression", ["xz", "gz"])
def test_a_file_is_read_out_of_a_package(compression: str) -> None:
    assert deb.member(package({"./a": b"A", "./b": b"B"}, compression=compression), "./b") == b"B"


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        PACKAGE[:200] + bytes(100) + PACKAGE[300:],
        b"<html>",
        PACKAGE[:100],
        PACKAGE[: len(PACKAGE) // 2],
        b"!<arch>\n" + b"x" * 60,
        package({"./other": b""}),
    ],
)
def test_what_is_not_such_a_package_is_refused(broken: bytes) -> None:
    with pytest.raises(deb.BadPackage):
        deb.member(broken, "./boot/xen-9.9-arm64")


def test_a_package_that_dpkg_makes_is_read(tool: Callable[..., str], tmp_path: Path) -> None:
    dpkg_deb = tool("dpkg-deb", package="dpkg")
    (tmp_path / "tree/DEBIAN").mkdir(parents=True)
    control = "Package: p\nVersion: 1\nArchitecture: all\nMaintainer: m <m@m>\nDescription: d\n"
    (tmp_path / "tree/DEBIAN/control").write_text(control)
    (tmp_path / "tree/boot").mkdir()
    (tmp_path / "tree/boot/xen").write_bytes(BINARY)
    subprocess.run([dpkg_deb, "-Zxz", "--root-owner-group", "-b", "tree", "p.deb"], cwd=tmp_path, check=True)
    assert deb.member((tmp_path / "p.deb").read_bytes(), "./boot/xen") == BINARY


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A web server with the package at /package, and nothing else."""

    class Pool(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = PACKAGE if self.path == "/package" else b"not found"
            self.send_response(200 if content is PACKAGE else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setenv("no_proxy", "*")
    with ThreadingHTTPServer(("127.0.0.1", 0), Pool) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_without_apt_a_package_comes_by_plain_http(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "APT_HELPER", Path("/nowhere"))
    monkeypatch.setattr(download, "sources", lambda *_: [f"{server}/none", f"{server}/package"])
    assert fetch("9.9").read_bytes() == BINARY


def test_with_apt_it_comes_by_apts_own_downloader(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "apt.conf").write_text('Dir::Etc::main "/dev/null"; Dir::Etc::parts "/dev/null";')  # no proxies
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))
    if not download.APT_HELPER.exists():
        pytest.skip(f"needs {download.APT_HELPER} (Debian package apt)")
    monkeypatch.setattr(download, "sources", lambda *_: [f"{server}/none", f"{server}/package"])
    assert fetch("9.9").read_bytes() == BINARY


@pytest.mark.parametrize("apt", [Path("/nowhere"), download.APT_HELPER], ids=["plain", "apt"])
@pytest.mark.parametrize("address", ["http://127.0.0.1:1/x", "mirror+file:/etc/apt/none", "nonsense"])
def test_what_cannot_be_downloaded_is_an_os_error(apt: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "APT_HELPER", apt)
    monkeypatch.setattr(download, "sources", lambda *_: [address])
    with pytest.raises(InputError, match="cannot fetch") as caught:
        fetch("9.9")
    assert f"{address}: " in str(caught.value)
