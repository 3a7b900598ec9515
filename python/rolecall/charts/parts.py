"""Axes, tooltips and labels that charts share."""

import re
import textwrap
from collections.abc import Sequence
from typing import Any, TypeVar

import altair as alt
import polars as pl

from rolecall.charts.theme import LINE_HEIGHT
from rolecall.errors import FormatError
from rolecall.study import Study

T = TypeVar("T", str, float)

LINES = "split(datum.label, '\\n')"
PERCENT = "format(100 * datum.value, '.0f') + ' %'"


def chosen(study: Study, table: str, what: str, name: T | None, names: Sequence[T]) -> T | None:
    """`name`, or the first of `names` unless named. Raises FormatError, with all `names`, when it is not among them."""
    if name is None:
        return names[0] if names else None
    if name not in names:
        has = ", ".join(map(str, names)) or "none"
        raise FormatError(study.path, f"the {what} {name} is missing", f"The table {table} has {has}.")
    return name


def distinct(table: pl.DataFrame, column: str) -> list[Any]:
    """Values of a column in the order of the table."""
    return table[column].unique(maintain_order=True).to_list()


def wrapped(column: str, width: int) -> pl.Expr:
    """Texts of a column broken into lines of at most `width` characters where words allow."""
    return pl.col(column).map_elements(lambda t: "\n".join(textwrap.wrap(t, width, break_on_hyphens=False)) or t, return_dtype=pl.String)


def percent_text(share: pl.Expr, digits: int = 0) -> pl.Expr:
    """Shares as texts, `23 %`; null where the share is."""
    rounded = (100 * share).fill_nan(None).round(digits)
    return pl.format("{} %", rounded if digits else rounded.cast(pl.Int64))


def padded(values: list[float], by: float = 0.06) -> alt.Scale:
    """A scale over the range of values, a little wider on both sides."""
    values = values or [0.0, 1.0]
    room = (max(values) - min(values)) * by or 0.01
    return alt.Scale(domain=[min(values) - room, max(values) + room], nice=False, zero=False)


def bands(sort: list[str] | None = None) -> alt.Y:
    """A band for each `label`, in the order of the table; labels of several lines are centred on their band."""
    lines = f"length({LINES})"
    offsets = [{"test": f"{lines} == {n}", "value": -(n - 1) * LINE_HEIGHT / 2} for n in (2, 3, 4, 5)]
    axis = alt.Axis(title=None, labelExpr=LINES, labelOffset={"condition": offsets, "value": 0})
    return alt.Y("label:N", sort=sort, axis=axis)


MOST_ROWS = 5000
"""That Altair puts into a chart."""


def thinned(table: pl.DataFrame, x: str) -> pl.DataFrame:
    """All rows at every k-th value of `x`, the first and the last among them; k is the least with which they fit into a chart."""
    values = table[x].unique().sort()
    for step in range(1, values.len()):
        kept = table.filter(pl.col(x).is_in(pl.concat([values[::step], values[-1:]]).implode()))
        if kept.height <= MOST_ROWS:
            return kept
    return table


NAMES = {
    "auc": "AUC",
    "pr_auc": "PR AUC",
    "ndcg": "NDCG",
    "brier": "Brier score",
    "log_loss": "log loss",
    "calibration_error": "calibration error",
    "profit": "profit per group",
} | {f"lift_at_{n}": f"lift at {n} %" for n in (5, 10, 20)}
"""Metrics as people write them."""

WEIGHT = re.compile(r'(?:role|activity)\.("?)(.+)\1\.weight(?:ing)?')


def objective_name(metric: str | None) -> str:
    return NAMES.get(metric or "auc", metric or "AUC")


def parameter_label(name: str) -> str:
    """A weight by its role or activity, another part of a model as files have it."""
    found = WEIGHT.fullmatch(name)
    return found[2] if found else name


TICKS = ",.12~g"
"""How an axis writes numbers that are round: as they are, thousands apart."""
FIGURES = ",.4~r"
"""How a label or a tooltip writes a number: four figures, and no exponent."""


def share_axis(title: str) -> alt.Axis:
    return alt.Axis(title=title, labelExpr=PERCENT, tickCount=4)


def score_x(study: Study) -> alt.X:
    """Engagement, from the lowest bin to the highest."""
    domain = [*study.scores["low"].head(1), *study.scores["high"].tail(1)]
    axis = alt.Axis(title="engagement under the model of the study", format=",.0f", grid=False, tickCount=6)
    return alt.X("low:Q", scale=alt.Scale(domain=domain, nice=False), axis=axis)


def tips(form: str, **titles: str) -> list[alt.Tooltip]:
    """Tooltips of numeric columns in one number format: column = title."""
    return [alt.Tooltip(f"{column}:Q", title=title, format=form) for column, title in titles.items()]


SCORE_TIPS = [
    *tips(",.0f", low="engagement from", high="engagement to"),
    *tips(",", won="won", lost="lost"),
    *tips(".1%", share_won="share won"),
]
INTERVAL_TIPS = tips(".1%", share_low="share from", share_high="share to")
