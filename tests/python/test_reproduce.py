"""`reproduce`, `diff` and `runs`: results run again, told apart and listed."""

import hashlib
import json
import shutil
import time

import h5py
import numpy as np
import pytest
from test_generate import digest, refused
from test_hdf5_format import datasets_of

WORLD = ["--accounts", 300, "--people", 3_000, "--activities", 60_000, "--days", 120]


STUDY = """format = "rolecall.study-spec/2"
name = "small"
question = "What are roles worth?"
[model]
base = "vendor"
activities = "truth"
against = ["ajo-seed"]
[space]
"role.*.weighting" = [1, 100]
"window_days" = [7, 30]
[search]
method = "random"
candidates = 10
[validation]
folds = 2
[bootstrap]
replicates = 20
"""


@pytest.fixture(scope="module")
def folder(rolecall, tmp_path_factory):
    """made.h5 makes its world, given.h5 was given world.h5."""
    folder = tmp_path_factory.mktemp("reproduce")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "making.toml").write_text(STUDY + '[world]\npreset = "small"\n', encoding="utf-8")
    rolecall("generate", *WORLD, "-o", "world.h5", cwd=folder)
    rolecall("run", "making.toml", "-o", "made.h5", cwd=folder)
    rolecall("run", "study.toml", "--world", "world.h5", "-o", "given.h5", cwd=folder)
    rolecall("run", "study.toml", "--world", "world.h5", "--seed", 2, "-o", "other.h5", cwd=folder)
    return folder


@pytest.fixture
def altered(folder, tmp_path):
    """A copy of the study on a given world, open to be altered."""
    shutil.copy(folder / "given.h5", tmp_path / "given.h5")
    shutil.copy(folder / "world.h5", tmp_path / "world.h5")
    return tmp_path / "given.h5"


def said_no(rolecall, path, *more):
    done = rolecall("reproduce", path, *more, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"not reproduced: {path}"
    return lines[1], done.stdout


# ---- reproduce ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["made.h5", "given.h5", "world.h5"])
@pytest.mark.parametrize("threads", [1, 3])
def test_same_digest(name, threads, rolecall, folder, tmp_path):
    more = ["--threads", threads, "-o", tmp_path / "again.h5"]
    done = rolecall("reproduce", name, *more, cwd=folder)
    expected = digest(rolecall, folder / name)
    assert done.stdout == f"reproduced: same digest {expected}\n"
    assert digest(rolecall, tmp_path / "again.h5") == expected


def test_every_dataset_that_was_altered_is_named(rolecall, altered):
    """One figure of each table, and of some tables several."""
    chosen = {}
    with h5py.File(altered) as file:
        for path, dataset in datasets_of(file).items():
            if dataset.dtype.kind in "if" and dataset.size:
                chosen.setdefault(path.split("/")[1], []).append((path, dataset.size // 2))
    cases = [items[0] for items in chosen.values()] + [("tables/parameters/found", 2), ("tables/trials/value", 7)]
    for path, row in cases:
        with h5py.File(altered, "r+") as file:
            before = file[path][row]
            file[path][row] = before + 1 if np.isfinite(before) else 1
            now = file[path][row]
        first, out = said_no(rolecall, altered)
        assert first.startswith(f"{path}, row {row}: stored "), first
        assert float(first.split("stored ")[1].split(",")[0]) == now
        assert "altered after it was written; as it was written, it is reproduced" in out
        with h5py.File(altered, "r+") as file:
            file[path][row] = before
    rolecall("reproduce", altered)


def test_altered_with_its_digest(rolecall, altered):
    """Whoever alters a figure and its digest is found out by the figure."""
    with h5py.File(altered, "r+") as file:
        file["tables/parameters/found"][1] = 0.25
        data = file["tables/parameters/found"][:]
        file["tables/parameters/found"].attrs["sha256"] = hashlib.sha256(data.tobytes()).hexdigest()
    now = digest(rolecall, altered)
    with h5py.File(altered, "r+") as file:
        file["provenance"].attrs["content_digest"] = now
    first, out = said_no(rolecall, altered)
    assert first.startswith("tables/parameters/found, row 1: stored 0.25, recomputed ")
    assert "altered after" not in out


ATTRIBUTES = {
    "best@model": lambda t: t.replace("weighting = ", "weighting = 1", 1),
    "recipe@specification": lambda t: t.replace("candidates = 10", "candidates = 11"),
    "recipe@base_model": lambda t: t + "#",
    "recipe@against_1": lambda t: t.replace('"Vital" = 100', '"Vital" = 101'),
    "recipe@kind": lambda t: t + "x",
    "recipe@study": lambda t: t + "x",
    "recipe@question": lambda t: t + "x",
    "recipe@world_digest": lambda t: "0" + t[1:] if t[0] != "0" else "1" + t[1:],
    "recipe@world_specification": lambda t: t + "x",
    "summary@found_gain": lambda v: v + 1e-12,
    "summary@groups": lambda v: v + 1,
    "summary@finding": lambda t: t.replace("better", "best").replace("1", "2", 1),
    "tables/scores/won@unit": lambda t: "won",
}


@pytest.mark.parametrize("place", ATTRIBUTES)
def test_altered_attributes_are_named(place, rolecall, altered):
    owner, name = place.split("@")
    with h5py.File(altered, "r+") as file:
        before = file[owner].attrs[name]
        after = ATTRIBUTES[place](before)
        assert after != before
        file[owner].attrs[name] = type(before)(after)
    first, out = said_no(rolecall, altered)
    assert first.startswith(place), first
    assert "altered after it was written" in out


def test_a_recipe_that_is_no_longer_one(rolecall, altered):
    with h5py.File(altered, "r+") as file:
        text = file["recipe"].attrs["specification"]
        file["recipe"].attrs["specification"] = text.replace("[search]", "[search")
    first, _ = said_no(rolecall, altered)
    assert first.startswith("recipe@specification, line ")
    with h5py.File(altered, "r+") as file:
        del file["provenance"].attrs["parameters"]
    done = rolecall("reproduce", altered, check=False)
    refused(done, "given.h5", "recipe@specification", "this is not TOML")


def test_digests_that_were_altered(rolecall, altered):
    with h5py.File(altered, "r+") as file:
        kept = file["tables/scores/won"].attrs["sha256"]
        file["tables/scores/won"].attrs["sha256"] = "0" * 64
    assert said_no(rolecall, altered)[0].startswith("tables/scores/won: its data are reproduced")
    with h5py.File(altered, "r+") as file:
        file["tables/scores/won"].attrs["sha256"] = kept
        file["provenance"].attrs["content_digest"] = "0" * 64
    assert said_no(rolecall, altered)[0].startswith("provenance@content_digest: ")


def test_worlds_that_were_altered(rolecall, altered):
    world = altered.parent / "world.h5"
    with h5py.File(world, "r+") as file:
        file["activities/time"][17] += 1
    assert said_no(rolecall, world)[0].startswith("activities/time, row 17: stored ")
    # Not the world that the study was made on.
    refused(rolecall("reproduce", altered, "--world", world, check=False), "recipe@world_digest", "another world")


def test_where_the_world_is(rolecall, folder, tmp_path):
    shutil.copy(folder / "given.h5", tmp_path / "given.h5")
    refused(rolecall("reproduce", tmp_path / "given.h5", check=False, cwd=tmp_path), "world.h5", "--world")
    rolecall("reproduce", tmp_path / "given.h5", "--world", folder / "world.h5")
    refused(rolecall("reproduce", folder / "made.h5", "--world", folder / "world.h5", check=False), "its own world")


def test_what_cannot_be_reproduced(rolecall, repo, tmp_path):
    data = repo / "tests" / "data"
    for name in ("scores_v1.h5", "series_v1.h5", "world_v1.h5", "study_progress_v1.h5"):
        done = rolecall("reproduce", data / name, check=False)
        refused(done, name, "only studies and generated worlds", "rolecall diff")
    refused(rolecall("reproduce", data / "study_v1.h5", check=False), "too old", "Run the study again")
    (tmp_path / "text.h5").write_text("text", encoding="utf-8")
    refused(rolecall("reproduce", tmp_path / "text.h5", check=False), "text.h5")


# ---- diff ---------------------------------------------------------------------------------------


def test_the_same_content(rolecall, folder, tmp_path):
    """Whoever made it and where."""
    rolecall("reproduce", "given.h5", "-o", tmp_path / "again.h5", "--threads", 1, cwd=folder)
    done = rolecall("diff", folder / "given.h5", tmp_path / "again.h5")
    assert "the same content" in done.stdout
    assert "command" in done.stdout
    found = json.loads(rolecall("diff", folder / "given.h5", tmp_path / "again.h5", "--format", "json").stdout)
    assert found["same"] is True
    assert found["specification"] == found["figures"] == found["datasets"] == []
    assert "threads" in [item["key"] for item in found["environment"]]


def test_what_differs(rolecall, folder):
    done = rolecall("diff", folder / "given.h5", folder / "other.h5", "--format", "json", check=False)
    assert done.returncode == 1
    found = json.loads(done.stdout)
    keys = {item["key"]: (item["a"], item["b"]) for item in found["specification"]}
    assert keys["recipe@specification, search.seed"] == ("1", "2")
    assert not any("candidates" in key for key in keys)
    assert any(key.startswith("best@model, template[Default].roles[") for key in keys)
    with h5py.File(folder / "given.h5") as a, h5py.File(folder / "other.h5") as b:
        for item in found["datasets"]:
            if item["differ"] != "values":
                continue
            x, y = a[item["dataset"]][:], b[item["dataset"]][:]
            rows = np.flatnonzero(~((x == y) | (x != x) & (y != y)))
            assert (item["rows"], item["first_row"]) == (len(rows), rows[0]), item["dataset"]
            if x.dtype.kind == "f" and item["largest"] is not None:
                assert item["largest"] == np.nanmax(np.abs(x - y))
        gain = next(item for item in found["figures"] if item["attribute"] == "summary@found_gain")
        assert (gain["a"], gain["b"]) == tuple(file["summary"].attrs["found_gain"] for file in (a, b))
    text = rolecall("diff", folder / "given.h5", folder / "other.h5", check=False).stdout
    for title in ("Specification and models", "Figures", "Tables", "Environment", "the content differs"):
        assert title in text


def test_tolerance(rolecall, folder, tmp_path):
    shutil.copy(folder / "given.h5", tmp_path / "near.h5")
    with h5py.File(tmp_path / "near.h5", "r+") as file:
        file["tables/parameters/found"][3] += 1e-9
        file["summary"].attrs["found_gain"] += 1e-9
    files = [folder / "given.h5", tmp_path / "near.h5"]
    done = rolecall("diff", *files, check=False)
    assert done.returncode == 1
    assert "tables/parameters/found " in done.stdout
    assert rolecall("diff", *files, "--tolerance", 1e-8).stdout.rstrip().endswith("the same content within 1e-08")
    assert rolecall("diff", *files, "--tolerance", 1e-10, check=False).returncode == 1


def test_files_of_every_format(rolecall, folder, repo, tmp_path):
    for path in sorted((repo / "tests" / "data").glob("*.h5")):
        assert rolecall("diff", path, path).returncode == 0
    refused(rolecall("diff", folder / "given.h5", folder / "world.h5", check=False), "another kind of file")
    (tmp_path / "text.h5").write_text("text", encoding="utf-8")
    refused(rolecall("diff", folder / "given.h5", tmp_path / "text.h5", check=False), "text.h5")


# ---- runs ---------------------------------------------------------------------------------------


@pytest.fixture
def results(folder, repo, tmp_path):
    for name in ("given.h5", "other.h5", "world.h5"):
        shutil.copy(folder / name, tmp_path / name)
    shutil.copy(repo / "tests" / "data" / "study_v1.h5", tmp_path / "old.h5")
    shutil.copy(repo / "tests" / "data" / "study_progress_v1.h5", tmp_path / "begun.h5.partial")
    (tmp_path / "empty.h5.partial").touch()
    (tmp_path / "text.h5").write_text("text", encoding="utf-8")
    (tmp_path / "half.h5").write_bytes((tmp_path / "given.h5").read_bytes()[:9999])
    (tmp_path / "notes.txt").write_text("no results", encoding="utf-8")
    return tmp_path


def test_every_file_has_a_line(rolecall, results):
    rows = {row["file"]: row for row in json.loads(rolecall("runs", results, "--format", "json").stdout)}
    assert set(rows) == {
        "given.h5", "other.h5", "world.h5", "old.h5", "begun.h5.partial", "empty.h5.partial", "text.h5", "half.h5",
    }  # fmt: skip
    with h5py.File(results / "given.h5") as file:
        row, summary = rows["given.h5"], file["summary"].attrs
        assert (row["study"], row["kind"], row["state"]) == ("small", "tune", "finished")
        assert (row["figure"], row["value"]) == ("found_gain", summary["found_gain"])
        assert row["trials"] == summary["trials"]
        assert row["finding"] == summary["finding"].splitlines()[0]
        for key, name in {"when": "created", "digest": "content_digest", "commit": "commit"}.items():
            assert row[key] == file["provenance"].attrs[name]
    with h5py.File(results / "begun.h5.partial") as file:
        trials = sum(len(stage) for stage in file["progress"].values())
    assert rows["begun.h5.partial"]["finding"] == f"unfinished, {trials} trials"
    assert rows["empty.h5.partial"]["finding"] == "unfinished, 0 trials"
    assert rows["world.h5"]["finding"] == "a rolecall.world/1 file"
    assert "run the study again" in rows["old.h5"]["finding"]
    assert {rows[name]["state"] for name in ("text.h5", "half.h5")} == {"unreadable"}
    text = rolecall("runs", results).stdout
    assert f"begun.h5.partial: unfinished, {trials} trials" in text


def test_runs_are_sorted(rolecall, results, tmp_path_factory):
    values = [row["value"] for row in json.loads(rolecall("runs", results, "--sort", "-value", "--format", "json").stdout)]
    known = [v for v in values if v is not None]
    assert known == sorted(known, reverse=True)
    assert values[: len(known)] == known
    refused(rolecall("runs", results, "--sort", "valu", check=False), "valu", "value")
    refused(rolecall("runs", results / "none", check=False), "no such folder")
    refused(rolecall("runs", results / "given.h5", check=False), "not a folder")
    assert "no results" in rolecall("runs", tmp_path_factory.mktemp("empty")).stdout


def test_a_thousand_files(rolecall, folder, tmp_path):
    for i in range(1000):
        (tmp_path / f"{i}.h5").hardlink_to(folder / "given.h5")

    def seconds(work):
        start = time.monotonic()
        work()
        return time.monotonic() - start

    def read_all():
        for path in tmp_path.iterdir():
            with h5py.File(path) as file:
                assert file["summary"].attrs["finding"]

    assert len(rolecall("runs", tmp_path, "--format", "csv").stdout.splitlines()) == 1001
    told = min(seconds(lambda: rolecall("runs", tmp_path, "--format", "csv")) for _ in range(3))
    assert told < 3 * min(seconds(read_all) for _ in range(3)), "against reading as much with h5py"
