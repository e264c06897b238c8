"""Variance rules in words, for the notes of tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..data.levels import LEVELS, level
from ..models.estimate import Estimate

KINDS = {"clustered": "CR1", "bias_reduced": "CR2"}


def errors_words(estimates: Sequence[Estimate]) -> str:
    """How the errors of equations of one rule were made, with clusters and degrees of freedom.

    Raises
    ------
    ValueError
        The equations do not share their rule.
    """
    rules = {(one.specification.variance, one.specification.clusters) for one in estimates}
    if len(rules) != 1:
        raise ValueError(f"{len(rules)} variance rules where one is to be told")
    ((variance, clusters),) = rules
    if clusters is None:
        return f"Errors: {estimates[-1].variance_rule}"
    every = [one.df_of(term) for one in estimates for term in one.specification.regressors]
    low, high = f"{min(every):.0f}", f"{max(every):.0f}"
    degrees = low if low == high else f"{low} to {high}"
    own = "Satterthwaite " if variance == "bias_reduced" else ""
    return (
        f"Errors clustered by {level(clusters).clustered}, {estimates[-1].clusters} clusters, "
        f"{KINDS[variance]}; t with {degrees} {own}degrees of freedom"
    )


def weights_words(estimate: Estimate) -> str:
    """How the rows of an equation weigh."""
    weights = estimate.specification.weights
    return f"Weights: number of {weights}" if weights else "Each area weighs the same"


def rule_words(rule: str) -> str:
    """A model's sentence on its rule, with what errors are clustered by in words.

    >>> rule_words("clustered by ward22, t by CR1")
    'clustered by ward, t by CR1'
    """
    return re.sub(
        r"\bby (\w+)",
        lambda by: f"by {LEVELS[by[1]].clustered}" if by[1] in LEVELS else by[0],
        rule,
    )
