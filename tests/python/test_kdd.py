"""Real activity streams: ../shared/data/kdd2015, against the oracle and against known figures."""

import csv
import io
import json

import pytest
import reference
from cases import toml_text
from test_oracle import differences, program_rows

DATES = ["2013-11-20", "2014-01-05", "2014-06-01", "2014-06-23", "2014-07-15"]


@pytest.fixture(scope="session")
def kdd(shared):
    folder = shared / "data" / "kdd2015"
    if not folder.is_dir():
        pytest.skip("../shared/data/kdd2015 is not there")
    return folder


@pytest.fixture(scope="session")
def types(kdd):
    with (kdd / "activities.csv").open(encoding="utf-8", newline="") as file:
        return sorted({row["activity"] for row in csv.DictReader(file)})


@pytest.fixture
def write_model(types, tmp_path):
    """Writes a model of the seven types at weight 1 and one role; returns its path."""

    def write(cap=20, weights=None, readings=None):
        model = {"format": "rolecall.model/1", "name": "kdd", "window_days": 30, "daily_cap": cap}
        model["activities"] = {t: (weights or {}).get(t, 1) for t in types}
        if readings:
            model["readings"] = readings
        roles = [{"name": "Learner", "weighting": "Vital"}]
        model["template"] = [{"name": "t", "solutions": ["*"], "roles": roles}]
        path = tmp_path / "model.toml"
        path.write_text(toml_text(model), encoding="utf-8")
        return path

    return write


def test_seven_types(types):
    assert len(types) == 7


@pytest.mark.parametrize("as_of", DATES)
def test_equals_oracle(as_of, kdd, write_model, rolecall, oracle):
    check(kdd, write_model(), as_of, rolecall, oracle, exact=True)


@pytest.mark.parametrize(
    "readings",
    [
        {"weight_scaling": "max", "person_transform": "sqrt", "person_scaling": "max",
         "role_denominator": "present", "group_transform": "sqrt", "group_scaling": "max"},
        {"weight_scaling": "min-max", "person_transform": "sqrt", "person_scaling": "min-max",
         "role_denominator": "present", "group_transform": "sqrt", "group_scaling": "min-max"},
        {"aggregation": "max", "day_boundary": "Australia/Lord_Howe"},
    ],
)  # fmt: skip
def test_equals_oracle_with_readings(readings, kdd, types, write_model, rolecall, oracle):
    weights = {t: 30 * (1 + i % 3) for i, t in enumerate(types)}
    model = write_model(weights=weights, readings=readings)
    check(kdd, model, "2014-06-20", rolecall, oracle, exact="aggregation" in readings)


def check(kdd, model, as_of, rolecall, oracle, exact):
    text = oracle(kdd, model, as_of)
    want = [
        (r["group_id"], float(r["engagement"]), float(r["completeness"])) for r in csv.DictReader(io.StringIO(text))
    ]
    found = differences(program_rows(rolecall, kdd, model, as_of), want, exact)
    assert not found, "\n".join(found[:20])


def test_per_group_dates_equal_reference(kdd, write_model, rolecall):
    model = write_model()
    for as_of in ("outcome-0d", "outcome-7d", "created+10d"):
        want = reference.score(kdd, model, as_of)
        triples = [(g, float(want[g].engagement), float(want[g].completeness)) for g in sorted(want)]
        found = differences(program_rows(rolecall, kdd, model, as_of), triples, True)
        assert not found, "\n".join([as_of, *found[:20]])


@pytest.mark.parametrize(("cap", "auc"), [(20, 0.826891), (1, 0.832356), ("none", 0.824435)])
def test_auc(cap, auc, kdd, write_model, rolecall, tmp_path):
    model = write_model(cap)
    for world in (kdd, None):
        if world is None:
            world = tmp_path / "world.h5"
            rolecall("import", "csv", kdd, "-o", world)
        done = rolecall("evaluate", world, "--model", model, "--as-of", "outcome-0d", "--format", "json")
        found = json.loads(done.stdout)
        assert (found["won"], found["lost"]) == (1260, 6188)
        assert found["groups"] >= 7448
        metric = found["metrics"]["auc"]
        assert round(metric["value"], 6) == auc
        assert metric["low"] <= metric["value"] <= metric["high"]


def test_reference_gives_the_known_auc(kdd, write_model):
    """The figures above come from the data, not from the program."""
    want = reference.score(kdd, write_model(), "outcome-0d")
    outcomes = reference.Bundle(kdd, reference.ZoneInfo("UTC")).outcome
    won = sorted(s.engagement for g, s in want.items() if outcomes[g] == "won")
    lost = sorted(s.engagement for g, s in want.items() if outcomes[g] == "lost")
    import bisect

    twice = sum(bisect.bisect_left(lost, w) + bisect.bisect_right(lost, w) for w in won)
    assert round(twice / (2 * len(won) * len(lost)), 6) == 0.826891
