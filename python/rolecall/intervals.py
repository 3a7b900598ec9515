"""Small statistics that reports need beside what a study records."""

import polars as pl


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
