import datetime

import pandas as pd
import pytest

from neighbourhood_equity.report_templates.formats import (
    format_date,
    format_number,
    format_unit,
)


@pytest.mark.parametrize(
    ("value", "format", "written"),
    [
        (1234567, "count", "1,234,567"),
        (1995, "year", "1995"),
        (1995.0, "year", "1995"),
        (-1.26, "number1", "−1.3"),
        (-0.04, "number1", "0.0"),
        (2.345, "percent1", "2.3%"),
        (-12.0, "percent0", "−12%"),
        (250000.4, "pounds", "£250,000"),
        (-250, "pounds", "−£250"),
        (241_600, "thousands", "242"),
        (-1_234_567_890, "millions", "−1,235"),
        (0.0004, "number3", "<0.001"),
        (-0.0004, "number3", ">−0.001"),
        (0.0, "number3", "0.000"),
        (float("nan"), "number2", "–"),
        (None, "text", "–"),
        (pd.NA, "count", "–"),
        (pd.NaT, "year", "–"),
        ("Aston", "text", "Aston"),
    ],
)
def test_a_cell_is_written(value, format, written):
    assert format_number(value, format) == written


@pytest.mark.parametrize(
    ("value", "unit", "places", "written"),
    [
        (1.34, "percent", None, "1.3%"),
        (1.34, "percent", 0, "1%"),
        (-1.34, "points", None, "−1.3 percentage points"),
        (1234.4, "pounds", None, "£1,234"),
        (999_499, "pounds", None, "£999,000"),
        (54_000_000, "pounds", 0, "£54 million"),
        (-1_250_000, "pounds", 2, "−£1.25 million"),
        (104_912_000_000, "pounds", None, "£105 billion"),
        (0.349, "number", None, "0.35"),
        (0.349, "number", 3, "0.349"),
        (4.66, "ratio", None, "4.7"),
        (2024, "year", None, "2024"),
        ("Sutton Four Oaks", "text", None, "Sutton Four Oaks"),
    ],
)
def test_a_finding_is_written_in_its_unit(value, unit, places, written):
    assert format_unit(value, unit, places) == written


def test_a_date_is_british():
    assert format_date(datetime.date(2026, 3, 4)) == "4 March 2026"
