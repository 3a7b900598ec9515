"""The search for role weights, and what it found."""

import altair as alt
import polars as pl

from rolecall.charts.parts import auc_axis, bands, share_axis, tips, wrapped
from rolecall.charts.theme import DASHED, DEFAULT, FAINT, FOUND, INK, MUTED, PAPER, TRUTH, layered
from rolecall.intervals import near_best
from rolecall.study import Study


SHOWN = 2_000
"""Candidates that the chart of a search has room for."""

NEAR, WORSE = "within noise of the best", "clearly worse"
"""Kinds of candidates without a name."""


def kinds(study: Study) -> pl.DataFrame:
    """Trials with their `kind`: best found, default, equal, truth, NEAR or WORSE; without weights."""
    kind = (
        pl.when(pl.col("trial") == study.best_trial)
        .then(pl.lit("best found"))
        .when(pl.col("origin") != "search")
        .then(pl.col("origin"))
        .when(near_best(study))
        .then(pl.lit(NEAR))
        .otherwise(pl.lit(WORSE))
    )
    return study.trials.drop("weight").with_columns(kind=kind)


def shown(table: pl.DataFrame) -> pl.DataFrame:
    """The candidates of `kinds` that the chart of a search shows: all, if there are no more than SHOWN.

    Otherwise those with a name, those near the best, and of the rest a sample that is the same every time; a sample
    of those near the best as well, if they alone would take most of the room.
    """
    if table.height <= SHOWN:
        return table
    near, worse = table.filter(kind=NEAR), table.filter(kind=WORSE)
    named = table.filter(~pl.col("kind").is_in([NEAR, WORSE]))
    room = SHOWN - named.height
    near = spread(near, max(room - worse.height, 3 * room // 4))
    return pl.concat([named, near, spread(worse, room - near.height)]).sort("trial")


def spread(table: pl.DataFrame, rows: int) -> pl.DataFrame:
    """At most so many rows from all over the table: row i stands where the fraction of i times the golden ratio does.

    Unlike every n-th row, these have no period in common with a grid.
    """
    place = (pl.int_range(pl.len()) * ((5**0.5 - 1) / 2)) % 1
    return table.filter(place.rank("ordinal") <= rows)


def search(study: Study) -> alt.LayerChart:
    """Every candidate by its AUC on the half that the search saw and on the half that it did not.

    Of more than 2,000 candidates it shows those near the best and a sample of the others. Candidates that cannot be
    told from the best (paired by replicate) are darker; dashed lines meet at the default role weights.
    """
    crowd = {WORSE: (FAINT, "circle"), NEAR: (MUTED, "circle")}
    named = {
        "best found": (FOUND, "circle"),
        "default": (DEFAULT, "circle"),
        "equal": (INK, "square"),
        "truth": (TRUTH, "diamond"),
    }
    table = shown(kinds(study))
    looks = {name: look for name, look in (crowd | named).items() if name in table["kind"]}
    legend = alt.Legend(columns=2, offset=30)
    x = alt.X("train_auc:Q", scale=alt.Scale(zero=False, padding=12), axis=auc_axis("AUC on the searched half"))
    y = alt.Y("test_auc:Q", scale=alt.Scale(zero=False, padding=12), axis=auc_axis("AUC on the test half"))
    colours = alt.Scale(domain=list(looks), range=[colour for colour, _ in looks.values()])
    shapes = alt.Scale(domain=list(looks), range=[shape for _, shape in looks.values()])
    base = alt.Chart(table).encode(
        x=x,
        y=y,
        color=alt.Color("kind:N", scale=colours, legend=legend),
        shape=alt.Shape("kind:N", scale=shapes, legend=legend),
        tooltip=[
            alt.Tooltip("kind:N", title="candidate"),
            alt.Tooltip("trial:Q", title="trial"),
            *tips(".4f", train_auc="searched half", train_low="from", train_high="to", test_auc="test half"),
        ],
    )
    default = alt.Chart(table.filter(kind="default").head(1))
    is_named = alt.FieldOneOfPredicate(field="kind", oneOf=list(named))
    return layered(
        default.mark_rule(**DASHED).encode(x=x),
        default.mark_rule(**DASHED).encode(y=y),
        base.transform_filter(~is_named).mark_point(filled=True, size=26, opacity=0.75),
        base.transform_filter(is_named).mark_point(filled=True, size=130, opacity=0.9, stroke=PAPER, strokeWidth=1.5),
        height=380,
        description=f"AUC of {table.height:,} of {study.trials.height:,} candidates on the searched half and on the "
        "test half",
    )


def shares(study: Study) -> alt.LayerChart:
    """Share of each role: the base model's, the one found, and the true one where it is known.

    The bar is the range of the best over replicates: shares of the candidates that came out best in them.
    """
    upright_bar = "M-.17-1H.17V1H-.17Z"
    looks = {"default": (DEFAULT, upright_bar), "found": (FOUND, "circle"), "truth": (TRUTH, "diamond")}
    table = study.roles.with_columns(label=wrapped("role", 18))
    looks = {name: look for name, look in looks.items() if table[name].is_not_null().any()}
    points = table.unpivot(list(looks), index=["role", "label"], variable_name="kind", value_name="share")
    axis = share_axis("share of the group score")
    colours = alt.Scale(domain=list(looks), range=[colour for colour, _ in looks.values()])
    shapes = alt.Scale(domain=list(looks), range=[shape for _, shape in looks.values()])
    role = alt.Tooltip("role:N", title="role")
    span = alt.Chart(table).mark_rule(color=FOUND, strokeWidth=8, opacity=0.25, strokeCap="round")
    return layered(
        span.encode(
            y=bands(),
            x=alt.X("found_low:Q", axis=axis),
            x2="found_high:Q",
            tooltip=[role, *tips(".1%", found="found", found_low="best from", found_high="best to")],
        ),
        alt.Chart(points)
        .mark_point(filled=True, size=130, opacity=1)
        .encode(
            y=bands(),
            x=alt.X("share:Q", axis=axis),
            color=alt.Color("kind:N", scale=colours),
            shape=alt.Shape("kind:N", scale=shapes),
            tooltip=[role, alt.Tooltip("kind:N", title="weights"), *tips(".1%", share="share")],
        ),
        height=alt.Step(46),
        description="Share of each role: default, found, truth",
    )
