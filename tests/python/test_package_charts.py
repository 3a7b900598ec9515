"""Charts are drawn, by the library that draws them in a browser."""

import json

import numpy as np
import polars as pl
import pytest
import rolecall as package
import vl_convert
from rolecall import charts
from rolecall.charts.theme import CONFIG, DARK
from rolecall.intervals import merge_bins, near_best, with_share_interval

from study_file import LENGTHS, write_study

NAMES = charts.__all__


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return package.open_study(write_study(tmp_path_factory.mktemp("charts") / "study.h5"))


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    return package.open_study(write_study(tmp_path_factory.mktemp("charts") / "study.h5", truth=False))


@pytest.fixture(scope="module")
def barren(tmp_path_factory):
    """A study without one group in any bin or band."""
    none = {f"{table}/{name}": np.zeros(LENGTHS[length]) for name in ("won", "lost")
            for table, length in {"scores": "bins", "completeness": "bands"}.items()}  # fmt: skip
    nan = {f"coverage/{name}": np.full(6, np.nan) for name in ("won_if_filled", "won_if_missing")}
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
    for row in study.models.iter_rows(named=True):
        assert f">{row['auc']:.3f}<" in drawn
    assert f"ceiling {study.true_score['auc']:.3f}" in drawn
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


def test_near_best_by_hand(study):
    near = near_best(study)
    assert near[study.best_trial]
    difference = study.replicates[study.best_trial] - study.replicates[5]
    low, high = np.percentile(difference, [2.5, 97.5])
    assert near[5] == (low <= 0 <= high)
