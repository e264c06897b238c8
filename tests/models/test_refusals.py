"""What the data cannot tell is refused in words, or missing: never a number."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from libpysal.weights import W

from neighbourhood_equity.models.association.correlated_effects import correlated_effects
from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.association.panel import panel
from neighbourhood_equity.models.inference.cluster_bootstrap import percentiles
from neighbourhood_equity.models.inference.cluster_robust import (
    cluster_robust,
    leave_one_cluster_out,
    two_way_clustered,
)
from neighbourhood_equity.models.inference.multiplicity import holm, romano_wolf
from neighbourhood_equity.models.inference.wild_bootstrap import wild_cluster_bootstrap
from neighbourhood_equity.models.measurement.errors_in_variables import errors_in_variables
from neighbourhood_equity.models.prices.small_area import fay_herriot
from neighbourhood_equity.models.programmes.alternative_estimators import sun_abraham
from neighbourhood_equity.models.programmes.placebos import (
    detectable_by_rank,
    joint_placebos,
    placebo_interval,
    rank_p,
)
from neighbourhood_equity.models.programmes.staggered import (
    Adoption,
    StaggeredError,
    staggered_panel,
)
from neighbourhood_equity.models.programmes.synthetic_control import (
    augmented_synthetic_control,
    synthetic_control,
)
from neighbourhood_equity.models.programmes.synthetic_did import (
    difference_in_differences,
    synthetic_did,
)
from neighbourhood_equity.models.robustness.sensitivity import oster, robustness
from neighbourhood_equity.models.sample import take_sample
from neighbourhood_equity.models.spatial.conley import ConleyRule, conley, conley_curve
from neighbourhood_equity.models.spatial.moran import Neighbours
from neighbourhood_equity.models.specification import Specification, SpecificationError

GAP = np.array([0.1, np.nan, -0.2])


def _asked(**changes):
    rule = "clustered" if "clusters" in changes else "robust"
    return Specification("t", "", "y", ("x",), **{"variance": rule, **changes})


def _treated(treated: int, groups: int = 20, size: int = 15, seed: int = 5) -> pd.DataFrame:
    """Clusters alike inside, of which the first few are treated."""
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(groups), size)
    y = 0.55 * rng.normal(size=groups)[g] + 0.84 * rng.normal(size=len(g))
    return pd.DataFrame({"g": g, "x": (g < treated) * 1.0, "z": rng.normal(size=len(g)), "y": y})


class TestFewTreatedClusters:
    @pytest.mark.parametrize("variance", ["clustered", "bias_reduced"])
    def test_one_treated_cluster_is_refused(self, variance):
        with pytest.raises(SpecificationError, match="one g alone tells the coefficient of x"):
            cross_section(_treated(1), _asked(clusters="g", variance=variance))

    @pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2", "CR3"])
    def test_so_it_is_by_every_kind(self, kind):
        with pytest.raises(SpecificationError, match="one g alone"):
            cluster_robust(_treated(1), _asked(clusters="g"), kind)

    def test_so_it_is_within_the_years_of_a_panel(self):
        frame = _treated(1).assign(year=lambda rows: rows.groupby("g").cumcount())
        frame["x"] *= frame["year"] > 7
        with pytest.raises(SpecificationError, match="one g alone"):
            panel(frame, _asked(effects=("g", "year"), clusters="g"))

    def test_one_treated_cluster_and_a_row_of_another_carry_no_cr1(self):
        frame = _treated(1)
        frame.loc[20, "x"] = 1.0
        with pytest.raises(SpecificationError, match="effective clusters by g, fewer than the 2"):
            cross_section(frame, _asked(clusters="g"))

    @pytest.mark.parametrize("treated", [2, 4])
    def test_a_few_equally_treated_clusters_carry_no_cr1(self, treated):
        with pytest.raises(SpecificationError, match=f"x is in {treated}.0 clusters by g, fewer"):
            cross_section(_treated(treated), _asked(clusters="g"))

    def test_six_treated_clusters_of_twenty_do(self):
        assert cross_section(_treated(6), _asked(clusters="g"))["x"].std_error > 0

    def test_under_cr2_they_have_the_degrees_of_freedom_of_one(self):
        frame = _treated(1)
        frame.loc[20, "x"] = 1.0
        found = cross_section(frame, _asked(clusters="g", variance="bias_reduced"))
        assert found.df_of("x") < 2

    def test_two_treated_clusters_leave_cr2_one_degree_of_freedom(self):
        found = cross_section(_treated(2), _asked(clusters="g", variance="bias_reduced"))
        assert found.df_of("x") == pytest.approx(1, abs=0.5)

    def test_a_control_that_one_cluster_tells_has_no_error(self):
        asked = dataclasses.replace(
            _asked(clusters="g", variance="bias_reduced"), regressors=("z",), controls=("x",)
        )
        errors = cross_section(_treated(1), asked).tidy().set_index("term")["std_error"]
        assert np.isfinite(errors["z"])
        assert np.isnan(errors["x"])

    def test_without_the_only_treated_cluster_there_is_no_estimate(self):
        left = leave_one_cluster_out(_treated(1), _asked(clusters="g"))["x"]
        assert np.isnan(left[0])
        assert np.isfinite(left.drop(0)).all()

    def test_nor_has_it_a_wild_bootstrap(self):
        with pytest.raises(SpecificationError, match="one g alone"):
            wild_cluster_bootstrap(
                _treated(1), _asked(clusters="g"), "x", np.random.default_rng(1), draws=9
            )

    @pytest.mark.parametrize("reliability", [0.9, 1.0])
    def test_nor_can_its_measurement_error_be_mended(self, reliability):
        asked = dataclasses.replace(_asked(clusters="g"), controls=("z",))
        with pytest.raises(SpecificationError, match="one g alone"):
            errors_in_variables(_treated(1), asked, {"z": reliability})


class TestVariation:
    def test_a_column_of_large_numbers_close_together_varies(self):
        rng = np.random.default_rng(1)
        x = rng.normal(1e9, 1, 200)
        frame = pd.DataFrame({"x": x, "y": (x - 1e9) + rng.normal(size=200)})
        found = cross_section(frame, _asked(variance="robust"))
        assert found.coefficients[0] == pytest.approx(1, abs=0.3)

    @pytest.mark.parametrize("value", [0.1, 1e9, 1e-9])
    def test_a_constant_does_not_vary_whatever_its_size(self, value):
        frame = pd.DataFrame(
            {"x": np.full(60, value), "y": np.random.default_rng(1).normal(size=60)}
        )
        with pytest.raises(SpecificationError, match="x does not vary"):
            take_sample(frame, _asked(variance="robust"))

    def test_a_copy_with_a_trace_of_noise_is_a_copy(self):
        rng = np.random.default_rng(1)
        frame = pd.DataFrame({"x": rng.normal(size=300), "y": rng.normal(size=300)})
        frame["z"] = frame["x"] + 1e-7 * rng.normal(size=300)
        with pytest.raises(SpecificationError, match="z is a combination of x"):
            take_sample(frame, _asked(controls=("z",)))


class TestMissingNumbers:
    def test_of_placebos(self):
        for ask in (lambda: rank_p(0.5, GAP), lambda: placebo_interval(0.5, GAP)):
            with pytest.raises(SpecificationError, match="1 of 3 placebos are missing"):
                ask()
        for ask in (
            lambda: detectable_by_rank(GAP),
            lambda: joint_placebos([GAP], np.zeros((4, 1))),
        ):
            with pytest.raises(SpecificationError, match="1 of 3 placebos are missing"):
                ask()

    def test_of_an_effect(self):
        with pytest.raises(SpecificationError, match="missing"):
            rank_p(np.nan, np.array([0.1, 0.2]))

    def test_no_placebo_is_no_test(self):
        with pytest.raises(SpecificationError, match="no placebos"):
            rank_p(0.5, np.array([]))

    def test_of_draws(self):
        draws = np.full((99, 2), np.nan)
        with pytest.raises(SpecificationError, match="198 of 198 draws are missing"):
            romano_wolf([1.0, 2.0], draws)

    def test_of_p_values(self):
        with pytest.raises(SpecificationError, match="1 of 2 p values are missing"):
            holm([0.01, np.nan])

    @pytest.mark.parametrize(
        "comparator",
        [
            synthetic_control,
            augmented_synthetic_control,
            synthetic_did,
            difference_in_differences,
        ],
    )
    @pytest.mark.parametrize("year", [2, 8])
    def test_of_a_year(self, comparator, year):
        rng = np.random.default_rng(1)
        donors = rng.normal(size=(10, 5))
        place = donors.mean(axis=1)
        place[year] = np.nan
        with pytest.raises(SpecificationError, match="1 of 10 values of the place are missing"):
            comparator(place, donors, 6)

    def test_of_the_second_way_of_clustering(self):
        frame = _treated(10).assign(year=lambda rows: rows.groupby("g").cumcount() % 5)
        frame["year"] = frame["year"].astype(float)
        frame.loc[frame["year"] == 3, "year"] = np.nan
        found = two_way_clustered(frame, _asked(clusters="g"), "year")
        assert found.n == frame["year"].notna().sum()


@pytest.mark.parametrize("comparator", [synthetic_did, difference_in_differences])
@pytest.mark.parametrize("before", [0, 10])
def test_a_start_outside_the_years_is_refused(comparator, before):
    donors = np.random.default_rng(1).normal(size=(10, 5))
    with pytest.raises(SpecificationError, match=f"{before} years before the start of 10"):
        comparator(donors.mean(axis=1), donors, before)


class TestConley:
    def _places(self, scale: float) -> pd.DataFrame:
        rng = np.random.default_rng(1)
        columns = {"x": rng.normal(size=80), "y": rng.normal(size=80)}
        at = {"easting": 52.4 + scale * rng.random(80), "northing": -1.9 + scale * rng.random(80)}
        return pd.DataFrame({**columns, **at})

    @pytest.mark.parametrize("kernel", ["uniform", "bartlett"])
    @pytest.mark.parametrize("scale", [0.3, 0.0])
    def test_a_cut_off_that_holds_every_row_is_refused(self, kernel, scale):
        with pytest.raises(SpecificationError, match="every row lies within 2000"):
            conley(self._places(scale), _asked(variance="robust"), 2000, ConleyRule(kernel=kernel))

    def test_the_curve_has_no_error_there(self):
        curve = conley_curve(self._places(0.3), _asked(variance="robust"), [0.01, 2000])
        assert np.isfinite(curve["std_error"][0])
        assert np.isnan(curve["std_error"][1])

    @pytest.mark.parametrize("metric", ["great_circle", "flat_degrees"])
    def test_metres_are_no_degrees(self, metric):
        with pytest.raises(SpecificationError, match="not latitude and longitude"):
            conley(self._places(5e5), _asked(variance="robust"), 2, ConleyRule(metric=metric))


class TestStarts:
    def _panel(self, starts: list[float]) -> pd.DataFrame:
        rng = np.random.default_rng(1)
        rows = [(u, t, s) for u, s in enumerate(starts) for t in range(1, 8)]
        frame = pd.DataFrame(rows, columns=["unit", "year", "start"])
        return frame.assign(y=rng.normal(size=len(frame)))

    def _adoption(self, **changes):
        return Adoption("t", "", "unit", "year", "start", "y", few=1, **changes)

    def test_a_start_inside_a_period_is_refused(self):
        with pytest.raises(StaggeredError, match="start is not a whole number in 7 rows"):
            staggered_panel(self._panel([4.7, 5, 0, 0, 0]), self._adoption())

    def test_all_started_leaves_the_saturated_regression_nothing(self):
        taken = staggered_panel(self._panel([4, 5, 6, 4, 5]), self._adoption(control="not_yet"))
        with pytest.raises(StaggeredError, match="every unit starts"):
            sun_abraham(taken)


class TestSensitivity:
    def _frame(self, noise: float) -> pd.DataFrame:
        rng = np.random.default_rng(1)
        x, z = rng.normal(size=(2, 200))
        return pd.DataFrame({"x": x + z, "z": z, "y": x + 2 * z + noise * rng.normal(size=200)})

    @pytest.mark.parametrize("r_max", [0.1, 1.2])
    def test_oster_needs_an_r2_that_can_be(self, r_max):
        with pytest.raises(SpecificationError, match=f"at most 1, not {r_max}"):
            oster(self._frame(1.0), _asked(controls=("z",)), "x", r_max)

    def test_a_term_that_explains_all_is_undone_by_nothing_less(self):
        asked = _asked(controls=("z",))
        assert robustness(self._frame(1e-9), asked, "x").value == pytest.approx(1)


def test_weights_that_do_not_add_up_to_one_are_refused():
    links = W({"a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]})
    with pytest.raises(SpecificationError, match="3 of 3 areas do not add up to one"):
        Neighbours(("a", "b", "c"), links, 0)


def test_one_cluster_has_no_percentiles():
    with pytest.raises(SpecificationError, match="1 cluster"):
        percentiles(1)


def test_small_areas_want_a_table_of_covariates():
    with pytest.raises(SpecificationError, match="covariates are a table of 5 rows"):
        fay_herriot(np.arange(5.0), np.ones(5), np.ones(5))


def test_correlated_effects_of_an_unbalanced_panel_have_a_table():
    rng = np.random.default_rng(1)
    rows = [(u, t) for u in range(40) for t in range(6) if rng.random() > 0.3]
    frame = pd.DataFrame(rows, columns=["unit", "year"])
    frame["x"] = rng.normal(size=len(frame)) + frame["unit"] / 20
    frame["y"] = rng.normal(size=len(frame)) + frame["x"]
    asked = _asked(effects=("unit", "year"), clusters="unit", variance="bias_reduced")
    table = correlated_effects(frame, asked).tidy()
    assert list(table["term"]) == ["x.within", "x.between"]
    assert np.isfinite(table["df"]).all()
