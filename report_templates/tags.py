"""The tags of a PDF as a reader hears them: a table told once, its heads saying what they head.

WeasyPrint tags each page for itself: a table over three pages becomes three tables, each with the
head that the page repeats. Here they become one again, and what is repeated an artifact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any

SCOPES = {"row": "/Row", "col": "/Column", "rowgroup": "/Column", "colgroup": "/Column"}
"""What a head of HTML heads in a PDF; that of a group of rows spans its columns."""


def mend_tables(document: Any, pdf: Any) -> None:
    """Join the tables that pages break, and say of each head whether it is a row's or a column's.

    Parameters
    ----------
    document : WeasyPrint's, laid out
    pdf : pydyf's, whole but not yet written
    """
    tables = []
    for page in document.pages:
        for box in page._page_box.descendants():
            if box.is_table_wrapper:
                tables.append(box.element)
            elif hasattr(box, "mark") and box.mark["S"] == "/TH":
                box.mark["A"]["Scope"] = SCOPES[box.element.get("scope", "col")]
    tree = _Tree(pdf)
    for _, parts in groupby(zip(tables, tree.tables(), strict=True), lambda pair: id(pair[0])):
        first, *others = (part for _, part in parts)
        for other in others:
            tree.join(first, other)
    tree.write_artifacts()


class _Tree:
    """The tree of a PDF's tags."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf
        self.artifacts: dict[bytes, set[int]] = defaultdict(set)

    def tables(self) -> Iterator[Any]:
        """All tables, in the order in which WeasyPrint made them, which is the document's."""
        for thing in self.pdf.objects:
            if isinstance(thing, dict) and thing.get("S") == "/Table":
                yield thing

    def join(self, first: Any, other: Any) -> None:
        """Add the rows of ``other`` to ``first``, under the heads of the first."""
        heads: dict[str, Any] = {}
        for reference in other["K"]:
            kid = self._at(reference)
            if kid["S"] == "/THead":
                heads = self._same_heads(first, kid)
                self._make_artifact(kid)
            else:
                kid["P"] = first.reference
                first["K"].append(reference)
                for cell in self._below(kid):
                    headers = cell.get("A", {}).get("Headers", [])
                    headers[:] = [heads.get(name.string, name) for name in headers]
        other["K"].clear()
        self._remove(other)

    def write_artifacts(self) -> None:
        """Mark in each page's operators what has left the tree."""
        root = self._at(self.pdf.catalog["StructTreeRoot"])
        owners = self._at(root["ParentTree"])["Nums"]
        for number, page in enumerate(self.pdf.page_references):
            marks = self.artifacts[page]
            if not marks:
                continue
            for mark in marks:
                owners[2 * number + 1][mark] = "null"
            operators = self._at(self._at(page)["Contents"]).stream
            for i, operator in enumerate(operators):
                if isinstance(operator, dict) and operator.get("MCID") in marks:
                    operators[i - 1 : i + 2] = [b"", b"/Artifact", b"BMC"]

    def _same_heads(self, first: Any, repeated: Any) -> dict[str, Any]:
        """The ids of the heads of ``first`` by those of the heads repeated on a later page."""
        original = next(kid for kid in map(self._at, first["K"]) if kid["S"] == "/THead")
        pairs = zip(self._below(original), self._below(repeated), strict=True)
        return {again["ID"].string: once["ID"] for once, again in pairs if "ID" in again}

    def _make_artifact(self, element: Any) -> None:
        for each in [element, *self._below(element)]:
            self.artifacts[each["Pg"]].update(kid for kid in each["K"] if isinstance(kid, int))
            each.clear()

    def _remove(self, element: Any) -> None:
        """Take an empty element out of the tree, and those above that it leaves empty."""
        parent = self._at(element["P"])
        parent["K"].remove(element.reference)
        element.clear()
        if not parent["K"]:
            self._remove(parent)

    def _below(self, element: Any) -> Iterator[Any]:
        for kid in element["K"]:
            if not isinstance(kid, int) and "S" in self._at(kid):
                yield self._at(kid)
                yield from self._below(self._at(kid))

    def _at(self, reference: bytes) -> Any:
        return self.pdf.objects[int(reference.split()[0])]
