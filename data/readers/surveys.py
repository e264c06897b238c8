"""A researcher's own survey, in the layout of `data.survey`."""

from __future__ import annotations

from pathlib import Path

from ..reading import Reading
from ..survey import read_survey


def survey(path: Path) -> Reading:
    """Answers by area and indicator, see `data.survey.read_survey`."""
    frame = read_survey(path)
    return Reading(frame, len(frame), len(frame))
