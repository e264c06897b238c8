"""What is printed can be read: colours that part from the page, words of seven points or more."""

import dataclasses
import re
from importlib.resources import files

import numpy as np
import pikepdf
import pytest
from contrast import contrast
from made_report import DRAWINGS, loader, report
from test_figures import _cycle

from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.figures import canvas, draw
from neighbourhood_equity.report_templates.render import render_html, write_pdf

CSS = files("neighbourhood_equity.report_templates").joinpath("style", "report.css").read_text()
GROUNDS = {"#ffffff", *re.findall(r"background: (#\w{6})", CSS)}
SMALLEST = 7.0


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    ring = dataclasses.replace(_cycle(), alt="A ring")
    made = report(exhibits={**report().exhibits, ring.id: ring})
    chapters = {
        "summary": "{{ exhibit_small('test.cycle') }}",
        "theory": "{{ exhibit('test.cycle') }}",
    }
    drawings = {**DRAWINGS, ring.id: draw(ring)}
    path = tmp_path_factory.mktemp("legible") / "full.pdf"
    write_pdf(render_html(made, FULL, drawings, loader(**chapters)), path, made)
    with pikepdf.open(path) as document:
        yield document


@pytest.mark.parametrize("ground", sorted(GROUNDS))
@pytest.mark.parametrize("colour", sorted(set(re.findall(r"[ {]color: (#\w{6})", CSS))))
def test_words_part_from_the_page(colour, ground):
    assert contrast(colour, ground) >= 4.5


@pytest.mark.parametrize("ground", sorted(GROUNDS))
@pytest.mark.parametrize("colour", sorted(set(re.findall(r"decoration-color: (#\w{6})", CSS))))
def test_the_line_under_a_link_is_seen(colour, ground):
    assert contrast(colour, ground) >= 3


@pytest.mark.parametrize("colour", sorted({*canvas.SERIES, canvas.GREY, canvas.INK}))
def test_words_in_a_figure_part_from_the_page(colour):
    assert contrast(colour, canvas.PAPER) >= 4.5


def test_grey_words_part_from_a_band():
    assert contrast(canvas.GREY, canvas.BAND) >= 4.5


def test_no_word_is_smaller_than_seven_points(pdf):
    for page in pdf.pages:
        assert min(sizes(page.obj, np.eye(3)), default=SMALLEST) >= SMALLEST - 1e-6


def test_the_small_ring_has_its_words(pdf):
    words = draw(_cycle(), small=True)
    for name in ("Coproduction", "Outcomes", "equity", "not estimated"):
        assert f">{name}</text>" in words
    assert "not estimable" not in words


def sizes(content, outer):
    """Sizes in points of the words that a page or a form draws."""
    matrices, size, line = [outer], 0.0, np.eye(3)
    for operands, operator in pikepdf.parse_content_stream(content):
        match str(operator):
            case "q":
                matrices.append(matrices[-1])
            case "Q":
                matrices.pop()
            case "cm":
                matrices[-1] = matrix(operands) @ matrices[-1]
            case "Tm":
                line = matrix(operands)
            case "Tf":
                size = float(operands[1])
            case "Tj" | "TJ":
                yield size * np.sqrt(abs(np.linalg.det((line @ matrices[-1])[:2, :2])))
            case "Do":
                drawn = content.Resources.XObject[operands[0]]
                if drawn.Subtype == "/Form":
                    yield from sizes(drawn, matrix(drawn.get("/Matrix", IDENTITY)) @ matrices[-1])


IDENTITY = (1, 0, 0, 1, 0, 0)


def matrix(numbers):
    a, b, c, d, e, f = (float(number) for number in numbers)
    return np.array([[a, b, 0], [c, d, 0], [e, f, 1]])
