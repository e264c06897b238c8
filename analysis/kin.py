"""Records sent from one process to another that hold parts of records which both have already.

Findings are named by the identity of a quantity, so a record that holds one of another must hold
that very one after the journey, and no copy.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable
from typing import Any

from .record_tree import leaves


class Kin:
    """The quantities, refusals and estimates of records that both processes have."""

    def __init__(self, records: Iterable[Any]) -> None:
        self.known = [leaf.thing for record in records for leaf in leaves(record)]
        self.places = {id(thing): place for place, thing in enumerate(self.known)}

    def packed(self, value: Any) -> bytes:
        """A value, in which what both have is named by its place."""
        packet = io.BytesIO()
        _Packer(packet, self.places).dump(value)
        return packet.getvalue()

    def unpacked(self, packet: bytes) -> Any:
        """The value, with the very things that this process has."""
        return _Unpacker(io.BytesIO(packet), self.known).load()


class _Packer(pickle.Pickler):
    def __init__(self, packet: io.BytesIO, places: dict[int, int]) -> None:
        super().__init__(packet, protocol=pickle.HIGHEST_PROTOCOL)
        self.places = places

    def persistent_id(self, thing: Any) -> int | None:
        return self.places.get(id(thing))


class _Unpacker(pickle.Unpickler):
    def __init__(self, packet: io.BytesIO, known: list[Any]) -> None:
        super().__init__(packet)
        self.known = known

    def persistent_load(self, place: int) -> Any:
        return self.known[place]
