"""Finds sentences that give a question another answer than its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from neighbourhood_equity.analysis.results.verdicts import Verdicts
from neighbourhood_equity.report_templates.verdict_words import (
    ANSWERS,
    step_words,
    subject_words,
)

_MARKUP = re.compile(r"<[^>]*>|[*|]")
_BOUND = re.compile(
    r"rises? (of more than |above |of |that would matter )?\S* ?(is|are) (not )?ruled out"
)
_WORD = re.compile(rf"\b({'|'.join(map(re.escape, ANSWERS.values()))})\b")
_CLAUSE = re.compile(r"[.;\n](?!\d)")


def other_answers(text: str, verdicts: Verdicts) -> Iterator[tuple[str, str]]:
    """Each question's name with the clause in which a word that is not its answer follows it.

    What an interval rules out is no answer, and is passed over.
    """
    named = {subject_words(one): ANSWERS[one.answer] for one in verdicts.about_prices}
    named |= {step_words(one): ANSWERS[one.answer] for one in verdicts.links}
    plain = _BOUND.sub("", _MARKUP.sub(" ", text))
    for clause in _CLAUSE.split(plain):
        words = clause.lower()
        places = sorted((words.find(name), name) for name in named if name in words)
        for word in _WORD.finditer(words):
            before = [name for place, name in places if place < word.start()]
            if before and word[0] != named[before[-1]]:
                yield before[-1], " ".join(clause.split())
