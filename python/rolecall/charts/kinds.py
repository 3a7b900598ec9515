"""What studies of other kinds than tune are asked for: a chart or two of each."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import altair as alt
import polars as pl

from rolecall.charts.generic import PALETTE, curves, matrix, tips_of, whiskers
from rolecall.charts.parts import FIGURES, TICKS, bands, chosen, distinct, objective_name, padded, parameter_label, tips, wrapped
from rolecall.charts.searches import finite
from rolecall.charts.theme import DEFAULT, FAINT, FOUND, INK, MUTED, TRUTH, WON, layered
from rolecall.study import TRUE_SCORE, Study

SIZES = [DEFAULT, FOUND, WON, INK, MUTED, FAINT]
OF_POLICIES = ("profit", "precision", "recall")
EDGE: dict[str, Any] = {"strokeDash": [4, 3], "color": MUTED}


def sweep(study: Study, varied: float | None = None) -> alt.LayerChart:
    """The objective over the two longest axes of the grid, the best over any other, where what varies is `varied` (the
    first value unless named). The framed cell is the best; shades compare over all values of what varies."""
    table = finite(study.table("sweep"))
    axes = table.columns[1 : table.columns.index("value")]
    by_length = sorted(axes, key=lambda axis: -table[axis].n_unique())[:2]
    across, down = by_length[0], by_length[-1]
    best = table.sort("value", descending=True, nulls_last=True).unique(["varied", *by_length], keep="first")
    order = table.select("varied", *by_length).unique(maintain_order=True)
    best = order.join(best, on=["varied", *by_length], how="left", nulls_equal=True, maintain_order="left")
    low, high = (float(v) if isinstance(v := getattr(best["value"], end)(), float) else 0.0 for end in ("min", "max"))
    span = high - low
    cells = best.drop_nulls("value").select(
        "varied", "value", "value_low", "value_high",
        column=pl.col(across).cast(pl.String), row=pl.col(down).cast(pl.String) if down != across else pl.lit(""),
        colour=pl.lit(FOUND), opacity=0.04 + 0.6 * (pl.col("value") - low) / (span or 1.0),
        text=pl.col("value").map_elements(lambda v: short(v, 4 if span < 0.03 else 3), pl.String),
    )  # fmt: skip
    level = chosen(study, "sweep", "value", varied, distinct(table, "varied"))
    cells = cells.filter(pl.col("varied").eq_missing(pl.lit(level, pl.Float64)))
    name = objective_name(study.summary.objective)
    said = [alt.Tooltip("column:N", title=across), *tips(".4f", value=name, value_low="from", value_high="to")]
    said[1:1] = [alt.Tooltip("row:N", title=down)] if down != across else []
    shown = matrix(cells, across, down if down != across else None, said)
    top = alt.Chart(cells.filter(pl.col("value") == pl.col("value").max())).mark_rect(
        filled=False, stroke=INK, strokeWidth=2
    )
    return layered(
        *shown,
        top.encode(x=shown[0].encoding.x, y=shown[0].encoding.y),
        height=alt.Step(30),
        description=f"{name} by {' and '.join(dict.fromkeys([across, down]))}",
    )


def best_of_sweep(study: Study) -> alt.LayerChart:
    """The best point of the grid, the base model's and the ceiling by what varies, each with its interval."""
    table = finite(study.table("best"))
    looks = {"best of the grid": ("value", FOUND), "default": ("default", DEFAULT), "ceiling": ("ceiling", TRUTH)}
    plain = stacked(table, "varied", {label: column for label, (column, _) in looks.items()})
    colours = {label: colour for label, (_, colour) in looks.items()}
    name = objective_name(study.summary.objective)
    return layered(
        *curves(plain, "what varies", name, looks=colours), height=260, description=f"{name} by what varies"
    )


def power(study: Study) -> alt.LayerChart:
    """The share of worlds in which the difference is seen, by accounts, with its interval; what a normal approximation
    foretells; the usual 80 %, and the number of accounts that it takes."""
    table = finite(study.table("power"))
    plain = stacked(table, "accounts", {"seen": "power", "foretold by a normal approximation": "predicted"})
    enough = study.summary.get("accounts_for_80")
    known = table.height > 0 and isinstance(enough, float) and enough <= (table["accounts"].to_list()[-1] or 0)
    said = f"80 % from {enough:,.0f} accounts on" if known else "80 %"
    at = pl.DataFrame({"at": [0.8], "x": [enough if known else None], "text": [said]},
                      schema={"at": pl.Float64, "x": pl.Float64, "text": pl.String})  # fmt: skip
    rule = alt.Chart(at).encode(y="at:Q")
    label = rule.mark_text(align="right", baseline="top", dy=5, color=MUTED).encode(x=alt.value("width"), text="text:N")
    return layered(
        rule.mark_rule(**EDGE), label,
        *([alt.Chart(at).mark_rule(**EDGE).encode(x="x:Q")] if known else []),
        *curves(plain, "accounts", "share of worlds in which it is seen", log=True, shares=(False, True),
                y_scale=alt.Scale(domain=[0, 1])),
        height=300, description="Share of worlds in which the difference is seen, by accounts",
    )  # fmt: skip


def estimates(study: Study, unit: str | None = None) -> alt.LayerChart:
    """Estimates of each parameter of one unit (the first unless named) over worlds of known truth, by size: median, and
    the range of 95 % of them. Where units differ in the same chart, as of BG/NBD, relative to the truth."""
    table = fits_of(study)
    ratio = study.recipe.kind == "bg-nbd"
    if not ratio:
        unit = chosen(study, "recovery", "unit", unit, distinct(table, "unit"))
        table = table.filter(pl.col("unit").eq_missing(pl.lit(unit)))
    scaled = table.with_columns(pl.col("estimate", "truth") / pl.col("truth")) if ratio else table
    spread = scaled.group_by("by", "size", "label", maintain_order=True).agg(
        at=pl.col("estimate").median(), low=pl.col("estimate").quantile(0.025, "nearest"),
        high=pl.col("estimate").quantile(0.975, "nearest"), truth=pl.col("truth").first(),
    )  # fmt: skip
    spread = finite(spread).drop_nulls("at").with_columns(pl.col("high").fill_null(pl.col("at").max()))
    truths = scaled.unique("label", maintain_order=True).select("label", at="truth")
    values = [v for c in ("at", "low", "high", "truth") for v in spread[c] if v is not None]
    log = ratio and all(v > 0 for v in values)
    scale = alt.Scale(type="log", nice=False, padding=8) if log else padded(values)
    title = "estimate / truth" if ratio else f"estimate [{unit}]" if unit else "estimate"
    upright = alt.Chart(truths).mark_point(shape="M-.05-1H.05V1H-.05Z", filled=True, size=1600, opacity=1, color=TRUTH)
    return by_size(spread, title, scale, bar=6, more=[
        upright.encode(x=alt.X("at:Q", scale=scale), y=bands(truths["label"].to_list()),
                       tooltip=[alt.Tooltip("label:N", title="truth of"), *tips(FIGURES, at="truth")])
    ])  # fmt: skip


def bias(study: Study, unit: str | None = None) -> alt.LayerChart:
    """How far from the truth estimates of one unit (the first unless named) are in the mean over worlds, with intervals
    of that mean, by size: a forest plot."""
    table = finite(study.table("recovery"))
    unit = chosen(study, "recovery", "unit", unit, distinct(table, "unit"))
    worlds = study.table("fits").group_by("accounts").len("worlds")
    z = NormalDist().inv_cdf(0.5 + (study.summary.confidence or 0.95) / 2)
    half = z * pl.col("deviation") / pl.col("worlds").sqrt()
    plain = (
        table.filter(unit=unit).join(worlds, on="accounts", how="left", maintain_order="left").drop_nulls("bias")
        .select("unit", by=pl.lit("accounts"), size=size_text("accounts"), label=named("parameter"), at="bias",
                low=pl.col("bias") - half.fill_null(0), high=pl.col("bias") + half.fill_null(0))
    )  # fmt: skip
    scale = padded([0.0, *plain["low"], *plain["high"]])
    zero = alt.Chart(pl.DataFrame({"at": [0.0]})).mark_rule(**EDGE).encode(x=alt.X("at:Q", scale=scale))
    return by_size(plain, f"bias [{unit}]" if unit else "bias", scale, bar=2, more=[zero])


def honesty(study: Study) -> alt.LayerChart:
    """The share of intervals that hold the truth, by size, with its own interval, against what they promise."""
    table = finite(study.table("sizes"))
    plain = stacked(table, "accounts", {"": "coverage"})
    promised = alt.Chart(pl.DataFrame({"at": [study.summary.confidence or 0.95]}))
    return layered(
        promised.mark_rule(**EDGE).encode(y="at:Q"),
        *curves(plain, "accounts", "share of intervals that hold the truth", log=True, shares=(False, True)),
        height=220,
        description="Share of intervals that hold the truth, by accounts",
    )


def purchases(study: Study) -> alt.LayerChart:
    """Repeat purchases by weeks relative to what the formula expects: simulated, and expected of fitted models, with
    intervals."""
    table = finite(study.table("expected_transactions"))
    error = NormalDist().inv_cdf(0.975) * pl.col("standard_error")
    table = table.with_columns(simulated_low=pl.col("simulated") - error, simulated_high=pl.col("simulated") + error)
    ends = [f"{of}{end}" for of in ("fitted", "simulated") for end in ("", "_low", "_high")]
    table = finite(table.with_columns(pl.col(ends) / pl.col("expected")))
    plain = stacked(table, "weeks", {"expected of fitted models": "fitted", "simulated": "simulated"})
    same = alt.Chart(pl.DataFrame({"at": [1.0]})).mark_rule(**EDGE).encode(y="at:Q")
    return layered(
        same,
        *curves(plain, "weeks since the first purchase", "repeat purchases, by the formula 100 %", shares=(False, True)),
        height=260,
        description="Repeat purchases of a new customer relative to the formula, by weeks",
    )


def regret(study: Study) -> alt.LayerChart:
    """Regret of the best so far by models tried, a line for each method: the median over worlds. The five with the least
    in the end are in colour."""
    table = finite(study.table("traces"))
    name = objective_name(study.summary.objective)
    last = table.drop_nulls("regret").group_by("method", maintain_order=True).last().sort("regret", maintain_order=True)
    looks = dict(zip(last["method"].head(5).to_list(), PALETTE, strict=False))
    plain = stacked(table, "evaluations", {"": "regret"}, "method")
    plain = plain.with_columns(low="at", high="at").sort(pl.col("label").is_in(list(looks)), maintain_order=True)
    plain = plain.filter(pl.col("x") > 0)
    chart = curves(plain, "models tried", f"regret of {name}", log=True, looks=looks, points=False,
                   y_scale=alt.Scale(zero=True))  # fmt: skip
    return layered(*chart[1:], height=300, description=f"Regret of {name} of each method by models tried")


def methods(study: Study) -> alt.LayerChart:
    """Regret of each search method in the end, least first: median over worlds, on a line from the least to the most."""
    table = finite(study.table("tuners")).drop_nulls("regret").sort("regret", maintain_order=True)
    plain = table.select(label="method", at="regret", low="regret_low", high="regret_high")
    title = f"regret of {objective_name(study.summary.objective)}"
    return layered(*whiskers(plain, title, form=".4f", zero=True), height=alt.Step(38), description=f"{title} by method")


def flips(study: Study) -> alt.LayerChart:
    """Readings by how many of the groups handed off would be others, most first; those that change none are left out.
    Dashed: what the true, or other, weights would change."""
    table = one_at_a_time(study).filter(pl.col("flipped_groups") > 0)
    table = table.sort("flipped_groups", descending=True, maintain_order=True)
    handed, weights = study.summary.get("handed_off"), study.summary.get("weights_flipped_groups")
    of = f", of {handed:,}" if isinstance(handed, int) else ""
    axis = alt.Axis(title=f"groups handed off that change{of}", tickCount=5)
    x = alt.X("flipped_groups:Q", axis=axis)
    base = alt.Chart(table).encode(
        y=bands(table["label"].to_list()),
        tooltip=[alt.Tooltip("label:N", title="reading"), alt.Tooltip("ranks_by:N", title="ranks by"),
                 *tips(FIGURES, flipped_groups="groups that change", kendall_tau="τ with the base")],
    )  # fmt: skip
    known = isinstance(weights, float) and weights == weights
    rule = alt.Chart(pl.DataFrame({"flipped_groups": [weights if known else None]}, schema={"flipped_groups": pl.Float64}))
    ranks = table["ranks_by"].unique().sort(descending=True).to_list()
    colours = alt.Scale(domain=ranks, range=PALETTE[: len(ranks)])
    return layered(
        base.mark_bar(height=12).encode(x=x, color=alt.Color("ranks_by:N", scale=colours)),
        base.mark_text(align="left", dx=5).encode(x=x, text=alt.Text("flipped_groups:Q", format=FIGURES)),
        *([rule.mark_rule(color=TRUTH, strokeDash=[4, 3], strokeWidth=1.5).encode(x=x)] if known else []),
        height=alt.Step(32),
        description="Groups handed off that change under each reading",
    )


def gains_of_readings(study: Study) -> alt.LayerChart:
    """Gain of AUC of each reading over the base model, best first, with its interval, paired by replicate; those that
    change it in no replicate are left out."""
    table = one_at_a_time(study).drop_nulls("gain")
    table = table.filter(pl.any_horizontal(pl.col("gain", "gain_low", "gain_high") != 0))
    table = table.sort("gain", descending=True, maintain_order=True)
    plain = table.select("label", at="gain", low="gain_low", high="gain_high")
    return layered(
        *whiskers(plain, "gain of AUC", form="+.4f", zero=True),
        height=alt.Step(38),
        description="Gain of AUC of each reading over the base model",
    )


def crossed(study: Study) -> alt.LayerChart:
    """All combinations of readings by how many of the groups handed off they change; dashed: what weights would."""
    table = finite(study.table("cross")).tail(-1).drop_nulls("flipped_groups")
    counts = table.group_by(pl.col("flipped_groups").round().alias("x")).len("combinations").sort("x")
    weights = study.summary.get("weights_flipped_groups")
    rule = alt.Chart(pl.DataFrame({"x": [weights]}, schema={"x": pl.Float64})).mark_rule(
        color=TRUTH, strokeDash=[4, 3], strokeWidth=1.5
    )
    bars = counts.with_columns(low=pl.col("x") - 0.45, high=pl.col("x") + 0.45, zero=pl.lit(0))
    axis = alt.Axis(title="groups handed off that change", grid=False, tickMinStep=1)
    known = isinstance(weights, float) and weights == weights
    return layered(
        alt.Chart(bars).mark_rect(color=FOUND, opacity=0.75).encode(
            x=alt.X("low:Q", axis=axis, scale=alt.Scale(nice=False, padding=4)), x2="high:Q",
            y=alt.Y("zero:Q", axis=alt.Axis(title="combinations", tickCount=4)), y2="combinations:Q",
            tooltip=tips(",", x="groups that change", combinations="combinations"),
        ),
        *([rule.encode(x="x:Q")] if known else []),
        height=180, description="Combinations of readings by how many of the groups handed off they change",
    )  # fmt: skip


def policies(study: Study, what: str = "profit") -> alt.LayerChart:
    """`profit`, `precision` or `recall` of each hand-off policy by the share of groups handed off, with intervals; the
    dashed rule is the capacity of the study."""
    table = finite(study.table("curve"))
    chosen(study, "curve", "figure", what, [name for name in OF_POLICIES if name in table.columns])
    plain = stacked(table, "share", {"": what}, "policy")
    main = {"engagement": FOUND, "completeness": DEFAULT, TRUE_SCORE: TRUTH, "at random": MUTED}
    others = [p for p in plain["label"].unique(maintain_order=True).to_list() if p not in main]
    looks = main | dict(zip(others, [WON, INK, FAINT, FAINT, FAINT], strict=False))
    with_band = pl.col("label").is_in(["engagement", "completeness"])  # more would hide one another
    plain = plain.with_columns(pl.when(with_band).then(pl.col(c)).otherwise(pl.col("at")).alias(c) for c in ("low", "high"))
    capacity = study.summary.get("capacity")
    rule = alt.Chart(pl.DataFrame({"x": [capacity if isinstance(capacity, float) else None]}, schema={"x": pl.Float64}))
    title = "profit per group" if what == "profit" else {"precision": "won, of those handed off"}.get(what, what)
    lines = curves(plain, "share of the groups handed to sales", title, shares=(True, what != "profit"), looks=looks,
                   band=True, points=False)  # fmt: skip
    return layered(*lines, rule.mark_rule(**EDGE).encode(x="x:Q"), height=320, description=f"{title} of each policy")


def gains_of_policies(study: Study) -> alt.LayerChart:
    """Profit of each hand-off policy less that of engagement, at the capacity of the study, with its interval."""
    table = finite(study.table("policies")).drop_nulls("profit_gain").filter(pl.col("policy") != "engagement")
    plain = table.select(label="policy", at="profit_gain", low="profit_gain_low", high="profit_gain_high")
    plain = plain.sort("at", descending=True, maintain_order=True)
    title = "gain of profit over engagement"
    return layered(*whiskers(plain, title, form="+.4f", zero=True), height=alt.Step(40), description=title)


def pairs(study: Study) -> alt.LayerChart:
    """What each model (row) gains over each other (column): blue where it is better, orange where it is worse, grey
    where the interval does not tell. The best stand first."""
    table = finite(study.table("pairs")).drop_nulls("gain")
    back = {"better": "worse", "worse": "better"}
    both = pl.concat([
        table.select(row="b", column="a", gain="gain", low="gain_low", high="gain_high", verdict="verdict"),
        table.select(row="a", column="b", gain=-pl.col("gain"), low=-pl.col("gain_high"), high=-pl.col("gain_low"),
                     verdict=pl.col("verdict").replace(back)),
    ])  # fmt: skip
    order = both.group_by("row", maintain_order=True).agg(pl.col("gain").mean())
    order = order.sort("gain", descending=True, maintain_order=True)
    place = pl.Enum(order["row"].to_list())
    told = pl.col("verdict").is_in(list(back))
    cells = both.sort(pl.col("row").cast(place), pl.col("column").cast(place)).with_columns(
        colour=pl.col("verdict").replace_strict({"better": FOUND, "worse": DEFAULT}, default=FAINT, return_dtype=pl.String),
        opacity=pl.when(told).then(0.5).otherwise(0.35),
        text=pl.col("gain").map_elements(lambda v: short(v, 3, sign="+"), pl.String),
    )  # fmt: skip
    chart = matrix(cells, None, None, [
        alt.Tooltip("row:N", title="model"), alt.Tooltip("column:N", title="over"),
        *tips("+.4f", gain="gain", low="from", high="to"), alt.Tooltip("verdict:N", title="it is"),
    ])  # fmt: skip
    for layer in chart:
        layer.encoding.x.sort = order["row"].to_list()
    return layered(*chart, height=alt.Step(30), description="What each model gains over each other")


def stacked(table: pl.DataFrame, x: str, of: dict[str, str], names: str = "") -> pl.DataFrame:
    """Columns of a table below each other: label (or what stands in `names`), x, at, low, high; those that it has not, or
    that are not known, are left out."""
    return pl.concat([
        table.drop_nulls(x).select(
            label=pl.col(names) if names else pl.lit(label), x=pl.col(x).cast(pl.Float64), at=column,
            **{end: pl.col(f"{column}_{end}") if f"{column}_{end}" in table.columns else pl.col(column) for end in
               ("low", "high")},
        ) for label, column in of.items() if column in table.columns and table[column].is_not_null().any()
    ] or [pl.DataFrame(schema=dict.fromkeys(("x", "at", "low", "high"), pl.Float64) | {"label": pl.String})])  # fmt: skip


def by_size(plain: pl.DataFrame, title: str, scale: alt.Scale, bar: int, more: Sequence[alt.Chart]) -> alt.LayerChart:
    """A band for each `label`, and in it a bar for each `size` from `low` to `high`, with a dot at `at`."""
    sizes = plain["size"].unique(maintain_order=True).to_list()
    axis = alt.Axis(title=title, tickCount=5, format=TICKS)
    x, low = (alt.X(f"{c}:Q", scale=scale, axis=axis) for c in ("at", "low"))
    offset = alt.YOffset("size:N", sort=sizes, scale=alt.Scale(domain=sizes, paddingInner=0, paddingOuter=0.6))
    colours = alt.Scale(domain=sizes, range=[SIZES[i % len(SIZES)] for i in range(len(sizes))])
    by = plain["by"][0] if plain.height else ""
    key = alt.Legend(offset=16, title=by, titleOrient="left", titleColor=MUTED, titleFontWeight="normal")
    legend = key if len(sizes) > 1 else None
    base = alt.Chart(plain).encode(
        y=bands(plain["label"].unique(maintain_order=True).to_list()), yOffset=offset,
        color=alt.Color("size:N", scale=colours, legend=legend),
        tooltip=[alt.Tooltip("size:N", title=by or "size"), *tips_of(title)],
    )  # fmt: skip
    return layered(
        *more,
        base.mark_rule(strokeWidth=bar, opacity=0.35 if bar > 4 else 1, strokeCap="round").encode(x=low, x2="high:Q"),
        base.mark_point(filled=True, size=60, opacity=1).encode(x=x),
        height=alt.Step.from_dict({"step": 14 * max(len(sizes), 2) + 14, "for": "position"}),
        description=f"{title}, by parameter and size",
    )


def fits_of(study: Study) -> pl.DataFrame:
    """Estimates below each other: by (what sizes are of), size, label, unit, truth, estimate; what has no bound stays
    infinite."""
    name, by = ("parameters", "customers") if study.recipe.kind == "bg-nbd" else ("recovery", "accounts")
    known, fits = study.table(name), study.table("fits")
    here = known.unique("parameter", maintain_order=True).filter(pl.col("parameter").is_in(fits.columns))
    return pl.concat([
        fits.drop_nulls(parameter).select(
            by=pl.lit(by), size=size_text(by), label=pl.lit(label), unit=pl.lit(unit),
            truth=pl.lit(truth, pl.Float64), estimate=parameter)
        for (parameter, unit, truth), label in zip(here.select("parameter", "unit", "truth").iter_rows(),
                                                   here.select(named("parameter")).to_series(), strict=True)
    ] or [pl.DataFrame(schema=dict.fromkeys(("by", "size", "label", "unit"), pl.String) |
                       dict.fromkeys(("truth", "estimate"), pl.Float64))])  # fmt: skip


def one_at_a_time(study: Study) -> pl.DataFrame:
    """Readings other than the base model, with a label."""
    table = finite(study.table("readings")).filter(pl.col("axis") != "")
    axis = pl.col("axis").str.replace_all("_", " ", literal=True)
    table = table.with_columns(label=pl.concat_str(axis, "value", separator=" "))
    return table.with_columns(label=wrapped("label", 20))


def named(parameter: str) -> pl.Expr:
    label = pl.col(parameter).map_elements(parameter_label, return_dtype=pl.String)
    return label.map_batches(lambda s: s.to_frame("t").select(wrapped("t", 20)).to_series(), pl.String).alias("label")


def size_text(column: str) -> pl.Expr:
    return pl.col(column).map_elements(lambda n: f"{n:,.0f}", return_dtype=pl.String)


def short(value: float, digits: int, sign: str = "") -> str:
    """A number below 1 without its zero; a true minus."""
    return f"{value:{sign}.{digits}f}".replace("0.", ".", 1).replace("-", "−") if abs(value) < 1 else f"{value:{sign}.3g}"
