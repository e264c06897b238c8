"""A researcher's own survey: from few answers a ward to estimates with their error."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ...data.catalogue import DataFolder
from ...data.indicators import require_local
from ...data.survey import known_codes, read_survey, survey_indicators
from ...models.prices.small_area import fay_herriot
from ..graph import result
from ..quantities import Count, NotEstimable
from ..reasons import NoSurvey, Reason, SurveyNotByWard

COVARIATE = "income_deprivation"


@dataclass(frozen=True, slots=True)
class OwnSurvey:
    """Each question of a survey in every ward.

    Parameters
    ----------
    survey : its rows
    survey_wards : the wards that are predicted
    predicted : one row a question and ward: ``question, ward, n``, and those of `fay_herriot`
    """

    survey: Count | NotEstimable
    survey_wards: Count | NotEstimable
    predicted: pd.DataFrame = field(default_factory=pd.DataFrame)


@result(prefix="social_capital")
def own_survey(folder: DataFolder, areas: pd.DataFrame) -> OwnSurvey:
    """Predict each indicator and period of a survey for every ward, or say why there is none."""
    if not folder.holds("survey"):
        return _none(NoSurvey())
    folder.read("survey")
    answers = read_survey(folder.locate("survey"), known_codes(folder))
    indicators = survey_indicators(answers)
    require_local(indicators)
    wards = indicators[indicators["geography"] == "ward22"]
    if wards.empty:
        return _none(SurveyNotByWard())
    questions = wards.groupby(["indicator", "period"])
    return OwnSurvey(
        survey=Count(len(answers)),
        survey_wards=Count(int(areas["ward22"].nunique()), columns=(COVARIATE,)),
        predicted=pd.concat([_predicted(areas, rows) for _, rows in questions], ignore_index=True),
    )


def _none(reason: Reason) -> OwnSurvey:
    none = NotEstimable(reason, "count", "described")
    return OwnSurvey(survey=none, survey_wards=none)


def _predicted(areas: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Every ward's percentage by Fay-Herriot, with income deprivation as the one covariate."""
    weighted = (areas[COVARIATE] * areas["households"]).groupby(areas["ward22"]).sum()
    deprivation = weighted / areas.groupby("ward22")["households"].sum()
    names = areas.drop_duplicates("ward22").set_index("ward22")["ward22_name"]
    direct = rows.set_index("area")[["value", "variance", "n"]].reindex(deprivation.index)
    design = np.column_stack([np.ones(len(deprivation)), deprivation.to_numpy()])
    fit = fay_herriot(direct["value"].to_numpy(), direct["variance"].to_numpy(), design)
    return fit.tidy().assign(
        question=f"{rows['indicator'].iloc[0]}, {rows['period'].iloc[0]}",
        ward=names.reindex(deprivation.index).to_numpy(),
        n=direct["n"].to_numpy(),
        estimate_low=lambda frame: frame["ci_low"],
        estimate_high=lambda frame: frame["ci_high"],
    )
