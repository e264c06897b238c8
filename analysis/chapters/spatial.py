"""Section 3, space: are neighbours' errors alike, what that does to the intervals, and spillovers.

The cross-section in two views: without effects, and with as much held equal as the study asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from ...data import geography
from ...data.reference_tables import words_of
from ...data.simulated_city import Truth
from ...models.association.cross_section import cross_section
from ...models.estimate import Estimate
from ...models.sample import take_sample
from ...models.spatial.conley import ConleyRule, conley, conley_curve
from ...models.spatial.moran import Neighbours, queen_neighbours
from ...models.spatial.spatial_sample import spatial_sample
from ...models.spatial.spatial_tests import lagrange_tests, residual_moran
from ...models.specification import NotEstimable, Specification
from ...report_templates.exhibits import Column, Figure, Table
from ..book import Book, ChapterNotes
from ..equations import CROSS_SECTION_SOURCES, equations, held_equal, require_clusters, untold
from ..inputs import TRUTH, Inputs
from ..quantities import percent_effect
from .spatial_effects import AREA, HELD, View, add_effects, last_view

CUT_OFFS = tuple(500.0 * step for step in range(11))
"""Metres, up to five kilometres: beyond, a city of this size has too few pairs left out."""
KERNELS = {"bartlett": "Conley, Bartlett", "uniform": "Conley, uniform"}
RESEMBLANCE = (
    *("moran", "moran_expected", "moran_p"),
    *("robust_error", "robust_error_p", "robust_lag", "robust_lag_p"),
)
"""What is quoted of the likeness of neighbours' errors."""
TESTS = {
    "error": "Errors alike (LM error)",
    "lag": "Prices alike (LM lag)",
    "robust_error": "Errors alike, allowing for prices",
    "robust_lag": "Prices alike, allowing for errors",
    "sarma": "Either",
}


def compute(inputs: Inputs, book: Book) -> None:
    """Residuals, Conley errors, spatial models and other neighbours, for both views."""
    sources = (*inputs.cited(CROSS_SECTION_SOURCES), "boundaries_lsoa21")
    notes = book.chapter("spatial", sources)
    views = _views(inputs)
    rows, shapes = _rows(inputs, views)
    queen = queen_neighbours(shapes)
    notes.quote("areas", len(rows), "count")
    notes.quote("joined", queen.joined, "count")
    notes.quote("neighbours", float(queen.weights.mean_neighbors), "number")
    notes.quote("held_equal", views[-1].title, "text")
    notes.quote("open_equal", views[0].title, "text")
    terms = views[0].specification.regressors
    for term, reason in untold(inputs.study.cross_section, rows, _measures(inputs), ()).items():
        notes.refuse_part(term, reason)
    with notes.part(*RESEMBLANCE, "tests"):
        _resemblance(rows, views, queen, notes)
    reach = (f"{term}.{name}" for term in terms for name in ("conley", "widest"))
    with notes.part(*reach, "furthest", "curves", "widest"):
        _errors(rows, views, notes)
    add_effects(rows, shapes, queen, views, inputs, notes)
    if inputs.study.simulated:
        planted = Truth.read(inputs.folder.root / TRUTH).spatial_rho
        notes.quote("planted", planted, "number", label="simulated")
        found = book.findings["spatial.error_lambda"]
        inside = (
            found.ci_low is not None
            and found.ci_high is not None
            and found.ci_low <= planted <= found.ci_high
        )
        notes.quote("planted_inside", "yes" if inside else "no", "text", label="simulated")


def _views(inputs: Inputs) -> list[View]:
    """The last joint step without effects and the last of all, once if they are the same.

    A step is not asked for if its terms and levels, with those of the neighbours, come to more than
    half the number of areas.
    """
    section = inputs.study.cross_section
    sold = inputs.areas[inputs.areas["sales"] >= section.minimum_sales]
    require_clusters(section, sold)
    joint = [
        one
        for one in equations(section, sold)
        if not one.step.separately
        and len(one.step.effects) < 2
        and 4 * _columns(one.specification, sold) <= len(sold)
    ]
    if not joint:
        raise NotEstimable(
            f"{len(sold)} areas with enough sales are too few for the measures and controls of "
            "each area and of its neighbours"
        )
    bare = [one for one in joint if not one.step.effects]
    chosen = {"open": (bare or joint)[-1], "held": joint[-1]}
    return [
        View(key, one.step.title, held_equal(section, one.step), one.specification)
        for key, one in chosen.items()
    ]


def _measures(inputs: Inputs) -> tuple[str, ...]:
    section = inputs.study.cross_section
    return (*section.social_capital, *section.coproduction)


def _columns(asked: Specification, areas: pd.DataFrame) -> int:
    levels = sum(areas[effect].nunique() for effect in asked.effects)
    return levels + len(asked.terms)


def _rows(inputs: Inputs, views: Sequence[View]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Areas complete for every view, with their centres, and their shapes in the same order."""
    section = inputs.study.cross_section
    rows = inputs.areas[inputs.areas["sales"] >= section.minimum_sales]
    for view in views:
        rows = take_sample(rows, view.specification).rows
    boundaries = inputs.folder.read("boundaries_lsoa21")
    shapes = boundaries.set_index("code").loc[list(rows[AREA])].reset_index()
    centres = geography.centroids(shapes)
    placed = rows.assign(
        easting=centres["easting"].to_numpy(), northing=centres["northing"].to_numpy()
    )
    return placed, shapes


def _resemblance(
    rows: pd.DataFrame, views: Sequence[View], queen: Neighbours, notes: ChapterNotes
) -> None:
    lines: list[dict[str, object]] = []
    for view in views:
        sample = spatial_sample(rows, view.specification, queen, AREA)
        alike = residual_moran(sample)
        notes.quote(f"moran.{view.key}", alike.statistic, "number")
        notes.quote(f"moran_expected.{view.key}", alike.expected, "number")
        notes.quote(f"moran_p.{view.key}", alike.p_value, "p")
        named = {"view": f"Held equal: {view.title}"}
        lines.append(
            {
                **named,
                "test": "Moran's I of the residuals",
                "value": alike.statistic,
                "expected": alike.expected,
                "p": alike.p_value,
            }
        )
        for row in lagrange_tests(sample).to_dict("records"):
            if str(row["test"]).startswith("robust"):
                notes.quote(f"{row['test']}.{view.key}", float(row["statistic"]), "number")
                notes.quote(f"{row['test']}_p.{view.key}", float(row["p_value"]), "p")
            lines.append(
                {
                    **named,
                    "test": TESTS[str(row["test"])],
                    "value": row["statistic"],
                    "expected": row["df"],
                    "p": row["p_value"],
                }
            )
    _show_tests(pd.DataFrame(lines), len(rows), notes)


def _show_tests(frame: pd.DataFrame, areas: int, notes: ChapterNotes) -> None:
    notes.book.show(
        Table(
            "spatial.tests",
            "Are the errors of neighbouring areas alike?",
            frame,
            (
                Column("test", "Test"),
                Column("value", "Value", "number2"),
                Column("expected", "Expected if not alike", "number2"),
                Column("p", "p", "number3"),
            ),
            "Moran's I, and Lagrange multiplier statistics (chi-squared), of the residuals of the "
            "cross-section",
            f"{areas} areas. Neighbours share a border or a corner; each area's neighbours add up "
            "to one. Mean and variance of Moran's I for residuals of normal errors, effects among "
            "the regressors. Residual variance over the number of areas. Label: described.",
            notes.source_line,
            group_by="view",
        )
    )


def _errors(rows: pd.DataFrame, views: Sequence[View], notes: ChapterNotes) -> None:
    """The curves of Conley's errors, and the widest interval of each measure."""
    curves, lines = [], []
    for view in views:
        spec = view.specification
        clustered = cross_section(rows, spec)
        curve = conley_curve(rows, spec, CUT_OFFS, ConleyRule(kernel="bartlett"))
        for term in spec.regressors:
            own = curve[curve["term"] == term]
            widest = float(own["cut_off"].iloc[int(own["std_error"].argmax())])
            named = replace(spec, name=f"spatial.conley.{view.key}.{term}")
            estimate = conley(rows, named, widest, ConleyRule(kernel="bartlett"))
            if view is last_view(views, term):
                notes.effect(f"{term}.conley", estimate, term)
                notes.quote(f"{term}.widest", widest / 1000, "number")
            lines.append(_line(view, term, clustered, estimate, widest))
        if view is views[-1]:
            flat = _clustered(clustered, spec.regressors)
            uniform = conley_curve(rows, spec, CUT_OFFS, ConleyRule(kernel="uniform"))
            curves = [
                curve.assign(series=KERNELS["bartlett"]),
                uniform.assign(series=KERNELS["uniform"]),
                flat,
            ]
    notes.quote("furthest", CUT_OFFS[-1] / 1000, "number")
    _show_curves(pd.concat(curves), views[-1], notes)
    _show_widest(pd.DataFrame(lines), len(rows), notes)


def _line(
    view: View, term: str, clustered: Estimate, estimate: Estimate, widest: float
) -> dict[str, object]:
    line: dict[str, object] = {
        "measure": words_of(term),
        "view": view.step,
        "kilometres": widest / 1000,
    }
    for name, fit in (("clustered", clustered), ("conley", estimate)):
        row = fit.tidy().set_index("term").to_dict("index")[term]
        line[name] = percent_effect(row["estimate"])
        line[f"{name}_low"] = percent_effect(row["ci_low"])
        line[f"{name}_high"] = percent_effect(row["ci_high"])
    return line


def _clustered(estimate: Estimate, terms: Sequence[str]) -> pd.DataFrame:
    """The clustered error as a level line over all cut-offs."""
    errors = estimate.tidy().set_index("term")["std_error"]
    return pd.DataFrame(
        [
            {"term": term, "cut_off": cut_off, "std_error": errors[term]}
            for term in terms
            for cut_off in CUT_OFFS
        ]
    ).assign(series="Clustered by place or ward")


def _show_curves(curves: pd.DataFrame, view: View, notes: ChapterNotes) -> None:
    shown = curves[curves["term"].isin(view.specification.regressors)]
    frame = pd.DataFrame(
        {
            "x": shown["cut_off"] / 1000,
            "y": 100 * shown["std_error"],
            "series": shown["series"],
            "panel": [words_of(term) for term in shown["term"]],
        }
    ).dropna(subset=["y"])
    notes.book.show(
        Figure(
            "spatial.curves",
            "How sure each association is, by how far errors may reach",
            "lines",
            frame,
            "Standard error of the difference in price, percentage points, by the distance up to "
            "which errors may be alike (kilometres)",
            f"Held equal: {view.title}. Factor N/(N-K); at zero the error is that for independent "
            "areas. Where a kernel gives no positive variance the line breaks. Errors add up to "
            "zero inside each category of an effect, so lines beyond the size of a ward lean "
            "down. Label: adjusted.",
            notes.source_line,
            alt="One panel a measure. Standard errors by cut-off for two kernels, and a level line "
            "for errors clustered by place or ward.",
            options={
                "x_label": "Cut-off (kilometres)",
                "y_label": "Percentage points",
                "y_format": "number2",
                "emphasis": [KERNELS["bartlett"], "Clustered by place or ward"],
            },
        )
    )


def _show_widest(frame: pd.DataFrame, areas: int, notes: ChapterNotes) -> None:
    order = {name: place for place, name in enumerate(frame["measure"].unique())}
    ordered = frame.sort_values("measure", key=lambda names: names.map(order), kind="stable")
    notes.book.show(
        Table(
            "spatial.widest",
            "The widest interval that distance gives, beside the clustered one",
            ordered.reset_index(drop=True),
            (
                Column("view", "Held equal"),
                Column("clustered", "Clustered", "interval_percent1"),
                Column("conley", "Conley, widest", "interval_percent1"),
                Column("kilometres", "Cut-off (km)", "number1"),
            ),
            "Difference in price per square metre, per cent, for one standard deviation more of "
            "the measure (coproduction: recorded against not), with 95% interval",
            f"{areas} areas. {HELD} Conley: Bartlett kernel, factor N/(N-K), the cut-off up to "
            f"{CUT_OFFS[-1] / 1000:.0f} km with the largest error. Clustered: by place, and "
            "by ward outside places, CR2. Label: adjusted.",
            notes.source_line,
            group_by="measure",
        )
    )
