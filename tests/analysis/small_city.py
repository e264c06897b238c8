"""A city cut down to some of its wards: every file without the rows of the others."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

CODE = re.compile(r"^E0[125]\d{6}$")
SINGLE_SALES = ("pp-complete", "ppd_epc_sales")
"""Large files that a study of published means does without."""
SECTOR = re.compile(r"^[A-Z]{1,2}\d[A-Z\d]? \d$")


def cut(source: Path, target: Path, wards: Collection[str]) -> dict[str, int]:
    """Write the folder ``source`` cut to ``wards``; returns the number of areas by geography."""
    kept = set(wards)
    lookup = rows_of(_only(source, "geography/LSOA21_WD22_*"))
    small = {row[0] for row in lookup[1:] if kept & set(row)}
    kept |= small
    for name in ("LSOA11_LSOA21_*", "lsoa_2021_to_msoa_2021_*"):
        for row in rows_of(_only(source, f"geography/{name}")):
            kept |= {cell for cell in row if CODE.match(cell)} if small & set(row) else set()
    points = rows_of(_only(source, "geography/code_point_open_2025_*"))
    own = Counter(_sector(row[0]) for row in points if kept & set(row))
    whole = Counter(_sector(row[0]) for row in points)
    sectors = {sector for sector, postcodes in own.items() if 2 * postcodes >= whole[sector]}
    for path in sorted(source.glob("*/*")):
        if path.name.startswith(SINGLE_SALES):
            continue
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if ".geojson" in path.name:
            write(copy, _cut_shapes(_text(path), kept))
        elif ".csv" in path.name:
            rows = _cut_rows(rows_of(path), kept, sectors)
            if path.name.startswith("uk_hpi"):
                _scale_sales(rows, sum(own[name] for name in sectors) / len(points))
            write(copy, text_of(rows))
    middle = {code for code in kept if code.startswith("E02")}
    return {"lsoa21": len(small), "msoa21": len(middle), "ward22": len(set(wards))}


def record(target: Path, places: Iterable[tuple[str, str, Collection[str], int | str]]) -> None:
    """Write a record of coproduction: name, geography, codes, and the year of the start."""
    head = (
        "place,area_geography,area_code,kind,organisation,start_year,start_latest,end_year,"
        "intensity,intensity_unit,source_url,date_certainty,note"
    )
    lines = [
        f"{place},{geography},{'; '.join(codes)},brokered with communities,{place} Forum,"
        f"{year},,,,,https://example.org,{'year' if year else 'unknown'},"
        for place, geography, codes, year in places
    ]
    path = target / "coproduction" / "coproduction_events.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


def _sector(postcode: str) -> str:
    return postcode.replace(" ", "")[:-2]


def _only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(_text(path))))


def write(path: Path, text: str) -> None:
    data = text.encode()
    path.write_bytes(gzip.compress(data, 1) if path.suffix == ".gz" else data)


def _cut_rows(
    rows: list[list[str]], kept: Collection[str], sectors: Collection[str]
) -> list[list[str]]:
    def stays(row: list[str]) -> bool:
        codes = {cell for cell in row if CODE.match(cell)}
        named = {cell.replace(" ", "") for cell in row[:2] if SECTOR.match(cell)}
        return codes <= set(kept) if codes else named <= set(sectors)

    return [row for row in rows if stays(row)]


def _scale_sales(rows: list[list[str]], share: float) -> None:
    """The part of the city's sales that falls to its kept areas, in place."""
    column = rows[0].index("SalesVolume")
    for row in rows[1:]:
        row[column] = row[column] and f"{float(row[column]) * share:.0f}"


def text_of(rows: Iterable[Sequence[str]]) -> str:
    """Rows as the text of a CSV file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _cut_shapes(text: str, kept: Collection[str]) -> str:
    shapes = json.loads(text)
    shapes["features"] = [
        one for one in shapes["features"] if set(map(str, one["properties"].values())) & set(kept)
    ]
    return json.dumps(shapes)
