"""A small made report: two findings, a table, a figure, an estimate, one line a chapter."""

import base64
import dataclasses
import datetime

import jinja2
import numpy as np
import pandas as pd

from neighbourhood_equity.analysis.findings import Finding, Pedigree
from neighbourhood_equity.analysis.quantities import Count, NotEstimable, PriceDifference
from neighbourhood_equity.analysis.reasons import MeasuredOnce
from neighbourhood_equity.analysis.results.verdicts import Verdicts
from neighbourhood_equity.analysis.verdicts import Verdict
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.specification import Specification
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.exhibits import Column, Figure, Table
from neighbourhood_equity.report_templates.render import Report

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40" width="160mm" height="64mm">'
    '<path d="M0 40 L100 0" stroke="#0f5c63" fill="none"/></svg>'
)
DRAWINGS = {"valuing.line": SVG}
LOGO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAE0lEQVR42mNkiIpqYIACJgYkAAAb1AE4kVBjEAAAAABJRU5ErkJggg=="
)
RICH = """# A foreword of our own

We *thank* **everybody**; see [the council](https://example.org/a?b=1&c=2), write to
<mailto:a@example.org> or go to [Section 1](#chapter-theory).

### A second heading

- one
- two

4. four

> Said by "one" of us

| Place | Homes |
| --- | ---: |
| Aston | 5 |

```
code   {{ city }}

@ostrom1996
```
"""


def finding(name="valuing.rise", value=1.34, **more):
    more = {"unit": "percent", "label": "adjusted", "ci_low": 0.41, "ci_high": 2.2, **more}
    more.setdefault(
        "pedigree", Pedigree("analysis.results.cross_section.cross_section", (), "valuing.ols")
    )
    return Finding(name, value, **more)


def refused(name="valuing.refused"):
    reason = "nothing was measured before"
    return finding(name, None, ci_low=None, ci_high=None, reason=reason)


def table(**more):
    frame = pd.DataFrame(
        {
            "area": ["Aston", "Nechells & Duddeston"],
            "price": [1234.5, np.nan],
            "slope": [1.5, -0.5],
            "slope_low": [0.25, -1.5],
            "slope_high": [2.75, 0.5],
            "side": ["north", "south"],
        }
    )
    columns = (
        Column("area", "Area"),
        Column("price", "Price", "pounds"),
        Column("slope", "Slope", "interval_number2"),
    )
    made = Table("valuing.table", "Prices", frame, columns, "£ a sale", "Two areas", "A. Source")
    return dataclasses.replace(made, **more)


def figure():
    frame = pd.DataFrame({"x": [1, 2], "y": [1.0, 2.0], "series": "a"})
    return Figure(
        "valuing.line", "A rise", "lines", frame, "£", "Note", "Source", alt="A line that rises"
    )


def estimate():
    asked = Specification(
        "valuing.ols", "Prices on ties", "log_price", ("ties",), ("income",), clusters="ward"
    )
    return Estimate(
        asked, asked.terms, np.array([0.013, -0.2]), np.diag([1e-4, 1e-3]), 68, 640, 69, 0.41, "CR1"
    )


@dataclasses.dataclass(frozen=True)
class Shown:
    """What the chapters of the made report ask for."""

    rise: PriceDifference
    refused: NotEstimable
    areas: Count


def answered(headline):
    """One question of the study, with the headline that answers it."""
    asked = Verdict("ties", True, headline, ())
    return Verdicts((asked,), (), (), Verdict("programmes", True, SHOWN.refused, ()))


SHOWN = Shown(PriceDifference(0.0133), NotEstimable(MeasuredOnce()), Count(1640))


def report(**more):
    findings = (
        finding(),
        refused(),
        finding("valuing.areas", 1640, unit="count", ci_low=None, ci_high=None),
    )
    exhibits = (table(), figure())
    made = Report(
        title="Looking Sideways, Again",
        subtitle="A made report",
        study="made",
        city="Middleham",
        date=datetime.date(2026, 11, 24),
        simulated=True,
        version="0.1.0",
        publisher="A publisher",
        author="An author",
        contact="contact@example.org",
        commissioned_by="Nobody",
        programme="None",
        foreword="Words before.",
        findings={item.name: item for item in findings},
        exhibits={item.id: item for item in exhibits},
        estimates=(estimate(),),
        sources=pd.DataFrame(
            {
                "id": ["prices"],
                "publisher": ["HM Land Registry"],
                "title": ["Price Paid"],
                "short": ["HM Land Registry, Price Paid"],
                "note": [""],
                "edition": ["2025"],
                "page": ["https://example.org/prices"],
                "by": ["A hand between"],
                "by_page": ["https://example.org/by"],
                "licence": ["OGL 3"],
                "licence_page": ["https://example.org/licence"],
                "attribution": ["Contains made data."],
                "file": ["pp.csv"],
                "sha256": ["0123456789abcdef"],
                "rows_in": [1000],
                "rows_kept": [990],
                "dropped": ["10 no price"],
            }
        ),
        attributions=("Contains made data.",),
        results={"cross_section": SHOWN, "verdicts": answered(SHOWN.rise)},
    )
    return dataclasses.replace(made, **more)


def loader(**chapters):
    """Templates of one line a chapter; those named are replaced."""
    own = [
        jinja2.PackageLoader("neighbourhood_equity.report_templates", name)
        for name in ("chapters", "frame")
    ]
    tiny = {part.template: "Words.\n" for part in FULL.chapters if part.name not in KEPT}
    tiny |= {
        "technical_annex/_decided.md.j2": "",
        "equity_model/_ward_account.md.j2": "",
        "theory/text.md.j2": "{{ lede('What theory says.') }}\n"
        "First [@ostrom1996], see {{ ref('valuing.line') }}.\n",
        "valuing/text.md.j2": "Areas show {{ effect(cross_section.rise) }}.\n\n"
        "{{ exhibit('valuing.table') }}\n\n"
        "{{ exhibit('valuing.line') }}\n",
    }
    tiny |= {f"{name}/text.md.j2": text for name, text in chapters.items()}
    return jinja2.ChoiceLoader([jinja2.DictLoader(tiny), *own])


KEPT = ("technical_annex", "references", "foreword")
