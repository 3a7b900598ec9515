"""Charts are drawn, by the library that draws them in a browser."""

import json

import numpy as np
import polars as pl
import pytest
import rolecall as package
import vl_convert
from rolecall import charts
from rolecall.charts.theme import CONFIG, DARK
from rolecall.charts.weights import NEAR, SHOWN, WORSE, kinds, shown, spread
from rolecall.intervals import merge_bins, near_best, percentiles, with_share_interval

from study_file import LENGTHS, plausible_values, write_study

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


def test_percentiles_leave_nan_out():
    values = np.random.default_rng(1).normal(size=(40, 30))
    values[values > 1] = np.nan
    values[7, 1:] = np.nan
    assert np.allclose(percentiles(values, (0.025, 0.975)), np.nanpercentile(values, [2.5, 97.5], axis=1))
    values[8] = np.nan
    assert np.isnan(percentiles(values, (0.5,))[0, 8])


def changed_replicates(path, change):
    values = plausible_values(np.random.default_rng(1))
    replicates = values["replicates/train_auc"].copy()
    change(replicates, values["best@trial"])
    return package.open_study(write_study(path / "study.h5", changes={"replicates/train_auc": replicates}))


def test_near_best_leaves_replicates_without_an_auc_out(study, tmp_path):
    """A replicate that drew no won or no lost group has no AUC for any candidate."""

    def change(replicates, _):
        replicates[:, [3, 50, 51]] = np.nan

    altered = changed_replicates(tmp_path, change)
    left = np.delete(study.replicates, [3, 50, 51], axis=1)
    low, high = np.percentile(left[study.best_trial] - left, [2.5, 97.5], axis=1)
    assert near_best(altered).to_list() == ((low <= 0) & (high >= 0)).tolist()
    assert 1 < near_best(altered).sum() < LENGTHS["trials"] / 2


def test_near_best_uses_what_both_have(tmp_path):
    def change(replicates, best):
        replicates[best, :100] = np.nan
        replicates[5, :150] = np.nan
        replicates[5, 150:] = 0  # far below in what is left
        replicates[6, 100:] = np.nan  # nothing in common with the best
        replicates[7, 100:] = replicates[best, 100:]

    altered = changed_replicates(tmp_path, change)
    near = near_best(altered)
    assert near[altered.best_trial] and near[6] and near[7]
    assert not near[5]


def test_the_best_is_near_itself_without_any_replicate(tmp_path):
    altered = changed_replicates(tmp_path, lambda replicates, _: replicates.fill(np.nan))
    assert near_best(altered).all()


@pytest.fixture(scope="module")
def vast(tmp_path_factory):
    return package.open_study(write_study(tmp_path_factory.mktemp("charts") / "study.h5", trials=6_000))


def test_of_many_candidates_a_sample_is_drawn(vast):
    table = kinds(vast)
    sample = shown(table)
    assert sample.height == SHOWN < table.height == 6_000
    for kind in set(table["kind"]) - {WORSE}:
        assert sample.filter(kind=kind).equals(table.filter(kind=kind)), kind
    assert sample.equals(shown(kinds(package.open_study(vast.path))))
    places = sample.filter(kind=WORSE)["trial"]
    assert places.diff().max() < 20  # it is from all over the search
    drawn = draw(charts.search(vast))
    assert drawn.startswith("<svg")
    assert "AUC of 2,000 of 6,000 candidates" in charts.search(vast).description


def test_where_all_are_near_the_best_they_are_sampled_too(vast):
    table = kinds(vast)
    flat = table.with_columns(kind=pl.col("kind").replace(WORSE, NEAR))
    assert shown(flat).height == SHOWN
    mixed = flat.with_columns(kind=pl.when(pl.col("trial") % 3 == 0, kind=NEAR).then(pl.lit(WORSE)).otherwise("kind"))
    sample = shown(mixed)
    assert sample.height == SHOWN
    assert sample.filter(kind=NEAR).height > sample.filter(kind=WORSE).height > SHOWN / 5


def test_a_spread_sample_has_no_period():
    table = pl.DataFrame({"row": range(4_096)})
    sample = spread(table, 512)
    assert sample.height == 512
    for steps in (2, 3, 4, 8, 16):
        counts = (sample["row"] % steps).value_counts()["count"]
        assert counts.min() > 0.8 * 512 / steps
    assert spread(table, 5_000).equals(table)


def test_near_best_by_hand(study):
    near = near_best(study)
    assert near[study.best_trial]
    difference = study.replicates[study.best_trial] - study.replicates[5]
    low, high = np.percentile(difference, [2.5, 97.5])
    assert near[5] == (low <= 0 <= high)
