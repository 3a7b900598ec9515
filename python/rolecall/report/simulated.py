"""What captions say of a simulation: over how many replicates, and which arms are told apart or left out."""

import polars as pl

from rolecall.charts.parts import distinct
from rolecall.charts.simulations import in_colour, judged_by
from rolecall.study import Study


def said(study: Study, confidence: str) -> dict[str, str]:
    """By placeholder; sentences begin with a space, and are empty where they do not hold."""
    one = study.summary.replicates == 1
    arms, daily = study.tables.get("arms"), study.tables.get("daily")
    undefined = [] if arms is None else arms.filter(pl.col("mean").is_null(), kpi=judged_by(study))["arm"].to_list()
    every = [] if daily is None else distinct(daily, "arm")
    many = daily is not None and len(in_colour(study)) < len(every)
    return {
        "mean": "one replicate, so that there are no intervals" if one else f"mean over replicates, with {confidence} intervals",
        "averaged": "" if one else ", mean over replicates",
        "scale": "; on one scale for all arms" if len(every) > 1 else "",
        "sure": "" if one else " Arms see the same seeds, so that their differences are surer than they look.",
        "idle": f" Without a value: {', '.join(undefined)}." if undefined else "",
        "few": " Of so many arms the first, the best and the oracle are in colour, with their intervals." if many else "",
    }
