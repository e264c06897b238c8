"""Figures: the same bytes twice, the size of the page, classes that add up, words in place."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from neighbourhood_equity.report_templates.exhibits import Figure
from neighbourhood_equity.report_templates.figures import draw
from neighbourhood_equity.report_templates.figures.canvas import PALE, spread, text_width, wrap
from neighbourhood_equity.report_templates.figures.emblem import draw_emblem

MISSING = float("nan")


def _figure(kind, frame, **options):
    return Figure(f"test.{kind}", "A title", kind, frame, "", "", "", "", options)


def _lines():
    frame = pd.DataFrame(
        {
            "x": [2000, 2010, 2020] * 2,
            "y": [100.0, 150, 210, 100, 149, 209],
            "low": [95.0, 140, 190, 96, 141, 191],
            "high": [105.0, 160, 230, 104, 161, 229],
            "series": ["Aston"] * 3 + ["The city"] * 3,
        }
    )
    return _figure("lines", frame, y_format="number0", log_y=True, events=[(2005, "Begins")])


def _coefficients():
    frame = pd.DataFrame(
        {
            "row": ["Alone", "With controls", "Instrumented"],
            "estimate": [2.0, 1.0, MISSING],
            "low": [1.0, -1.0, MISSING],
            "high": [3.0, 3.0, MISSING],
            "label": ["described", "adjusted", ""],
        }
    )
    return _figure("coefficients", frame, x_label="Per cent", bands=[(0.5, 1.5, "Benchmark")])


def _grid(side=4):
    cells = [
        shapely.box(1000 * x, 1000 * y, 1000 * (x + 1), 1000 * (y + 1))
        for x in range(side)
        for y in range(side)
    ]
    codes = [f"E{i:08d}" for i in range(side * side)]
    return gpd.GeoDataFrame({"code": codes}, geometry=cells, crs="EPSG:27700")


def _choropleth(**options):
    areas = _grid()
    frame = pd.DataFrame({"code": areas["code"][:15], "value": np.arange(15.0) - 7})
    places = [(2000.0, 2000.0, "Aston"), (2000.0, 2050.0, "Lozells")]
    return _figure(
        "choropleth",
        frame,
        geometry=areas,
        outline=areas,
        places=places,
        format="number0",
        **options,
    )


def _cycle():
    frame = pd.DataFrame(
        [
            ("coproduction->outcomes", 0.1, -0.1, 0.3, 0.1, "adjusted", "0.10"),
            ("outcomes->social_capital", 0.3, 0.2, 0.4, 0.3, "iv", "0.30"),
            ("social_capital->asset_values", 1.3, 0.4, 2.2, 0.05, "adjusted", "1.3%"),
            ("asset_values->equity", *[MISSING] * 4, "", "by definition"),
            ("equity->coproduction", *[MISSING] * 4, "", ""),
        ],
        columns=["link", "estimate", "low", "high", "size", "label", "text"],
    )
    return _figure("cycle", frame)


def _dots(rows=5):
    value = np.linspace(-3, 3, rows)
    frame = pd.DataFrame(
        {
            "row": [f"Ward {i}" for i in range(rows)],
            "value": value,
            "low": value - 1,
            "high": value + 1,
        }
    )
    return _figure("dots", frame, x_label="Per cent", format="percent0", reference=0.0)


def _bars(**options):
    frame = pd.DataFrame({"category": ["Owned", "Rented"], "value": [60.5, -39.5]})
    return _figure("bars", frame, format="percent1", **options)


def _locator(**options):
    frame = pd.DataFrame(
        {
            "sector": ["A1", "A2", "A3"],
            "easting": [500.0, 1500.0, 3500.0],
            "northing": [500.0, 1500.0, 3500.0],
            "role": ["Own", "Near", "Donor"],
        }
    )
    shapes = {
        "city": shapely.box(0, 0, 4000, 4000),
        "place": shapely.box(0, 0, 1000, 1000),
        "others": [shapely.box(2000, 0, 3000, 1000)],
        "zone": shapely.Point(500, 500).buffer(1500),
        "wards": shapely.boundary(shapely.box(0, 0, 4000, 4000)),
        "areas": ("Aston", "Other places", "Too near"),
        "order": ("Own", "Near", "Ruled out", "Donor"),
        "names": [(500.0, 1200.0, "Aston")],
    }
    return _figure("locator", frame, **(shapes | options))


def _panels():
    years = np.arange(1995, 2005)
    lines = [("Paths", "The place", 0), ("Gaps", "Placebos", 0), ("Gaps", "Placebos", 1)]
    frame = pd.concat(
        pd.DataFrame(
            {
                "panel": panel,
                "series": series,
                "line": line,
                "x": years,
                "y": 1000.0 * (years - 1994),
            }
        )
        for panel, series, line in lines
    )
    paths = {"y_label": "Pounds", "y_format": "pounds", "log_y": True, "events": [(2000, "start")]}
    gaps = {"y_label": "Per cent", "y_format": "number0", "events": []}
    return _figure(
        "panels",
        frame,
        styles={"The place": "place", "Placebos": "many"},
        panels={"Paths": paths, "Gaps": gaps},
    )


def _scatter():
    frame = pd.DataFrame(
        [
            (panel, row, part, x, x * slope)
            for panel in ("Trust", "Votes")
            for row, slope in (("Over the city", 2.0), ("Inside wards", -1.0))
            for part in ("area", "line")
            for x in (-1.0, 0.5, 2.0)
        ],
        columns=["panel", "row", "part", "x", "y"],
    )
    return _figure("scatter", frame, x_label="Score", y_label="Price")


ALL = [_lines, _coefficients, _choropleth, _cycle, _dots, _bars, _locator, _panels, _scatter]


def _texts(svg):
    return [
        "".join(node.itertext()) for node in ET.fromstring(svg).iter() if node.tag.endswith("text")
    ]


@pytest.mark.parametrize("make", ALL)
def test_the_same_figure_gives_the_same_bytes(make):
    assert draw(make()) == draw(make())


@pytest.mark.parametrize("make", [*ALL, lambda: _dots(rows=69)])
def test_a_figure_fits_the_page(make):
    root = ET.fromstring(draw(make()))
    width, height = (
        float(root.attrib[side].removesuffix("pt")) * 25.4 / 72 for side in ("width", "height")
    )
    assert width == pytest.approx(160, abs=0.1)
    assert height <= 170.1


@pytest.mark.parametrize("make", ALL)
def test_text_stays_text_in_the_report_font(make):
    svg = draw(make())
    assert "<text" in svg
    fonts = set(re.findall(r"font-family: '([^']+)'", svg))
    assert fonts == {"Source Sans Pro"}


@pytest.mark.parametrize("make", ALL)
def test_no_inner_id_but_those_referred_to(make):
    svg = draw(make())
    ids = set(re.findall(r' id="([^"]+)"', svg))
    assert all(f"#{name}" in svg for name in ids)


def test_the_readers_matplotlib_settings_do_not_matter():
    import matplotlib

    plain = draw(_lines())
    with matplotlib.rc_context({"font.size": 20, "axes.spines.top": True, "lines.linewidth": 9}):
        assert draw(_lines()) == plain


def test_an_event_outside_the_data_is_not_drawn():
    figure = _lines()
    late = _figure("lines", figure.frame, events=[(2030, "Begins")])
    assert "Begins" in _texts(draw(figure))
    assert "Begins" not in _texts(draw(late))


def test_a_missing_estimate_is_said():
    assert _texts(draw(_coefficients())).count("not estimable") == 1


def test_an_interval_far_wider_than_the_others_is_cut_and_said_to_be():
    figure = _coefficients()
    wide = figure.frame.assign(high=[3.0, 5000.0, MISSING])
    texts = _texts(draw(dataclasses.replace(figure, frame=wide)))
    assert "reaches beyond the axis" in texts
    assert not [text for text in texts if text.isdigit() and int(text) > 30]
    assert "reaches beyond the axis" not in _texts(draw(figure))


def test_the_key_names_only_the_labels_drawn():
    texts = _texts(draw(_coefficients()))
    assert {"described", "adjusted"} <= set(texts)
    assert "synthetic control" not in texts


def test_classes_of_a_map_hold_every_area_once():
    counts = [int(text.split()[0]) for text in _texts(draw(_choropleth())) if " area" in text]
    assert sum(counts) == 16


def test_given_breaks_are_stated_and_a_value_on_a_break_is_above_it():
    texts = _texts(draw(_choropleth(breaks=[-2, 0])))
    assert texts[texts.index("under −2") + 1] == "5 areas"
    assert texts[texts.index("−2 to under 0") + 1] == "2 areas"
    assert texts[texts.index("0 and over") + 1] == "8 areas"


def test_the_key_counts_what_the_map_is_of():
    assert "5 wards" in _texts(draw(_choropleth(breaks=[-2, 0], level="ward22")))


def test_a_map_names_the_wards_of_its_title_beside_those_of_the_study():
    wards = [(500.0, 500.0, "Nechells"), (3500.0, 500.0, "Duddeston")]
    named = dataclasses.replace(_choropleth(wards=wards), title="Dearest in Nechells")
    texts = _texts(draw(named))
    assert {"Nechells", "Aston", "Lozells"} <= set(texts)
    assert "Duddeston" not in texts


def test_an_area_without_a_value_is_in_the_key():
    texts = _texts(draw(_choropleth()))
    assert texts[texts.index("no data") + 1] == "1 area"


def test_a_map_without_any_value_is_all_hatched():
    figure = _choropleth()
    bare = _figure("choropleth", figure.frame.assign(value=MISSING), **figure.options)
    texts = _texts(draw(bare))
    assert texts[texts.index("no data") + 1] == "16 areas"


def test_lines_without_emphasis_all_carry_their_names():
    frame = pd.DataFrame(
        [(x, x * i, f"B{i}") for i in range(1, 13) for x in (1, 2)], columns=["x", "y", "series"]
    )
    assert {f"B{i}" for i in range(1, 13)} <= set(_texts(draw(_figure("lines", frame))))


def test_panels_share_one_key_and_carry_their_own_events():
    frame = _lines().frame
    both = pd.concat([frame.assign(panel="North"), frame.assign(panel="South")])
    texts = _texts(draw(_figure("lines", both, panel_events={"South": [(2005, "Begins")]})))
    assert (texts.count("The city"), texts.count("Begins")) == (1, 1)


def test_panels_of_the_same_rows_name_the_rows_once():
    frame = _coefficients().frame
    both = pd.concat([frame.assign(panel="Need"), frame.assign(panel="Turnout")])
    assert _texts(draw(_figure("coefficients", both))).count("With controls") == 1


def test_a_diverging_map_is_even_about_zero():
    words = " ".join(_texts(draw(_choropleth(ramp="diverging"))))
    low, high = re.search(r"−(\d+) to under (\d+)", words).groups()
    assert low == high


@pytest.mark.parametrize(("ramp", "ruled"), [("diverging", 2), ("sequential", 0)])
def test_the_lower_side_of_a_diverging_map_is_told_without_colour_too(ramp, ruled):
    lines = re.findall(r"fill: none; stroke: #ffffff", draw(_choropleth(ramp=ramp)))
    assert len(lines) == 2 * ruled  # the map's areas and the key's swatch


def test_neighbouring_categories_are_told_without_colour_too():
    frame = pd.DataFrame({"code": _grid()["code"], "value": ["a", "b", "c", "d"] * 4})
    kinds = dataclasses.replace(_choropleth(ramp="category"), frame=frame)
    lines = re.findall(r"fill: none; stroke: #ffffff", draw(kinds))
    assert len(lines) == 2 * len(["b", "d"])


def test_a_class_of_a_map_is_one_path():
    filled = re.findall(r"<path d=\"[^\"]*\"[^>]*fill: #0b4a52", draw(_choropleth()))
    assert len(filled) == 2  # the map's areas and the key's swatch


def test_more_classes_than_colours_are_refused():
    with pytest.raises(ValueError, match="at most 5 classes"):
        draw(_choropleth(breaks=[-5, -4, -3, -2, -1, 0]))


def test_identified_links_are_solid_and_adjusted_ones_dashed():
    svg = draw(_cycle())
    assert len(re.findall(r"stroke-dasharray", svg)) == 2 + 1  # two links and the key


def test_a_link_without_words_or_estimate_says_so():
    assert "not estimable" in _texts(draw(_cycle()))


def test_dots_stand_in_falling_order():
    rows = [text for text in _texts(draw(_dots())) if text.startswith("Ward")]
    assert rows == ["Ward 4", "Ward 3", "Ward 2", "Ward 1", "Ward 0"]


def test_lying_bars_carry_their_values_with_a_true_minus():
    assert {"60.5%", "−39.5%"} <= set(_texts(draw(_bars(horizontal=True))))


def test_labels_that_collide_are_moved_apart_and_keep_their_order():
    placed = spread([10.0, 10.1, 10.2, 30.0], 3.0, 0.0, 40.0)
    assert np.diff(placed).min() == pytest.approx(3.0)
    assert placed[1] == pytest.approx(10.1)
    assert placed[3] == 30.0


def test_wrapped_lines_are_no_wider_than_asked():
    lines = wrap("Community activity, one standard deviation higher than elsewhere", 30.0)
    assert " ".join(lines) == "Community activity, one standard deviation higher than elsewhere"
    assert max(text_width(line) for line in lines) <= 30.0


def test_a_small_map_counts_the_sectors_of_each_part_and_leaves_out_empty_ones():
    words = " ".join(_texts(draw(_locator())))
    assert "Near: 1" in words
    assert "Ruled out" not in words


def test_a_place_without_neighbours_ruled_out_has_no_tint_in_its_key():
    assert "Too near" not in " ".join(_texts(draw(_locator(zone=None))))


def test_charts_side_by_side_have_scales_of_their_own():
    words = _texts(draw(_panels()))
    assert {"Pounds", "Per cent", "£5,000"} <= set(words)


def test_lines_of_one_series_are_one_path():
    assert draw(_panels()).count("#c3c9cc") == 2  # the lines, and their mark in the key


def test_the_ring_of_the_cover_is_as_sure_as_its_steps():
    svg = draw_emblem(_cycle())
    assert svg.count("stroke-dasharray") == 2  # the two that are adjusted
    assert svg.count(f'stroke="{PALE}"') == 2  # by definition, and not estimable
    assert draw_emblem(None).count(f'stroke="{PALE}"') == 5
