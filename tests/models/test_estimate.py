"""The tidy table of an estimate against numbers worked by hand."""

from dataclasses import replace

import numpy as np
import pytest

from neighbourhood_equity.models.estimate import TIDY_COLUMNS, Estimate
from neighbourhood_equity.models.specification import Specification, SpecificationError

SPECIFICATION = Specification("test", "a test", "price", ("capital",), variance="classical")


def _estimate(df: float = 4.0, **changes: object) -> Estimate:
    base: dict[str, object] = {
        "specification": SPECIFICATION,
        "terms": ("capital",),
        "coefficients": np.array([3.0]),
        "covariance": np.array([[2.25]]),
        "df": df,
        "n": 6,
        "clusters": None,
        "r_squared": 0.5,
        "variance_rule": "a rule",
        "dropped": {"without price": 2, "alone in their ward": 1},
        "diagnostics": {"theta": 0.25},
    }
    return Estimate(**{**base, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("column", "by_hand"),
    [
        ("std_error", 1.5),
        ("statistic", 2.0),
        ("p_value", 0.116117),  # 2 P(t_4 > 2), closed form 1 - t(t^2+6)/(t^2+4)^1.5
        ("ci_low", 3 - 2.776445 * 1.5),  # t_4 at 0.975 in the printed tables: 2.776
        ("ci_high", 3 + 2.776445 * 1.5),
    ],
)
def test_tidy_row(column, by_hand):
    assert _estimate().tidy()[column].item() == pytest.approx(by_hand, abs=1e-5)


def test_tidy_with_infinite_df_is_normal():
    assert _estimate(df=np.inf).tidy()["ci_high"].item() == pytest.approx(3 + 1.959964 * 1.5)


def test_interval_follows_the_level():
    row = _estimate().tidy(level=0.9).iloc[0]
    assert row["ci_high"] - row["ci_low"] == pytest.approx(2 * 2.131847 * 1.5, abs=1e-5)


def test_tidy_columns_are_those_of_every_estimator():
    assert tuple(_estimate().tidy().columns) == TIDY_COLUMNS


def test_glance_tells_what_was_dropped():
    assert _estimate().glance()["dropped"].item() == "2 without price; 1 alone in their ward"


def test_glance_carries_diagnostics_and_label():
    glance = _estimate().glance()
    assert (glance["theta"].item(), glance["label"].item()) == (0.25, "adjusted")


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="2 terms need"):
        _estimate(terms=("capital", "rooms"))


def test_one_term_is_its_row_of_the_tidy_table():
    estimate = _estimate()
    assert estimate["capital"].ci_low == estimate.tidy()["ci_low"].iloc[0]


def test_a_term_that_is_not_there_brings_the_near_one():
    with pytest.raises(SpecificationError, match=r"no term capitol \(did you mean capital\?\)"):
        _estimate()["capitol"]


def test_an_estimate_shows_its_numbers_rows_and_rule():
    shown = repr(_estimate())
    for part in ("a test (adjusted)", "capital", "rows", _estimate().variance_rule):
        assert part in shown


def test_a_page_shows_texts_and_runs_none():
    marked = replace(SPECIFICATION, title="<script>", regressors=("<b>",))
    page = _estimate(specification=marked, terms=("<b>",))._repr_html_()
    assert "<script>" not in page
    assert "<b>" not in page
