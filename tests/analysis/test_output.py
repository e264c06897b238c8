"""The output folder is replaced whole or not at all."""

from pathlib import Path

import pytest

from neighbourhood_equity.analysis.output import replacing


def test_a_run_that_ends_well_replaces_the_former_folder(tmp_path: Path) -> None:
    target = tmp_path / "study"
    target.mkdir()
    (target / "old.txt").write_text("old")
    with replacing(target) as beside:
        (beside / "new.txt").write_text("new")
    assert [path.name for path in target.iterdir()] == ["new.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_a_run_that_fails_leaves_the_former_folder_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "study"
    target.mkdir()
    (target / "old.txt").write_text("old")
    with pytest.raises(RuntimeError), replacing(target) as beside:
        _write_half(beside)
    assert (target / "old.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def _write_half(folder: Path) -> None:
    (folder / "half.txt").write_text("half")
    raise RuntimeError
