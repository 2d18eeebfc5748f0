"""Where new recordings go: into a source tree, or where somebody says."""

from pathlib import Path

import pytest

from harness.conform import recordings
from harness.errors import InputError


def test_an_installed_package_records_nothing_into_itself(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(recordings, "is_source_tree", lambda: False)
    with pytest.raises(InputError, match="record in a checkout, or say where by --to DIR"):
        recordings.check_record(None)
    assert recordings.check_record(tmp_path / "new" / "folder") == tmp_path / "new" / "folder"
    assert list((tmp_path / "new" / "folder").iterdir()) == []


def test_a_checkout_records_into_its_sources() -> None:
    assert recordings.is_source_tree()
    assert recordings.check_record(None) == recordings.RECORD
