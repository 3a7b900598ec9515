"""The page: the template filled in, with the charts and the code that draws them inside."""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import jinja2
import vl_convert
from altair import VEGALITE_VERSION
from markupsafe import Markup, escape

from rolecall import charts
from rolecall.charts.parts import objective_name, parameter_label
from rolecall.charts.searches import last_search
from rolecall.charts.theme import DARK, FONT
from rolecall.digest import check_digest
from rolecall.report import words
from rolecall.report.finding import FEW_CANDIDATES, Finding, Tuned, finding_of
from rolecall.report.repeat import commands
from rolecall.report.tables import ShownTable, shown_tables
from rolecall.study import DEFAULT, FOUND, Interval, Study

OF_GROUPS = {
    "reliability": ("reliability",),
    "capacity": ("capacity", "reach"),
    "scores": ("score_distribution", "share_won"),
    "completeness": ("completeness",),
    "coverage": ("coverage",),
}
"""Charts of tables that any kind of study may have, if it has the columns."""

COLUMNS = {
    "reliability": {"predicted", "observed", "observed_low", "observed_high", "groups"},
    "capacity": {"share", "precision", "recall", "profit"},
    "scores": {"low", "high", "won", "lost"},
    "completeness": {"low", "high", "won", "lost"},
    "coverage": {"role", "members", "filled", "won_if_filled", "won_if_missing"},
}
TUNED = ("models", "metrics", "replicates", "folds", "parameters", "trials")
"""Tables that sections of their own are made of."""

TITLES = {
    "models": "Models",
    "optimism": "Optimism",
    "parameters": "What was found",
    "search": "Search",
    "reliability": "Probabilities",
    "capacity": "Hand-off",
    "scores": "Scores",
    "completeness": "Completeness",
    "coverage": "Coverage",
}
ASSETS = Path(__file__).parent


@dataclass(frozen=True)
class Section:
    anchor: str
    table: ShownTable


def render(study: Study) -> str:
    """The whole page. Every text of the file is escaped: for HTML by the template, for scripts by `as_script`."""
    finding = finding_of(study)
    of_groups = [name for name in OF_GROUPS if has_columns(study, name)]
    figures = {chart: getattr(charts, chart)(study) for name in of_groups for chart in OF_GROUPS[name]}
    more: dict[str, Any] = {}
    if isinstance(finding, Tuned):
        figures |= {name: getattr(charts, name)(study) for name in ("models", "gains", "optimism")}
        if last_search(study).filter(origin="search").height >= FEW_CANDIDATES:
            figures["search"] = charts.search(study)
        more = of_tuned(study, finding, figures)
    taken = {*of_groups, *(TUNED if isinstance(finding, Tuned) else ())}
    shown = [Section(f"table-{i}", table) for i, table in enumerate(shown_tables(study, finding, taken), 1)]
    figures |= {figure.name: figure.chart for section in shown for figure in section.table.figures}
    first = [(name, TITLES[name]) for name in ("models", "optimism", "parameters", "search")]
    sections = [
        *(first if isinstance(finding, Tuned) else []),
        *((section.anchor, section.table.title) for section in shown),
        *((name, TITLES[name]) for name in of_groups),
        *([("use", "Use it" if study.best_model else "Model")] if study.best_model or study.recipe.base_model else []),
        ("provenance", "Provenance"),
        ("repeat", "Repeat it"),
    ]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ASSETS), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.tests["interval"] = lambda value: isinstance(value, Interval)
    environment.filters["capitalized"] = lambda text: text[:1].upper() + text[1:]
    environment.globals |= {name: getattr(words, name) for name in ("auc", "signed", "percent", "span", "count", "plain",
                                                                    "cell", "duration", "memory")}  # fmt: skip
    return environment.get_template("page.html").render(
        study=study,
        finding=finding,
        tuned=isinstance(finding, Tuned),
        figures=figures,
        figures_shown=summary_figures(study),
        shown=shown,
        sections=sections,
        check=check_digest(study),
        specs=as_script({name: spec(chart) for name, chart in figures.items()}),
        style=Markup((ASSETS / "style.css").read_text(encoding="utf-8")),
        dark=Markup(dark_rules()),
        font=Markup(FONT),
        script=Markup((ASSETS / "page.js").read_text(encoding="utf-8")),
        vega=Markup(vega()),
        parameters=parameters(study),
        headline=headline(finding),
        world=finding.world,
        commands=commands(study, finding.world),
        **more,
    )


def has_columns(study: Study, table: str) -> bool:
    return table in study.tables and set(study.tables[table].columns) >= COLUMNS[table]


def of_tuned(study: Study, finding: Tuned, figures: dict[str, alt.LayerChart]) -> dict[str, Any]:
    """What the sections of a study that tunes need; adds a chart for each unit of what was searched."""
    table = study.parameters
    units = table["unit"].unique(maintain_order=True).to_list()
    named = []
    for i, unit in enumerate(units):
        here = table.filter(unit=unit)
        is_weight = unit.startswith("share of")
        if is_weight or here.height > 1:  # a single number needs no chart
            figures[f"parameters-{i}"] = charts.parameters(study, unit)
            named.append((f"parameters-{i}", unit))
    metrics = {(row["model"], row["metric"]): row for row in study.metrics.iter_rows(named=True)}
    return {
        "descriptions": dict(study.models.select("model", "description").iter_rows()),
        "metric_rows": [
            (objective_name(m), metrics[DEFAULT, m], metrics[FOUND, m])
            for m in study.metrics["metric"].unique(maintain_order=True)
            if {(DEFAULT, m), (FOUND, m)} <= metrics.keys()
        ],
        "parameter_charts": named,
        "parameters_shown": [shown_parameter(row, words_of(finding, row["parameter"])) for row in
                             table.iter_rows(named=True)],
        "fitted": finding.is_fitted,
        "with_fit": not finding.is_fitted and "fitted" in table.columns and table["fitted"].is_not_null().any(),
        "with_truth": table["truth"].is_not_null().any(),
    }  # fmt: skip


def words_of(finding: Finding, parameter: str) -> list[str]:
    """The words a parameter takes, in the order of their numbers; none when it takes numbers."""
    space = finding.specification.get("space")
    entry = space.get(parameter) if isinstance(space, dict) else None
    values = entry.get("values") if isinstance(entry, dict) else entry
    texts = values if isinstance(values, list) else []
    return texts if texts and all(isinstance(v, str) for v in texts) and set(texts) != {"none"} else []


def shown_parameter(row: dict[str, Any], choices: list[str]) -> dict[str, str]:
    is_share = row["unit"].startswith("share of")

    def write(value: float | None) -> str:
        if value is not None and choices and float(value).is_integer() and 0 <= value < len(choices):
            return choices[int(value)]
        if value == math.inf:
            return "none"
        return words.percent(value, 1) if is_share else words.plain(value)

    def bounds(low: float | None, high: float | None) -> str:
        return words.NONE if low is None else write(low) if low == high else f"{write(low)} to {write(high)}"

    low, high, truth = row["found_low"], row["found_high"], row["truth"]
    holds = words.NONE if None in (low, high, truth) else "yes" if low <= truth <= high else "no"
    fit = row.get("fitted")
    return {
        "label": parameter_label(row["parameter"]),
        "unit": "" if is_share else row["unit"],
        "default": write(row["default"]),
        "found": write(row["found"]),
        "range": bounds(low, high),
        "fit": words.NONE if fit is None else f"{write(fit)}, {bounds(row['fitted_low'], row['fitted_high'])}",
        "truth": write(truth),
        "holds": holds,
    }


def summary_figures(study: Study) -> list[tuple[str, str, str]]:
    """The first few figures of a study of any kind: what they are, their value, their interval."""
    numbers = [(name, value) for name, value in study.summary.items() if not isinstance(value, str)]
    plain = [(n, v) for n, v in numbers if not n.endswith(("_low", "_high")) and n not in ("confidence", "replicates")]
    found = []
    plain = [(n, v) for n, v in plain if v != 0 or study.summary.interval(n) != (0, 0, 0)]
    plain.sort(key=lambda figure: f"{figure[0]}_low" not in study.summary)  # stable: those with intervals first
    for name, value in plain[:8]:
        bounds = study.summary.interval(name)
        known = bounds is not None and bounds.low is not None and bounds.high is not None
        found.append((name.replace("_", " "), words.cell(value), words.span(*bounds[1:], words.plain) if known and bounds else ""))
    return found


def parameters(study: Study) -> dict[str, str]:
    """Parameters of the run as JSON; long texts are left out, the recipe has them."""
    found = {name: json.dumps(value, ensure_ascii=False) for name, value in study.provenance.parameters.items()}
    return {name: text for name, text in found.items() if "\\n" not in text}


def headline(finding: Finding) -> Markup:
    """The headline, in which the name of the model does not break at its hyphens."""
    name = Markup('<span class="name">{}</span>').format(finding.base_name)
    return Markup(name).join(escape(part) for part in finding.headline().split(finding.base_name))


def spec(chart: Any) -> dict[str, Any]:
    found: dict[str, Any] = chart.to_dict()
    found.pop("$schema")
    return found


def as_script(value: Any) -> Markup:
    """JSON that may stand inside a script element, whatever texts it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


@cache
def vega() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, from the package: no network."""
    version = ".".join(VEGALITE_VERSION.removeprefix("v").split(".")[:2])
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=version)
    return bundle.replace("</script", "<\\/script")


def dark_rules() -> str:
    """Style rules that give what a chart draws in a colour its counterpart on a dark page."""
    return "\n".join(
        f'.vis svg [{kind}="{light}"] {{ {kind}: {dark}; }}'
        for light, dark in DARK.items()
        for kind in ("fill", "stroke")
    )
