"""The program from Python."""

import datetime as dt
import shutil
import tomllib

import numpy as np
import polars as pl
import pytest
import rolecall as package
from rolecall import program

from study_file import expect_digest_as_recorded


@pytest.fixture(scope="module")
def example(repo):
    return repo / "examples" / "worked-example"


def test_score_of_the_worked_example(example):
    scores = package.score(example, example / "model.toml", "2026-03-02")
    assert scores.select("group_id", "engagement", "completeness", "members").rows() == [
        ("crop-planner-for-acme", 35.25, 100.0, 6)
    ]


def test_a_model_may_be_a_text(example):
    text = (example / "model.toml").read_text()
    assert package.score(example, text, "2026-03-02")["engagement"].to_list() == [35.25]


def test_ids_stay_texts_and_undefined_is_null(example, tmp_path):
    bundle = shutil.copytree(example, tmp_path / "bundle")
    for name in ("groups.csv", "members.csv"):
        text = (bundle / name).read_text().replace("crop-planner-for-acme", "0042")
        (bundle / name).write_text(text)
    model = (example / "model.toml").read_text().replace('" }', '", required = false }')
    scores = package.score(bundle, model, "2026-03-02")
    assert scores.row(0, named=True)["group_id"] == "0042"
    assert scores["completeness"].to_list() == [None]
    assert scores["missing_roles"].to_list() == [""]


@pytest.mark.parametrize("level", ["person", "account"])
def test_levels(repo, level):
    scores = package.score(repo / "examples" / "small", "ajo-seed", "2026-03-31", level=level)
    assert scores.columns[0] == f"{level}_id"
    assert scores["engagement"].dtype == pl.Float64


@pytest.mark.filterwarnings("ignore:intervals rest on")
def test_evaluate(repo, tmp_path):
    world = package.import_csv(repo / "examples" / "small", tmp_path / "world.h5")
    with pytest.warns(package.ProgramWarning, match="12 of 77 groups have no outcome date"):
        result = package.evaluate(world, "ajo-seed", "outcome-7d", replicates=200, seed=3)
    assert (result["groups"], result["won"], result["lost"]) == (65, 24, 41)
    auc = result["metrics"]["auc"]
    assert auc["low"] < auc["value"] < auc["high"]
    assert (result["replicates"], result["seed"]) == (200, 3)


def test_errors_are_the_program_s(example):
    with pytest.raises(package.ProgramError, match="neither a built-in model") as caught:
        package.score(example, "no-such-model", "2026-03-02")
    assert caught.value.returncode == 2
    assert package.run("score", example, check=False).returncode == 2


def test_an_existing_output_is_kept(example, tmp_path):
    path = tmp_path / "world.h5"
    package.import_csv(example, path)
    with pytest.raises(package.ProgramError, match="exists already"):
        package.import_csv(example, path)
    package.import_csv(example, path, force=True)


@pytest.mark.filterwarnings("ignore::rolecall.ProgramWarning")
def test_generate_and_study(tmp_path):
    sizes = {"accounts": 200, "people": 1200, "activities": 40_000, "days": 240}
    world = package.generate(tmp_path / "world.h5", **sizes, seed=3, threads=1)
    study = package.run_study("role-weights", tmp_path / "study.h5", world=world, candidates=40)
    assert study.recipe.world_digest == package.content_digest(world)
    assert study.recipe.world_specification == ""
    assert study.summary.world_digest == study.recipe.world_digest
    assert study.summary.trials == study.trials.height
    assert package.score(world, study.best_model, "outcome-7d").height
    expect_digest_as_recorded(study)


def test_where_the_program_is_looked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("ROLECALL_BIN", "/somewhere/rolecall")
    assert str(package.find_program()) == "/somewhere/rolecall"
    monkeypatch.delenv("ROLECALL_BIN")
    monkeypatch.setattr(program, "__file__", str(tmp_path / "python" / "rolecall" / "program.py"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="make build"):
        package.find_program()
    on_path = tmp_path / "rolecall"
    on_path.write_text("#!/bin/sh\n")
    on_path.chmod(0o755)
    assert package.find_program() == on_path
    built = tmp_path / "build" / "bin" / "rolecall"
    built.parent.mkdir(parents=True)
    built.touch()
    assert package.find_program() == built


def test_model_text():
    assert "daily_cap = 20" in package.model_text("ajo-seed")


def test_simulate(tmp_path):
    study = package.simulate(
        "small",
        tmp_path / "run.h5",
        settings={
            "hand_off.by": "completeness",
            "run.days": 30,
            "run.oracle": False,
            "world.size.accounts": 50,
            "world.size.people": 500,
            "buyers.without_content": ["Executive"],
            "world.accounts.countries": {"US": 1.0, "DE": 2},
            "run.end": dt.date(2026, 2, 27),
        },
        replicates=2,
        world=tmp_path / "world.h5",
    )
    assert study.table("arms")["arm"].unique().sort().to_list() == ["no treatment", "score"]
    asked = tomllib.loads(study.recipe.specification)
    assert (asked["run"]["end"], asked["world"]["accounts"]["countries"]["DE"]) == (dt.date(2026, 2, 27), 2)
    assert study.table("kpis").height == 4
    assert 'without_content = ["Executive"]' in study.recipe.specification
    world = package.open_world(tmp_path / "world.h5")
    scores = package.score(world, "by-title", "2026-02-27")
    assert scores.height == world.groups.height > 0


SHORT = {"run.days": 5, "run.burn_in": 0, "run.replicates": 1, "world.size.accounts": 50, "world.size.people": 500}


def test_simulate_runs_the_arms_that_are_named(tmp_path):
    one = package.simulate("small", tmp_path / "one.h5", settings=SHORT, arms="no treatment")
    assert one.table("kpis")["arm"].to_list() == ["no treatment"]
    both = package.simulate("small", tmp_path / "both.h5", settings=SHORT, arms=("score", "no treatment"))
    assert both.table("kpis")["arm"].to_list() == ["score", "no treatment"]
    with pytest.raises(package.ProgramError, match="nobody"):
        package.simulate("small", tmp_path / "none.h5", settings=SHORT, arms=["nobody"])


def test_simulate_writes_the_world_of_the_arm_that_is_named(tmp_path):
    """What is sent tells the worlds of arms apart."""
    sent = {}
    for of in (None, "score", "no treatment"):
        package.simulate("small", tmp_path / "run.h5", settings=SHORT, world=tmp_path / "world.h5", of=of, force=True)
        sent[of] = package.content_digest(tmp_path / "world.h5")
    assert sent[None] == sent["score"] != sent["no treatment"]


@pytest.mark.parametrize(
    "value",
    [
        {"US": 1.0, "a b": {"é \" \\": [True, False, []]}, "x.y": {}},
        "𝄞 \x7f \x01\n\t\"",
        [1, -2.5e300, float("inf"), np.float64(0.1), np.int64(3)],
        [dt.date(2026, 3, 1), dt.time(9, 30), dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)],
    ],
)
def test_a_setting_is_as_toml_has_it(value):
    text = program.setting(value)
    assert "\n" not in text
    assert tomllib.loads(f"x = {text}")["x"] == value


@pytest.mark.parametrize("value", [None, {"a": None}, [{1, 2}]])
def test_what_toml_has_not_is_no_setting(value):
    with pytest.raises(TypeError, match="is no value of TOML. Give a text"):
        program.setting(value)
