from importlib.resources import files
from pathlib import Path

import matplotlib
import pikepdf
import pytest
from made_report import report
from weasyprint.pdf import fonts as subsets

from neighbourhood_equity.report_templates.fonts import FACES
from neighbourhood_equity.report_templates.pdf import RenderingWarning, write_pdf

DEJAVU = Path(matplotlib.get_data_path(), "fonts", "ttf")
NONE = "<fontconfig></fontconfig>"
ONES_THAT_TAKE_OUR_NAME = f"""<fontconfig>
<dir>{DEJAVU}</dir>
<match target="scan">
<edit name="family" mode="assign_replace"><string>Source Sans Pro</string></edit>
</match>
</fontconfig>"""

CSS = files("neighbourhood_equity.report_templates").joinpath("style", "report.css").read_text()
PAGE = f"""<html lang="en"><title>A page</title><style>{CSS}</style>
<h1>Serif</h1><p>Words, <em>slanted</em>, <b>strong</b>, <code>code</code></p>"""
OTHER = '<html lang="en"><title>A page</title><p style="font-family: %s">%s</p>'


def bytes_of(html, folder):
    write_pdf(html, folder / "a.pdf", report())
    return (folder / "a.pdf").read_bytes()


def families(path):
    with pikepdf.open(path) as document:
        return {
            str(thing.FontFamily)
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
        }


@pytest.mark.parametrize("fonts", [NONE, ONES_THAT_TAKE_OUR_NAME])
def test_the_fonts_of_the_system_change_no_byte(fonts, tmp_path, monkeypatch):
    here = bytes_of(PAGE, tmp_path)
    (tmp_path / "fonts.conf").write_text(fonts)
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    assert bytes_of(PAGE, tmp_path) == here


def test_the_subsetter_of_the_system_changes_no_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(subsets, "harfbuzz_subset", None)
    without = bytes_of(PAGE, tmp_path)
    the_systems = object()
    monkeypatch.setattr(subsets, "harfbuzz_subset", the_systems)
    assert bytes_of(PAGE, tmp_path) == without
    assert subsets.harfbuzz_subset is the_systems


def test_code_has_a_font_of_ours(tmp_path):
    bytes_of(PAGE, tmp_path)
    assert families(tmp_path / "a.pdf") == {family for family, *_ in FACES}


def test_a_family_that_we_lack_is_set_in_one_of_ours(tmp_path):
    bytes_of(OTHER % ("DejaVu Sans Mono", "Words"), tmp_path)
    assert families(tmp_path / "a.pdf") <= {family for family, *_ in FACES}


def test_a_letter_that_our_fonts_lack_is_not_taken_from_the_system(tmp_path):
    with pytest.raises(RenderingWarning, match=r"notdef.*東"):
        write_pdf(OTHER % ("Source Sans Pro", "東京"), tmp_path / "a.pdf", report())
