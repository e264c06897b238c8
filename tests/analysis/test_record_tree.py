"""The numbers of a record are named by their path."""

from dataclasses import dataclass
from typing import ClassVar

from neighbourhood_equity.analysis.quantities import Count, NotEstimable, Share
from neighbourhood_equity.analysis.reasons import MeasuredOnce
from neighbourhood_equity.analysis.record_tree import leaves


@dataclass(frozen=True, slots=True)
class Ward:
    key: str
    owners: Share


@dataclass(frozen=True, slots=True)
class City:
    INLINE: ClassVar = ("wards",)
    wards: tuple[Ward, ...]
    by_year: dict[int, Count]
    change: NotEstimable
    name: str = "Middleham"


CITY = City(
    (Ward("aston", Share(40.0)), Ward("soho", Share(50.0))),
    {2001: Count(3), 2011: Count(4)},
    NotEstimable(MeasuredOnce()),
)


def test_paths_go_through_fields_keys_and_mappings():
    assert [leaf.path for leaf in leaves(CITY, "city")] == [
        "city.aston.owners",
        "city.soho.owners",
        "city.by_year.2001",
        "city.by_year.2011",
        "city.change",
    ]


def test_a_quantity_in_two_places_has_a_path_for_each():
    share = Share(1.0)
    assert [leaf.path for leaf in leaves({"a": share, "b": share})] == ["a", "b"]
