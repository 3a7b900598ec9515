"""Charts of a study. Each is an alt.LayerChart as wide as its container, with tooltips; save or change it at will."""

from rolecall.charts.compared import gains, models, optimism
from rolecall.charts.generic import obvious
from rolecall.charts.outcomes import (
    capacity,
    completeness,
    coverage,
    reach,
    reliability,
    score_distribution,
    share_won,
)
from rolecall.charts.searches import parameters, search

__all__ = [
    "capacity",
    "completeness",
    "coverage",
    "gains",
    "models",
    "obvious",
    "optimism",
    "parameters",
    "reach",
    "reliability",
    "score_distribution",
    "search",
    "share_won",
]
