"""Which sectors the comparisons of sectors use, and from which year one counts as treated."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.analysis.adoption import read_adoption
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.results.panel import panel
from neighbourhood_equity.analysis.study import Study, find_study, read_study
from neighbourhood_equity.data import tables

SECTORS, YEARS = 26, range(2000, 2016)
PLACES = pd.DataFrame({"status": ["dated"] * 12})


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(find_study("simulated_city"))


@pytest.fixture(scope="module")
def sectors() -> pd.DataFrame:
    """Twelve sectors with a start, and two of unknown start whose prices would drown the rest."""
    rng = np.random.default_rng(4)
    rows = pd.DataFrame(
        [(f"ZZ{i % 5} {i}", i, year) for i in range(SECTORS) for year in YEARS],
        columns=["sector", "i", "year"],
    )
    began = 2003 + rows["i"] % 6
    rows["ever_exposed"] = np.where(rows["i"] < 12, 0.5 + rows["i"] / 30, 0.0)
    rows["exposure"] = rows["ever_exposed"] * (rows["year"] > began)
    rows["excluded"] = rows["i"].isin([0, 20])
    noise = rng.normal(size=len(rows)) * np.where(rows["excluded"], 3.0, 0.1)
    return rows.assign(
        log_price=11 + rows["i"] / 20 + 0.02 * (rows["year"] - 2000) + noise,
        sales=rng.integers(20, 80, len(rows)),
        district=rows["sector"].str.split(" ").str[0],
    )


def test_the_panel_is_that_of_sectors_with_a_known_start(
    study: Study, sectors: pd.DataFrame
) -> None:
    found = panel(study, sectors, PLACES)
    alone = panel(study, sectors[~sectors["excluded"]], PLACES)
    assert (found.weighted, found.unweighted) == (alone.weighted, alone.unweighted)
    assert found.sectors.value == SECTORS - found.excluded_sectors.value == SECTORS - 2
    assert found.exposed_sectors.value == 11


def test_starts_are_those_of_sectors_that_touch_no_unknown_one(inputs: Inputs) -> None:
    every = read_adoption(inputs.sectors, inputs.folder, inputs.rules).sectors["sector"]
    hazy = inputs.sectors.loc[inputs.sectors["excluded"], "sector"].unique()
    assert len(hazy)
    assert not set(hazy) & set(every)


def test_a_sector_is_exposed_from_the_year_after_the_start(inputs: Inputs) -> None:
    shares = tables.sector_places(inputs.folder, inputs.rules)
    dated = shares[shares["status"] == "dated"]
    single = dated[~dated["sector"].duplicated(keep=False)]
    rows = inputs.sectors.merge(single[["sector", "share", "began"]], on="sector")
    assert {-1, 0, 1} <= set(rows["year"] - rows["began"])
    after = rows["year"] >= rows["began"] + 1
    assert (rows.loc[~after, "exposure"] == 0).all()
    assert rows.loc[after, "exposure"].to_numpy() == pytest.approx(rows.loc[after, "share"])
