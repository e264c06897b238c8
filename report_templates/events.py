"""What happened in a place, in words: for tables and sentences alike."""

from __future__ import annotations

from collections.abc import Iterable

from ..analysis.results.case_later import Happening


def happened_words(happened: Iterable[Happening]) -> str:
    """What happened in one year.

    >>> happened_words([Happening("ended", "The Trust"), Happening("handed over", "Friends")])
    'The Trust ended; a building was handed to Friends'
    """
    return "; ".join(map(_words, happened))


def _words(one: Happening) -> str:
    if one.what == "handed over":
        return f"a building was handed to {one.organisation}"
    return f"{one.organisation} {one.what}"
