"""What a chapter's folder holds (text, captions, exhibits), and the results that it asks for.

A chapter lives in ``chapters/<name>/``: ``text.md.j2`` holds its words, ``exhibits.py`` makes its
tables and figures as values, ``captions.md.j2`` gives each of them title, measure and note. All
three name the results they need: templates as variables, `exhibits` as parameters. So nobody lists
what a chapter needs, and an edition computes what it shows.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module, resources
from typing import Any

import jinja2
from jinja2 import meta

from ..analysis.quantities import NotEstimable as Inestimable
from ..analysis.reasons import Refused
from ..models.specification import NotEstimable
from .captions import read_captions
from .editions import Chapter
from .errors import TemplateFault
from .exhibits import ALL, Body, Exhibit, Missing

HERE = "chapters"


def needs(
    chapters: Iterable[Chapter], known: Iterable[str], environment: jinja2.Environment
) -> frozenset[str]:
    """The results, of those known, that the chapters' texts, captions and exhibits ask for."""
    asked: set[str] = set()
    for chapter in chapters:
        asked |= _variables(chapter, environment)
        if make := _exhibits(chapter):
            asked |= set(inspect.signature(make).parameters)
    return frozenset(asked & set(known))


def exhibits(
    chapters: Iterable[Chapter],
    results: Mapping[str, Any],
    fill: Callable[[str], str],
    source_line: Callable[[Body], str],
) -> Iterator[Exhibit | Missing]:
    """The tables and figures of the chapters, with their captions; a missing one needs none.

    Parameters
    ----------
    results : results by name, and whatever else `exhibits` of a chapter may ask for
    fill : a template's text by its name, such as ``valuing/captions.md.j2``
    source_line : publishers and titles of what an exhibit shows
    """
    for chapter in chapters:
        if not (make := _exhibits(chapter)):
            continue
        asked = {name: results[name] for name in inspect.signature(make).parameters}
        try:
            yield from _captioned(
                f"{chapter.name}/captions.md.j2", make(**asked), fill, source_line
            )
        except NotEstimable as fault:
            # A result is refused whole: so are the chapter's exhibits from here on.
            yield Missing(ALL, Inestimable(Refused(str(fault))))


def _captioned(
    template: str,
    bodies: Iterable[Body | Missing],
    fill: Callable[[str], str],
    source_line: Callable[[Body], str],
) -> Iterator[Exhibit | Missing]:
    captions = read_captions(fill(template), template)
    for body in bodies:
        if isinstance(body, Missing):
            yield body
            continue
        if body.id not in captions:
            raise TemplateFault(template, f"has no caption for {body.id}")
        yield body.captioned(captions.pop(body.id), source_line(body))
    if captions:
        raise TemplateFault(template, f"captions {', '.join(captions)}, which nothing makes")


def _file(chapter: Chapter, name: str) -> Any:
    return resources.files(__package__).joinpath(HERE, chapter.name, name)


def _exhibits(chapter: Chapter) -> Callable[..., Iterator[Body | Missing]] | None:
    if not _file(chapter, "exhibits.py").is_file():
        return None
    module = import_module(f".{HERE}.{chapter.name}.exhibits", __package__)
    make: Callable[..., Iterator[Body | Missing]] = module.exhibits
    return make


def _variables(chapter: Chapter, environment: jinja2.Environment) -> set[str]:
    folder = _file(chapter, "")
    if not folder.is_dir():
        return set()
    return {
        name
        for file in folder.iterdir()
        if file.name.endswith(".j2")
        for name in meta.find_undeclared_variables(
            environment.parse(file.read_text(encoding="utf-8"))
        )
    }
