"""Appendix 1 as it prints places that can be compared and places that cannot, from made records."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from made_chapter import Printed

from neighbourhood_equity.analysis.case_records import Checks, HeldEffect, PricePaths, Ranked
from neighbourhood_equity.analysis.case_units import OtherUnit
from neighbourhood_equity.analysis.quantities import (
    Count,
    NotEstimable,
    Number,
    PriceDifference,
    PValue,
    Share,
    Year,
)
from neighbourhood_equity.analysis.reasons import (
    NoEnd,
    NoPlaceCompared,
    NoPrePeriod,
    NoSectorInside,
    TooFewSales,
)
from neighbourhood_equity.analysis.results.case_effects import (
    CaseEffects,
    NoEffect,
    PeriodEffect,
    PlaceEffect,
    Together,
)
from neighbourhood_equity.analysis.results.case_later import (
    CaseLater,
    Change,
    Event,
    Happening,
    PlaceEvents,
)
from neighbourhood_equity.analysis.results.case_pages import (
    CaseFacts,
    CaseMaps,
    Fact,
    PlaceFacts,
    PlaceMap,
)
from neighbourhood_equity.analysis.results.case_studies import CasePlace, CaseStudies
from neighbourhood_equity.analysis.results.place_paths import PathEnd, PlacePaths
from neighbourhood_equity.report_templates.chapters.case_studies.exhibits import exhibits

NORTH, SOUTH = CasePlace("Northend (part)", 2001), CasePlace("Southend", 1994)
EARLY = NoPrePeriod(1995)
YEARS = np.arange(1995, 2005)


def paths():
    flat = np.zeros(len(YEARS))
    return PricePaths(YEARS, flat + 11, flat + 0.1, np.stack([flat - 0.1, flat]), ("B1 1", "B1 2"))


def held():
    effect = PriceDifference(0.2, 0.1, 0.3, label="synthetic_control")
    return effect, PValue(0.01), Share(9.0), Share(11.0)


def checks():
    none = PriceDifference(0.0)
    return Checks(Ranked(none, PValue(0.5)), PriceDifference(0.18), PriceDifference(0.22), none)


def estimators():
    one = {"effect": 0.2, "low": 0.1, "high": 0.3, "p": 0.01}
    names = ("synthetic_did", "free_level")
    return pd.DataFrame([{"estimator": name, **one, "fall": -0.1, "rise": 0.1} for name in names])


def compared(of=NORTH):
    period = PeriodEffect(
        *held(),
        all_placebos=HeldEffect(*held()),
        by_sales=HeldEffect(*held()),
        lowest=PriceDifference(0.15),
        highest=PriceDifference(0.25),
        first_year=2002,
        last_year=2004,
        estimators=estimators(),
        chance=np.zeros(2),
    )
    return PlaceEffect(
        of=of,
        began=Year(2001),
        before=Count(7),
        sectors=Count(1),
        donors=Count(2),
        placebos=Count(60),
        matched=Count(40),
        fewest_sales=Count(40),
        running=period,
        afterwards=NotEstimable(NoEnd(), label="synthetic_control"),
        ended=None,
        checks=checks(),
        units=(OtherUnit(Share(50.0), ("B1 8", "B1 9"), HeldEffect(*held())),),
        planted=None,
        paths=paths(),
        weights=pd.DataFrame(
            {
                "donor": ["B1 1", "B1 2"],
                "synthetic_did": [0.4, 0.6],
                "free_level": [1.0, 0.0],
                "log_price": [11.0, 12.0],
            }
        ),
    )


def refused(reason=EARLY, of=SOUTH):
    return NoEffect(of, NotEstimable(reason, label="synthetic_control"))


def effects(*recorded):
    made = [one for one in recorded if isinstance(one, PlaceEffect)]
    none = NotEstimable(NoPlaceCompared(), label="synthetic_control")
    return CaseEffects(
        recorded=recorded,
        places=Count(len(made)),
        refused=Count(len(recorded) - len(made)),
        together=Together(*held(), None) if made else none,
        planted_inside=None,
        plausible=Share(10.0),
        neighbour=Number(1.5),
        donor_sales=Count(20),
        least_before=Count(5),
        earlier=Count(2),
        alike=Count(30),
        heaviest=Count(10),
        level=Share(95.0),
        power=Share(80.0),
    )


def change():
    return Change(HeldEffect(*held()), checks(), Count(9), Count(2), Year(2004), paths())


def end(of, last=-0.1, behind=3, ahead=0):
    return PathEnd(
        of.place,
        first=Year(1995),
        year=Year(2004),
        last=PriceDifference(last, last - 0.05, last + 0.05),
        lowest=PriceDifference(-0.2),
        lowest_year=Year(2003),
        later=Count(9),
        behind=Count(behind),
        ahead=Count(ahead),
    )


def results(*recorded, events=(), own=("B1 9",), compared=None, ends=end):
    chosen = tuple(one.of for one in recorded)
    early = sum(isinstance(one, NoEffect) and one.early for one in recorded)
    fact = Fact(1994, None, "homes were cleared", confounder=True, verified=False)
    outside = NotEstimable(NoSectorInside(0.25), unit="count")
    path = pd.DataFrame({"year": YEARS, "log_gap": 0.0, "low": -0.1, "high": 0.1})
    square = shapely.box(0, 0, 1, 1)
    made = sum(isinstance(one.change, Change) for one in events)
    return {
        "case_studies": CaseStudies(
            chosen,
            Count(len(chosen)),
            Count(early),
            NotEstimable(NoPrePeriod(1995)) if early else None,
        ),
        "case_effects": effects(*recorded),
        "case_later": CaseLater(
            tuple(PlaceEvents(of, tuple(events), ()) for of in chosen),
            Count(made * len(chosen)),
            Count(0),
            Count(5),
        ),
        "case_facts": CaseFacts(tuple(PlaceFacts(of, Count(1), (fact,)) for of in chosen)),
        "case_maps": CaseMaps(
            tuple(
                PlaceMap(
                    of, Count(1) if own else outside, own, own if compared is None else compared, ""
                )
                for of in chosen
            ),
            Share(70.0),
            Share(50.0),
            {of.place: square for of in chosen},
            square,
            square,
            pd.DataFrame(
                {"sector": ["B1 9", "B1 1"], "easting": [0.0, 9000.0], "northing": [0.0, 0.0]}
            ),
        ),
        "place_paths": PlacePaths(
            Count(len(chosen)),
            tuple(map(ends, chosen)),
            pd.concat([path.assign(place=of.name) for of in chosen]),
        ),
    }


def printed(*recorded, **more):
    made = results(*recorded, **more)
    return Printed(made, list(exhibits(**made)))


def text(*recorded, **more):
    return printed(*recorded, **more).text(
        "case_studies/text.md.j2", "case_studies", simulated=True, lede=str
    )


def title(part, *recorded, **more):
    return printed(*recorded, **more).captions("case_studies/captions.md.j2")[part].title


def test_one_place_shows_by_itself():
    assert "One can be compared, which shows prices 22.1% higher" in text(compared())


def test_two_places_show_together():
    said = text(compared(), compared(SOUTH))
    assert "Two can be compared, which together show" in said
    assert "**Taken together.** The two places" in said


def test_early_places_alone_are_said_to_be_as_old_as_the_data():
    said = text(compared(), refused())
    assert "For one of the two places below this cannot be known of the start" in said
    assert "coproduction there is as old as the price data, which begin in 1995" in said


def test_a_place_with_few_sales_is_not_said_to_be_early():
    said = text(refused(TooFewSales(3, 20)))
    assert "in one year only 3 homes were sold there, and at least 20 are asked for" in said
    assert "as old as the price data" not in said.split("## What can be known")[0]


def test_no_place_at_all_has_a_reason():
    said = text(refused())
    assert "The effect is not estimable, because no place can be compared." in said
    assert [one.id for one in printed(refused()).bodies] == [
        "case_studies.verdicts",
        "case_pages.southend.facts",
        "case_pages.southend.map",
        "case_pages.southend.path",
    ]


def test_a_large_estimate_has_its_warning():
    assert "**Warning:** the larger of these is beyond 10%, the largest" in text(compared())


def test_an_estimate_in_the_plausible_range_has_none():
    small = compared()
    running = replace(small.running, effect=PriceDifference(0.03, label="synthetic_control"))
    assert "**Warning:**" not in text(replace(small, running=running))


def test_an_effect_stands_beside_the_least_that_could_be_seen_and_all_placebos():
    rows = {one.id: one for one in printed(compared()).bodies}["case_effects.results"].frame
    assert list(rows["held"]) == [
        "The 40 placebo places most like it",
        "All 60 placebo places",
        "All, for its number of sales",
    ]
    said = text(compared())
    assert said.index("would usually have shown a rise of") < said.index("While it ran, Northend")


def test_another_choice_of_sectors_is_a_row_of_the_checks():
    rows = {one.id: one for one in printed(compared()).bodies}["case_effects.checks"].frame
    assert rows["check"].iloc[-1] == "Sectors 50% inside: B1 8, B1 9"


def test_a_place_that_is_described_and_not_compared_says_so():
    note = (
        printed(refused(), compared=())
        .captions("case_studies/captions.md.j2")["case_pages.southend.map"]
        .note
    )
    assert note.startswith("No sector has 70% of its postcodes in the place, so none is compared")


def test_a_place_without_sectors_has_no_path():
    said = text(compared(), own=())
    assert "No price path of Northend can be drawn, because no postcode sector" in said


def test_an_event_that_cannot_be_compared_says_why():
    event = Event(
        (Happening("ended", "The Trust"),), Year(2004), refused(TooFewSales(3, 20)).running
    )
    said = text(refused(), events=(event,))
    assert "What came later cannot be compared either: in one year only 3 homes" in said


def test_an_event_that_was_compared_has_its_table():
    event = Event((Happening("handed over", "Friends"),), Year(2004), change())
    made = printed(refused(), events=(event,))
    (table,) = [one for one in made.bodies if one.id == "case_later.results"]
    assert list(table.frame["event"]) == ["Southend, 2004: a building was handed to Friends"]
    assert made.captions("case_studies/captions.md.j2")["case_later.results"]


@pytest.mark.parametrize(
    ("recorded", "ends"),
    [
        (compared(), "Northend parts from its comparator more than placebo places do"),
        (refused(), "Southend ran behind the city in 3 of 9 years"),
    ],
)
def test_a_path_is_titled_by_what_it_shows(recorded, ends):
    assert title(f"case_pages.{recorded.key}.path", recorded) == ends


@pytest.mark.parametrize(
    ("behind", "ahead", "words"),
    [(0, 2, "ran ahead of the city in 2 of 9 years"), (1, 1, "kept near the prices of the city")],
)
def test_a_path_to_the_city_is_titled_by_its_intervals(behind, ahead, words):
    def of_place(of):
        return end(of, behind=behind, ahead=ahead)

    assert title("case_pages.southend.path", refused(), ends=of_place) == f"Southend {words}"


def test_every_exhibit_has_its_caption():
    made = printed(compared(), refused())
    captions = made.captions("case_studies/captions.md.j2")
    assert {one.id for one in made.bodies} == set(captions)


def test_places_of_one_verdict_stand_in_one_row():
    other = refused(of=CasePlace("Westend", None))
    table = printed(compared(), refused(), other).bodies[0]
    assert list(table.frame["places"]) == ["Northend (2001)", "Southend (1994), Westend"]
    assert table.frame["verdict"].iloc[0] == "Yes"


def test_what_was_not_seen_is_marked():
    made = printed(refused())
    facts = next(one for one in made.bodies if one.id.endswith(".facts"))
    assert list(facts.frame["fact"]) == ["Homes were cleared †"]
