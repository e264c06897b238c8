"""How sure the controlled associations are: three rules of inference, and the measures as a family.

The rules disagree where clusters are few or uneven. Beside them stand the smallest effect that the
design would find, and p values for the chance that any measure of the family misleads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...data.measures import Measure, measure
from ...models.inference.cluster_robust import ClusterRobust, cluster_robust
from ...models.inference.detectable import minimum_detectable
from ...models.inference.multiplicity import holm, romano_wolf
from ...models.inference.wild_bootstrap import WildBootstrap, wild_cluster_bootstrap
from ...models.specification import NotEstimable as Inestimable
from ..controlled import Controlled, controlled, difference, told
from ..equations import added
from ..graph import result
from ..quantities import Count, NotEstimable, Number, PriceDifference, PValue, Share
from ..reasons import Refused
from ..study import Study
from .cross_section import MeasureSteps

POWER, LEVEL, DRAWS = 80, 95, 29_999


@dataclass(frozen=True, slots=True)
class MeasureInference:
    """One measure in the fully controlled equation.

    Parameters
    ----------
    cr1 : clustered by ward, which trusts that wards are many and alike
    cr2 : clustered as the study says, bias-reduced
    wild : the same clusters, their signs drawn; ``controlled`` is this one
    detectable : the smallest effect that a test finds with a chance of `POWER`
    p_holm, p_romano_wolf : of the family; None for a measure that is none of it
    varying : wards inside which the measure varies
    """

    measure: Measure
    cr1: PriceDifference | NotEstimable
    cr2: PriceDifference | NotEstimable
    wild: PriceDifference | NotEstimable
    controlled: PriceDifference | NotEstimable
    p_cr1: PValue | NotEstimable
    p_cr2: PValue | NotEstimable
    p_wild: PValue | NotEstimable
    detectable: PriceDifference | NotEstimable
    p_holm: PValue | NotEstimable | None = None
    p_romano_wolf: PValue | NotEstimable | None = None
    varying: int = 0

    @property
    def key(self) -> str:
        return self.measure.column

    @property
    def tested(self) -> bool:
        """Whether it was tested as one of the family."""
        return isinstance(self.p_romano_wolf, PValue)

    @property
    def firm(self) -> bool:
        """Whether it is told from zero once the family is tested as one."""
        return isinstance(self.p_romano_wolf, PValue) and self.p_romano_wolf.p < 1 - LEVEL / 100

    @property
    def rules(self) -> tuple[PriceDifference | NotEstimable, ...]:
        """The difference by each rule."""
        return (self.cr1, self.cr2, self.wild)


@dataclass(frozen=True, slots=True)
class ControlledInference:
    """The fully controlled equation under three rules of inference."""

    INLINE: ClassVar = ("measures",)
    measures: tuple[MeasureInference, ...]
    power: Share
    test_level: Share
    wards: Count | NotEstimable
    clusters: Count | NotEstimable
    draws: Count | NotEstimable
    fewest_df: Number | NotEstimable
    family: Count
    held_equal: tuple[str, ...]
    wards_level: str
    clusters_level: str
    """Columns of the clusters of the plain rule, and of the others."""
    areas: int = 0

    @property
    def told(self) -> tuple[MeasureInference, ...]:
        """The measures that have estimates."""
        return tuple(one for one in self.measures if told(one.wild))

    def tests(self, measures: Iterable[MeasureSteps]) -> bool:
        """Whether all of these measures were tested as a family of more than one."""
        return self.family.value > 1 and all(self.of(one.key).tested for one in measures)

    def firm(self, measures: Iterable[MeasureSteps]) -> tuple[MeasureSteps, ...]:
        """Those of these measures that are told from zero once the family is tested as one."""
        return tuple(one for one in measures if self.of(one.key).firm)

    def of(self, column: str) -> MeasureInference:
        """The inference on one measure."""
        return next(one for one in self.measures if one.key == column)


@result(prefix="sensitivity")
def controlled_inference(study: Study, areas: pd.DataFrame) -> ControlledInference:
    """The last step of the cross-section, its errors by three rules."""
    chosen = controlled(study.cross_section, areas)
    why = chosen.why
    if why is None:
        try:
            return _by_three_rules(chosen, study.seed)
        except Inestimable as fault:
            why = Refused(str(fault))
    none = NotEstimable(why, "count", "described")
    return _of(
        chosen,
        measures=chosen.each(MeasureInference, {}, why),
        counts=(none, none, none),
        fewest_df=NotEstimable(why, "number", "described"),
        areas=0,
    )


def _of(
    chosen: Controlled,
    measures: tuple[MeasureInference, ...],
    counts: tuple[Count | NotEstimable, ...],
    fewest_df: Number | NotEstimable,
    areas: int,
) -> ControlledInference:
    wards, clusters, draws = counts
    family = [one for one in measures if isinstance(one.p_holm, PValue)]
    return ControlledInference(
        measures=measures,
        power=Share(POWER),
        test_level=Share(100 - LEVEL),
        wards=wards,
        clusters=clusters,
        draws=draws,
        fewest_df=fewest_df,
        family=Count(len(family)),
        held_equal=added(chosen.section, chosen.step),
        wards_level=chosen.section.wards,
        clusters_level=chosen.section.clusters,
        areas=areas,
    )


def _by_three_rules(chosen: Controlled, seed: int) -> ControlledInference:
    plain = cluster_robust(chosen.areas, chosen.by_ward, "CR1")
    careful = cluster_robust(chosen.areas, chosen.specification, "CR2")
    wild = {
        # One seed for all measures: the draws are joint, as the family's test needs.
        term: wild_cluster_bootstrap(
            chosen.areas, chosen.specification, term, np.random.default_rng(seed), draws=DRAWS
        )
        for term in chosen.terms
    }
    family = [term for term in chosen.terms if term in chosen.section.social_capital]
    adjusted = _family([wild[term] for term in family])
    found = {
        term: _measure(chosen, plain, careful, wild[term], adjusted.get(term, (None, None)))
        for term in chosen.terms
    }
    columns = chosen.specification.columns
    return _of(
        chosen,
        measures=chosen.each(MeasureInference, found),
        counts=(
            Count(plain.clusters, columns=columns),
            Count(careful.clusters, columns=columns),
            Count(next(iter(wild.values())).draws),
        ),
        fewest_df=Number(float(min(_row(careful, term)["df"] for term in chosen.terms))),
        areas=plain.n,
    )


def _measure(
    chosen: Controlled,
    plain: ClusterRobust,
    careful: ClusterRobust,
    drawn: WildBootstrap,
    of_family: tuple[PValue | None, PValue | None],
) -> MeasureInference:
    term = drawn.term
    by_plain, by_careful = _row(plain, term), _row(careful, term)
    wild = difference(drawn.estimate, drawn.low, drawn.high)
    if isinstance(wild, PriceDifference):
        wild = replace(wild, rule=drawn.rule)
    least = minimum_detectable(
        by_careful["std_error"], by_careful["df"], level=LEVEL / 100, power=POWER / 100
    )
    inside = chosen.areas.groupby(chosen.section.wards)[term].nunique()
    return MeasureInference(
        measure=measure(term),
        cr1=_difference(by_plain, plain.rule),
        cr2=_difference(by_careful, careful.rule),
        wild=wild,
        controlled=wild,
        p_cr1=PValue(float(by_plain["p_value"]), label="adjusted"),
        p_cr2=PValue(float(by_careful["p_value"]), label="adjusted"),
        p_wild=PValue(drawn.p_value, drawn.draws, label="adjusted"),
        detectable=difference(least),
        p_holm=of_family[0],
        p_romano_wolf=of_family[1],
        varying=int((inside > 1).sum()),
    )


def _row(fit: ClusterRobust, term: str) -> dict[Any, Any]:
    return fit.tidy().set_index("term").to_dict("index")[term]


def _difference(row: Mapping[Any, Any], rule: str) -> PriceDifference | NotEstimable:
    found = difference(row["estimate"], row["ci_low"], row["ci_high"])
    if isinstance(found, NotEstimable):
        return found
    return replace(found, std_error=row["std_error"], df=row["df"], rule=rule)


def _family(drawn: Sequence[WildBootstrap]) -> dict[str, tuple[PValue, PValue]]:
    """By measure: its p adjusted over the family, by Holm and by Romano and Wolf."""
    if not drawn:
        return {}
    stepped = romano_wolf(
        [one.statistic for one in drawn], np.column_stack([one.statistics for one in drawn])
    )
    return {
        one.term: (
            PValue(float(plain), label="adjusted"),
            PValue(float(joint), one.draws, label="adjusted"),
        )
        for one, plain, joint in zip(drawn, holm([w.p_value for w in drawn]), stepped, strict=True)
    }
