"""Community amateur sports clubs (HM Revenue and Customs, as structured by 360Giving)."""

from __future__ import annotations

from pathlib import Path

from ..reading import Reading, pick, read_text_table, require_codes, require_unique
from .area_tables import POSTCODE, gathered

_COLUMNS = {"id": "id", "name": "name", "postcode": "postcode", "active": "active"}


def sports_clubs(path: Path) -> Reading:
    """Registered community amateur sports clubs, one row a club.

    Returns columns ``id, name, postcode, active`` (true or false). A postcode is where the
    club's post goes, not always where it plays. Source: HMRC register of community amateur
    sports clubs.
    """
    frame = pick(read_text_table(path), path, _COLUMNS)
    frame["postcode"] = frame["postcode"].str.strip().str.upper()
    with gathered() as check:
        with check():
            require_codes(frame, path, "postcode", *POSTCODE)
        with check():
            require_unique(frame, path, ["id"])
        with check():
            require_codes(frame, path, "active", "True|False", "True or False")
    return Reading.of(frame.assign(active=frame["active"] == "True"), frame)
