"""What a publisher adds to a study is checked before the run, and refused in sentences."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from neighbourhood_equity.analysis.study import StudyError, find_study, read_study
from neighbourhood_equity.report_templates.commands.data_commands import print_checks
from neighbourhood_equity.report_templates.commands.report import run_study
from neighbourhood_equity.report_templates.publisher_texts import MOST_PIXELS, read_publisher_texts


def study_with(tmp_path: Path, *lines: str, **fields: str) -> Path:
    """A study in a folder of its own, with more lines and other fields in its imprint."""
    text = find_study("birmingham").read_text(encoding="utf-8")
    text = text.replace("[publication]", "\n".join(("[publication]", *lines)))
    for key, value in fields.items():
        at = text.index(f"\n{key} = ") + 1
        text = f"{text[:at]}{key} = {value}{text[text.index(chr(10), at) :]}"
    path = tmp_path / "study" / "study.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path):
    return read_publisher_texts(read_study(path), path)


def refused(path: Path) -> str:
    with pytest.raises(StudyError) as fault:
        read(path)
    return "\n".join(fault.value.faults)


def foreword(tmp_path: Path, content: str | bytes) -> Path:
    path = study_with(tmp_path, 'foreword = "words.md"')
    raw = content.encode() if isinstance(content, str) else content
    (path.parent / "words.md").write_bytes(raw)
    return path


def logo(tmp_path: Path, content: bytes) -> Path:
    path = study_with(tmp_path, 'logo = "logo.png"')
    (path.parent / "logo.png").write_bytes(content)
    return path


def picture(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (30, 20)) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, "white").save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        "We thank everybody. Follow @bhamcitycouncil, or name@example.org.",
        "# A heading\n\n{{ city }} {% if x %}, <script>alert(1)</script> and </body>",
        "See [us](https://example.org), <mailto:a@example.org> and [more](#chapter-theory).",
        "Łódź, Tŷ, “quotes” – and £5\r\n\r\nMore",
        "",
    ],
)
def test_words_that_can_be_printed_are_taken_as_they_are(tmp_path, words):
    assert read(foreword(tmp_path, words)).foreword == words


def test_a_byte_order_mark_is_no_letter(tmp_path):
    assert read(foreword(tmp_path, b"\xef\xbb\xbfWords")).foreword == "Words"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("One\nCaf\xe9".encode("cp1252"), "words.md, line 2: not UTF-8 (byte 0xe9). Save it as"),
        ("Words".encode("utf-16"), "words.md, line 1: not UTF-8"),
        ("One\nTwo 😀", "words.md, line 2: the report's fonts cannot set '😀' (U+1F600"),
        ("ਪੰਜਾਬੀ", "line 1: the report's fonts cannot set"),
        ("a\x07b", "line 1: the report's fonts cannot set (U+0007"),
        ("a\ue000b", "line 1: the report's fonts cannot set (U+E000"),
        ("a\u202eb", "line 1: the report's fonts cannot set (U+202E"),
        ("One\n\n![Logo](logo.png)", "line 3: a picture, 'logo.png'"),
        ("![a][b]\n\n[b]: http://localhost/a.png", "line 1: a picture, 'http://localhost/a.png'"),
        ("[a](#nowhere)", "line 1: a link to '#nowhere', which leads nowhere"),
        ("[a](#chapter-none)", "a link to '#chapter-none', which leads nowhere"),
        ("[a](other.html)", "a link to 'other.html', which leads nowhere"),
        ("Words.[^1]\n\n[^1]: A note.", "line 1: a footnote, '[^1]'"),
    ],
)
def test_words_that_cannot_be_printed_are_refused_with_their_line(tmp_path, content, told):
    assert told in refused(foreword(tmp_path, content))


def passage(tmp_path: Path, content: str | bytes, name: str = "influence.md") -> Path:
    path = study_with(tmp_path)
    folder = path.with_suffix("") / "passages"
    folder.mkdir(parents=True)
    folder.joinpath(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_passages_beside_the_study_are_read_by_name(tmp_path):
    path = passage(tmp_path, "Words on *us*.\n", "place_old_mill.md")
    (path.with_suffix("") / "passages" / ".DS_Store").write_text("")
    assert read(path).passages == {"place_old_mill": "Words on *us*.\n"}


def test_a_study_of_a_shipped_city_has_its_passages_unless_it_has_a_folder_of_its_own(tmp_path):
    assert read(study_with(tmp_path)).shipped == "birmingham"
    assert read(passage(tmp_path, "Words")).shipped == ""


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("influnce.md", "Words", "asks for this passage. Did you mean 'influence'?"),
        ("influence.md.j2", "{{ 7 * 7 }}", "study/passages/influence.md.j2 is no passage"),
        ("influence.txt", "Words", "whose name ends in '.md'"),
        ("influence.md", b"Caf\xe9", "influence.md, line 1: not UTF-8"),
        ("influence.md", "One\n\n![Map](map.png)", "influence.md, line 3: a picture, 'map.png'"),
        ("influence.md", "[a](#nowhere)", "influence.md, line 1: a link to '#nowhere'"),
        ("influence.md", "One 😀", "influence.md, line 1: the report's fonts cannot set '😀'"),
    ],
)
def test_a_passage_that_cannot_be_printed_is_refused(tmp_path, name, content, told):
    assert told in refused(passage(tmp_path, content, name))


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links on this system")
def test_a_passage_that_links_elsewhere_is_refused(tmp_path):
    (tmp_path / "secret.md").write_text("secret")
    path = passage(tmp_path, "Words")
    (path.with_suffix("") / "passages" / "housing.md").symlink_to(tmp_path / "secret.md")
    assert "study/passages/housing.md is a link to a file elsewhere" in refused(path)


@pytest.mark.parametrize("key", ["foreword", "logo"])
@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "a/../../secret.txt"])
def test_a_file_outside_the_study_is_refused(tmp_path, key, name):
    (tmp_path / "secret.txt").write_text("secret")
    told = refused(study_with(tmp_path, f'{key} = "{name}"'))
    assert f"publication.{key} names '{name}', which lies outside the study's folder" in told


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links on this system")
def test_a_link_out_of_the_study_is_refused(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    path = study_with(tmp_path, 'foreword = "words.md"')
    (path.parent / "words.md").symlink_to(tmp_path / "secret.txt")
    assert "lies outside the study's folder" in refused(path)


@pytest.mark.parametrize("key", ["foreword", "logo"])
def test_a_file_that_is_not_there_is_refused(tmp_path, key):
    told = refused(study_with(tmp_path, f'{key} = "none"'))
    assert "which is not beside the study" in told


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "CMYK")])
def test_a_logo_becomes_a_png_of_its_size(tmp_path, kind, mode):
    drawn = Image.open(io.BytesIO(read(logo(tmp_path, picture(kind, mode))).logo))
    assert (drawn.format, drawn.size) == ("PNG", (30, 20))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a PNG or JPEG that can be read"),
        (picture()[:20], "not a PNG or JPEG that can be read"),
        (picture("GIF"), "not a PNG or JPEG that can be read"),
        (picture(mode="1", size=(MOST_PIXELS + 1, 1)), "4001 by 1 pixels. Expected at most 4000"),
    ],
)
def test_a_logo_that_is_no_picture_or_too_large_is_refused(tmp_path, content, told):
    assert told in refused(logo(tmp_path, content))


@pytest.mark.parametrize(
    ("field", "value", "letter"),
    [
        ("title", '"A report 😀"', "U+1F600"),
        ("publisher", '"城市"', "'城' (U+57CE"),
        ("author", '"a\\u0007b"', "U+0007"),
        ("city", '"Бирмингем"', "U+0411"),
    ],
)
def test_a_letter_that_no_font_has_is_refused_by_key(tmp_path, field, value, letter):
    told = refused(study_with(tmp_path, **{field: value}))
    assert f"{field}': the report's fonts cannot set" in told
    assert letter in told


def test_letters_in_the_name_of_a_place_are_looked_at_too(tmp_path):
    path = study_with(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Norton Hall" =', '"Norton 城" ='), encoding="utf-8")
    assert "key 'coproduction.not_counted': the report's fonts cannot set '城'" in refused(path)


@pytest.mark.parametrize("field", ["title", "subtitle", "city"])
def test_a_blank_text_of_the_imprint_is_refused(tmp_path, field):
    with pytest.raises(StudyError, match=rf"{field}' is ' ': is blank"):
        read_study(study_with(tmp_path, **{field: '" "'}))


def test_a_title_of_two_lines_becomes_one(tmp_path):
    assert read_study(study_with(tmp_path, title='"One\\n  two"')).publication.title == "One two"


def test_a_report_and_a_check_look_at_the_words_before_the_data(tmp_path):
    path = foreword(tmp_path, "![Logo](logo.png)")
    with pytest.raises(StudyError, match="a picture"):
        run_study(str(path), tmp_path / "no-data", tmp_path / "out", "full", quiet=True)
    with pytest.raises(StudyError, match="a picture"):
        print_checks(str(path), tmp_path / "no-data")
