"""The truth of a generated world, as the package reads it."""

import tomllib

import h5py
import numpy as np
import polars as pl
import pytest
import rolecall as package


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    path = tmp_path_factory.mktemp("truth") / "world.h5"
    return package.generate(path, accounts=150, people=900, activities=30_000, days=180, seed=7)


@pytest.fixture(scope="module")
def raw(world):
    with h5py.File(world.path) as file:
        yield file["truth"]


def test_sizes_are_about_what_was_asked(world):
    assert world.sizes["accounts"] == 150
    assert world.sizes["people"] == 900
    assert world.sizes["activities"] == pytest.approx(30_000, rel=0.2)


def test_frames_hold_what_the_file_holds(world, raw):
    truth = world.truth
    assert truth.roles["role"].to_list() == raw["role_name"].asstr()[:].tolist()
    assert truth.roles["influence"].to_list() == raw["role_influence"][:].tolist()
    assert dict(truth.types.rows()) == dict(
        zip(raw["type_name"].asstr()[:].tolist(), raw["type_influence"][:].tolist(), strict=True)
    )
    assert truth.people["rate"].to_list() == raw["person_rate"][:].tolist()
    assert truth.late["row"].to_list() == raw["late_row"][:].tolist()
    for name in ("intent", "score", "probability"):
        assert np.array_equal(truth.groups[name].fill_null(np.nan), raw[name][:], equal_nan=True)


def test_rows_are_aligned_with_the_tables(world):
    truth = world.truth
    assert truth.groups["group_id"].equals(world.groups["group_id"])
    assert truth.people["person_id"].equals(world.people["person_id"])
    is_open = world.groups["outcome"] == "open"
    assert truth.groups["probability"].is_null().equals(is_open.alias("probability"))


def test_kinds_are_bits(world, raw):
    kinds = raw["person_kind"][:]
    assert world.truth.people["quiet"].sum() == np.count_nonzero(kinds & 1)
    assert world.truth.people["behind_bot"].sum() == np.count_nonzero(kinds & 2)
    assert world.truth.people["opens_by_itself"].sum() == np.count_nonzero(kinds & 4)


def test_origin_is_aligned_with_activities(world, raw):
    origin = world.truth.origin()
    assert origin.height == world.sizes["activities"]
    assert world.truth.origin(slice(100, 200)).equals(origin.slice(100, 100))
    codes = origin.select(pl.col("maker").to_physical() + 4 * pl.col("duplicate") + 8 * pl.col("late")).to_series()
    assert np.array_equal(codes, raw["origin"][:])
    late = origin.with_row_index("row").filter(pl.col("late"))["row"]
    assert late.to_list() == world.truth.late["row"].to_list()


def test_scalars(world, raw):
    truth = world.truth
    assert truth.specification == raw.attrs["specification"]
    assert tomllib.loads(truth.specification)["seed"] == 7
    assert truth.window_days == raw.attrs["window_days"]
    assert (truth.daily_cap if truth.daily_cap is not None else -1) == raw.attrs["daily_cap"]
    assert (truth.half_life_days or 0) == raw.attrs["half_life_days"]
    assert (truth.intercept, truth.slope) == (raw.attrs["intercept"], raw.attrs["slope"])
    assert truth.ceiling_auc == raw.attrs["ceiling_auc"]


def test_a_specification_as_text_makes_the_same_world(world, tmp_path):
    again = package.generate(tmp_path / "again.h5", world.truth.specification)
    assert package.content_digest(again) == package.content_digest(world)
