"""Charts of shapes that many tables have: numbers with intervals by name, along a number, and by two names."""

import textwrap
from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from rolecall.charts.parts import FIGURES, PERCENT, TICKS, bands, padded, thinned, wrapped
from rolecall.charts.searches import finite
from rolecall.charts.theme import DEFAULT, FAINT, FOUND, INK, MUTED, OCHRE, PAPER, ROSE, TRUTH, WON, layered

MOST_BANDS = 40
PALETTE = [FOUND, DEFAULT, TRUTH, WON, ROSE, OCHRE, INK, MUTED]
NOT_NAMES = {"description", "verdict", "unit"}
"""Columns of texts that tell no rows apart."""


def obvious(table: pl.DataFrame, units: dict[str, str] | None = None) -> alt.LayerChart | None:
    """The first column that has an interval (`x` with `x_low` and `x_high`), against what stands before it: names as
    bands, a number as an axis with a line for each name. None where the columns do not say how."""
    table = finite(table)
    value = next((name for name in table.columns if {f"{name}_low", f"{name}_high"} <= set(table.columns)), None)
    if value is None:
        return None
    before = [name for name in table.columns[: table.columns.index(value)] if name not in NOT_NAMES]
    table = table.drop_nulls(value)
    names = [name for name in before if table[name].dtype == pl.String and table[name].n_unique() > 1]
    numbers = [name for name in before if table[name].dtype.is_numeric() and table[name].n_unique() > 1]
    if table.height < 2:
        return None
    title = value + (f" [{units[value]}]" if units and units.get(value) else "")
    whole = table.select(at=value, low=f"{value}_low", high=f"{value}_high")
    more = [[], *([*names, *numbers[1 : n + 1]] for n in range(len(numbers)))]
    series = next((of for of in more if numbers and is_key(table, [*of, numbers[0]])), None)
    if series is not None:
        label = pl.concat_str(pl.col(series).cast(pl.String).fill_null("–"), separator=", ") if series else pl.lit("")
        plain = whole.with_columns(label=table.select(label=label).to_series() if series else label, x=table[numbers[0]])
        if plain["label"].n_unique() <= len(PALETTE):
            unit = (units or {}).get(numbers[0], "")
            x_title = numbers[0] + (f" [{unit}]" if unit and unit != numbers[0] else "")
            said = f"{title} with its interval, by {numbers[0]}"
            return layered(*curves(plain, x_title, title), height=280, description=said)
    if names and table.height <= MOST_BANDS and is_key(table, names):
        plain = whole.with_columns(label=table.select(label=pl.concat_str(names, separator=", ")).to_series())
        return layered(*whiskers(plain, title), height=alt.Step(44), description=f"{title} with its interval")
    return None


def is_key(table: pl.DataFrame, columns: list[str]) -> bool:
    return not table.select(columns).is_duplicated().any()


def whiskers(plain: pl.DataFrame, title: str, *, form: str = FIGURES, zero: bool = False) -> list[alt.Chart]:
    """A band for each `label`, a dot at `at`, on its interval from `low` to `high`; a rule at 0 if asked for."""
    plain = filled(plain).with_columns(label=wrapped("label", 24))
    scale = padded([*plain["low"], *plain["high"], *([0.0] if zero else [])])
    axis = alt.Axis(title=textwrap.wrap(title, 32), tickCount=5, format=TICKS)
    at, low = (alt.X(f"{name}:Q", scale=scale, axis=axis) for name in ("at", "low"))
    base = alt.Chart(plain).encode(y=bands(plain["label"].to_list()), tooltip=tips_of(title))
    rule = alt.Chart(pl.DataFrame({"at": [0.0]})).mark_rule(color=MUTED, strokeDash=[2, 3]).encode(x=at)
    return [
        *([rule] if zero else []),
        base.mark_rule(strokeWidth=2, color=FOUND).encode(x=low, x2="high:Q"),
        base.mark_point(filled=True, size=90, opacity=1, color=FOUND).encode(x=at),
        base.mark_text(dy=-12, fontWeight="bold").encode(x=at, text=alt.Text("at:Q", format=form)),
    ]


def curves(
    plain: pl.DataFrame,
    x_title: str,
    y_title: str,
    *,
    log: bool = False,
    shares: tuple[bool, bool] = (False, False),
    looks: Mapping[str, str] | None = None,
    band: bool = False,
    points: bool = True,
    y_scale: alt.Scale | None = None,
) -> list[alt.Chart]:
    """A line of `at` along `x` for each `label`, with its interval from `low` to `high` as a bar, or a `band`; points where
    there is one `x` alone.

    `looks`: colours by label, of which those named get a key; `shares`: whether x and y are shares, shown in percent.
    """
    plain = thinned(filled(plain.drop_nulls("x")), "x")
    labels = plain["label"].unique(maintain_order=True).to_list()
    looks = looks or dict(zip(labels, PALETTE, strict=False))
    keyed = [label for label in looks if label in labels]
    single = plain["x"].n_unique() == 1
    x_ticks = plain["x"].unique().sort().to_list() if log and plain["x"].n_unique() <= 10 else None
    x = alt.X(
        "x:Q",
        axis=alt.Axis(title=x_title, tickCount=6, grid=False, values=x_ticks or alt.Undefined, **number(shares[0], ",.6~g")),
        scale=alt.Scale(type="log", padding=8, nice=False) if log else alt.Scale(zero=False, padding=8, nice=False),
    )  # fmt: skip
    y_axis = alt.Axis(title=y_title, tickCount=5, **number(shares[1], TICKS))
    columns = 3 if sum(map(len, keyed)) < 36 else alt.expr("width < 400 ? 1 : 2")
    colour = alt.Color(
        "label:N",
        scale=alt.Scale(domain=[*keyed, *(c for c in labels if c not in looks)],
                        range=[*(looks[c] for c in keyed), *(FAINT for c in labels if c not in looks)]),
        legend=alt.Legend(offset=30, columns=columns, values=keyed, symbolOpacity=1) if len(labels) > 1 else None,
    )  # fmt: skip
    base = alt.Chart(plain).encode(x=x, color=colour, detail="label:N", tooltip=tips_of(y_title, x_title))
    at, low = (alt.Y(f"{name}:Q", scale=y_scale or alt.Scale(zero=False), axis=y_axis) for name in ("at", "low"))
    between = base.mark_area(opacity=0.14) if band and not single else base.mark_rule(strokeWidth=1.5, opacity=0.6)
    return [
        between.encode(y=low, y2="high:Q"),
        base.mark_line(strokeWidth=2).encode(y=at),
        base.mark_point(filled=True, size=70, opacity=1 if points or single else 0).encode(y=at),
    ]


def matrix(cells: pl.DataFrame, x_title: str | None, y_title: str | None, tips: list[alt.Tooltip]) -> list[alt.Chart]:
    """A cell for each `column` and `row` in the order of the table, of a `colour`, an `opacity` and a `text`; the text
    is left out where there is no room for it."""
    columns, rows = (cells[name].unique(maintain_order=True).to_list() for name in ("column", "row"))
    angle = -40 if max(map(len, columns), default=0) > 5 else 0
    base = alt.Chart(cells).encode(
        x=alt.X("column:N", sort=columns, axis=alt.Axis(title=x_title, labelAngle=angle, grid=False)),
        y=alt.Y("row:N", sort=rows, axis=alt.Axis(title=y_title, grid=False)),
        tooltip=tips,
    )
    colour, opacity = alt.Color("colour:N", scale=None), alt.Opacity("opacity:Q", scale=None)
    longest = cells["text"].str.len_chars().max()
    room = f"width > {(6 * longest + 4 if isinstance(longest, int) else 30) * max(len(columns), 1)} ? 1 : 0"
    return [
        base.mark_rect(stroke=PAPER, strokeWidth=1).encode(color=colour, opacity=opacity),
        base.mark_text(fontSize=11, opacity=alt.expr(room)).encode(text="text:N"),
    ]


def number(share: bool, form: str) -> dict[str, Any]:
    """How an axis writes its numbers."""
    return {"labelExpr": PERCENT} if share else {"format": form}


def filled(plain: pl.DataFrame) -> pl.DataFrame:
    """An interval that is not known as no longer than its point."""
    return plain.with_columns(pl.col("low").fill_null(pl.col("at")), pl.col("high").fill_null(pl.col("at")))


def tips_of(title: str, number: str = "") -> list[alt.Tooltip]:
    of = [alt.Tooltip("label:N", title="of")] + ([alt.Tooltip("x:Q", title=number)] if number else [])
    return of + [alt.Tooltip(f"{c}:Q", title=t, format=FIGURES) for c, t in
                 {"at": title, "low": "from", "high": "to"}.items()]  # fmt: skip
