"""Charts are drawn, by the library that draws them in a browser."""

import json

import numpy as np
import polars as pl
import pytest
import rolecall as package
import vl_convert
from rolecall import charts
from rolecall.charts.theme import CONFIG, DARK, FAINT
from rolecall.charts.searches import SHOWN, last_search, spread
from rolecall.intervals import merge_bins, with_share_interval

from study_file import KINDS as ALL_KINDS
from study_file import LENGTHS, MODELS, interval, tables_of, write_kind, write_other, write_study

KINDS = {
    "bg-nbd": ["estimates", "purchases"],
    "hand-off": ["policies", "gains_of_policies"],
    "models": ["models", "gains", "pairs"],
    "power": ["power"],
    "readings": ["flips", "gains_of_readings", "crossed"],
    "recovery": ["estimates", "bias", "honesty"],
    "simulation": ["kpi_of_arms", "course", "funnel", "occupancy"],
    "sweep": ["sweep", "best_of_sweep"],
    "tuners": ["methods", "regret"],
}
OF_TUNED = ("models", "gains")
OF_ROLES = ("role_reliability", "role_risk")
NAMES = [n for n in charts.__all__ if n not in ("obvious", *OF_ROLES) and (n in OF_TUNED or n not in sum(KINDS.values(), []))]
OF_KINDS = [(kind, name) for kind, names in KINDS.items() for name in names]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return package.open_study(write_study(tmp_path_factory.mktemp("charts") / "study.h5"))


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    return package.open_study(write_study(tmp_path_factory.mktemp("charts") / "study.h5", truth=False))


@pytest.fixture(scope="module")
def barren(tmp_path_factory):
    """A study without one group in any bin or band."""
    none = {f"tables/{table}/{name}": np.zeros(LENGTHS[length], int) for name in ("won", "lost")
            for table, length in {"scores": "bins", "completeness": "bands"}.items()}  # fmt: skip
    nan = {f"tables/coverage/{name}": np.full(6, np.nan) for name in ("won_if_filled", "won_if_missing")}
    path = tmp_path_factory.mktemp("charts") / "study.h5"
    return package.open_study(write_study(path, changes={**none, **nan}))


def draw(chart):
    """The chart as SVG, at the width of a phone."""
    spec = json.loads(chart.to_json())
    assert spec["width"] == "container"
    spec["width"] = 320
    return vl_convert.vegalite_to_svg(json.dumps(spec))


@pytest.mark.parametrize("name", NAMES)
def test_drawn(study, name):
    drawn = draw(getattr(charts, name)(study))
    assert drawn.startswith("<svg")
    assert "NaN" not in drawn
    assert "undefined" not in drawn


@pytest.mark.parametrize("name", NAMES)
def test_drawn_without_truth(imported, name):
    drawn = draw(getattr(charts, name)(imported))
    assert "truth" not in drawn
    assert "ceiling" not in drawn


@pytest.mark.parametrize("name", NAMES)
def test_drawn_without_groups(barren, name):
    assert draw(getattr(charts, name)(barren)).startswith("<svg")


@pytest.fixture(scope="module")
def of_kind(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    return {kind: package.open_study(write_kind(folder / f"{kind}.h5", kind)) for kind in ALL_KINDS}


@pytest.mark.parametrize(("kind", "name"), OF_KINDS)
def test_charts_of_kinds_are_drawn(of_kind, kind, name):
    chart = getattr(charts, name)(of_kind[kind])
    drawn = draw(chart)
    assert "NaN" not in drawn and "Infinity" not in drawn and "undefined" not in drawn
    for layer in json.loads(chart.to_json())["layer"]:
        titles = [tip["title"] for tip in layer.get("encoding", {}).get("tooltip", [])]
        assert len(titles) == len(set(titles))
    text = chart.to_json().lower()
    assert {text[i : i + 7] for i in range(len(text)) if text[i] == "#" and text[i + 7] == '"'} <= set(DARK)


@pytest.mark.parametrize(("kind", "name"), OF_KINDS)
def test_charts_of_kinds_where_nothing_is_known(tmp_path, kind, name):
    changes = {
        f"tables/{table}/{column}": np.full(len(values), np.nan)
        for table, columns in tables_of(kind)[0].items()
        for column, values in columns.items()
        if not isinstance(values, list) and np.asarray(values).dtype.kind == "f"
    }
    study = package.open_study(write_kind(tmp_path / "study.h5", kind, changes))
    assert draw(getattr(charts, name)(study)).startswith("<svg")


def rows_of(chart, *columns):
    """The longest data that have these columns."""
    datasets = json.loads(chart.to_json())["datasets"].values()
    return max((rows for rows in datasets if set(columns) <= set(rows[0])), key=len)


def test_a_sweep_has_a_cell_for_each_point(of_kind):
    first, last = (rows_of(charts.sweep(of_kind["sweep"], v), "opacity") for v in (0.0, 0.05))
    assert [(row["column"], row["row"]) for row in first[:3]] == [("1", "7"), ("1", "30"), ("5", "7")]
    assert [row["value"] for row in first + last] == pytest.approx([0.7 + i / 100 for i in range(12)])
    assert first[0]["opacity"] == pytest.approx(0.04) and last[-1]["opacity"] == pytest.approx(0.64)  # one scale for all
    assert first[0]["text"] == ".700"


def test_a_sweep_of_one_axis_or_of_three(tmp_path):
    one = package.open_study(write_kind(tmp_path / "one.h5", "sweep", {
        "tables/sweep/window_days": ["7"] * 12, "tables/sweep/daily_cap": [str(i % 6) for i in range(12)]}))  # fmt: skip
    assert len(rows_of(charts.sweep(one), "opacity")) == 6
    three = package.open_study(write_kind(tmp_path / "three.h5", "sweep", {
        "tables/sweep/varied": np.zeros(12), "tables/sweep/window_days": ["7", "30"] * 6}))  # fmt: skip
    assert [row["value"] for row in rows_of(charts.sweep(three), "opacity")] == pytest.approx(
        [0.76, 0.77, 0.78, 0.79, 0.8, 0.81]
    )


def test_power_is_set_against_what_was_foretold(of_kind):
    drawn = draw(charts.power(of_kind["power"]))
    assert ">80 % from 430 accounts on<" in drawn and ">foretold by a normal approximation<" in drawn


def test_estimates_are_set_against_the_truth(of_kind):
    rows = rows_of(charts.estimates(of_kind["recovery"]), "size", "at")
    assert {row["truth"] for row in rows} == {0.25}
    assert [row["at"] for row in rows if row["label"] == "Decision Maker"] == pytest.approx([0.2, 0.2])
    rows = rows_of(charts.estimates(of_kind["bg-nbd"]), "size", "at")
    assert {row["truth"] for row in rows} == {1.0}
    assert rows[0]["at"] == pytest.approx(0.25 / 0.243)


def test_bias_has_the_interval_of_a_mean(of_kind):
    row = rows_of(charts.bias(of_kind["recovery"]), "size", "at")[0]
    assert row["at"] - row["low"] == pytest.approx(1.645 * 0.05 / 3**0.5, abs=1e-4)  # of a confidence of 90 %


def test_the_best_methods_and_readings_stand_first(of_kind):
    assert [row["label"] for row in rows_of(charts.methods(of_kind["tuners"]), "label")][:2] == ["random", "refine"]
    labels = [row["label"] for row in rows_of(charts.flips(of_kind["readings"]), "label")]
    assert labels == ["aggregation mean", "day boundary UTC"]


def test_pairs_are_the_same_from_both_sides(of_kind):
    rows = {(row["row"], row["column"]): row for row in rows_of(charts.pairs(of_kind["models"]), "row", "column")}
    assert len(rows) == 6
    assert rows["found", "default"]["verdict"] == "better" and rows["default", "found"]["verdict"] == "worse"
    assert rows["default", "found"]["gain"] == -0.02
    assert rows["default", "found"]["low"] == pytest.approx(-0.035)
    assert [row for row, _ in rows][0] == "found"


def test_charts_say_the_numbers(study):
    drawn = draw(charts.models(study))
    for row in study.metric().iter_rows(named=True):
        assert f">{row['value']:.3f}<" in drawn
    assert "ceiling 0.790" in drawn
    assert ">profit per group on groups that no search saw<" in draw(charts.models(study, "profit"))
    drawn = draw(charts.completeness(study))
    assert ">38 %<" in drawn
    assert ">1,107<" in drawn


@pytest.mark.parametrize("name", NAMES)
def test_tooltips_tell_their_lines_apart(study, name):
    """A tooltip shows one line for each title: two of one title would be one line."""
    layers = json.loads(getattr(charts, name)(study).to_json())["layer"]
    for tips in [layer["encoding"]["tooltip"] for layer in layers if "tooltip" in layer.get("encoding", {})]:
        titles = [tip["title"] for tip in tips]
        assert len(titles) == len(set(titles))


def test_every_colour_has_a_dark_counterpart(study):
    colours = set()
    for name in NAMES:
        text = json.dumps(json.loads(getattr(charts, name)(study).to_json()))
        colours |= {text[i : i + 7].lower() for i in range(len(text)) if text[i] == "#" and text[i + 7] == '"'}
    assert colours <= set(DARK)
    assert CONFIG["background"] == "transparent"


def test_wilson_interval():
    """Newcombe (1998), table I: 81 of 263, 95 %: 0.2553 to 0.3662."""
    table = with_share_interval(pl.DataFrame({"groups": [263, 0], "share_won": [81 / 263, None]}))
    assert table["share_low"][0] == pytest.approx(0.2553, abs=5e-5)
    assert table["share_high"][0] == pytest.approx(0.3662, abs=5e-5)
    assert table["share_low"][1] is None


def test_merged_bins_keep_every_group(study):
    merged = merge_bins(study.scores)
    assert merged.select("won", "lost", "groups").sum().equals(study.scores.select("won", "lost", "groups").sum())
    assert merged["low"][0] == study.scores["low"][0]
    assert merged["high"].to_list()[:-1] == merged["low"].to_list()[1:]
    assert merged.height <= 10


@pytest.mark.parametrize(
    ("groups", "parts"),
    [
        ([10] * 10, [10] * 10),
        ([40, 3, 3, 3, 51], [40, 60]),  # small ones wait for the next
        ([9, 9, 9, 73], [18, 82]),  # and what is left at the end goes to the last
        ([95, 5, 0], [100]),
        ([0, 0, 7], [7]),
        ([1, 1], [1, 1]),
        ([0, 0], []),
    ],
)
def test_every_merged_bin_holds_at_least_a_tenth(groups, parts):
    edges = range(len(groups))
    scores = pl.DataFrame({"low": edges, "high": [e + 1 for e in edges], "won": groups, "lost": 0, "groups": groups})
    merged = merge_bins(scores.with_columns(share_won=pl.lit(1.0)))
    assert merged["groups"].to_list() == parts
    assert merged["high"].to_list()[-1:] == ([len(groups)] if parts else [])


@pytest.mark.parametrize("name", ["models", "gains", "optimism", "search", "reliability", "capacity", "reach"])
def test_drawn_where_figures_are_not_defined(tmp_path, name):
    """A replicate without an interval, a fold without won groups, a candidate without a value."""
    changes = {
        f"tables/metrics/{column}": np.where(np.arange(40) % 5 == 0, np.nan, 0.5)
        for column in ("value_low", "value_high", "gain_low", "gain_high")
    }
    changes |= {"tables/folds/found_test": np.array([np.nan, 0.7, 0.7, 0.7, 0.7])}
    changes |= {"tables/trials/value": np.where(np.arange(LENGTHS["trials"]) % 3 == 1, np.nan, 0.5)}
    changes |= {"tables/reliability/observed": np.where(np.arange(10) == 2, np.nan, 0.5)}
    changes |= {"tables/capacity/precision": np.where(np.arange(51) == 0, np.nan, 0.5)}
    study = package.open_study(write_study(tmp_path / "study.h5", changes=changes))
    assert "NaN" not in draw(getattr(charts, name)(study))


def test_what_has_no_bound_is_not_drawn(tmp_path):
    changes = {"tables/parameters/found": np.array([np.inf, 0.1, 0.2, 0.3, 0.3, 0.1])}
    drawn = draw(charts.parameters(package.open_study(write_study(tmp_path / "study.h5", changes=changes))))
    assert "Infinity" not in drawn and "NaN" not in drawn


def test_roles_stand_by_their_names(study):
    drawn = draw(charts.parameters(study))
    assert ">Champion<" in drawn
    assert "weighting<" not in drawn


@pytest.fixture(scope="module")
def vast(tmp_path_factory):
    return package.open_study(write_study(tmp_path_factory.mktemp("charts") / "study.h5", trials=6_000))


def test_of_many_candidates_a_sample_is_drawn(vast):
    spec = json.loads(charts.search(vast).to_json())
    dots = max(spec["datasets"].values(), key=len)
    assert len(dots) == SHOWN + 3 < last_search(vast).height == 6_000
    places = sorted(dot["trial"] for dot in dots)
    assert max(b - a for a, b in zip(places, places[1:], strict=False)) < 20  # it is from all over the search
    assert json.loads(charts.search(vast).to_json())["datasets"] == spec["datasets"]
    assert draw(charts.search(vast)).startswith("<svg")


def test_the_line_of_a_search_is_the_best_so_far(study):
    spec = json.loads(charts.search(study).to_json())
    line = next(rows for rows in spec["datasets"].values() if "best" in rows[0])
    table = last_search(study).filter(pl.col("origin") != "truth")
    best = table["value"].cum_max()
    assert line[0]["best"] == best[0] and line[-1]["best"] == best[-1]
    assert [row["best"] for row in line[:-1]] == best.unique(maintain_order=True).to_list()


def test_obvious_charts(tmp_path):
    tables = package.open_study(write_other(tmp_path / "study.h5")).tables
    lines = draw(charts.obvious(tables["curve"]))
    assert ">machines<" in lines and ">truth<" in lines
    bands = draw(charts.obvious(tables["by model"], {"loss": "h"}))
    assert ">loss [h]<" in bands and ">default<" in bands and ">none<" not in bands
    assert charts.obvious(tables["runs"]) is None
    of_power = tables_of("power")[0]
    assert ">accounts<" in draw(charts.obvious(pl.DataFrame(of_power["power"])))
    assert charts.obvious(pl.DataFrame(of_power["worlds"])) is None  # a line for each of 20 seeds tells nothing
    assert charts.obvious(tables["nothing"]) is None


def test_the_many_metrics_of_a_study_have_no_obvious_chart(study):
    assert charts.obvious(study.metrics.head(3)) is not None
    assert charts.obvious(pl.concat([study.metrics] * 2)) is None
    assert len(MODELS) == study.metric().height


def test_a_spread_sample_has_no_period():
    table = pl.DataFrame({"row": range(4_096)})
    sample = spread(table, 512)
    assert sample.height == 512
    for steps in (2, 3, 4, 8, 16):
        counts = (sample["row"] % steps).value_counts()["count"]
        assert counts.min() > 0.8 * 512 / steps
    assert spread(table, 5_000).equals(table)


def test_long_runs_of_many_arms_are_drawn(tmp_path):
    """Every k-th day is drawn where all are too many, the first and the last among them."""
    arms, days = [f"arm {i}" for i in range(7)], 910
    daily, panel = {"arm": list(np.repeat(arms, days)), "day": np.tile(np.arange(days), 7)}, {"arm": [arms[0]] * days}
    tables = {
        "daily": daily | interval("engagement", np.arange(7.0 * days), 1) | interval("open_deals", np.ones(7 * days), 1),
        "panel": panel | {"replicate": np.ones(days, int), "day": np.arange(days)}
        | {f"funnel_{at}": np.ones(days) for at in ("none", "a", "c", "d", "e", "f", "won", "lost")},
    }
    changes = {f"tables/{table}/{column}": values for table, of in tables.items() for column, values in of.items()}
    path = write_kind(tmp_path / "study.h5", "simulation", changes)
    study = package.open_study(path)
    for chart in (charts.course(study), charts.funnel(study), charts.obvious(study.table("daily"))):
        assert draw(chart).startswith("<svg")
        rows = max(json.loads(chart.to_json())["datasets"].values(), key=len)
        x = {row.get("x", row.get("day")) for row in rows}
        assert days / 3 < len(x) < days
        assert {0, days - 1} <= x
    assert package.write_report(path, tmp_path / "report.html").is_file()


@pytest.mark.parametrize(
    ("kind", "name", "asked", "said"),
    [
        ("simulation", "kpi_of_arms", ["nope"], "the KPI nope is missing. The table arms has won, won_revenue_per_sales_hour, regret."),
        ("simulation", "course", ["nope"], "the figure nope is missing. The table daily has engagement, open_deals."),
        ("simulation", "course", ["engagement", ["lux"]], "the arm lux is missing. The table daily has lax, strict, oracle."),
        ("simulation", "funnel", ["lux"], "the arm lux is missing. The table panel has lax, strict, oracle."),
        ("simulation", "occupancy", ["won"], "the place won is missing. The table occupancy has A, C."),
        ("models", "models", ["nope"], "the metric nope is missing. The table metrics has auc."),
        ("models", "gains", ["nope"], "the metric nope is missing. The table metrics has auc."),
        ("recovery", "estimates", ["nope"], "the unit nope is missing. The table recovery has share of role weights."),
        ("recovery", "bias", ["nope"], "the unit nope is missing. The table recovery has share of role weights."),
        ("sweep", "sweep", [0.3], "the value 0.3 is missing. The table sweep has 0.0, 0.05."),
        ("hand-off", "policies", ["nope"], "the figure nope is missing. The table curve has profit, precision."),
    ],
)
def test_names_that_a_study_has_not_are_refused_with_those_it_has(of_kind, kind, name, asked, said):
    with pytest.raises(package.FormatError) as caught:
        getattr(charts, name)(of_kind[kind], *asked)
    assert str(caught.value).endswith(said)


def test_a_unit_that_a_study_has_not_is_refused(study):
    with pytest.raises(package.FormatError, match="the unit nope is missing. The table parameters has share of role weights."):
        charts.parameters(study, "nope")


def columns_of(**tables):
    return {f"tables/{table}/{column}": values for table, of in tables.items() for column, values in of.items()}


def of_arms(tmp_path, arms, days, value=1.0):
    """A simulation of these arms on these days."""
    n, every = len(arms) * len(days), {"arm": list(np.repeat(arms, len(days))), "day": np.tile(days, len(arms))}
    stages = {f"funnel_{at}": np.full(n, value) for at in ("none", "a", "c", "d", "e", "f", "won", "lost")}
    daily = every | interval("engagement", np.arange(float(n)), 1) | interval("open_deals", np.ones(n), 1)
    changes = columns_of(daily=daily, panel=every | {"replicate": np.ones(n, int)} | stages)
    return package.open_study(write_kind(tmp_path / "study.h5", "simulation", changes))


def test_of_more_arms_than_colours_the_first_the_best_and_the_oracle_stand_out(tmp_path):
    arms = [f"arm {i}" for i in range(9)] + ["strict", "oracle"]
    many = of_arms(tmp_path, arms, [0, 1, 2])

    def told(chart):
        colour = json.loads(chart.to_json())["layer"][1]["encoding"]["color"]
        colours = dict(zip(colour["scale"]["domain"], colour["scale"]["range"], strict=True))
        assert list(colours) == [*colour["legend"]["values"], *(a for a in arms if a not in colour["legend"]["values"])]
        few = {arm: c for arm, c in colours.items() if c != FAINT}
        assert list(few) == colour["legend"]["values"]
        assert len(set(few.values())) == len(few)
        rows = rows_of(chart, "x", "at", "low")
        assert {row["label"] for row in rows if row["low"] < row["at"]} == set(few)
        return list(few)

    assert told(charts.course(many)) == ["arm 0", "strict", "oracle"]
    assert told(charts.course(many, arms=["arm 7", "arm 2"])) == ["arm 2", "arm 7"]


def test_funnels_of_arms_have_one_scale(tmp_path):
    rows = {"arm": ["small", "large"] * 2, "replicate": [1, 1, 1, 1], "day": [0, 0, 1, 1], "funnel_c": [1.0, 30, 2, 40]}
    changes = columns_of(panel=rows | {"funnel_lost": [0.0, 5, 0, 6]})
    for name in ("none", "a"):
        changes[f"tables/panel/funnel_{name}"] = [99.0] * 4
    study = package.open_study(write_kind(tmp_path / "study.h5", "simulation", changes))
    for arm in ("small", "large"):
        assert json.loads(charts.funnel(study, arm).to_json())["layer"][0]["encoding"]["y"]["scale"]["domain"] == [0, 46]


def test_axes_write_small_and_large_numbers_as_people_do(tmp_path):
    drawn = draw(charts.funnel(of_arms(tmp_path, ["one"], [0, 1], 0.1)))
    assert ">0.4<" in drawn and "00m<" not in drawn
    changes = columns_of(arms=interval("mean", np.linspace(-2000, 1_234_567, 9), 100))
    drawn = draw(charts.kpi_of_arms(package.open_study(write_kind(tmp_path / "kpi.h5", "simulation", changes))))
    assert ">400,000<" in drawn and ">1,080,000<" in drawn and "e+" not in drawn


def test_a_long_title_of_an_axis_is_broken(of_kind):
    drawn = draw(charts.kpi_of_arms(of_kind["simulation"]))
    assert ">won revenue per sales hour<" in drawn and ">[currency/hour]<" in drawn


def test_arms_are_drawn_by_what_they_are_judged_by(tmp_path):
    path = write_kind(tmp_path / "study.h5", "simulation", {"summary@judged_by": "won"})
    assert ">won [deals]<" in draw(charts.kpi_of_arms(package.open_study(path)))


def test_one_day_is_a_point_and_a_bar(tmp_path):
    """A line and an area of one day would not be seen."""
    one = of_arms(tmp_path, ["one", "two"], [0])
    *_, points = json.loads(charts.course(one).to_json())["layer"]
    assert (points["mark"]["type"], points["mark"]["opacity"]) == ("point", 1)
    assert json.loads(charts.funnel(one).to_json())["layer"][0]["mark"]["type"] == "bar"
    *_, points = json.loads(charts.course(of_arms(tmp_path, ["one", "two"], [0, 1])).to_json())["layer"]
    assert points["mark"]["opacity"] == 0
