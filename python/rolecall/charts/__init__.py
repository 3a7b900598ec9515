"""Charts of a study. Each is an alt.LayerChart as wide as its container, with tooltips; save or change it at will."""

from rolecall.charts.compared import gains, models
from rolecall.charts.outcomes import completeness, coverage, score_distribution, share_won
from rolecall.charts.weights import search, shares

__all__ = ["completeness", "coverage", "gains", "models", "score_distribution", "search", "share_won", "shares"]
