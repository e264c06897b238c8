"""Section 2's tables, map and words from records made by hand."""

import pandas as pd
import pytest
from made_chapter import Printed

from neighbourhood_equity.analysis.quantities import Count, Money, Share, Year
from neighbourhood_equity.analysis.results.base_map import BaseMap
from neighbourhood_equity.analysis.results.community_assets import CommunityAssets
from neighbourhood_equity.analysis.results.coproduction_record import (
    INSIDE,
    UNKNOWN,
    CoproductionRecord,
    Grants,
    GrantsRecord,
    PublishedEffects,
)
from neighbourhood_equity.report_templates.chapters.practice_policy import exhibits as policy
from neighbourhood_equity.report_templates.chapters.practice_research import exhibits as research

SHAPES = pd.DataFrame({"code": ["a1", "a2", "a3"], "geometry": None})
BASE = BaseMap({"lsoa21": SHAPES, "ward22": SHAPES}, ((1.0, 2.0, "Aston"),))
ASSETS = CommunityAssets(Count(4), Count(1), Count(7), Count(1), {"LA": 2, "CR": 1, "others": 1})
EFFECTS = pd.DataFrame(
    {
        "link": ["outcomes -> prices"] * 3,
        "effect": ["crime", "schools", "areas"],
        "unit": ["% of price", "% of price", "% of price"],
        "low": [1, 3, 0],
        "high": [1, 7.5, 0],
        "se": [0.5, float("nan"), float("nan")],
        "verified": [True, True, False],
        "source": ["A work"] * 3,
    }
)


@pytest.fixture
def record() -> CoproductionRecord:
    places = pd.DataFrame(
        {
            "place": ["Aston", "Aston", "Newtown"],
            "name": ["Aston", "Aston", "Newtown"],
            "organisation": ["Trust", "Budget pilot", "Forum"],
            "kind": ["trust", "", "forum"],
            "start_year": [2001.0, 2011.0, float("nan")],
            "end_year": [2011.0, float("nan"), float("nan")],
            "source_url": ["https://www.a.org/b ; http://c.org", "https://d.org", "a paper"],
            "known": [INSIDE, INSIDE, UNKNOWN],
        }
    )
    coverage = pd.DataFrame(
        {
            "kind": ["trust", "any kind"],
            "events": [1, 3],
            "events_placed": [1, 2],
            "areas": [1, 2],
            "share_of_areas": [0.25, 0.5],
            "share_of_households": [0.2, 0.4],
        }
    )
    return CoproductionRecord(
        prices_from=1995,
        places=Count(2),
        citywide=Count(1),
        events=Count(3),
        places_dated=Count(1),
        places_before_the_data=Count(0),
        places_undated=Count(1),
        places_evaluated=Count(1),
        places_drawn=Count(1),
        covered_areas=Share(50.0),
        covered_households=Share(40.0),
        recorded_areas=Count(1),
        all_areas=Count(3),
        by_place=places,
        coverage=coverage,
        known={"a2": INSIDE},
    )


GRANTS = Grants(
    amount=Money(3e6),
    number=Count(12),
    wards=Count(4),
    funders=Count(2),
    first_year=Year(2013),
    last_year=Year(2014),
    by_funder=pd.DataFrame(
        {"funder": ["A fund"], "2013": [1e6], "2014": [2e6], "all_years": [3e6]}
    ),
)


def bodies(record: CoproductionRecord, grants: Grants | None = None) -> dict:
    published = PublishedEffects(Count(3), EFFECTS)
    made = research.exhibits(published, record, GrantsRecord(grants), BASE)
    return {one.id: one for one in made}


def words(record: CoproductionRecord, grants: Grants | None = None) -> str:
    made = {"coproduction_record": record, "grants_record": GrantsRecord(grants)}
    return Printed(made, list(bodies(record, grants).values())).text(
        "practice_research/text.md.j2",
        "practice_research",
        simulated=True,
        city="Town",
        lede=str,
    )


def test_an_area_without_a_record_is_mapped_as_such(record: CoproductionRecord) -> None:
    frame = bodies(record)["practice_research.places_map"].frame
    assert frame["value"].tolist() == [
        "None recorded",
        "Began inside the price data",
        "None recorded",
    ]


def test_a_published_range_keeps_its_unit_and_its_error(record: CoproductionRecord) -> None:
    sizes = bodies(record)["practice_research.benchmarks"].frame["size"].tolist()
    assert sizes == ["1% of price (standard error 0.5)", "3 to 7.5% of price", "none found"]


def test_the_timeline_holds_what_has_a_year_and_names_what_has_no_kind(
    record: CoproductionRecord,
) -> None:
    frame = bodies(record)["practice_research.timeline"].frame
    assert frame["row"].tolist() == ["Aston: trust", "Aston: Budget pilot"]
    assert frame["high"].tolist() == [2011, 2011]


def test_an_event_links_to_the_first_page_that_it_rests_on(record: CoproductionRecord) -> None:
    frame = bodies(record)["practice_research.places"].frame
    assert frame["source"].tolist() == ["a.org", "d.org", "a paper"]
    assert frame["address"].tolist() == ["https://www.a.org/b", "https://d.org", ""]


def test_the_words_count_places_apart_from_schemes_of_the_city(record: CoproductionRecord) -> None:
    said = words(record)
    assert "The record holds 2 places, and one scheme of the whole city" in said
    assert "What was granted" not in said


def test_grants_are_printed_where_there_are_any(record: CoproductionRecord) -> None:
    assert "practice_research.grants" not in bodies(record)
    assert "practice_research.grants" in bodies(record, GRANTS)
    assert "**What was granted.** From 2013 to 2014 funders published 12" in words(record, GRANTS)


def test_benchmarks_name_their_sources_in_their_rows(record: CoproductionRecord) -> None:
    printed = Printed({"coproduction_record": record, "grants_record": GrantsRecord(None)})
    caption = printed.captions("practice_research/captions.md.j2")["practice_research.benchmarks"]
    table = bodies(record)["practice_research.benchmarks"].captioned(caption, "of the catalogue")
    assert table.source == "The works named in each row"


def test_one_postcode_is_not_in_the_list() -> None:
    printed = Printed({"community_assets": ASSETS})
    note = printed.captions("practice_policy/captions.md.j2")["practice_policy.assets"].note
    assert note.startswith("1 postcode is not in Code-Point Open")


def test_assets_are_listed_with_the_clubs_last() -> None:
    (table,) = policy.exhibits(ASSETS)
    assert table.frame["number"].tolist() == [2, 1, 1, 7]
    assert table.frame["asset"].iloc[-1] == "Community amateur sports clubs"
