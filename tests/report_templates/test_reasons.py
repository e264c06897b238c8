"""Every reason has words, and in one place."""

import pytest

from neighbourhood_equity.analysis import reasons
from neighbourhood_equity.analysis.reasons import HardlyVaries, NoWholeCycle, Reason
from neighbourhood_equity.report_templates.reasons import PLAIN, reason_words

KINDS = [
    kind
    for kind in vars(reasons).values()
    if isinstance(kind, type) and issubclass(kind, Reason) and kind is not Reason
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_reason_has_words_in_one_place(kind):
    own = kind in reason_words.registry
    assert (kind in PLAIN) != own


@pytest.mark.parametrize("words", [*PLAIN.values(), reason_words(NoWholeCycle())])
def test_words_are_a_clause(words):
    assert words[0].islower()
    assert not words.endswith(".")


def test_one_ward_is_counted_as_one():
    assert "in 1 ward, and" in reason_words(HardlyVaries("ward22", 1, 5))
