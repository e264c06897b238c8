"""A figure that does not fit waits for the next page, and what goes on there goes on after it."""

import pypdf
from made_report import report

from neighbourhood_equity.report_templates.pdf import write_pdf

PAGE = """<html lang="en"><head><title>Made</title><style>
@page {{ size: 100mm 100mm; margin: 10mm }} .float {{ float: left; width: 80mm; height: {height} }}
</style></head><body><main>{body}</main></body></html>"""
FLOAT = '<div class="float">Waits.</div>'
ROWS = "".join(f"<tr><th scope='row'>Row {number}</th></tr>" for number in range(40))


def pages(tmp_path, body: str, height: str) -> list[str]:
    write_pdf(PAGE.format(height=height, body=body), tmp_path / "made.pdf", report())
    return [page.extract_text() for page in pypdf.PdfReader(tmp_path / "made.pdf").pages]


def test_a_table_that_goes_on_waits_for_a_page_that_a_float_fills(tmp_path):
    made = pages(tmp_path, f"<p>Before.</p>{FLOAT}<table>{ROWS}</table>", "79mm")
    assert made[1].split() == ["Waits."]
    assert "Row 39" in made[-1]
