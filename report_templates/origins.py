"""Where a quoted number comes from: the equation of a headline, or else a data set.

The annex has a row for each, so that a reader has a number's origin in two clicks: the number leads
to its row, the row of a data set to the publisher.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from ..analysis.quantities import Quantity
from ..analysis.results.verdicts import Verdicts
from ..models.estimate import Estimate
from . import words


class Traced(Protocol):
    """What of a report is asked."""

    @property
    def findings(self) -> Mapping[str, words.Quotable]: ...

    @property
    def estimates(self) -> Iterable[Estimate]: ...


def headline_estimates(
    verdicts: Verdicts, report: Traced, names: Mapping[int, str]
) -> list[Estimate]:
    """The equations that answer a question, each once, in the order of the questions.

    Parameters
    ----------
    names : the finding's name of each quantity, by its identity
    """
    answers = [one.headline for one in verdicts.every if isinstance(one.headline, Quantity)]
    findings = [report.findings[names[id(answer)]] for answer in answers if id(answer) in names]
    wanted = dict.fromkeys(finding.pedigree.specification for finding in findings)
    known = {estimate.specification.name: estimate for estimate in report.estimates}
    return [known[name] for name in wanted if name in known]


def places(
    findings: Mapping[str, words.Quotable], headlines: Iterable[Estimate], sources: Iterable[str]
) -> dict[str, str]:
    """The anchor in the annex that each finding leads to.

    Parameters
    ----------
    headlines : the equations that have a row there
    sources : ids of the data sets that have one
    """
    equations = {estimate.specification.name for estimate in headlines}
    there = set(sources)
    led = {}
    for name, finding in findings.items():
        read = next((one for one in finding.pedigree.sources if one in there), None)
        if finding.pedigree.specification in equations:
            led[name] = f"spec-{finding.pedigree.specification}"
        elif read is not None:
            led[name] = f"source-{read}"
    return led
