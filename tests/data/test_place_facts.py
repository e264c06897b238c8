"""Dated facts of places."""

from importlib import resources
from pathlib import Path

import pytest

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.coproduction import place_facts
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers import place_facts as reader

HEADER = "place,year_from,year_to,fact,source,verified\n"
OWN = Path(str(resources.files("neighbourhood_equity.analysis") / "studies" / "birmingham"))


def _read(tmp_path: Path, rows: str):
    path = tmp_path / "place_facts.csv"
    path.write_text(HEADER + rows)
    return reader.place_facts(path)


def test_a_blank_year_is_not_known(tmp_path: Path) -> None:
    frame = _read(tmp_path, "Hill,1999,,A hall opened.,https://example.org,yes\n").frame
    assert frame["year_from"].tolist() == [1999]
    assert frame["year_to"].isna().all()
    assert frame["verified"].tolist() == [True]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Hill,2001,1999,A hall.,page,yes", "year_to lies before"),
        ("Hill,1999,,A hall.,page,maybe", "'verified'"),
        ("Hill,1999,,A hall.,,yes", "'source'"),
        (",1999,,A hall.,page,yes", "'place'"),
        ("Hill,soon,,A hall.,page,yes", "'year_from'"),
    ],
)
def test_a_broken_row_is_refused(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _read(tmp_path, row + "\n")


def test_a_folder_without_facts_has_none(tmp_path: Path) -> None:
    assert place_facts(DataFolder(tmp_path)).empty


@pytest.mark.parametrize("place", ["Castle Vale", "Perry Common", "Aston"])
def test_confounders_of_a_case_are_named(place: str, tmp_path: Path) -> None:
    facts = place_facts(DataFolder(tmp_path, OWN)).query("place == @place")["fact"]
    assert facts.str.startswith("Confounder:").any()
