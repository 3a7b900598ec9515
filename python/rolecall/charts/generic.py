"""A chart of any table whose columns say what it could be."""

import altair as alt
import polars as pl

from rolecall.charts.parts import bands, padded, wrapped
from rolecall.charts.searches import finite
from rolecall.charts.theme import DEFAULT, FOUND, INK, MUTED, TRUTH, WON, layered

MOST_BANDS = 40
PALETTE = [FOUND, DEFAULT, TRUTH, WON, INK, MUTED]


def obvious(table: pl.DataFrame, units: dict[str, str] | None = None) -> alt.LayerChart | None:
    """The first column that has an interval (`x` with `x_low` and `x_high`), against what stands before it: names as
    bands, a number as an axis with a line for each name. None where the columns do not say how."""
    table = finite(table)
    value = next((name for name in table.columns if {f"{name}_low", f"{name}_high"} <= set(table.columns)), None)
    if value is None:
        return None
    before = table.columns[: table.columns.index(value)]
    names = [name for name in before if table[name].dtype == pl.String and table[name].n_unique() > 1]
    numbers = [name for name in before if table[name].dtype.is_numeric() and table[name].n_unique() > 1]
    table = table.drop_nulls(value).with_columns(
        pl.col(f"{value}_low").fill_null(pl.col(value)), pl.col(f"{value}_high").fill_null(pl.col(value))
    )
    if table.height < 2:
        return None
    title = value + (f" [{units[value]}]" if units and units.get(value) else "")
    if numbers and (not names or table.select(names).unique().height <= len(PALETTE)):
        return lines(table, numbers[-1], [*names, *numbers[:-1]], value, title, (units or {}).get(numbers[-1], ""))
    if names and table.height <= MOST_BANDS and table.select(names).is_duplicated().sum() == 0:
        return whiskers(table, names, value, title)
    return None


def whiskers(table: pl.DataFrame, names: list[str], value: str, title: str) -> alt.LayerChart:
    said = table.with_columns(label=pl.concat_str(names, separator=", ")).with_columns(label=wrapped("label", 24))
    plain = said.select("label", at=value, low=f"{value}_low", high=f"{value}_high")
    scale = padded([*plain["low"], *plain["high"]])
    axis = alt.Axis(title=title, tickCount=5, format=".3~g")
    base = alt.Chart(plain).encode(y=bands(plain["label"].to_list()), tooltip=tips_of(title))
    at, low = (alt.X(f"{name}:Q", scale=scale, axis=axis) for name in ("at", "low"))
    return layered(
        base.mark_rule(strokeWidth=2, color=FOUND).encode(x=low, x2="high:Q"),
        base.mark_point(filled=True, size=90, opacity=1, color=FOUND).encode(x=at),
        base.mark_text(dy=-12, fontWeight="bold").encode(x=at, text=alt.Text("at:Q", format=".4~g")),
        height=alt.Step(44),
        description=f"{title} with its interval",
    )


def lines(table: pl.DataFrame, number: str, names: list[str], value: str, title: str, unit: str) -> alt.LayerChart:
    series = pl.concat_str(pl.col(names).cast(pl.String).fill_null("–"), separator=", ") if names else pl.lit("")
    plain = table.select(label=series, x=number, at=value, low=f"{value}_low", high=f"{value}_high").drop_nulls("x")
    kinds = plain["label"].unique(maintain_order=True).to_list()
    axis = alt.Axis(title=number + (f" [{unit}]" if unit else ""), tickCount=6, grid=False)
    x = alt.X("x:Q", axis=axis, scale=alt.Scale(zero=False, padding=8))
    colour = alt.Color(
        "label:N",
        scale=alt.Scale(domain=kinds, range=[PALETTE[i % len(PALETTE)] for i in range(len(kinds))]),
        legend=alt.Legend(offset=30, columns=2) if len(kinds) > 1 else None,
    )
    y_axis = alt.Axis(title=title, tickCount=5, format=".3~g")
    base = alt.Chart(plain).encode(x=x, color=colour, tooltip=tips_of(title, number))
    at, low = (alt.Y(f"{name}:Q", scale=alt.Scale(zero=False), axis=y_axis) for name in ("at", "low"))
    return layered(
        base.mark_rule(strokeWidth=1.5, opacity=0.6).encode(y=low, y2="high:Q"),
        base.mark_line(strokeWidth=2).encode(y=at),
        base.mark_point(filled=True, size=70, opacity=1).encode(y=at),
        height=280,
        description=f"{title} with its interval, by {number}",
    )


def tips_of(title: str, number: str = "") -> list[alt.Tooltip]:
    of = [alt.Tooltip("label:N", title="of")] + ([alt.Tooltip("x:Q", title=number)] if number else [])
    return of + [alt.Tooltip(f"{c}:Q", title=t, format=".4~g") for c, t in
                 {"at": title, "low": "from", "high": "to"}.items()]  # fmt: skip
