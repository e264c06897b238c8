"""A part of a chapter is kept whole or refused whole."""

import pytest

from neighbourhood_equity.analysis.book import Book
from neighbourhood_equity.models.association.multilevel import SingularFit
from neighbourhood_equity.models.specification import NotEstimable, SpecificationError

FAULT = SpecificationError("specification a.b: owned does not vary within ward22; and more")


def refused_book() -> Book:
    book = Book()
    notes = book.chapter("chapter", ())
    notes.quote("before", 1, "count")
    with notes.part("part"):
        notes.quote("part.half", 2, "count")
        raise FAULT
    notes.quote("after", 3, "count")
    return book


def test_the_findings_around_a_refused_part_stay() -> None:
    findings = refused_book().findings
    assert (findings["chapter.before"].value, findings["chapter.after"].value) == (1, 3)


def test_a_part_that_fails_halfway_leaves_nothing_of_it() -> None:
    assert refused_book().findings["chapter.part.half"].value is None


def test_every_name_of_a_refused_part_has_the_first_fault_in_words_for_a_reason() -> None:
    refused = refused_book().findings["chapter.part.some.name"]
    assert refused.reason == "homes owned does not vary within ward"


def test_a_name_outside_the_refused_part_is_still_unknown() -> None:
    with pytest.raises(KeyError):
        refused_book().findings["chapter.other"]


def test_what_rests_on_a_refused_finding_is_refused_for_its_reason() -> None:
    book = refused_book()
    with book.part("later"):
        book.value("chapter.part.half")
    assert book.findings["later"].reason == "homes owned does not vary within ward"


def test_a_refusal_is_among_the_records_of_the_run() -> None:
    (record,) = [
        one for one in refused_book().findings.as_records() if one["name"] == "chapter.part"
    ]
    assert record["value"] is None


@pytest.mark.parametrize("fault", [SingularFit("a"), NotEstimable("b")])
def test_every_kind_of_refusal_is_caught(fault: NotEstimable) -> None:
    book = Book()
    with book.part("chapter"):
        raise fault
    assert book.findings["chapter"].reason == str(fault)


@pytest.mark.parametrize("fault", [KeyError("x"), TypeError("y"), ValueError("z")])
def test_a_fault_of_ours_surfaces(fault: Exception) -> None:
    with pytest.raises(type(fault)), Book().part("chapter"):
        raise fault
