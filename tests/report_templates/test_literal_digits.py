from importlib.resources import files

import pytest
from literal_digits import literal_digits

from neighbourhood_equity.report_templates.editions import FULL


@pytest.mark.parametrize(
    "template",
    [
        "## Heading of 2010\n\nPrices rose {{ num('a.b', 1) }}.",
        "See Section 3, Appendix 2 and NI 4 [@ostrom1996]. As @ostrom1996 says.",
        "{% if raw('a') > 0.7 %}High.{% endif %}",
        "[Appendix](#chapter-a4)",
        '<div class="box2">\n\nWords.\n\n</div>',
    ],
)
def test_what_may_stand(template):
    assert literal_digits(template, prose=False) == []


@pytest.mark.parametrize(
    "template",
    [
        "Prices rose 3%.",
        "Words.\nPrices rose {{ num('a.b') }} over 10 years.",
        "{{ lede('x') }}\n\n- Since 1996 {{ effect('a.b') }}.",
        '{{ lede("Prices since 1996.") }}',
    ],
)
def test_a_typed_number_is_found(template):
    assert len(literal_digits(template, prose=False)) == 1


def test_the_line_is_told():
    [fault] = literal_digits("One.\n\nTwo.\nThe year\n1996 came.", prose=False)
    assert (fault.line, fault.text) == (4, "The year 1996 came.")


def test_prose_may_hold_numbers_of_its_own():
    assert literal_digits("In 1996 Ostrom wrote it.", prose=True) == []


def test_prose_may_not_mix_them_with_findings():
    template = "In 1996 it was {{ num('a.b') }}. In 1997 she wrote."
    assert [fault.text for fault in literal_digits(template, prose=True)] == [
        "In 1996 it was {{ num('a.b') }}."
    ]


TEMPLATES = files("neighbourhood_equity.report_templates")
PROSE = {chapter.name for chapter in FULL.chapters if chapter.prose}


def _templates():
    """Every template, partial and passage, and whether it may hold numbers of its own."""
    for chapter in TEMPLATES.joinpath("chapters").iterdir():
        if chapter.is_dir():
            for file in chapter.iterdir():
                if file.name.endswith(".md.j2"):
                    prose = file.name == "text.md.j2" and chapter.name in PROSE
                    yield pytest.param(file, prose, id=f"{chapter.name}/{file.name}")
    for study in files("neighbourhood_equity.analysis").joinpath("studies").iterdir():
        if study.is_dir():
            for file in study.joinpath("passages").iterdir():
                yield pytest.param(file, True, id=f"{study.name}/{file.name}")
    yield pytest.param(TEMPLATES / "frame" / "imprint.md.j2", False, id="imprint.md.j2")


@pytest.mark.parametrize(("template", "prose"), list(_templates()))
def test_no_template_types_a_number(template, prose):
    assert literal_digits(template.read_text(encoding="utf-8"), prose=prose) == []
