"""What is no run of ours is not typeset; `test_report` typesets one that is."""

import pytest

from neighbourhood_equity.data.errors import InputError
from neighbourhood_equity.report_templates.commands.report import typeset_run


def test_a_folder_without_results_is_refused(tmp_path):
    (tmp_path / "run").mkdir()
    with pytest.raises(InputError, match="run the study again"):
        typeset_run(tmp_path / "run", "full", quiet=True)
