"""When a place gains more of one thing than others do, does it gain more of another?

ln P_nt = a_n + l_t + b S_nt + X_nt'g + e. `panel` takes the places' own levels out, so that b
rests on changes within places; `random_effects` keeps the differences between places as well and
needs them to be unrelated to the regressors.

References
----------
Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, chapter 10.
Cameron and Miller (2015), section III.B: effects nested in clusters use up no parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..absorb import absorb
from ..covariance import of_sample, require_rule, require_seen, require_seen_in, variance_rule
from ..estimate import Estimate
from ..frames import takes_frame
from ..sample import Sample, take_sample
from ..specification import CLUSTERED, Specification, SpecificationError, require_word


@dataclass(frozen=True, slots=True)
class _Panel:
    """The sample in linearmodels' form: entity and period are the index."""

    outcome: pd.Series
    right: pd.DataFrame
    weights: pd.Series
    clusters: pd.Series | None


Nested = Literal["none", "one"]


@takes_frame
def panel(frame: pd.DataFrame, specification: Specification, nested: Nested = "none") -> Estimate:
    """Fixed effects of places, or of places and periods, by linearmodels' PanelOLS.

    Parameters
    ----------
    frame : one row a place and period
    specification : effects are the entity, or the entity then the period; clusters may be any
        column, the entity as a rule
    nested : how many parameters the effects inside clusters count for: "none", or "one", the
        constant, as in R's fixest

    Returns
    -------
    Estimate
        Effects whose categories each lie in one cluster are not counted among the parameters of
        the small-sample factor; the others are. linearmodels does the same with one effect, but
        counts both of two, which overstates errors by up to sqrt(T/(T-1)).

    Raises
    ------
    SpecificationError
        Other than one or two effects, an entity twice in a period, and all of `take_sample`.
    """
    from linearmodels.panel import PanelOLS

    require_word("nested", nested, Nested)
    require_panel(frame, specification)
    sample = take_sample(frame, specification)
    data = _indexed(sample, sample.effects)
    two_way = len(sample.effects) == 2
    model = PanelOLS(
        data.outcome, data.right, entity_effects=True, time_effects=two_way, weights=data.weights
    )
    result = model.fit()
    inside = _nested_effects(sample, specification)
    codes = dict(zip(specification.effects, sample.effects, strict=True))
    parameters = sample.parameters
    rule_counts = "coefficients, constant and effects"
    if inside:
        constant = nested == "one"
        parameters += int(constant) - _rank([codes[name] for name in inside])
        rule_counts = f"coefficients and effects, without the effects of {' and '.join(inside)}"
        rule_counts = f"constant, {rule_counts}" if constant else rule_counts
    rule = variance_rule(specification, sample, parameters=parameters, counted=rule_counts)
    found = of_sample(sample, rule)
    require_seen(specification, sample, found)
    return Estimate(
        specification=specification,
        terms=sample.terms,
        coefficients=result.params.to_numpy(),
        covariance=found.matrix,
        df=found.rule.df,
        n=len(sample.rows),
        clusters=found.rule.groups,
        r_squared=float(result.rsquared),
        variance_rule=found.rule.in_words(),
        dropped=sample.dropped,
        diagnostics={
            "r_squared_with_effects": float(result.rsquared_inclusive),
            "parameters": float(sample.parameters),
            "absorbed_parameters": float(sample.absorbed),
        },
        rule=found.rule,
        reference=found.reference,
        **sample.fitted(result.params.to_numpy()),
    )


@takes_frame
def random_effects(frame: pd.DataFrame, specification: Specification) -> Estimate:
    """Random effects of places, fixed effects of periods, by linearmodels' RandomEffects.

    Parameters
    ----------
    frame : one row a place and period
    specification : effects are the entity (drawn at random) and, if named, the period (fixed)

    Returns
    -------
    Estimate
        ``theta`` in the diagnostics is the share of its own mean taken out of a place, averaged
        over places; ``r_squared`` is that of the columns so transformed.

    Raises
    ------
    SpecificationError
        As in `panel`.
    """
    from linearmodels.panel import RandomEffects

    require_rule(specification, "random effects", ("classical", "robust", "clustered"))
    require_panel(frame, specification)
    entity, *periods = specification.effects
    sample = take_sample(frame, specification, absorbed=periods)
    require_seen_in(specification, sample)
    entities = pd.factorize(sample.rows[entity])[0]
    data = _indexed(sample, (entities, *sample.effects))
    model = RandomEffects(
        data.outcome, data.right.join(_fixed(sample, data.right.index)), weights=data.weights
    )
    result = model.fit(**_covariance(specification, data))
    rule_counts = (
        f"coefficients, constant and fixed effects, without the random effects of {entity}"
    )
    rule = variance_rule(specification, sample, counted=rule_counts)
    terms = list(sample.terms)
    return Estimate(
        specification=specification,
        terms=sample.terms,
        coefficients=result.params[terms].to_numpy(),
        covariance=result.cov.loc[terms, terms].to_numpy(),
        df=rule.df,
        n=len(sample.rows),
        clusters=rule.groups,
        r_squared=float(result.rsquared),
        variance_rule=rule.in_words(),
        dropped=sample.dropped,
        diagnostics={"theta": float(result.theta.to_numpy().mean())},
        rule=rule,
    )


def require_panel(frame: pd.DataFrame, specification: Specification) -> None:
    """Raise `SpecificationError` unless effects are an entity, or an entity once in each period."""
    effects = list(specification.effects)
    faults = []
    if len(effects) not in (1, 2):
        faults.append(f"a panel takes the entity, or entity and period, not {len(effects)} effects")
    elif len(effects) == 2 and set(effects) <= set(frame.columns):
        used = frame.dropna(subset=[name for name in specification.columns if name in frame])
        if twice := int(used.duplicated(effects).sum()):
            faults.append(f"{twice} rows repeat a {effects[0]} in the same {effects[1]}")
    if faults:
        raise SpecificationError(f"specification {specification.name}: {'; '.join(faults)}")


def _indexed(sample: Sample, effects: Sequence[np.ndarray]) -> _Panel:
    entity = pd.Series(effects[0])
    period = effects[1] if len(effects) == 2 else entity.groupby(entity).cumcount().to_numpy()
    index = pd.MultiIndex.from_arrays([effects[0], period], names=["entity", "period"])
    return _Panel(
        outcome=pd.Series(sample.outcome, index=index, name="outcome"),
        right=pd.DataFrame(sample.right, index=index, columns=list(sample.terms)),
        weights=pd.Series(sample.weights, index=index, name="weights"),
        clusters=None if sample.clusters is None else pd.Series(sample.clusters, index=index),
    )


def _fixed(sample: Sample, index: pd.Index) -> pd.DataFrame:
    """The constant and a dummy for every period but the first."""
    fixed = pd.DataFrame({"constant": 1.0}, index=index)
    if sample.effects:
        periods = pd.get_dummies(sample.effects[0], drop_first=True, dtype=float)
        fixed = fixed.join(periods.add_prefix("period ").set_index(index))
    return fixed


def _covariance(specification: Specification, data: _Panel) -> dict[str, Any]:
    """linearmodels' options for the variance that was asked."""
    if specification.variance == "classical":
        return {"cov_type": "unadjusted", "debiased": True}
    if specification.variance == "robust":
        return {"cov_type": "robust", "debiased": True}
    clusters = data.clusters
    return {"cov_type": "clustered", "debiased": True, "group_debias": True, "clusters": clusters}


def _nested_effects(sample: Sample, specification: Specification) -> tuple[str, ...]:
    """Effects whose categories each lie in one cluster; none if the variance is not clustered."""
    if specification.variance not in CLUSTERED:
        return ()
    clusters = pd.Series(sample.clusters)
    return tuple(
        name
        for name, code in zip(specification.effects, sample.effects, strict=True)
        if (clusters.groupby(code).nunique() == 1).all()
    )


def _rank(effects: Sequence[np.ndarray]) -> int:
    rows = len(effects[0])
    return absorb(np.empty((rows, 0)), effects, np.ones(rows)).parameters
