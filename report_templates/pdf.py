"""HTML to a tagged PDF that is both PDF/A-3a and PDF/UA-1, the same bytes for the same input."""

from __future__ import annotations

import gc
import logging
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from .fetching import own_files
from .floats import floats_wait
from .fonts import CHOSEN, environment, face_rules, own_fonts
from .tags import mend_tables

# PDF/A wants every schema of the metadata described that it does not know itself, UA's among them.
_UA = b"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_RDF_BEGINS = re.compile(rb"<rdf:RDF[^>]*>")


class RenderingWarning(Exception):
    """The PDF renderer found something amiss; the message lists all of it."""


class Dated(Protocol):
    """What the metadata need of a report."""

    @property
    def date(self) -> date: ...


def write_pdf(html: str, path: Path, report: Dated) -> None:
    """Write ``html`` as PDF, beside ``path`` first, and put it in place when it is whole.

    The document's date is the report's, or ``SOURCE_DATE_EPOCH`` where that is set.

    Raises
    ------
    RenderingWarning
        WeasyPrint warned of anything: a missing image or anchor, style that it does not know.
    """
    with (
        own_fonts() as fonts,
        _no_warnings(),
        _clock_at(report),
        _no_collecting(),
        _pages_listed_once(),
        floats_wait(),
    ):
        from weasyprint import CSS, HTML

        fetcher = own_files()
        faces = CSS(string=face_rules(), font_config=fonts, url_fetcher=fetcher)
        document = HTML(string=html, url_fetcher=fetcher).render(
            font_config=fonts, stylesheets=[faces], pdf_variant="pdf/a-3a"
        )
        document.metadata.created = document.metadata.modified = _now()
        data: bytes = document.write_pdf(finisher=_finish, pdf_variant="pdf/a-3a")
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(data)
    beside.replace(path)


def _finish(document: Any, pdf: Any) -> None:
    """Mend the tags, name PDF/UA-1 in the metadata, and mend what validators stumble over."""
    from weasyprint.pdf.stream import Stream

    mend_tables(document, pdf)
    for entry in pdf.objects:
        extra = getattr(entry, "extra", {})
        if extra.get("Type") == "/Metadata":
            described = _RDF_BEGINS.sub(lambda begin: begin[0] + _UA, entry.stream[0], count=1)
            entry.stream, entry.compress = [described], False
        elif isinstance(entry, Stream) and entry.compress:
            _compress(entry)
        if "Interpolate" in extra:
            extra["Interpolate"] = "false"


def _compress(stream: Any) -> None:
    """Compress a page's operators, so that the result does not end on a carriage return.

    With the line feed before ``endstream`` that would read as one line end, and the stated length
    as one too many. The last byte of compressed data is the last of their Adler checksum.
    Level 6 takes half the time of pydyf's 9.
    """
    stream.compress = False
    operators = stream.data.split(b"stream\n", 1)[1].removesuffix(b"\nendstream")
    if zlib.adler32(operators) & 0xFF == ord("\r"):
        operators += b"\n"
    stream.stream = [zlib.compress(operators, level=6)]
    stream.extra["Filter"] = "/FlateDecode"


@contextmanager
def _clock_at(report: Dated) -> Iterator[None]:
    """Stamp fonts with ``SOURCE_DATE_EPOCH`` or the report's date instead of the time of day."""
    midnight = datetime.combine(report.date, datetime.min.time(), UTC)
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or str(int(midnight.timestamp()))
    with environment("SOURCE_DATE_EPOCH", epoch):
        yield


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Pause the garbage collector: a sixth of the time for 90 pages, at 4% more memory."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _pages_listed_once() -> Iterator[None]:
    """Keep the list of pages that pydyf makes anew for each tag: a second of 160 pages."""
    import pydyf

    former = pydyf.PDF.page_references

    def listed(pdf: Any) -> Any:
        kids = pdf.pages["Kids"]
        if len(kids) != getattr(pdf, "listed_kids", None):
            pdf.listed_kids, pdf.listed = len(kids), former.fget(pdf)
        return pdf.listed

    pydyf.PDF.page_references = property(listed)
    try:
        yield
    finally:
        pydyf.PDF.page_references = former


def _now() -> str:
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if not message.startswith(CHOSEN):
            self.messages.append(message)


@contextmanager
def _no_warnings() -> Iterator[None]:
    collector = _Collector()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    if collector.messages:
        raise RenderingWarning("; ".join(dict.fromkeys(collector.messages)))
