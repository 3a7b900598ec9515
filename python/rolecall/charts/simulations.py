"""What becomes of a world under several policies."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from rolecall.charts.generic import PALETTE, curves, matrix, whiskers
from rolecall.charts.parts import FIGURES, TICKS, chosen, distinct, thinned, tips
from rolecall.charts.searches import finite
from rolecall.charts.theme import FAINT, FOUND, MUTED, TRUTH, WON, layered
from rolecall.study import Study

ORACLE = "oracle"
"""The arm that knows who is in the market."""
FUNNEL = [MUTED, FOUND, TRUTH, WON, FAINT]
BEFORE = ("funnel_none", "funnel_a", "funnel_b")
"""Most groups, most of the time: the others would not be seen."""


def judged_by(study: Study) -> str:
    """The KPI that arms are compared by."""
    return str(study.summary.get("judged_by") or "won_revenue_per_sales_hour")


def kpi_of_arms(study: Study, kpi: str | None = None) -> alt.LayerChart:
    """A KPI (that by which arms are judged, unless named) of every arm that has it: mean over replicates, with its
    interval."""
    table = finite(study.table("arms"))
    kpi = kpi or judged_by(study)
    chosen(study, "arms", "KPI", kpi, distinct(table, "kpi"))
    table = table.filter(kpi=kpi).drop_nulls("mean")
    unit = table["unit"][0] if table.height else ""
    title = kpi.replace("_", " ") + (f" [{unit}]" if unit else "")
    plain = table.select(label="arm", at="mean", low="mean_low", high="mean_high")
    return layered(*whiskers(plain, title), height=alt.Step(44), description=f"{title} of every arm")


def course(study: Study, figure: str = "engagement", arms: Sequence[str] = ()) -> alt.LayerChart:
    """A figure day by day in every arm, mean over replicates, with its interval as a band; the upright line ends the
    burn-in. Before it nothing is sent or handed off: arms are alike there, but for what they change of the market or its
    buyers, such as content, from the first day on.

    `arms`: those in colour and with their interval, else all; where there are more than colours, the first, the best and
    the oracle.
    """
    table = finite(study.table("daily"))
    chosen(study, "daily", "figure", figure, [name for name in table.columns if f"{name}_low" in table.columns])
    unit = study.tables.units("daily").get(figure, "")
    title = figure.replace("_", " ") + (f" [{unit}]" if unit else "")
    looks = dict(zip(in_colour(study, arms), PALETTE, strict=False))
    told = pl.col("arm").is_in(list(looks))
    ends = {end: pl.when(told).then(f"{figure}_{end}").otherwise(figure) for end in ("low", "high")}
    plain = table.sort(told, maintain_order=True).select(label="arm", x="day", at=figure, **ends).drop_nulls("at")
    begin = alt.Chart(pl.DataFrame({"x": [0]})).mark_rule(color=MUTED, strokeDash=[2, 3]).encode(x="x:Q")
    lines = curves(plain, "day", title, looks=looks, band=True, points=False)
    return layered(begin, *lines, height=260, description=f"{title} of every arm, day by day")


def in_colour(study: Study, arms: Sequence[str] = ()) -> list[str]:
    """The arms of a course that stand out of the others."""
    every = distinct(study.table("daily"), "arm")
    for arm in arms:
        chosen(study, "daily", "arm", arm, every)
    few = [*every[:1], study.summary.get("best_arm"), ORACLE] if len(every) > len(PALETTE) else every
    return [arm for arm in every if arm in (arms or few)]


def funnel(study: Study, arm: str | None = None) -> alt.LayerChart:
    """Groups by where they stand in the funnel from their acceptance by sales on, day by day, mean over replicates of an
    arm (the first unless named). The scale is that of all arms."""
    table = finite(study.table("panel"))
    arm = chosen(study, "panel", "arm", arm, distinct(table, "arm"))
    stages = [name for name in table.columns if name.startswith("funnel_") and name not in BEFORE]
    every = table.group_by("arm", "day", maintain_order=True).agg(pl.col(stages).mean())
    top = every.select(pl.sum_horizontal(stages).max()).item() or 1.0
    days = every.filter(pl.col("arm").eq_missing(pl.lit(arm)))
    names = {name: name.removeprefix("funnel_").upper() if len(name) == 8 else name.removeprefix("funnel_") for name in stages}
    plain = days.unpivot(stages, index="day", variable_name="stage", value_name="groups").drop_nulls("groups")
    plain = thinned(plain, "day").with_columns(stage=pl.col("stage").replace(names), order=pl.col("stage").replace_strict(
        {name: i for i, name in enumerate(stages)}, return_dtype=pl.Int64))  # fmt: skip
    colours = alt.Scale(domain=list(names.values()), range=FUNNEL)
    base = alt.Chart(plain).encode(
        x=alt.X("day:Q", axis=alt.Axis(title="day", tickCount=6, grid=False), scale=alt.Scale(nice=False, zero=False)),
        y=alt.Y("groups:Q", stack="zero", scale=alt.Scale(domain=[0, top], nice=True), axis=alt.Axis(title="groups", tickCount=4, format=TICKS)),
        order="order:O",
        color=alt.Color("stage:N", scale=colours, sort=None, legend=alt.Legend(offset=30)),
        tooltip=[alt.Tooltip("stage:N", title="in the funnel at"), *tips(FIGURES, day="day", groups="groups, mean")],
    )
    shape = base.mark_area(opacity=0.75) if days.height > 1 else base.mark_bar(opacity=0.75)
    return layered(shape, height=240, description=f"Groups by place in the funnel, day by day, in the arm {arm}")


def occupancy(study: Study, funnel: str | None = None) -> alt.LayerChart:
    """Where people are: the share of a persona's person-days that it spends at a stage of the journey while its group
    stands at a place of the funnel (the first unless named), in the first arm. Shades compare over the whole funnel."""
    table = finite(study.table("occupancy"))
    table = table.filter(pl.col("arm") == pl.col("arm").first())
    funnel = chosen(study, "occupancy", "place", funnel, distinct(table, "funnel"))
    whole = table.group_by("persona", "stage", "funnel", maintain_order=True).agg(pl.col("person_days").sum())
    whole = whole.with_columns(share=pl.col("person_days") / pl.col("person_days").sum().over("persona")).fill_nan(None)
    most = whole["share"].max()
    top = most if isinstance(most, float) and most > 0 else 1.0
    cells = whole.filter(pl.col("funnel").eq_missing(pl.lit(funnel))).drop_nulls("share").select(
        "person_days", "share", column=pl.col("stage").cast(pl.String), row="persona", colour=pl.lit(FOUND),
        opacity=0.04 + 0.6 * (pl.col("share") / top).sqrt(),
        text=pl.col("share").map_elements(lambda share: f"{100 * share:.1f}", pl.String),
    )  # fmt: skip
    said = [
        alt.Tooltip("row:N", title="persona"), alt.Tooltip("column:N", title="journey stage"),
        *tips(".2%", share="of the persona's days"), *tips(",.0f", person_days="person-days"),
    ]  # fmt: skip
    return layered(
        *matrix(cells, "journey stage", None, said), height=alt.Step(30),
        description=f"Share of person-days by persona and journey stage, at {funnel} of the funnel",
    )  # fmt: skip
