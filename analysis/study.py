"""A study: which data, places, specifications and words make one report."""

from __future__ import annotations

import datetime
import itertools
import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from ..data.circularity import require_no_circularity
from ..data.errors import DataError, InputError, did_you_mean, first_values
from .decision import Decision
from .study_columns import (
    TOGETHER,
    Clusters,
    Control,
    Coproduced,
    Declared,
    LogPrice,
    SocialCapital,
    why_none_named,
)

_LATEST = 2100
SHIPPED = ("simulated_city", "birmingham")


class StudyError(InputError):
    """The faults of a study file, all at once."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _squeezed(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def _one_line(text: str) -> str:
    line = _squeezed(text)
    if not line:
        raise ValueError("is blank; write what is to be printed")
    return line


def _once(names: list[str]) -> list[str]:
    if faults := _twice(names):
        raise ValueError(*faults)
    return names


Line = Annotated[str, AfterValidator(_one_line)]
"""A text of one line, not blank."""
Unsaid = Annotated[str, AfterValidator(_squeezed)]
"""A text of one line; blank where there is nothing to print yet."""
Once = AfterValidator(_once)
"""Of a list of names: each stands in it once."""


class Publication(_Strict):
    """Who publishes the report, as printed on the imprint."""

    title: Line
    subtitle: Line
    publisher: Unsaid = ""
    author: Unsaid = ""
    contact: Unsaid = ""
    """Without publisher, author or contact every page is a draft's."""
    commissioned_by: Unsaid = ""
    programme: Unsaid = ""
    foreword: str = ""
    """A text file beside the study that holds the publisher's foreword, in Markdown."""
    logo: str = ""
    """A PNG or JPEG beside the study, for the cover."""


class Geography(_Strict):
    """The area of study and the number of areas that each geography must hold."""

    district: str = Field(pattern=r"^[EWSN]\d{8}$")
    sector_share_at_least: float = Field(0.5, gt=0, le=1)
    """A postcode sector belongs to the city if this share of its postcodes does."""
    expected: dict[str, int]
    named_places: Annotated[list[str], Once] = []
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
    began_before_data: Annotated[list[str], Once] = []
    case_studies: Annotated[list[str], Once] = []
    sector_share_inside: float = Field(0.7, gt=0, le=1)
    """A postcode sector stands for a single place if this share of its postcodes lies there."""


class Step(_Strict):
    """One step of the cross-section: what is held equal, and which effects are absorbed."""

    name: str
    title: str
    controls: list[Control] = []
    effects: list[Literal["ward22", "msoa21"]] = []
    separately: bool = False
    """Each regressor in an equation of its own."""


class CrossSection(_Strict):
    """The cross-section of areas, from the raw association to the fully controlled one."""

    outcome: LogPrice = "log_price_per_sqm"
    social_capital: Annotated[list[SocialCapital], Once]
    coproduction: Annotated[list[Coproduced], Once]
    """May be empty: then nothing is asked of recorded coproduction across areas."""
    weights: Literal["sales", ""] = "sales"
    """By what areas weigh; blank where each weighs the same."""
    clusters: Clusters = "place_or_ward"
    """What coproduction came to as a whole; the last word on how sure an association is."""
    wards: Literal["ward22"] = "ward22"
    """For draws and permutations of whole wards, and rules beside the first."""
    minimum_sales: int = Field(10, ge=1)
    steps: list[Step] = Field(min_length=2)

    @field_validator("social_capital")
    @classmethod
    def _some(cls, names: list[str]) -> list[str]:
        if not names:
            raise ValueError(why_none_named("social_capital"))
        if TOGETHER in names and len(names) > 1:
            raise ValueError(
                f"names '{TOGETHER}', which is the mean of measures, beside others; name it alone "
                "or leave it out"
            )
        return names

    @field_validator("steps")
    @classmethod
    def _a_path(cls, steps: list[Step]) -> list[Step]:
        if faults := [*_twice([step.name for step in steps]), *_path_faults(steps)]:
            raise ValueError("; ".join(faults))
        return steps

    @model_validator(mode="after")
    def _not_circular(self) -> CrossSection:
        controls = list(dict.fromkeys(name for step in self.steps for name in step.controls))
        regressors = [*self.social_capital, *self.coproduction]
        try:
            require_no_circularity(self.outcome, regressors, controls)
        except DataError as fault:
            raise ValueError("; ".join(one.rstrip(".") for one in fault.faults)) from None
        return self


class Panel(_Strict):
    """The panel of postcode sectors by year."""

    outcome: Literal["log_price"] = "log_price"
    treatment: Literal["exposure"] = "exposure"
    weights: Literal["sales"] = "sales"
    clusters: Literal["sector"] = "sector"


class Instrument(_Strict):
    """A column taken to move one side of the loop and to touch the other through nothing else."""

    column: Declared
    reason: str = Field(min_length=1)
    """Why it should be so, printed beside the estimate."""


class LoopEquation(_Strict):
    """One equation of the loop between price and social capital."""

    controls: list[Control] = []
    instruments: list[Instrument] = []
    """For the other side of the loop: in the price equation, what moves social capital."""


class Loop(_Strict):
    """The loop between price and social capital; without instruments it is not identified."""

    price: LoopEquation = LoopEquation()
    social_capital: LoopEquation = LoopEquation()


class SourceWords(_Strict):
    """What is printed of a file that is not the one which the catalogue describes."""

    edition: Line = ""
    note: Line = ""
    """What a reader must know before reading its numbers, printed wherever they are."""


class Study(_Strict):
    """One report's whole definition."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    city: Line
    date: datetime.date
    seed: int = Field(ge=0)
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
    sources: dict[str, SourceWords] = {}
    """By the source's id, where a file is another than the catalogue says."""
    decision: Decision = Decision()
    _path: Path | None = PrivateAttr(None)
    """The file that it was read from."""

    @field_validator("period")
    @classmethod
    def _ended(cls, period: Period, info: ValidationInfo) -> Period:
        """The report comes after what it reports."""
        date = info.data.get("date")
        if date and not period.last_year <= date.year <= _LATEST:
            raise ValueError(
                f"the report is of {date} and its period ends in {period.last_year}; expected a "
                f"date in {period.last_year} or later, to {_LATEST}"
            )
        return period

    @field_validator("prices")
    @classmethod
    def _two_ends(cls, prices: Prices, info: ValidationInfo) -> Prices:
        """The years averaged at one end are none of those at the other."""
        if period := info.data.get("period"):
            years = period.last_year - period.first_year + 1
            if 2 * prices.window > years:
                raise ValueError(
                    f"window averages {prices.window} years at each end, and the period has "
                    f"{years} in all; expected at most half of them"
                )
        return prices


def _twice(names: list[str]) -> list[str]:
    again = sorted({name for name in names if names.count(name) > 1})
    return [f"names {first_values(again)} more than once"] if again else []


def _path_faults(steps: list[Step]) -> list[str]:
    """Each step adds to the one before, and the last is one equation."""
    faults = []
    for before, step in itertools.pairwise(steps):
        given_up = {*before.controls, *before.effects} - {*step.controls, *step.effects}
        if given_up:
            faults.append(
                f"step {step.name!r} leaves out {first_values(sorted(given_up))}, which step "
                f"{before.name!r} holds equal; each step holds equal what the one before it does"
            )
    if steps[-1].separately:
        faults.append(
            f"the last step, {steps[-1].name!r}, takes each measure separately; the "
            "last one takes them together"
        )
    if len(steps[-1].effects) > 1:
        faults.append(f"step {steps[-1].name!r} absorbs several effects; name one")
    return faults


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
    raise StudyError(
        f"No study '{name}'.{did_you_mean(name, SHIPPED)} Expected "
        f"{' or '.join(map(repr, SHIPPED))}, or the path of a .toml file."
    )


def read_study(path: Path) -> Study:
    """A study from its file; every mistake is told at once, with file, key and allowed values."""
    try:
        record = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise StudyError(f"{path.name}: not a readable TOML file: {broken}.") from None
    try:
        study = Study.model_validate(record)
    except ValidationError as wrong:
        raise StudyError([_sentence(path, record, fault) for fault in wrong.errors()]) from None
    study._path = path
    return study


def own_folder(study: Study) -> Path | None:
    """The folder of a study's own record, facts and passages, if it has one.

    It lies beside the study's file under the same name; a study without one, of a district that a
    shipped study is about, takes that study's.
    """
    if study._path and (own := study._path.with_suffix("")).is_dir():
        return own
    return shipped_folder(study)


def shipped_folder(study: Study) -> Path | None:
    """The folder that ships with the package for the study's district, if there is one."""
    for name in SHIPPED:
        path = find_study(name)
        of = tomllib.loads(path.read_text(encoding="utf-8"))["geography"]["district"]
        if of == study.geography.district and path.with_suffix("").is_dir():
            return path.with_suffix("")
    return None


def _sentence(path: Path, record: dict[str, Any], fault: Any) -> str:
    location = ".".join(str(part) for part in fault["loc"]) or "the study"
    if fault["type"] == "missing":
        return f"{path.name}: key '{location}' is missing."
    if fault["type"] == "extra_forbidden":
        allowed = _allowed_keys(fault["loc"][:-1])
        hint = did_you_mean(str(fault["loc"][-1]), allowed)
        return (
            f"{path.name}: key '{location}' is not known.{hint} Allowed here: {', '.join(allowed)}."
        )
    found = fault["input"]
    told = fault["msg"].removeprefix("Value error, ")
    if isinstance(found, dict | list):
        return f"{path.name}: key '{location}': {told}."
    expected = str(fault.get("ctx", {}).get("expected", ""))
    hint = did_you_mean(str(found), re.findall(r"'(\w+)'", expected))
    return f"{path.name}: key '{location}' is {found!r}: {told}.{hint}"


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
