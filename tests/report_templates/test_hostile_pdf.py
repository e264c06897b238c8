"""A report of hostile names attaches nothing, links nowhere else and opens no file of the user."""

import gc
import mimetypes
import os
import re
import sys
import sysconfig
import tempfile
from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from made_report import DRAWINGS, loader, report
from test_foreign_text import WITH_NAMES, named

import neighbourhood_equity
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.render import render_html, write_pdf

LIBRARIES = (
    *(sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")),
    *(sys.prefix, sys.base_prefix),
    *mimetypes.knownfiles,
)
HOSTILE = (
    "<link rel=attachment href=file:///etc/hostname> ![a](/etc/hostname) @c $2 *d* [e](http://f)"
)
PLAIN = re.sub(r"[^\w\s]", "i", HOSTILE)
"""As long, so that pages end at the same places."""
INLINE = ("/Span", "/NonStruct")
"""Kinds of tags of which each line of a text has its own."""
opened: list[str] | None = None


def note_what_is_opened(event: str, args: tuple[Any, ...]) -> None:
    if opened is not None and event == "open" and isinstance(args[0], (str, bytes)):
        opened.append(os.fsdecode(args[0]))


sys.addaudithook(note_what_is_opened)


def pdf_of(name, folder):
    path = folder / "full.pdf"
    made = named(name)
    write_pdf(render_html(made, FULL, DRAWINGS, loader(**WITH_NAMES)), path, made)
    return path


def structure(element):
    """The tags below an element, without those of single lines; a link of two lines is one."""
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    inner = [structure(kid) for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    inner = [tree for tree, _ in groupby(tree for tree in inner if tree[0] not in INLINE)]
    return [str(element.S), [] if element.S == "/Link" else inner]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return pdf_of(PLAIN, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A report of a hostile name, and each file that was opened to make it."""
    folder = tmp_path_factory.mktemp("hostile")
    seen: list[str] = []
    gc.collect()  # An earlier rendering clears its own folder now, not while this one is watched.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.setitem(globals(), "opened", seen)
        return pdf_of(HOSTILE, folder), seen


def test_a_hostile_name_changes_no_tag_of_a_pdf(plain, hostile):
    with pikepdf.open(plain) as one, pikepdf.open(hostile[0]) as other:
        trees = [structure(document.Root.StructTreeRoot.K[0]) for document in (one, other)]
    assert trees[0] == trees[1]
    assert len(trees[0][1]) > 1


def test_a_hostile_name_attaches_nothing_and_links_nowhere_else(hostile):
    with pikepdf.open(hostile[0]) as document:
        links = {
            str(link.A.URI)
            for page in document.pages
            for link in page.get("/Annots", [])
            if "/URI" in link.get("/A", {})
        }
        assert list(document.attachments) == []
    source = report().sources.iloc[0]
    ours = {source.page, source.licence_page, source.by_page}
    assert {link for link in links - ours if not link.startswith("https://doi.org/")} == set()


def test_rendering_opens_no_file_but_its_own(hostile):
    path, seen = hostile
    own = [Path(neighbourhood_equity.__file__).parent, path.parent, *map(Path, LIBRARIES)]
    own += [root.resolve() for root in own]
    assert str(path.with_name(".full.pdf.part")) in seen
    files = {Path(name).absolute() for name in seen}
    assert [file for file in files if not any(file.is_relative_to(root) for root in own)] == []
