"""The pinned hypervisors: the Debian package of each Xen, and the hashes of its bytes.

These are the versions of Debian's main archive, not of its security archive. The former move to Debian's archive of
old releases when their support ends, and stay there; the latter disappear with the next update.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from harness.errors import InputError
from harness.files import directories
from harness.packages.download import Download
from harness.packages.pinned import PinnedFile
from harness.words import suggestion

FOLDER = "xen"
"""The directory of the cache."""


@dataclass(frozen=True)
class XenPackage:
    """One hypervisor package of Debian. Hashes are hexadecimal; ``deb_sha1`` is its name at Debian's snapshots."""

    xen: str
    package_version: str
    deb_sha256: str
    deb_sha1: str
    binary_sha256: str

    @property
    def deb_name(self) -> str:
        """The package's file name in Debian's pool."""
        return f"xen-hypervisor-{self.xen}-arm64_{self.package_version}_arm64.deb"

    @property
    def file(self) -> PinnedFile:
        """The hypervisor, as a file of the package."""
        return PinnedFile(
            what=f"Xen {self.xen}",
            folder=FOLDER,
            name=f"xen-{self.xen}-arm64_{self.package_version}",
            pool_path=f"pool/main/x/xen/{self.deb_name}",
            member=f"./boot/xen-{self.xen}-arm64",
            deb_sha256=self.deb_sha256,
            deb_sha1=self.deb_sha1,
            sha256=self.binary_sha256,
        )


RELEASES: Mapping[str, XenPackage] = MappingProxyType(
    {
        release.xen: release
        for release in (
            XenPackage(  # Debian 11, bullseye
                xen="4.14",
                package_version="4.14.6-1",
                deb_sha256="db2834530687b2c7282073528260c663dc8d00a5b2820ab00cb4a2068c2f572c",
                deb_sha1="ec97abcbdb8bf0db4ca257f84adf171f5fc44291",
                binary_sha256="a7b2124b0fd60073e08b1df670bc3bf00b52366f415970607ca0a08ecff0a03b",
            ),
            XenPackage(  # Debian 12, bookworm
                xen="4.17",
                package_version="4.17.5+72-g01140da4e8-1",
                deb_sha256="ae97d9bb37f765ae1a37628894ad5156d0957ca7e39e7df86221ecb46502a1a8",
                deb_sha1="d562fd6d1a771c8a39945c93009fc6ca4dc7281d",
                binary_sha256="670df76317cd6b3f2d099f3d7a55b7868c2eca7045e53536e21e3b17e7597d48",
            ),
            XenPackage(  # Debian 13, trixie
                xen="4.20",
                package_version="4.20.3+127-gc42374a105-0+deb13u1",
                deb_sha256="f133c49e83cb362b7c49af1d3c50c2910810740a6759fdbe0d79b829a2c16248",
                deb_sha1="e7a449f7dd212f5c937a8ada9156e54615eda6ad",
                binary_sha256="59f8e36413a9b44e42afca6e2c4670279ea4c7bd5c1ebe4854c3da764c93dd5b",
            ),
        )
    }
)
"""The pinned Xens, by version as written after ``--xen``."""


def cache_directory() -> Path:
    """The directory of the hypervisors. Raises InputError if there is no cache directory."""
    return directories.cache_directory() / FOLDER


def release_of(xen: str) -> XenPackage:
    """Look up a version. Raises InputError if it is not pinned."""
    try:
        return RELEASES[xen]
    except KeyError:
        known = ", ".join(RELEASES)
        raise InputError(f"Xen {xen} is not a pinned release{suggestion(xen, RELEASES)}; pinned: {known}") from None


def cached(xen: str) -> Path | None:
    """Return the path of the hypervisor if it is in the cache and intact, else None."""
    return release_of(xen).file.cached


def fetch(xen: str, *, download: Download | None = None) -> Path:
    """Return the path of the hypervisor binary of version ``xen``; fetch it first if it is not in the cache.

    Raises InputError for an unknown version, and as :meth:`PinnedFile.fetch` does.
    """
    return release_of(xen).file.fetch(download)
