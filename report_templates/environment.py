"""Where templates are found, and the filters and words that each of them may use."""

from __future__ import annotations

from collections.abc import Iterable

import jinja2

from .. import analysis
from ..data.levels import level
from ..data.measures import measures
from . import formats, words
from .foreign import printed
from .reasons import reason_words
from .rules import KINDS, errors_words, rule_words, weights_words
from .tables import sentence
from .verdict_words import (
    ANSWERS,
    CHECK_WORDS,
    answer_words,
    answered_words,
    check_words,
    failed_words,
    highest_words,
    outcome_words,
    step_words,
    subject_words,
)

_COLUMNS = {
    "ward22": "the ward",
    "msoa21": "the middle area",
    "place_or_ward": "the place, or the ward outside places",
    "sector": "the postcode sector",
    "year": "the year",
    "sales": "sales",
}
"""Columns that are no measures, as a sentence names them."""


def environment_of(
    loader: jinja2.BaseLoader | None = None, *, plain: bool = False
) -> jinja2.Environment:
    """The environment of all templates: of chapters, the frame around them, and shipped studies.

    Parameters
    ----------
    loader : where the templates are; the package's own by default
    plain : for captions, whose text is escaped where it is printed
    """
    folders = [
        *(jinja2.PackageLoader(__package__, name) for name in ("chapters", "frame")),
        jinja2.PackageLoader(analysis.__name__, "studies"),
    ]
    environment = jinja2.Environment(
        loader=loader or jinja2.ChoiceLoader(folders),
        undefined=jinja2.StrictUndefined,
        autoescape=not plain,
        finalize=None if plain else printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        number=formats.format_number,
        in_unit=formats.format_unit,
        interval_words=words.interval_words,
        label_names=words.LABEL_NAMES,
        label_meanings=words.LABELS,
        level_of=level,
        errors=errors_words,
        kinds=KINDS,
        weights=weights_words,
        answer=answer_words,
        answers=ANSWERS,
        answered=answered_words,
        check_words=check_words,
        outcome=outcome_words,
        subject=subject_words,
        step=step_words,
        highest=highest_words,
        failed=failed_words,
        every_check=CHECK_WORDS,
    )
    environment.filters.update(
        rule_words=rule_words,
        reason_words=reason_words,
        figures=_four_figures,
        in_words=_in_words,
    )
    environment.filters.update(
        listed=formats.listed,
        spelled=formats.spelled,
        day=formats.format_date,
        sentence=sentence,
    )
    return environment


def _four_figures(value: float) -> str:
    """A number with four significant figures; one that is missing is a dash."""
    if formats.is_missing(value):
        return formats.NOT_A_NUMBER
    return f"{value:.4g}".replace("-", formats.MINUS)


def _in_words(columns: Iterable[str]) -> str:
    """Columns of a study's tables, as a sentence lists them."""
    declared = measures()
    return formats.listed(
        [
            declared[name].in_sentence if name in declared else _COLUMNS.get(name, name)
            for name in columns
        ]
    )
