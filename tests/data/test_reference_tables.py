"""The shipped tables keep their own rules."""

import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity import report_templates
from neighbourhood_equity.data import reference_tables
from neighbourhood_equity.data.catalogue import catalogue
from neighbourhood_equity.data.errors import DataError

Table = Callable[[], pd.DataFrame]

_TABLES: list[Table] = [
    reference_tables.published_benchmarks,
    reference_tables.national_indicator_definitions,
    reference_tables.valuation_approaches,
    reference_tables.variables,
    reference_tables.capture_routes,
    reference_tables.valuation_parameters,
    reference_tables.instrument_candidates,
]


@pytest.mark.parametrize("table", _TABLES)
def test_every_row_names_its_source(table: Table) -> None:
    assert table()["source"].str.len().gt(0).all()


def test_a_benchmark_has_a_standard_error_only_where_one_was_published() -> None:
    benchmarks = reference_tables.published_benchmarks()
    assert set(benchmarks.loc[benchmarks["se"].notna(), "citation_key"]) == {"kielmcclain1995"}


def test_a_benchmark_seen_in_the_press_is_not_verified() -> None:
    benchmarks = reference_tables.published_benchmarks()
    press = benchmarks["source"].str.contains("press|secondary")
    assert not benchmarks.loc[press, "verified"].any()


def test_the_thirteen_national_indicators_are_there() -> None:
    indicators = reference_tables.national_indicator_definitions()["indicator"].tolist()
    numbers = [1, 2, 3, 4, 5, 6, 7, 17, 21, 22, 23, 27, 138]
    assert indicators == [f"NI {number}" for number in numbers]


@pytest.mark.parametrize("table", [_TABLES[1], _TABLES[2], reference_tables.instrument_candidates])
def test_cells_of_prose_are_short(table: Table) -> None:
    words = table().select_dtypes("str").map(lambda text: len(text.split()))
    assert int(words.to_numpy().max()) <= 25


def test_no_valuation_may_be_added_to_another() -> None:
    added = reference_tables.valuation_approaches()["may_be_added_to"]
    assert added.str.match("Nothing|Not ").all()


def test_only_points_have_no_value() -> None:
    parameters = reference_tables.valuation_parameters()
    assert set(parameters.loc[parameters["value"].isna(), "kind"]) == {"points"}


def test_our_own_choices_are_not_verified() -> None:
    parameters = reference_tables.valuation_parameters()
    assert not parameters.loc[parameters["kind"] == "scenario", "verified"].any()


def test_prices_of_others_name_their_year() -> None:
    parameters = reference_tables.valuation_parameters()
    priced = parameters["kind"].isin(["wellbeing", "fiscal", "economic"])
    assert parameters.loc[priced, "price_year"].notna().all()


def test_a_parameter_outside_its_range_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "reference"
    folder.mkdir()
    (folder / "valuation_parameters.csv").write_text(
        "name,words,value,low,high,unit,price_year,kind,source,citation_key,url,checked,verified\n"
        "wellby,A point,13000,14000,16000,pounds,2019,wellbeing,ours,,,2026-11-24,no\n"
    )
    monkeypatch.setattr("importlib.resources.files", lambda package: tmp_path)
    with pytest.raises(DataError, match="outside low and high for 'wellby'"):
        reference_tables.valuation_parameters()


def test_every_variable_comes_from_a_catalogued_source() -> None:
    assert set(reference_tables.variables()["source_id"]) <= set(catalogue())


def test_outcomes_of_services_are_downstream_of_coproduction() -> None:
    declared = reference_tables.variables().set_index("column")["downstream_of"]
    assert set(declared[declared == "coproduction"].index) == {"safety"}


def test_citation_keys_are_in_the_bibliography() -> None:
    bibliography = (resources.files(report_templates) / "references.bib").read_text()
    keys = {
        key
        for table in (
            reference_tables.published_benchmarks,
            reference_tables.valuation_approaches,
            reference_tables.valuation_parameters,
        )
        for key in table()["citation_key"]
    } - {""}
    assert keys <= set(re.findall(r"@\w+\{(\w+),", bibliography))


def test_every_published_effect_names_its_work() -> None:
    effects = reference_tables.published_benchmarks()
    assert effects.loc[effects["citation_key"] == "", "effect"].tolist() == []


def test_a_word_outside_the_allowed_ones_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "reference"
    folder.mkdir()
    (folder / "variables.csv").write_text(
        "column,words,in_sentence,made_of,unit,source_id,role,downstream_of,higher_means,note,"
        "source,verified\n"
        "a,b,,,c,d,treatment,,e,f,ours,yes\n"
    )
    monkeypatch.setattr("importlib.resources.files", lambda package: tmp_path)
    with pytest.raises(DataError, match="column 'role': 'treatment' not allowed"):
        reference_tables.variables()


def test_no_share_is_invented_for_a_route_of_capture() -> None:
    """Known is only of which routes nothing of a rise stays in the neighbourhood."""
    routes = reference_tables.capture_routes().set_index("route")
    known = routes[routes["share_high"].notna()]
    assert {"Council tax", "Stamp duty land tax", "Capital gains tax"} < set(known.index)
    assert (known[["share_low", "share_high"]] == 0).all(axis=None)
