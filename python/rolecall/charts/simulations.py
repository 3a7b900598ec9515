"""What becomes of a world under several policies."""

import altair as alt
import polars as pl

from rolecall.charts.generic import curves, matrix, whiskers
from rolecall.charts.parts import thinned, tips
from rolecall.charts.searches import finite
from rolecall.charts.theme import FAINT, FOUND, MUTED, TRUTH, WON, layered
from rolecall.study import Study

FUNNEL = [MUTED, FOUND, TRUTH, WON, FAINT]
BEFORE = ("funnel_none", "funnel_a", "funnel_b")
"""Most groups, most of the time: the others would not be seen."""


def kpi_of_arms(study: Study, kpi: str = "won_revenue_per_sales_hour") -> alt.LayerChart:
    """A KPI of every arm: mean over replicates, with its interval."""
    table = finite(study.table("arms")).filter(kpi=kpi).drop_nulls("mean")
    unit = table["unit"][0] if table.height else ""
    title = kpi.replace("_", " ") + (f" [{unit}]" if unit else "")
    plain = table.select(label="arm", at="mean", low="mean_low", high="mean_high")
    return layered(*whiskers(plain, title), height=alt.Step(44), description=f"{title} of every arm")


def course(study: Study, figure: str = "engagement") -> alt.LayerChart:
    """A figure day by day in every arm, mean over replicates, with its interval as a band; the upright line ends the
    burn-in, within which arms are alike."""
    table = finite(study.table("daily"))
    unit = study.tables.units("daily").get(figure, "")
    title = figure.replace("_", " ") + (f" [{unit}]" if unit else "")
    plain = table.select(label="arm", x="day", at=figure, low=f"{figure}_low", high=f"{figure}_high").drop_nulls("at")
    begin = alt.Chart(pl.DataFrame({"x": [0]})).mark_rule(color=MUTED, strokeDash=[2, 3]).encode(x="x:Q")
    return layered(
        begin, *curves(plain, "day", title, band=True, points=False), height=260, description=f"{title} of every arm, day by day"
    )


def funnel(study: Study, arm: str | None = None) -> alt.LayerChart:
    """Groups by where they stand in the funnel from their acceptance by sales on, day by day, mean over replicates of an
    arm (the first unless named)."""
    table = finite(study.table("panel"))
    arm = table["arm"][0] if arm is None and table.height else arm
    stages = [name for name in table.columns if name.startswith("funnel_") and name not in BEFORE]
    days = table.filter(pl.col("arm").eq_missing(pl.lit(arm))).group_by("day", maintain_order=True).agg(pl.col(stages).mean())
    names = {name: name.removeprefix("funnel_").upper() if len(name) == 8 else name.removeprefix("funnel_") for name in stages}
    plain = days.unpivot(stages, index="day", variable_name="stage", value_name="groups").drop_nulls("groups")
    plain = thinned(plain, "day").with_columns(stage=pl.col("stage").replace(names), order=pl.col("stage").replace_strict(
        {name: i for i, name in enumerate(stages)}, return_dtype=pl.Int64))  # fmt: skip
    colours = alt.Scale(domain=list(names.values()), range=FUNNEL)
    base = alt.Chart(plain).encode(
        x=alt.X("day:Q", axis=alt.Axis(title="day", tickCount=6, grid=False), scale=alt.Scale(nice=False, zero=False)),
        y=alt.Y("groups:Q", stack="zero", axis=alt.Axis(title="groups", tickCount=4, format=",.3~s")),
        order="order:O",
        color=alt.Color("stage:N", scale=colours, sort=None, legend=alt.Legend(offset=30)),
        tooltip=[alt.Tooltip("stage:N", title="in the funnel at"), *tips(",.4~g", day="day", groups="groups, mean")],
    )
    return layered(base.mark_area(opacity=0.75), height=240, description=f"Groups by place in the funnel, day by day, in the arm {arm}")


def occupancy(study: Study, funnel: str | None = None) -> alt.LayerChart:
    """Where people are: the share of a persona's person-days that it spends at a stage of the journey while its group
    stands at a place of the funnel (the first unless named), in the first arm. Shades compare over the whole funnel."""
    table = finite(study.table("occupancy"))
    table = table.filter(pl.col("arm") == pl.col("arm").first())
    funnel = table["funnel"][0] if funnel is None and table.height else funnel
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
