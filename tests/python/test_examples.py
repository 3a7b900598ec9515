"""The bundles that ship with the project, and the published example's figure."""

import csv
import io
import json
import subprocess
import sys

import pytest
import reference
from test_oracle import differences, program_rows, reference_triples


@pytest.mark.parametrize("where", ["examples", "shared"])
def test_worked_example(where, rolecall, request, repo):
    """35.25 and 100, as published: exactly."""
    if where == "examples":
        bundle = request.getfixturevalue("examples") / "worked-example"
    else:
        bundle = request.getfixturevalue("shared") / "oracle" / "worked-example"
    (row,) = program_rows(rolecall, bundle, bundle / "model.toml", "2026-03-02")
    assert (row["engagement"], row["completeness"]) == ("35.25", "100")
    assert (row["engagement_display"], row["completeness_display"]) == ("35", "100")
    assert (row["members"], row["missing_roles"]) == ("6", "")


def test_worked_example_by_reference(examples):
    bundle = examples / "worked-example"
    (row,) = reference.score(bundle, bundle / "model.toml", "2026-03-02").values()
    assert (row.engagement, row.completeness) == (35.25, 100)


def test_worked_example_by_oracle(examples, oracle):
    bundle = examples / "worked-example"
    (row,) = csv.DictReader(io.StringIO(oracle(bundle, bundle / "model.toml", "2026-03-02")))
    assert (row["engagement"], row["completeness"]) == ("35.25", "100.0")


def test_small_is_what_its_script_makes(examples, tmp_path):
    """Byte for byte."""
    subprocess.run([sys.executable, examples / "make_small.py", tmp_path], check=True)
    made = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    kept = {p.name: p.read_bytes() for p in (examples / "small").iterdir() if p.suffix == ".csv"}
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == []


def test_small_is_small(examples):
    files = list((examples / "small").iterdir())
    assert sum(p.stat().st_size for p in files) < 1_500_000
    tables = {p.stem: reference.csv.DictReader(p.open(encoding="utf-8")) for p in files if p.suffix == ".csv"}
    tables = {name: list(rows) for name, rows in tables.items()}
    assert len(tables["accounts"]) == 40
    assert 60 <= len(tables["groups"]) <= 120
    assert len({row["activity"] for row in tables["activities"]}) == 34


@pytest.mark.parametrize("model", ["ajo-seed", "ajo-example", "ajo-2026", "ajo-2026-literal"])
@pytest.mark.parametrize("as_of", ["2026-03-31", "2026-02-01", "outcome-7d", "created+30d"])
def test_small_under_the_built_in_models(model, as_of, examples, rolecall, repo):
    """The built-in models say what their files say."""
    path = repo / "scoring" / "models" / f"{model}.toml"
    if not path.exists():
        pytest.skip(f"{path.name} is kept elsewhere")
    want = reference_triples(reference.score(examples / "small", path, as_of))
    exact = model in ("ajo-seed", "ajo-example")
    found = differences(program_rows(rolecall, examples / "small", model, as_of), want, exact)
    assert not found, "\n".join(found[:20])


def test_small_foretells_outcomes(examples, rolecall, repo):
    """Engagement a week ahead tells won from lost, imperfectly; the AUC is the reference's."""
    done = rolecall("evaluate", examples / "small", "--model", "ajo-seed", "--as-of", "outcome-7d", "--format", "json")
    found = json.loads(done.stdout)
    auc = found["metrics"]["auc"]
    assert 0.7 <= auc["value"] <= 0.85
    assert auc["low"] < auc["value"] < auc["high"]
    outcomes = reference.Bundle(examples / "small", reference.ZoneInfo("UTC")).outcome
    assert found["won"] == sum(o == "won" for o in outcomes.values())
    assert found["lost"] == sum(o == "lost" for o in outcomes.values())
    path = repo / "scoring" / "models" / "ajo-seed.toml"
    if path.exists():
        scores = reference.score(examples / "small", path, "outcome-7d")
        assert auc["value"] == pytest.approx(
            float(reference.auc({g: s.engagement for g, s in scores.items()}, outcomes)), abs=1e-12
        )


def test_evaluate_has_its_metrics(examples, rolecall):
    done = rolecall("evaluate", examples / "small", "--model", "ajo-seed", "--as-of", "outcome-7d", "--format", "json")
    metrics = json.loads(done.stdout)["metrics"]
    assert {"auc", "pr_auc", "lift_at_5", "lift_at_10", "lift_at_20", "brier"} <= metrics.keys()
    for name in ("auc", "pr_auc", "lift_at_10", "brier"):
        value = metrics[name]
        assert value["low"] <= value["value"] <= value["high"], name


def test_evaluate_against_another_model(examples, rolecall):
    """The gain over itself is nothing, and that over another the other one's loss."""

    def gains(model, other):
        done = rolecall("evaluate", examples / "small", "--model", model, "--against", other, "--as-of", "outcome-7d",
                        "--format", "json")
        return json.loads(done.stdout)["gains"]

    assert all(v == {"value": 0, "low": 0, "high": 0} for v in gains("ajo-seed", "ajo-seed").values())
    ahead, behind = gains("ajo-seed", "ajo-example"), gains("ajo-example", "ajo-seed")
    for metric, gain in ahead.items():
        assert gain["value"] == -behind[metric]["value"]
        assert gain["low"] == pytest.approx(-behind[metric]["high"], abs=1e-12)
        assert gain["low"] <= gain["value"] <= gain["high"]


def test_sorted_top_and_json(examples, rolecall):
    small, model, as_of = examples / "small", "ajo-seed", "2026-03-31"
    rows = program_rows(rolecall, small, model, as_of, "--sort", "-engagement", "--top", "5")
    scores = [float(r["engagement"]) for r in rows]
    everything = program_rows(rolecall, small, model, as_of)
    assert scores == sorted((float(r["engagement"]) for r in everything), reverse=True)[:5]
    more = ["score", small, "--model", model, "--as-of", as_of]
    assert json.loads(rolecall(*more, "--format", "json").stdout)
    table = rolecall(*more).stdout
    assert all(len(line) <= 200 for line in table.splitlines())


def test_scores_file(examples, rolecall, tmp_path):
    """-o writes the rows that --format csv prints."""
    more = ["--model", "ajo-seed", "--as-of", "2026-03-31"]
    printed = rolecall("score", examples / "small", *more, "--format", "csv").stdout
    rolecall("score", examples / "small", *more, "-o", tmp_path / "scores.csv")
    assert (tmp_path / "scores.csv").read_text(encoding="utf-8") == printed
    rolecall("score", examples / "small", *more, "-o", tmp_path / "scores.h5")
    import h5py

    with h5py.File(tmp_path / "scores.h5") as file:
        assert file.keys()
    assert not list(tmp_path.glob("*.partial"))
