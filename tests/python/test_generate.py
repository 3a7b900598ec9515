"""`generate`, `audit` and what becomes of generated worlds, through the program and its files alone."""

import csv
import io
import math
import re
import signal
import subprocess
import sys
import time
import tomllib
from datetime import date

import h5py
import numpy as np
import pytest
from conftest import BINARY
from test_hdf5_format import attributes_of, datasets_of, length, read_tables, type_of

SIZES = {"accounts": 200, "people": 2_000, "activities": 40_000, "days": 90}
SMALL = [text for name, n in SIZES.items() for text in (f"--{name}", n)]
DAY = 86_400_000_000  # us
CLEAN = """format = "rolecall.world-spec/1"
[machines]
bots = 0
machine_opens = 0
[rows]
duplicates = 0
"""


def digest(rolecall, path):
    return rolecall("info", path, "--digest").stdout.strip()


def day_number(text):
    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()


@pytest.fixture(scope="module")
def world(rolecall, tmp_path_factory):
    path = tmp_path_factory.mktemp("generated") / "world.h5"
    rolecall("generate", *SMALL, "--seed", 3, "-o", path)
    return path


@pytest.fixture(scope="module")
def clean_world(rolecall, tmp_path_factory):
    """A world whose log holds what people did and nothing else."""
    folder = tmp_path_factory.mktemp("clean")
    (folder / "clean.toml").write_text(CLEAN, encoding="utf-8")
    rolecall("generate", folder / "clean.toml", *SMALL, "--seed", 4, "-o", folder / "world.h5")
    return folder / "world.h5"


def refused(done, *mentions, code=2):
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    for text in mentions:
        assert text in done.stderr, f"no {text!r} in: {done.stderr}"


# ---- sizes --------------------------------------------------------------------------------------


def test_sizes_are_those_asked_for(world):
    with h5py.File(world) as file:
        assert len(file["accounts/account_id"]) == 200
        assert len(file["people/person_id"]) == 2_000
        assert abs(len(file["activities/time"]) - 40_000) < 40_000 * 0.15
        spec = tomllib.loads(file["truth"].attrs["specification"])
    assert {name: spec["size"][name] for name in SIZES} == SIZES
    assert spec["seed"] == 3


def test_log_ends_on_the_last_day_asked_for(world):
    with h5py.File(world) as file:
        days = file["activities/time"][:] // DAY
        decided = file["outcomes/date"][:]
    assert days.max() == day_number("2026-03-31")
    assert days.min() == day_number("2026-03-31") - 89
    decided = decided[decided != np.iinfo(np.int64).min] // DAY
    assert decided.max() <= day_number("2026-03-31")


def test_summary_says_what_was_made(rolecall, tmp_path, world):
    done = rolecall("generate", *SMALL, "--seed", 3, "-o", tmp_path / "w.h5")
    with h5py.File(world) as file:
        rows = len(file["activities/time"])
        won, groups = int((file["outcomes/outcome"][:] == 2).sum()), len(file["groups/group_id"])
    for text in ("200 accounts", "2,000 people", f"{groups:,} groups", f"({won:,} of", f"{rows:,} activities"):
        assert text in done.stderr
    assert rolecall("generate", *SMALL, "--quiet", "-o", tmp_path / "q.h5").stderr == ""


@pytest.mark.parametrize("preset", ["small", "medium", "large"])
def test_presets_are_planned_and_nothing_is_written(preset, rolecall, tmp_path):
    done = rolecall("generate", "--preset", preset, "--plan", "-o", "world.h5", cwd=tmp_path)
    thousands = {"small": 1, "medium": 10, "large": 100}[preset]
    for text in (f"accounts    {thousands},000", f"people      {10 * thousands:,},000",
                 f"activities  about {1_000 * thousands:,},000", "memory ", "file ", "time "):  # fmt: skip
        assert text in done.stdout
    assert list(tmp_path.iterdir()) == []


# ---- the same world -----------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_digest_by_threads(threads, rolecall, world, tmp_path):
    rolecall("generate", *SMALL, "--seed", 3, "--threads", threads, "-o", tmp_path / "again.h5")
    assert digest(rolecall, tmp_path / "again.h5") == digest(rolecall, world)


def test_another_seed_is_another_world(rolecall, world, tmp_path):
    rolecall("generate", *SMALL, "--seed", 4, "-o", tmp_path / "other.h5")
    with h5py.File(world) as a, h5py.File(tmp_path / "other.h5") as b:
        same = [
            name
            for name, dataset in datasets_of(a).items()
            if name in b and dataset.attrs["sha256"] == b[name].attrs["sha256"]
        ]
    # The names of things, and columns that have one value throughout.
    fixed = {"accounts/account_id", "people/person_id", "solutions/name", "roles/name", "activities/type_name",
             "truth/role_name", "truth/role_influence", "truth/type_name", "truth/type_influence"}  # fmt: skip
    assert {name for name in same if not name.endswith("_date_only")} == fixed


def test_printed_specification_makes_the_same_world(rolecall, world, tmp_path):
    printed = rolecall("generate", *SMALL, "--seed", 3, "--print-spec", cwd=tmp_path).stdout
    assert list(tmp_path.iterdir()) == []
    assert tomllib.loads(printed)["size"]["people"] == 2_000
    assert printed.count("#") > 70, "every key is explained"
    (tmp_path / "mine.toml").write_text(printed, encoding="utf-8")
    rolecall("generate", tmp_path / "mine.toml", "-o", tmp_path / "again.h5")
    assert digest(rolecall, tmp_path / "again.h5") == digest(rolecall, world)


def test_a_worlds_own_specification_makes_it_again(rolecall, world, tmp_path):
    with h5py.File(world) as file:
        (tmp_path / "mine.toml").write_text(file["truth"].attrs["specification"], encoding="utf-8")
    rolecall("generate", tmp_path / "mine.toml", "--preset", "large", "-o", tmp_path / "again.h5")
    assert digest(rolecall, tmp_path / "again.h5") == digest(rolecall, world)


def test_flags_come_last(rolecall, tmp_path):
    (tmp_path / "mine.toml").write_text(
        'format = "rolecall.world-spec/1"\nseed = 5\n[size]\naccounts = 30\npeople = 90\nactivities = 500\n'
        "days = 20\nend = 2024-02-29\n[groups]\nopen = 0\n",
        encoding="utf-8",
    )
    out = tmp_path / "w.h5"
    rolecall("generate", tmp_path / "mine.toml", "--people", 70, "--seed", 8, "-o", out)
    with h5py.File(out) as file:
        assert (len(file["accounts/account_id"]), len(file["people/person_id"])) == (30, 70)
        assert (file["activities/time"][:] // DAY).max() <= day_number("2024-02-29")
        assert not (file["outcomes/outcome"][:] == 1).any(), "no group is open"
        spec = tomllib.loads(file["truth"].attrs["specification"])
    assert (spec["seed"], spec["size"]["days"]) == (8, 20)
    assert spec["outcome"]["window_days"] == 30, "what it leaves out is as the preset has it"


# ---- outputs ------------------------------------------------------------------------------------


def test_existing_output_is_kept(rolecall, tmp_path):
    out = tmp_path / "w.h5"
    out.write_text("mine", encoding="utf-8")
    refused(rolecall("generate", *SMALL, "-o", out, check=False), "w.h5", "--force")
    assert out.read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["w.h5"]
    rolecall("generate", *SMALL, "--force", "-o", out)
    assert h5py.is_hdf5(out)
    assert [p.name for p in tmp_path.iterdir()] == ["w.h5"], "no .partial is left"


def test_the_specification_is_not_overwritten(rolecall, tmp_path):
    spec = tmp_path / "mine.toml"
    spec.write_text(CLEAN, encoding="utf-8")
    refused(rolecall("generate", spec, "--force", "-o", spec, check=False), "mine.toml", "input")
    assert spec.read_text(encoding="utf-8") == CLEAN


def test_kill_leaves_no_final_file(rolecall, tmp_path):
    """However it ends, a file under its name is whole."""
    out, partial = tmp_path / "w.h5", tmp_path / "w.h5.partial"
    command = [BINARY, "generate", "--preset", "medium", "--activities", "3000000", "-o", out]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not partial.exists():
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, "killed while it was writing"
    assert not out.exists()
    assert partial.exists()
    rolecall("generate", *SMALL, "-o", out)  # what is left is in nobody's way
    assert [p.name for p in tmp_path.iterdir()] == ["w.h5"]
    assert "altered" not in rolecall("info", out).stdout


def planned_bytes(text):
    return float(re.search(r"^memory +about ([\d.]+) MB", text, re.M)[1]) * 1e6


MEASURE = """import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_bytes(*args):
    """The most memory that a run of the program had. A new process counts what the one had that it was made from,
    so a small one stands between this and the program."""
    command = [sys.executable, "-c", MEASURE, BINARY, *args]
    done = subprocess.run([str(part) for part in command], capture_output=True, check=True, encoding="utf-8")
    return int(done.stdout) * 1024


@pytest.mark.parametrize("threads", [0, 1])
@pytest.mark.parametrize("more", [[], ["--activities", 100_000]])
def test_memory_is_as_planned(more, threads, rolecall, tmp_path):
    size = ["--preset", "medium", *more, "--threads", threads]
    planned = planned_bytes(rolecall("generate", *size, "--plan").stdout)
    peak = peak_bytes("generate", *size, "-o", tmp_path / "w.h5")
    assert 0.6 * planned <= peak <= planned


# ---- errors -------------------------------------------------------------------------------------

BAD_SPECS = {
    "unknown key": ("[size]\npoeple = 3\n", ["mine.toml, line 3, size.poeple", "Did you mean 'people'?"]),
    "out of range": ("[activity]\nbranching = 2\n", ["mine.toml, line 3, activity.branching '2'", "from 0 to 0.95"]),
    "wrong type": ("[size]\npeople = \"many\"\n", ["mine.toml, line 3, size.people 'many'"]),
    "dangling name": (
        "[machines]\nopened_type = \"Open Emial\"\n",
        ["mine.toml, machines.opened_type 'Open Emial'", "Did you mean 'Open Email'?"],
    ),
    "two things": ("sead = 1\n[size]\ndays = 0\n", ["line 2, sead", "line 4, size.days '0'"]),
    "no TOML": ("[size\n", ["mine.toml, line 2: this is not TOML"]),
    "cannot be": ("[rows]\nlate = 1\n", ["mine.toml, rows.late '1'"]),
}


@pytest.mark.parametrize("name", BAD_SPECS)
def test_bad_specifications(name, rolecall, tmp_path):
    text, mentions = BAD_SPECS[name]
    spec = tmp_path / "mine.toml"
    spec.write_text('format = "rolecall.world-spec/1"\n' + text, encoding="utf-8")
    refused(rolecall("generate", spec, "-o", tmp_path / "w.h5", check=False), *mentions)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]


BAD_FLAGS = {
    "preset": (["--preset", "mediun"], ["--preset 'mediun'", "Did you mean 'medium'?"]),
    "size": (["--accounts", "0"], ["size.accounts '0'", "Take 1 to"]),
    "negative": (["--people", "-1"], ["--people"]),
    "no number": (["--days", "many"], ["--days"]),
    "seed": (["--seed", "9223372036854775808"], ["seed '9223372036854775808'"]),
    "flag": (["--acounts", "3"], ["--acounts"]),
    "file": (["nowhere.toml"], ["nowhere.toml", "no such file"]),
}


@pytest.mark.parametrize("name", BAD_FLAGS)
def test_bad_flags(name, rolecall, tmp_path):
    more, mentions = BAD_FLAGS[name]
    refused(rolecall("generate", *more, "-o", "w.h5", cwd=tmp_path, check=False), *mentions)
    assert list(tmp_path.iterdir()) == []


def test_output_is_needed(rolecall):
    refused(rolecall("generate", *SMALL, check=False), "--output", "-o world.h5")


def test_missing_folder_is_not_made(rolecall, tmp_path):
    refused(rolecall("generate", *SMALL, "-o", tmp_path / "no" / "w.h5", check=False), "w.h5", code=3)
    assert list(tmp_path.iterdir()) == []


# ---- docs/format.md -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows(repo):
    text = (repo / "docs" / "format.md").read_text(encoding="utf-8")
    return read_tables(text, "Worlds with a known truth")


def test_every_dataset_of_the_truth_is_documented(world, rows):
    own = {"truth roles": "truth/role_name", "truth types": "truth/type_name", "late rows": "truth/late_row"}
    with h5py.File(world) as file:
        found = {name: item for name, item in datasets_of(file).items() if name.startswith("truth/")}
        for name, dataset in found.items():
            assert name in rows, f"{name} is not in docs/format.md"
            kind, shape, unit, *_ = rows[name]
            assert type_of(dataset) == kind, name
            assert dataset.shape == (len(file[own[shape]]) if shape in own else length(file, shape),), name
            assert dataset.attrs.get("unit", "") == unit, name
            assert set(dataset.attrs) <= {"sha256", "unit", "description"}, name
        assert set(found) == {name for name in rows if "@" not in name}, "and every documented one is written"


def test_every_attribute_of_the_truth_is_documented(world, rows):
    with h5py.File(world) as file:
        found = {name: value for name, value in attributes_of(file).items() if name.startswith("truth@")}
    assert set(found) == {name for name in rows if "@" in name}
    for name, value in found.items():
        assert ("text" if isinstance(value, str) else value.dtype.str[1:]) == rows[name][0], name


def test_imported_worlds_have_none(rolecall, examples, tmp_path):
    rolecall("import", "csv", examples / "worked-example", "-o", tmp_path / "w.h5")
    with h5py.File(tmp_path / "w.h5") as file:
        assert "truth" not in file


# ---- the truth, recomputed ----------------------------------------------------------------------


def true_scores(file):
    """The true score of each group, NaN when open: docs/worlds.md in numpy, from the arrays of the file."""
    truth = file["truth"]
    window, cap = truth.attrs["window_days"], truth.attrs["daily_cap"]
    half_life = truth.attrs["half_life_days"]
    type_influence = dict(zip(truth["type_name"].asstr()[:], truth["type_influence"][:], strict=True))
    role_influence = dict(zip(truth["role_name"].asstr()[:], truth["role_influence"][:], strict=True))
    worth_of_type = np.array([type_influence[name] for name in file["activities/type_name"].asstr()[:]])
    worth_of_role = np.array([role_influence[name] for name in file["roles/name"].asstr()[:]])

    offsets = file["activities/offsets"][:].astype(np.int64)
    person = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    day, kind = file["activities/time"][:] // DAY, file["activities/type"][:].astype(np.int64)
    human = (truth["origin"][:] & 2 == 0) & (truth["origin"][:] & 4 == 0)
    # Acts by (person, day, type), capped.
    keys, counts = np.unique(np.stack([person[human], day[human], kind[human]]), axis=1, return_counts=True)
    person, day, kind = keys
    worth = worth_of_type[kind] * (np.minimum(counts, cap) if cap >= 0 else counts)
    begin = np.searchsorted(person, np.arange(len(offsets)))

    missing = np.iinfo(np.int64).min
    member_offsets = file["members/offsets"][:].astype(np.int64)
    who, role = file["members/person"][:], file["members/role"][:]
    since, until = file["members/since"][:], file["members/until"][:]
    scores = np.full(len(member_offsets) - 1, np.nan)
    for group, decided in enumerate(file["outcomes/date"][:]):
        if decided == missing:
            continue
        as_of = decided // DAY - 1
        scores[group] = 0
        for m in range(member_offsets[group], member_offsets[group + 1]):
            if since[m] != missing and since[m] // DAY > as_of:
                continue
            if until[m] != missing and until[m] // DAY < as_of:
                continue
            acts = slice(begin[who[m]], begin[who[m] + 1])
            age = as_of - day[acts]
            inside = (age >= 0) & (age < window)
            decay = 0.5 ** (age[inside] / half_life) if half_life > 0 else 1
            scores[group] += worth_of_role[role[m]] * (worth[acts][inside] * decay).sum()
    return scores


@pytest.mark.parametrize("which", ["world", "clean_world"])
def test_true_scores_by_numpy(which, request):
    with h5py.File(request.getfixturevalue(which)) as file:
        scores, want = file["truth/score"][:], true_scores(file)
    assert (want > 0).sum() > 100
    np.testing.assert_allclose(scores, want, rtol=1e-12)


def test_outcomes_follow_the_truth(world):
    with h5py.File(world) as file:
        truth, outcome = file["truth"], file["outcomes/outcome"][:]
        score, probability = truth["score"][:], truth["probability"][:]
        intercept, slope, ceiling = (truth.attrs[name] for name in ("intercept", "slope", "ceiling_auc"))
        spec = tomllib.loads(truth.attrs["specification"])
    decided = ~np.isnan(score)
    assert np.array_equal(decided, outcome != 1)
    want = 1 / (1 + np.exp(-(intercept + slope * score[decided])))
    np.testing.assert_allclose(probability[decided], want, rtol=1e-12)
    assert probability[decided].mean() == pytest.approx(spec["outcome"]["base_rate"], abs=1e-9)
    assert slope == pytest.approx(1 / (spec["outcome"]["noise"] * score[decided].std()), rel=1e-9)
    won, lost = score[outcome == 2], score[outcome == 3]
    pairs = (won[:, None] > lost).mean() + (won[:, None] == lost).mean() / 2
    assert ceiling == pytest.approx(pairs, abs=1e-12)


def scores_of(rolecall, world, model, *more):
    text = rolecall("score", world, "--model", model, "--as-of", "outcome-1d", "--format", "csv", *more).stdout
    return {row["group_id"]: row for row in csv.DictReader(io.StringIO(text))}


def test_truth_as_a_model(rolecall, clean_world):
    """Without machines and duplicates, the score under the truth is the true score over the sum of influences."""
    rows = scores_of(rolecall, clean_world, "truth")
    with h5py.File(clean_world) as file:
        total = file["truth/role_influence"][:].sum()
        ids = file["groups/group_id"].asstr()[:]
        truth = dict(zip(ids, file["truth/score"][:], strict=True))
    assert len(rows) == sum(not math.isnan(score) for score in truth.values())
    for group, row in rows.items():
        assert float(row["engagement"]) * total == pytest.approx(truth[group], rel=1e-9, abs=1e-9)


def test_models_of_a_world(rolecall, world, tmp_path):
    """What `models` prints scores as its name does."""
    for name in ("truth", "vendor"):
        text = rolecall("models", name, "--world", world).stdout
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        assert scores_of(rolecall, world, tmp_path / f"{name}.toml") == scores_of(rolecall, world, name)
    assert scores_of(rolecall, world, "vendor") == scores_of(rolecall, world, "ajo-seed")


@pytest.mark.parametrize("model", ["truth", "vendor"])
def test_models_of_no_world(model, rolecall, examples):
    for command in ("score", "evaluate"):
        done = rolecall(command, examples / "small", "--model", model, "--as-of", "outcome-1d", check=False)
        refused(done, "small", "truth", "imported")


# ---- the CSV bundle -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundle(rolecall, world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported") / "bundle"
    rolecall("export", world, "-o", folder)
    return folder


def test_scores_survive_the_bundle(rolecall, world, bundle, tmp_path):
    rolecall("import", "csv", bundle, "-o", tmp_path / "again.h5")
    for model in ("ajo-seed", "ajo-2026"):
        want = scores_of(rolecall, world, model)
        assert len(want) > 100
        assert scores_of(rolecall, bundle, model) == want
        assert scores_of(rolecall, tmp_path / "again.h5", model) == want


def test_a_world_without_its_truth_survives_the_bundle(rolecall, world, bundle, tmp_path):
    """Every dataset but the truth comes back as it was."""
    rolecall("import", "csv", bundle, "-o", tmp_path / "again.h5")
    with h5py.File(world) as a, h5py.File(tmp_path / "again.h5") as b:
        before = {n: d.attrs["sha256"] for n, d in datasets_of(a).items() if not n.startswith("truth/")}
        assert {n: d.attrs["sha256"] for n, d in datasets_of(b).items()} == before


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_exported_truth_is_that_of_the_file(world, bundle):
    """And so that of numpy, from the arrays."""
    with h5py.File(world) as file:
        truth = file["truth"]
        kind, origin = truth["person_kind"][:], truth["origin"][:]
        for name, key, ids, columns in [
            ("roles", "role", truth["role_name"], {"influence": truth["role_influence"][:]}),
            ("types", "activity", truth["type_name"], {"influence": truth["type_influence"][:]}),
            ("groups", "group_id", file["groups/group_id"],
             {"score": true_scores(file), "intent": truth["intent"][:], "probability": truth["probability"][:]}),
            ("people", "person_id", file["people/person_id"],
             {"rate": truth["person_rate"][:], "quiet": kind & 1, "bot": kind >> 1 & 1, "prefetching": kind >> 2}),
        ]:  # fmt: skip
            rows = read_csv(bundle / f"truth_{name}.csv")
            assert [row[key] for row in rows] == list(ids.asstr()[:])
            for column, want in columns.items():
                made = [float(row[column] or "nan") for row in rows]
                np.testing.assert_allclose(made, want, rtol=1e-12, err_msg=f"{name}.{column}")
        rows = read_csv(bundle / "truth_activities.csv")
        makers = ["person", "burst", "client", "bot"]
        assert [row["maker"] for row in rows] == [makers[bits & 3] for bits in origin]
        assert [row["duplicate"] for row in rows] == [str(bits >> 2 & 1) for bits in origin]
        arrivals = np.array([row["arrived"].rstrip("Z") for row in rows if row["arrived"]], dtype="datetime64[us]")
        assert np.array_equal([bool(row["arrived"]) for row in rows], origin & 8 != 0)
        assert np.array_equal(arrivals.astype(np.int64), truth["late_arrival"][:])


def scores_from_tables(folder, window, cap, half_life):
    """The true score of each decided group from the exported tables alone."""
    role_influence = {row["role"]: float(row["influence"]) for row in read_csv(folder / "truth_roles.csv")}
    type_influence = {row["activity"]: float(row["influence"]) for row in read_csv(folder / "truth_types.csv")}
    acts = {}
    rows = zip(read_csv(folder / "activities.csv"), read_csv(folder / "truth_activities.csv"), strict=True)
    for row, truth in rows:
        if truth["maker"] in ("person", "burst") and truth["duplicate"] == "0":
            key = (day_number(row["time"][:10]), row["activity"])
            of_person = acts.setdefault(row["person_id"], {})
            of_person[key] = of_person.get(key, 0) + 1
    decided = {
        row["group_id"]: day_number(row["date"])
        for row in read_csv(folder / "outcomes.csv")
        if row["outcome"] in ("won", "lost")
    }
    scores = dict.fromkeys(decided, 0.0)
    for row in read_csv(folder / "members.csv"):
        if row["group_id"] not in decided:
            continue
        as_of = decided[row["group_id"]] - 1
        if row["since"] and day_number(row["since"]) > as_of or row["until"] and day_number(row["until"]) < as_of:
            continue
        for (day, activity), count in acts.get(row["person_id"], {}).items():
            if 0 <= as_of - day < window:
                decay = 0.5 ** ((as_of - day) / half_life) if half_life else 1
                worth = role_influence[row["role"]] * type_influence[activity]
                scores[row["group_id"]] += worth * decay * min(count, cap)
    return scores


def test_true_scores_from_the_exported_tables_alone(world, bundle):
    with h5py.File(world) as file:
        rule = [file["truth"].attrs[name] for name in ("window_days", "daily_cap", "half_life_days")]
    made = scores_from_tables(bundle, *rule)
    want = {row["group_id"]: row["score"] for row in read_csv(bundle / "truth_groups.csv") if row["score"]}
    assert made.keys() == want.keys()
    for group, score in made.items():
        assert score == pytest.approx(float(want[group]), rel=1e-12), group


def test_exported_tables_have_the_sizes(world, bundle):
    with h5py.File(world) as file:
        for table, item in {"accounts": "account_id", "people": "person_id", "groups": "group_id"}.items():
            assert len(read_csv(bundle / f"{table}.csv")) == len(file[f"{table}/{item}"])
        assert len(read_csv(bundle / "activities.csv")) == len(file["activities/time"])
        assert len(read_csv(bundle / "members.csv")) == len(file["members/person"])


# ---- audit --------------------------------------------------------------------------------------


def audit_rows(rolecall, *worlds, code=0):
    done = rolecall("audit", *worlds, "--format", "csv", check=False)
    assert done.returncode == code, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_audit_of_a_world(rolecall, world):
    rows = audit_rows(rolecall, world)
    assert list(rows[0]) == ["world", "quantity", "unit", "asked", "made", "tolerance", "within"]
    assert len(rows) > 80
    assert {row["within"] for row in rows} == {"1"}
    for row in rows:
        assert abs(float(row["made"]) - float(row["asked"])) <= float(row["tolerance"]) + 1e-12, row["quantity"]
    made = {row["quantity"]: float(row["made"]) for row in rows}
    assert (made["accounts"], made["people"]) == (200, 2_000)
    with h5py.File(world) as file:
        assert made["activities"] == len(file["activities/time"])
        outcome = file["outcomes/outcome"][:]
    assert made["base rate: won of the decided"] == pytest.approx((outcome == 2).sum() / (outcome != 1).sum())


def test_audit_of_several_worlds(rolecall, world, clean_world, tmp_path):
    rows = audit_rows(rolecall, world, clean_world)
    assert {row["world"] for row in rows} == {str(world), str(clean_world)}
    rolecall("generate", *SMALL, "--seed", 6, "-o", tmp_path / "other.h5")
    text = rolecall("audit", world, tmp_path / "other.h5").stdout
    assert re.search(r"^0 of \d+ figures are beyond", text, re.M)
    assert "!" not in text
    # Side by side stand worlds that were asked for alike.
    refused(rolecall("audit", world, clean_world, check=False), "different specifications", "--format csv")


def test_audit_of_a_changed_world(rolecall, world, tmp_path):
    """Exit code 1, with the figure marked."""
    changed = tmp_path / "changed.h5"
    changed.write_bytes(world.read_bytes())
    with h5py.File(changed, "r+") as file:
        outcome = file["outcomes/outcome"][:]
        file["outcomes/outcome"][:] = np.choose(outcome, [0, 1, 3, 2]).astype(outcome.dtype)
    rows = audit_rows(rolecall, changed, code=1)
    assert [row["quantity"] for row in rows if row["within"] == "0"] == ["base rate: won of the decided"]
    done = rolecall("audit", world, changed, check=False)
    assert done.returncode == 1
    assert re.search(r"^base rate: won of the decided .* [\d.]+ .*[\d.]+!", done.stdout, re.M)
    assert "not as it was written" in done.stderr


def test_audit_of_an_imported_world(rolecall, examples, tmp_path):
    rolecall("import", "csv", examples / "worked-example", "-o", tmp_path / "w.h5")
    refused(rolecall("audit", tmp_path / "w.h5", check=False), "w.h5, truth", "imported", "rolecall generate")
    refused(rolecall("audit", tmp_path / "none.h5", check=False), "none.h5", "no such file")


def test_audit_of_a_world_without_a_column(rolecall, world, tmp_path):
    changed = tmp_path / "changed.h5"
    changed.write_bytes(world.read_bytes())
    with h5py.File(changed, "r+") as file:
        del file["people/attributes/seniority"]
    done = rolecall("audit", changed, check=False)
    refused(done, "people/attributes/seniority")
