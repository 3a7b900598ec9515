"""Small statistics that reports need beside what a study records."""

import numpy as np
import polars as pl

from rolecall.study import Study


def with_share_interval(table: pl.DataFrame, z: float = 1.959964) -> pl.DataFrame:
    """Adds share_low and share_high: the Wilson interval of share_won, groups taken as independent; 95 % by default.

    Null where there are no groups. Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    n, p = pl.col("groups"), pl.col("share_won")
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt() / (1 + z * z / n)
    return table.with_columns(share_low=centre - half, share_high=centre + half)


def merge_bins(scores: pl.DataFrame, parts: int = 10) -> pl.DataFrame:
    """Neighbouring bins of `study.scores` joined until each holds about one of `parts` equal shares of the groups."""
    total = scores["groups"].sum()
    if total == 0:
        return scores.clear()
    before = pl.col("groups").cum_sum() - pl.col("groups")
    merged = (
        scores.with_columns(part=(before * parts / total).floor())
        .group_by("part", maintain_order=True)
        .agg(pl.col("low").first(), pl.col("high").last(), pl.col("won", "lost", "groups").sum())
        .filter(pl.col("groups") > 0)
        .drop("part")
    )
    return merged.with_columns(share_won=pl.col("won") / pl.col("groups"))


def near_best(study: Study) -> pl.Series:
    """Which candidates cannot be told from the best one: the interval of the difference in train AUC, paired by
    replicate and at the confidence of the study, holds 0. One bool for each trial; the best is near itself."""
    low = 100 * (1 - study.summary.confidence) / 2
    difference = study.replicates[study.best_trial] - study.replicates
    bounds = np.percentile(difference, [low, 100 - low], axis=1)
    return pl.Series("near_best", (bounds[0] <= 0) & (bounds[1] >= 0))
