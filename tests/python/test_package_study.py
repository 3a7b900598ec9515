"""Studies and score tables, as the package reads them."""

import h5py
import numpy as np
import polars as pl
import pytest
import rolecall as package

from study_file import LENGTHS, ROLES, write_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return package.open_study(write_study(tmp_path_factory.mktemp("study") / "study.h5"))


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    return package.open_study(write_study(tmp_path_factory.mktemp("study") / "study.h5", truth=False))


@pytest.fixture(scope="module")
def raw(study):
    with h5py.File(study.path) as file:
        yield file


def test_every_table_is_the_file_s(study, raw):
    for table, names in {
        "trials": ["train_auc", "train_low", "train_high", "test_auc", "weight"],
        "models": ["auc", "auc_low", "auc_high", "gain", "gain_low", "gain_high"],
        "roles": ["default", "found", "found_low", "found_high", "truth"],
        "scores": ["low", "high", "won", "lost"],
        "completeness": ["low", "high", "won", "lost"],
        "coverage": ["members", "filled", "won_if_filled", "won_if_missing"],
    }.items():
        frame = getattr(study, table)
        for name in names:
            column = frame[name]
            values = column.to_numpy() if column.dtype.is_nested() else column.cast(pl.Float64).fill_null(np.nan)
            assert np.array_equal(values, raw[f"{table}/{name}"][:], equal_nan=True), f"{table}/{name}"
    assert study.trials["origin"].to_list() == raw["trials/origin"].asstr()[:].tolist()
    assert study.models["model"].to_list() == raw["models/name"].asstr()[:].tolist()
    assert study.roles["role"].to_list() == study.coverage["role"].to_list() == ROLES
    assert np.array_equal(study.replicates, raw["replicates/train_auc"][:])


def test_every_documented_item_is_read(study, raw):
    """Nothing of the file stays out of reach of the package."""
    read = {f"recipe@{name}" for name in vars(study.recipe)} | {f"summary@{name}" for name in vars(study.summary)}
    found = {f"{group}@{name}" for group in ("recipe", "summary") for name in raw[group].attrs}
    assert read == found
    for name in vars(study.recipe):
        assert getattr(study.recipe, name) == raw["recipe"].attrs[name]
    for name in vars(study.summary):
        assert getattr(study.summary, name) == raw["summary"].attrs[name]
    assert study.best_trial == raw["best"].attrs["trial"]
    assert study.best_model == raw["best"].attrs["model"]
    assert study.provenance.command == raw["provenance"].attrs["command"]


def test_shapes(study):
    assert study.replicates.shape == (LENGTHS["trials"], LENGTHS["replicates"])
    assert study.trials["weight"].to_numpy().shape == (LENGTHS["trials"], LENGTHS["roles"])
    assert study.scores.height == LENGTHS["bins"]


def test_shares_are_of_groups(study):
    for table in (study.scores, study.completeness):
        assert table["groups"].equals((table["won"] + table["lost"]).alias("groups"))
        filled = table.filter(pl.col("groups") > 0)
        assert np.allclose(filled["share_won"], filled["won"] / filled["groups"])
        assert table.filter(pl.col("groups") == 0)["share_won"].is_null().all()


def test_without_a_truth_what_needs_one_is_none(imported):
    assert imported.roles["truth"].is_null().all()
    assert imported.summary.ceiling_auc is None
    for name in ("truth_margin", "truth_margin_low", "truth_margin_high", "better_than_truth"):
        assert getattr(imported.summary, name) is None, name
    assert imported.summary.found_gain_low <= imported.summary.found_gain <= imported.summary.found_gain_high
    assert imported.true_score is None
    assert imported.recipe.world_specification == ""


def test_the_true_score_is_one_of_the_models(study):
    assert study.true_score == study.models.row(-1, named=True)


def test_no_candidate_better_than_the_truth_is_no_lack_of_a_truth(tmp_path):
    changes = {"summary@better_than_truth": 0, "summary@truth_margin": -1.0}
    summary = package.open_study(write_study(tmp_path / "study.h5", changes=changes)).summary
    assert (summary.better_than_truth, summary.truth_margin) == (0, -1.0)


def test_the_fixture_is_whole(study):
    assert package.check_digest(study).ok
    assert "role-weights, 303 trials" in repr(study)


def test_scores(repo, tmp_path):
    path = tmp_path / "scores.h5"
    world = repo / "examples" / "small"
    package.run("score", world, "--model", "ajo-seed", "--as-of", "2026-03-31", "-o", path)
    scores = package.open_scores(path)
    assert scores.table.equals(package.score(world, "ajo-seed", "2026-03-31"))
    assert scores.recipe["as_of"] == "2026-03-31"
    assert scores.units["completeness"] == "%"
    assert "77 rows" in repr(scores)
