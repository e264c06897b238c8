"""A study: which data, places, specifications and words make one report."""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..data.errors import InputError

SHIPPED = ("simulated_city", "birmingham")


class StudyError(InputError):
    """The faults of a study file, all at once."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _one_line(text: str) -> str:
    line = re.sub(r"[ \t\r\n]+", " ", text).strip()
    if not line:
        raise ValueError("is blank; write what is to be printed")
    return line


Line = Annotated[str, AfterValidator(_one_line)]
"""A text of one line, not blank."""


class Publication(_Strict):
    """Who publishes the report, as printed on the imprint."""

    title: Line
    subtitle: Line
    publisher: Line
    author: Line
    contact: Line
    commissioned_by: Line
    programme: Line
    foreword: str = ""
    """A text file beside the study that holds the publisher's foreword, in Markdown."""
    logo: str = ""
    """A PNG or JPEG beside the study, for the cover."""


class Geography(_Strict):
    """The area of study and the number of areas that each geography must hold."""

    district: str = Field(pattern=r"E\d{8}")
    sector_share_at_least: float = Field(0.5, gt=0, le=1)
    """A postcode sector belongs to the city if this share of its postcodes does."""
    expected: dict[str, int]
    named_places: list[str] = []
    """Wards whose names the maps print."""


class Period(_Strict):
    first_year: int = Field(ge=1995)
    last_year: int

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.last_year <= self.first_year:
            raise ValueError("last_year must come after first_year")
        return self


class Prices(_Strict):
    """How prices of small areas are measured."""

    small_areas: Literal["sectors", "sales"] = "sectors"
    """From published means by postcode sector, or from single sales."""
    cv_at_most: float = Field(0.1, gt=0, le=1)
    """Prices whose coefficient of variation is larger are not shown."""
    window: int = Field(3, ge=1)
    """Years averaged at each end for levels and growth."""


class Coproduction(_Strict):
    """Which recorded places count as neighbourhood coproduction, and which do not, with reasons."""

    not_counted: dict[str, str] = {}
    began_before_data: list[str] = []
    case_studies: list[str] = []


class Step(_Strict):
    """One step of the cross-section: what is held equal, and which effects are absorbed."""

    name: str
    title: str
    controls: list[str] = []
    effects: list[str] = []
    separately: bool = False
    """Each regressor in an equation of its own."""


class CrossSection(_Strict):
    """The cross-section of areas, from the raw association to the fully controlled one."""

    outcome: str = "log_price_per_sqm"
    social_capital: list[str]
    coproduction: list[str]
    weights: str | None = "sales"
    clusters: str = "place_or_ward"
    """What coproduction came to as a whole; the last word on how sure an association is."""
    wards: str = "ward22"
    """For draws and permutations of whole wards, and rules beside the first."""
    minimum_sales: int = Field(10, ge=1)
    steps: list[Step] = Field(min_length=2)


class Panel(_Strict):
    """The panel of postcode sectors by year."""

    outcome: str = "log_price"
    treatment: str = "exposure"
    weights: str | None = "sales"
    clusters: str = "sector"


class Instrument(_Strict):
    """A column taken to move one side of the loop and to touch the other through nothing else."""

    column: str
    reason: str = Field(min_length=1)
    """Why it should be so, printed beside the estimate."""


class LoopEquation(_Strict):
    """One equation of the loop between price and social capital."""

    controls: list[str] = []
    instruments: list[Instrument] = []
    """For the other side of the loop: in the price equation, what moves social capital."""


class Loop(_Strict):
    """The loop between price and social capital; without instruments it is not identified."""

    price: LoopEquation = LoopEquation()
    social_capital: LoopEquation = LoopEquation()


class Study(_Strict):
    """One report's whole definition."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    city: Line
    date: datetime.date
    seed: int
    simulated: bool = False
    edition: Literal["full"] = "full"
    publication: Publication
    geography: Geography
    period: Period
    prices: Prices
    coproduction: Coproduction
    cross_section: CrossSection
    panel: Panel
    loop: Loop = Loop()


def find_study(name: str) -> Path:
    """The file of a shipped study, or the path given."""
    if name in SHIPPED:
        return Path(str(resources.files(__package__).joinpath("studies", f"{name}.toml")))
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return path
    if path.is_file():
        raise StudyError(
            f"{path} is a file whose name does not end in '.toml', in small letters. Expected a "
            "study in TOML; if it is one, rename it."
        )
    close = difflib.get_close_matches(name, SHIPPED, n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise StudyError(
        f"No study '{name}'.{hint} Expected {' or '.join(map(repr, SHIPPED))}, "
        "or the path of a .toml file."
    )


def read_study(path: Path) -> Study:
    """A study from its file; every mistake is told at once, with file, key and allowed values."""
    try:
        record = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise StudyError(f"{path.name}: not a readable TOML file: {broken}.") from None
    try:
        study = Study.model_validate(record)
    except ValidationError as wrong:
        raise StudyError([_sentence(path, record, fault) for fault in wrong.errors()]) from None
    return study


def _sentence(path: Path, record: dict[str, Any], fault: Any) -> str:
    location = ".".join(str(part) for part in fault["loc"]) or "the study"
    if fault["type"] == "missing":
        return f"{path.name}: key '{location}' is missing."
    if fault["type"] == "extra_forbidden":
        allowed = _allowed_keys(fault["loc"][:-1])
        close = difflib.get_close_matches(str(fault["loc"][-1]), allowed, n=1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        return (
            f"{path.name}: key '{location}' is not known.{hint} Allowed here: {', '.join(allowed)}."
        )
    return f"{path.name}: key '{location}' is {fault['input']!r}: {fault['msg']}."


def _allowed_keys(location: tuple[Any, ...]) -> list[str]:
    """The keys of the record at a location inside a study."""
    model: type[BaseModel] = Study
    for part in location:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation
        inner = getattr(annotation, "__args__", (annotation,))
        model = next(
            kind for kind in inner if isinstance(kind, type) and issubclass(kind, BaseModel)
        )
    return list(model.model_fields)
