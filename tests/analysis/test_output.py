"""The output folder is replaced whole or not at all, and its CSVs hold no formula."""

from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.analysis.output import replacing, write_csv, write_exhibits
from neighbourhood_equity.report_templates.exhibits import Column, Table


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


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_name_is_no_formula_in_a_table(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"place": [name], "homes": [-5.0]})
    columns = (Column("place", "Place"), Column("homes", "Homes", "count"))
    table = Table("a.table", "A table", frame, columns, "homes", "A note", "A source")
    write_exhibits({table.id: table}, {}, tmp_path)
    read = pd.read_csv(tmp_path / "tables" / "a.table.csv")
    assert read["place"].tolist() == [f"'{name}"]
    assert read["homes"].tolist() == [-5]


def test_what_a_csv_keeps_from_being_a_formula_can_be_told_apart(tmp_path: Path) -> None:
    names = ["=a", "'=a", "''=a", "'a'", "a", ""]
    write_csv(pd.DataFrame({"name": names}), tmp_path / "a.csv")
    read = pd.read_csv(tmp_path / "a.csv", keep_default_na=False)["name"].tolist()
    assert read == [f"'{name}" for name in names[:3]] + names[3:]
