"""Appendix 2's results from a few made rows: what tests of the results and of the pages ask."""

from types import SimpleNamespace

import pandas as pd

from neighbourhood_equity.analysis.quantities import Count, NotEstimable, PriceDifference
from neighbourhood_equity.analysis.reasons import Refused
from neighbourhood_equity.analysis.results.cross_section import CrossSection, MeasureSteps
from neighbourhood_equity.analysis.results.social_return import social_return
from neighbourhood_equity.analysis.results.valuation import valuation
from neighbourhood_equity.analysis.study import Step
from neighbourhood_equity.data.measures import measure

STEP = Step(name="alone", title="Each alone")
STUDY = SimpleNamespace(seed=1, period=SimpleNamespace(last_year=2024))
AREAS = pd.DataFrame({"ward22": ["a", "a", "b"], "households": [1000, 2000, 1001]})
PEOPLE = pd.DataFrame({"population": [3000, 4001]})
SECTORS = pd.DataFrame(
    {"year": [2023, 2024, 2024], "mean_price": [1e6, 200_000, 300_000], "sales": [9, 3, 1]}
)
CPI = {2000: 70.0, 2019: 100.0, 2024: 125.0}
FOUND = PriceDifference(0.02, 0.01, 0.03, label="adjusted")
NONE = NotEstimable(Refused("it does not vary"))


def section(**held) -> CrossSection:
    """A cross-section of these measures, by column; nothing else is known of it."""
    return CrossSection(
        tuple(
            MeasureSteps(measure(name), {}, one, STEP, (), NotEstimable(Refused("none")))
            for name, one in held.items()
        ),
        *(Count(1) for _ in range(5)),
        last=None,
        weights=None,
    )


def results(cpi=CPI, **held) -> dict:
    """The results that the chapter asks for, by name."""
    months = pd.DataFrame(
        {"month": pd.to_datetime([f"{year}-06-01" for year in cpi]), "cpi": list(cpi.values())}
    )
    folder = SimpleNamespace(read={"cpi": months, "lsoa11_population": PEOPLE}.__getitem__)
    steps = section(**(held or {"engagement": NONE, "coproduction_recorded": FOUND}))
    return {
        "cross_section": steps,
        "valuation": valuation(STUDY, folder, AREAS, SECTORS, steps),
        "social_return": social_return(STUDY, folder),
    }
