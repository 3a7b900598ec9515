"""Charts are drawn, by the library that draws them in a browser."""

import json

import numpy as np
import polars as pl
import pytest
import rolecall as package
import vl_convert
from rolecall import charts
from rolecall.charts.theme import CONFIG, DARK
from rolecall.charts.searches import SHOWN, last_search, spread
from rolecall.intervals import merge_bins, with_share_interval

from study_file import LENGTHS, MODELS, write_other, write_study

NAMES = [name for name in charts.__all__ if name != "obvious"]


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
