"""National Indicator headlines (Place Survey and Annual Opinion Survey), transcribed."""

from __future__ import annotations

from pathlib import Path

from ..reading import Reading, pick, read_text_table, require_codes, require_unique, to_numbers
from .area_tables import gathered, require_percent

_COLUMNS = ("indicator", "measure", "area", "period", "percent", "survey", "source_url", "note")


def national_indicators(path: Path) -> Reading:
    """Published survey headlines, one row a measure, area and period.

    Returns columns ``indicator, measure, area, period, percent, survey, source_url, note``;
    indicator is "NI 4" or the like, "" for a question outside the National Indicators.
    Source: the page named in each row.
    """
    frame = pick(read_text_table(path), path, {name: name for name in _COLUMNS})
    with gathered() as check:
        with check():
            require_codes(frame, path, "indicator", "(NI [0-9]{1,3})?", "'NI' and a number")
        with check():
            require_unique(frame, path, ["measure", "area", "period", "survey"])
        with check():
            frame = to_numbers(frame, path, ["percent"])
            require_percent(frame, path, "percent")
    return Reading.of(frame, frame)
