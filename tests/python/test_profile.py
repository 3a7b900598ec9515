"""--profile tells where time and memory went; --plan tells it beforehand, and does nothing else."""

import json
import re
import shutil
from pathlib import Path

import pytest

SIZES = {
    "activities": ["--accounts", 1_000, "--people", 10_000, "--activities", 2_000_000],
    "people": ["--accounts", 20_000, "--people", 200_000, "--activities", 200_000],
}
RANGE = ["--model", "ajo-seed", "--from", "2025-12-01", "--to", "2026-03-31"]
AS_OF = ["--model", "ajo-seed", "--as-of", "outcome-7d"]


@pytest.fixture(scope="module", params=SIZES)
def world(request, rolecall, tmp_path_factory):
    path = tmp_path_factory.mktemp("profile") / "w.h5"
    rolecall("generate", *SIZES[request.param], "-o", path)
    return path


@pytest.fixture(scope="module")
def bundle(rolecall, world):
    folder = world.parent / "bundle"
    rolecall("export", world, "-o", folder)
    return folder


@pytest.fixture(scope="module")
def small(rolecall, tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "w.h5"
    rolecall("generate", "--accounts", 200, "--people", 2_000, "--activities", 100_000, "-o", path)
    return path


def commands(world, bundle, out):
    """Every command with both options, by name, and its output."""
    return {
        "score": (["score", world, *AS_OF], None),
        "score of people": (["score", world, "--model", "ajo-seed", "--as-of", "2026-03-01", "--level", "person",
                             "-o", out / "people.csv"], "people.csv"),
        "score of a bundle": (["score", bundle, *AS_OF, "-o", out / "scores.h5"], "scores.h5"),
        "series": (["series", world, *RANGE, "-o", out / "series.csv"], "series.csv"),
        "series of people": (["series", world, *RANGE, "--level", "person", "-o", out / "series.h5"], "series.h5"),
        "series day by day": (["series", world, "--model", "ajo-2026", "--from", "2026-03-01", "--to", "2026-03-20"],
                              None),
        "evaluate": (["evaluate", world, *AS_OF], None),
        "audit": (["audit", world, world, "--format", "csv"], None),
        "import": (["import", "csv", bundle, "-o", out / "again.h5"], "again.h5"),
        "export": (["export", world, "-o", out / "csv"], "csv"),
        "run": (["run", "role-weights", "--world", world, "--candidates", 50, "-o", out / "study.h5"], "study.h5"),
    }  # fmt: skip


NAMES = list(commands("", "", Path()))


def profile_of(rolecall, tmp_path, *args):
    path = tmp_path / "profile.json"
    rolecall(*args, "--profile-json", path, "--force")
    return json.loads(path.read_text(encoding="utf-8"))


# ---- --profile ----------------------------------------------------------------------------------

PHASES = {
    "score": ["read the world", "hash the world", "score", "index the log", "add up groups", "make the table"],
    "score of a bundle": ["import the bundle", "parse activities.csv", "sort", "score", "hash", "pack and write"],
    "series": ["series", "index the log", "slide", "write the table", "wait for the disk"],
    "series of people": ["series", "slide", "write the file", "hash", "pack and write"],
    "series day by day": ["series", "index the log", "day by day", "weigh types", "add up people", "add up groups"],
    "evaluate": ["score", "evaluate", "bootstrap"],
    "audit": ["read the world", "audit"],
    "import": ["import the bundle", "parse people.csv", "activities", "write the file", "hash", "pack and write"],
    "export": ["read the world", "export the world", "write activities.csv"],
    "run": ["tune", "search", "compare models", "best of every replicate", "describe groups", "write the file"],
}


@pytest.fixture(scope="module")
def small_bundle(rolecall, small):
    rolecall("export", small, "-o", small.parent / "bundle")
    return small.parent / "bundle"


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", PHASES)
def test_phases_add_up(name, threads, rolecall, small, small_bundle, tmp_path):
    args, _ = commands(small, small_bundle, tmp_path)[name]
    profile = profile_of(rolecall, tmp_path, *args, "--threads", threads)
    phases = profile["phases"]
    assert set(PHASES[name]) <= {phase["name"] for phase in phases}
    assert profile["threads"] == threads
    # The children of a phase take no more than it does, nor phases more than the whole.
    parents = [{"depth": -1, "wall_seconds": profile["wall_seconds"], "cpu_seconds": profile["cpu_seconds"]}]
    used = [[0, 0]]
    for phase in phases:
        assert phase["count"] >= 1
        assert phase["depth"] <= len(parents) - 1
        del parents[phase["depth"] + 1 :], used[phase["depth"] + 1 :]
        for i, kind in enumerate(("wall_seconds", "cpu_seconds")):
            assert phase[kind] >= 0
            used[-1][i] += phase[kind]
            assert used[-1][i] <= parents[-1][kind] + 1e-6, phase["name"]
        parents.append(phase)
        used.append([0, 0])


def share_outside(profile):
    inside = sum(phase["wall_seconds"] for phase in profile["phases"] if phase["depth"] == 0)
    return 1 - inside / profile["wall_seconds"]


@pytest.mark.parametrize("name", PHASES)
def test_phases_cover_the_work(name, rolecall, small, small_bundle, tmp_path):
    """A busy machine can stop a run between two phases, but not at each of ten tries."""
    args, _ = commands(small, small_bundle, tmp_path)[name]
    assert any(share_outside(profile_of(rolecall, tmp_path, *args)) < 0.5 for _ in range(10))


def test_phases_of_a_made_world(rolecall, tmp_path):
    profile = profile_of(rolecall, tmp_path, "generate", "--activities", 100_000, "-o", tmp_path / "w.h5")
    names = [phase["name"] for phase in profile["phases"]]
    made = ["accounts", "people", "purchases", "rates", "streams", "true scores", "decisions"]
    assert names == ["generate the world", *made, "write the file", "hash", "pack and write", "wait for the disk"]


def test_the_table_is_that_of_the_json(rolecall, small, tmp_path):
    path = tmp_path / "p.json"
    done = rolecall("score", small, *AS_OF, "--quiet", "--profile", "--profile-json", path)
    profile = json.loads(path.read_text(encoding="utf-8"))
    rows = re.findall(r"^( *)(\S.*?)  +(\d+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)$", done.stderr, re.M)
    assert [(row[1], len(row[0]) // 2, int(row[2])) for row in rows] == [
        (phase["name"], phase["depth"], phase["count"]) for phase in profile["phases"]
    ]
    total = re.search(r"^total +([\d.]+) +100\.0 ", done.stderr, re.M)
    assert float(total[1]) == pytest.approx(profile["wall_seconds"], abs=1e-3)
    peak = re.search(r"^peak memory ([\d.]+) MB, (\d+) threads$", done.stderr, re.M)
    assert float(peak[1]) * 1e6 == pytest.approx(profile["peak_memory_bytes"], abs=1e5)
    assert f"rolecall score {small}" in profile["command"]


def test_hardware_counters_count_or_say_why_not(rolecall, small, tmp_path):
    path = tmp_path / "p.json"
    done = rolecall("score", small, *AS_OF, "--profile", "--profile-json", path)
    counters = json.loads(path.read_text(encoding="utf-8"))["hardware_counters"]
    if "not_available" in counters:
        assert counters["not_available"]
        assert f"hardware counters: not available here ({counters['not_available']})" in done.stderr
    else:
        assert counters["cycles"] > 1e6
        assert re.search(r"^cycles +[\d,]+$", done.stderr, re.M)


@pytest.mark.parametrize("name", ["score", "evaluate", "audit"])
def test_standard_output_is_the_same(name, rolecall, small, small_bundle, tmp_path):
    args, _ = commands(small, small_bundle, tmp_path)[name]
    assert rolecall(*args, "--profile").stdout == rolecall(*args).stdout


def test_a_profile_is_kept(rolecall, small, tmp_path):
    path = tmp_path / "p.json"
    path.write_text("mine", encoding="utf-8")
    done = rolecall("score", small, *AS_OF, "--profile-json", path, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--force" in done.stderr
    assert path.read_text(encoding="utf-8") == "mine"


def test_the_exit_code_is_that_of_the_command(rolecall, tmp_path):
    done = rolecall("score", tmp_path / "none.h5", *AS_OF, "--profile", check=False)
    assert done.returncode == 2
    assert "no such file" in done.stderr


# ---- --plan -------------------------------------------------------------------------------------


def planned(text):
    return float(re.search(r"^memory +about ([\d.]+) MB at the peak$", text, re.M)[1]) * 1e6


@pytest.mark.parametrize("name", NAMES)
def test_memory_is_as_planned(name, rolecall, world, bundle, tmp_path):
    args, _ = commands(world, bundle, tmp_path)[name]
    for threads in (1, 2):
        plan = planned(rolecall(*args, "--threads", threads, "--plan").stdout)
        peak = profile_of(rolecall, tmp_path, *args, "--threads", threads)["peak_memory_bytes"]
        assert 0.75 * plan <= peak <= 1.3 * plan
        shutil.rmtree(tmp_path / "csv", ignore_errors=True)


@pytest.mark.parametrize("name", NAMES)
def test_plan_writes_nothing(name, rolecall, small, small_bundle, tmp_path):
    args, output = commands(small, small_bundle, tmp_path)[name]
    done = rolecall(*args, "--plan")
    assert list(tmp_path.iterdir()) == []
    about = "about " if small_bundle in args else ""
    for line in (f"people      {about}2,", "memory      about ", "time        about "):
        assert f"\n{line}" in done.stdout
    assert done.stdout.endswith(f"writes      {tmp_path / output if output else 'no file'}\n")


def test_planned_rows_of_a_file_are_exact(rolecall, small):
    h5py = pytest.importorskip("h5py")
    with h5py.File(small) as file:
        rows = {
            "accounts": "accounts/account_id",
            "people": "people/person_id",
            "groups": "groups/group_id",
            "members": "members/person",
            "activities": "activities/time",
        }
        want = {name: len(file[item]) for name, item in rows.items()}
    text = rolecall("evaluate", small, *AS_OF, "--plan").stdout
    for name, count in want.items():
        assert re.search(rf"^{name} +{count:,}$", text, re.M), name


def test_planned_rows_of_a_bundle_are_near(rolecall, world, bundle):
    def rows(path):
        text = rolecall("evaluate", path, *AS_OF, "--plan").stdout
        found = re.findall(r"^(accounts|people|groups|members|activities) +(?:about )?([\d,]+)$", text, re.M)
        return {name: int(count.replace(",", "")) for name, count in found}

    want = rows(world)
    assert len(want) == 5
    for name, count in rows(bundle).items():
        assert count == pytest.approx(want[name], rel=0.1), name


def test_plan_of_other_files(rolecall, small, tmp_path):
    rolecall("score", small, *AS_OF, "-o", tmp_path / "s.h5")
    done = rolecall("export", tmp_path / "s.h5", "-o", tmp_path / "csv", "--plan")
    assert "rolecall.scores/1" in done.stdout
    assert not (tmp_path / "csv").exists()
    rolecall("series", small, *RANGE, "-o", tmp_path / "t.h5")
    done = rolecall("export", tmp_path / "t.h5", "-o", tmp_path / "csv", "--plan")
    assert "rolecall.series/1" in done.stdout


def test_memory_of_an_exported_series_is_as_planned(rolecall, world, tmp_path):
    path = tmp_path / "s.h5"
    rolecall("series", world, *RANGE, "--level", "person", "-o", path)
    args = ["export", path, "-o", tmp_path / "csv"]
    plan = planned(rolecall(*args, "--plan").stdout)
    assert 0.75 * plan <= profile_of(rolecall, tmp_path, *args)["peak_memory_bytes"] <= 1.3 * plan


def test_plan_of_no_world(rolecall, tmp_path):
    for path, words in {tmp_path / "none.h5": "no such file", tmp_path: "the file is missing"}.items():
        done = rolecall("score", path, *AS_OF, "--plan", check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr
