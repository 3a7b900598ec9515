"""`run` and `studies`: a study that tunes role weights through the program, and the file it leaves."""

import json
import re
import signal
import subprocess
import tomllib

import h5py
import numpy as np
import pytest
import rolecall as package
from conftest import BINARY
from test_generate import digest, refused

from study_file import expect_digest_as_recorded

WORLD = ["--accounts", 300, "--people", 3_000, "--activities", 60_000, "--days", 120]
STUDY = """format = "rolecall.study-spec/2"
name = "mine"
question = "What are roles worth?"
kind = "tune"
[model]
activities = "truth"
[search]
candidates = 40
[validation]
folds = 3
[bootstrap]
replicates = 30
[space]
"role.*.weighting" = { low = 1, high = 100, whole = true }
"""
SPACE = '[space]\n"role.*.weighting" = { low = 1, high = 100, whole = true }\n'
ROLE = "role.Champion.weighting"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def world(rolecall, folder):
    rolecall("generate", *WORLD, "--seed", 5, "-o", folder / "world.h5")
    return folder / "world.h5"


@pytest.fixture(scope="module")
def spec(folder):
    (folder / "mine.toml").write_text(STUDY, encoding="utf-8")
    return folder / "mine.toml"


@pytest.fixture(scope="module")
def study(rolecall, folder, world, spec):
    rolecall("run", spec, "--world", world, "-o", folder / "study.h5")
    return folder / "study.h5"


@pytest.fixture(scope="module")
def imported_study(rolecall, folder, spec, examples):
    """Of a world whose truth nobody knows."""
    rolecall("run", spec, "--world", examples / "small", "-o", folder / "imported.h5")
    return folder / "imported.h5"


# ---- the file ------------------------------------------------------------------------------------


def test_info_tells_what_it_is(rolecall, study):
    out = rolecall("info", study).stdout
    assert re.search(r"^format +rolecall.study/2$", out, re.M)
    assert re.search(r"^tables/metrics/value +f8 ", out, re.M)
    with h5py.File(study) as file:
        parameters = json.loads(file["provenance"].attrs["parameters"])
    assert tomllib.loads(parameters["specification"])["name"] == "mine"


def test_the_digest_is_the_one_recorded(rolecall, study):
    expect_digest_as_recorded(study)
    with h5py.File(study) as file:
        assert digest(rolecall, study) == file["provenance"].attrs["content_digest"]


# ---- what it says -------------------------------------------------------------------------------


def test_groups_and_counts(study, world):
    with h5py.File(study) as file, h5py.File(world) as w:
        summary, tables = dict(file["summary"].attrs), file["tables"]
        outcome = w["outcomes/outcome"][:]
        assert (summary["groups"], summary["won"]) == ((outcome != 1).sum(), (outcome == 2).sum())
        assert (summary["folds"], summary["trials"], summary["replicates"]) == (3, 4 * 43, 30)
        assert summary["ceiling_auc"] == w["truth"].attrs["ceiling_auc"]
        assert tables["folds/test_groups"][:].sum() == summary["groups"]
        assert (tables["folds/test_groups"][:] + tables["folds/train_groups"][:] == summary["groups"]).all()
        for table in ("scores", "completeness"):
            assert tables[table]["won"][:].sum() == summary["won"]
            assert tables[table]["won"][:].sum() + tables[table]["lost"][:].sum() == summary["groups"]


def test_parameters_are_shares_of_the_best(study, world):
    opened = package.open_study(study)
    last = opened.trials.filter(search="all")
    assert last["origin"].to_list() == ["default", "equal", "truth"] + ["search"] * 40
    known = last.filter(last["origin"] != "truth")
    best = known.row(known["value"].arg_max(), named=True)
    names = opened.parameters["parameter"].to_list()
    for column, row in {"default": last.row(0, named=True), "found": best, "truth": last.row(2, named=True)}.items():
        weights = np.array([row[name] for name in names])
        np.testing.assert_allclose(opened.parameters[column], weights / weights.sum(), rtol=1e-12)
    with h5py.File(world) as w:
        np.testing.assert_array_equal([last.row(2, named=True)[n] for n in names], w["truth/role_influence"][:])
    model = tomllib.loads(opened.best_model)
    assert [role["weighting"] for role in model["template"][0]["roles"]] == [best[name] for name in names]


def test_intervals_are_percentiles_of_the_replicates(study):
    opened = package.open_study(study)
    for row in opened.metric("auc").iter_rows(named=True):
        drawn = opened.replicates[row["model"]]
        low, high = np.nanpercentile(drawn, [2.5, 97.5])
        np.testing.assert_allclose([row["value_low"], row["value_high"]], [low, high], rtol=1e-12)
        gain = drawn - opened.replicates["default"]
        np.testing.assert_allclose(
            [row["gain_low"], row["gain_high"]], np.nanpercentile(gain, [2.5, 97.5]), rtol=1e-9, atol=1e-15
        )


def test_recipe_makes_it_again(rolecall, study, world, tmp_path):
    """The file carries the study, and names its world; nothing else is needed."""
    recipe = package.open_study(study).recipe
    assert recipe.world_digest == digest(rolecall, world)
    (tmp_path / "world.h5").write_bytes(world.read_bytes())
    (tmp_path / "study.toml").write_text(recipe.specification, encoding="utf-8")
    rolecall("run", tmp_path / "study.toml", "-o", tmp_path / "again.h5", cwd=tmp_path)
    assert digest(rolecall, tmp_path / "again.h5") == digest(rolecall, study)


def test_best_model_scores(rolecall, study, world, tmp_path):
    with h5py.File(study) as file:
        (tmp_path / "best.toml").write_text(file["best"].attrs["model"], encoding="utf-8")
        groups = file["summary"].attrs["groups"]
    out = rolecall("evaluate", world, "--model", tmp_path / "best.toml", "--as-of", "outcome-1d", "--format", "json")
    found = json.loads(out.stdout)
    assert found["groups"] == groups
    assert found["metrics"]["auc"]["value"] > 0.5


def test_imported_world_has_no_truth_to_tell(imported_study):
    study = package.open_study(imported_study)
    assert "truth" not in study.trials["origin"]
    assert not {"truth", "true score", "vendor default"} & set(study.models["model"])
    assert study.parameters["truth"].is_null().all()
    assert study.summary.interval("truth_margin") is study.summary.ceiling_auc is None


# ---- the same study -----------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_digest_by_threads(threads, rolecall, study, world, spec, tmp_path):
    rolecall("run", spec, "--world", world, "--threads", threads, "-o", tmp_path / "again.h5")
    assert digest(rolecall, tmp_path / "again.h5") == digest(rolecall, study)


def test_digest_forgets_where_the_world_stood(rolecall, study, world, spec, tmp_path):
    (tmp_path / "elsewhere.h5").write_bytes(world.read_bytes())
    rolecall("run", spec, "--world", "elsewhere.h5", "-o", "again.h5", cwd=tmp_path)
    assert digest(rolecall, tmp_path / "again.h5") == digest(rolecall, study)


def test_a_bundle_and_its_import_are_one_world(rolecall, imported_study, examples, spec, tmp_path):
    rolecall("import", "csv", examples / "small", "-o", tmp_path / "w.h5")
    rolecall("run", spec, "--world", tmp_path / "w.h5", "-o", tmp_path / "again.h5")
    assert digest(rolecall, tmp_path / "again.h5") == digest(rolecall, imported_study)


def test_seed_and_candidates(rolecall, study, world, spec, tmp_path):
    rolecall("run", spec, "--world", world, "--seed", 2, "-o", tmp_path / "seed.h5")
    rolecall("run", spec, "--world", world, "--candidates", 50, "-o", tmp_path / "more.h5")
    a, b, c = (package.open_study(path) for path in (study, tmp_path / "seed.h5", tmp_path / "more.h5"))
    assert a.trials.filter(search="all", origin="search")[ROLE].to_list() != (
        b.trials.filter(search="all", origin="search")[ROLE].to_list()
    )
    assert not a.replicates["default"].equals(b.replicates["default"])
    for search in (a, b):
        assert search.trials.filter(search="all")["value"][:3].equals(a.trials.filter(search="all")["value"][:3])
    assert c.trials.filter(search="all").height == 53


@pytest.mark.parametrize("seconds", [0.5, 1.5])
def test_a_killed_study_goes_on(seconds, rolecall, study, world, spec, tmp_path):
    command = [BINARY, "run", spec, "--world", world, "--candidates", "4000", "-o", tmp_path / "study.h5"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
    rolecall(*command[1:], "--resume")
    rolecall(*command[1:-1], tmp_path / "whole.h5")
    assert digest(rolecall, tmp_path / "study.h5") == digest(rolecall, tmp_path / "whole.h5")


def test_a_study_makes_its_own_world(rolecall, tmp_path):
    (tmp_path / "world.toml").write_text(
        'format = "rolecall.world-spec/1"\nseed = 9\n[size]\naccounts = 300\npeople = 3000\nactivities = 60000\n'
        "days = 120\n",
        encoding="utf-8",
    )
    for name, seed in {"own": "", "other": "seed = 4\n"}.items():
        text = STUDY + f'[world]\nspec = "world.toml"\npreset = "small"\n{seed}'
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        rolecall("run", f"{name}.toml", "-o", f"{name}.h5", cwd=tmp_path)
    found = {}
    for name in ("own", "other"):
        with h5py.File(tmp_path / f"{name}.h5") as file:
            found[name] = tomllib.loads(file["recipe"].attrs["world_specification"])
    assert (found["own"]["seed"], found["other"]["seed"]) == (9, 4)
    assert found["own"]["size"]["people"] == 3_000


# ---- outputs ------------------------------------------------------------------------------------


def test_plan_prints_and_writes_nothing(rolecall, tmp_path):
    done = rolecall("run", "role-weights", "--plan", "-o", "results.h5", cwd=tmp_path)
    for text in ("study       role-weights (tune)", "candidates  600 by refine, 6 searches", "memory", "time"):
        assert text in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_existing_output_is_kept(rolecall, world, spec, tmp_path):
    out = tmp_path / "study.h5"
    out.write_text("mine", encoding="utf-8")
    refused(rolecall("run", spec, "--world", world, "-o", out, check=False), "study.h5", "--force")
    assert out.read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["study.h5"]
    rolecall("run", spec, "--world", world, "-o", out, "--force")
    assert h5py.is_hdf5(out)
    assert [p.name for p in tmp_path.iterdir()] == ["study.h5"], "no .partial is left"


def test_the_world_is_not_overwritten(rolecall, world, spec):
    before = world.read_bytes()
    refused(rolecall("run", spec, "--world", world, "-o", world, "--force", check=False), "world.h5", "input")
    assert world.read_bytes() == before


def test_kill_leaves_no_final_file(world, spec, tmp_path):
    command = [BINARY, "run", spec, "--world", world, "--candidates", "100000", "-o", tmp_path / "study.h5"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.send_signal(signal.SIGKILL)
    assert not (tmp_path / "study.h5").exists()


def test_printed_studies_can_be_run(rolecall, world, tmp_path):
    assert "role-weights" in rolecall("studies").stdout
    text = rolecall("studies", "role-weights").stdout
    assert tomllib.loads(text)["search"]["candidates"] == 600
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    more = ["--world", world, "--candidates", 20]
    rolecall("run", tmp_path / "mine.toml", *more, "-o", tmp_path / "a.h5")
    rolecall("run", "role-weights", *more, "-o", tmp_path / "b.h5")
    assert digest(rolecall, tmp_path / "a.h5") == digest(rolecall, tmp_path / "b.h5")


def test_what_is_printed_is_in_the_file(rolecall, study, world, spec, tmp_path):
    out = rolecall("run", spec, "--world", world, "-o", tmp_path / "again.h5").stdout
    opened = package.open_study(study)
    assert out.startswith(opened.summary.finding)
    for row in opened.metric().iter_rows(named=True):
        assert re.search(rf"^{re.escape(row['model'])} +{row['value']:.4f} ", out, re.M), row["model"]
    for row in opened.parameters.iter_rows(named=True):
        role = row["parameter"].removeprefix("role.").removesuffix(".weighting").strip('"')
        assert re.search(rf"^{re.escape(role)} .* {row['found']:.4g} ", out, re.M), role


# ---- errors -------------------------------------------------------------------------------------

BAD_STUDIES = {
    "unknown key": ("[search]\ncandidate = 3\n", ["mine.toml, line 4, search.candidate", "Did you mean 'candidates'?"]),
    "choice": ("[search]\nmethod = \"gird\"\n", ["mine.toml, line 4, search.method 'gird'", "Did you mean 'grid'?"]),
    "range": ("[bootstrap]\nreplicates = 5\n", ["mine.toml, line 4, bootstrap.replicates '5'", "from 20"]),
    "day": ("[model]\nas_of = \"soon\"\n", ["mine.toml, line 4, model.as_of 'soon'"]),
    "preset": ("[world]\npreset = \"hughe\"\n", ["mine.toml, line 4, world.preset 'hughe'"]),
    "model": ("[model]\nbase = \"ajo-sead\"\n", ["'ajo-sead'", "Did you mean 'ajo-seed'?"]),
    "grid": ("[search]\nmethod = \"grid\"\nsteps = 99\n", ["search.steps '99'", "fewer steps"]),
    "no TOML": ("[search\n", ["mine.toml, line 3: this is not TOML"]),
}


@pytest.mark.parametrize("name", BAD_STUDIES)
def test_bad_studies(name, rolecall, world, tmp_path):
    text, mentions = BAD_STUDIES[name]
    (tmp_path / "mine.toml").write_text(f'format = "rolecall.study-spec/2"\nname = "mine"\n{text}{SPACE}', encoding="utf-8")
    done = rolecall("run", tmp_path / "mine.toml", "--world", world, "-o", tmp_path / "out.h5", check=False)
    refused(done, *mentions)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]


def test_bad_worlds(rolecall, spec, examples, world, tmp_path):
    """A world that is not there, is none, or whose groups have no outcomes."""
    (tmp_path / "text.h5").write_text("no world", encoding="utf-8")
    out = tmp_path / "out.h5"
    refused(rolecall("run", spec, "--world", tmp_path / "none.h5", "-o", out, check=False), "none.h5")
    refused(rolecall("run", spec, "--world", tmp_path / "text.h5", "-o", out, check=False), "text.h5", "not an HDF5")
    # Its groups have no outcomes: it has no file of them.
    done = rolecall("run", spec, "--world", examples / "worked-example", "-o", out, check=False)
    refused(done, "outcome", "won and lost groups")
    assert not out.exists()


def test_names_nobody_knows(rolecall, tmp_path):
    refused(rolecall("run", "role-weight", "-o", tmp_path / "s.h5", check=False), "Did you mean 'role-weights'?")
    refused(rolecall("studies", "role-weight", check=False), "Did you mean 'role-weights'?")
    refused(rolecall("run", "role-weights", check=False), "--output", "-o results.h5")
    assert list(tmp_path.iterdir()) == []
