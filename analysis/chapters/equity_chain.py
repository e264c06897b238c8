"""The chain from coproduction to prices: each link, the product of the links, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...models.association.cross_section import cross_section
from ...models.estimate import Estimate
from ...models.inference.cluster_bootstrap import Bootstrapped
from ...models.loop.path_model import PathModel, path_model
from ...models.measurement.errors_in_variables import errors_in_variables
from ...models.robustness.common_cause import common_cause
from ...models.sample import complete_rows
from ...models.specification import NotEstimable, Specification, SpecificationError
from ...report_templates.exhibits import Column, Table
from ..book import ChapterNotes
from ..equations import (
    by_ward,
    held_equal,
    last_step,
    require_clusters,
    rule_in_short,
    specification,
    untold,
)
from ..inputs import Inputs
from ..quantities import percent_effect
from ..study import CrossSection, Step
from .measurement_error import LITTLE_LEFT

OUTCOME, INDEX = "safety", "social_capital"
LINKS = (
    ("outcomes", "Coproduction", "Outcomes"),
    ("social_capital", "Outcomes", "Social capital"),
    ("asset_values", "Social capital", "Asset values"),
)
"""Each link's name among the findings, the station before and the station after."""
WORDS = ("coproduction", "outcomes", "social capital", "prices")
DRAWS = 999
FEW_WARDS = 20
"""Wards with coproduction below which its intervals are too narrow, see docs/loop_simulation.md."""
ROUTES = ("product", "indirect", "direct", "total")
SUMS = {"indirect": "all routes through a station", "direct": "directly", "total": "in all"}


@dataclass(frozen=True, slots=True)
class Chain:
    """The stations, the rows that have all of them, and what is held equal in every link."""

    section: CrossSection
    areas: pd.DataFrame
    stations: tuple[str, ...]
    step: Step

    @property
    def specification(self) -> Specification:
        """The last link, which holds all stations."""
        return self.link(3, self.step, "chain", "Coproduction to prices, all stations")

    def link(self, reached: int, step: Step, name: str, title: str) -> Specification:
        """A station on all before it that vary under what the step holds equal.

        Raises
        ------
        NotEstimable
            The station just before it does not.
        """
        before = self.stations[:reached]
        still = untold(self.section, self.areas, before, step.effects)
        if before[-1] in still:
            raise NotEstimable(still[before[-1]])
        return specification(
            self.section,
            step,
            f"equity_model.{name}",
            title,
            self.stations[reached],
            [column for column in before if column not in still],
        )


def make_chain(inputs: Inputs) -> Chain:
    """The chain of a study, held equal as far as coproduction still varies."""
    section = inputs.study.cross_section
    stations = (section.coproduction[0], OUTCOME, INDEX, section.outcome)
    controls = [name for step in section.steps for name in (*step.controls, *step.effects)]
    areas = inputs.areas[inputs.areas["sales"] >= section.minimum_sales]
    areas, _ = complete_rows(areas, dict.fromkeys([*stations, *controls]))
    require_clusters(section, areas)
    still = untold(section, areas, stations[:3], ())
    moving = [station for station in stations[:3] if station not in still]
    if not moving:
        raise NotEstimable("no station of the chain differs between areas")
    return Chain(section, areas, stations, last_step(section, areas, moving[0]))


def estimate_chain(inputs: Inputs, notes: ChapterNotes) -> None:
    """Quote every link and the routes along the chain, and show both tables."""
    chain = make_chain(inputs)
    notes.quote("chain.held_equal", held_equal(chain.section, chain.step), "text", label="adjusted")
    links = list[dict[str, object]]()
    for reached, (name, _, _) in enumerate(LINKS, start=1):
        with notes.part(name):
            links.append(_link(chain, reached, notes))
    with notes.part("links"):
        _show_links(chain, pd.DataFrame(links), notes)
    treated = chain.areas.groupby(chain.section.wards)[chain.stations[0]].max()
    notes.quote("chain.treated_wards", int((treated > 0).sum()), "count")
    notes.quote("chain.few_wards", FEW_WARDS, "count")
    notes.quote("chain.areas", len(chain.areas), "count")
    notes.quote("chain.wards", len(treated), "count")
    with notes.part("asset_values.corrected"):
        _quote_corrected_link(chain, notes)
    with notes.part("chain"):
        _routes(inputs, chain, notes)


def _routes(inputs: Inputs, chain: Chain, notes: ChapterNotes) -> None:
    """The routes from coproduction to prices, if its first step has an estimate."""
    notes.value("outcomes")
    try:
        model = path_model(
            chain.areas,
            by_ward(chain.section, chain.specification),
            np.random.default_rng(inputs.study.seed),
            draws=DRAWS,
        )
    except SpecificationError:
        reason = "coproduction is on record in too few wards for draws of wards to vary in it"
        for name in (*ROUTES, "share", "corrected"):
            notes.refuse(f"chain.{name}", "percent", reason)
        return
    sums = _sums(chain, model)
    _quote_routes(model, sums, notes)
    _quote_share(model, sums, notes)
    _show_routes(model, sums, _corrected(inputs, chain, notes), notes)


def _sums(chain: Chain, model: PathModel) -> dict[str, Bootstrapped]:
    """All routes by draws of wards; directly and in all as coefficients, with their own errors."""
    spec, start = chain.specification, chain.stations[0]
    regressions = {"direct": spec, "total": replace(spec, regressors=(start,))}
    found = {"indirect": model.indirect}
    for name, asked in regressions.items():
        row = cross_section(chain.areas, asked).tidy().set_index("term").to_dict("index")[start]
        ends = (float(row[part]) for part in ("estimate", "std_error", "ci_low", "ci_high"))
        found[name] = Bootstrapped(*ends)
    return found


def _link(chain: Chain, reached: int, notes: ChapterNotes) -> dict[str, object]:
    """One link with nothing held equal, with the chain's controls, and inside wards."""
    name, before, after = LINKS[reached - 1]
    term, title = chain.stations[reached - 1], f"{before} to {after.lower()}"
    held = notes.fitted(cross_section(chain.areas, chain.link(reached, chain.step, name, title)))
    alone = _alone(chain, reached, title)
    cause = common_cause(chain.areas, held.specification, term)
    rows = {"alone": notes.fitted(alone), "held": held, **_inside(chain, reached, title, notes)}
    for key, estimate in rows.items():
        tell = notes.effect if reached == 3 else notes.coefficient
        tell(name if key == "held" else f"{name}.{key}", estimate, term)
    notes.quote(f"{name}.rho", cause.rho, "number", label="adjusted")
    spread = float(chain.areas[chain.stations[reached]].std())
    notes.quote(f"{name}.spread", spread, "number")
    return {
        "link": title,
        "unit": "%" if reached == 3 else "sd",
        "rho": cause.rho,
        "rule": rule_in_short(held),
        **{k: v for key, row in rows.items() for k, v in _ends(key, row, term, reached).items()},
    }


def _alone(chain: Chain, reached: int, title: str) -> Estimate:
    """The link between the two stations, with nothing held equal."""
    name = f"{LINKS[reached - 1][0]}.alone"
    nothing = Step(name="alone", title="Nothing held equal")
    spec = chain.link(reached, nothing, name, f"{title}, alone")
    return cross_section(chain.areas, replace(spec, regressors=(chain.stations[reached - 1],)))


def _inside(chain: Chain, reached: int, title: str, notes: ChapterNotes) -> dict[str, Estimate]:
    """The link with all of Section 3 held equal, where the chain as a whole cannot be."""
    last, term = chain.section.steps[-1], chain.stations[reached - 1]
    name = f"{LINKS[reached - 1][0]}.inside"
    if last == chain.step:
        return {}
    if refused := untold(chain.section, chain.areas, [term], last.effects):
        notes.refuse(name, "percent" if reached == 3 else "number", refused[term])
        return {}
    spec = chain.link(reached, last, name, f"{title}, all of Section 3 held equal")
    return {"inside": notes.fitted(cross_section(chain.areas, spec))}


def _ends(key: str, estimate: Estimate, term: str, reached: int) -> dict[str, float]:
    row = estimate.tidy().set_index("term").to_dict("index")[term]
    values = (float(row[part]) for part in ("estimate", "ci_low", "ci_high"))
    scaled = [percent_effect(value) if reached == 3 else value for value in values]
    return dict(zip((key, f"{key}_low", f"{key}_high"), scaled, strict=True))


def _show_links(chain: Chain, table: pd.DataFrame, notes: ChapterNotes) -> None:
    if table.empty:
        raise NotEstimable("no link can be estimated")
    inside = (Column("inside", "All of Section 3 held equal", "interval_number2"),)
    notes.book.show(
        Table(
            "equity_model.links",
            "The links of the model for which there are data",
            table,
            (
                Column("link", "Link"),
                Column("unit", "Unit"),
                Column("alone", "Nothing held equal", "interval_number2"),
                Column("held", "Held equal", "interval_number2"),
                *(inside if "inside" in table else ()),
                Column("rho", "Undone at", "number2"),
            ),
            "Change in the second for one more of the first: a recorded programme against none, or "
            "one standard deviation (sd); with 95% interval",
            f"{len(chain.areas)} areas in {chain.areas[chain.section.wards].nunique()} wards, "
            "the same in every column, weighted by sales. Held equal: the stations before, and "
            f"{held_equal(chain.section, chain.step)}. Undone at: the correlation that a common "
            "cause must give to what is left of both ends to bring the link to zero. "
            f"{table['rule'].iloc[-1]}. Outcomes are measured by safety from crime. "
            "Label: adjusted.",
            notes.source_line,
        )
    )


def _in_percent(found: Bootstrapped) -> dict[str, float]:
    return {
        "estimate": percent_effect(found.estimate),
        "estimate_low": percent_effect(found.low),
        "estimate_high": percent_effect(found.high),
    }


def _quote(name: str, found: Bootstrapped, notes: ChapterNotes) -> None:
    ends = _in_percent(found)
    notes.quote(
        f"chain.{name}",
        ends["estimate"],
        "percent",
        label="adjusted",
        interval=(ends["estimate_low"], ends["estimate_high"]),
        specification="equity_model.asset_values",
    )


def _quote_routes(model: PathModel, sums: Mapping[str, Bootstrapped], notes: ChapterNotes) -> None:
    found = {"product": model.route(*model.stations), **sums}
    for name in ROUTES:
        _quote(name, found[name], notes)
    notes.quote("chain.draws", DRAWS, "count")
    notes.quote("chain.lost_draws", model.lost, "count")


def _quote_share(model: PathModel, sums: Mapping[str, Bootstrapped], notes: ChapterNotes) -> None:
    """The share that runs through the stations, where there is a total to have a share of."""
    total = sums["total"]
    if total.low <= 0 <= total.high:
        reason = "the total cannot be told from zero, and no share of nothing can be given"
        notes.refuse("chain.share", "percent", reason)
        return
    share = model.share_indirect
    notes.quote(
        "chain.share",
        100 * share.estimate,
        "percent",
        label="adjusted",
        interval=(100 * share.low, 100 * share.high),
    )


def _noise(notes: ChapterNotes) -> Mapping[str, float]:
    """The known variance of the error of the index."""
    return {INDEX: float(notes.book.value("social_capital.index_error")) ** 2}


def _quote_corrected_link(chain: Chain, notes: ChapterNotes) -> None:
    """The last link with the known error of the index taken out."""
    title = "Social capital to asset values, error taken out"
    noise = _noise(notes)
    spec = by_ward(chain.section, chain.link(3, chain.step, "asset_values.corrected", title))
    try:
        last = errors_in_variables(chain.areas, spec, error_variance=noise)
    except SpecificationError:
        notes.refuse("asset_values.corrected", "percent", LITTLE_LEFT)
        return
    notes.effect("asset_values.corrected", notes.fitted(last), INDEX)


def _corrected(inputs: Inputs, chain: Chain, notes: ChapterNotes) -> PathModel | None:
    """The chain with the known error of the index taken out."""
    noise = _noise(notes)
    try:
        model = path_model(
            chain.areas,
            by_ward(chain.section, chain.specification),
            np.random.default_rng(inputs.study.seed),
            draws=DRAWS,
            error_variance=noise,
        )
    except SpecificationError:
        notes.refuse("chain.corrected", "percent", LITTLE_LEFT)
        return None
    _quote("corrected", model.route(*model.stations), notes)
    return model


def _show_routes(
    model: PathModel,
    sums: Mapping[str, Bootstrapped],
    corrected: PathModel | None,
    notes: ChapterNotes,
) -> None:
    words = dict(zip(model.stations, WORDS, strict=True))
    rows = [
        {
            "kind": "Routes through the stations",
            "route": ", ".join(words[name] for name in route),
            **_in_percent(model.route(*route)),
        }
        for route in sorted(model.routes()[1:], key=len, reverse=True)
    ]
    if corrected is not None:
        rows.append(
            {
                "kind": "Routes through the stations",
                "route": "the first route, error of the index taken out",
                **_in_percent(corrected.route(*model.stations)),
            }
        )
    for name, words_of_sum in SUMS.items():
        ends = _in_percent(sums[name])
        rows.append({"kind": "Coproduction to prices", "route": words_of_sum, **ends})
    notes.book.show(
        Table(
            "equity_model.chain",
            "From coproduction to prices by each route",
            pd.DataFrame(rows),
            (Column("route", "Route"), Column("estimate", "Price", "interval_percent1")),
            "Difference in price per square metre that goes with a recorded programme, per cent, "
            "with 95% interval",
            f"Products of links. The routes and the direct part add up to the whole exactly. "
            f"{model.n} areas. Routes: intervals from {DRAWS} draws of {model.clusters} wards, "
            "percentiles with a correction for their number. Directly and in all: clustered by "
            "place, and by ward outside places, CR2. Label: adjusted.",
            notes.source_line,
            group_by="kind",
        )
    )
