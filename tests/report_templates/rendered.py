"""A template's words from made records alone, without a run."""

import re
from collections.abc import Iterable

from neighbourhood_equity.analysis.derived import derived
from neighbourhood_equity.analysis.graph import Made, names_of, nodes
from neighbourhood_equity.report_templates.captions import Caption
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.environment import environment_of
from neighbourhood_equity.report_templates.exhibits import Body, Missing
from neighbourhood_equity.report_templates.quoting import Quoting
from neighbourhood_equity.report_templates.reasons import reason_words

CAPTION = Caption("Title", "Measure", "Note", "Alternative")


def rendered(template: str, bodies: Iterable[Body | Missing] = (), **records) -> str:
    """The text of ``template``, such as ``valuing/text.md.j2``, tags and marks of links taken out.

    Parameters
    ----------
    bodies : the exhibits that it shows
    records : the results that it asks for, by their names
    """
    made = {name: Made(nodes()[name], record, ()) for name, record in records.items()}
    findings = {one.name: one for one in derived(made, (), reason_words).findings}
    every = tuple(bodies)
    shown = {one.id: one.captioned(CAPTION, "") for one in every if not isinstance(one, Missing)}
    missing = {one.id: one.because for one in every if isinstance(one, Missing)}
    quoting = Quoting(findings, shown, names_of(records), missing)
    chapter = next(one for one in FULL.chapters if one.name == template.split("/")[0])
    words = quoting.plain_functions(template) if "captions" in template else {}
    environment = environment_of(plain="captions" in template)
    text = environment.get_template(template).render(
        **records, **(words or quoting.functions(chapter)), city="Made", passage=lambda name: ""
    )
    return re.sub(r"<[^>]*>", "", text)
