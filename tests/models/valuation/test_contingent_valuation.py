"""Curves of yeses, by one bid and by two, and the lower bound without a curve."""

import numpy as np
import pytest
from scipy import integrate, optimize

from neighbourhood_equity.models.valuation.contingent_valuation import (
    DISTRIBUTIONS,
    Answers,
    BidCurve,
    WillingnessToPay,
    bootstrap,
    delta_interval,
    fit_bids,
    krinsky_robb,
    willingness_to_pay,
)
from neighbourhood_equity.models.valuation.double_bounded import TwoAnswers, fit_two_bids
from neighbourhood_equity.models.valuation.turnbull import turnbull

NAMES = list(DISTRIBUTIONS)
LOG_NAMES = ["log-logistic", "log-normal", "weibull"]
# A share of yes that is exactly the curve's makes the curve the maximum, up to the search's end.
EXACT = 1e-5


def curve(distribution, a=3.0, b=-1.5):
    return BidCurve(distribution, np.array([a, b]), 1e-4 * np.eye(2), np.ones(1), 100, 0.0)


def share_above(distribution, price, a=3.0, b=-1.5):
    form = DISTRIBUTIONS[distribution]
    return form.share(a + b * (np.log(price) if form.log_bid else price))


@pytest.mark.parametrize("name", NAMES)
def test_half_would_pay_the_median(name):
    assert share_above(name, willingness_to_pay(curve(name)).value) == pytest.approx(0.5)


@pytest.mark.parametrize("name", LOG_NAMES)
def test_mean_is_the_area_below_the_curve(name):
    area = integrate.quad(lambda t: share_above(name, t), 0, np.inf, epsrel=1e-9)[0]
    assert willingness_to_pay(curve(name), "mean").value == pytest.approx(area, rel=1e-6)


@pytest.mark.parametrize("quantity", ["median", "mean"])
@pytest.mark.parametrize("name", NAMES)
def test_standard_error_is_that_of_small_changes(name, quantity):
    at = np.array([3.0, -1.5])
    rise = [
        willingness_to_pay(curve(name, *(at + step)), quantity).value
        - willingness_to_pay(curve(name, *(at - step)), quantity).value
        for step in 1e-5 * np.eye(2)
    ]
    by_hand = 1e-2 * np.hypot(*(np.array(rise) / 2e-5))
    found = willingness_to_pay(curve(name), quantity).std_error
    assert found == pytest.approx(by_hand, rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_density_is_the_slope_of_the_share(name):
    form, at = DISTRIBUTIONS[name], np.array([-2.0, 0.3, 1.7])
    slope = (form.share(at + 1e-6) - form.share(at - 1e-6)) / 2e-6
    assert form.density(at) == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize(("slope", "infinite"), [(-1.0, True), (-0.7, True), (-1.01, False)])
def test_mean_of_the_log_logistic_needs_a_steep_curve(slope, infinite):
    found = willingness_to_pay(curve("log-logistic", 3.0, slope), "mean")
    assert (found.value is None) == infinite


def test_infinite_mean_has_no_interval():
    with pytest.raises(ValueError, match="the mean is infinite"):
        delta_interval(curve("log-logistic", 3.0, -0.7), "mean")


def test_draws_of_an_infinite_mean_have_no_end():
    flat = curve("log-logistic", 3.0, -0.7)
    assert krinsky_robb(flat, np.random.default_rng(1), "mean") == (np.inf, np.inf)


def test_a_number_and_a_reason_are_refused():
    with pytest.raises(ValueError, match="a number, or there is a reason"):
        WillingnessToPay(3.0, 1.0, "infinite")


@pytest.mark.parametrize("name", NAMES)
def test_persons_and_groups_give_the_same_curve(name):
    grouped = Answers.of([5, 10, 20], [8, 5, 3], [10, 10, 10])
    people = [(bid, i < yes) for bid, yes in ((5, 8), (10, 5), (20, 3)) for i in range(10)]
    one = fit_bids(Answers.of(*zip(*people, strict=True)), name).coefficients
    assert one == pytest.approx(fit_bids(grouped, name).coefficients, rel=1e-6)


def test_covariates_are_held_at_their_means():
    rng = np.random.default_rng(7)
    bid, income = rng.choice([5.0, 10.0, 20.0, 40.0], 4000), rng.normal(1.0, 1.0, 4000)
    yes = rng.random(4000) < DISTRIBUTIONS["logistic"].share(1 + 0.8 * income - 0.1 * bid)
    found = willingness_to_pay(fit_bids(Answers.of(bid, yes, None, income[:, None]), "logistic"))
    assert abs(found.value - 18) < 2 * found.std_error


def test_bootstrap_is_near_the_delta_interval():
    answers = Answers.of([5, 10, 20, 40], [160, 130, 80, 40], [200] * 4)
    ends = bootstrap(answers, "log-logistic", np.random.default_rng(3), draws=400)
    # Both have an error of about a tenth of a standard error of 1.
    assert ends == pytest.approx(delta_interval(fit_bids(answers)), abs=0.5)


@pytest.mark.parametrize(
    ("bids", "yes", "words"),
    [
        ([5, 10, 20], [2, 5, 8], "does not fall with the bid"),
        ([5, 5, 5], [2, 5, 8], "the same bid"),
        ([5, 10, 20], [0, 0, 0], "all answers are the same"),
        ([5, 10, 20], [10, 10, 0], "every yes is to a lower bid than every no"),
        ([0, 10, 20], [8, 5, 2], "above zero"),
        ([5, 10, 20], [11, 5, 2], "more yeses than were asked"),
        ([5, np.nan, 20], [8, 5, 2], "missing"),
    ],
)
def test_answers_that_say_nothing_are_refused(bids, yes, words):
    with pytest.raises(ValueError, match=words):
        fit_bids(Answers.of(bids, yes, [10, 10, 10]))


def two_answers(name, a=3.0, b=-1.5, people=1000.0):
    """Groups whose sizes are exactly the curve's shares; two designs of bids."""
    rows = []
    for low, first, high in ((1.0, 2.0, 4.0), (1.5, 3.0, 5.0)):
        above = [1.0, *(share_above(name, t, a, b) for t in (low, first, high)), 0.0]
        nn, ny, yn, yy = -np.diff(above) * people
        rows += [(first, low, 0, 0, nn), (first, low, 0, 1, ny)]
        rows += [(first, high, 1, 0, yn), (first, high, 1, 1, yy)]
    first, second, one, two, number = np.array(rows).T
    return TwoAnswers(first, second, one == 1, two == 1, number)


@pytest.mark.parametrize("name", NAMES)
def test_two_bids_find_a_curve_that_fits_exactly(name):
    found = fit_two_bids(two_answers(name), name).coefficients
    assert found == pytest.approx([3.0, -1.5], abs=EXACT)


@pytest.mark.parametrize("name", NAMES)
def test_two_bids_by_brute_force(name):
    exact = two_answers(name)
    uneven = exact.people * np.tile([1.3, 0.8, 1.1, 0.9], 2)
    answers = TwoAnswers(
        exact.first, exact.second, exact.first_yes, exact.second_yes, np.round(uneven)
    )

    def minus(at):
        lower, upper = answers.between
        top = [1.0 if t == 0 else share_above(name, t, *at) for t in lower]
        bottom = [0.0 if np.isinf(t) else share_above(name, t, *at) for t in upper]
        return -answers.people @ np.log(np.maximum(np.subtract(top, bottom), 1e-300))

    searched = optimize.minimize(minus, [2.5, -1.2], method="Nelder-Mead", tol=1e-9).x
    found = fit_two_bids(answers, name)
    assert found.coefficients == pytest.approx(searched, abs=1e-4)
    step = 1e-3 * np.eye(2)
    second = [
        [
            (
                minus(searched + i + j)
                - minus(searched + i - j)
                - minus(searched - i + j)
                + minus(searched - i - j)
            )
            / 4e-6
            for j in step
        ]
        for i in step
    ]
    assert found.covariance == pytest.approx(np.linalg.inv(second), rel=1e-3)


def test_two_bids_tell_more_than_one():
    answers = two_answers("log-logistic")
    one = fit_bids(Answers.of(answers.first, answers.people * answers.first_yes, answers.people))
    two = fit_two_bids(answers)
    assert willingness_to_pay(two).std_error < willingness_to_pay(one).std_error


def test_second_bid_on_the_wrong_side_is_refused():
    with pytest.raises(ValueError, match="row 1: the second bid must lie above"):
        TwoAnswers(
            np.array([2.0, 2.0]),
            np.array([4.0, 1.0]),
            np.array([True, True]),
            np.array([True, False]),
            np.ones(2),
        )


# No: 2, 6, 5, 8 of 10 each at 5, 10, 20, 40. The pool of 10 and 20 keeps 10: 11 of 20 say no.
POOLED = Answers.of([5, 10, 20, 40], [8, 4, 5, 2], [10] * 4)


def test_turnbull_pools_neighbours_that_fall():
    found = turnbull(POOLED)
    assert found.bids.tolist() == [5, 10, 40]
    assert found.no == pytest.approx([0.2, 0.55, 0.8])
    assert found.asked.tolist() == [10, 20, 10]


# 5 x 0.35 + 10 x 0.25 + 40 x 0.2
def test_turnbull_mean_by_hand():
    assert turnbull(POOLED).mean == pytest.approx(12.25)


# 25 x 0.2 x 0.8 / 10 + 25 x 0.55 x 0.45 / 20 + 900 x 0.8 x 0.2 / 10
def test_turnbull_variance_by_hand():
    assert turnbull(POOLED).std_error ** 2 == pytest.approx(0.4 + 0.309375 + 14.4)


def test_turnbull_median_lies_between_bids():
    assert turnbull(POOLED).median == (5, 10)


@pytest.mark.parametrize("name", LOG_NAMES)
def test_turnbull_is_no_higher_than_the_mean(name):
    bid = np.array([2.0, 5.0, 10.0, 20.0])
    yes = 1000 * share_above(name, bid)
    found = turnbull(Answers.of(bid, yes, [1000] * 4)).mean
    assert found < willingness_to_pay(curve(name), "mean").value
