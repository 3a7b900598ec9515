"""Scores, completeness and roles against won and lost."""

import tomllib

import altair as alt
import polars as pl

from rolecall.charts.parts import (
    INTERVAL_TIPS,
    LINES,
    SCORE_TIPS,
    bands,
    percent_text,
    score_x,
    share_axis,
    tips,
    wrapped,
)
from rolecall.charts.theme import FAINT, FOUND, INK, MUTED, PAPER, WON, layered
from rolecall.intervals import merge_bins, with_share_interval
from rolecall.study import Study


def score_distribution(study: Study) -> alt.LayerChart:
    """Groups by engagement under the model of the study: won below, lost on top."""
    won, groups = pl.col("won"), pl.col("groups")
    parts = pl.concat(
        [
            study.scores.with_columns(outcome=pl.lit("won"), bottom=pl.lit(0, pl.Int64), top=won),
            study.scores.with_columns(outcome=pl.lit("lost"), bottom=won, top=groups),
        ]
    )
    colours = alt.Scale(domain=["won", "lost"], range=[WON, FAINT])
    bars = alt.Chart(parts).mark_rect(stroke=PAPER, strokeWidth=0.5)
    return layered(
        bars.encode(
            x=score_x(study),
            x2="high:Q",
            y=alt.Y("bottom:Q", axis=alt.Axis(title="groups", tickCount=4)),
            y2="top:Q",
            color=alt.Color("outcome:N", scale=colours, legend=alt.Legend(offset=30)),
            tooltip=SCORE_TIPS,
        ),
        height=220,
        description="Won and lost groups by engagement",
    )


def share_won(study: Study) -> alt.LayerChart:
    """Share won along the score with intervals, each step at least a tenth of the groups; dashed: the share of all."""
    table = with_share_interval(merge_bins(study.scores))
    overall = study.scores.select(share_won=pl.col("won").sum() / pl.col("groups").sum()).fill_nan(None)
    overall = overall.with_columns(text=pl.format("all groups {}", percent_text(pl.col("share_won"))))
    share = alt.Y("share_won:Q", axis=share_axis("share won"))
    low = alt.Y("share_low:Q", axis=share_axis("share won"))
    steps = alt.Chart(table).encode(x=score_x(study), x2="high:Q", tooltip=[*SCORE_TIPS, *INTERVAL_TIPS])
    label = alt.Chart(overall).mark_text(color=MUTED, align="right", dx=-2, dy=-7)
    return layered(
        alt.Chart(overall).mark_rule(color=MUTED, strokeDash=[2, 3]).encode(y=share),
        steps.mark_rect(color=WON, opacity=0.2).encode(y=low, y2="share_high:Q"),
        steps.mark_rule(color=WON, strokeWidth=2.5).encode(y=share),
        label.encode(y=share, x=alt.value("width"), text="text:N"),
        height=220,
        description="Share won along the engagement score",
    )


def completeness(study: Study) -> alt.LayerChart:
    """Share won in each band of completeness, with its interval and the number of groups."""
    low, high = pl.col("low").cast(pl.Int64), pl.col("high").cast(pl.Int64)
    band = pl.when(low == high).then(low.cast(pl.String)).otherwise(pl.format("{}–{}", low, high))
    groups = pl.col("groups").map_elements(lambda n: f"{n:,}", return_dtype=pl.String)
    table = with_share_interval(study.completeness).with_columns(
        band=band, label=pl.concat_str(band, groups, separator="\n"), text=percent_text(pl.col("share_won"))
    )
    axis = alt.Axis(title="completeness [%], and number of groups", labelExpr=LINES, labelAngle=0)
    base = alt.Chart(table).encode(
        x=alt.X("label:N", sort=None, axis=axis),
        tooltip=[
            alt.Tooltip("band:N", title="completeness [%]"),
            *tips(",", won="won", lost="lost"),
            *tips(".1%", share_won="share won"),
            *INTERVAL_TIPS,
        ],
    )
    room = alt.Scale(domain=[0, 1.1 * max(table["share_high"].drop_nulls(), default=1)], nice=False)
    share, bottom, top = (
        alt.Y(f"{column}:Q", scale=room, axis=share_axis("share won"))
        for column in ("share_won", "share_low", "share_high")
    )
    return layered(
        base.mark_bar(color=WON, opacity=0.55, width=alt.RelativeBandSize(band=0.6)).encode(y=share),
        base.mark_rule(color=INK, strokeWidth=1.5).encode(y=bottom, y2="share_high:Q"),
        base.mark_text(dy=-6, baseline="bottom", fontWeight="bold").encode(y=top, text="text:N"),
        height=240,
        description="Share won by band of completeness",
    )


def coverage(study: Study) -> alt.LayerChart:
    """Share won of groups in which a role is filled, and of those in which it is missing; labels say how often."""
    table = study.coverage.with_columns(
        label=pl.format("{}\nfilled in {}", wrapped("role", 18), percent_text(pl.col("filled")))
    )
    looks = {"role filled": (WON, "won_if_filled"), "role missing": (FAINT, "won_if_missing")}
    points = pl.concat(
        table.select("role", "label", "members", "filled", share=pl.col(column), kind=pl.lit(kind))
        for kind, (_, column) in looks.items()
    ).drop_nulls("share")
    y = bands(sort=table["label"].to_list())
    axis = share_axis("share won")
    colours = alt.Scale(domain=list(looks), range=[colour for colour, _ in looks.values()])
    return layered(
        alt.Chart(table)
        .mark_rule(color=FAINT, strokeWidth=2)
        .encode(y=y, x=alt.X("won_if_missing:Q", axis=axis), x2="won_if_filled:Q"),
        alt.Chart(points)
        .mark_point(filled=True, size=130, opacity=1)
        .encode(
            y=y,
            x=alt.X("share:Q", axis=axis),
            color=alt.Color("kind:N", scale=colours),
            tooltip=[
                alt.Tooltip("role:N", title="role"),
                alt.Tooltip("kind:N", title="groups with the"),
                *tips(".1%", share="share won", filled="filled in"),
                *tips(".2f", members="members, mean"),
            ],
        ),
        height=alt.Step(56),
        description="Share won of groups with a role filled and with it missing",
    )


def reliability(study: Study) -> alt.LayerChart:
    """Probabilities of winning, and what then happened, with intervals; on the dashed line a probability is right."""
    table = study.reliability.drop_nulls(["predicted", "observed"])
    top = max([*table["predicted"], *table["observed_high"].drop_nulls(), 0.05])
    scale = alt.Scale(domain=[0, min(1.0, top * 1.05)], nice=False)
    right = pl.DataFrame({"predicted": [0.0, scale.domain[1]], "observed": [0.0, scale.domain[1]]})
    x = alt.X("predicted:Q", scale=scale, axis=share_axis("probability of winning"))
    axis = share_axis("share won")
    base = alt.Chart(table).encode(
        x=x,
        tooltip=[
            *tips(".1%", predicted="probability", observed="won", observed_low="from", observed_high="to"),
            *tips(",", groups="groups"),
        ],
    )
    y, low = (alt.Y(f"{name}:Q", scale=scale, axis=axis) for name in ("observed", "observed_low"))
    return layered(
        alt.Chart(right).mark_line(color=MUTED, strokeDash=[2, 3], strokeWidth=1).encode(x=x, y=y),
        base.mark_rule(color=WON, strokeWidth=2).encode(y=low, y2="observed_high:Q"),
        base.mark_point(filled=True, color=WON, opacity=1, size=80).encode(y=y),
        height=280,
        description="Predicted probabilities of winning against the share won",
    )


def capacity(study: Study) -> alt.LayerChart:
    """Profit for each group there is, by the share of groups handed to sales; the dashed line is their capacity."""
    x = alt.X("share:Q", axis=share_axis("share of the groups handed to sales"))
    y = alt.Y("profit:Q", axis=alt.Axis(title="profit per group", format=".3~f", tickCount=5))
    tooltip = [
        *tips(".0%", share="handed off"),
        *tips(".4f", profit="profit per group"),
        *tips(".1%", precision="won of these", recall="of the won"),
    ]
    line = alt.Chart(study.capacity).encode(x=x, y=y, tooltip=tooltip)
    return layered(
        alt.Chart(capacity_rule(study)).mark_rule(color=MUTED, strokeDash=[2, 3]).encode(x=x),
        alt.Chart(pl.DataFrame({"profit": [0.0]})).mark_rule(color=FAINT).encode(y=y),
        line.mark_line(color=FOUND, strokeWidth=2.5),
        line.mark_point(size=120, opacity=0),
        height=240,
        description="Profit by the share of groups handed to sales",
    )


def reach(study: Study) -> alt.LayerChart:
    """Of the groups handed to sales the share won, and of the won the share handed off."""
    names = {"precision": "won, of those handed off", "recall": "handed off, of those won"}
    table = study.capacity.unpivot(list(names), index="share", variable_name="what", value_name="of").drop_nulls("of")
    table = table.with_columns(kind=pl.col("what").replace(names))
    x = alt.X("share:Q", axis=share_axis("share of the groups handed to sales"))
    y = alt.Y("of:Q", scale=alt.Scale(domain=[0, 1]), axis=share_axis("share"))
    colours = alt.Scale(domain=list(names.values()), range=[WON, FOUND])
    line = alt.Chart(table).encode(
        x=x,
        y=y,
        color=alt.Color("kind:N", scale=colours, legend=alt.Legend(offset=30, columns=1, symbolType="stroke", symbolStrokeWidth=2.5)),
        tooltip=[alt.Tooltip("kind:N", title="what"), *tips(".0%", share="handed off"), *tips(".1%", of="share")],
    )
    return layered(
        alt.Chart(capacity_rule(study)).mark_rule(color=MUTED, strokeDash=[2, 3]).encode(x=x),
        line.mark_line(strokeWidth=2.5),
        line.mark_point(size=120, opacity=0),
        height=240,
        description="Precision and recall by the share of groups handed to sales",
    )


def capacity_rule(study: Study) -> pl.DataFrame:
    """The share that sales can take, as the specification says; no rows when it does not."""
    try:
        share = tomllib.loads(study.recipe.specification)["hand_off"]["capacity"]
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        share = None
    known = isinstance(share, int | float) and not isinstance(share, bool)
    return pl.DataFrame({"share": [float(share)] if known else []}, schema={"share": pl.Float64})
