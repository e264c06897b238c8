"""Lookups, boundaries and postcodes of a simulated city, in the layouts of their publishers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from .geography import Ints
from .layout import Model
from .truth import CITY, DISTRICT
from .writing import (
    longitude_latitude,
    texts,
    write_boundaries,
    write_bytes,
    write_quoted_rows,
    write_table,
)

_LOOKUP_HEADER = (
    "pcd7,pcd8,pcds,dointr,doterm,usertype,oa11cd,lsoa11cd,msoa11cd,ladcd,lsoa11nm,msoa11nm,ladnm,"
    "ladnmw"
)


def write_geography(folder: Path, model: Model, rng: np.random.Generator) -> None:
    """All files of the folder ``geography``."""
    _write_lookups(folder, model)
    name = "PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU_simulated.csv.gz"
    _write_postcodes(folder / name, model, rng)
    _write_code_point(folder / "code_point_open_2025_2_simulated.csv.gz", model)
    write_boundaries(
        folder / "lsoa_2021_bsc_simulated.geojson.gz",
        model.areas.polygons,
        [
            {"LSOA21CD": code, "LSOA21NM": name}
            for code, name in zip(model.lsoa21, model.lsoa21_name, strict=True)
        ],
    )
    _write_middle_areas(folder / "msoa_2021_simulated.geojson.gz", model)
    write_boundaries(
        folder / "wards_2022_simulated.geojson.gz",
        _dissolved(model, model.areas.ward),
        [
            {"WD22CD": code, "WD22NM": name}
            for code, name in zip(model.ward, model.ward_name, strict=True)
        ],
    )


def _write_lookups(folder: Path, model: Model) -> None:
    ward, middle = model.areas.ward, model.areas.middle
    write_table(
        folder / "LSOA11_LSOA21_LAD22_EW_LU_simulated.csv",
        {
            "LSOA11CD": model.lsoa11,
            "LSOA11NM": model.lsoa11_name,
            "CHGIND": np.where(model.city.split, "S", "U"),
            "LSOA21CD": model.lsoa21,
            "LSOA21NM": model.lsoa21_name,
            "LAD22CD": DISTRICT,
            "LAD22NM": CITY,
        },
    )
    write_table(
        folder / "LSOA21_WD22_LAD22_EW_LU_v3_simulated.csv",
        {
            "LSOA21CD": model.lsoa21,
            "LSOA21NM": model.lsoa21_name,
            "LSOA21NMW": "",
            "WD22CD": np.array(model.ward)[ward],
            "WD22NM": np.array(model.ward_name)[ward],
            "WD22NMW": "",
            "LAD22CD": DISTRICT,
            "LAD22NM": CITY,
            "LAD22NMW": "",
            "ObjectId": np.arange(1, model.size.areas + 1),
        },
    )
    write_table(
        folder / "lsoa_2021_to_msoa_2021_simulated.csv",
        {
            "LSOA21CD": model.lsoa21,
            "LSOA21NM": model.lsoa21_name,
            "MSOA21CD": np.array(model.msoa)[middle],
            "MSOA21NM": np.array(model.msoa_name)[middle],
        },
    )


def _write_postcodes(path: Path, model: Model, rng: np.random.Generator) -> None:
    """The lookup of May 2022: live and terminated postcodes."""
    postcodes = model.postcodes
    area = postcodes.area
    introduced = rng.choice([198001, 198506, 199103, 199609, 200112], len(area))
    terminated = np.where(postcodes.live, "", rng.choice(["200506", "201308", "202003"], len(area)))
    order = np.argsort(np.array(postcodes.name), kind="stable")
    parts = [name.split(" ") for name in postcodes.name]
    middle = model.areas.middle[area]
    columns = [
        texts([f"{out:<4}{unit}" for out, unit in parts], order),
        texts([f"{out:<4} {unit}" for out, unit in parts], order),
        texts(postcodes.name, order),
        texts([str(month) for month in introduced], order),
        texts(terminated.tolist(), order),
        texts(["0"] * len(area)),
        texts([f"E009{index + 1:05d}" for index in area], order),
        texts(model.lsoa11, area[order]),
        texts(model.msoa, middle[order]),
        texts([DISTRICT] * len(area)),
        texts(model.lsoa11_name, area[order]),
        texts(model.msoa_name, middle[order]),
        texts([CITY] * len(area)),
        texts([""] * len(area)),
    ]
    write_quoted_rows(path, columns, header=_LOOKUP_HEADER)


def _write_code_point(path: Path, model: Model) -> None:
    """Code-Point Open: ten columns without a header, live postcodes only."""
    postcodes = model.postcodes
    code_point = [
        f'"{postcodes.name[i]}",10,{postcodes.point[i, 0]:.0f},{postcodes.point[i, 1]:.0f},'
        f'"E92000001","E19000001","E18000005","","{DISTRICT}",'
        f'"{model.ward[model.areas.ward[postcodes.area[i]]]}"\n'
        for i in sorted(np.flatnonzero(postcodes.live), key=postcodes.name.__getitem__)
    ]
    write_bytes(path, "".join(code_point).encode())


def _write_middle_areas(path: Path, model: Model) -> None:
    polygons = _dissolved(model, model.areas.middle)
    points = shapely.get_coordinates(shapely.point_on_surface(polygons)).round()
    degrees = longitude_latitude(points).round(5)
    properties = [
        {
            "MSOA21CD": model.msoa[i],
            "MSOA21NM": model.msoa_name[i],
            "BNG_E": int(points[i, 0]),
            "BNG_N": int(points[i, 1]),
            "LONG": float(degrees[i, 0]),
            "LAT": float(degrees[i, 1]),
        }
        for i in range(len(polygons))
    ]
    write_boundaries(path, polygons, properties)


def _dissolved(model: Model, group: Ints) -> NDArray[np.object_]:
    """One polygon a group of small areas."""
    polygons = model.areas.polygons
    return np.array([shapely.union_all(polygons[group == k]) for k in range(group.max() + 1)])
