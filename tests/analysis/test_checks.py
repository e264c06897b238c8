"""Checks and report look at a study and its folder through one door, and tell all at once."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.analysis.checks import check_inputs, scope_of
from neighbourhood_equity.analysis.inputs import open_folder, read_inputs
from neighbourhood_equity.analysis.study import (
    SourceWords,
    Study,
    StudyError,
    find_study,
    read_study,
)
from neighbourhood_equity.data import measures
from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.tables import house_price_index
from neighbourhood_equity.report_templates.commands.data_commands import print_checks

EVENTS = "coproduction/coproduction_events_mine.csv"
HEAD = (
    "place,area_geography,area_code,kind,organisation,start_year,start_latest,end_year,intensity,"
    "intensity_unit,source_url,date_certainty,note\n"
)
EVENT = "brokered with communities,Trust,2005,,,,,https://example.org,year,\n"
SURVEY = "social_capital/survey_2024.csv"
ASKED = "area,geography,period,indicator,direction,respondents,agreeing,percent,design_effect\n"


@pytest.fixture(scope="module")
def study() -> Study:
    """The simulated city's study, of a small city."""
    shipped = read_study(find_study("simulated_city"))
    return changed(shipped, "geography", expected={})


@pytest.fixture(scope="module")
def folder(small_city: Path) -> DataFolder:
    return DataFolder(small_city)


def changed(study: Study, part: str, **values: object) -> Study:
    return study.model_copy(update={part: getattr(study, part).model_copy(update=values)})


def stopped(study: Study, folder: DataFolder) -> str:
    return " ".join(
        f"{check.sentence}: {check.detail}" for check in check_inputs(study, folder) if check.stops
    )


def controlling(study: Study, column: str) -> Study:
    """The study with one more control in its last step."""
    *first, last = study.cross_section.steps
    more = last.model_copy(update={"controls": [*last.controls, column]})
    return changed(study, "cross_section", steps=[*first, more])


@pytest.fixture
def own(small_city: Path, tmp_path: Path) -> Path:
    """A folder of one's own with the small city's files."""
    shutil.copytree(small_city, tmp_path / "own", copy_function=os.link)
    return tmp_path / "own"


def test_a_sound_study_passes_and_is_read(study: Study, folder: DataFolder) -> None:
    assert stopped(study, folder) == ""
    assert len(read_inputs(study, folder).areas) == 120


def test_names_in_a_study_are_held_against_the_record_and_the_wards(
    study: Study, folder: DataFolder
) -> None:
    place = read_inputs(study, folder).places["place"].iloc[0]
    slips = changed(
        study,
        "coproduction",
        not_counted={place[:-1]: "a slip"},
        began_before_data=["Nowhere"],
        case_studies=["Atlantis"],
    )
    told = stopped(changed(slips, "geography", named_places=["Atlantic"]), folder)
    assert f"coproduction.not_counted is a place on record: '{place[:-1]}' is not. Did you" in told
    assert f"'{place}'" in told
    assert "'Nowhere' is not." in told
    assert "'Atlantis' is not." in told
    assert "geography.named_places is a ward of the boundaries: 'Atlantic' is not." in told


def test_all_that_stops_a_study_is_told_by_the_report_at_once(
    study: Study, folder: DataFolder
) -> None:
    leeds = study.model_copy(update={"city": "Leeds"})
    leeds = changed(leeds, "geography", district="E08000035", named_places=["Roundhay"])
    with pytest.raises(DataError) as fault:
        read_inputs(leeds, folder)
    told = "\n".join(fault.value.faults)
    assert "it is of 'E08900001'. Give the files of the study's district" in told
    assert "'Roundhay' is not." in told


def test_the_source_of_a_declared_control_is_needed(study: Study) -> None:
    assert {"imd_2025", "price_paid"} <= set(scope_of(study).needed)
    sectors = changed(study, "prices", small_areas="sectors")
    assert "price_paid" not in scope_of(sectors).needed


@pytest.fixture(params=["sales_by_type"])
def new_column(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[str]:
    """A column that someone has just declared, of a source that the small city does not hold."""
    declared = measures.variables()
    row = declared[declared["column"] == "owned"].assign(column="green", source_id=request.param)
    with monkeypatch.context() as patched:
        every = pd.concat([declared, row])
        patched.setattr(measures, "variables", lambda: every)
        measures.measures.cache_clear()
        yield "green"
    measures.measures.cache_clear()


def test_a_new_control_whose_file_is_missing_is_told_before_anything_is_estimated(
    study: Study, folder: DataFolder, new_column: str
) -> None:
    told = stopped(controlling(study, new_column), folder)
    assert "'House prices: local authority' is in the data folder: not there." in told


@pytest.mark.parametrize("new_column", ["cni_2023"], indirect=True)
def test_a_declared_control_that_no_table_holds_is_told(
    study: Study, folder: DataFolder, new_column: str
) -> None:
    with pytest.raises(StudyError, match="'green' is declared, but the table of areas lacks it"):
        read_inputs(controlling(study, new_column), folder)


def test_the_index_is_that_of_the_district_where_the_file_holds_more(
    study: Study, own: Path
) -> None:
    (path,) = (own / "prices").glob("uk_hpi_*")
    rows = pd.read_csv(path, dtype=str)
    path.unlink()
    england = rows.assign(AreaCode="E92000001", RegionName="England", AveragePrice="1")
    pd.concat([england, rows]).to_csv(own / "prices" / "uk_hpi_full_file.csv", index=False)
    inputs = read_inputs(study, open_folder(study, own))
    index = house_price_index(inputs.folder, study.geography.district)
    assert index["average_price"].gt(1).all()
    assert len(index) == len(rows)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (f"Riverside,,,{EVENT}", "none of 1 has. Fill area_geography"),
        (
            f"Riverside,ward22,E05000001,{EVENT}",
            "codes are not in the lookup's ward22: 'E05000001'",
        ),
        (f"A (x),ward22,W,{EVENT}A (y),ward22,W,{EVENT}", "'A (x)', 'A (y)' differ by capitals"),
    ],
)
def test_a_record_that_cannot_be_used_is_told(
    study: Study, own: Path, rows: str, told: str
) -> None:
    ward = DataFolder(own).read("lsoa21_ward22")["ward22"].iloc[0]
    (own / EVENTS).write_text(HEAD + rows.replace("ward22,W,", f"ward22,{ward},"), "utf-8")
    assert told in stopped(study, open_folder(study, own))


def test_a_survey_of_a_single_ward_is_told(study: Study, own: Path) -> None:
    ward = DataFolder(own).read("lsoa21_ward22")["ward22"].iloc[0]
    (own / SURVEY).write_text(f"{ASKED}{ward},ward22,2024,NI 4,1,100,38,,\n", "utf-8")
    assert "it is known for a single area" in stopped(study, open_folder(study, own))


def test_the_command_says_what_stops_the_report(
    study: Study, own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = (own / "prices").glob("ons_cpi*")
    path.unlink()
    text = find_study("simulated_city").read_text(encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace('city = "Simulated City"', 'city = "Leeds"'), encoding="utf-8")
    assert not print_checks(str(mine), own)
    told = capsys.readouterr().out
    assert "FAIL cpi: 'Consumer Prices Index, all items (D7BT)' is in the data folder" in told
    assert "the study 'Leeds'" in told
    assert told.splitlines()[-1].endswith("failed.")


def test_real_files_do_not_pass_as_a_simulated_city(study: Study, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="holds no simulated city"):
        open_folder(study, tmp_path)


@pytest.mark.parametrize("changes", [{}, {"district": "E08000035"}])
def test_birminghams_files_are_of_birmingham(shared_data: Path, changes: dict[str, object]) -> None:
    study = changed(read_study(find_study("birmingham")), "geography", **changes)
    told = stopped(study, open_folder(study, shared_data))
    assert ("it is of 'E08000025'" in told) is bool(changes)
    assert bool(told) is bool(changes)


def test_words_on_an_unknown_source_are_told(study: Study, folder: DataFolder) -> None:
    told = stopped(
        study.model_copy(update={"sources": {"uk_hpy": SourceWords(note="made up")}}), folder
    )
    assert "Each name under sources is a source's id: 'uk_hpy' is not." in told
    assert "Did you mean 'uk_hpi'" in told
