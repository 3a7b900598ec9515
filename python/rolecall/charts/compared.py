"""Models against each other."""

import altair as alt
import polars as pl

from rolecall.charts.parts import bands, chosen, distinct, objective_name, padded, tips, wrapped
from rolecall.charts.theme import DASHED, DEFAULT, FAINT, FOUND, MUTED, TRUTH, layered
from rolecall.study import DEFAULT as DEFAULT_MODEL
from rolecall.study import FOUND as FOUND_MODEL
from rolecall.study import TRUE_SCORE, Study
from rolecall.study import TRUTH as TRUE_MODEL

COLOURS = {DEFAULT_MODEL: DEFAULT, FOUND_MODEL: FOUND, TRUE_MODEL: TRUTH, TRUE_SCORE: TRUTH}


def models(study: Study, metric: str | None = None) -> alt.LayerChart:
    """Every model by a metric (that of the objective unless named) on groups that no search saw, with its interval.

    Vertical rules: the default, and the ceiling where the true score was compared.
    """
    table = labelled_models(study, metric)
    ceiling = table.filter(model=TRUE_SCORE)["value"].to_list()
    name = objective_name(metric or study.summary.objective)
    scale = padded([*table["value_low"], *table["value_high"]])
    of = "groups that no search saw" if study.recipe.kind == "tune" else "all groups"
    axis = alt.Axis(title=f"{name} on {of}", format=".2f", tickCount=5)
    value = alt.X("value:Q", scale=scale, axis=axis)
    layers = [
        alt.Chart(table.head(1)).mark_rule(**DASHED).encode(x=value),
        *whiskers(table, "value", scale, axis, form=".3f", name=name),
    ]
    if ceiling:
        rule = alt.Chart(pl.DataFrame({"value": ceiling, "text": [f"ceiling {ceiling[0]:.3f}"]})).encode(x=value)
        label = rule.mark_text(color=TRUTH, align="right", dx=-5, baseline="bottom", fontWeight="bold")
        layers += [
            rule.mark_rule(color=TRUTH, strokeWidth=1.5),
            label.encode(y=alt.value(0), text="text:N"),
        ]
    return layered(*layers, height=alt.Step(46), description=f"{name} of each model with its interval")


def gains(study: Study, metric: str | None = None) -> alt.LayerChart:
    """A metric of every model less that of the default, paired by bootstrap replicate: what is left of 0 is lower.

    These intervals are narrower than those of `models`, because what is hard in a replicate is hard for all models.
    """
    table = labelled_models(study, metric).tail(-1)
    scale = padded([0, *table["gain_low"], *table["gain_high"]])
    ticks = "datum.value == 0 ? '0' : format(datum.value, '+.3f')"
    axis = alt.Axis(title="gain over the default", labelExpr=ticks, tickCount=4)
    zero = alt.Chart(pl.DataFrame({"gain": [0.0]})).mark_rule(**DASHED)
    name = objective_name(metric or study.summary.objective)
    return layered(
        zero.encode(x=alt.X("gain:Q", scale=scale, axis=axis)),
        *whiskers(table, "gain", scale, axis, form="+.4f", name=name),
        height=alt.Step(46),
        description="Gain of each model over the default with its interval",
    )


def optimism(study: Study) -> alt.LayerChart:
    """Each search: what it saw of its best candidate, what that came to on groups it never saw, and the default there.

    The line between the first two is how much the search saw too much.
    """
    name = objective_name(study.summary.objective)
    table = study.folds.with_columns(
        label=pl.format("{}\n{} groups", "name", pl.col("test_groups").map_elements(lambda n: f"{n:,}", pl.String))
    )
    looks = {
        "found_train": ("found, as its search saw it", FAINT, "circle"),
        "found_test": ("found, on groups it never saw", FOUND, "circle"),
        "default_test": ("default, on the same groups", DEFAULT, "square"),
    }
    points = pl.concat(
        table.select("name", "label", value=column, kind=pl.lit(kind)) for column, (kind, *_) in looks.items()
    ).drop_nulls("value")
    kinds = [kind for kind, *_ in looks.values()]
    scale = padded(points["value"].to_list())
    axis = alt.Axis(title=name, format=".3f", tickCount=4)
    y = bands(sort=table["label"].to_list())
    legend = alt.Legend(columns=1)
    return layered(
        alt.Chart(table)
        .mark_rule(color=MUTED, strokeWidth=2, opacity=0.6)
        .encode(y=y, x=alt.X("found_train:Q", scale=scale, axis=axis), x2="found_test:Q"),
        alt.Chart(points)
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            y=y,
            x=alt.X("value:Q", scale=scale, axis=axis),
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=kinds, range=[look[1] for look in looks.values()]), legend=legend
            ),
            shape=alt.Shape(
                "kind:N", scale=alt.Scale(domain=kinds, range=[look[2] for look in looks.values()]), legend=legend
            ),
            tooltip=[
                alt.Tooltip("name:N", title="search"),
                alt.Tooltip("kind:N", title="model"),
                *tips(".4f", value=name),
            ],
        ),
        height=alt.Step(46),
        description="What each search saw of its best candidate, and what that came to on groups it never saw",
    )


def labelled_models(study: Study, metric: str | None) -> pl.DataFrame:
    """A row for each model with a label and a colour; those whose figure is not defined are left out."""
    whose = pl.col("model").replace_strict(COLOURS, default=MUTED, return_dtype=pl.String)
    chosen(study, "metrics", "metric", metric, distinct(study.metrics, "metric"))
    table = study.metric(metric).drop_nulls("value")
    bounds = [pl.col(name).fill_null(pl.col(name.split("_")[0])) for name in
              ("value_low", "value_high", "gain_low", "gain_high")]  # fmt: skip
    return table.with_columns(*bounds, label=wrapped("model", 22), colour=whose)


def whiskers(
    table: pl.DataFrame, value: str, scale: alt.Scale, axis: alt.Axis, form: str, name: str
) -> list[alt.Chart]:
    """A dot for each model at its `value` or `gain`, on its interval, under its number."""
    x, low = (alt.X(f"{column}:Q", scale=scale, axis=axis) for column in (value, f"{value}_low"))
    base = alt.Chart(table).encode(
        y=bands(),
        color=alt.Color("colour:N", scale=None),
        tooltip=[
            alt.Tooltip("model:N", title="model"),
            *tips(".4f", value=name, value_low=f"{name} from", value_high=f"{name} to"),
            *tips("+.4f", gain="gain", gain_low="gain from", gain_high="gain to"),
        ],
    )
    return [
        base.mark_rule(strokeWidth=2).encode(x=low, x2=f"{value}_high:Q"),
        base.mark_point(filled=True, size=90, opacity=1).encode(x=x),
        base.mark_text(dy=-12, fontWeight="bold").encode(x=x, text=alt.Text(f"{value}:Q", format=form)),
    ]
