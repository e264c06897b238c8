"""Where templates are found, and the filters and words that each of them may use."""

from __future__ import annotations

import math
import re

import jinja2

from .. import analysis
from ..data.levels import level
from . import formats, words
from .foreign import printed
from .reasons import reason_words
from .rules import KINDS, errors_words, rule_words, weights_words
from .tables import sentence
from .verdict_words import ANSWERS, answer_words, check_words, outcome_words


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
        check_words=check_words,
        outcome=outcome_words,
    )
    environment.filters.update(
        compared=words.compared_words,
        rule_words=rule_words,
        reason_words=reason_words,
        names=_breakable,
        figures=_four_figures,
        degrees=_degrees,
    )
    environment.filters.update(
        listed=formats.listed,
        spelled=formats.spelled,
        day=formats.format_date,
        sentence=sentence,
    )
    return environment


def _breakable(name: str) -> str:
    """A name of the code with places where a line may break."""
    return re.sub(r"([._])", "\\1\u200b", name)


def _four_figures(value: float) -> str:
    """A coefficient with four significant figures; one that is missing is a dash."""
    return (
        formats.NOT_A_NUMBER
        if formats.is_missing(value)
        else f"{value:.4g}".replace("-", formats.MINUS)
    )


def _degrees(value: float) -> str:
    return "∞" if math.isinf(value) else formats.format_number(value, "count")
