"""Appendix 3, a researcher's own survey: from few answers a ward to estimates with their error."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...data.indicators import require_local
from ...data.survey import known_codes, read_survey, survey_indicators
from ...models.prices.small_area import fay_herriot
from ...report_templates.exhibits import Column, Table
from ..book import Book, ChapterNotes
from ..inputs import Inputs

NO_SURVEY = "no survey that asked residents by neighbourhood is in the data folder"
NO_WARDS = "the survey in the data folder does not ask by ward of 2022, for which it is predicted"


def compute(inputs: Inputs, book: Book) -> None:
    """Predict each indicator and period of a survey for every ward, or say why there is none."""
    if not inputs.folder.holds("survey"):
        book.chapter("social_capital", ()).refuse("survey", "count", NO_SURVEY, "described")
        return
    inputs.folder.read("survey")
    answers = read_survey(inputs.folder.locate("survey"), known_codes(inputs.folder))
    indicators = survey_indicators(answers)
    require_local(indicators)
    notes = book.chapter("social_capital", ("survey", "imd_2019_scores"))
    wards = indicators[indicators["geography"] == "ward22"]
    if wards.empty:
        notes.refuse("survey", "count", NO_WARDS, "described")
        return
    by = wards.groupby(["indicator", "period"])
    table = pd.concat([_predicted(inputs, rows) for _, rows in by], ignore_index=True)
    notes.quote("survey", len(answers), "count")
    _show(table, notes)


def _predicted(inputs: Inputs, rows: pd.DataFrame) -> pd.DataFrame:
    """Every ward's percentage by Fay-Herriot, with income deprivation as the one covariate."""
    areas = inputs.areas
    weighted = (areas["income_deprivation"] * areas["households"]).groupby(areas["ward22"]).sum()
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


def _show(table: pd.DataFrame, notes: ChapterNotes) -> None:
    notes.book.show(
        Table(
            "social_capital.survey",
            "The survey by ward, direct and predicted",
            table,
            (
                Column("ward", "Ward"),
                Column("n", "Asked", "count"),
                Column("direct", "Direct, per cent", "number1"),
                Column("estimate", "Predicted, per cent", "interval_percent1"),
                Column("shrinkage", "Weight of the direct answer", "number2"),
            ),
            "Per cent who agree, with 95% interval; wards (2022)",
            "Fay-Herriot model, restricted likelihood, with income deprivation as covariate: an "
            "estimate that must not be set against deprivation again. Label: described.",
            notes.source_line,
            group_by="question",
        )
    )
