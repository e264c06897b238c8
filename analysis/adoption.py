"""Postcode sectors by when coproduction began in them: treated, partly inside, near, apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..data.catalogue import DataFolder
from ..data.tables import BRUSH, PlaceRules, sector_places
from ..models.programmes.staggered import FEW, NEVER, Adoption, StaggeredPanel, staggered_panel
from .synthetic_designs import NEIGHBOUR

SHARE = 0.5
"""A sector is treated once half of its postcodes lie in places that have started."""
RINGS = (NEIGHBOUR, 2500.0)
"""Metres between centres: outer edges of the rings around treated sectors."""


@dataclass(frozen=True, slots=True)
class SectorAdoption:
    """Sectors with their starts, and their prices.

    Parameters
    ----------
    sectors : one row a sector: ``share`` ever inside dated places; ``first``, the first year with
        `SHARE` of it inside, and ``touched``, the first with any (0 for never); ``place``, that of
        the largest share; ``apart``, metres to the nearest treated sector, with that one's start
        ``near_first`` and place ``near_place``; ``district``
    rows : sectors by year: ``sector, year, log_price, exposure``, and ``planted`` where known
    """

    sectors: pd.DataFrame
    rows: pd.DataFrame

    @property
    def planted(self) -> bool:
        """Whether the planted part of prices is known."""
        return "planted" in self.rows.columns

    def with_planted(self, whole: float) -> SectorAdoption:
        """The same with the planted part of log prices, ``whole`` in a sector wholly inside."""
        return replace(self, rows=self.rows.assign(planted=whole * self.rows["exposure"]))

    @property
    def treated(self) -> pd.Series:
        """Sectors that reach `SHARE`."""
        return self.sectors["first"] != NEVER

    @property
    def partly(self) -> pd.Series:
        """Sectors inside dated places by more than they brush them, but by less than `SHARE`."""
        return ~self.treated & (self.sectors["share"] > BRUSH)

    def ring(self, inner: float, outer: float) -> pd.Series:
        """Sectors in no place, whose nearest treated sector lies so many metres away."""
        return (self.sectors["share"] == 0) & self.sectors["apart"].between(
            inner, outer, inclusive="left"
        )

    def panel(
        self,
        name: str,
        title: str,
        treated: pd.Series,
        first: str = "first",
        place: str = "place",
        beyond: float = NEIGHBOUR,
        few: int = FEW,
    ) -> StaggeredPanel:
        """Some sectors, by the column of their first year, against the others, ``beyond``.

        Treated sectors of one place are one cluster, controls of one postal district another.

        Raises
        ------
        StaggeredError
            As `staggered_panel`.
        """
        chosen = self.sectors[treated | self.ring(beyond, np.inf)]
        inside = treated[chosen.index]
        chosen = chosen.assign(
            first_year=chosen[first].where(inside, NEVER),
            cluster=chosen[place].where(inside, chosen["district"]),
        )
        frame = self.rows.merge(chosen[["sector", "first_year", "cluster"]], on="sector")
        return staggered_panel(
            frame.rename(columns={"cluster": "district or place"}),
            Adoption(
                name=f"staggered.{name}",
                title=title,
                unit="sector",
                time="year",
                first="first_year",
                outcome="log_price",
                clusters="district or place",
                few=few,
            ),
        )

    def with_outcome(self, panel: StaggeredPanel, column: str) -> StaggeredPanel:
        """The same panel with another column of ``rows`` for the outcome."""
        kept = self.rows[self.rows["sector"].isin(panel.units)].sort_values(["sector", "year"])
        return replace(panel, rows=panel.rows.assign(outcome=kept[column].to_numpy()))


def read_adoption(sectors: pd.DataFrame, folder: DataFolder, rules: PlaceRules) -> SectorAdoption:
    """The sectors of a study that touch no place with an early or unknown start."""
    rows = sectors[~sectors["excluded"]]
    every = rows.drop_duplicates("sector")[["sector", "district", "ever_exposed"]]
    every = every.rename(columns={"ever_exposed": "share"}).reset_index(drop=True)
    for name, least in (("first", SHARE), ("touched", np.nextafter(0, 1))):
        year = rows[rows["exposure"] >= least].groupby("sector")["year"].min()
        every[name] = every["sector"].map(year).fillna(NEVER).astype("int64")
    shares = sector_places(folder, rules)
    dated = shares[shares["status"] == "dated"].sort_values("share")
    every["place"] = every["sector"].map(dated.groupby("sector")["place"].last())
    columns = ["sector", "year", "log_price", "exposure"]
    return SectorAdoption(_with_nearest(every, folder.read("sector_share")), rows[columns])


def _with_nearest(sectors: pd.DataFrame, centres: pd.DataFrame) -> pd.DataFrame:
    """How far each sector lies from the nearest treated one, and whose start that is."""
    at = centres.set_index("sector").loc[sectors["sector"]]
    points = at[["easting", "northing"]].to_numpy(float)
    treated = sectors[sectors["first"] != NEVER]
    if treated.empty:
        return sectors.assign(apart=np.inf, near_first=NEVER, near_place=None)
    apart = np.linalg.norm(points[:, None] - points[treated.index], axis=2)
    nearest = treated.iloc[apart.argmin(axis=1)]
    return sectors.assign(
        apart=apart.min(axis=1),
        near_first=nearest["first"].to_numpy(),
        near_place=nearest["place"].to_numpy(),
    )
