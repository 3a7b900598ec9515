"""The search, and what it found."""

import altair as alt
import polars as pl

from rolecall.charts.parts import FIGURES, bands, chosen, distinct, objective_name, parameter_label, share_axis, tips, wrapped
from rolecall.charts.theme import DASHED, DEFAULT, FAINT, FOUND, INK, PAPER, TRUTH, layered
from rolecall.study import Study

SHOWN = 2_000
"""Candidates that the chart of a search has room for."""


def parameters(study: Study, unit: str | None = None) -> alt.LayerChart:
    """What was searched of one unit (the first unless named): the default, what was found, the truth where known.

    The bar is the interval of what was fitted, or else the range of the best over replicates. What has no bound is
    left out.
    """
    table = finite(study.parameters)
    unit = chosen(study, "parameters", "unit", unit, distinct(table, "unit")) or ""
    table = table.filter(unit=unit).with_columns(
        label=pl.col("parameter").map_elements(parameter_label, return_dtype=pl.String)
    )
    table = table.with_columns(label=wrapped("label", 20 if table.height <= 12 else 28))
    lines = max((label.count("\n") + 1 for label in table["label"]), default=1)
    upright_bar = "M-.17-1H.17V1H-.17Z"
    looks = {"default": (DEFAULT, upright_bar), "found": (FOUND, "circle"), "truth": (TRUTH, "diamond")}
    looks = {name: look for name, look in looks.items() if table[name].is_not_null().any()}
    points = table.unpivot(
        list(looks), index=["parameter", "label"], variable_name="kind", value_name="at"
    ).drop_nulls("at")
    is_share = unit.startswith("share of")
    axis = share_axis(unit) if is_share else alt.Axis(title=unit or None, tickCount=5)
    form = ".1%" if is_share else FIGURES
    colours = alt.Scale(domain=list(looks), range=[colour for colour, _ in looks.values()])
    shapes = alt.Scale(domain=list(looks), range=[shape for _, shape in looks.values()])
    of = alt.Tooltip("parameter:N", title="parameter")
    span = alt.Chart(table).mark_rule(color=FOUND, strokeWidth=8, opacity=0.25, strokeCap="round")
    return layered(
        span.encode(
            y=bands(table["label"].to_list()),
            x=alt.X("found_low:Q", axis=axis),
            x2="found_high:Q",
            tooltip=[of, *tips(form, found="found", found_low="from", found_high="to")],
        ),
        alt.Chart(points)
        .mark_point(filled=True, opacity=1)
        .encode(
            y=bands(table["label"].to_list()),
            x=alt.X("at:Q", axis=axis),
            color=alt.Color("kind:N", scale=colours),
            shape=alt.Shape("kind:N", scale=shapes),
            size=alt.condition(alt.datum.kind == "default", alt.value(320), alt.value(110)),
            tooltip=[of, alt.Tooltip("kind:N", title="model"), *tips(form, at="value")],
        ),
        height=alt.Step(46 if table.height <= 12 else max(34, 15 * lines + 6)),
        description=f"What was searched, {unit or 'without a unit'}: default, found, truth",
    )


def search(study: Study) -> alt.LayerChart:
    """The last search, candidate by candidate, by what it saw; the line is the best so far, the dashed one the default.

    Of more than 2,000 candidates it shows a sample, the same every time. Those judged on a sample of the account trees
    are fainter. What is far below the others lies under the edge.
    """
    table = last_search(study)
    name = objective_name(study.summary.objective)
    whole = table.filter(sample=1)
    tried = table.filter(origin="search")
    best = whole.filter(pl.col("origin") != "truth").with_columns(best=pl.col("value").cum_max())
    best = best.filter((pl.col("best") != pl.col("best").shift(1)).fill_null(True))
    if whole.height:
        end = best.tail(1).with_columns(trial=pl.lit(table["trial"].max(), dtype=table["trial"].dtype))
        best = pl.concat([best, end])
    values = tried["value"] if tried.height else table["value"]
    references = table.filter(pl.col("origin") != "search")
    low = min(values.quantile(0.05) or 0, *references["value"].to_list() or [1e300])
    high = max(table["value"].max() or 1, low)
    room = (high - low) * 0.06 or 0.01
    scale = alt.Scale(domain=[low - room, high + room], nice=False, zero=False, clamp=True)
    x = alt.X("trial:Q", scale=alt.Scale(nice=False, padding=8), axis=alt.Axis(title="candidate", format=",.0f", grid=False, tickCount=6, tickMinStep=1))
    y = alt.Y("value:Q", scale=scale, axis=alt.Axis(title=f"{name}, as the search saw it", format=".3f", tickCount=5))
    looks = {
        "tried": (FAINT, "circle"),
        "default": (DEFAULT, "circle"),
        "equal": (INK, "square"),
        "truth": (TRUTH, "diamond"),
    }
    looks = {k: look for k, look in looks.items() if k == "tried" or k in table["origin"]}
    colours = alt.Scale(domain=list(looks), range=[colour for colour, _ in looks.values()])
    shapes = alt.Scale(domain=list(looks), range=[shape for _, shape in looks.values()])
    legend = alt.Legend(offset=30, symbolSize=90)
    dots = pl.concat([spread(tried, SHOWN), references]).with_columns(
        kind=pl.col("origin").replace("search", "tried"),
        size=pl.when(origin="search").then(24).otherwise(120),
        opacity=pl.when(pl.col("sample") < 1).then(0.35).otherwise(0.9),
    )
    return layered(
        alt.Chart(references.filter(origin="default").head(1)).mark_rule(**DASHED).encode(y=y),
        alt.Chart(dots)
        .mark_point(filled=True, stroke=PAPER, strokeWidth=0.5)
        .encode(
            x=x,
            y=y,
            color=alt.Color("kind:N", scale=colours, legend=legend),
            shape=alt.Shape("kind:N", scale=shapes, legend=legend),
            size=alt.Size("size:Q", scale=None, legend=None),
            opacity=alt.Opacity("opacity:Q", scale=None, legend=None),
            tooltip=[
                alt.Tooltip("kind:N", title="candidate"),
                alt.Tooltip("trial:Q", title="number"),
                *tips(".4f", value=name),
                *tips(".0%", sample="of the account trees"),
            ],
        ),
        alt.Chart(best)
        .mark_line(interpolate="step-after", color=FOUND, strokeWidth=2)
        .encode(x=x, y=alt.Y("best:Q", scale=scale)),
        height=300,
        description=f"{name} of {tried.height:,} candidates in the order they were tried, and the best so far",
    )


def last_search(study: Study) -> pl.DataFrame:
    """Trials of the search that found the best model, numbered from 0: trial, origin, value, sample."""
    trials = study.trials
    last = trials.filter(pl.col("search") == pl.col("search").last())
    return last.select("origin", "value", "sample").with_row_index("trial").drop_nulls("value")


def spread(table: pl.DataFrame, rows: int) -> pl.DataFrame:
    """At most so many rows from all over the table: row i stands where the fraction of i times the golden ratio does.

    Unlike every n-th row, these have no period in common with a grid.
    """
    place = (pl.int_range(pl.len()) * ((5**0.5 - 1) / 2)) % 1
    return table.filter(place.rank("ordinal") <= rows)


def finite(table: pl.DataFrame) -> pl.DataFrame:
    """Numbers without a bound, as null."""
    floats = [name for name, kind in table.schema.items() if kind.is_float()]
    return table.with_columns(pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in floats)
