"""Multilevel regression with poststratification against cities whose truth is known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy import special

from neighbourhood_equity.models.measurement.poststratification import (
    PoststratifiedEstimates,
    calibrated,
    poststratify,
)
from neighbourhood_equity.models.specification import SpecificationError

_KINDS = ["age", "sex"]
_AGE = {"16 to 34": 0.0, "35 to 64": 0.5, "65 and over": 1.0}
_SEX = {"female": 0.0, "male": -0.3}


@dataclass(frozen=True, slots=True)
class City:
    """A census, a survey that asked the old too often, covariates, and each area's true share."""

    census: pd.DataFrame
    survey: pd.DataFrame
    covariates: pd.DataFrame
    truth: pd.Series


def city(rng: np.random.Generator, areas: int = 69, asked: int = 1400, spread: float = 0.3) -> City:
    codes = [f"W{i:02d}" for i in range(areas)]
    covariate = rng.standard_normal(areas)
    level = -0.6 + 0.4 * covariate + spread * rng.standard_normal(areas)
    cells = pd.MultiIndex.from_product([codes, _AGE, _SEX], names=["area", *_KINDS])
    census = cells.to_frame(index=False)
    old = np.repeat(rng.uniform(0.5, 2.0, areas), len(_AGE) * len(_SEX))
    old_cells = census["age"] == "65 and over"
    census["people"] = rng.integers(300, 900, len(census)) * np.where(old_cells, old, 1.0)
    logit = np.repeat(level, len(_AGE) * len(_SEX))
    share = special.expit(logit + census["age"].map(_AGE) + census["sex"].map(_SEX))
    reach = census["people"] * np.where(old_cells, 3.0, 1.0)
    n = rng.multinomial(asked, reach / reach.sum())
    survey = census[[*cells.names]].assign(agreeing=rng.binomial(n, share), respondents=n)
    weighted = (share * census["people"]).groupby(census["area"]).sum()
    return City(
        census,
        survey[n > 0].reset_index(drop=True),
        pd.DataFrame({"deprivation": covariate}, index=codes),
        weighted / census.groupby("area")["people"].sum(),
    )


def estimate(made: City, rng: np.random.Generator, draws: int = 1000) -> PoststratifiedEstimates:
    return poststratify(
        made.survey, made.census, _KINDS, rng, covariates=made.covariates, draws=draws
    )


@pytest.fixture(scope="module")
def large() -> tuple[City, PoststratifiedEstimates]:
    rng = np.random.default_rng(11)
    made = city(rng, asked=60_000)
    return made, estimate(made, rng)


@pytest.fixture(scope="module")
def small() -> tuple[City, PoststratifiedEstimates]:
    rng = np.random.default_rng(12)
    made = city(rng)
    return made, estimate(made, rng)


def test_many_answers_give_the_truth(large: tuple[City, PoststratifiedEstimates]) -> None:
    made, fit = large
    assert fit.tidy()["estimate"].to_numpy() == pytest.approx(made.truth.to_numpy(), abs=0.06)


def test_many_answers_give_the_coefficients(large: tuple[City, PoststratifiedEstimates]) -> None:
    found = large[1].coefficients
    assert found["age: 65 and over"] == pytest.approx(1.0, abs=0.06)
    assert found["sex: male"] == pytest.approx(-0.3, abs=0.06)


def test_many_answers_give_the_spread(large: tuple[City, PoststratifiedEstimates]) -> None:
    # 69 areas know a deviation of 0.3 to about 0.03.
    assert large[1].spread == pytest.approx(0.3, abs=0.08)


def test_few_answers_are_nearer_the_truth_than_the_areas_own_shares(
    small: tuple[City, PoststratifiedEstimates],
) -> None:
    made, fit = small
    sums = made.survey.groupby("area")[["agreeing", "respondents"]].sum()
    own = (sums["agreeing"] / sums["respondents"]).reindex(made.truth.index)
    estimated = fit.tidy().set_index("area")["estimate"]
    assert ((estimated - made.truth) ** 2).mean() < 0.5 * ((own - made.truth) ** 2).mean()


def test_an_area_that_nobody_was_asked_in_has_the_widest_error() -> None:
    rng = np.random.default_rng(13)
    made = city(rng, asked=8000)
    made = City(
        made.census,
        made.survey[made.survey["area"] != "W05"],
        made.covariates,
        made.truth,
    )
    tidy = estimate(made, rng).tidy().set_index("area")
    assert tidy["std_error"].idxmax() == "W05"
    assert tidy.index[tidy["synthetic"]].tolist() == ["W05"]


def test_a_design_effect_widens_the_error_of_the_city(
    small: tuple[City, PoststratifiedEstimates],
) -> None:
    made, fit = small
    wide = poststratify(
        made.survey,
        made.census,
        _KINDS,
        np.random.default_rng(14),
        covariates=made.covariates,
        design_effect=3.0,
        draws=1000,
    )
    share = fit.people / fit.people.sum()
    assert (wide.draws @ share).std() > 1.3 * (fit.draws @ share).std()


def test_a_kind_that_all_agree_stays_finite() -> None:
    rng = np.random.default_rng(15)
    made = city(rng)
    old = made.survey["age"] == "65 and over"
    made.survey.loc[old, "agreeing"] = made.survey.loc[old, "respondents"]
    assert np.isfinite(estimate(made, rng, 200).tidy()["std_error"]).all()


def test_the_same_numbers_from_the_same_seed(small: tuple[City, PoststratifiedEstimates]) -> None:
    one, two = (estimate(small[0], np.random.default_rng(1), 50).draws for _ in range(2))
    assert np.array_equal(one, two)


def test_a_known_figure_is_met_by_every_draw(small: tuple[City, PoststratifiedEstimates]) -> None:
    fit = calibrated(small[1], 0.44, 0.0, np.random.default_rng(2))
    means = fit.draws @ (fit.people / fit.people.sum())
    assert means == pytest.approx(np.full(len(means), 0.44))


def test_a_benchmark_keeps_the_order_of_the_areas(
    small: tuple[City, PoststratifiedEstimates],
) -> None:
    fit = calibrated(small[1], 0.44, 0.0, np.random.default_rng(2))
    assert np.array_equal(fit.draws[0].argsort(), small[1].draws[0].argsort())


def test_a_benchmark_with_an_error_passes_it_on(
    small: tuple[City, PoststratifiedEstimates],
) -> None:
    fit = calibrated(small[1], 0.44, 0.03, np.random.default_rng(2))
    means = fit.draws @ (fit.people / fit.people.sum())
    assert means.std() == pytest.approx(0.03, rel=0.1)


def test_a_benchmark_in_per_cent_is_refused(small: tuple[City, PoststratifiedEstimates]) -> None:
    with pytest.raises(SpecificationError, match="not a share between 0 and 1"):
        calibrated(small[1], 44.0, 0.0, np.random.default_rng(2))


def test_all_faults_are_told_at_once(small: tuple[City, PoststratifiedEstimates]) -> None:
    made = small[0]
    survey = made.survey[made.survey["age"] != "16 to 34"].assign(respondents=0)
    survey.loc[survey.index[0], "area"] = "X1"
    with pytest.raises(SpecificationError) as refusal:
        poststratify(survey, made.census, _KINDS, np.random.default_rng(3), design_effect=0)
    message = str(refusal.value)
    assert all(
        part in message
        for part in ("nobody was asked", "X1 first", "nobody of age 16 to 34", "design effect 0")
    )


def test_missing_columns_are_refused(small: tuple[City, PoststratifiedEstimates]) -> None:
    made = small[0]
    with pytest.raises(SpecificationError, match="the survey lacks tenure; the census lacks"):
        poststratify(made.survey, made.census, ["tenure"], np.random.default_rng(3))


def test_missing_covariates_are_refused(small: tuple[City, PoststratifiedEstimates]) -> None:
    made = small[0]
    few = made.covariates.iloc[1:].assign(flat=1.0)
    with pytest.raises(SpecificationError, match=r"1 areas .* no covariates; the covariate flat"):
        poststratify(made.survey, made.census, _KINDS, np.random.default_rng(3), covariates=few)


def _coverage(cities: int, spread: float) -> float:
    held = []
    for seed in range(cities):
        rng = np.random.default_rng([seed, 99])
        made = city(rng, spread=spread)
        tidy = estimate(made, rng, 500).tidy().set_index("area")
        held.append(made.truth.between(tidy["ci_low"], tidy["ci_high"]).mean())
    return float(np.mean(held))


def test_intervals_of_a_few_cities_hold_the_truth() -> None:
    assert _coverage(4, 0.3) == pytest.approx(0.95, abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.1, 0.3, 0.6])
def test_intervals_hold_the_truth_in_nineteen_of_twenty(spread: float) -> None:
    # Fifty cities held 97, 92 and 94 in 100: why the middle one falls short is not known.
    assert _coverage(50, spread) == pytest.approx(0.95, abs=0.04)
