"""The indicator table, the readers behind it, and what is not known of neighbourhoods."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.indicators import COLUMNS, indicator_table, require_local
from neighbourhood_equity.data.readers.authorities import charity_density, social_isolation
from neighbourhood_equity.data.readers.elections import general_elections, ward_valid_ballots
from neighbourhood_equity.data.reading import Reading

_BALLOTS = (
    "year,ec_code,ward_name,seats,valid_ballots\n"
    "2016,E05000001,Old,1,5000\n"
    "2017,E05000001,Old,1,4000\n"
    "2016,E05000002,Older,1,5000\n"
    "2018,E05000011,Small,1,2000\n"
    "2018,E05000012,Large,2,3000.5\n"
    "2026,local.somewhere.small.2026,Small,1,2500\n"
    "2026,local.somewhere.large.2026,Large,2,3500\n"
)
_POLL = (
    "election_year,ONS ID,Constituency name,Electorate,Valid votes,Invalid votes\n"
    '2019,E14000001,Here,"1,000",590,10\n'
    "2024,E14000009,Here,1000,490,10\n"
)
_CHARITIES = 'LAD19CD,Number of charities,"Charity density (per 1,000 people)"\nE06000001,116,1.2\n'
_ISOLATION = (
    "Indicator Name,Area Code,Area Name,Sex,Age,Category Type,Time period,Value,"
    "Lower CI 95.0 limit,Upper CI 95.0 limit\n"
    "Social Isolation: percentage of carers,E08000025,B,Persons,18+ yrs,,2018/19,25,21.5,28.5\n"
    "Social Isolation: percentage of carers,E08000025,B,Female,18+ yrs,,2018/19,27,,\n"
    "Social Isolation: percentage of carers,E08000026,C,Persons,18+ yrs,,2018/19,,,\n"
)
_LAYOUTS = {
    "social_capital/local_election_x_ward_valid_ballots_y.csv": _BALLOTS,
    "social_capital/general_election_x_constituency_y.csv": _POLL,
    "coproduction/charity_density_la_x.csv": _CHARITIES,
    "social_capital/social_isolation_ascs_la_x.csv": _ISOLATION,
}


@pytest.fixture
def table(tmp_path: Path) -> pd.DataFrame:
    for name, text in _LAYOUTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return indicator_table(DataFolder(tmp_path))


def _of(table: pd.DataFrame, source: str) -> pd.DataFrame:
    return table[table["source"] == source].reset_index(drop=True)


def test_the_columns_are_as_documented(table: pd.DataFrame) -> None:
    assert tuple(table.columns) == COLUMNS


def test_ballots_of_a_ward_of_two_seats_are_another_indicator(table: pd.DataFrame) -> None:
    ballots = _of(table, "ward_valid_ballots").set_index(["area", "period"])["indicator"]
    assert ballots["E05000011", "2018"] != ballots["E05000012", "2018"]


def test_a_ballot_without_a_code_finds_its_ward_by_name(table: pd.DataFrame) -> None:
    ballots = _of(table, "ward_valid_ballots").set_index(["area", "period"])["value"]
    assert ballots["E05000012", "2026"] == 3500


def test_wards_before_2018_are_the_old_ones(table: pd.DataFrame) -> None:
    ballots = _of(table, "ward_valid_ballots")
    assert ballots.groupby("geography")["period"].max().to_dict() == {
        "ward17": "2017",
        "ward22": "2026",
    }


def test_a_by_election_is_told_apart(table: pd.DataFrame) -> None:
    ballots = _of(table, "ward_valid_ballots").set_index("period")["indicator"]
    assert ballots["2017"] == "Valid ballots, by-election"


def test_turnout_counts_invalid_votes(table: pd.DataFrame) -> None:
    assert _of(table, "general_elections")["value"].tolist() == pytest.approx([60.0, 50.0])


def test_a_count_of_all_electors_has_no_sampling_variance(table: pd.DataFrame) -> None:
    assert _of(table, "general_elections")["variance"].isna().all()


def test_confidence_limits_become_a_variance(table: pd.DataFrame) -> None:
    # 7 points wide: 7 / (2 x 1.96) squared.
    assert _of(table, "social_isolation")["variance"].tolist() == pytest.approx([3.1888], abs=1e-3)


def test_rows_of_one_sex_are_dropped_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(_ISOLATION)
    assert sorted(social_isolation(path).dropped.values()) == [1, 1]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no source of an indicator"):
        indicator_table(DataFolder(tmp_path))


@pytest.mark.parametrize(
    ("reader", "text", "old", "new", "message"),
    [
        (ward_valid_ballots, _BALLOTS, "E05000011", "E01000011", "not a ward code"),
        (ward_valid_ballots, _BALLOTS, "2018,E05000012", "2018,E05000011", "repeat the key"),
        (ward_valid_ballots, _BALLOTS, "Large,2,", "Large,0,", "not between 1 and 10"),
        (general_elections, _POLL, "490", "4900", "more votes than electors: 'Here'"),
        (general_elections, _POLL, "E14000009", "E15000009", "not a code of E14"),
        (charity_density, _CHARITIES, "E06000001", "E05000001", "not a local authority's code"),
        (social_isolation, _ISOLATION, "25,21.5", "250,21.5", "not between 0 and 100"),
        (social_isolation, _ISOLATION, "Female", "Persons", "repeat the key"),
    ],
)
def test_a_broken_file_is_refused(
    tmp_path: Path,
    reader: Callable[[Path], Reading],
    text: str,
    old: str,
    new: str,
    message: str,
) -> None:
    path = tmp_path / "file.csv"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(DataError, match=message):
        reader(path)


def _local(values: list[float], geography: str = "ward22") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": [f"E0500000{i}" for i in range(len(values))],
            "geography": geography,
            "period": "2022",
            "indicator": "Trust",
            "value": values,
        }
    )


def test_values_that_differ_between_wards_are_local() -> None:
    require_local(_local([40.0, 50.0, 45.0]))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (_local([40.0, 50.0], "lad"), "its figures are of 'lad'"),
        (_local([40.0, 40.0, 40.0]), "all areas have the same value"),
        (_local([40.0]), "known for a single area"),
    ],
)
def test_an_authoritys_figure_is_not_of_neighbourhoods(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        require_local(frame)


@pytest.fixture(scope="module")
def real(shared_data: Path) -> pd.DataFrame:
    return indicator_table(DataFolder(shared_data))


def test_every_key_of_the_city_is_there_once(real: pd.DataFrame) -> None:
    assert not real.duplicated(["area", "geography", "period", "indicator"]).any()


def test_every_domain_covers_all_areas(real: pd.DataFrame) -> None:
    counts = real[real["source"] == "cni_2023"].groupby("indicator").size()
    assert counts.tolist() == [659] * 4


def test_ballots_of_one_and_two_seats_fall_short_as_the_source_says(real: pd.DataFrame) -> None:
    turnout = _of(real, "ward_turnout_2022").set_index("area")
    present = turnout["value"] / 100 * turnout["n"]
    ballots = _of(real, "ward_valid_ballots")
    ballots = ballots[ballots["period"] == "2022"].set_index("area")
    ratio = (ballots["value"] / present).groupby(ballots["indicator"]).mean()
    # SOURCES.md of the data: 99.3% in wards of one seat, 93.2% in those of two.
    assert ratio.tolist() == pytest.approx([0.993, 0.932], abs=0.002)


def test_headlines_of_the_authority_are_refused_for_neighbourhoods(real: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="indicator 'NI 4'"):
        require_local(_of(real, "national_indicators"))
