"""Indicators built from the same inputs as what they stand beside."""

import pytest

from neighbourhood_equity.data.catalogue import catalogue
from neighbourhood_equity.data.circularity import (
    inputs_of,
    require_no_circularity,
    shared_inputs,
)
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.reference_tables import variables

_VARIABLES = variables()["column"].tolist()


@pytest.mark.parametrize("name", _VARIABLES)
def test_every_declared_variable_has_inputs(name: str) -> None:
    assert inputs_of(name)


def test_columns_with_inputs_are_declared_variables_of_their_source() -> None:
    source_of = variables().set_index("column")["source_id"]
    named = [(column, s.id) for s in catalogue().values() for column in s.column_inputs]
    assert named
    assert all(source_of[column] == source_id for column, source_id in named)


def test_inputs_of_a_column_are_among_those_of_its_source() -> None:
    for source in catalogue().values():
        for inputs in source.column_inputs.values():
            assert set(inputs) <= set(source.built_from)


def test_an_input_that_is_a_source_counts_with_its_own() -> None:
    assert "price_paid" in inputs_of("sector_prices") & inputs_of("log_price_per_sqm")


def test_turnout_beside_engagement_is_refused() -> None:
    with pytest.raises(DataError, match="both built from turnout"):
        require_no_circularity("ward_turnout_2022", ["engagement"])


def test_turnout_beside_another_domain_is_not() -> None:
    assert require_no_circularity("ward_turnout_2022", ["connectedness"]) == []


def test_safety_beside_all_deprivation_is_refused() -> None:
    with pytest.raises(DataError, match="both built from recorded crime"):
        require_no_circularity("safety", ["imd_2025"])


def test_safety_beside_income_deprivation_is_not() -> None:
    assert require_no_circularity("safety", ["income_deprivation"]) == []


def test_prices_beside_all_deprivation_are_refused() -> None:
    # The barriers domain of the index holds house prices.
    with pytest.raises(DataError, match="'Price Paid Data'"):
        require_no_circularity("log_price_per_sqm", ["imd_2025"])


def test_a_control_that_shares_inputs_with_a_regressor_is_flagged() -> None:
    (sentence,) = require_no_circularity(
        "log_price_per_sqm", ["civic_assets"], ["libraries_within_1km", "income_deprivation"]
    )
    assert sentence.startswith(
        "The regressor 'civic_assets' and the control 'libraries_within_1km' are both built from "
        "community assets"
    )


def test_the_reports_own_equation_is_not_circular() -> None:
    controls = ["income_deprivation", "employment_deprivation", "owned", "social_rented"]
    assert require_no_circularity("log_price_per_sqm", ["social_capital"], controls) == []


def test_every_circular_pair_is_told() -> None:
    with pytest.raises(DataError) as refusal:
        require_no_circularity("engagement", ["ward_turnout_2022", "cni_2023"])
    assert len(refusal.value.faults) == 2


def test_controls_are_not_compared_with_each_other() -> None:
    overlaps = shared_inputs("log_price_per_sqm", ["civic_assets"], ["owned", "social_rented"])
    assert overlaps == []


def test_an_undeclared_name_is_refused() -> None:
    with pytest.raises(DataError, match="'trust' is neither a declared variable nor a source"):
        shared_inputs("safety", ["trust"])
