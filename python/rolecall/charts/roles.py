"""How good inferred roles are: whether the probabilities hold, and what silence costs and spares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import polars as pl

from rolecall.charts.parts import share_axis, tips
from rolecall.charts.theme import FOUND, MUTED, layered

if TYPE_CHECKING:
    from rolecall.roles import RoleModel

POINTS = 400
"""Of a curve, at most."""


def role_reliability(model: RoleModel) -> alt.LayerChart:
    """Probability of the likeliest role, and how often it was the right one, on account trees not learnt from; dots are
    as large as their members are many, and on the dashed line a probability is right."""
    table = model.report.reliability
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("predicted:Q", scale=scale, axis=share_axis("probability of the likeliest role"))
    y = alt.Y("observed:Q", scale=scale, axis=share_axis("members who have it"))
    right = pl.DataFrame({"predicted": [0.0, 1.0], "observed": [0.0, 1.0]})
    dots = alt.Chart(table).mark_point(filled=True, color=FOUND, opacity=1)
    return layered(
        alt.Chart(right).mark_line(color=MUTED, strokeDash=[2, 3], strokeWidth=1).encode(x=x, y=y),
        alt.Chart(table).mark_line(color=FOUND, opacity=0.4).encode(x=x, y=y),
        dots.encode(
            x=x,
            y=y,
            size=alt.Size("rows:Q", scale=alt.Scale(range=[30, 260]), legend=None),
            tooltip=[*tips(".1%", predicted="probability", observed="who have the role"), *tips(",", rows="members")],
        ),
        height=280,
        description="Probabilities of roles against the share of members who have them",
    )


def role_risk(model: RoleModel) -> alt.LayerChart:
    """Share of roles given that are wrong, by the share of members who are given one as the threshold falls, on account
    trees not learnt from; the dot is the model's threshold."""
    curve = model.report.curve
    table = curve.gather_every(max(1, len(curve) // POINTS)).vstack(curve.tail(1)).unique("threshold").sort("coverage")
    x = alt.X("coverage:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=share_axis("members given a role"))
    y = alt.Y("error:Q", scale=alt.Scale(zero=True), axis=share_axis("of these wrong"))
    tooltip = [*tips(".3f", threshold="from probability"), *tips(".1%", coverage="given a role", error="of these wrong"),
               *tips(",", accepted="members")]  # fmt: skip
    chosen = curve.filter(pl.col("threshold") >= model.threshold).tail(1).with_columns(
        text=pl.format("from {} on", pl.col("threshold").round(2))
    )
    dot = alt.Chart(chosen).encode(x=x, y=y, tooltip=tooltip)
    line = alt.Chart(table).encode(x=x, y=y, tooltip=tooltip)
    return layered(
        line.mark_line(color=FOUND, strokeWidth=2.5, interpolate="step-before"),
        line.mark_point(size=120, opacity=0),
        dot.mark_point(filled=True, color=FOUND, size=110, opacity=1),
        dot.mark_text(color=FOUND, dx=9, dy=12, align="left", fontWeight="bold").encode(text="text:N"),
        height=240,
        description="Share of wrong roles by the share of members who are given one",
    )
