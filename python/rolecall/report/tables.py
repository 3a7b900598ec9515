"""Tables of a study of any kind, as a page shows them."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from rolecall import charts
from rolecall.report.words import NONE, plain
from rolecall.study import Study

MOST_ROWS, SOME_ROWS, MOST_COLUMNS = 40, 12, 14
"""A longer table is shown by its first rows."""


@dataclass(frozen=True)
class ShownTable:
    name: str
    title: str
    description: str
    headings: list[str]
    meanings: list[str]
    texts: list[bool]
    """Columns of texts stand to the left."""
    rows: list[list[Any]]
    total: int
    left_out: list[str]
    """Columns that there is no room for."""
    chart: str
    """Name of its chart; empty: none is obvious."""
    metric: str = ""
    """The only metric shown, of a table that has many."""


def charts_of(study: Study) -> dict[str, Any]:
    """An obvious chart for each table that has one, by name of the chart."""
    found = {}
    for name in study.tables:
        chart = charts.obvious(of_objective(study, name)[0], study.tables.units(name))
        if chart is not None:
            found[f"table-{name}"] = chart
    return found


def shown_tables(study: Study, taken: set[str], drawn: set[str]) -> list[ShownTable]:
    """Every table but those that have sections of their own."""
    return [shown_table(study, name, f"table-{name}" in drawn) for name in study.tables if name not in taken]


def shown_table(study: Study, name: str, drawn: bool) -> ShownTable:
    table, metric = of_objective(study, name)
    known = [c for c in table.columns if table.height == 0 or table[c].is_not_null().any()]
    bounds = {f"{c}{end}" for c in known for end in ("_low", "_high")}
    columns = [c for c in known if c not in bounds]
    columns, left_out = columns[:MOST_COLUMNS], columns[MOST_COLUMNS:]
    units, meanings = study.tables.units(name), study.tables.meanings(name)
    head = table.head(MOST_ROWS if table.height <= MOST_ROWS else SOME_ROWS)
    shown = [(c, heading(c, units.get(c, "")), head[c].to_list()) for c in columns]
    for c in reversed([c for c in columns if {f"{c}_low", f"{c}_high"} <= set(known)]):
        intervals = [NONE if low is None or high is None else f"{plain(low)} to {plain(high)}"
                     for low, high in head.select(f"{c}_low", f"{c}_high").iter_rows()]  # fmt: skip
        shown.insert(columns.index(c) + 1, ("", "interval", intervals))
    return ShownTable(
        name=name,
        title=name.replace("_", " ").replace("-", " ").capitalize(),
        description=study.tables.description(name),
        headings=[title for _, title, _ in shown],
        meanings=[meanings.get(c, "") for c, _, _ in shown],
        texts=[c != "" and table[c].dtype == pl.String for c, _, _ in shown],
        rows=[list(row) for row in zip(*(values for _, _, values in shown), strict=True)],
        total=table.height,
        left_out=left_out,
        chart=f"table-{name}" if drawn else "",
        metric=metric,
    )


def heading(column: str, unit: str) -> str:
    return column.replace("_", " ") + (f" [{unit}]" if unit else "")


def of_objective(study: Study, name: str) -> tuple[pl.DataFrame, str]:
    """A table; one that has a row for each metric only for that of the objective, or else AUC."""
    table = study.tables[name]
    if "metric" not in table.columns or table.height <= MOST_ROWS:
        return table, ""
    metric = study.summary.objective or "auc"
    one = table.filter(metric=metric)
    return (one.drop("metric"), metric) if one.height else (table, "")
