"""The report: one file that needs nothing else, says all there is to say, and lets nothing of the data run."""

import html
import json
import os
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser

import h5py
import numpy as np
import pytest
import rolecall as package
from rolecall.report import __main__ as command
from rolecall.report.finding import finding_of
from rolecall.report.page import vega

from study_file import (
    KINDS,
    LENGTHS,
    MODELS,
    ROLES,
    expect_digest_as_recorded,
    other_kind,
    plausible_values,
    tables_of,
    write_kind,
    write_other,
    write_study,
)

SECTIONS = ["models", "optimism", "parameters", "search", "reliability", "capacity", "scores", "completeness",
            "coverage", "use", "provenance", "repeat"]  # fmt: skip
SHOWN = {"models", "gains", "optimism", "search", "parameters", "reliability", "capacity", "reach", "score_distribution",
         "share_won", "completeness", "coverage"}  # fmt: skip
VOID = {"meta", "link", "img", "br", "hr", "input", "source", "embed"}


class Page(HTMLParser):
    """Elements, attributes and texts of a page; holds that every element is closed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.texts, self.scripts = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data):
        (self.scripts if self.open and self.open[-1] == "script" else self.texts).append(data)

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def read(path):
    return Page(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("report") / "study.h5")


@pytest.fixture(scope="module")
def report(study):
    return package.write_report(study, study.with_name("report.html"))


@pytest.fixture(scope="module")
def page(report):
    return read(report)


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    path = write_study(tmp_path_factory.mktemp("report") / "study.h5", truth=False)
    return read(package.write_report(path, path.with_name("report.html")))


def test_needs_nothing_else(page, report, study):
    policy = next(a["content"] for a in page.of("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    for tag, attributes in page.elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form"), tag
        assert not {"src", "srcset", "action", "data", "style"} & set(attributes), (tag, attributes)
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        if "href" in attributes:
            assert attributes["href"].startswith("#")
    own = report.read_text(encoding="utf-8").replace(vega(), "")
    for forbidden in ("http:", "https:", "file:", "//cdn", "@import", "url(", str(study.parent), "import("):
        assert forbidden not in own, forbidden


def test_vega_is_there_once(report):
    text = report.read_text(encoding="utf-8")
    assert text.count("window.vegaEmbed=") == 1
    assert len(text) < 2_000_000


def test_every_section_and_chart_is_there(page):
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert [i for i in ids if i in SECTIONS] == SECTIONS
    assert len(ids) == len(set(ids))
    assert {a["href"] for a in page.of("a")} <= {f"#{i}" for i in ids}
    specs = json.loads(page.scripts[0])
    assert set(specs) == {a["data-chart"] for a in page.of("div") if "data-chart" in a}
    assert set(specs) == (SHOWN - {"parameters"}) | {"parameters-0"}


def test_says_what_was_found(page, study):
    text = page.text
    opened = package.open_study(study)
    assert "Tuned role weights gain 0.0105 AUC over ajo-seed" in text
    assert "AUC of 0.769 (95 % interval 0.752 to 0.786) on groups that no search saw" in text
    assert "+0.0105 (+0.0041 to +0.0164)" in text
    assert "AUC, default 0.769 0.752 to 0.786 AUC, found 0.779 0.763 to 0.795" in text
    assert "Gain +0.0105 +0.0041 to +0.0164" in text
    assert "reaches 0.790: no score can be expected to do better." in text
    assert "0.785 beside 0.769 for the default to its own search, and came to 0.779 beside 0.769: the gain looked 0.0058 too large." in text
    assert "the true score reaches an AUC of 0.803" in text
    assert "83 % of them" not in text
    assert "With the best 10 % handed off, which is what sales can take, 74 % of them are won" in text
    for name in (*MODELS, *ROLES, *(f"what {name} is" for name in MODELS)):
        assert name in text
    for line in opened.best_model.splitlines():
        assert " ".join(line.split()) in text
    made = opened.provenance
    for fact in (made.software, made.commit, made.command, made.cpu, made.content_digest, opened.summary.world_digest):
        assert fact in text
    assert "rolecall run study.toml -o again.h5" in text
    assert "rolecall generate world.toml -o world.h5" in text


def test_every_metric_is_there(page):
    section = page.text.split("Every metric, default and found")[1].split("What the search saw")[0]
    for name in ("AUC", "PR AUC", "lift at 10 %", "Brier score", "profit per group"):
        assert name in section


def test_without_truth(imported):
    text = imported.text
    assert "The truth of this world is not known, and so neither is the best possible score." in text
    assert "Ceiling" not in text
    assert "Truth in" not in text
    assert "true score" not in text
    assert "rolecall generate" not in text
    assert "Put it where study.toml names it, world.h5 ," in text


def test_without_groups(tmp_path):
    none = {f"tables/scores/{name}": np.zeros(LENGTHS["bins"], int) for name in ("won", "lost")}
    none |= {f"tables/completeness/{name}": np.zeros(LENGTHS["bands"], int) for name in ("won", "lost")}
    none |= {f"tables/coverage/{n}": np.full(LENGTHS["roles"], np.nan) for n in ("won_if_filled", "won_if_missing")}
    none |= {f"tables/reliability/{n}": np.full(10, np.nan) for n in ("observed", "observed_low", "observed_high")}
    none |= {"summary@groups": 0, "summary@won": 0}
    path = write_study(tmp_path / "study.h5", changes=none)
    text = read(package.write_report(path, tmp_path / "report.html")).text
    assert text.count("There are too few groups to compare.") == 3
    assert "No role is filled in some groups and missing in others." in text


@pytest.mark.parametrize("table", ["scores", "completeness", "coverage", "reliability", "capacity"])
def test_what_a_study_has_not_is_left_out(tmp_path, table, page):
    path = write_study(tmp_path / "study.h5")
    with h5py.File(path, "r+") as file:
        del file["tables"][table]
    ids = [a["id"] for _, a in read(package.write_report(path, tmp_path / "report.html")).elements if "id" in a]
    assert [i for i in ids if i in SECTIONS] == [i for i in SECTIONS if i != table]


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    path = write_other(tmp_path_factory.mktemp("report") / "study.h5")
    return read(package.write_report(path, path.with_name("report.html")))


def test_any_kind_has_a_report(other):
    text = other.text
    assert "Machines cost 0.03 of AUC for each tenth of the log What do machines cost?" in text
    assert "They hide no truth. More is not known." in text
    assert "slope −0.3 −0.4 to −0.2" in text
    for title in ("Curve What each share comes to.", "By model Over all.", "Runs Every world."):
        assert title in text
    assert "Nothing" not in text and "No rows" not in text
    assert "auc interval" in text and "0.79 to 0.81" in text
    assert "The first 12 of 60 rows" in text
    assert "∞" in text
    assert set(json.loads(other.scripts[0])) == {"table-curve", "table-by model"}
    assert "Bars are 90 % intervals." in text
    assert "rolecall run study.toml -o again.h5" in text
    assert "the study makes its worlds itself" in text
    ids = {a["id"] for _, a in other.elements if "id" in a}
    assert {a["href"] for a in other.of("a")} <= {f"#{i}" for i in ids}


FIGURES = {
    "bg-nbd": {"parameters-0", "expected_transactions-0"},
    "hand-off": {"policies-0", "curve-0", "curve-1"},
    "models": {"metrics-0", "metrics-1", "pairs-0"},
    "power": {"power-0"},
    "readings": {"readings-0", "readings-1", "cross-0", "metrics-0", "metrics-1", "pairs-0"},
    "recovery": {"recovery-0", "recovery-1", "sizes-0"},
    "simulation": {"arms-0", "daily-0", "daily-1", "panel-0", "panel-1", "panel-2", "occupancy-0", "occupancy-1"},
    "sweep": {"sweep-0", "sweep-1", "best-0"},
    "tuners": {"tuners-0", "traces-0"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_charts(tmp_path, kind):
    path = write_kind(tmp_path / "study.h5", kind)
    found = read(package.write_report(path, tmp_path / "report.html"))
    assert set(json.loads(found.scripts[0])) == FIGURES[kind]
    assert {a["data-chart"] for a in found.of("div") if "data-chart" in a} == FIGURES[kind]
    assert "{" not in " ".join(a for a in found.texts if "interval" in a or "machines" in a)
    if kind == "sweep":
        assert "machines.bots = 0: mean over worlds" in found.text and "machines.bots = 0.05." in found.text


def test_arms_stand_side_by_side(tmp_path):
    path = write_kind(tmp_path / "study.h5", "simulation")
    text = read(package.write_report(path, tmp_path / "report.html")).text
    assert "KPI lax strict oracle" in " ".join(text.split())
    assert "won [deals] 0 −2 to 2 3 1 to 5 6 4 to 8" in " ".join(text.split())
    assert "Every arm: mean over replicates, with 90 % intervals." in text
    assert "by Student's t over 2 replicates" in text
    assert "lax: groups by where they stand in the funnel once sales took them on, mean over replicates; on one scale" in text
    assert "rolecall simulate study.toml -o again.h5" in text


def test_kpis_say_what_they_mean(tmp_path):
    path = write_kind(tmp_path / "study.h5", "simulation", {"tables/kpis/won@description": 'deals "won"'})
    page = read(package.write_report(path, tmp_path / "report.html"))
    assert [a["title"] for a in page.of("th") if a.get("scope") == "row" and "title" in a] == ['deals "won"'] * 2


def test_a_simulation_needs_neither_a_model_nor_a_world_to_be_repeated(tmp_path):
    path = write_kind(tmp_path / "study.h5", "simulation")
    text = read(package.write_report(path, tmp_path / "report.html")).text
    assert "whose path takes the place of its name" not in text and "world.toml" not in text
    other = write_kind(tmp_path / "power.h5", "power")
    text = read(package.write_report(other, tmp_path / "power.html")).text
    assert "whose path takes the place of its name" in text and "world.toml" in text


def test_one_replicate_has_no_intervals(tmp_path):
    ends = {"arms": ("mean", 9), "differences": ("difference", 6), "daily": ("engagement", 9)}
    changes = {f"tables/{table}/{figure}{end}": np.full(n, np.nan) for table, (figure, n) in ends.items() for end in ("_low", "_high")}
    changes |= {f"summary@won_revenue_per_sales_hour{end}": value for end, value in (("", 7.0), ("_low", np.nan), ("_high", np.nan))}
    path = write_kind(tmp_path / "study.h5", "simulation", changes | {"summary@replicates": 1})
    text = read(package.write_report(path, tmp_path / "report.html")).text
    assert "– to –" not in text and "Student" not in text and "90 % intervals" not in text
    assert text.count("one replicate, so that there are no intervals") == 2
    assert text.endswith("One replicate: there are no intervals.")
    assert "won revenue per sales hour 7 worlds 6" in text
    assert "won [deals] 0 3 6" in text


def test_arms_without_a_value_are_named(tmp_path):
    """As sales of an arm that hands nothing off work no hour."""
    mean = np.arange(9.0)
    mean[4] = np.nan
    path = write_kind(tmp_path / "study.h5", "simulation", {"tables/arms/mean": mean})
    page = read(package.write_report(path, tmp_path / "report.html"))
    assert "Without a value: strict." in page.text
    mean[[1, 7]] = np.nan
    path = write_kind(tmp_path / "study.h5", "simulation", {"tables/arms/mean": mean})
    page = read(package.write_report(path, tmp_path / "report.html", force=True))
    assert "arms-0" not in json.loads(page.scripts[0]) and "KPI lax strict oracle" in page.text


def test_one_arm_and_one_day_have_no_more_than_there_is(tmp_path):
    cut = {}
    for table, columns in tables_of("simulation")[0].items():
        days = columns.get("day", np.zeros(len(columns["arm"])))
        kept = [i for i, arm in enumerate(columns["arm"]) if arm == "lax" and days[i] == 0]
        cut |= {f"tables/{table}/{name}": [values[i] for i in kept] for name, values in columns.items()}
    path = write_kind(tmp_path / "study.h5", "simulation", cut)
    page = read(package.write_report(path, tmp_path / "report.html"))
    assert set(json.loads(page.scripts[0])) >= {"arms-0", "occupancy-0"}
    assert not {"daily-0", "daily-1", "panel-0"} & set(json.loads(page.scripts[0]))
    assert "Differences" not in page.text and "on one scale for all arms" not in page.text


def test_charts_of_nothing_are_left_out(tmp_path):
    changes = {f"tables/power/{name}": np.full(3, np.nan) for name in ("power", "power_low", "power_high")}
    path = write_kind(tmp_path / "study.h5", "power", changes)
    assert "power-0" not in json.loads(read(package.write_report(path, tmp_path / "report.html")).scripts[0])


@pytest.mark.parametrize(
    ("said", "headline", "lead"),
    [
        ("Seen in 80 % of worlds; auc is -0.5 … 0.5.", "Seen in 80\u00a0% of worlds; AUC is −0.5 … 0.5", ""),
        ("One: two. Three.\najo-x is four.", "One: two", "Three.\najo-x is four."),
        (f"Short; {'very ' * 40}long.", "Short", f"{'Very ' + 'very ' * 39}long."),
        ("x" * 200, "power", "X" + "x" * 199),
    ],
)
def test_the_headline_is_as_much_of_the_finding_as_is_short(tmp_path, said, headline, lead):
    path = write_kind(tmp_path / "study.h5", "power", {"summary@finding": said})
    found = finding_of(package.open_study(path))
    assert (found.headline(), found.lead()) == (headline, lead)


def test_a_search_of_next_to_nothing_has_no_chart(tmp_path):
    path = write_study(tmp_path / "study.h5", trials=5)
    assert "search" not in json.loads(read(package.write_report(path, tmp_path / "report.html")).scripts[0])


def finding(tmp_path, truth=True, **changes):
    """What is said of the fixture; `gain` and `margin` are (value, low, high), other names those of the summary."""
    for name, short in {"found_gain": "gain", "truth_margin": "margin"}.items():
        for bound, value in zip(("", "_low", "_high"), changes.pop(short, ()), strict=False):
            changes[name + bound] = float(value)
    changes = {name if "/" in name or "@" in name else f"summary@{name}": value for name, value in changes.items()}
    return finding_of(package.open_study(write_study(tmp_path / "study.h5", truth=truth, changes=changes)))


def test_what_was_held_fixed_is_said(tmp_path):
    assert finding(tmp_path).lead().startswith("With the true activity weights held fixed, ajo-seed scores an AUC of")
    assert finding(tmp_path, truth=False).lead().startswith("ajo-seed scores an AUC of 0.769")


def test_honest_when_nothing_was_gained(tmp_path):
    found = finding(tmp_path, gain=(0.002, -0.004, 0.008))
    assert found.headline() == "Nothing was found that surely beats ajo-seed"
    assert "cannot be told from 0: on these data there is no reason to change the role weights." in found.lead()


def test_honest_when_it_got_worse(tmp_path):
    found = finding(tmp_path, gain=(-0.02, -0.03, -0.01))
    assert found.headline() == "Tuned role weights lose 0.0200 AUC against ajo-seed"
    assert "Keep the role weights there are." in found.lead()


@pytest.mark.parametrize("gain", [(0.01, np.nan, np.nan), (0.0, np.nan, np.nan)])
def test_honest_when_no_replicate_has_a_figure(tmp_path, gain):
    found = finding(tmp_path, gain=gain)
    assert found.headline() == "Nothing was found that surely beats ajo-seed"
    assert "(– to –)" in found.lead()


def test_nothing_to_tell_when_all_score_the_same(tmp_path):
    found = finding(tmp_path, gain=(0, 0, 0), margin=(0, 0, 0))
    assert found.headline() == "Nothing to tell: what was found scores as ajo-seed does"
    assert "There is nothing to tell" in found.lead()
    assert found.beyond().endswith("The true model and the one found score the same, in every replicate.")


@pytest.mark.parametrize(
    ("margin", "said"),
    [
        ((0.0028, -0.0012, 0.0061), "cannot be told apart (difference +0.0028, 95 % interval −0.0012 to +0.0061)."),
        ((-0.003, -0.007, 0.0), "cannot be told apart (difference −0.0030, 95 % interval −0.0070 to 0.0000)."),
        ((0.03, 0.01, 0.05), "The search did not get all the way: the true model is better than the one found"),
        ((-0.03, -0.05, -0.01), "The model found beats the true one (difference −0.0300, 95 % interval −0.0500"),
        ((0.01, np.nan, np.nan), "no score can be expected to do better."),
    ],
)
def test_the_truth_against_the_best(tmp_path, margin, said):
    assert said in finding(tmp_path, margin=margin).beyond()


@pytest.mark.parametrize(
    ("resampled", "trees", "said"),
    [
        ("account trees", 640, ""),
        ("account trees", 30, ""),
        ("account trees", 29, "only 29 account trees. Intervals that rest on fewer than 30 trees are"),
        ("groups", 1, "in 1 account tree, too few to draw from: intervals treat groups as independent."),
        ("groups", 3, "in 3 account trees, too few"),
    ],
)
def test_few_account_trees_are_pointed_out(tmp_path, resampled, trees, said):
    found = finding(tmp_path, resampled=resampled, trees=trees)
    assert said in found.caution()
    assert bool(said) == bool(found.caution())
    page = read(package.write_report(found.study, tmp_path / "report.html"))
    assert found.caution() in page.text
    assert ("warning" in [a.get("class") for a in page.of("p") if a.get("role") == "note"]) == bool(said)
    assert f"replicates that draw {resampled}." in page.text
    assert (f"won, {trees} account trees" in page.text) == (resampled == "account trees")
    assert ("won, taken as independent" in page.text) == (resampled == "groups")


def test_ranges_are_no_intervals_and_fits_have_them(page, imported, tmp_path):
    for shown in (page, imported):
        section = shown.text.split("What was found Range")[-1].split("The search ")[0]
        assert "Range of the best" in section
        assert "is no confidence interval" in section
    assert "ranges of the best over replicates hold the true value of" in page.text
    assert "Truth in range" in page.text
    assert "Fitted, with its 95 % interval" in page.text, "beside the range, how sure the weights are"
    fitted = write_study(tmp_path / "study.h5", changes={"summary@method": "logistic"})
    text = read(package.write_report(fitted, tmp_path / "report.html")).text
    assert "Truth in interval" in text
    assert "The bar is the 95 % interval of the fit." in text
    assert "Fitted, with its" not in text, "that is what was found"


def test_parts_of_any_unit_are_shown(tmp_path):
    """A cap without a bound, a window in days, and a word."""
    specification = package.open_study(write_study(tmp_path / "a.h5")).recipe.specification
    words = '[space]\ndecay = { values = ["none", "linear"] }\ndaily_cap = [20, "none"]\n'
    changes = {
        "recipe@specification": specification + words,
        "tables/parameters/parameter": ["decay", "daily_cap", "window_days", "idle_days", "a", "b"],
        "tables/parameters/unit": ["", "activities", "day", "day", "share of activity weights", "share of role weights"],
        "tables/parameters/default": np.array([0, 20, 30, 7, 0.5, 0.5]),
        "tables/parameters/found": np.array([1, np.inf, 45, 9, 0.4, 0.6]),
        "tables/parameters/found_low": np.array([1, 20, 30, 8, 0.3, 0.5]),
        "tables/parameters/found_high": np.array([1, np.inf, 60, 9, 0.5, 0.7]),
        "tables/parameters/truth": np.array([1, np.nan, 40, np.nan, 0.4, 0.6]),
        "tables/parameters/fitted": np.array([np.nan] * 4 + [0.4, 0.6]),
        "tables/parameters/fitted_low": np.array([np.nan] * 4 + [0.3, 0.5]),
        "tables/parameters/fitted_high": np.array([np.nan] * 4 + [0.5, 0.7]),
    }
    page = read(package.write_report(write_study(tmp_path / "b.h5", changes=changes), tmp_path / "report.html"))
    assert "decay none linear linear – linear yes" in page.text
    assert "daily_cap activities 20 none 20 to none – – –" in page.text
    assert "window_days day 30 45 30 to 60 – 40 yes" in page.text
    assert {"parameters-2", "parameters-3", "parameters-4"} <= set(json.loads(page.scripts[0]))
    assert "A tuned model gains 0.0105 AUC over ajo-seed" in page.text


def test_groups_that_score_the_same_are_not_set_apart(tmp_path):
    lost = np.zeros(LENGTHS["bins"], int)
    lost[0], lost[-1] = 95, 5
    found = finding(tmp_path, **{"tables/scores/won": np.zeros(LENGTHS["bins"], int), "tables/scores/lost": lost})
    assert found.scores().startswith("Most groups have about the same score")


def test_a_search_that_found_nothing_says_so(tmp_path):
    value = np.full(LENGTHS["trials"], 0.5)
    value[0] = 0.7
    said = finding(tmp_path, **{"tables/trials/value": value}).search()
    assert said.endswith("None of the 300 that the search tried looked better to it than the default.")


def test_many_candidates(tmp_path):
    study = write_study(tmp_path / "study.h5", trials=6_000)
    done = run(study, "-o", tmp_path / "report.html")
    assert (done.returncode, done.stderr) == (0, f"report written to {tmp_path / 'report.html'}\n")
    page = read(tmp_path / "report.html")
    assert "A sample of 2,000 of 5,997 candidates of the last search" in page.text
    assert max(len(rows) for rows in json.loads(page.scripts[0])["search"]["datasets"].values()) == 2_003
    assert (tmp_path / "report.html").stat().st_size < 2_500_000


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}\u2028&amp;"
KEPT = ("@format", "recipe@kind", "summary@objective", "provenance@created", "provenance@content_digest")


def hostile(values):
    """Every text of a file, of attributes and of tables, as somebody would have it who wants to run something."""
    found = {}
    for name, value in values.items():
        if isinstance(value, str) and name not in KEPT:
            found[name] = HOSTILE
        elif "@" not in name and len(value) and isinstance(value[0], str) and not name.endswith(("origin", "search")):
            found[name] = [text if text in ("default", "found", "auc") else f"{HOSTILE}{text}" for text in value]
    found["provenance@parameters"] = json.dumps({HOSTILE: HOSTILE})
    found["recipe@base_model"] = f"name = {json.dumps(HOSTILE)}\n"
    found["recipe@specification"] = f"[{json.dumps(HOSTILE)}]\nseed = 1\n[world]\nfile = {json.dumps(HOSTILE)}\n"
    return found


@pytest.mark.parametrize("kind", ["tune", "sweep"])
def test_nothing_of_the_data_runs(tmp_path, kind):
    if kind == "tune":
        path = write_study(tmp_path / "study.h5", changes=hostile(plausible_values(np.random.default_rng(1))))
    else:
        name = HOSTILE.replace("/", "")
        more = {f"tables/{name}@description": HOSTILE, f"tables/{name}/{name}": [1.0]}
        path = write_other(tmp_path / "study.h5", changes=hostile(other_kind()) | more)
    page = read(package.write_report(path, tmp_path / "report.html"))
    assert len(page.of("script")) == 3
    assert not page.of("img")
    assert HOSTILE.replace("\u2028", " ") in page.text.replace("\u2028", " ")
    assert json.loads(page.scripts[0])["models" if kind == "tune" else "table-curve"]["datasets"]
    assert "49" not in page.of("title")


def test_altered_data_are_pointed_out(tmp_path):
    path = write_study(tmp_path / "study.h5")
    with h5py.File(path, "r+") as file:
        file["tables/metrics/value"][2] = 0.99
    text = read(package.write_report(path, tmp_path / "report.html")).text
    assert "The data are not as they were written." in text
    assert "Altered since: tables/metrics/value." in text


def code_blocks(path):
    """Texts of the code elements that stand in pre elements."""
    found = re.findall(r"<pre><code>(.*?)</code></pre>", path.read_text(encoding="utf-8"), re.DOTALL)
    return [html.unescape(text) for text in found]


@pytest.mark.parametrize("file", ["", "my worlds/world.h5"])
@pytest.mark.filterwarnings("ignore::rolecall.ProgramWarning")
def test_what_it_says_repeats_the_study(tmp_path, monkeypatch, file):
    """The commands of the report, run as they stand, print the digests beside them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my worlds").mkdir()
    small = {"accounts": 200, "people": 1200, "activities": 40_000, "days": 240}
    (tmp_path / "world.toml").write_text(package.generate("first.h5", **small, seed=3).truth.specification)
    study = package.run("studies", "role-weights").stdout
    if file:
        package.generate(file, "world.toml")
        package.run_study("role-weights", "results.h5", world=file, candidates=40)
        (tmp_path / file).rename(tmp_path / "world.h5")
    else:
        study = re.sub(r"^spec = .*$", 'spec = "world.toml"', study, flags=re.MULTILINE)
        study = re.sub(r"^candidates = .*$", "candidates = 40", study, flags=re.MULTILINE)
        package.run_study(study, "results.h5")
    blocks = code_blocks(package.write_report("results.h5", "report.html"))
    texts = blocks[-1:] if file else blocks[-2:]
    for name, text in zip(("study.toml", "world.toml"), texts, strict=False):
        (tmp_path / name).write_text(text)
    printed = {}
    for line in blocks[-len(texts) - 1].splitlines():
        command, _, note = line.partition("  # ")
        program, *arguments = shlex.split(command)
        assert program == "rolecall"
        said = package.run(*arguments).stdout.strip()
        if "--digest" in arguments:
            printed[arguments[1]] = (said, note)
    assert len(set(printed["world.h5"])) == 1
    assert package.content_digest("again.h5") == package.content_digest("results.h5")
    expect_digest_as_recorded("results.h5")
    assert len(set(printed["again.h5"])) == 1


def test_existing_outputs_are_kept(study, tmp_path):
    output = tmp_path / "report.html"
    output.write_text("mine")
    with pytest.raises(FileExistsError, match="exists already. Choose another name, or pass force=True to"):
        package.write_report(study, output)
    assert output.read_text() == "mine"
    package.write_report(package.open_study(study), output, force=True)
    assert output.read_text().startswith("<!doctype html>")
    with pytest.raises(FileExistsError):
        package.write_report(study, tmp_path, force=True)


def test_nothing_half_written_stays(study, tmp_path, monkeypatch):
    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        package.write_report(study, tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def run(*args):
    command = [sys.executable, "-m", "rolecall.report", *map(str, args)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)


def test_command(study, tmp_path):
    output = tmp_path / "report.html"
    done = run(study, "-o", output)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"report written to {output}\n")
    done = run(study, "-o", output)
    assert done.returncode == 2 and "or pass --force to overwrite it." in done.stderr
    done = run(study, "-o", output, "--force", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_nobody_expected_is_one_line(study, tmp_path, monkeypatch, capsys):
    def fail(*_, **__):
        raise ZeroDivisionError("of two\nlines.")

    for name in ("write_report", "open_study"):
        monkeypatch.setattr(command, name, fail)
        assert command.main([str(study), "-o", str(tmp_path / "report.html")]) == 3
        said = f"rolecall: {study}: no report can be made of this study (ZeroDivisionError: of two lines).\n"
        assert capsys.readouterr() == ("", said)
    assert not list(tmp_path.iterdir())


def test_a_study_that_makes_no_sense_is_one_line(tmp_path):
    nonsense = write_study(tmp_path / "study.h5", changes={"tables/folds/found_train": None})
    done = run(nonsense, "-o", tmp_path / "report.html")
    assert done.returncode == 3
    assert re.fullmatch(r"rolecall: .+: no report can be made of this study \(ColumnNotFoundError: .+\)\.\n", done.stderr)
    assert not (tmp_path / "report.html").exists()


def test_command_on_bad_input(study, tmp_path):
    text = tmp_path / "text.h5"
    text.write_text("not HDF5")
    broken = write_study(tmp_path / "broken.h5")
    with h5py.File(broken, "r+") as file:
        del file["tables"]
    output = tmp_path / "report.html"
    for code, results, where in [
        (2, tmp_path / "nothing.h5", output),
        (2, tmp_path, output),
        (2, text, output),
        (2, broken, output),
        (2, study, tmp_path),
        (3, study, tmp_path / "no" / "folder" / "report.html"),
        (3, study, text / "report.html"),
    ]:
        done = run(results, "-o", where)
        assert done.returncode == code, done.stderr
        assert re.fullmatch(r"rolecall: .+[.?]\n", done.stderr), done.stderr
    assert not output.exists()
    done = run(study)
    assert done.returncode == 2
    assert re.fullmatch(r"rolecall: .+\n", done.stderr)
