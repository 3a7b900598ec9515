"""Tables of a study of any kind, as a page shows them."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from rolecall import charts
from rolecall.report.finding import Finding
from rolecall.report.kinds import Figure, figures_of
from rolecall.report.words import NONE, plain
from rolecall.study import Interval, Study

MOST_ROWS, SOME_ROWS, MOST_COLUMNS = 40, 12, 14
"""A longer table is shown by its first rows."""

SIDE_BY_SIDE = {"simulation": {"arms": "mean", "differences": "difference"}}
"""By kind, tables by arm and KPI whose arms stand beside each other, and the figure that they show."""


TITLES = {"kpis": "KPIs of each run"}
"""Of tables whose name does not say it."""


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
    figures: list[Figure]
    beside: bool
    """The figures are small and belong together."""
    folded: bool
    """Long, or wide and told by a chart: shown when asked for."""
    metric: str = ""
    """The only metric shown, of a table that has many."""
    row_meanings: tuple[str, ...] = ()
    """What rows mean, of a table that has a row for each figure."""

    @property
    def stands(self) -> bool:
        """The first column stays where it is when the others are scrolled."""
        return self.row_meanings != ()


def shown_tables(study: Study, finding: Finding, taken: set[str]) -> list[ShownTable]:
    """Every table that has rows but those that have sections of their own, those with charts of the kind first."""
    drawn = figures_of(study, finding)
    side = [side_by_side(study, name, drawn.get(name, [])) for name in SIDE_BY_SIDE.get(study.recipe.kind, {}) if name in study.tables]
    taken = taken | {table.name for table in side}
    names = [*drawn, *(name for name in study.tables if name not in drawn)]
    names = [name for name in names if name not in taken and study.tables[name].height > 0]
    rest = [shown_table(study, name, drawn.get(name) or obvious(study, name, finding)) for name in names]
    return [table for table in side if table.rows] + rest


def side_by_side(study: Study, name: str, figures: list[Figure]) -> ShownTable:
    """A table of figures by arm and KPI: a row for each KPI that any arm has, a column for each arm, intervals below."""
    value = SIDE_BY_SIDE[study.recipe.kind][name]
    table = study.tables[name]
    arms, kpis = (table[column].unique(maintain_order=True).to_list() for column in ("arm", "kpi"))
    cells = {(row["kpi"], row["arm"]): row for row in table.iter_rows(named=True)}
    known = [kpi for kpi in kpis if any((cells.get((kpi, arm)) or {}).get(value) is not None for arm in arms)]

    def figure(row: dict[str, Any] | None) -> Interval | None:
        return None if row is None or row[value] is None else Interval(*(row[f"{value}{end}"] for end in ("", "_low", "_high")))

    meanings = study.tables.meanings("kpis") if "kpis" in study.tables else {}
    units = dict(table.select("kpi", "unit").iter_rows())
    return ShownTable(
        name=name, title="KPIs" if value == "mean" else "Differences to the first arm",
        description=study.tables.description(name), headings=["KPI", *arms], meanings=[""] * (1 + len(arms)),
        texts=[True] + [False] * len(arms),
        rows=[[heading(kpi, units[kpi]), *(figure(cells.get((kpi, arm))) for arm in arms)] for kpi in known],
        total=len(known), left_out=[], figures=figures, beside=False, folded=False,
        row_meanings=tuple(meanings.get(kpi, "") for kpi in known),
    )  # fmt: skip


def obvious(study: Study, name: str, finding: Finding) -> list[Figure]:
    table = of_objective(study, name)[0]
    chart = charts.obvious(table, study.tables.units(name))
    said = f"Bars are {finding.confidence} intervals." if finding.confidence else "Bars run from the low to the high."
    if not any(table[c].is_not_null().any() for c in table.columns if c.endswith("_low")):
        said = "No interval is known."
    return [] if chart is None else [Figure(f"table-{name}", chart, said)]


def shown_table(study: Study, name: str, figures: list[Figure]) -> ShownTable:
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
        title=TITLES.get(name) or name.replace("_", " ").replace("-", " ").capitalize(),
        description=study.tables.description(name),
        headings=[title for _, title, _ in shown],
        meanings=[meanings.get(c, "") for c, _, _ in shown],
        texts=[c != "" and table[c].dtype == pl.String for c, _, _ in shown],
        rows=[list(row) for row in zip(*(values for _, _, values in shown), strict=True)],
        total=table.height,
        left_out=left_out,
        figures=figures,
        beside=any(figure.beside for figure in figures),
        folded=table.height > MOST_ROWS or (figures != [] and (table.height > SOME_ROWS or len(columns) > MOST_COLUMNS // 2)),
        metric=metric,
    )


def heading(column: str, unit: str) -> str:
    return column.replace("_", " ") + (f" [{unit}]" if unit and unit != column else "")


def of_objective(study: Study, name: str) -> tuple[pl.DataFrame, str]:
    """A table; one that has a row for each metric only for that of the objective, or else AUC."""
    table = study.tables[name]
    if "metric" not in table.columns or table.height <= MOST_ROWS:
        return table, ""
    metric = study.summary.objective or "auc"
    one = table.filter(metric=metric)
    return (one.drop("metric"), metric) if one.height else (table, "")
