"""The charts that a page has of each kind of study, where its tables have the columns for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from rolecall import charts
from rolecall.charts.simulations import judged_by
from rolecall.report import simulated
from rolecall.report.finding import Finding
from rolecall.report.words import plain
from rolecall.study import Study


@dataclass(frozen=True)
class Drawing:
    """A chart of a table; of each value of the column `over`, where it is named."""

    table: str
    draw: Callable[..., Any]
    caption: str
    columns: str
    """What the table needs for it."""
    over: str = ""
    rows: Callable[[Study], pl.Expr] | None = None
    """Those that are drawn, of a table that has others."""
    along: str = ""
    """A column that needs more than one value for a line or an area to be seen."""


@dataclass(frozen=True)
class Figure:
    name: str
    chart: Any
    caption: str
    beside: bool = False
    """Small, and stands beside the others of its table."""


ENDS = ("_low", "_high")
READ = "Dashed: what the weights of another model change, for scale. "
COMPARED = (
    Drawing("metrics", charts.models, "On all groups, with {confidence} intervals.", "model metric value_low gain_low"),
    Drawing("metrics", charts.gains, "Gain over the first, paired by bootstrap replicate: what is hard in a replicate is "
            "hard for every model, so that these intervals are narrower.", "model metric value_low gain_low"),
    Drawing("pairs", charts.pairs, "What the model of a row gains over that of a column: blue is better, orange worse, "
            "grey not to be told apart. The best stand first.", "a b gain gain_low gain_high verdict"),
)  # fmt: skip
DRAWINGS = {
    "sweep": (
        Drawing("sweep", charts.sweep, "{over}: mean over worlds, the best framed. Darker is better, on one scale for "
                "all; point at a cell for its interval.", "varied value value_low value_high", "varied"),
        Drawing("best", charts.best_of_sweep, "{varied}: bars are {confidence} intervals over worlds; worlds are the "
                "same for all three, so that differences are surer than they look. The table has the gain.",
                "varied value value_low value_high default"),
    ),
    "power": (
        Drawing("power", charts.power, "Bars are {confidence} intervals.", "accounts power power_low power_high predicted"),
    ),
    "recovery": (
        Drawing("recovery", charts.estimates, "The dot is the median over worlds, the bar holds 95 % of the estimates, "
                "the upright line is the truth.", "accounts parameter unit truth", "unit"),
        Drawing("recovery", charts.bias, "Mean estimate less truth: bars are {confidence} intervals of the mean over worlds. Away from 0 it is "
                "no chance.", "accounts parameter unit bias deviation", "unit"),
        Drawing("sizes", charts.honesty, "Dashed: what the intervals promise. Bars are {confidence} intervals of the share.",
                "accounts coverage coverage_low coverage_high"),
    ),
    "tuners": (
        Drawing("tuners", charts.methods, "Median over worlds; lines run from the least of a world to the most.",
                "method regret regret_low regret_high"),
        Drawing("traces", charts.regret, "Regret of the best so far, median over worlds. In colour: the five with the "
                "least in the end.", "method evaluations regret"),
    ),
    "readings": (
        Drawing("readings", charts.flips, READ + "Readings that change none are left out.", "axis value ranks_by flipped_groups kendall_tau"),
        Drawing("readings", charts.gains_of_readings, "{confidence} intervals, paired by replicate. Readings that change "
                "nothing are left out.", "axis value gain gain_low gain_high"),
        Drawing("cross", charts.crossed, READ + "Bars: combinations of readings.", "flipped_groups"),
        *COMPARED,
    ),
    "models": COMPARED,
    "hand-off": (
        Drawing("policies", charts.gains_of_policies, "At the capacity of the study, {confidence} intervals, paired by "
                "replicate.", "policy profit_gain profit_gain_low profit_gain_high"),
        Drawing("curve", charts.policies, "The dashed line is what sales can take; the areas are {confidence} intervals of "
                "engagement and of completeness.", "policy share profit profit_low profit_high"),
        Drawing("curve", lambda study: charts.policies(study, "precision"), "The same, for the share won of those handed "
                "off.", "policy share precision precision_low precision_high"),
    ),
    "bg-nbd": (
        Drawing("parameters", charts.estimates, "Estimates relative to the truth, the upright line. The dot is the median over "
                "simulations, the bar holds 95 % of them.", "customers parameter unit truth"),
        Drawing("expected_transactions", charts.purchases, "Relative to what the formula expects. Bars are {confidence} "
                "intervals: of the fits over simulations, and of the simulated mean.", "weeks expected simulated standard_error fitted fitted_low"),
    ),
    "simulation": (
        Drawing("arms", charts.kpi_of_arms, "Every arm: {mean}.{sure}{idle}", "arm kpi mean mean_low mean_high",
                rows=lambda study: pl.col("kpi") == judged_by(study)),
        Drawing("daily", charts.course, "Engagement of an average group: {mean}. The dashed line ends the burn-in.{few}",
                "arm day engagement engagement_low engagement_high", along="day"),
        Drawing("daily", lambda study: charts.course(study, "open_deals"), "Deals open, likewise.",
                "arm day open_deals open_deals_low", along="day"),
        Drawing("panel", charts.funnel, "{over}: groups by where they stand in the funnel once sales took them on{averaged}{scale}.",
                "arm replicate day", "arm", along="day"),
        Drawing("occupancy", charts.occupancy, "{over} in the funnel: where people of a persona then are on their journey, in the first arm. "
                "Figures are percent of the person-days of the persona; darker is more, on one scale for all.",
                "persona stage funnel person_days", "funnel"),
    ),
}  # fmt: skip
"""By kind, in the order of the page."""


def figures_of(study: Study, finding: Finding) -> dict[str, list[Figure]]:
    """By table, in the order of the page."""
    found: dict[str, list[Figure]] = {}
    for drawing in DRAWINGS.get(study.recipe.kind, ()):
        if drawing.table not in study.tables:
            continue
        table = study.tables[drawing.table]
        needed = set(drawing.columns.split())
        if not needed <= set(table.columns):
            continue
        drawn = table.filter(drawing.rows(study)) if drawing.rows else table
        if any(c for c in needed if not c.endswith(ENDS) and unknown(drawn[c])):
            continue
        if drawing.along and drawn[drawing.along].n_unique() < 2:
            continue
        figures = found.setdefault(drawing.table, [])
        values = table[drawing.over].unique(maintain_order=True).to_list() if drawing.over else [None]
        for i, value in enumerate(values):
            chart = drawing.draw(study, value) if drawing.over else drawing.draw(study)
            said = caption(drawing.caption if i == 0 else "{over}.", value, finding)
            figures.append(Figure(f"{drawing.table}-{len(figures)}", chart, said, beside=len(values) > 1))
    return found


def unknown(column: pl.Series) -> bool:
    return not column.is_not_null().any()


def caption(text: str, value: Any, finding: Finding) -> str:
    """What stands below a chart; `value`: of the column that it is one of several charts for."""
    vary = finding.section("worlds").get("vary")
    varied = str(vary[0]) if isinstance(vary, list) and vary else ""
    number = f"{varied or 'What varies'} = {plain(value)}" if isinstance(value, float) else "All worlds"
    more = simulated.said(finding.study, finding.confidence or "95 %") if finding.study.recipe.kind == "simulation" else {}
    return text.format(
        **more,
        over=value or "No unit" if isinstance(value, str) else number,
        varied=f"Over {varied}" if varied else "All worlds",
        confidence=finding.confidence or "95 %",
    )

