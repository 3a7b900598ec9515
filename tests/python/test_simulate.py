"""`simulate` and `scenarios`: arms over replicates, kept while they run, told as a study."""

import csv
import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import tomllib

import h5py
import numpy as np
import polars as pl
import pytest
from conftest import BINARY
from test_generate import digest, refused
from test_resume import limit_files, names, wait_for_progress

SCENARIO = """format = "rolecall.scenario/1"
name = "tiny"
question = "Is a strict hand-off better?"
[run]
seed = 5
replicates = 2
days = {days}
burn_in = 20
[world.size]
accounts = {accounts}
people = {people}
[[arm]]
name = "lax"
set = ["hand_off.threshold = 10"]
[[arm]]
name = "strict"
set = ["hand_off.threshold = 60"]
"""
SMALL = SCENARIO.format(days=60, accounts=2_000, people=20_000)
LONGER = SCENARIO.format(days=300, accounts=2_400, people=24_000)  # than it takes to save a few times
LARGE = SCENARIO.format(days=3_000, accounts=1_500, people=15_000)
ARMS = ["lax", "strict", "oracle"]


@pytest.fixture(scope="module")
def whole(rolecall, tmp_path_factory):
    """The uninterrupted run, beside its scenario."""
    folder = tmp_path_factory.mktemp("simulate")
    (folder / "tiny.toml").write_text(SMALL, encoding="utf-8")
    done = rolecall("simulate", "tiny.toml", "-o", "run.h5", cwd=folder)
    (folder / "stdout").write_text(done.stdout, encoding="utf-8")
    (folder / "stderr").write_text(done.stderr, encoding="utf-8")
    return folder / "run.h5"


@pytest.fixture
def spec(tmp_path):
    (tmp_path / "tiny.toml").write_text(SMALL, encoding="utf-8")
    return "tiny.toml"


@pytest.fixture
def large(tmp_path):
    (tmp_path / "large.toml").write_text(LARGE, encoding="utf-8")
    return "large.toml"


def start(spec, folder, *more, **popen):
    command = [BINARY, "simulate", spec, "-o", "out.h5", "--quiet", *more]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **popen
    )


def table(path, name):
    with h5py.File(path) as file:
        return {
            column: data.asstr()[:] if data.dtype.kind in "OS" else data[:]
            for column, data in file[f"tables/{name}"].items()
        }


# ---- what it says -------------------------------------------------------------------------------


def test_arms_see_the_same_seeds(whole):
    kpis = table(whole, "kpis")
    assert list(kpis["arm"]) == [arm for arm in ARMS for _ in range(2)]
    assert list(kpis["replicate"]) == [1, 2] * 3
    assert list(kpis["seed"]) == [5, 6] * 3
    revenue = kpis["revenue"].reshape(3, 2)
    np.testing.assert_array_equal(kpis["regret"].reshape(3, 2), revenue[2] - revenue)


def test_arms_and_differences_come_from_the_runs(whole):
    kpis, arms, differences = (table(whole, name) for name in ("kpis", "arms", "differences"))
    t = 12.706204736174707  # of one degree of freedom, 97.5 %
    for i, (arm, kpi) in enumerate(zip(arms["arm"], arms["kpi"], strict=True)):
        values = kpis[kpi][kpis["arm"] == arm]
        assert not np.isinf(values).any(), kpi
        values = values[~np.isnan(values)]
        assert arms["replicates"][i] == len(values)
        np.testing.assert_allclose(arms["mean"][i], values.mean() if len(values) else np.nan, rtol=1e-12)
        if len(values) == 2:
            half = t * values.std(ddof=1) / np.sqrt(2)
            np.testing.assert_allclose(arms["mean_high"][i], values.mean() + half, rtol=1e-9, atol=1e-9)
    assert list(dict.fromkeys(differences["arm"])) == ARMS[1:]
    for i, (arm, kpi) in enumerate(zip(differences["arm"], differences["kpi"], strict=True)):
        more = kpis[kpi][kpis["arm"] == arm] - kpis[kpi][kpis["arm"] == ARMS[0]]
        more = more[~np.isnan(more)]
        np.testing.assert_allclose(differences["difference"][i], more.mean() if len(more) else np.nan, rtol=1e-9, atol=1e-9)
        np.testing.assert_equal(differences["above"][i], (more > 0).mean() if len(more) else np.nan)


def test_tables_of_runs_are_joined(whole):
    with h5py.File(whole) as file:
        joined = set(file["tables"]) - {"kpis", "arms", "differences", "daily", "segments"}
        assert joined
        runs = []
        for name in joined:
            columns = list(file[f"tables/{name}"])
            assert columns[:2] == ["arm", "replicate"], name
            assert len({len(data) for data in file[f"tables/{name}"].values()}) == 1, name
            arm = file[f"tables/{name}/arm"].asstr()[:]
            replicate = file[f"tables/{name}/replicate"][:]
            order = [(ARMS.index(a), r) for a, r in zip(arm, replicate, strict=True)]
            assert order == sorted(order), name
            runs.append(len(set(order)))
        assert max(runs) == 6


def test_what_is_printed(whole):
    out = (whole.parent / "stdout").read_text(encoding="utf-8")
    with h5py.File(whole) as file:
        assert out.startswith(file["summary"].attrs["finding"])
    assert "Means over 2 replicates, ± at 95 %" in out
    assert re.search(r"^arm +hand-offs", out, re.M)
    assert re.search(r"^oracle ", out, re.M)
    assert "Less lax, seed by seed" in out
    assert re.search(r"run\.h5: [\d.]+ s, [\d,]+ person-days/s", (whole.parent / "stderr").read_text(encoding="utf-8"))


def test_json_has_all_figures(rolecall, spec, whole, tmp_path):
    done = rolecall("simulate", spec, "-o", "out.h5", "--format", "json", "--quiet", cwd=tmp_path)
    said = json.loads(done.stdout)
    with h5py.File(whole) as file:
        assert said["finding"] == file["summary"].attrs["finding"]
    arms = table(whole, "arms")
    assert [row["kpi"] for row in said["tables"]["arms"]] == list(arms["kpi"])
    for row, mean in zip(said["tables"]["arms"], arms["mean"], strict=True):
        assert row["mean"] == (mean if np.isfinite(mean) else None)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_same_digest_for_any_threads(threads, rolecall, spec, whole, tmp_path):
    rolecall("simulate", spec, "-o", "out.h5", "--threads", threads, cwd=tmp_path)
    assert digest(rolecall, tmp_path / "out.h5") == digest(rolecall, whole)


# ---- a study like any other ---------------------------------------------------------------------


def test_a_playbook_of_its_own_is_part_of_the_results(rolecall, repo, tmp_path):
    """Reproduced, and run from what export writes, without the files; the digest knows no paths."""
    playbook = (repo / "sim" / "playbooks" / "default.toml").read_text(encoding="utf-8")
    (tmp_path / "groups.toml").write_text(playbook.replace('"by-title"', '"model.toml"'), encoding="utf-8")
    (tmp_path / "model.toml").write_text(rolecall("models", "by-title").stdout, encoding="utf-8")
    text = SCENARIO.format(days=20, accounts=40, people=400)
    (tmp_path / "own.toml").write_text(text.replace("[run]", 'playbook = "groups.toml"\n[run]', 1), encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    rolecall("simulate", "own.toml", "-o", "run.h5", cwd=tmp_path)
    rolecall("simulate", "../own.toml", "-o", "run.h5", cwd=tmp_path / "elsewhere")
    for name in ("groups.toml", "model.toml"):
        (tmp_path / name).unlink()
    rolecall("export", "run.h5", "-o", "csv", cwd=tmp_path)
    rolecall("simulate", "csv/study.toml", "-o", "again.h5", cwd=tmp_path)
    expected = digest(rolecall, tmp_path / "run.h5")
    assert digest(rolecall, tmp_path / "elsewhere" / "run.h5") == expected
    assert digest(rolecall, tmp_path / "again.h5") == expected
    assert rolecall("reproduce", "run.h5", cwd=tmp_path).stdout == f"reproduced: same digest {expected}\n"
    done = rolecall("simulate", "own.toml", "-o", "no.h5", cwd=tmp_path, check=False)
    refused(done, "own.toml, line", "playbook 'groups.toml'", "no such playbook")


@pytest.mark.parametrize("threads", [1, 3])
def test_reproduce(threads, rolecall, whole, tmp_path):
    done = rolecall("reproduce", whole, "--threads", threads, "-o", tmp_path / "again.h5")
    assert done.stdout == f"reproduced: same digest {digest(rolecall, whole)}\n"
    assert digest(rolecall, tmp_path / "again.h5") == digest(rolecall, whole)
    refused(rolecall("reproduce", whole, "--world", "w.h5", check=False), "--world", "makes its own world")


def test_what_was_altered_is_named(rolecall, whole, tmp_path):
    path = tmp_path / "run.h5"
    shutil.copy(whole, path)
    with h5py.File(path, "r+") as file:
        file["tables/kpis/won"][2] += 1
    done = rolecall("reproduce", path, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines()[1].startswith("tables/kpis/won, row 2: stored ")
    for name, change in {
        "specification": lambda t: t.replace("\ndays = 60", "\ndays = 61"),
        "kind": lambda t: t + "x",
        "question": lambda t: t + "x",
        "base_model": lambda t: t + "#",
        "world_specification": lambda t: t + "#",
    }.items():
        shutil.copy(whole, path)
        with h5py.File(path, "r+") as file:
            was = file["recipe"].attrs[name]
            file["recipe"].attrs[name] = change(was)
            assert file["recipe"].attrs[name] != was, name
        done = rolecall("reproduce", path, check=False)
        assert done.returncode == 1, done.stderr
        assert done.stdout.splitlines()[1].startswith(f"recipe@{name}"), name
        assert "altered after it was written" in done.stdout, name


def test_runs_export_and_diff(rolecall, whole, tmp_path):
    shutil.copy(whole, tmp_path / "run.h5")
    row = next(csv.DictReader(rolecall("runs", tmp_path, "--format", "csv").stdout.splitlines()))
    assert (row["state"], row["study"], row["kind"], row["trials"]) == ("finished", "tiny", "simulation", "6")
    assert row["figure"] == "won_revenue_per_sales_hour"
    rolecall("export", whole, "-o", tmp_path / "csv")
    with open(tmp_path / "csv" / "kpis.csv", encoding="utf-8") as file:
        assert [r["seed"] for r in csv.DictReader(file)] == ["5", "6"] * 3
    assert tomllib.loads((tmp_path / "csv" / "study.toml").read_text(encoding="utf-8"))["name"] == "tiny"
    rolecall("diff", whole, tmp_path / "run.h5")


def test_exported_numbers_are_numbers(rolecall, whole, tmp_path):
    """A missing one is an empty cell, so that readers tell the types of columns by themselves."""
    rolecall("export", whole, "-o", tmp_path / "csv")
    missing = 0
    with h5py.File(whole) as file:
        for path in (tmp_path / "csv").glob("*.csv"):
            found = pl.read_csv(path, infer_schema_length=None)
            for name, data in file[f"tables/{path.stem}"].items():
                if data.dtype.kind != "f" or data.ndim > 1:
                    continue
                undefined = np.isnan(data[:])
                missing += undefined.sum()
                assert found[name].is_null().to_list() == undefined.tolist(), (path.stem, name)
                if not undefined.all():
                    assert found[name].dtype.is_numeric(), (path.stem, name)
                    np.testing.assert_array_equal(found[name].drop_nulls(), data[:][~undefined])
    assert missing > 0


def test_the_stored_scenario_runs_again(rolecall, whole, tmp_path):
    with h5py.File(whole) as file:
        (tmp_path / "again.toml").write_text(file["recipe"].attrs["specification"], encoding="utf-8")
    rolecall("simulate", "again.toml", "-o", "again.h5", cwd=tmp_path)
    assert digest(rolecall, tmp_path / "again.h5") == digest(rolecall, whole)


# ---- options ------------------------------------------------------------------------------------


def test_options_change_the_scenario(rolecall, spec, tmp_path):
    options = ["--seed", 9, "--replicates", 1, "--days", 10, "--set", "hand_off.by=completeness", "--set", "run.burn_in = 5"]
    printed = tomllib.loads(rolecall("simulate", spec, *options, "--print-spec", cwd=tmp_path).stdout)
    assert printed["run"]["seed"] == 9
    assert (printed["run"]["replicates"], printed["run"]["days"], printed["run"]["burn_in"]) == (1, 10, 5)
    assert printed["hand_off"]["by"] == "completeness"
    rolecall("simulate", spec, *options, "-o", "out.h5", cwd=tmp_path)
    assert list(table(tmp_path / "out.h5", "kpis")["seed"]) == [9] * 3


def test_some_arms(rolecall, spec, whole, tmp_path):
    """They are what they are among others."""
    rolecall("simulate", spec, "--arm", "strict", "--arm", "oracle", "-o", "out.h5", cwd=tmp_path)
    some, all_arms = table(tmp_path / "out.h5", "kpis"), table(whole, "kpis")
    assert list(some["arm"]) == ["strict"] * 2 + ["oracle"] * 2
    np.testing.assert_array_equal(some["won"][:2], all_arms["won"][2:4])
    refused(rolecall("simulate", spec, "--arm", "stric", "-o", "x.h5", cwd=tmp_path, check=False), "--arm", "'strict'")
    refused(rolecall("simulate", spec, "--arm", "oracle", "-o", "x.h5", cwd=tmp_path, check=False), "another arm")
    assert not (tmp_path / "x.h5").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--set", "hand_off"], ["--set", "section.key=value"]),
        (["--set", "hand_off.treshold=5"], ["hand_off.treshold"]),
        (["--set", "hand_off.by=scor"], ["hand_off.by", "score"]),
        (["--set", "run.days=oops"], ["run.days"]),
        (["--of", "nobody", "--world", "w.h5"], ["--of", "nobody"]),
        (["--world", "out.h5"], ["--world", "another name"]),
        (["--days", 0], ["--days"]),
        (["--seed", 2**63 - 1], ["run.seed", f"Take {2**63 - 2} at most"]),
    ],
)
def test_bad_options(options, said, rolecall, spec, tmp_path):
    refused(rolecall("simulate", spec, "-o", "out.h5", *options, cwd=tmp_path, check=False), *said)
    assert names(tmp_path) == []


def test_bad_names(rolecall, spec, tmp_path):
    refused(rolecall("simulate", "smal", "-o", "out.h5", cwd=tmp_path, check=False), "small")
    refused(rolecall("simulate", spec, cwd=tmp_path, check=False), "--output")
    (tmp_path / "out.h5").write_bytes(b"mine")
    refused(rolecall("simulate", spec, "-o", "out.h5", cwd=tmp_path, check=False), "out.h5", "--force")
    refused(rolecall("simulate", spec, "-o", spec, "--force", cwd=tmp_path, check=False), "this is the input")
    assert (tmp_path / "out.h5").read_bytes() == b"mine"
    rolecall("simulate", spec, "-o", "out.h5", "--force", "--days", 5, cwd=tmp_path)


def test_scenarios_and_studies_are_told_apart(rolecall, spec, tmp_path):
    def refuses(command, what, *said):
        done = rolecall(command, what, "-o", "out.h5", cwd=tmp_path, check=False)
        refused(done, *said)
        assert len(done.stderr.splitlines()) == 1

    (tmp_path / "study.toml").write_text(rolecall("studies", "power").stdout, encoding="utf-8")
    refuses("run", spec, spec, "line 1", "this is a scenario", f"`rolecall simulate {spec}`")
    refuses("run", "small", "built-in scenario", "`rolecall simulate small`")
    refuses("simulate", "study.toml", "study.toml", "this is a study", "`rolecall run study.toml`")
    refuses("simulate", "power", "built-in study", "`rolecall run power`")


def test_plan_writes_nothing(rolecall, spec, tmp_path):
    out = rolecall("simulate", spec, "-o", "out.h5", "--plan", cwd=tmp_path).stdout
    assert re.search(r"^people +20,000$", out, re.M)
    assert re.search(r"^runs +6: 3 arms, 2 replicates of each$", out, re.M)
    assert re.search(r"^days +80, 20 of them burn-in$", out, re.M)
    assert re.search(r"^work +9,600,000 person-days$", out, re.M)
    assert re.search(r"^time +about ", out, re.M)
    assert names(tmp_path) == []


def test_scenarios(rolecall, tmp_path):
    known = json.loads(rolecall("scenarios", "--format", "json").stdout)
    assert "small" in [row["scenario"] for row in known]
    for row in known:
        text = rolecall("scenarios", row["scenario"]).stdout
        assert "# " in text
        (tmp_path / "same.toml").write_text(text, encoding="utf-8")
        assert rolecall("scenarios", tmp_path / "same.toml").stdout == text
        assert tomllib.loads(text)["question"] == row["question"]
    refused(rolecall("scenarios", "nothing", check=False), "small")


def test_a_world_comes_out(rolecall, spec, whole, tmp_path):
    rolecall("simulate", spec, "-o", "out.h5", "--world", "world.h5", "--of", "strict", cwd=tmp_path)
    assert digest(rolecall, tmp_path / "out.h5") == digest(rolecall, whole)
    assert "rolecall.world/" in rolecall("info", tmp_path / "world.h5").stdout
    score = ("score", "world.h5", "--as-of", "2026-03-31", "--model")
    rolecall(*score, "ajo-seed", "-o", "scores.csv", cwd=tmp_path)
    refused(rolecall(*score, "truth", cwd=tmp_path, check=False), "imported, or simulated")
    refused(rolecall("audit", "world.h5", cwd=tmp_path, check=False), "imported, or simulated")
    rolecall("simulate", spec, "-o", "first.h5", "--world", "first-world.h5", cwd=tmp_path)
    assert digest(rolecall, tmp_path / "first-world.h5") != digest(rolecall, tmp_path / "world.h5")


# ---- stopped, and gone on with ------------------------------------------------------------------


@pytest.fixture
def longer(tmp_path):
    (tmp_path / "longer.toml").write_text(LONGER, encoding="utf-8")
    return "longer.toml"


@pytest.fixture(scope="module")
def uninterrupted(rolecall, tmp_path_factory):
    """The digest of the longer one, the seconds it takes, and the folder with its files."""
    folder = tmp_path_factory.mktemp("longer")
    (folder / "longer.toml").write_text(LONGER, encoding="utf-8")
    rolecall("simulate", "longer.toml", "-o", "whole.h5", "--world", "world.h5", cwd=folder)
    with h5py.File(folder / "whole.h5") as file:
        seconds = file["provenance"].attrs["wall_seconds"]
    return digest(rolecall, folder / "whole.h5"), seconds, folder


def test_kills(rolecall, longer, uninterrupted, tmp_path):
    """At any moment: no final file or a whole one, and the rest of the days gives the same bits."""
    expected, seconds, _ = uninterrupted
    moments, reused = random.Random(20260331), []
    for i in range(15):
        with start(longer, tmp_path) as process:
            try:
                process.wait(moments.uniform(0, 0.9 * seconds))
            except subprocess.TimeoutExpired:
                process.kill()
        for path in tmp_path.glob("out.h5"):
            assert digest(rolecall, path) == expected, f"kill {i} left a final file that is not whole"
        done = rolecall("simulate", longer, "-o", "out.h5", "--resume", cwd=tmp_path)
        assert names(tmp_path) == ["out.h5"], f"kill {i}"
        assert digest(rolecall, tmp_path / "out.h5") == expected, f"kill {i}"
        if match := re.search(r"^resumed: reused ([\d,]+) days of 1,920$", done.stdout, re.M):
            reused.append(int(match[1].replace(",", "")))
        else:
            assert "the study had been finished, nothing was left to do" in done.stderr
        (tmp_path / "out.h5").unlink()
    assert sum(n > 0 for n in reused) >= 3, f"few kills met days that could be reused: {reused}"
    assert len(set(reused)) > 2, "the kills all met the same moment"


def test_killed_again_and_again(rolecall, longer, uninterrupted, tmp_path):
    """Each run goes on where the one before it was killed."""
    expected, seconds, _ = uninterrupted
    moments = random.Random(7)
    for _ in range(6):
        with start(longer, tmp_path, "--resume") as process:
            try:
                process.wait(moments.uniform(0.3, 0.7) * seconds)
            except subprocess.TimeoutExpired:
                process.kill()
    rolecall("simulate", longer, "-o", "out.h5", "--resume", "--threads", 1, cwd=tmp_path)
    assert names(tmp_path) == ["out.h5"]
    assert digest(rolecall, tmp_path / "out.h5") == expected


def stopped(spec, folder, until="current"):
    """Leaves the work of a run that was killed when it had kept `until`."""
    with start(spec, folder) as process:
        partial = wait_for_progress(folder, process)
        while process.poll() is None and not has(partial, until):
            pass
        process.kill()
    assert has(partial, until), "the simulation ended before it was to be stopped"
    return partial


def has(partial, item):
    try:
        with h5py.File(partial) as file:
            return item in file
    except FileNotFoundError:  # it has its name
        return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_saves_the_day(how, rolecall, large, tmp_path):
    with start(large, tmp_path) as process:
        wait_for_progress(tmp_path, process)
        process.send_signal(how)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    command = next(line for line in err.splitlines() if "--resume" in line)
    with h5py.File(tmp_path / "out.h5.partial") as file:
        day = file["current"].attrs["day"]
    assert day > 0
    with subprocess.Popen(shlex.split(command), cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            with h5py.File(tmp_path / "out.h5.partial") as file:
                if file["current"].attrs["day"] > day:
                    break
        process.send_signal(how)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert names(tmp_path) == ["out.h5.partial"]


def test_progress_is_read_while_it_runs(rolecall, large, tmp_path):
    seen = []
    with start(large, tmp_path) as process:
        partial = wait_for_progress(tmp_path, process)
        while len(set(seen)) < 3 and process.poll() is None:
            with h5py.File(partial) as file:
                assert file.attrs["format"] == "rolecall.study-progress/1"
                assert file["recipe"].attrs["kind"] == "simulation"
                now = file["current"].attrs
                seen.append((ARMS.index(now["arm"]), now["replicate"], now["day"]))
            line = next(r for r in rolecall("runs", tmp_path, "--format", "csv").stdout.splitlines() if "out.h5" in r)
            assert re.search(r"unfinished, \d+ runs", line)
        process.kill()
    assert seen == sorted(seen)
    assert len(set(seen)) >= 3, "the progress did not grow"


def test_what_may_be_resumed(rolecall, longer, tmp_path):
    partial = stopped(longer, tmp_path)
    before = partial.read_bytes()
    refused(rolecall("simulate", longer, "-o", "out.h5", cwd=tmp_path, check=False), "out.h5.partial", "--resume", "--force")
    for command in ("report", "export"):
        done = rolecall(command, partial, "-o", "page.html", cwd=tmp_path, check=False)
        refused(done, "this study is not finished", "Finish it with --resume")
    for other in (["--seed", 9], ["--days", 301], ["--set", "hand_off.cool_down=9"], ["--arm", "lax"]):
        done = rolecall("simulate", longer, "-o", "out.h5", "--resume", *other, cwd=tmp_path, check=False)
        refused(done, "out.h5.partial", "recipe@specification", "another study", "--force")
    assert partial.read_bytes() == before
    partial.write_bytes(before[:3000])
    refused(rolecall("simulate", longer, "-o", "out.h5", "--resume", cwd=tmp_path, check=False), "out.h5.partial", "--force")
    rolecall("simulate", longer, "-o", "out.h5", "--force", cwd=tmp_path)
    assert names(tmp_path) == ["out.h5"]


def test_altered_progress_is_refused(rolecall, longer, tmp_path):
    partial = stopped(longer, tmp_path)

    def reset_arm(file):
        file["current"].attrs["arm"] = "other"

    def drop_state(file):
        del file["current"][next(iter(file["current"]))]

    def many_runs(file):
        file.require_group("progress")
        file["progress"].pop("kpis", None)
        file["progress"]["kpis"] = np.zeros((6, 3))

    before = partial.read_bytes()
    for alter in (reset_arm, drop_state, many_runs):
        partial.write_bytes(before)
        with h5py.File(partial, "r+") as file:
            alter(file)
        done = rolecall("simulate", longer, "-o", "out.h5", "--resume", cwd=tmp_path, check=False)
        refused(done, "out.h5.partial", "--force")


def test_another_version_is_not_gone_on_with(rolecall, longer, tmp_path):
    partial = stopped(longer, tmp_path)
    with h5py.File(partial, "r+") as file:
        file["provenance"].attrs["commit"] = "0" * 40
    done = rolecall("simulate", longer, "-o", "out.h5", "--resume", cwd=tmp_path, check=False)
    refused(done, "provenance@commit", "another version of the program", "--force")


def test_a_finished_one_is_left_alone(rolecall, spec, whole, tmp_path):
    shutil.copy(whole, tmp_path / "out.h5")
    before = (tmp_path / "out.h5").read_bytes()
    done = rolecall("simulate", spec, "-o", "out.h5", "--resume", "--world", "world.h5", cwd=tmp_path)
    assert "nothing was left to do" in done.stderr
    assert done.stdout == (whole.parent / "stdout").read_text(encoding="utf-8")
    assert (tmp_path / "out.h5").read_bytes() == before
    rolecall("simulate", spec, "-o", "new.h5", "--world", "same.h5", cwd=tmp_path)
    assert digest(rolecall, tmp_path / "world.h5") == digest(rolecall, tmp_path / "same.h5")
    done = rolecall("simulate", spec, "-o", "out.h5", "--resume", "--seed", 3, cwd=tmp_path, check=False)
    refused(done, "out.h5", "another study")


def test_killed_before_it_had_its_name(rolecall, spec, whole, tmp_path):
    shutil.copy(whole, tmp_path / "out.h5.partial")
    refused(rolecall("simulate", spec, "-o", "out.h5", cwd=tmp_path, check=False), "out.h5.partial", "--resume")
    done = rolecall("simulate", spec, "-o", "out.h5", "--resume", cwd=tmp_path)
    assert "nothing was left to do" in done.stderr
    assert names(tmp_path) == ["out.h5"]


def test_the_world_of_a_run_that_was_over(rolecall, longer, uninterrupted, tmp_path):
    """The run that leaves the world is not among those that are run."""
    expected, _, folder = uninterrupted
    stopped(longer, tmp_path, until="progress/kpis")
    more = ["--world", "world.h5", "--resume"]
    rolecall("simulate", longer, "-o", "out.h5", *more, cwd=tmp_path)
    assert digest(rolecall, tmp_path / "out.h5") == expected
    assert digest(rolecall, tmp_path / "world.h5") == digest(rolecall, folder / "world.h5")
    rolecall("simulate", longer, "-o", "out.h5", *more, cwd=tmp_path)


def test_out_of_room(rolecall, longer, uninterrupted, tmp_path):
    saved = stopped(longer, tmp_path).stat().st_size
    with start(longer, tmp_path, "--resume", preexec_fn=limit_files(saved + 1000)) as process:
        _, err = process.communicate()
    assert process.returncode == 3, err
    assert names(tmp_path) == ["out.h5.partial"]
    rolecall("simulate", longer, "-o", "out.h5", "--resume", cwd=tmp_path)
    assert digest(rolecall, tmp_path / "out.h5") == uninterrupted[0]
    os.remove(tmp_path / "out.h5")
    with start(longer, tmp_path, preexec_fn=limit_files(1000)) as process:
        process.communicate()
    assert process.returncode == 3
    assert names(tmp_path) == []


def test_one_at_a_time(rolecall, large, tmp_path):
    with start(large, tmp_path) as process:
        wait_for_progress(tmp_path, process)
        for more in ([], ["--resume"], ["--force"]):
            done = rolecall("simulate", large, "-o", "out.h5", *more, cwd=tmp_path, check=False)
            refused(done, "out.h5", "another run is writing this file")
        process.kill()
