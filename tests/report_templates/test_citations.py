import re
from importlib.resources import files

import pytest

from neighbourhood_equity.report_templates.citations import Bibliography
from neighbourhood_equity.report_templates.errors import TemplateFault


def said(markdown):
    return re.sub(r"<[^>]*>", "", Bibliography().cite(markdown, "a.md.j2"))


@pytest.mark.parametrize(
    ("markdown", "written"),
    [
        ("Old [@ostrom1996].", "Old (Ostrom, 1996)."),
        ("As @ostrom1996 says.", "As Ostrom (1996) says."),
        ("[@ostrom1996; @greenbook2022]", "(Ostrom, 1996; HM Treasury, 2022)"),
        ("[@parks1981]", "(Parks et al., 1981)"),
        ("[@ahlfeldt2017]", "(Ahlfeldt et al., 2017)"),
        ("[@chetty2022a] [@chetty2022b]", "(Chetty et al., 2022a) (Chetty et al., 2022b)"),
        ("Write to name@example.org.", "Write to name@example.org."),
    ],
)
def test_a_citation_is_written(markdown, written):
    assert said(markdown) == written


def test_a_citation_links_to_its_entry():
    assert 'href="#ref-ostrom1996"' in Bibliography().cite("[@ostrom1996]", "a.md.j2")


def test_an_unknown_work_stops_the_build():
    with pytest.raises(TemplateFault, match=r"a\.md\.j2: cites nobody1900"):
        Bibliography().cite("[@ostrom1996; @nobody1900]", "a.md.j2")


def entries(*keys):
    bibliography = Bibliography()
    for key in keys:
        bibliography.cite(f"[@{key}]", "a.md.j2")
    return re.findall(r'id="ref-(\w+)">(.*?)</p>', bibliography.reference_list())


def test_only_cited_works_are_listed_by_author():
    assert [key for key, _ in entries("woolcock1998", "cahn2000")] == ["cahn2000", "woolcock1998"]


def test_the_list_does_not_depend_on_the_order_of_citing():
    keys = ("sun2021", "gibbons2012", "gibbons2004", "chetty2022b", "chetty2022a")
    assert entries(*keys) == entries(*reversed(keys))


def test_accents_are_decoded():
    [(_, entry)] = entries("montielolea2013")
    assert entry.startswith("Montiel Olea, J.")
    assert "\\" not in entry


def test_a_letter_tells_works_of_one_year_apart():
    written = dict(entries("chetty2022a", "chetty2022b"))
    assert "(2022b)" in written["chetty2022b"]


def test_a_work_without_an_address_is_the_original_or_one_whose_address_nobody_confirmed():
    every = dict(entries(*Bibliography()._works))
    text = files("neighbourhood_equity.report_templates").joinpath("references.bib").read_text()
    unconfirmed = re.findall(r"^@\w+\{(\w+),.*note=\{Address not confirmed\}", text, re.MULTILINE)
    without = {key for key, entry in every.items() if 'href="http' not in entry}
    assert without == {"slatter2010", *unconfirmed}


def test_a_work_that_a_row_of_a_table_names_is_listed():
    bibliography = Bibliography()
    bibliography.mention(["accordino2005"])
    assert 'id="ref-accordino2005"' in bibliography.reference_list()
