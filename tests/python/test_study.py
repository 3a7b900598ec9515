"""`run` and `studies`: a role-weights study through the program, and the file it leaves."""

import json
import re
import signal
import subprocess
import tomllib

import h5py
import numpy as np
import pytest
from conftest import BINARY
from test_generate import digest, refused
from test_hdf5_format import attributes_of, datasets_of, read_tables, type_of

WORLD = ["--accounts", 300, "--people", 3_000, "--activities", 60_000, "--days", 120]
STUDY = """format = "rolecall.study-spec/1"
name = "mine"
question = "What are roles worth?"
[search]
candidates = 40
[bootstrap]
replicates = 30
"""


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


# ---- docs/format.md -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows(repo):
    text = (repo / "docs" / "format.md").read_text(encoding="utf-8")
    return read_tables(text, "Studies")


def lengths(file):
    return {
        "roles": len(file["roles/name"]),
        "trials": len(file["trials/origin"]),
        "replicates": int(file["summary"].attrs["replicates"]),
        "models": len(file["models/name"]),
        "bins": len(file["scores/won"]),
        "bands": len(file["completeness/won"]),
    }


@pytest.mark.parametrize("which", ["study", "imported_study"])
def test_every_dataset_is_documented(which, rows, request):
    with h5py.File(request.getfixturevalue(which)) as file:
        for name, dataset in datasets_of(file).items():
            assert name in rows, f"{name} is not in docs/format.md"
            kind, shape, unit, *_ = rows[name]
            assert type_of(dataset) == kind, name
            assert dataset.shape == tuple(lengths(file)[table] for table in shape.split(" × ")), name
            assert dataset.attrs.get("unit", "") == unit, name
            assert set(dataset.attrs) <= {"sha256", "unit", "description"}, name


@pytest.mark.parametrize("which", ["study", "imported_study"])
def test_every_documented_dataset_is_written(which, rows, request):
    with h5py.File(request.getfixturevalue(which)) as file:
        found = set(datasets_of(file))
    present = {"always"} | ({"with truth"} if which == "study" else set())
    documented = {name: cells[3] for name, cells in rows.items() if "@" not in name}
    assert set(documented.values()) == {"always", "with truth"}
    assert found == {name for name, when in documented.items() if when in present}


@pytest.mark.parametrize("which", ["study", "imported_study"])
def test_attributes_are_those_documented(which, rows, request, repo):
    text = (repo / "docs" / "format.md").read_text(encoding="utf-8")
    rows = rows | read_tables(text, "Provenance, in every file")
    with h5py.File(request.getfixturevalue(which)) as file:
        found = attributes_of(file)
    assert set(found) == {name for name in rows if "@" in name}
    for name, value in found.items():
        assert ("text" if isinstance(value, str) else value.dtype.str[1:]) == rows[name][0], name


def test_info_tells_what_it_is(rolecall, study):
    out = rolecall("info", study).stdout
    assert re.search(r"^format +rolecall.study/1$", out, re.M)
    assert re.search(r"^trials/weight +f8 +43 × 6 ", out, re.M)
    assert "altered" not in out
    with h5py.File(study) as file:
        assert digest(rolecall, study) == file["provenance"].attrs["content_digest"]
        parameters = json.loads(file["provenance"].attrs["parameters"])
    assert tomllib.loads(parameters["specification"])["name"] == "mine"


# ---- what it says -------------------------------------------------------------------------------


def test_halves_and_counts(study, world):
    with h5py.File(study) as file, h5py.File(world) as w:
        summary = dict(file["summary"].attrs)
        outcome = w["outcomes/outcome"][:]
        assert (summary["groups"], summary["won"]) == ((outcome != 1).sum(), (outcome == 2).sum())
        assert summary["train_groups"] + summary["test_groups"] == summary["groups"]
        assert (summary["trials"], summary["replicates"]) == (43, 30)
        assert summary["ceiling_auc"] == w["truth"].attrs["ceiling_auc"]
        for table in ("scores", "completeness"):
            assert file[f"{table}/won"][:].sum() == summary["won"]
            assert file[f"{table}/won"][:].sum() + file[f"{table}/lost"][:].sum() == summary["groups"]


def test_shares_and_the_best(study, world):
    with h5py.File(study) as file, h5py.File(world) as w:
        weight, origin = file["trials/weight"][:], file["trials/origin"].asstr()[:]
        share = weight / weight.sum(axis=1, keepdims=True)
        assert list(origin) == ["default", "equal", "truth"] + ["search"] * 40
        assert list(file["roles/name"].asstr()[:]) == list(w["truth/role_name"].asstr()[:])
        best = int(file["best"].attrs["trial"])
        assert best == 3 + file["trials/train_auc"][3:].argmax()
        for name, row in {"default": 0, "truth": 2, "found": best}.items():
            np.testing.assert_allclose(file[f"roles/{name}"][:], share[row], rtol=1e-12)
        np.testing.assert_array_equal(weight[2], w["truth/role_influence"][:])
        model = tomllib.loads(file["best"].attrs["model"])
        assert [role["weighting"] for role in model["template"][0]["roles"]] == list(weight[best])
        gain = file["models/gain"][:]
        assert gain[0] == file["models/gain_low"][0] == file["models/gain_high"][0] == 0
        np.testing.assert_array_equal(gain, file["models/auc"][:] - file["models/auc"][0])


def test_intervals_are_percentiles_of_the_replicates(study):
    with h5py.File(study) as file:
        replicates = file["replicates/train_auc"][:]
        low, high = np.nanpercentile(replicates, [2.5, 97.5], axis=1)
        np.testing.assert_allclose(file["trials/train_low"][:], low, rtol=1e-12)
        np.testing.assert_allclose(file["trials/train_high"][:], high, rtol=1e-12)


def test_recipe_makes_it_again(rolecall, study, world, tmp_path):
    """The file carries the study, the model and the world's specification; nothing else is needed."""
    with h5py.File(study) as file:
        recipe = dict(file["recipe"].attrs)
    assert recipe["world_digest"] == digest(rolecall, world)
    (tmp_path / "world.toml").write_text(recipe["world_specification"], encoding="utf-8")
    rolecall("generate", tmp_path / "world.toml", "-o", tmp_path / "world.h5")
    assert digest(rolecall, tmp_path / "world.h5") == recipe["world_digest"]
    (tmp_path / "study.toml").write_text(recipe["specification"], encoding="utf-8")
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


def test_imported_world_has_no_truth_to_tell(imported_study, rolecall, examples):
    with h5py.File(imported_study) as file:
        assert list(file["trials/origin"].asstr()[:2]) == ["default", "equal"]
        assert "truth" not in file["trials/origin"].asstr()[:]
        assert set(file["models/activities"].asstr()[:]) == {"default"}
        assert file["recipe"].attrs["world_specification"] == ""
        assert tomllib.loads(file["recipe"].attrs["specification"])["model"]["activities"] == "base"
        assert np.isnan([file["summary"].attrs[name] for name in ("ceiling_auc", "truth_margin")]).all()


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
    with h5py.File(study) as a, h5py.File(tmp_path / "seed.h5") as b, h5py.File(tmp_path / "more.h5") as c:
        assert not np.array_equal(a["trials/weight"][3:], b["trials/weight"][3:])
        assert not np.array_equal(a["replicates/train_auc"][:3], b["replicates/train_auc"][:3])
        np.testing.assert_array_equal(a["trials/train_auc"][:3], b["trials/train_auc"][:3])
        assert len(c["trials/origin"]) == 53


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
    for text in ("study       role-weights", "candidates  600 x 200", "memory", "time"):
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


def test_summary_has_the_figures_of_the_file(rolecall, study, world, spec, tmp_path):
    out = rolecall("run", spec, "--world", world, "-o", tmp_path / "again.h5").stdout
    with h5py.File(study) as file:
        roles = zip(file["roles/name"].asstr()[:], file["roles/found"][:], strict=True)
        for role, share in roles:
            assert re.search(rf"^{role} .*\b{100 * share:.2f}\b", out, re.M), role
        for name, auc in zip(file["models/name"].asstr()[:], file["models/auc"][:], strict=True):
            assert re.search(rf"^{re.escape(name)} +{auc:.4f} ", out, re.M), name


# ---- errors -------------------------------------------------------------------------------------

BAD_STUDIES = {
    "unknown key": ("[search]\ncandidate = 3\n", ["mine.toml, line 4, search.candidate", "Did you mean 'candidates'?"]),
    "choice": ("[search]\nmethod = \"gird\"\n", ["mine.toml, line 4, search.method 'gird'", "Did you mean 'grid'?"]),
    "range": ("[bootstrap]\nreplicates = 5\n", ["mine.toml, line 4, bootstrap.replicates '5'", "from 20"]),
    "day": ("[model]\nas_of = \"soon\"\n", ["mine.toml, line 4, model.as_of 'soon'"]),
    "preset": ("[world]\npreset = \"hughe\"\n", ["mine.toml, line 4, world.preset 'hughe'"]),
    "model": ("[model]\nbase = \"ajo-sead\"\n", ["'ajo-sead'", "Did you mean 'ajo-seed'?"]),
    "no sums": ("[model]\nbase = \"ajo-2026\"\n", ["'ajo-2026'", "role sums"]),
    "grid": ("[search]\nmethod = \"grid\"\nsteps = 99\n", ["search.steps '99'", "fewer steps"]),
    "no TOML": ("[search\n", ["mine.toml, line 3: this is not TOML"]),
}


@pytest.mark.parametrize("name", BAD_STUDIES)
def test_bad_studies(name, rolecall, world, tmp_path):
    text, mentions = BAD_STUDIES[name]
    (tmp_path / "mine.toml").write_text(f'format = "rolecall.study-spec/1"\nname = "mine"\n{text}', encoding="utf-8")
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
