"""Every finding names the function that returned it, and the sources of the columns it used."""

import pytest
from pedigree import require_pedigree

from neighbourhood_equity.analysis.derived import sources_of
from neighbourhood_equity.analysis.inputs import RECORD, Inputs
from neighbourhood_equity.analysis.run import Run


@pytest.mark.slow
def test_the_function_that_a_finding_names_returns_it(inputs: Inputs, book: Run) -> None:
    """On the whole city; `test_small_city` does it on a small one."""
    require_pedigree(inputs, book)


def test_an_estimated_findings_sources_are_those_of_its_columns(inputs: Inputs, book: Run) -> None:
    record = inputs.cited((RECORD,))
    equations = {one.specification.name: one.specification for one in book.estimates}
    told = [
        finding
        for finding in book.findings.values()
        if finding.estimable and finding.pedigree.specification in equations
    ]
    assert told
    for finding in told:
        columns = equations[finding.pedigree.specification].columns
        declared = set(sources_of(columns, record))
        assert declared <= set(finding.pedigree.sources) or not declared, finding.name
