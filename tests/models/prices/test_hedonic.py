"""Hedonic cells and the time-dummy index against the regressions with all dummies."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.prices.characteristics import Characteristics, coded_sales
from neighbourhood_equity.models.prices.hedonic import Cells, area_period_cells, time_dummy_index
from neighbourhood_equity.models.specification import Specification, SpecificationError

# Same arithmetic in another order: what is left is rounding.
ROUNDING = 1e-8
PLAIN = Characteristics()
SIZED = Characteristics(floor_area="floor_area", reference_floor_area=80.0)


def made_sales(seed: int = 4, count: int = 900) -> pd.DataFrame:
    """Sales in 12 areas and 5 years; size is unknown for a third."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "area": rng.choice([f"E01{number:06d}" for number in range(12)], count),
            "year": rng.integers(2001, 2006, count),
            "property_type": rng.choice(list("DSTF"), count),
            "new_build": rng.uniform(size=count) < 0.2,
            "tenure": rng.choice(["F", "L"], count),
        }
    )
    area = np.exp(rng.normal(4.4, 0.2, count)) * np.where(frame["property_type"] == "D", 1.5, 1)
    frame["floor_area"] = np.where(rng.uniform(size=count) < 1 / 3, np.nan, area)
    level = frame["area"].str[-2:].astype(int) * 0.05 + 0.1 * (frame["year"] - 2001)
    frame["log_price"] = 7 + level + np.log(area) + 0.2 * rng.normal(size=count)
    return frame


@pytest.fixture(scope="module")
def sales() -> pd.DataFrame:
    return made_sales()


class TestDesign:
    def test_reference_dwelling_is_zero(self):
        frame = pd.DataFrame(
            {
                "property_type": ["T", "D"],
                "new_build": [False, True],
                "tenure": ["F", "L"],
                "floor_area": [80.0, 120.0],
            }
        )
        coded = coded_sales(frame, SIZED)
        assert coded.terms == ("property_type=D", "new_build=True", "tenure=L", "log floor area")
        assert coded.values == pytest.approx(np.array([[0, 0, 0, 0], [1, 1, 1, np.log(1.5)]]))

    def test_unknown_size_has_an_intercept_by_type(self, sales):
        coded = coded_sales(sales, SIZED)
        frame = pd.DataFrame(coded.values, columns=list(coded.terms))
        unknown = sales["floor_area"].isna().to_numpy()
        detached = (sales["property_type"] == "D").to_numpy()
        assert (frame["floor area unknown"] == unknown).all()
        assert (frame["floor area unknown, property_type=D"] == (unknown & detached)).all()

    def test_faults_are_told_together(self, sales):
        wrong = Characteristics({"property_type": "T", "tenure": "X"}, "floor_area")
        with pytest.raises(
            SpecificationError, match=r"tenure = X \(found: F, L\).*floor_area must"
        ):
            coded_sales(sales.assign(floor_area=0.0), wrong)


def _with_dummies(sales: pd.DataFrame, characteristics: Characteristics):
    from statsmodels.regression.linear_model import OLS

    coded = coded_sales(sales, characteristics)
    cell = sales["area"] + " " + sales["year"].astype(str)
    dummies = pd.get_dummies(cell, dtype=float)
    right = np.column_stack([dummies.to_numpy(), coded.values])
    return OLS(sales["log_price"].to_numpy(), right).fit(), dummies.shape[1]


@pytest.fixture(scope="module", params=[PLAIN, SIZED], ids=["plain", "sized"])
def cells_and_peer(request, sales):
    return area_period_cells(sales, request.param), *_with_dummies(sales, request.param)


class TestCellsEqualTheRegressionWithADummyForEach:
    def test_log_prices(self, cells_and_peer):
        cells, peer, count = cells_and_peer
        expected = pytest.approx(peer.params[:count], rel=ROUNDING)
        assert cells.frame["log_price"].to_numpy() == expected

    def test_variances(self, cells_and_peer):
        cells, peer, count = cells_and_peer
        expected = pytest.approx(peer.bse[:count] ** 2, rel=ROUNDING)
        assert cells.frame["variance"].to_numpy() == expected

    def test_coefficients(self, cells_and_peer):
        cells, peer, count = cells_and_peer
        assert cells.coefficients == pytest.approx(peer.params[count:], rel=ROUNDING)

    def test_covariance_of_coefficients(self, cells_and_peer):
        cells, peer, count = cells_and_peer
        expected = pytest.approx(peer.cov_params()[count:, count:], rel=1e-6, abs=1e-12)
        assert cells.covariance == expected


class TestCells:
    @pytest.fixture
    def cells(self, sales) -> Cells:
        return area_period_cells(sales, PLAIN)

    def test_are_in_order_of_area_and_period(self, cells):
        assert cells.frame[["area", "period"]].apply(tuple, axis=1).is_monotonic_increasing

    def test_count_their_sales(self, cells, sales):
        counts = sales.groupby(["area", "year"]).size()
        assert cells.frame["sales"].tolist() == counts.tolist()

    def test_small_sample_rule_is_named(self, cells):
        assert f"N = 900, K = 65 (5 characteristics, 60 absorbed effects); t with {cells.df}" in (
            cells.variance_rule
        )

    def test_sales_not_used_are_counted(self, sales):
        holes = sales.assign(
            area=sales["area"].where(sales.index > 6),
            tenure=sales["tenure"].where(sales.index < 880),
        )
        assert area_period_cells(holes, PLAIN).dropped == {"without area": 7, "without tenure": 20}

    def test_sale_alone_in_its_cell_has_a_price(self, sales):
        lone = sales.iloc[[0]].assign(area="E01999999")
        frame = area_period_cells(pd.concat([sales, lone], ignore_index=True), PLAIN).frame
        assert frame.loc[frame["area"] == "E01999999", "sales"].tolist() == [1]


class TestTimeDummyIndex:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _fits(cls, sales):
        cls.ours = time_dummy_index(sales, PLAIN)
        coded = coded_sales(sales, PLAIN)
        years = [f"y{year}" for year in range(2002, 2006)]
        frame = sales.assign(**{year: (sales["year"] == int(year[1:])) * 1.0 for year in years})
        names = [f"x{number}" for number in range(len(coded.terms))]
        frame[names] = coded.values
        specification = Specification(
            "peer", "", "log_price", tuple(years), tuple(names), ("area",), clusters="area"
        )
        cls.peer = cross_section(frame, specification)

    def test_coefficients_equal_the_cross_section(self):
        expected = pytest.approx(self.peer.coefficients, rel=ROUNDING)
        assert self.ours.estimate.coefficients == expected

    def test_clustered_errors_equal_the_cross_section(self):
        expected = pytest.approx(np.diag(self.peer.covariance), rel=ROUNDING)
        assert np.diag(self.ours.estimate.covariance) == expected

    def test_r_squared_equals_the_cross_section(self):
        assert self.ours.estimate.r_squared == pytest.approx(self.peer.r_squared, rel=ROUNDING)

    def test_small_sample_rule_is_that_of_the_cross_section(self):
        assert self.ours.estimate.variance_rule == self.peer.variance_rule

    def test_frame_starts_from_the_first_period(self):
        assert self.ours.frame.iloc[0].tolist() == ["city", 2001, 0.0, 0.0, self._sold(2001)]

    def test_frame_holds_the_period_effects(self):
        effects = self.ours.frame["log_price"][1:].to_numpy()
        assert effects == pytest.approx(self.ours.estimate.coefficients[:4])

    def _sold(self, year: int) -> int:
        return int((made_sales()["year"] == year).sum())

    def test_sale_alone_in_its_area_is_dropped_and_counted(self, sales):
        lone = sales.iloc[[0]].assign(area="E01999999")
        index = time_dummy_index(pd.concat([sales, lone], ignore_index=True), PLAIN)
        assert index.estimate.dropped == {"alone in their area": 1}


class TestWhatCannotBeEstimated:
    def test_missing_columns(self, sales):
        with pytest.raises(SpecificationError, match="no column log_price, tenure in the sales"):
            area_period_cells(sales.drop(columns=["log_price", "tenure"]), PLAIN)

    def test_characteristic_that_does_not_vary_within_cells(self, sales):
        by_area = sales.assign(tenure=np.where(sales["area"] < "E01000006", "F", "L"))
        with pytest.raises(SpecificationError, match="tenure=L does not vary"):
            area_period_cells(by_area, PLAIN)

    def test_characteristic_that_repeats_others(self, sales):
        twin = sales.assign(tenure=np.where(sales["property_type"] == "F", "L", "F"))
        with pytest.raises(SpecificationError, match="tenure=L is a combination"):
            area_period_cells(twin, PLAIN)

    def test_fewer_sales_than_parameters(self, sales):
        with pytest.raises(SpecificationError, match="cannot carry"):
            area_period_cells(sales.groupby(["area", "year"]).head(1), PLAIN)

    def test_no_sale_left(self, sales):
        with pytest.raises(SpecificationError, match="no sale is left: 900 without area"):
            area_period_cells(sales.assign(area=None), PLAIN)

    def test_one_area(self, sales):
        with pytest.raises(SpecificationError, match="all sales are in one area"):
            time_dummy_index(sales.assign(area="E01000001"), PLAIN)
