"""Models against each other."""

import altair as alt
import polars as pl

from rolecall.charts.parts import auc_axis, bands, padded, tips, wrapped
from rolecall.charts.theme import DASHED, DEFAULT, FOUND, MUTED, TRUTH, layered
from rolecall.study import Study


def models(study: Study) -> alt.LayerChart:
    """AUC of every model on the test half with its interval; its colour says whose role weights it has.

    Vertical rules: the base model, and the ceiling where the true score was compared.
    """
    table = labelled_models(study)
    ceiling = study.true_score["auc"] if study.true_score else None
    bounds = [*table["auc_low"], *table["auc_high"], *([] if ceiling is None else [ceiling])]
    scale, axis = padded(bounds), auc_axis("AUC on the test half")
    auc = alt.X("auc:Q", scale=scale, axis=axis)
    layers = [
        alt.Chart(table.head(1)).mark_rule(**DASHED).encode(x=auc),
        *whiskers(table, "auc", scale, axis, form=".3f"),
    ]
    if ceiling is not None:
        rule = alt.Chart(pl.DataFrame({"auc": [ceiling], "text": [f"ceiling {ceiling:.3f}"]})).encode(x=auc)
        label = rule.mark_text(color=TRUTH, align="right", dx=-5, baseline="bottom", fontWeight="bold")
        layers += [
            rule.mark_rule(color=TRUTH, strokeWidth=1.5),
            label.encode(y=alt.value(0), text="text:N"),
        ]
    return layered(*layers, height=alt.Step(50), description="AUC of each model with its interval")


def gains(study: Study) -> alt.LayerChart:
    """AUC of every model less that of the base model, paired by bootstrap replicate: what is left of 0 is worse.

    These intervals are narrower than those of `models`, because what is hard in a replicate is hard for all models.
    """
    table = labelled_models(study).tail(-1)
    bounds = [0, *table["gain_low"], *table["gain_high"]]
    scale = padded(bounds)
    ticks = "datum.value == 0 ? '0' : format(datum.value, '+.3f')"
    axis = alt.Axis(title="gain over the base model", labelExpr=ticks, tickCount=4)
    zero = alt.Chart(pl.DataFrame({"gain": [0.0]})).mark_rule(**DASHED)
    return layered(
        zero.encode(x=alt.X("gain:Q", scale=scale, axis=axis)),
        *whiskers(table, "gain", scale, axis, form="+.4f"),
        height=alt.Step(50),
        description="Gain of each model over the base model with its interval",
    )


def labelled_models(study: Study) -> pl.DataFrame:
    """The models, each with a label, and the colour of its role weights or of the true score."""
    colours = {"default": DEFAULT, "equal": MUTED, "found": FOUND, "truth": TRUTH}
    whose = pl.col("roles").fill_null("truth").replace_strict(colours, default=MUTED, return_dtype=pl.String)
    return study.models.with_columns(label=wrapped("model", 22), colour=whose)


def whiskers(table: pl.DataFrame, value: str, scale: alt.Scale, axis: alt.Axis, form: str) -> list[alt.Chart]:
    """A dot for each model at its value (`auc` or `gain`), on its interval, under its number."""
    x, low = (alt.X(f"{column}:Q", scale=scale, axis=axis) for column in (value, f"{value}_low"))
    base = alt.Chart(table).encode(
        y=bands(),
        color=alt.Color("colour:N", scale=None),
        tooltip=[
            alt.Tooltip("model:N", title="model"),
            *tips(".4f", auc="AUC", auc_low="AUC from", auc_high="AUC to"),
            *tips("+.4f", gain="gain", gain_low="gain from", gain_high="gain to"),
        ],
    )
    return [
        base.mark_rule(strokeWidth=2).encode(x=low, x2=f"{value}_high:Q"),
        base.mark_point(filled=True, size=90, opacity=1).encode(x=x),
        base.mark_text(dy=-12, fontWeight="bold").encode(x=x, text=alt.Text(f"{value}:Q", format=form)),
    ]
