"""Studies and score tables, as the package reads them."""

import math

import h5py
import numpy as np
import polars as pl
import pytest
import rolecall as package

from study_file import LENGTHS, METRICS, MODELS, PARAMETERS, ROLES, write_other, write_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return package.open_study(write_study(tmp_path_factory.mktemp("study") / "study.h5"))


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    return package.open_study(write_study(tmp_path_factory.mktemp("study") / "study.h5", truth=False))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return package.open_study(write_other(tmp_path_factory.mktemp("study") / "study.h5"))


@pytest.fixture(scope="module")
def raw(study):
    with h5py.File(study.path) as file:
        yield file


def same(values, column):
    if column.dtype == pl.String:
        return column.to_list() == [t.decode() for t in values]
    there = column.to_numpy() if column.dtype.is_nested() else column.cast(pl.Float64).fill_null(np.nan)
    return np.array_equal(there, values, equal_nan=True)


def test_every_column_is_the_file_s(study, raw):
    assert set(study.tables) == set(raw["tables"])
    assert len(study.tables) == 11
    for name, table in study.tables.items():
        assert table.columns == list(raw["tables"][name])
        for column in table.columns:
            assert same(raw["tables"][name][column][:], table[column]), (name, column)
        assert study.tables.description(name) == raw["tables"][name].attrs["description"]


def test_the_tables_of_a_study_that_tunes_have_names(study):
    assert study.models["model"].to_list() == study.replicates.columns == MODELS
    assert study.trials.columns[4:] == study.parameters["parameter"].to_list() == PARAMETERS
    assert study.trials.height == LENGTHS["trials"]
    assert study.replicates.height == LENGTHS["replicates"]
    assert study.coverage["role"].to_list() == ROLES
    assert study.folds.height == LENGTHS["folds"]
    assert study.reliability.height == 10
    assert study.capacity["share"].to_list()[-1] == 1
    assert study.tables.units("coverage")["members"] == "people"
    for metric in (None, *METRICS):
        table = study.metric(metric)
        assert table["model"].to_list() == MODELS
        assert set(table["metric"]) == {metric or "auc"}
        assert table["gain"][0] == 0


def test_every_attribute_is_read(study, raw):
    for name, value in raw["recipe"].attrs.items():
        assert getattr(study.recipe, name) == value
    assert dict(study.summary) == dict(raw["summary"].attrs)
    assert study.best_model == raw["best"].attrs["model"]
    assert study.provenance.command == raw["provenance"].attrs["command"]


def test_summary_has_its_known_figures_by_name(study):
    s = study.summary
    assert (s.groups, s.won, s.trees, s.replicates) == tuple(s[n] for n in ("groups", "won", "trees", "replicates"))
    assert (s.method, s.objective, s.resampled, s.confidence) == ("refine", "auc", "account trees", 0.95)
    assert s.interval("found_gain") == (s.found_gain, s.found_gain_low, s.found_gain_high) == (0.0105, 0.0041, 0.0164)
    assert s.interval("optimism") == (s.optimism, None, None)
    assert s.interval("method") is s.interval("nobody") is None
    assert s.finding.startswith("On groups that no search saw")
    assert isinstance(s.groups, int) and isinstance(s.confidence, float)


def test_shares_are_of_groups(study):
    for table in (study.scores, study.completeness):
        assert table["groups"].equals((table["won"] + table["lost"]).alias("groups"))
        filled = table.filter(pl.col("groups") > 0)
        assert np.allclose(filled["share_won"], filled["won"] / filled["groups"])
        assert table.filter(pl.col("groups") == 0)["share_won"].is_null().all()


def test_without_a_truth_what_needs_one_is_none(imported):
    assert imported.parameters["truth"].is_null().all()
    assert imported.summary.ceiling_auc is None
    assert imported.summary.truth_margin is None
    assert imported.summary.interval("truth_margin") is None
    assert imported.recipe.world_specification == ""


def test_a_figure_that_is_no_number_is_none(tmp_path):
    study = package.open_study(write_study(tmp_path / "study.h5", changes={"summary@ceiling_auc": math.nan}))
    assert study.summary.ceiling_auc is None
    assert math.isnan(study.summary["ceiling_auc"])


def test_any_kind_is_read(other):
    assert other.recipe.kind == "sweep"
    assert list(other.tables) == ["curve", "by model", "runs", "nothing"]
    assert other.tables["curve"]["all"].to_list()[1] == [2.0, 3.0]
    assert other.tables["by model"]["loss"].to_list() == [0.3, 0.2, None]
    assert other.tables["nothing"].height == 0
    assert other.best_model is None
    assert other.summary.trials is None
    assert other.summary["worlds"] == 6
    assert "bots, sweep" in repr(other)
    assert "by model" in repr(other.tables)
    with pytest.raises(KeyError):
        other.tables["trials"]
    with pytest.raises(package.FormatError, match="the table trials is missing.*A sweep study has curve, by model"):
        other.trials  # noqa: B018


def test_models_that_were_compared_are_of_the_recipe(tmp_path):
    changes = {f"recipe@against_{i}": f"name = 'm{i}'" for i in (10, 2, 1)}
    assert package.open_study(write_study(tmp_path / "study.h5", changes=changes)).recipe.against == tuple(
        f"name = 'm{i}'" for i in (1, 2, 10)
    )


def test_a_study_of_the_old_format_is_to_be_run_again(tmp_path):
    path = write_study(tmp_path / "study.h5", changes={"@format": "rolecall.study/1"})
    with pytest.raises(package.FormatError, match="too old.*Run the study again: `rolecall run role-weights -o"):
        package.open_study(path)


def test_columns_of_one_table_are_of_one_length(tmp_path):
    study = package.open_study(write_study(tmp_path / "study.h5", changes={"tables/folds/found_test": np.zeros(3)}))
    with pytest.raises(package.FormatError, match="tables/folds differ in length"):
        study.folds  # noqa: B018


def test_the_fixture_is_whole(study, other):
    assert package.check_digest(study).ok
    assert package.check_digest(other).ok
    assert "role-weights, tune, 303 trials on" in repr(study)


def test_scores(repo, tmp_path):
    path = tmp_path / "scores.h5"
    world = repo / "examples" / "small"
    package.run("score", world, "--model", "ajo-seed", "--as-of", "2026-03-31", "-o", path)
    scores = package.open_scores(path)
    assert scores.table.equals(package.score(world, "ajo-seed", "2026-03-31"))
    assert scores.recipe["as_of"] == "2026-03-31"
    assert scores.units["completeness"] == "%"
    assert "77 rows" in repr(scores)
