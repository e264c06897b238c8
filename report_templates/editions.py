"""The chapters of each edition, read from ``editions.toml``: order, names, numbers, titles."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from ..data.errors import InputError, first_values


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of a report.

    Parameters
    ----------
    name : its name throughout the house, and its folder's
    title : the title after the number, with ``{city}`` for the study's city
    number : "Section 1", "Appendix 2" or empty
    part : which part of that section it is, if the section has several
    prefix : what numbers its exhibits, as in "Figure A4.1"; empty if it can have none
    prose : whether it may hold literal digits (theory and literature)
    """

    name: str
    title: str
    number: str = ""
    part: str = ""
    prefix: str = ""
    prose: bool = False

    @property
    def template(self) -> str:
        """The name of the template that holds its words."""
        return f"{self.name}/text.md.j2"

    @property
    def label(self) -> str:
        """What stands above its title: "Section 3, second part"; empty without a number."""
        return f"{self.number}, {self.part}" if self.part else self.number

    def full_title(self, city: str) -> str:
        """Label and title: "Appendix 4: House Prices Variations in Birmingham"."""
        title = self.title.format(city=city)
        return f"{self.label}: {title}" if self.label else title


@dataclass(frozen=True, slots=True)
class Edition:
    """The chapters that one way of printing the report shows, in order.

    Parameters
    ----------
    name : the name of its PDF
    chapters : its parts
    whole : whether it shows every chapter there is; if not, links to the others are plain words
    """

    name: str
    chapters: tuple[Chapter, ...]
    whole: bool

    def of(self, names: Sequence[str]) -> Edition:
        """The same edition with these chapters alone, in its own order; all if none is named.

        Raises
        ------
        InputError
            It has no chapter of such a name.
        """
        known = [chapter.name for chapter in self.chapters]
        if strange := [name for name in names if name not in known]:
            raise InputError(
                f"--chapters names {first_values(strange)}; the edition '{self.name}' has "
                f"{', '.join(known)}. Give some of these, with a comma between them."
            )
        chosen = tuple(one for one in self.chapters if not names or one.name in names)
        return replace(self, chapters=chosen, whole=self.whole and chosen == self.chapters)


def _read() -> Mapping[str, Edition]:
    text = resources.files(__package__).joinpath("editions.toml").read_text(encoding="utf-8")
    said = tomllib.loads(text)
    titles = said["chapters"]
    return {
        name: Edition(
            name,
            tuple(Chapter(**titles[one["name"]], **one) for one in edition["chapters"]),
            whole={one["name"] for one in edition["chapters"]} == set(titles),
        )
        for name, edition in said["editions"].items()
    }


EDITIONS = _read()
FULL = EDITIONS["full"]
"""The edition that keeps the order of the original report."""


def edition_of(name: str) -> Edition:
    """An edition by its name.

    Raises
    ------
    InputError
        There is none of this name.
    """
    if name not in EDITIONS:
        raise InputError(f"There is no edition '{name}'. The editions are {', '.join(EDITIONS)}.")
    return EDITIONS[name]
