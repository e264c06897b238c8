"""The spatial part of Section 3 on the simulated city, whose errors are alike with rho 0.5."""

import pytest

from neighbourhood_equity.analysis.run import Run


def _value(book: Run, name: str) -> float:
    value = book.findings[f"spatial.{name}"].value
    assert isinstance(value, (int, float))
    return float(value)


@pytest.mark.parametrize("view", ["open", "held"])
def test_moran_finds_the_planted_likeness(book, view):
    assert _value(book, f"moran_p.{view}") < 0.001


def test_wards_take_out_part_of_it(book):
    gap = [
        _value(book, f"moran.{v}") - _value(book, f"moran_expected.{v}") for v in ("open", "held")
    ]
    assert gap[0] > gap[1] > 0


def test_tests_name_the_planted_kind(book):
    assert _value(book, "robust_error.open") > _value(book, "robust_lag.open")


def test_planted_coefficient_is_quoted(book):
    assert _value(book, "planted") == 0.5


def test_parts_add_up_in_logs(book):
    def log(part: str) -> float:
        return float(1 + _value(book, f"civic_assets.durbin.{part}") / 100)

    assert log("direct") * log("indirect") == pytest.approx(log("total"))


def test_every_measure_has_a_conley_interval(book):
    for term in ("civic_assets", "connectedness", "engagement", "coproduction_recorded"):
        finding = book.findings[f"spatial.{term}.conley"]
        assert finding.label == "adjusted"
        assert finding.ci_low is not None


def test_widest_interval_is_the_curve_s_widest(book):
    curves = book.results["spatial"].curves
    own = curves[(curves["term"] == "civic_assets") & (curves["series"] == "bartlett")]
    widest = own.loc[own["std_error"].idxmax(), "cut_off"]
    assert _value(book, "civic_assets.widest") == widest / 1000


def test_weights_table_repeats_the_effects(book):
    found = book.results["spatial"]
    weights = found.weights.query("rule == 'queen'")
    last = found.effects.query("model == 'durbin'").drop_duplicates("term")
    both = weights.merge(last, on="term")
    assert list(both["total_low_x"]) == list(both["total_low_y"])
