"""Charts of a study. Each is an alt.LayerChart as wide as its container, with tooltips; save or change it at will.

A table, or a name in it, that the study has not raises FormatError, which says those that it has.
"""

from rolecall.charts.compared import gains, models, optimism
from rolecall.charts.generic import obvious
from rolecall.charts.kinds import (
    best_of_sweep,
    bias,
    crossed,
    estimates,
    flips,
    gains_of_policies,
    gains_of_readings,
    honesty,
    methods,
    pairs,
    policies,
    power,
    purchases,
    regret,
    sweep,
)
from rolecall.charts.outcomes import (
    capacity,
    completeness,
    coverage,
    reach,
    reliability,
    score_distribution,
    share_won,
)
from rolecall.charts.roles import role_reliability, role_risk
from rolecall.charts.searches import parameters, search
from rolecall.charts.simulations import course, funnel, kpi_of_arms, occupancy

__all__ = [
    "best_of_sweep",
    "bias",
    "capacity",
    "completeness",
    "course",
    "coverage",
    "crossed",
    "estimates",
    "flips",
    "funnel",
    "gains",
    "gains_of_policies",
    "gains_of_readings",
    "honesty",
    "kpi_of_arms",
    "methods",
    "models",
    "obvious",
    "occupancy",
    "optimism",
    "pairs",
    "parameters",
    "policies",
    "power",
    "purchases",
    "reach",
    "regret",
    "reliability",
    "role_reliability",
    "role_risk",
    "score_distribution",
    "search",
    "share_won",
    "sweep",
]
