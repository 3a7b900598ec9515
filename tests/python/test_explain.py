"""`rolecall explain`: ledgers that add up to the score, and to its change, exactly."""

import csv
import io
import json
import math
import re
import shutil
from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction

import polars as pl
import pytest
import reference
import rolecall as package
from cases import make_case

COLUMNS = [
    "group_id", "person_id", "role", "activity", "day", "count", "counted", "weight", "role_share", "contribution",
    "numerator", "denominator",
]  # fmt: skip
CHANGE_COLUMNS = [
    "group_id", "cause", "person_id", "role", "activity", "day", "count", "counted", "contribution", "numerator",
    "denominator",
]  # fmt: skip
STEPS = {"person_transform", "person_scaling", "group_transform", "group_scaling"}


def table(text):
    reader = csv.DictReader(io.StringIO(text))
    return reader.fieldnames, list(reader)


def explain(rolecall, world, group, model, as_of, *more):
    names, rows = table(
        rolecall("explain", world, group, "--model", model, "--as-of", as_of, "--format", "csv", *more).stdout
    )
    assert names == (CHANGE_COLUMNS if "--since" in more else COLUMNS)
    assert len({row["denominator"] for row in rows}) <= 1
    return rows


def scores(rolecall, world, model, as_of):
    text = rolecall("score", world, "--model", model, "--as-of", as_of, "--format", "csv").stdout
    return {row["group_id"]: float(row["engagement"]) for row in table(text)[1]}


def total(rows):
    return sum((Fraction(int(r["numerator"]), int(r["denominator"])) for r in rows), Fraction(0))


def is_step(row):
    return row["activity"].startswith("= ") and row["day"] == ""


def near(value, want, size):
    return math.isclose(float(value), want, rel_tol=1e-9, abs_tol=1e-12 * max(1.0, size))


def refused(rolecall, *args):
    done = rolecall("explain", *args, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


# ---- exactness --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_rows_add_up_to_the_score(seed, rolecall, tmp_path):
    """Of every kind of model; exactly where the score is a ratio of integers, else to rounding."""
    case = make_case(seed, beyond=seed % 2 == 1)
    bundle, model = case.write(tmp_path)
    want = reference.score(bundle, model, case.as_of)
    for group, score in list(scores(rolecall, bundle, model, case.as_of).items())[:6]:
        rows = explain(rolecall, bundle, group, model, case.as_of)
        raw = total(rows)
        if case.is_exact:
            assert float(raw) == score
            assert raw == want[group].engagement
        size = sum(abs(float(r["contribution"])) for r in rows)
        steps = [r for r in rows if is_step(r)]
        assert all(r["numerator"] == "0" for r in steps)
        if steps:
            assert float(steps[-1]["weight"]) == score
            weighted = next(float(r["weight"]) for r in steps if r["activity"] == "= weighted sum")
            assert near(raw, weighted, size)
        else:
            assert near(raw, score, size)


@pytest.mark.parametrize("seed", range(200, 230))
def test_rows_add_up_to_the_oracle(seed, rolecall, oracle, tmp_path):
    case = make_case(seed)
    bundle, model = case.write(tmp_path)
    for row in list(table(oracle(bundle, model, case.as_of))[1])[:4]:
        rows = explain(rolecall, bundle, row["group_id"], model, case.as_of)
        if case.is_exact:
            assert float(total(rows)) == float(row["engagement"])
        elif not STEPS.isdisjoint(case.readings) and any(is_step(r) for r in rows):
            last = [r for r in rows if is_step(r)][-1]
            assert math.isclose(float(last["weight"]), float(row["engagement"]), rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("seed", range(300, 330))
def test_a_row_is_its_product(seed, rolecall, tmp_path):
    case = make_case(seed, beyond=True)
    bundle, model = case.write(tmp_path)
    for group in list(scores(rolecall, bundle, model, case.as_of))[:3]:
        for row in explain(rolecall, bundle, group, model, case.as_of):
            product = float(row["counted"] or 1) * float(row["weight"]) * float(row["role_share"])
            exact = Fraction(int(row["numerator"]), int(row["denominator"]))
            assert float(row["contribution"]) == float(exact)
            assert math.isclose(product, float(exact), rel_tol=1e-13)
            if row["counted"]:
                assert 0 <= int(row["counted"]) <= int(row["count"])
                assert int(row["count"]) > 0


@pytest.mark.parametrize("seed", range(400, 450))
def test_causes_add_up_to_the_change(seed, rolecall, tmp_path):
    case = make_case(seed)
    bundle, model = case.write(tmp_path)
    since = str(date.fromisoformat(case.as_of) - timedelta(1 + seed % 12))
    then = reference.score(bundle, model, since)
    now = reference.score(bundle, model, case.as_of)
    plain = {name for name, how in case.readings.items() if name in STEPS and how != "none"} == set()
    for group in list(now)[:4]:
        rows = explain(rolecall, bundle, group, model, case.as_of, "--since", since)
        change = now[group].engagement - then[group].engagement
        if plain:
            assert total(rows) == change
        size = max(abs(float(now[group].engagement)), abs(float(then[group].engagement)))
        assert near(total(rows), float(change), 1000 * size)


def test_worked_example(rolecall, examples):
    bundle = examples / "worked-example"
    args = (bundle, "crop-planner-for-acme", bundle / "model.toml", "2026-03-02")
    rows = explain(rolecall, *args)
    assert total(rows) == Fraction(141, 4)
    (clipped,) = (r for r in rows if r["count"] != r["counted"])
    assert [clipped[c] for c in COLUMNS[1:8]] == [
        "adam", "Decision Maker", "Visited website", "2026-03-01", "37", "20", "1",
    ]  # fmt: skip
    roles = defaultdict(int)
    for row in rows:
        roles[row["role"]] += int(row["counted"])
    assert roles == {"Decision Maker": 52, "Influencer": 28, "Practitioner": 17}
    assert {float(r["role_share"]) for r in rows} == {100 / 240, 80 / 240, 60 / 240}


def test_numbers_beyond_64_bits(rolecall, examples, tmp_path):
    """Weights of many digits: the fraction is still exact."""
    bundle = examples / "worked-example"
    text = (bundle / "model.toml").read_text()
    text = re.sub(r" = 1$", " = 0.12345678901234568", text, flags=re.MULTILINE)
    assert "0.123" in text
    model = tmp_path / "m.toml"
    model.write_text(text + '\n[decay]\nkind = "half-life"\nhalf_life_days = 7\n', encoding="utf-8")
    rows = explain(rolecall, bundle, "crop-planner-for-acme", model, "2026-03-02")
    assert int(rows[0]["denominator"]) > 2**64
    score = scores(rolecall, bundle, model, "2026-03-02")["crop-planner-for-acme"]
    assert math.isclose(float(total(rows)), score, rel_tol=1e-15)


# ---- causes -----------------------------------------------------------------------------------------

MODEL = """
format = "rolecall.model/1"
name = "m"
window_days = 5
daily_cap = 4
[activities]
visit = 2
form = 10
[[template]]
name = "t"
roles = [{ name = "A", weighting = 60 }, { name = "B", weighting = 40 }]
"""
MEMBERS = [("p1", "A", "", ""), ("p2", "B", "", "")]
ACTIVITIES = [("p1", "visit", "2026-03-01", 9), ("p1", "visit", "2026-03-04", 3), ("p2", "form", "2026-03-07", 1)]


@pytest.fixture
def small_world(tmp_path):
    """Makes a bundle of one account, some members and activities, and a model."""

    def make(members=MEMBERS, activities=ACTIVITIES, model=MODEL, groups=("g",)):
        bundle = tmp_path / "world"
        bundle.mkdir()
        people = sorted({m[0] for m in members} | {a[0] for a in activities})
        files = {
            "accounts": [("account_id",), ("a",)],
            "people": [("person_id", "account_id"), *((p, "a") for p in people)],
            "groups": [("group_id", "account_id", "solution"), *((g, "a", "s") for g in groups)],
            "members": [("group_id", "person_id", "role", "since", "until"), *(("g", *m) for m in members)],
            "activities": [("person_id", "activity", "time", "count"), *activities],
        }
        for name, rows in files.items():
            text = "".join(",".join(map(str, row)) + "\n" for row in rows)
            (bundle / f"{name}.csv").write_text(text, encoding="utf-8")
        (tmp_path / "model.toml").write_text(model, encoding="utf-8")
        return bundle, tmp_path / "model.toml"

    return make


def causes(rolecall, world, since="2026-03-05", as_of="2026-03-07"):
    bundle, model = world
    rows = explain(rolecall, bundle, "g", model, as_of, "--since", since)
    found = defaultdict(Fraction)
    for row in rows:
        found[row["cause"]] += Fraction(int(row["numerator"]), int(row["denominator"]))
    return dict(found)


def test_days_enter_and_leave(rolecall, small_world):
    """The cap left 4 of the 9 visits that expire."""
    assert causes(rolecall, small_world()) == {
        "newly_counted": Fraction(4, 10) * 10,
        "expired": Fraction(6, 10) * -8,
    }


def test_what_stays_ages(rolecall, small_world):
    model = MODEL + '[decay]\nkind = "linear"\n'
    found = causes(rolecall, small_world(model=model))
    assert found == {
        "newly_counted": Fraction(4),
        "expired": Fraction(6, 10) * -8 * Fraction(1, 5),
        "ageing": Fraction(6, 10) * 6 * (Fraction(2, 5) - Fraction(4, 5)),
    }


def test_members_come_go_and_change_roles(rolecall, small_world):
    members = [
        ("p1", "A", "", "2026-03-05"), ("p1", "B", "2026-03-06", ""),
        ("p2", "B", "2026-03-06", ""), ("p3", "B", "", "2026-03-05"),
    ]  # fmt: skip
    activities = [*ACTIVITIES, ("p3", "visit", "2026-03-05", 1)]
    assert causes(rolecall, small_world(members, activities)) == {
        "role_changed": Fraction(4, 10) * 6 - Fraction(6, 10) * (8 + 6),
        "joined": Fraction(4),
        "left": Fraction(4, 10) * -2,
    }


def test_a_role_appears(rolecall, small_world):
    model = MODEL + '[readings]\nrole_denominator = "present"\n'
    members = [("p1", "A", "", ""), ("p2", "B", "2026-03-06", "")]
    assert causes(rolecall, small_world(members, model=model)) == {
        "expired": Fraction(-8),
        "joined": Fraction(4),
        "role_denominator": (Fraction(6, 10) - 1) * 6,
    }


def test_a_mean_of_more(rolecall, small_world):
    model = MODEL + '[readings]\naggregation = "mean"\n'
    members = [("p1", "A", "", ""), ("p2", "A", "2026-03-06", "")]
    assert causes(rolecall, small_world(members, model=model)) == {
        "expired": Fraction(6, 10) * -8,
        "joined": Fraction(3, 10) * 10,
        "aggregation": (Fraction(3, 10) - Fraction(6, 10)) * 6,
    }


def test_the_tenant_moves(rolecall, small_world):
    """Neither member did anything; a stranger did more, and something heavier."""
    activities = [("p1", "visit", "2026-03-05", 2), ("p9", "visit", "2026-03-05", 4), ("p9", "form", "2026-03-06", 4)]
    scaled = MODEL + '[readings]\nweight_scaling = "max"\n'
    assert causes(rolecall, small_world(activities=activities, model=scaled)) == {
        "weight_scaling": Fraction(6, 10) * 2 * (Fraction(2, 10) - 1)
    }
    shutil.rmtree(small_world.__closure__[0].cell_contents / "world")
    people = MODEL + '[readings]\nperson_scaling = "max"\n'
    (found,) = causes(rolecall, small_world(activities=activities, model=people)).items()
    assert found[0] == "person_rescale"
    assert math.isclose(found[1], 60 * (4 / 48 - 4 / 8))


def test_a_root_shares_its_rise(rolecall, small_world):
    model = MODEL + '[readings]\ngroup_transform = "sqrt"\n'
    world = small_world(model=model)
    found = causes(rolecall, world)
    then, now = 8.4, 7.6
    slope = (math.sqrt(now) - math.sqrt(then)) / (now - then)
    assert math.isclose(found["expired"], -4.8 * slope)
    assert math.isclose(found["newly_counted"], 4 * slope)
    exact = Fraction(scores(rolecall, *world, "2026-03-07")["g"]) - Fraction(scores(rolecall, *world, "2026-03-05")["g"])
    assert sum(found.values()) == exact


# ---- forms ------------------------------------------------------------------------------------------


def test_every_form_says_the_same(rolecall, examples, tmp_path):
    args = ["explain", examples / "small", "--model", "ajo-2026", "--as-of", "2026-03-31"]
    group = next(iter(scores(rolecall, examples / "small", "ajo-2026", "2026-03-31")))
    for more in ([], ["--since", "2026-03-20"]):
        printed = rolecall(*args, group, *more, "--format", "csv").stdout
        rolecall(*args, group, *more, "-o", tmp_path / "e.csv", "--force")
        rolecall(*args, group, *more, "-o", tmp_path / "e.json", "--force")
        assert (tmp_path / "e.csv").read_text(encoding="utf-8") == printed
        text = (tmp_path / "e.json").read_text(encoding="utf-8")
        assert text == rolecall(*args, group, *more, "--format", "json").stdout
        rows = [r for r in table(printed)[1] if not is_step(r)]
        found = json.loads(text)["rows"]
        assert len(found) == len(rows) > 0
        for ours, theirs in zip(found, rows, strict=True):
            for name, value in ours.items():
                assert ("" if value is None else value) == (type(value)(theirs[name]) if value is not None else "")


def test_table(rolecall, examples, small_world):
    bundle = examples / "worked-example"
    args = ["explain", bundle, "crop-planner-for-acme", "--model", bundle / "model.toml", "--as-of", "2026-03-02"]
    text = rolecall(*args).stdout
    assert "engagement 35.25, shown as 35; completeness 100 %" in text
    assert re.search(r"^Sum +35\.25$", text, re.MULTILINE)
    assert re.search(r"^    Visited website +35 of 52 +1 +35 +14\.58$", text, re.MULTILINE)
    assert "The cap took 17 of 52 activities of adam: Visited website, on 1 day." in text
    assert re.findall(r"^\w.*\) ", text, re.MULTILINE) == [
        "Decision Maker (Vital 100) ", "Influencer (Important 80) ", "Practitioner (Normal 60) ",
    ]  # fmt: skip


def test_table_names_what_counts_nowhere(rolecall, small_world):
    members = [("p1", "A", "", ""), ("p1", "Visitor", "", "")]
    bundle, model = small_world(members, [*ACTIVITIES, ("p1", "glance", "2026-03-05", 3)])
    text = rolecall("explain", bundle, "g", "--model", model, "--as-of", "2026-03-05").stdout
    assert "Missing roles: B." in text
    assert "Weigh nothing: glance (3)." in text
    assert "p1 counts nowhere as Visitor: the template lacks the role." in text
    assert "The cap took 5 of 12 activities of p1: visit, on 1 day." in text


def test_table_of_a_change(rolecall, small_world):
    bundle, model = small_world()
    text = rolecall("explain", bundle, "g", "--model", model, "--as-of", "2026-03-07", "--since", "2026-03-05").stdout
    lines = [re.sub(r" {2,}", " | ", line.strip()) for line in text.splitlines()]
    assert lines[0] == "g: engagement 8.40 on 2026-03-05, 7.60 on 2026-03-07: −0.80"
    assert lines[3:] == [
        "counted | adds",
        "On 2026-03-05 | 8.40",
        "Newly counted: days that entered the window | +4.00",
        "p2, B | +4.00",
        "form | 1 | +4.00",
        "Expired: days that left the window | −4.80",
        "p1, A | −4.80",
        "visit | 4 of 9 | −4.80",
        "On 2026-03-07 | 7.60",
    ]


@pytest.mark.filterwarnings("ignore::rolecall.ProgramWarning")
def test_steps_are_named(rolecall, examples):
    group = next(iter(scores(rolecall, examples / "small", "ajo-2026", "2026-03-31")))
    args = [examples / "small", group, "ajo-2026", "2026-03-31"]
    rows = explain(rolecall, *args)
    steps = Counter(r["activity"] for r in rows if is_step(r))
    members = sum(not is_step(r) for r in rows)
    assert steps == {
        "= person sum": members, "= person sqrt": members, "= person scaling": members,
        "= weighted sum": 1, "= group sqrt": 1, "= group scaling": 1,
    }  # fmt: skip
    text = rolecall("explain", args[0], group, "--model", args[2], "--as-of", args[3]).stdout
    assert re.search(r"group scaling: 100 · v / [\d.]+, the highest of all groups", text)
    found = package.explain(*args)
    details = dict(zip(found.steps["step"], found.steps["detail"], strict=True))
    assert re.fullmatch(r"100 · v / [\d.]+, the highest of all people", details["person scaling"])


def test_each_group_its_own_day(rolecall, examples):
    world = examples / "small"
    for as_of in ("outcome-7d", "created+30d"):
        for group, score in list(scores(rolecall, world, "ajo-seed", as_of).items())[:5]:
            assert float(total(explain(rolecall, world, group, "ajo-seed", as_of))) == score
    change = explain(rolecall, world, group, "ajo-seed", "created+30d", "--since", "created+20d")
    assert total(change) == total(explain(rolecall, world, group, "ajo-seed", "created+30d")) - total(
        explain(rolecall, world, group, "ajo-seed", "created+20d")
    )


# ---- from Python ------------------------------------------------------------------------------------


def test_package(examples):
    bundle = examples / "worked-example"
    found = package.explain(bundle, "crop-planner-for-acme", bundle / "model.toml", "2026-03-02")
    assert (found.sum, found.steps.height) == (Fraction(141, 4), 0)
    assert found.rows.columns == COLUMNS
    assert found.rows["counted"].sum() == 97
    assert found.rows.schema["day"] == pl.Date
    assert found.summary["engagement"] == 35.25
    change = package.explain(bundle, "crop-planner-for-acme", bundle / "model.toml", "2026-03-02", "2026-03-01")
    assert change.rows.columns == CHANGE_COLUMNS
    before = package.explain(bundle, "crop-planner-for-acme", bundle / "model.toml", "2026-03-01")
    assert change.sum == found.sum - before.sum == Fraction(91, 6)
    same = package.explain(bundle, "crop-planner-for-acme", bundle / "model.toml", "2026-03-02", "2026-03-02")
    assert (same.rows.columns, same.rows.height, same.sum) == (CHANGE_COLUMNS, 0, 0)


# ---- errors -----------------------------------------------------------------------------------------


def test_unknown_group(rolecall, examples):
    bundle = examples / "worked-example"
    args = ["--model", bundle / "model.toml", "--as-of", "2026-03-02"]
    said = refused(rolecall, bundle, "crop-planer-for-acme", *args)
    assert "group_id 'crop-planer-for-acme': the world has no such buying group" in said
    assert "Did you mean 'crop-planner-for-acme'?" in said
    assert "Its ids are like 'crop-planner-for-acme'" in refused(rolecall, bundle, "x", *args)


def test_no_day(rolecall, small_world):
    bundle, model = small_world()
    for day in ("outcome-7d", "created+1d"):
        said = refused(rolecall, bundle, "g", "--model", model, "--as-of", day)
        assert "group_id 'g': this group has no as-of day" in said


def test_days_that_do_not_follow(rolecall, small_world):
    bundle, model = small_world()
    args = [bundle, "g", "--model", model, "--as-of", "2026-03-05"]
    said = refused(rolecall, *args, "--since", "2026-03-06")
    assert "--since '2026-03-06': this is after the as-of day, 2026-03-05" in said
    assert "--since 'yesterday': this is not a day to score as of" in refused(rolecall, *args, "--since", "yesterday")


def test_outputs(rolecall, small_world, tmp_path):
    bundle, model = small_world()
    args = [bundle, "g", "--model", model, "--as-of", "2026-03-05", "-o"]
    assert "Let it end in .csv or .json" in refused(rolecall, *args, tmp_path / "e.h5")
    (tmp_path / "e.csv").write_text("mine")
    assert "exists already" in refused(rolecall, *args, tmp_path / "e.csv")
    assert (tmp_path / "e.csv").read_text() == "mine"
    assert "this is the input" in refused(rolecall, *args, bundle / "people.csv", "--force")
