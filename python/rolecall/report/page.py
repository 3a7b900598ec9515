"""The page: the template filled in, with the charts and the code that draws them inside."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import vl_convert
from altair import VEGALITE_VERSION
from markupsafe import Markup, escape

from rolecall import charts
from rolecall.charts.theme import DARK, FONT
from rolecall.digest import check_digest
from rolecall.report import words
from rolecall.report.finding import Finding
from rolecall.report.repeat import commands
from rolecall.study import Study

FIGURES = {
    "models": charts.models,
    "gains": charts.gains,
    "shares": charts.shares,
    "search": charts.search,
    "score_distribution": charts.score_distribution,
    "share_won": charts.share_won,
    "completeness": charts.completeness,
    "coverage": charts.coverage,
}
ASSETS = Path(__file__).parent


def render(study: Study) -> str:
    """The whole page. Every text of the file is escaped: for HTML by the template, for scripts by `as_script`."""
    finding = Finding(study)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ASSETS), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {name: getattr(words, name) for name in ("auc", "signed", "percent", "span", "count",
                                                                    "duration", "memory")}  # fmt: skip
    return environment.get_template("page.html").render(
        study=study,
        finding=finding,
        check=check_digest(study),
        specs=as_script({name: spec(chart(study)) for name, chart in FIGURES.items()}),
        style=Markup((ASSETS / "style.css").read_text(encoding="utf-8")),
        dark=Markup(dark_rules()),
        font=Markup(FONT),
        script=Markup((ASSETS / "page.js").read_text(encoding="utf-8")),
        vega=Markup(vega()),
        parameters=parameters(study),
        headline=headline(finding),
        world=finding.world,
        commands=commands(study, finding.world),
    )


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
