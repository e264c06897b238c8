"""The simulated city: its shape, its files, and that the study's regressions find its truth."""

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from linearmodels.panel import PanelOLS

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.simulated_city import (
    SMALL,
    CitySize,
    Truth,
    make_city,
)

TOWN = CitySize(areas=320, middle_areas=64, wards=34, sales=120_000)
SEED = 4
DOMAINS = ["civic_assets", "connectedness", "engagement"]
WITHIN = 3.5  # standard errors: chance alone goes beyond it once in some thousands of estimates


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_city(tmp_path_factory.mktemp("cities") / "town", SEED, TOWN)


@pytest.fixture(scope="module")
def truth(town: Path) -> Truth:
    return Truth.read(town / "truth.json")


@pytest.fixture(scope="module")
def folder(town: Path) -> DataFolder:
    return DataFolder(town)


@pytest.fixture(scope="module")
def areas(folder: DataFolder) -> pd.DataFrame:
    """One row an LSOA of 2021 with everything the cross-section needs."""
    frame = folder.read("lsoa_price_per_sqm").merge(folder.read("lsoa21_ward22"), on="lsoa21")
    needs = folder.read("cni_2023").set_index("lsoa21")
    for domain in DOMAINS:
        frame[domain] = -_z(needs[f"need_{domain}"]).loc[frame["lsoa21"]].to_numpy()
    codes = folder.read("lsoa11_lsoa21")[["lsoa11", "lsoa21"]]
    deprivation = folder.read("imd_2019_scores").merge(codes, on="lsoa11")
    frame = frame.merge(deprivation[["lsoa21", "income", "employment"]], on="lsoa21")
    tenure, homes = folder.read("census_2021_tenure"), folder.read("census_2021_accommodation")
    owned = tenure[["owned_outright", "owned_mortgage", "shared_ownership"]].sum(axis=1)
    social = tenure["social_council"] + tenure["social_other"]
    shares = pd.DataFrame({"lsoa21": tenure["lsoa21"], "owned": owned, "social": social})
    frame = frame.merge(shares, on="lsoa21")
    frame = frame.merge(homes.drop(columns=["households", "terraced"]), on="lsoa21")
    crime = folder.read("imd_2025").set_index("lsoa21")["crime"]
    return frame.assign(
        log_price=np.log(frame["price_per_sqm"]),
        ever=frame["lsoa21"].isin(folder.read("place_areas")["code"]).astype(float),
        safety=-_z(crime).loc[frame["lsoa21"]].to_numpy(),
        flats=frame[["purpose_built_flat", "converted_house", "converted_building"]].sum(axis=1),
    )


@pytest.fixture(scope="module")
def panel(folder: DataFolder, truth: Truth) -> pd.DataFrame:
    """Postcode sectors by year, with the share of postcodes whose programme has begun."""
    postcodes = folder.read("code_point_open")[["postcode"]].merge(
        folder.read("postcode_lookup")[["postcode", "lsoa11"]], on="postcode"
    )
    codes = folder.read("lsoa11_lsoa21").drop_duplicates("lsoa11")[["lsoa11", "lsoa21"]]
    postcodes = postcodes.merge(codes, on="lsoa11")
    started = {code: place.started for place in truth.places for code in place.lsoa21}
    begun = postcodes["lsoa21"].map(started).fillna(9999)
    sector = postcodes["postcode"].str[:-2]
    prices = folder.read("sector_prices")
    exposure = pd.concat(
        {year: (begun < year).groupby(sector).mean() for year in prices["year"].unique()}
    )
    exposure.index.names = ["year", "sector"]
    prices = prices.merge(exposure.rename("exposure").reset_index(), on=["year", "sector"])
    return prices.assign(log_price=np.log(prices["mean_price"])).set_index(["sector", "year"])


def _z(values: pd.Series) -> pd.Series:
    return (values - values.mean()) / values.std(ddof=0)


CONTROLS = [
    "income", "employment", "owned", "social", "detached", "semi_detached", "flats",
]  # fmt: skip


def _regress(
    areas: pd.DataFrame, outcome: str, regressors: list[str], *, weighted: bool = True
) -> Any:
    """Within wards, clustered by ward."""
    wards = pd.get_dummies(areas["ward22"], dtype=float)
    weights = areas["sales"] if weighted else np.ones(len(areas))
    model = sm.WLS(areas[outcome], pd.concat([areas[regressors], wards], axis=1), weights=weights)
    clusters = {"groups": pd.factorize(areas["ward22"])[0]}
    return model.fit(cov_type="cluster", cov_kwds=clusters)


def _assert_found(fit: Any, term: str, planted: float) -> None:
    assert abs(fit.params[term] - planted) < WITHIN * fit.bse[term]


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_cross_section_finds_what_social_capital_does(
    areas: pd.DataFrame, truth: Truth, domain: str
) -> None:
    fit = _regress(areas, "log_price", [*DOMAINS, "ever", *CONTROLS])
    _assert_found(fit, domain, truth.social_capital_on_price[domain])


def test_the_cross_section_finds_what_coproduction_does(areas: pd.DataFrame, truth: Truth) -> None:
    fit = _regress(areas, "log_price", [*DOMAINS, "ever", *CONTROLS])
    _assert_found(fit, "ever", truth.coproduction_on_price)


def test_the_raw_association_is_biased(areas: pd.DataFrame, truth: Truth) -> None:
    fit = sm.WLS(areas["log_price"], sm.add_constant(areas[["connectedness"]])).fit()
    planted = truth.social_capital_on_price["connectedness"]
    assert fit.params["connectedness"] - planted > 5 * fit.bse["connectedness"]


def test_the_panel_finds_the_total_effect(panel: pd.DataFrame, truth: Truth) -> None:
    fit = PanelOLS(
        panel["log_price"],
        panel[["exposure"]],
        entity_effects=True,
        time_effects=True,
        weights=panel["sales"],
    ).fit(cov_type="clustered", cluster_entity=True)
    off = abs(fit.params["exposure"] - truth.coproduction_total)
    assert off < WITHIN * fit.std_errors["exposure"]
    assert fit.std_errors["exposure"] < truth.coproduction_total / 3


def test_the_outcome_moves_with_coproduction(areas: pd.DataFrame, truth: Truth) -> None:
    fit = _regress(areas, "safety", ["ever", "income", "employment"], weighted=False)
    _assert_found(fit, "ever", truth.coproduction_on_outcome)


@pytest.mark.parametrize("domain", DOMAINS)
def test_social_capital_moves_with_the_outcome(
    areas: pd.DataFrame, truth: Truth, domain: str
) -> None:
    fit = _regress(areas, domain, ["safety", "ever", "income", "employment"], weighted=False)
    _assert_found(fit, "safety", truth.outcome_on_social_capital[domain])


def test_the_total_effect_adds_up(truth: Truth) -> None:
    through = sum(
        truth.social_capital_on_price[d] * truth.coproduction_on_social_capital[d] for d in DOMAINS
    )
    assert truth.coproduction_total == pytest.approx(truth.coproduction_on_price + through)


def test_need_is_social_capital_turned_round(folder: DataFolder) -> None:
    need = folder.read("cni_2023")[[f"need_{domain}" for domain in DOMAINS]]
    assert need.mean().to_numpy() == pytest.approx(100, abs=0.01)
    assert need.std(ddof=0).to_numpy() == pytest.approx(20, abs=0.01)


def test_areas_leave_no_gap_and_do_not_overlap(folder: DataFolder) -> None:
    polygons = folder.read("boundaries_lsoa21")
    city = polygons.union_all()
    assert city.geom_type == "Polygon"
    assert len(city.interiors) == 0
    assert polygons.area.sum() == pytest.approx(city.area, rel=1e-6)


@pytest.mark.parametrize(
    ("source", "count"), [("boundaries_ward22", TOWN.wards), ("boundaries_msoa21", 64)]
)
def test_groups_of_areas_hang_together(folder: DataFolder, source: str, count: int) -> None:
    polygons = folder.read(source)
    assert len(polygons) == count
    assert set(polygons.geom_type) == {"Polygon"}


def test_postcodes_lie_in_their_area(folder: DataFolder) -> None:
    import geopandas as gpd

    points = folder.read("code_point_open")
    located = gpd.GeoDataFrame(
        points, geometry=gpd.points_from_xy(points["easting"], points["northing"]), crs=27700
    ).sjoin(folder.read("boundaries_lsoa21"), predicate="within")
    codes = folder.read("lsoa11_lsoa21")[["lsoa21", "lsoa11"]]
    located = located.merge(codes, left_on="code", right_on="lsoa21").merge(
        folder.read("postcode_lookup")[["postcode", "lsoa11"]], on="postcode"
    )
    assert len(located) == len(points)
    assert (located["lsoa11_x"] == located["lsoa11_y"]).mean() > 0.999


def test_sectors_are_not_nested_in_middle_areas(folder: DataFolder) -> None:
    lookup = folder.read("postcode_lookup")
    spread = lookup.groupby(lookup["postcode"].str[:-2])["msoa11"].nunique()
    assert (spread > 1).mean() > 0.5


def test_places_cross_wards_and_are_contiguous(folder: DataFolder) -> None:
    members = folder.read("place_areas").merge(
        folder.read("lsoa21_ward22"), left_on="code", right_on="lsoa21"
    )
    polygons = folder.read("boundaries_lsoa21").set_index("code").geometry
    for _, place in members.groupby("place"):
        assert place["ward22"].nunique() > 1
        assert polygons[place["code"]].buffer(0.5).union_all().geom_type == "Polygon"


def test_some_places_must_be_refused(folder: DataFolder) -> None:
    starts = folder.read("coproduction_sites")["start_earliest"]
    assert starts.isna().sum() == 2
    assert (starts < TOWN.first_year).sum() == 1


def test_sales_are_sales(folder: DataFolder) -> None:
    sales = folder.read("price_paid")
    assert len(sales) == TOWN.sales
    assert sales["transaction_id"].is_unique
    assert (
        sales["transaction_id"]
        .str.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}")
        .all()
    )
    assert (sales["price"] % 250 == 0).all()
    assert sales["date"].dt.year.between(TOWN.first_year, TOWN.last_year).all()
    assert sales["date"].dt.day_of_week.max() < 5


def test_certificates_belong_to_sales(folder: DataFolder) -> None:
    sales = folder.read("price_paid").set_index("transaction_id")
    matched = folder.read("epc_sales").set_index("transaction_id")
    assert 0.55 < len(matched) / len(sales) < 0.65
    of_sales = sales.loc[matched.index]
    for column in ("price", "date", "postcode", "property_type"):
        assert (matched[column] == of_sales[column]).all()
    # Beyond type and area, the log price moves one for one with the log of the floor area.
    terraced = matched[(matched["property_type"] == "T") & (matched["floor_area"] > 15)]
    price, metres = np.log(terraced["price"]), np.log(terraced["floor_area"])
    cells = [terraced["lsoa11"], terraced["date"].dt.year]
    price, metres = (x - x.groupby(cells).transform("mean") for x in (price, metres))
    assert (price * metres).sum() / (metres**2).sum() == pytest.approx(1, abs=0.05)


def test_dwellings_are_sold_again(folder: DataFolder) -> None:
    sales = folder.read("price_paid")
    sales = sales[sales["postcode"] != ""]
    again = sales.duplicated(["postcode", "paon", "saon"])
    assert 0.2 < again.mean() < 0.6
    steady = sales.groupby(["postcode", "paon", "saon"])["property_type"].nunique()
    assert (steady == 1).all()


def test_published_sector_means_are_those_of_the_sales(folder: DataFolder) -> None:
    sales = folder.read("price_paid")
    sales = sales[(sales["property_type"] != "O") & (sales["postcode"] != "")]
    mean = sales.groupby([sales["date"].dt.year, sales["postcode"].str[:-2]])["price"].mean()
    published = folder.read("sector_prices").set_index(["year", "sector"])["mean_price"]
    ratio = published / mean.rename_axis(["year", "sector"])
    assert ratio.median() == pytest.approx(1, abs=1e-3)


def test_ten_areas_are_halves_of_split_ones(folder: DataFolder) -> None:
    lookup = folder.read("lsoa11_lsoa21")
    assert (lookup["change"] == "S").sum() == 10
    assert lookup["lsoa11"].nunique() == TOWN.areas - 5


def test_the_truth_reads_back(town: Path, truth: Truth, tmp_path: Path) -> None:
    truth.write(tmp_path / "again.json")
    assert Truth.read(tmp_path / "again.json") == truth
    assert (truth.seed, truth.size) == (SEED, TOWN)


@pytest.fixture(scope="module")
def planted_prices(town: Path) -> pd.DataFrame:
    return pd.read_csv(town / "truth_area_prices.csv.gz")


def test_planted_prices_cover_every_area_and_year(planted_prices: pd.DataFrame) -> None:
    assert len(planted_prices) == TOWN.areas * TOWN.years
    assert not planted_prices.duplicated(["lsoa21", "year"]).any()
    assert planted_prices["log_price"].between(9, 14).all()


def test_planted_prices_are_those_of_terraced_houses(
    folder: DataFolder, planted_prices: pd.DataFrame
) -> None:
    sales = folder.read("price_paid")
    kept = sales[
        (sales["property_type"] == "T") & ~sales["new_build"] & (sales["category"] == "A")
    ].merge(folder.read("postcode_lookup")[["postcode", "lsoa11"]], on="postcode")
    codes = folder.read("lsoa11_lsoa21").drop_duplicates("lsoa11", keep=False)
    kept = kept.merge(codes, on="lsoa11")
    off = kept.assign(year=kept["date"].dt.year).merge(planted_prices, on=["lsoa21", "year"])
    residual = np.log(off["price"]) - off["log_price"]
    # Floor area (sd 0.17), the dwelling (0.22) and the month within the year are left.
    assert abs(residual.mean()) < WITHIN * residual.std() / np.sqrt(len(residual)) + 0.001
    assert residual.std() < 0.30
    assert abs(residual.groupby(off["year"]).mean()).max() < 0.03


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first = _digests(make_city(tmp_path / "one", 7, SMALL))
    assert first == _digests(make_city(tmp_path / "two", 7, SMALL))
    assert len(first) == 31
    assert first != _digests(make_city(tmp_path / "three", 8, SMALL))


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_full_folder_is_left_alone(town: Path) -> None:
    with pytest.raises(DataError, match="name a new folder"):
        make_city(town, SEED, TOWN)


def test_a_size_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="3 areas a ward"):
        dataclasses.replace(SMALL, wards=100)
