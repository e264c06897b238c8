"""Summary, Recommendations and closing page say what the verdicts say, whatever they are."""

import re
from dataclasses import replace

import pytest
from answers_in_text import other_answers
from made_front import front, text_of
from made_verdicts import answered, difference, passed, verdict, verdicts, with_verdicts

from neighbourhood_equity.analysis.refused_result import RefusedResult
from neighbourhood_equity.analysis.verdicts import joint_answer
from neighbourhood_equity.report_templates.verdict_words import ANSWERS

FRONT = ("summary", "recommendations", "what_would_change")
BROKEN = re.compile(r"\bNone\b(?! of)|\bnan\b|\(\)| \.|  ,|,,|\.\.|: ;|because ,|: \.")
MODEL = ("engagement", "coproduction_recorded", "programmes")
ALL = (*MODEL, "civic_assets", "connectedness")


def of(chapter, **answers):
    return text_of(chapter, **with_verdicts(verdicts(**answers)))


def flat(text):
    return " ".join(text.split())


class TestTheHeadline:
    def test_of_a_city_like_birmingham_says_what_is_ruled_out_and_what_could_not_be_seen(self):
        text = flat(of("summary"))
        assert "no clear evidence that coproduction or social capital raises house prices" in text
        assert "For charities, grants and voting, a rise of more than 1.5% is ruled out." in text
        assert "For programmes, these data could not have shown an effect of the size" in text

    def test_stands_before_everything_else(self):
        assert of("summary").lstrip().startswith('<p class="lede wide">We found')

    def test_of_a_supported_measure_is_no_denial(self):
        text = flat(of("summary", engagement="supported"))
        assert "homes are dearer where there is more of this: charities, grants and voting" in text
        assert "None of this is shown to be an effect." in text
        assert "no clear evidence" not in text

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            ("contradicted", "That is the opposite of what the model says"),
            ("mixed", "depends on which areas are compared: charities, grants and voting"),
        ],
    )
    def test_tells_the_other_clear_answers(self, answer, words):
        assert words not in flat(of("summary"))
        assert words in flat(of("summary", engagement=answer))

    def test_of_nothing_that_could_be_asked_claims_no_evidence_either_way(self):
        text = flat(of("summary", **dict.fromkeys(MODEL, "refused")))
        assert "These data cannot say whether coproduction or social capital raises" in text

    def test_of_a_study_without_coproduction_names_social_capital_alone(self):
        asked = dict.fromkeys(("coproduction_recorded", "programmes"), "refused")
        text = flat(of("summary", **asked))
        assert "no clear evidence that social capital raises house prices" in text
        assert "For programmes" not in text


class TestRecommendations:
    """An action only where the interval excludes what would justify the opposite."""

    @pytest.mark.parametrize(
        ("answers", "title"),
        [
            ({}, "Get evidence from more places before deciding by house prices"),
            (
                dict.fromkeys(("coproduction_recorded", "programmes"), "ruled out"),
                "Do not fund coproduction on the promise of house prices",
            ),
            ({"programmes": "contradicted"}, "Do not fund coproduction on the promise"),
            ({"programmes": "supported"}, "Find out whether coproduction is the reason"),
            ({"programmes": "mixed"}, "Ask why the answers on coproduction differ"),
        ],
    )
    def test_on_coproduction_follow_the_answers(self, answers, title):
        assert f"**R1. {title}" in of("recommendations", **answers)

    @pytest.mark.parametrize(
        ("answer", "title"),
        [
            ("ruled out", "Do not value social capital by house prices"),
            ("contradicted", "Do not value social capital by house prices"),
            ("open", "Measure social capital itself before judging it"),
            ("refused", "Measure social capital itself before judging it"),
            ("supported", "Find out whether social capital is the reason"),
            ("mixed", "Ask why areas and wards give opposite answers"),
        ],
    )
    def test_on_social_capital_follow_the_answer(self, answer, title):
        assert f"**R2. {title}" in of("recommendations", engagement=answer)

    def test_ask_for_action_on_an_effect_only(self):
        effect = verdict("programmes", difference(4.0, 1.0, label="synthetic_control"), passed())
        changed = replace(verdicts(), programmes=effect)
        text = text_of("recommendations", **with_verdicts(changed))
        assert "**R1. Count higher prices among what coproduction brings" in text

    def test_ask_for_no_action_where_a_check_reaches_what_the_headline_rules_out(self):
        wide = replace(passed(yes=False), result=difference(0.5, 4.0))
        close = verdict("engagement", difference(-0.5, 2.0), wide)
        measures = (*verdicts().measures[:2], close)
        text = text_of("recommendations", **with_verdicts(replace(verdicts(), measures=measures)))
        assert "**R2. Measure social capital itself" in text
        assert "so the exclusion is a narrow one" in text

    @pytest.mark.parametrize("answer", ANSWERS)
    def test_are_numbered_and_each_says_what_it_rests_on(self, answer):
        text = of("recommendations", **dict.fromkeys(ALL, answer))
        numbers = [int(found) for found in re.findall(r"^\*\*R(\d+)\.", text, re.M)]
        assert numbers == list(range(1, len(numbers) + 1))
        parts = re.split(r"^\*\*R\d+\.", text, flags=re.M)[1:]
        assert all("Rests on: " in part for part in parts)


def test_answers_on_one_subject_come_to_the_clearest_unless_they_conflict():
    def joint(*answers):
        return joint_answer(answered("engagement", one) for one in answers)

    assert joint("open", "supported", "refused") == "supported"
    assert joint("contradicted", "supported") == "mixed"
    assert joint("ruled out", "open") == "open"
    assert joint("ruled out", "refused") == "ruled out"
    assert joint() == "refused"


@pytest.mark.parametrize("chapter", FRONT)
def test_one_line_of_a_scorecard_changes_every_place_where_the_question_is_named(chapter):
    def page(yes):
        checks = (passed(), passed("curve", yes=yes))
        one = verdict("engagement", difference(4.0, 1.0), *checks)
        asked = replace(verdicts(), measures=(*verdicts().measures[:2], one))
        return text_of(chapter, **with_verdicts(asked))

    right, wrong = page(True), page(False)
    assert "supported" in right or "Every check decided beforehand was passed" in right
    assert right != wrong
    assert not re.search(r"\bsupported\b|data support it|Every check decided", wrong)


@pytest.mark.parametrize("chapter", FRONT)
class TestEachQuestion:
    @pytest.mark.parametrize("answer", ANSWERS)
    def test_has_one_answer_wherever_it_is_named(self, chapter, answer):
        asked = verdicts(**dict.fromkeys(ALL, answer))
        assert not list(other_answers(text_of(chapter, **with_verdicts(asked)), asked))

    @pytest.mark.parametrize("answer", ANSWERS)
    def test_leaves_no_broken_sentence(self, chapter, answer):
        text = of(chapter, **dict.fromkeys(ALL, answer))
        assert not BROKEN.search(text), BROKEN.search(text)


@pytest.mark.parametrize("chapter", ["recommendations", "what_would_change"])
def test_the_walk_through_the_text_sees_an_answer_that_is_not_the_verdicts(chapter):
    told = verdicts(connectedness="supported")
    found = list(other_answers(of(chapter), told))
    assert [name for name, _ in found] == ["access to services and jobs"]


@pytest.mark.parametrize("chapter", FRONT)
@pytest.mark.parametrize("name", front())
def test_a_result_refused_whole_leaves_the_rest_of_the_chapter(chapter, name):
    text = text_of(chapter, **{name: RefusedResult("nothing varies")})
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads == [line for line in text_of(chapter).splitlines() if line.startswith("## ")]
    if text != text_of(chapter):
        assert "because nothing varies" in text
