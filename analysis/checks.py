"""The one door through which ``data check`` and ``report`` look at a study and its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..data import tables
from ..data.catalogue import DataFolder, catalogue
from ..data.checks import Check, Scope, check_folder
from ..data.errors import DataError
from ..data.indicators import require_local
from ..data.measures import measure
from ..data.record_checks import RECORD, check_names, check_record
from ..data.survey import known_codes, read_survey, survey_indicators
from .equations import columns_of
from .study import Study

NEEDED = (
    "uk_hpi",
    "sector_prices",
    "sector_share",
    "lsoa_price_per_sqm",
    "district_year_price_per_sqm",
    "cpi",
    "postcode_lookup",
    "lsoa11_lsoa21",
    "lsoa21_ward22",
    "lsoa21_msoa21",
    "lsoa11_population",
    "code_point_open",
    "boundaries_lsoa21",
    "boundaries_ward22",
    "imd_2019_scores",
    "imd_2025",
    "census_2021_tenure",
    "census_2021_accommodation",
    "cni_2023",
    "ward_turnout_2022",
    "libraries",
    "sports_clubs",
    "national_indicators",
)
"""The sources that every report reads, beside a record of coproduction."""
SALES = ("price_paid", "epc_sales")
"""The sources that a report reads beside them if it measures prices from single sales."""
OPTIONAL = ("lsoa_median_price", "sales_by_type", "census_households", "place_areas", "survey")
"""The sources that every report reads where they are there."""
UPDATES = ("price_paid_monthly",)
"""Those that it reads beside them if it measures prices from single sales."""

_OF_RECORD = (
    "lsoa21_ward22",
    "lsoa11_lsoa21",
    "boundaries_lsoa21",
    "postcode_lookup",
    "code_point_open",
    "libraries",
    "place_areas",
)
"""The sources that place the record of coproduction."""


def scope_of(study: Study) -> Scope:
    """What a study asks of its folder."""
    sales = study.prices.small_areas == "sales"
    of_columns = {measure(name).source for name in columns_of(study)} - {RECORD}
    return Scope(
        district=study.geography.district,
        city=study.city,
        first_year=study.period.first_year,
        last_year=study.period.last_year,
        sector_share_at_least=study.geography.sector_share_at_least,
        expected=study.geography.expected,
        needed=frozenset([*NEEDED, *of_columns, *(SALES if sales else ())]),
        optional=frozenset([*OPTIONAL, *(UPDATES if sales else ())]),
    )


MoreChecks = Callable[[DataFolder], list[Check]]
"""Checks of the files read, by who will use them: whether a page can print what they say."""


def no_more(folder: DataFolder) -> list[Check]:
    """No further checks."""
    return []


def check_inputs(study: Study, folder: DataFolder, more: MoreChecks = no_more) -> list[Check]:
    """Every check of a study and of what it reads; see `data.checks.check_folder`.

    Parameters
    ----------
    more : asked last, when all files have been read

    Raises
    ------
    DataError
        The folder itself is not there, or the study expects areas of an unknown geography.
    """
    named = check_names({"sources": study.sources}, catalogue(), "a source's id")
    checks = [*named, *check_folder(folder, scope_of(study))]
    broken = {check.source for check in checks if check.stops}
    if broken.isdisjoint(_OF_RECORD):
        checks += _record(study, folder)
    if broken.isdisjoint(["boundaries_ward22"]):
        checks += _wards(study, folder)
    return [*checks, *_survey(folder), *more(folder)]


def _record(study: Study, folder: DataFolder) -> Iterator[Check]:
    """The record of coproduction, whichever source it comes from."""
    try:
        events = tables.programmes(folder)
    except DataError as error:
        yield Check(RECORD, "The record of coproduction is readable", False, " ".join(error.faults))
        return
    yield from check_record(events, study.date.year)
    chosen = study.coproduction
    named = {
        "coproduction.not_counted": chosen.not_counted,
        "coproduction.began_before_data": chosen.began_before_data,
        "coproduction.case_studies": chosen.case_studies,
    }
    yield from check_names(named, sorted(set(events["place"])), "a place on record")


def _wards(study: Study, folder: DataFolder) -> Iterator[Check]:
    names = sorted(folder.read("boundaries_ward22")["name"])
    named = {"geography.named_places": study.geography.named_places}
    return check_names(named, names, "a ward of the boundaries")


def _survey(folder: DataFolder) -> Iterator[Check]:
    """A survey of the researcher's own, by the city's codes and across its rows."""
    if not folder.holds("survey"):
        return
    sentence = "The survey asks by areas of the city and tells them apart"
    try:
        answers = read_survey(folder.locate("survey"), known_codes(folder))
        require_local(survey_indicators(answers))
    except DataError as error:
        yield Check("survey", sentence, False, " ".join(error.faults))
        return
    yield Check("survey", sentence, True)
