"""Records on disk: JSON beside Parquet, read back as the same frozen records.

What a run found is the contract between analysis and page, so it is kept whole: texts, numbers
(bit for bit), arrays, frames, polygons, and our own records by the name of their class. A record
that stands in two places is written once and is one record again when it is read: findings are
named by their identity.
"""

from __future__ import annotations

import base64
import datetime
import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import shapely
from pydantic import BaseModel

from ..data.errors import DataError

PACKAGE = __package__.split(".")[0]
FILE = "results.json"
KIND = "$"
"""The key that tells what a JSON object stands for; plain mappings have none."""


def write(record: Any, folder: Path) -> None:
    """Write a record into a new folder: ``results.json``, and each frame as Parquet."""
    folder.mkdir()
    whole = _Writer(folder).value(record)
    (folder / FILE).write_text(json.dumps(whole, allow_nan=False), encoding="utf-8")


def read(folder: Path) -> Any:
    """The record of a folder that `write` left.

    Raises
    ------
    DataError
        The folder holds no such record, or one that this version does not know.
    """
    try:
        whole = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return _Reader(folder).value(whole)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError) as fault:
        raise DataError(
            f"{folder}: not readable as the results of a run ({fault}). Expected what "
            "'neighbourhood-equity report' of this version left; run the study again."
        ) from fault


class _Writer:
    """Values as JSON; frames go to files of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: dict[int, tuple[int, Any]] = {}
        self.frames = 0

    def value(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | str):
            return value
        if isinstance(value, int | np.integer):
            return int(value)
        if isinstance(value, float | np.floating):
            number = float(value)
            return number if math.isfinite(number) else {KIND: "float", "is": str(number)}
        if isinstance(value, np.bool_):
            return bool(value)
        if isinstance(value, list):
            return [self.value(part) for part in value]
        if isinstance(value, tuple | set | frozenset):
            parts = value if isinstance(value, tuple) else sorted(value)
            return {KIND: type(value).__name__, "is": [self.value(part) for part in parts]}
        if isinstance(value, Mapping):
            return self._mapping(value)
        if is_dataclass(value) or isinstance(value, BaseModel | pd.DataFrame | pd.Series):
            return self._once(value)
        return self._other(value)

    def _mapping(self, value: Mapping[Any, Any]) -> Any:
        if all(isinstance(key, str) for key in value) and KIND not in value:
            return {key: self.value(part) for key, part in value.items()}
        return {KIND: "pairs", "is": [[self.value(k), self.value(v)] for k, v in value.items()]}

    def _once(self, value: Any) -> Any:
        """A record in full, or where it was written before."""
        if id(value) in self.seen:
            return {KIND: "again", "is": self.seen[id(value)][0]}
        # Held as well as its number: an identity lasts as long as its object does.
        number = len(self.seen)
        self.seen[id(value)] = (number, value)
        if isinstance(value, pd.DataFrame):
            return {KIND: "frame", "as": number, **self._frame(value)}
        if isinstance(value, pd.Series):
            frame = self._frame(value.to_frame("value"))
            return {KIND: "series", "as": number, "name": self.value(value.name), **frame}
        if isinstance(value, BaseModel):
            said = value.model_dump(mode="json")
            return {KIND: "model", "as": number, "of": _name(type(value)), "is": said}
        parts = {one.name: self.value(getattr(value, one.name)) for one in fields(value)}
        return {KIND: "record", "as": number, "of": _name(type(value)), "is": parts}

    def _frame(self, frame: pd.DataFrame) -> dict[str, Any]:
        self.frames += 1
        name = f"frame_{self.frames}.parquet"
        try:
            pd.DataFrame(frame).to_parquet(self.folder / name)
        except (pyarrow.ArrowException, ValueError, TypeError):
            # A column of mixed kinds, or of polygons, has no Parquet type.
            (self.folder / name).unlink(missing_ok=True)
            cells = [[self.value(cell) for cell in row] for row in frame.to_numpy(object)]
            columns = [self.value(column) for column in frame.columns]
            index = [self.value(label) for label in frame.index]
            return {"columns": columns, "index": index, "cells": cells}
        return {"file": name}

    def _other(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            cells = [self.value(cell) for cell in value.ravel().tolist()]
            return {KIND: "array", "dtype": str(value.dtype), "shape": value.shape, "is": cells}
        if isinstance(value, datetime.datetime | pd.Timestamp):
            return {KIND: "time", "is": value.isoformat()}
        if isinstance(value, datetime.date):
            return {KIND: "date", "is": value.isoformat()}
        if isinstance(value, bytes):
            return {KIND: "bytes", "is": base64.b64encode(value).decode()}
        if isinstance(value, shapely.Geometry):
            return {KIND: "shape", "is": shapely.to_wkb(value, hex=True)}
        if value is pd.NA or value is pd.NaT:
            return None
        raise TypeError(f"a {type(value).__name__} cannot be kept in a run's results")


class _Reader:
    """The way back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: dict[int, Any] = {}

    def value(self, said: Any) -> Any:
        if isinstance(said, list):
            return [self.value(part) for part in said]
        if not isinstance(said, dict):
            return said
        if KIND not in said:
            return {key: self.value(part) for key, part in said.items()}
        made = getattr(self, f"_{said[KIND]}")(said)
        if "as" in said:
            self.seen[said["as"]] = made
        return made

    def _float(self, said: Any) -> float:
        return float(said["is"])

    def _tuple(self, said: Any) -> tuple[Any, ...]:
        return tuple(map(self.value, said["is"]))

    def _set(self, said: Any) -> set[Any]:
        return set(self._tuple(said))

    def _frozenset(self, said: Any) -> frozenset[Any]:
        return frozenset(self._tuple(said))

    def _pairs(self, said: Any) -> dict[Any, Any]:
        return {self.value(key): self.value(part) for key, part in said["is"]}

    def _again(self, said: Any) -> Any:
        return self.seen[said["is"]]

    def _frame(self, said: Any) -> pd.DataFrame:
        if "file" in said:
            return pd.read_parquet(self.folder / Path(said["file"]).name)
        return pd.DataFrame(
            self.value(said["cells"]),
            columns=self.value(said["columns"]),
            index=self.value(said["index"]),
        )

    def _series(self, said: Any) -> pd.Series:
        return self._frame(said)["value"].rename(self.value(said["name"]))

    def _model(self, said: Any) -> BaseModel:
        kind = _class(said["of"])
        if not issubclass(kind, BaseModel):
            raise TypeError(f"{said['of']} is no model")
        return kind.model_validate(said["is"])

    def _record(self, said: Any) -> Any:
        kind: Any = _class(said["of"])
        if not (isinstance(kind, type) and is_dataclass(kind)):
            raise TypeError(f"{said['of']} is no record")
        parts = {name: self.value(part) for name, part in said["is"].items()}
        return kind(**{one.name: parts[one.name] for one in fields(kind) if one.init})

    def _array(self, said: Any) -> np.ndarray:
        cells = [self.value(cell) for cell in said["is"]]
        return np.array(cells, dtype=said["dtype"]).reshape(said["shape"])

    def _time(self, said: Any) -> pd.Timestamp:
        return pd.Timestamp(said["is"])

    def _date(self, said: Any) -> datetime.date:
        return datetime.date.fromisoformat(said["is"])

    def _bytes(self, said: Any) -> bytes:
        return base64.b64decode(said["is"])

    def _shape(self, said: Any) -> shapely.Geometry:
        return shapely.from_wkb(said["is"])


def _name(kind: type) -> str:
    """``analysis.quantities:Share``; only our own classes can be kept."""
    module = kind.__module__.removeprefix(f"{PACKAGE}.")
    if module == kind.__module__:
        raise TypeError(f"{kind.__module__}.{kind.__qualname__} is no record of ours")
    return f"{module}:{kind.__qualname__}"


def _class(name: str) -> type:
    module, _, qualname = name.partition(":")
    found = getattr(import_module(f"{PACKAGE}.{module}"), qualname)
    if not isinstance(found, type):
        raise TypeError(f"{name} is no class")
    return found
