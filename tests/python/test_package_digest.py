"""Digests of the package against the program's and the document's."""

import shutil

import h5py
import pytest
import rolecall as package

from study_file import write_study


@pytest.fixture(scope="module")
def files(repo, tmp_path_factory):
    """One file of each kind."""
    folder = tmp_path_factory.mktemp("digest")
    package.import_csv(repo / "examples" / "small", folder / "world.h5")
    package.run(
        "score", folder / "world.h5", "--model", "ajo-seed", "--as-of", "2026-03-31", "-o", folder / "scores.h5"
    )
    package.generate(folder / "generated.h5", accounts=60, people=300, activities=5000, days=90)
    return folder


@pytest.mark.parametrize("name", ["world.h5", "scores.h5", "generated.h5"])
def test_program_and_package_agree(files, name, monkeypatch):
    digest = package.run("info", files / name, "--digest").stdout.strip()
    assert package.content_digest(files / name) == digest
    monkeypatch.setattr("rolecall.digest.BLOCK", 1000)  # datasets read in many blocks
    check = package.check_digest(files / name)
    assert check.ok
    assert check.digest == check.recorded == digest


def test_two_dimensions(tmp_path, monkeypatch):
    path = write_study(tmp_path / "study.h5")
    assert package.run("info", path, "--digest").stdout.strip() == package.content_digest(path)
    monkeypatch.setattr("rolecall.digest.BLOCK", 1000)
    assert package.check_digest(path).ok


def test_altered_datasets_are_named(files, tmp_path):
    path = shutil.copy(files / "world.h5", tmp_path / "world.h5")
    with h5py.File(path, "r+") as file:
        file["outcomes/value"][3] = 12.5
        file["accounts/parent"][0] = -1 if file["accounts/parent"][0] >= 0 else 1
    check = package.check_digest(path)
    assert not check.ok
    assert check.altered == ("accounts/parent", "outcomes/value")


def test_a_missing_dataset_and_a_changed_attribute_show(tmp_path):
    path = write_study(tmp_path / "study.h5")
    with h5py.File(path, "r+") as file:
        del file["tables/coverage/members"]
    assert package.check_digest(path).altered == ()
    assert not package.check_digest(path).ok
    path = write_study(tmp_path / "other.h5")
    with h5py.File(path, "r+") as file:
        file["summary"].attrs["ceiling_auc"] = 0.99
    assert not package.check_digest(path).ok
