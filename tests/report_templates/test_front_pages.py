"""Summary and recommendations say what the records hold, for any study and whatever is refused."""

import re

import pytest
from made_front import (
    ALONE,
    NAMES,
    TENURE,
    cases,
    deviations,
    difference,
    front,
    inference,
    links,
    loop,
    record,
    refused,
    section,
    steps,
    study_of,
    text_of,
)

from neighbourhood_equity.analysis.refused_result import RefusedResult
from neighbourhood_equity.analysis.study import Step

FRONT = ("summary", "recommendations")
BROKEN = re.compile(r"\bNone(?! is| of)|\bnan\b|\(\)| \.|  ,|,,|\.\.|: ;|because ,|\bSeveral\b")
CLAIMS = r", prices differ with|are dearer than|safe(r)? than otherwise|: the step from"


def found(*names):
    """Studies of three measures of which these are told from zero."""
    return study_of(*(difference(3.0, 0.5 if name in names else 9.0) for name in NAMES))


class TestTheMeasures:
    def test_of_a_family_that_leaves_all_of_them(self):
        text = text_of("summary", cross_section=found("connectedness"))
        assert (
            "prices differ with access to services and jobs, also when the measures are tested"
            in text
        )

    def test_of_a_family_that_leaves_some(self):
        text = text_of("summary", cross_section=found("civic_assets", "connectedness"))
        assert "tested as a family, the measures leave access to services and jobs only" in text

    def test_of_a_family_that_leaves_none(self):
        text = text_of("summary", cross_section=found("civic_assets"))
        assert "by itself, and with none of them once they are tested as a family" in text

    def test_one_alone_is_no_family(self):
        changes = {
            "cross_section": study_of(difference(3.0)),
            "controlled_inference": inference(civic_assets=0.4),
        }
        text = text_of("summary", **changes)
        assert "prices differ with places to meet.\n" in text
        assert "has a p of 0.400. Over all declared" in text
        assert "family" not in text + text_of("recommendations", **changes)

    def test_one_that_the_family_does_not_hold_is_not_said_to_fail_it(self):
        tested = inference(civic_assets=None, connectedness=0.9, engagement=0.9)
        text = text_of("summary", cross_section=found("civic_assets"), controlled_inference=tested)
        assert "prices differ with places to meet.\n" in text

    @pytest.mark.parametrize(
        ("count", "words"),
        [
            (1, "goes with the measure of social capital and"),
            (2, "goes with any of the two measures of social capital and"),
            (3, "goes with any of the three measures of social capital and"),
        ],
    )
    def test_none_of_which_was_found(self, count, words):
        section = study_of(*[difference(1.0, 9.0)] * count)
        text = text_of("summary", cross_section=section)
        assert words in text
        assert text.count("Areas one standard deviation higher on") == count

    def test_none_of_which_could_be_estimated(self):
        section = study_of(refused(), refused())
        text = text_of("summary", cross_section=section)
        assert "among otherwise similar areas could not be estimated" in text
        assert "No interval is printed for differences between areas: its data were lost" in text

    @pytest.mark.parametrize(
        ("count", "words"),
        [(1, "For the one measure no higher prices"), (2, "For none of the two measures were")],
    )
    def test_that_do_not_show_in_prices(self, count, words):
        section = study_of(*[difference(1.0, 9.0)] * count)
        assert words in text_of("recommendations", cross_section=section)


class TestWhatIsHeldEqual:
    def test_is_the_ward_where_every_measure_is_compared_inside_it(self):
        assert "Among otherwise similar areas of the same ward, prices" in text_of("summary")
        assert "otherwise similar areas of the same ward:" in text_of("recommendations")

    @pytest.mark.parametrize("chapter", FRONT)
    def test_names_no_ward_where_one_measure_is_compared_across_them(self, chapter):
        across = section(
            steps("civic_assets", difference(3.0)), steps("engagement", difference(3.0), TENURE)
        )
        assert "same ward" not in text_of(chapter, cross_section=across)

    def test_is_the_middle_area_where_the_study_says_so(self):
        middle = Step(name="middle", title="plus the area", effects=["msoa21"])
        across = section(steps("civic_assets", difference(3.0), middle))
        assert "of the same middle area" in text_of("summary", cross_section=across)

    def test_may_be_nothing(self):
        across = section(steps("civic_assets", difference(3.0), ALONE, equal=()))
        text = text_of("summary", cross_section=across)
        assert "Among areas, with nothing held equal, prices differ" in text

    def test_a_first_step_that_holds_something_is_not_called_bare(self):
        across = section(steps("civic_assets", difference(3.0), first=TENURE))
        assert "Before anything was held equal" not in text_of("summary", cross_section=across)

    @pytest.mark.parametrize(
        ("clusters", "words"),
        [
            ("ward22", "70 clusters: wards (2022)."),
            ("place_or_ward", "70 clusters: recorded places, and wards (2022) outside them."),
        ],
    )
    def test_errors_are_clustered_as_the_study_says(self, clusters, words):
        across = study_of(difference(3.0), clusters=clusters)
        assert words in text_of("summary", cross_section=across)


LINKS = {
    "outcomes": deviations(0.42),
    "social_capital": deviations(0.2),
    "asset_values": difference(4.0),
}


@pytest.mark.parametrize(
    ("link", "made", "words"),
    [
        ("outcomes", deviations(-0.42), "Outcomes with a recorded programme: lower (−0.42"),
        (
            "outcomes",
            deviations(1.26),
            "programme: higher (1.26 standard deviations, interval 1.25 to",
        ),
        ("social_capital", deviations(0.2, label="iv"), "an effect: the step from outcomes to"),
        ("social_capital", deviations(0.2, 10.0), "safer streets: no difference that can be told"),
        ("asset_values", difference(-4.0), "Prices with social capital: prices 4.0% lower"),
        ("asset_values", refused(), "social capital: not estimable, because its data were"),
    ],
)
def test_a_link_in_the_summary(link, made, words):
    assert words not in text_of("summary")
    assert words in text_of("summary", equity_links=links(**LINKS | {link: made}))


@pytest.mark.parametrize(
    ("link", "made", "before", "after"),
    [
        ("outcomes", deviations(-0.42), "Judge programmes by outcomes first", "Ask why outcomes"),
        ("outcomes", deviations(0.42, 9.0), "Judge programmes", "Do not take better outcomes"),
        ("outcomes", refused(), "Judge programmes", "Find out what programmes do"),
        ("social_capital", deviations(-0.2), "Measure social capital", "Do not count on safer"),
        ("social_capital", deviations(0.2, label="iv"), "Measure social", "Count safer streets"),
        ("asset_values", difference(4.0, label="iv"), "Find an instrument", "Expect prices to"),
        ("asset_values", refused(), "Find an instrument", "Do not value social capital by"),
    ],
)
def test_the_recommendation_on_a_link(link, made, before, after):
    right = text_of("recommendations")
    wrong = text_of("recommendations", equity_links=links(**LINKS | {link: made}))
    assert before in right
    assert before not in wrong
    assert after in wrong
    changed = set(right.splitlines()) ^ set(wrong.splitlines())
    assert len(changed) <= 4, "the text on other links changed as well"


def test_the_label_of_a_recommendation_is_that_of_its_estimate():
    effect = links(outcomes=deviations(0.42, label="iv"))
    assert "coproduction to outcomes, " in text_of("recommendations", equity_links=effect)
    assert text_of("recommendations", equity_links=effect).count("label instrument") == (
        text_of("recommendations").count("label instrument") + 1
    )


EMPTY = {
    "nothing found": {
        "cross_section": study_of(*[difference(1.0, 9.0)] * 3),
        "equity_links": links(deviations(0.1, 9.0), deviations(0.1, 9.0), difference(1.0, 9.0)),
        "equity_chain": record(product=difference(0.1, 9.0)),
        "index_prices": record(last=record(corrected=difference(0.1, 9.0))),
    },
    "nothing estimated": {
        "cross_section": study_of(refused(), refused(), coproduction=refused()),
        "controlled_inference": inference(),
        "equity_links": links(refused(), refused(), refused()),
        "equity_chain": record(product=refused()),
        "case_effects": cases(refused()),
        "index_prices": record(last=record(corrected=refused())),
        "case_studies": record(start_effect=None),
    },
}


@pytest.mark.parametrize("chapter", FRONT)
@pytest.mark.parametrize("case", EMPTY)
class TestWhereNothingIsFound:
    def test_no_difference_is_claimed(self, chapter, case):
        assert not re.search(CLAIMS, text_of(chapter, **EMPTY[case]))

    def test_no_sentence_is_broken(self, chapter, case):
        assert not BROKEN.search(text_of(chapter, **EMPTY[case]))

    def test_the_reason_is_given(self, chapter, case):
        assert ("because its data were lost" in text_of(chapter, **EMPTY[case])) == (
            case == "nothing estimated"
        )


@pytest.mark.parametrize("changes", [{}, *EMPTY.values()], ids=["all", *EMPTY])
def test_every_recommendation_says_what_it_rests_on(changes):
    text = text_of("recommendations", **changes)
    assert len(re.findall(r"^\*\*", text, re.M)) == len(re.findall(r"\*Rests on", text))


def test_both_steps_of_an_identified_loop_are_told():
    both = loop(difference(3.0, label="iv"), deviations(0.2, label="iv"))
    assert "Both steps of that loop have an estimate by instruments" in (
        text_of("summary", equity_loop=both)
    )


@pytest.mark.parametrize("chapter", FRONT)
@pytest.mark.parametrize("name", front())
def test_a_result_refused_whole_leaves_the_rest_of_the_chapter(chapter, name):
    text = text_of(chapter, **{name: RefusedResult("nothing varies")})
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads == [line for line in text_of(chapter).splitlines() if line.startswith("## ")]
    if text != text_of(chapter):
        assert "because nothing varies" in text
