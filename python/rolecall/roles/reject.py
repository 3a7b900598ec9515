"""Saying nothing rather than something wrong: what a threshold on the probability costs and spares."""

import numpy as np
import polars as pl

FEWEST = 30
"""Rows that must pass a threshold for the error among them to count."""


def risk_coverage(confidence: np.ndarray, right: np.ndarray) -> pl.DataFrame:
    """A row for each threshold that makes a difference, descending: threshold, accepted (rows at or above it), coverage
    (their share), error (share wrong of these).

    El-Yaniv and Wiener (2010), On the foundations of noise-free selective classification, JMLR 11.
    """
    rows = pl.DataFrame({"threshold": confidence, "wrong": ~right}).group_by("threshold")
    table = rows.agg(pl.len().alias("rows"), pl.col("wrong").sum()).sort("threshold", descending=True)
    accepted, wrong = pl.col("rows").cum_sum(), pl.col("wrong").cum_sum()
    return table.select("threshold", accepted=accepted, coverage=accepted / len(confidence), error=wrong / accepted)


def threshold_for(curve: pl.DataFrame, max_error: float) -> float:
    """The lowest threshold that at least 30 rows pass with no more than this share wrong; infinite when there is none,
    which gives no role to anybody."""
    good = curve.filter((pl.col("error") <= max_error) & (pl.col("accepted") >= FEWEST))["threshold"]
    return float(good.tail(1).item()) if len(good) else float("inf")


def accept_across(
    confidence: np.ndarray, right: np.ndarray, fold: np.ndarray, max_error: float, fixed: float | None
) -> np.ndarray:
    """n bools: what the option lets through when each fold's threshold is chosen on the other folds, or is fixed."""
    if fixed is not None:
        return np.asarray(confidence >= fixed)
    accepted = np.zeros(len(confidence), bool)
    for k in np.unique(fold):
        inside = fold == k
        others = risk_coverage(confidence[~inside], right[~inside])
        accepted[inside] = confidence[inside] >= threshold_for(others, max_error)
    return accepted
