"""Random bundles under random models: the program against the outside oracle and our own reference.

ROLECALL_CASES=N sets how many seeds run (each is one test for the oracle and one for the reference).
"""

import csv
import io
import math
import os

import pytest
import reference
from cases import make_case
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES = int(os.environ.get("ROLECALL_CASES", "150"))
COLUMNS = [
    "group_id", "engagement", "completeness", "engagement_display", "completeness_display",
    "members", "missing_roles",
]  # fmt: skip


def program_rows(rolecall, bundle, model, as_of, *more):
    """The program's CSV as a list of dicts; the contract's columns must be there."""
    done = rolecall("score", bundle, "--model", model, "--as-of", as_of, "--format", "csv", *more)
    reader = csv.DictReader(io.StringIO(done.stdout))
    rows = list(reader)
    assert [c for c in reader.fieldnames if c in COLUMNS] == COLUMNS
    return rows


def same(got, want, exact, scale):
    """Equal: to the bit, or to 1e-9 (of the largest score, where signs cancel)."""
    if math.isnan(want) or exact:
        return got == want or (math.isnan(got) and math.isnan(want))
    return math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-13 * scale)


def differences(rows, want, exact):
    """Texts of what differs; `want` is a list of (group_id, engagement, completeness)."""
    found = []
    if [r["group_id"] for r in rows] != [w[0] for w in want]:
        return [f"groups {[r['group_id'] for r in rows]}, want {[w[0] for w in want]}"]
    scale = max((abs(w[1]) for w in want), default=0.0)
    for row, (g, engagement, completeness) in zip(rows, want, strict=True):
        if not same(float(row["engagement"]), engagement, exact, scale):
            found.append(f"{g}: engagement {row['engagement']}, want {engagement!r}")
        if not same(float(row["completeness"]), completeness, True, 0):
            found.append(f"{g}: completeness {row['completeness']}, want {completeness!r}")
    return found


def report(found, case, where):
    again = f"python tests/python/cases.py {case.seed} FOLDER"
    return "\n".join([*found[:20], f"as of {case.as_of}; files in {where}; again: {again}", str(case.readings)])


def by_bytes(group_ids):
    return sorted(group_ids, key=lambda g: g.encode())


def reference_triples(want):
    return [
        (g, float(want[g].engagement), math.nan if want[g].completeness is None else float(want[g].completeness))
        for g in by_bytes(want)
    ]


@pytest.mark.parametrize("seed", range(CASES))
def test_equals_oracle(seed, rolecall, oracle, tmp_path):
    case = make_case(seed)
    bundle, model = case.write(tmp_path)
    text = oracle(bundle, model, case.as_of)
    want = [
        (r["group_id"], float(r["engagement"]), float(r["completeness"])) for r in csv.DictReader(io.StringIO(text))
    ]
    found = differences(program_rows(rolecall, bundle, model, case.as_of), want, case.is_exact)
    assert not found, report(found, case, tmp_path)


@pytest.mark.parametrize("seed", range(CASES))
def test_equals_reference(seed, rolecall, tmp_path):
    """Also decay, as-of dates per group, members, missing roles, and what is displayed."""
    case = make_case(seed, beyond=True)
    bundle, model = case.write(tmp_path)
    want = reference.score(bundle, model, case.as_of)
    rows = program_rows(rolecall, bundle, model, case.as_of)
    found = differences(rows, reference_triples(want), case.is_exact)
    for row in rows:
        score = want.get(row["group_id"])
        if score is None:
            continue
        expected = {
            "members": str(score.members),
            "missing_roles": ";".join(score.missing_roles),
            "completeness_display": score.completeness_display,
        }
        if not near_a_turn(score.engagement, case.is_exact):
            expected["engagement_display"] = score.engagement_display
        found += [f"{score.day} {row['group_id']}: {k} {row[k]!r}, want {v!r}" for k, v in expected.items() if row[k] != v]
    assert not found, report(found, case, f"{tmp_path} (--beyond)")


def near_a_turn(value, exact):
    """Whether rounding may go either way: doubles by a hair, and halves below 0."""
    if exact:
        return value < 0 and (2 * value).denominator == 1
    return abs(value * 2 - round(value * 2)) < 1e-6


@pytest.mark.parametrize("seed", range(min(CASES, 300)))
def test_reference_equals_oracle(seed, oracle, tmp_path):
    """Two scorers that share no line agree, so that the reference may stand in for the oracle."""
    case = make_case(seed)
    bundle, model = case.write(tmp_path)
    rows = list(csv.DictReader(io.StringIO(oracle(bundle, model, case.as_of))))
    want = reference_triples(reference.score(bundle, model, case.as_of))
    found = differences(rows, want, case.is_exact)
    assert not found, report(found, case, tmp_path)


def test_cases_cover_what_they_should():
    """The generator reaches every reading's values, exact and inexact cases, and scores that are not 0."""
    seen = {}
    for seed in range(200):
        for name, value in make_case(seed).readings.items():
            seen.setdefault(name, set()).add(value)
    assert seen["day_boundary"] >= {"America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"}
    for name in ("weight_scaling", "person_scaling", "group_scaling"):
        assert seen[name] == {"none", "max", "min-max"}
    assert seen["aggregation"] == {"sum", "mean", "max"}
    assert seen["role_denominator"] == {"template", "present", "members"}
    exact = sum(make_case(seed).is_exact for seed in range(200))
    assert 60 < exact < 160


# ---- times ------------------------------------------------------------------------------------

MODEL = """format = "rolecall.model/1"
name = "one day"
window_days = 1
[activities]
"*" = 1
[readings]
day_boundary = "{zone}"
[[template]]
name = "t"
solutions = ["*"]
roles = [{{ name = "r", weighting = 1 }}]
"""


@st.composite
def iso_time(draw):
    """A date-time near the chosen day, with an offset and a fraction of some length."""
    second = draw(st.integers(-40 * 3600, 64 * 3600))
    offset = draw(st.integers(-14 * 60, 14 * 60))
    digits = draw(st.text("0123456789", max_size=9))
    return second, offset, digits


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    times=st.lists(iso_time(), min_size=1, max_size=40),
    zone=st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Monrovia"]),
    day=st.sampled_from(["2026-03-08", "2025-11-02", "2026-04-05", "2025-10-05", "2024-02-29", "1972-01-07", "2037-07-02"]),
)  # fmt: skip
def test_days_of_times(times, zone, day, rolecall, tmp_path_factory):
    """Each time alone decides whether its group scores 1 on the day or 0."""
    import datetime as dt

    folder = tmp_path_factory.mktemp("times")
    base = dt.datetime.fromisoformat(day)
    lines = {"people": ["person_id,account_id"], "groups": ["group_id,account_id,solution"],
             "members": ["group_id,person_id,role"], "activities": ["person_id,activity,time"],
             "accounts": ["account_id", "a"]}  # fmt: skip
    for i, (second, offset, digits) in enumerate(times):
        local = base + dt.timedelta(seconds=second, minutes=offset)
        sign = "-" if offset < 0 else "+"
        text = local.isoformat() + ("." + digits if digits else "")
        text += f"{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
        lines["people"].append(f"p{i:02},a")
        lines["groups"].append(f"g{i:02},a,s")
        lines["members"].append(f"g{i:02},p{i:02},r")
        lines["activities"].append(f"p{i:02},k,{text}")
    for name, content in lines.items():
        (folder / f"{name}.csv").write_text("\n".join(content) + "\n", encoding="utf-8")
    model = folder / "model.toml"
    model.write_text(MODEL.format(zone=zone), encoding="utf-8")
    want = reference.score(folder, model, day)
    rows = program_rows(rolecall, folder, model, day)
    got = {r["group_id"]: float(r["engagement"]) for r in rows}
    wrong = {lines["activities"][int(g[1:]) + 1]: got[g] for g in want if got[g] != want[g].engagement}
    assert not wrong
