"""One price index of a city from single sales, by the method named.

What a dwelling is like is held equal (`hedonic`, `fixed_basket`), or the dwelling itself
(`repeat_sales`); the modules of these names hold the equations. Here each gives the same columns:
an index of 100 in the first period with its interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from scipy import stats

from ..frames import column_faults, require_frame
from ..record import Record, as_text, reasons
from ..sample import complete_rows
from ..specification import SpecificationError, require_word
from .characteristics import Characteristics
from .fixed_basket import double_imputation_fisher, fixed_basket_index
from .hedonic import time_dummy_index
from .repeat_sales import bailey_muth_nourse, case_shiller, pairs_of, shiller_arithmetic

Method = Literal[
    "time_dummy", "fixed_basket", "fisher", "repeat_sales", "case_shiller", "arithmetic"
]
IN_WORDS: dict[Method, str] = {
    "time_dummy": "hedonic, time dummies",
    "fixed_basket": "hedonic, fixed basket renewed each period",
    "fisher": "hedonic, double-imputation Fisher",
    "repeat_sales": "repeat sales, Bailey, Muth and Nourse",
    "case_shiller": "repeat sales, Case and Shiller",
    "arithmetic": "repeat sales, Shiller's arithmetic",
}
_REPEATS = {
    "repeat_sales": bailey_muth_nourse,
    "case_shiller": case_shiller,
    "arithmetic": shiller_arithmetic,
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PriceIndex(Record):
    """An index by period.

    Parameters
    ----------
    method : how it was made
    frame : ``period, log_price`` (less that of the first period), ``variance`` (of that
        difference), ``sales`` (or pairs that begin or end in the period)
    df : degrees of freedom of the t reference (``numpy.inf`` for the normal)
    variance_rule : the rule with its small-sample correction, in words
    dropped : sales or pairs not used, by reason
    """

    method: Method
    frame: pd.DataFrame
    df: float
    variance_rule: str
    dropped: Mapping[str, int]

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row a period: the index, its standard error, its interval, and the sales."""
        logs, error = self.frame["log_price"], np.sqrt(self.frame["variance"])
        reach = stats.t.ppf(0.5 + level / 2, self.df) * error
        index = 100 * np.exp(logs)
        return pd.DataFrame(
            {
                "period": self.frame["period"],
                "index": index,
                "std_error": index * error,
                "ci_low": 100 * np.exp(logs - reach),
                "ci_high": 100 * np.exp(logs + reach),
                "sales": self.frame["sales"],
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: periods, change over all of them, method, rule, what was dropped."""
        periods, last = self.frame["period"], float(self.frame["log_price"].iloc[-1])
        return pd.DataFrame(
            {
                "method": [self.method],
                "first": [periods.iloc[0]],
                "last": [periods.iloc[-1]],
                "change": [float(np.expm1(last))],
                "sales": [int(self.frame["sales"].sum())],
                "variance_rule": [self.variance_rule],
                "dropped": [reasons(self.dropped)],
            }
        )

    def heading(self) -> str:
        periods = self.frame["period"]
        return f"Price index, {periods.iloc[0]} = 100 ({IN_WORDS[self.method]})"

    def notes(self) -> Sequence[str]:
        tidy = self.tidy()
        low, last, high = tidy[["ci_low", "index", "ci_high"]].iloc[-1]
        left = f"not used: {reasons(self.dropped)}" if self.dropped else ""
        ends = f"{as_text(last)} ({as_text(low)} to {as_text(high)})"
        return (f"{tidy['period'].iloc[-1]}: {ends}", self.variance_rule, left)


def price_index(
    sales: pd.DataFrame,
    method: Method = "time_dummy",
    *,
    area: str = "area",
    period: str = "year",
    characteristics: Characteristics | None = None,
) -> PriceIndex:
    """The index of all sales together.

    Parameters
    ----------
    sales : one row a sale, with ``price`` (pounds) and the period; for the hedonic methods also
        the area, whose level is held equal, and the columns of the characteristics; for repeat
        sales ``dwelling`` and ``date``
    method : "time_dummy", "fixed_basket" and "fisher" are hedonic; "repeat_sales", "case_shiller"
        and "arithmetic" compare a dwelling with itself
    area, period : columns
    characteristics : what is held equal; by default property type, new or not, and tenure, as
        Price Paid Data have them

    Raises
    ------
    SpecificationError
        An unknown method, columns that are missing, prices that are not above zero, and all that
        the method itself refuses.
    """
    require_word("method", method, Method)
    require_frame(sales)
    held = characteristics or Characteristics()
    repeat = _REPEATS.get(method)
    needed = ("dwelling", "date") if repeat else (area, *held.columns)
    _refuse(sales, ("price", period, *needed))
    kept, dropped = complete_rows(sales, ("price", period, *needed))
    if kept.empty:
        raise SpecificationError(f"price index: no sale is left: {reasons(dropped)}")
    if repeat:
        found = repeat(pairs_of(kept, period=period))
        told = {**dropped, **found.dropped}
        return PriceIndex(method, found.frame, found.df, found.variance_rule, told)
    logs = kept.assign(log_price=np.log(kept["price"].astype(float)))
    if method == "time_dummy":
        dummies = time_dummy_index(logs, held, area, period)
        estimate = dummies.estimate
        told = {**dropped, **estimate.dropped}
        return PriceIndex(method, dummies.frame, estimate.df, estimate.variance_rule, told)
    chained = fixed_basket_index if method == "fixed_basket" else double_imputation_fisher
    basket = chained(logs, held, strata=area, period=period)
    told = {**dropped, **basket.dropped}
    return PriceIndex(method, basket.frame, np.inf, basket.variance_rule, told)


def _refuse(sales: pd.DataFrame, columns: Sequence[str]) -> None:
    faults = column_faults(sales, columns)
    if not faults and not is_numeric_dtype(sales["price"]):
        faults.append(f"price holds {sales['price'].dtype} where numbers are needed")
    elif not faults and (rows := int((sales["price"] <= 0).sum())):
        faults.append(f"price is zero or negative in {rows} rows")
    if faults:
        raise SpecificationError(f"price index: {'; '.join(faults)}")
