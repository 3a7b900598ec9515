"""Small statistics that reports need beside what a study records."""

from typing import Any

import numpy as np
import polars as pl

from rolecall.study import Study

Matrix = np.ndarray[Any, np.dtype[np.float64]]

CHUNK = 10_000
"""Candidates whose replicates are looked at together: bounds the memory."""


def with_share_interval(table: pl.DataFrame, z: float = 1.959964) -> pl.DataFrame:
    """Adds share_low and share_high: the Wilson interval of share_won, groups taken as independent; 95 % by default.

    Null where there are no groups. Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    n, p = pl.col("groups"), pl.col("share_won")
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt() / (1 + z * z / n)
    return table.with_columns(share_low=centre - half, share_high=centre + half)


def merge_bins(scores: pl.DataFrame, parts: int = 10) -> pl.DataFrame:
    """Neighbouring bins of `study.scores` joined until each holds at least one of `parts` equal shares of the groups.

    A bin is never split, so that one with more than a share stands for itself. None without groups.
    """
    total = scores["groups"].sum()
    if total == 0:
        return scores.clear()
    part, taken, numbers = 0, 0, []
    for groups in scores["groups"]:
        if taken * parts >= total:
            part, taken = part + 1, 0
        taken += groups
        numbers.append(part)
    whole = part if taken * parts >= total else part - 1  # what is left at the end goes to the part before
    merged = (
        scores.with_columns(part=pl.Series(numbers).clip(upper_bound=whole))
        .group_by("part", maintain_order=True)
        .agg(pl.col("low").first(), pl.col("high").last(), pl.col("won", "lost", "groups").sum())
        .drop("part")
    )
    return merged.with_columns(share_won=pl.col("won") / pl.col("groups"))


def near_best(study: Study) -> pl.Series:
    """Which candidates cannot be told from the best one: the interval of the difference in train AUC, paired by
    replicate and at the confidence of the study, holds 0. One bool for each trial; the best is near itself.

    Replicates in which either has no AUC are left out; where none is left, nothing tells the two apart.
    """
    low = (1 - study.summary.confidence) / 2
    best = study.replicates[study.best_trial]
    parts = -(-len(study.replicates) // CHUNK)
    bounds = [percentiles(best - rows, (low, 1 - low)) for rows in np.array_split(study.replicates, parts)]
    below, above = np.concatenate(bounds, axis=1)
    near = ~((below > 0) | (above < 0))
    near[study.best_trial] = True
    return pl.Series("near_best", near)


def percentiles(values: Matrix, shares: tuple[float, ...]) -> Matrix:
    """Percentiles of each row, NaNs left out; NaN where nothing is left. A row for each share (in 0 … 1).

    Interpolates between order statistics: Hyndman & Fan (1996), doi:10.2307/2684934, type 7.
    """
    ordered = np.sort(values, axis=1)  # NaNs stand last
    last = np.maximum(np.isfinite(values).sum(axis=1) - 1, 0)
    rows = np.arange(len(values))
    found = []
    for share in shares:
        at = share * last
        below = np.floor(at).astype(int)
        above = np.minimum(below + 1, last)
        found.append(ordered[rows, below] + (at - below) * (ordered[rows, above] - ordered[rows, below]))
    return np.array(found)
