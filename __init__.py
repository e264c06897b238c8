"""Neighbourhood equity: coproduction, social capital and house prices, estimated and reported.

In a notebook, ``import neighbourhood_equity as ne`` gives the names below; what stands behind one
is imported when it is first asked for (PEP 562), so that the import itself costs next to nothing.
They take tables and column names, and return records with ``tidy()``. `docs/front_door.md` lists
them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .data.sales import market_sales as market_sales
    from .data.sales import read_price_paid as read_price_paid
    from .models.association.correlated_effects import correlated_effects as correlated_effects
    from .models.association.cross_section import cross_section as cross_section
    from .models.association.decomposition import gelbach as gelbach
    from .models.association.multilevel import multilevel as multilevel
    from .models.association.panel import panel as panel
    from .models.association.panel import random_effects as random_effects
    from .models.estimate import Estimate as Estimate
    from .models.inference.cluster_robust import cluster_robust as cluster_robust
    from .models.inference.cluster_robust import leave_one_cluster_out as leave_one_cluster_out
    from .models.inference.cluster_robust import two_way_clustered as two_way_clustered
    from .models.inference.multiplicity import holm as holm
    from .models.inference.multiplicity import romano_wolf as romano_wolf
    from .models.inference.wild_bootstrap import wild_cluster_bootstrap as wild_bootstrap
    from .models.loop.anderson_rubin import anderson_rubin as anderson_rubin
    from .models.loop.identification import Instruments as Instruments
    from .models.loop.instruments import limited_information as liml
    from .models.loop.instruments import moments as gmm
    from .models.loop.instruments import two_stage as iv_2sls
    from .models.prices.characteristics import Characteristics as Characteristics
    from .models.prices.price_index import price_index as price_index
    from .models.prices.small_area_frames import fay_herriot_of as fay_herriot
    from .models.programmes.staggered_frames import staggered_of as staggered
    from .models.programmes.synthetic_frames import synthetic_control_of as synthetic_control
    from .models.programmes.synthetic_frames import synthetic_did_of as synthetic_did
    from .models.robustness.sensitivity import oster as oster
    from .models.robustness.sensitivity import robustness as robustness_value
    from .models.robustness.specification_curve import Universe as Universe
    from .models.robustness.specification_curve import specification_curve as specification_curve
    from .models.spatial.conley import ConleyRule as ConleyRule
    from .models.spatial.conley import conley as conley
    from .models.spatial.impacts import impacts as impacts
    from .models.spatial.spatial_frames import moran_of as moran
    from .models.spatial.spatial_frames import neighbours_of as neighbours
    from .models.spatial.spatial_models import spatial_model as spatial_model
    from .models.specification import Specification as Specification
    from .report_templates.commands.notebook import read_study as read_study
    from .report_templates.commands.notebook import run as run
    from .report_templates.commands.notebook import simulate_city as simulate_city
    from .report_templates.commands.notebook import typeset as typeset

__version__ = "0.1.0"

_BEHIND = {
    "Specification": "models.specification:Specification",
    "Estimate": "models.estimate:Estimate",
    "cross_section": "models.association.cross_section:cross_section",
    "panel": "models.association.panel:panel",
    "random_effects": "models.association.panel:random_effects",
    "correlated_effects": "models.association.correlated_effects:correlated_effects",
    "multilevel": "models.association.multilevel:multilevel",
    "gelbach": "models.association.decomposition:gelbach",
    "Instruments": "models.loop.identification:Instruments",
    "iv_2sls": "models.loop.instruments:two_stage",
    "liml": "models.loop.instruments:limited_information",
    "gmm": "models.loop.instruments:moments",
    "anderson_rubin": "models.loop.anderson_rubin:anderson_rubin",
    "cluster_robust": "models.inference.cluster_robust:cluster_robust",
    "two_way_clustered": "models.inference.cluster_robust:two_way_clustered",
    "leave_one_cluster_out": "models.inference.cluster_robust:leave_one_cluster_out",
    "wild_bootstrap": "models.inference.wild_bootstrap:wild_cluster_bootstrap",
    "holm": "models.inference.multiplicity:holm",
    "romano_wolf": "models.inference.multiplicity:romano_wolf",
    "robustness_value": "models.robustness.sensitivity:robustness",
    "oster": "models.robustness.sensitivity:oster",
    "Universe": "models.robustness.specification_curve:Universe",
    "specification_curve": "models.robustness.specification_curve:specification_curve",
    "Characteristics": "models.prices.characteristics:Characteristics",
    "price_index": "models.prices.price_index:price_index",
    "fay_herriot": "models.prices.small_area_frames:fay_herriot_of",
    "synthetic_control": "models.programmes.synthetic_frames:synthetic_control_of",
    "synthetic_did": "models.programmes.synthetic_frames:synthetic_did_of",
    "staggered": "models.programmes.staggered_frames:staggered_of",
    "ConleyRule": "models.spatial.conley:ConleyRule",
    "conley": "models.spatial.conley:conley",
    "neighbours": "models.spatial.spatial_frames:neighbours_of",
    "moran": "models.spatial.spatial_frames:moran_of",
    "spatial_model": "models.spatial.spatial_models:spatial_model",
    "impacts": "models.spatial.impacts:impacts",
    "read_price_paid": "data.sales:read_price_paid",
    "market_sales": "data.sales:market_sales",
    "simulate_city": "report_templates.commands.notebook:simulate_city",
    "read_study": "report_templates.commands.notebook:read_study",
    "run": "report_templates.commands.notebook:run",
    "typeset": "report_templates.commands.notebook:typeset",
}
"""Where each name of the front door is made, as ``module:name``."""

__all__ = [
    "Characteristics", "ConleyRule", "Estimate", "Instruments", "NeighbourhoodEquityError",
    "Specification", "Universe", "__version__", "anderson_rubin", "cluster_robust", "conley",
    "correlated_effects", "cross_section", "fay_herriot", "gelbach", "gmm", "holm", "impacts",
    "iv_2sls", "leave_one_cluster_out", "liml", "market_sales", "moran", "multilevel",
    "neighbours", "oster", "panel", "price_index", "random_effects", "read_price_paid",
    "read_study", "robustness_value", "romano_wolf", "run", "simulate_city", "spatial_model",
    "specification_curve", "staggered", "synthetic_control", "synthetic_did",
    "two_way_clustered", "typeset", "wild_bootstrap",
]  # fmt: skip


class NeighbourhoodEquityError(Exception):
    """The root of every fault that a user can mend.

    It says what was found, what was expected and what to do, and is shown without a traceback.
    """


if not TYPE_CHECKING:

    def __getattr__(name):
        if name not in _BEHIND:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, _, inside = _BEHIND[name].partition(":")
        globals()[name] = getattr(import_module(f".{module}", __name__), inside)
        return globals()[name]


def __dir__() -> list[str]:
    return __all__
