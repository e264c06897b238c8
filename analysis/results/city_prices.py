"""The price of homes in the city by year, of all sales and of like with like, beside the UK HPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from ...data.catalogue import DataFolder
from ...data.tables import house_price_index
from ..graph import result
from ..quantities import (
    Count,
    Money,
    NotEstimable,
    Number,
    Points,
    PriceDifference,
    Ratio,
    Share,
    Year,
)
from ..reasons import DataEndBefore
from ..study import Study
from .small_area_prices import MEANS, SmallAreaPrices

ALIKE = 0.9
"""A correlation of yearly growth from which on two indices move alike."""
SHIFT = 2.0
"""Percentage points by which the share of cheap places must shift to explain a gap."""
MONTHS = 12


@dataclass(frozen=True, slots=True)
class RealFall:
    """The largest fall of the price in real terms, and when the peak was reached again."""

    real_peak_year: Year
    real_bottom_year: Year
    real_fall: Share
    real_regained_year: Year | NotEstimable


@dataclass(frozen=True, slots=True)
class MixGap:
    """Where the mean of all sales departs furthest from the index of like with like.

    Parameters
    ----------
    cheap_share_first, cheap_share_wedge : share of sales in the cheaper half of sectors, in the
        first year and in that of the gap
    """

    wedge_year: Year
    wedge: PriceDifference
    cheap_share_first: Share
    cheap_share_wedge: Share

    @property
    def explained(self) -> Literal["fewer cheap", "more cheap", ""]:
        """How sales in cheap places shifted, if that explains the gap."""
        shift = self.cheap_share_wedge.number - self.cheap_share_first.number
        if shift < -SHIFT and self.wedge.log > 0:
            return "fewer cheap"
        return "more cheap" if shift > SHIFT and self.wedge.log < 0 else ""


@dataclass(frozen=True, slots=True)
class CityPrices:
    """The city's prices by year.

    Parameters
    ----------
    by_year : ``year, sales, mean_price, hpi_price`` (mean of months; missing where the year is not
        complete) and ``real_price`` (in pounds of the last year, by CPI)
    logs : by year the logs of ``mean``, ``hpi`` and ``index``, first year zero, and ``error`` of
        the last of them
    by_method : each index, ``method``, beside the UK HPI: ``rise`` (times), ``correlation`` and
        ``difference`` (root mean square, percentage points) of yearly growth
    """

    INLINE: ClassVar = ("fall", "gap")
    by_year: pd.DataFrame
    logs: pd.DataFrame
    by_method: pd.DataFrame
    first_year: Year
    last_year: Year
    last_hpi_year: Year
    sales: Count
    sectors: Count
    first_price: Money
    last_price: Money
    rise: Ratio
    real_rise: Ratio
    fall: RealFall
    growth_correlation: Number
    growth_difference: Points
    methods: Count
    index_correlation: Number
    index_difference: Points
    index_rise: Ratio
    hpi_gap: PriceDifference
    gap: MixGap

    @property
    def follows(self) -> bool:
        """Whether like with like moves as the UK HPI does."""
        return self.index_correlation.number >= ALIKE

    @property
    def nearer(self) -> bool:
        """Whether the index is nearer to the UK HPI than the mean of all sales."""
        return self.index_correlation.number > self.growth_correlation.number


@result(prefix="house_prices")
def city_prices(
    study: Study, folder: DataFolder, sectors: pd.DataFrame, small_area_prices: SmallAreaPrices
) -> CityPrices:
    """The mean of all sales, the index and the UK HPI, year by year."""
    years = _by_year(study, folder, sectors)
    logs = _logs(years, small_area_prices.index)
    methods = _against(_methods(logs["mean"], small_area_prices), logs["hpi"])
    mean, index = (methods.iloc[place] for place in (0, 1))
    first, last = years.iloc[0], years.iloc[-1]
    return CityPrices(
        by_year=years,
        logs=logs,
        by_method=methods,
        first_year=Year(int(first["year"])),
        last_year=Year(int(last["year"])),
        last_hpi_year=Year(int(years.dropna(subset=["hpi_price"])["year"].iloc[-1])),
        sales=Count(int(years["sales"].sum()), columns=MEANS),
        sectors=Count(int(sectors["sector"].nunique()), columns=MEANS),
        first_price=Money(float(first["mean_price"]), columns=MEANS),
        last_price=Money(float(last["mean_price"]), columns=MEANS),
        rise=Ratio(float(last["mean_price"] / first["mean_price"]), columns=MEANS),
        real_rise=Ratio(float(last["real_price"] / first["real_price"])),
        fall=_fall(years.set_index("year")["real_price"]),
        growth_correlation=Number(float(mean["correlation"])),
        growth_difference=Points(float(mean["difference"])),
        methods=Count(len(methods)),
        index_correlation=Number(float(index["correlation"])),
        index_difference=Points(float(index["difference"])),
        index_rise=Ratio(float(index["rise"])),
        hpi_gap=PriceDifference(float((logs["hpi"] - logs["index"]).dropna().iloc[-1])),
        gap=_gap(logs["mean"] - logs["index"], sectors),
    )


def _by_year(study: Study, folder: DataFolder, sectors: pd.DataFrame) -> pd.DataFrame:
    worth = sectors.assign(worth=sectors["mean_price"] * sectors["sales"])
    city = worth.groupby("year")[["worth", "sales"]].sum()
    cpi = folder.read("cpi")
    prices = cpi.groupby(cpi["month"].dt.year)["cpi"].mean().reindex(city.index)
    hpi = house_price_index(folder, study.geography.district)
    months = hpi.groupby(hpi["date"].dt.year)["average_price"]
    frame = pd.DataFrame(
        {
            "sales": city["sales"],
            "mean_price": city["worth"] / city["sales"],
            "hpi_price": months.mean().where(months.count() == MONTHS).reindex(city.index),
        }
    )
    frame["real_price"] = frame["mean_price"] * prices.iloc[-1] / prices
    return frame.rename_axis("year").reset_index()


def _logs(years: pd.DataFrame, index: pd.DataFrame) -> pd.DataFrame:
    prices = years.set_index("year")
    own = index.set_index("period")
    logs = {
        name: np.log(prices[column] / prices[column].iloc[0])
        for name, column in (("mean", "mean_price"), ("hpi", "hpi_price"))
    }
    return pd.DataFrame({**logs, "index": own["log_index"], "error": np.sqrt(own["variance"])})


def _methods(mean: pd.Series, prices: SmallAreaPrices) -> pd.DataFrame:
    """The log index by every method, the mean of all sales before the others."""
    return pd.concat([mean, prices.methods], axis=1)


def _against(indices: pd.DataFrame, reference: pd.Series) -> pd.DataFrame:
    growth = reference.diff()
    rows = []
    for name, index in indices.items():
        both = pd.DataFrame({"own": index.diff(), "reference": growth}).dropna()
        off = both["own"] - both["reference"]
        rows.append(
            {
                "method": name,
                "rise": float(np.exp(index.iloc[-1])),
                "correlation": float(both["own"].corr(both["reference"])),
                "difference": float(100 * np.sqrt((off**2).mean())),
            }
        )
    return pd.DataFrame(rows)


def _fall(real: pd.Series) -> RealFall:
    drawdown = real / real.cummax() - 1
    years = real.index.to_numpy()
    bottom = int(years[drawdown.argmin()])
    peak = int(years[real.loc[:bottom].argmax()])
    back = real.loc[bottom:][real.loc[bottom:] >= real[peak]]
    return RealFall(
        real_peak_year=Year(peak),
        real_bottom_year=Year(bottom),
        real_fall=Share(float(-100 * drawdown[bottom])),
        real_regained_year=Year(int(back.index[0]))
        if len(back)
        else NotEstimable(DataEndBefore(), unit="year", label="described"),
    )


def _gap(wedge: pd.Series, sectors: pd.DataFrame) -> MixGap:
    widest = int(wedge.index.to_numpy()[wedge.abs().argmax()])
    level = sectors["log_price"] - sectors.groupby("year")["log_price"].transform("mean")
    usual = level.groupby(sectors["sector"]).transform("mean")
    cheap = sectors["sales"].where(usual < usual.drop_duplicates().median(), 0.0)
    share = 100 * cheap.groupby(sectors["year"]).sum() / sectors.groupby("year")["sales"].sum()
    return MixGap(
        wedge_year=Year(widest),
        wedge=PriceDifference(float(wedge[widest])),
        cheap_share_first=Share(float(share.iloc[0]), columns=MEANS),
        cheap_share_wedge=Share(float(share[widest]), columns=MEANS),
    )
