"""What is recorded is what the real Xens say, and the releases differ in no more than is known."""

from collections.abc import Callable

import pytest
from recordings import HERE, Recording, recordings


@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording.name)
def test_the_real_xen_still_says_what_is_recorded(recording: Recording, real_xen: Callable[[str], str]) -> None:
    real_xen(recording.xen)
    assert recording.ask().decode() == recording.path.read_text()


def test_every_file_beside_them_is_a_recording() -> None:
    assert sorted(HERE.glob("expected/*")) == sorted(recording.path for recording in recordings())


def differences(one: Recording, other: Recording) -> list[str]:
    """The titles of the answers that differ."""
    pairs = zip(one.path.read_text().splitlines(), other.path.read_text().splitlines(), strict=True)
    return [mine.rpartition(":")[0] for mine, theirs in pairs if mine != theirs]


@pytest.mark.parametrize(
    ("guest", "one", "other", "titles"),
    [
        ("entry", "4.14", "4.17", []),
        ("entry", "4.17", "4.20", []),
        ("exceptions", "4.14", "4.17", []),
        ("exceptions", "4.17", "4.20", []),
        ("hypercalls", "4.14", "4.17", ["xen_version 0", "get_features, submap 0", "vcpu_op 99, no such vCPU"]),
        ("hypercalls", "4.17", "4.20", ["xen_version 0", "get_features, submap 0", "SMCCC_VERSION"]),
    ],
)
def test_releases_differ_for_a_domu_only_where_it_is_known(guest: str, one: str, other: str, titles: list[str]) -> None:
    assert differences(Recording(guest, one, True), Recording(guest, other, True)) == titles
