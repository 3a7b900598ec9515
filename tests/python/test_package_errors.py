"""What the package says of files that are not what they should be."""

import h5py
import pytest
import rolecall as package

from study_file import write_kind, write_study


@pytest.fixture
def study(tmp_path):
    return write_study(tmp_path / "study.h5")


def refusal(path, opener=package.open_study):
    with pytest.raises(package.FormatError) as caught:
        opener(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert text.endswith((".", "?"))
    return text


def set_format(path, text):
    with h5py.File(path, "r+") as file:
        file.attrs["format"] = text


def test_another_kind(study):
    assert "this is a rolecall.study/2 file, where rolecall.world/1 is needed" in refusal(study, package.open_world)
    assert "this is a rolecall.study/2 file, where rolecall.scores/1 is needed" in refusal(study, package.open_scores)


def test_too_new(study):
    set_format(study, "rolecall.study/3")
    assert "too new: version 3 of rolecall.study, and this package reads 2. Update rolecall" in refusal(study)


def test_too_old(study):
    set_format(study, "rolecall.study/1")
    said = refusal(study)
    assert "too old: version 1 of rolecall.study, and this package reads 2." in said
    assert said.endswith("Run the study again: `rolecall run role-weights -o results.h5`.")
    simulation = write_kind(study.with_name("simulation.h5"), "simulation", {"recipe@study": "earlier"})
    set_format(simulation, "rolecall.study/1")
    assert refusal(simulation).endswith("Run the study again: `rolecall simulate earlier -o results.h5`.")
    set_format(study, "rolecall.world/0")
    assert "too old: version 0 of rolecall.world, and this package reads 1. Make the file again" in refusal(
        study, package.open_world
    )


@pytest.mark.parametrize("text", ["rolecall.study", "rolecall.study/x", "other/1", "rolecall.study/-1"])
def test_no_format_of_ours(study, text):
    set_format(study, text)
    assert f"{text!r} is no format of rolecall. Is it the right file?" in refusal(study)


def test_foreign_hdf5(tmp_path):
    path = tmp_path / "foreign.h5"
    with h5py.File(path, "w") as file:
        file["x"] = [1, 2]
    assert "not from rolecall: its root has no attribute `format`" in refusal(path)


def test_not_hdf5(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("<html>")
    assert "this is not an HDF5 file" in refusal(path)


def test_empty(tmp_path):
    path = tmp_path / "empty.h5"
    path.touch()
    assert "this is not an HDF5 file" in refusal(path)


def test_truncated(study):
    study.write_bytes(study.read_bytes()[:-4000])
    assert "damaged" in refusal(study)


def test_folder(tmp_path):
    assert "this is a folder, not a file. Import it: `rolecall import csv" in refusal(tmp_path, package.open_world)


def test_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        package.open_study(tmp_path / "nothing.h5")


@pytest.mark.parametrize("name", ["metrics", "trials", "scores"])
def test_a_missing_table_is_named(study, name):
    with h5py.File(study, "r+") as file:
        del file["tables"][name]
    opened = package.open_study(study)
    with pytest.raises(package.FormatError, match=f"the table {name} is missing. A tune study has models, "):
        getattr(opened, name)


def test_missing_attributes_are_named(study):
    with h5py.File(study, "r+") as file:
        del file["recipe"].attrs["base_model"]
        del file["provenance"].attrs["threads"]
    opened = package.open_study(study)
    with pytest.raises(package.FormatError, match="the attribute recipe@base_model is missing"):
        opened.recipe  # noqa: B018
    with pytest.raises(package.FormatError, match="provenance cannot be read"):
        opened.provenance  # noqa: B018
