"""Scores, completeness and roles against won and lost."""

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
from rolecall.charts.theme import FAINT, INK, MUTED, PAPER, WON, layered
from rolecall.intervals import merge_bins, with_share_interval
from rolecall.study import Study


def score_distribution(study: Study) -> alt.LayerChart:
    """Groups by engagement under the best model: won below, lost on top."""
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
