"""`rolecall groups infer`: rows for members.csv, or the world with them."""

import csv
import json

import polars as pl
import pytest
import rolecall as package

from role_world import TITLES, make_world, write_bundle


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(tmp_path_factory.mktemp("infer"), trees=40, shuffled=0.1).path


def test_rows_for_members(rolecall, world, tmp_path):
    done = rolecall("groups", "infer", world, "-o", tmp_path / "members.csv")
    with (tmp_path / "members.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["group_id", "person_id", "role", "source", "since", "probability"]
    assert {(row["source"], row["since"]) for row in rows} == {("job", "2026-01-15")}
    expected = {f"g{t}": (f"na{t}", list(TITLES)[t % 3]) for t in range(40)}
    found = {row["group_id"]: (row["person_id"], row["role"]) for row in rows}
    assert found.items() <= expected.items()
    assert len(found) == len(rows) > 20
    assert f"Of 40 people of groups' accounts who are no members, each in each group, {len(rows)} get a role" in done.stdout
    assert done.stderr == f"{len(rows)} roles written to {tmp_path / 'members.csv'}\n"


def test_a_world_with_them(rolecall, world, tmp_path):
    rolecall("groups", "infer", world, "-o", tmp_path / "members.csv")
    done = rolecall("groups", "infer", world, "-o", tmp_path / "more.h5")
    rows = pl.read_csv(tmp_path / "members.csv", infer_schema=False)
    before, after = package.open_world(world), package.open_world(tmp_path / "more.h5")
    assert done.stderr.endswith(f"{len(after.members)} memberships, {len(rows)} of them new\n")
    keys = ["group_id", "person_id", "role"]
    added = after.members.join(before.members, on=keys, how="anti")
    assert added.select(*keys, "probability").equals(rows.select(*keys, "probability"))
    kept = after.members.join(before.members, on=keys, how="semi").drop("probability")
    assert kept.equals(before.members), "what there was stands"
    for table in ("accounts", "people", "groups"):
        assert getattr(before, table).equals(getattr(after, table))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["members.csv", "more.h5"]


@pytest.mark.filterwarnings("ignore::rolecall.ProgramWarning")
def test_from_another_world(rolecall, world, tmp_path):
    bundle = write_bundle(tmp_path / "bundle", trees=3)
    (bundle / "members.csv").unlink()
    package.import_csv(bundle, tmp_path / "bare.h5")
    assert "no memberships" in rolecall("groups", "infer", tmp_path / "bare.h5", check=False).stderr
    done = rolecall("groups", "infer", tmp_path / "bare.h5", "--train", world, "--format", "json")
    found = json.loads(done.stdout)
    assert found["asked"] > 3
    assert 0 < found["given"] <= found["asked"]
    assert found["as_of"] == "2026-01-15"


def test_people(rolecall, world, tmp_path):
    done = rolecall("groups", "infer", world, "--people", "--accept-above", "0.5", "-o", tmp_path / "people.csv")
    table = pl.read_csv(tmp_path / "people.csv")
    assert table.columns == ["person_id", "title", "role", "probability", "accepted"]
    assert len(table) == 40 * 8
    assert (table["accepted"] == (table["probability"] >= 0.5)).all()
    assert "title" in done.stdout
    assert "Chief Financial Officer" in done.stdout
    done = rolecall("groups", "infer", world, "--people", "-o", tmp_path / "people.h5", check=False)
    assert (done.returncode, "Write them to a .csv file" in done.stderr) == (2, True)


def test_formats_and_cards(rolecall, world, tmp_path):
    cards = package.open_world(world).members.select("person_id", "role").write_csv()
    (tmp_path / "cards.csv").write_text(cards)
    args = ("groups", "infer", world, "--cards", tmp_path / "cards.csv")
    table = pl.read_csv(rolecall(*args, "--format", "csv").stdout.encode(), null_values="nan")
    assert table.columns == ["said_by", "metric", "value", "low", "high"]
    assert table.filter(said_by="cards", metric="accuracy")["value"].item() == 1
    found = json.loads(rolecall(*args, "--format", "json").stdout)
    assert found["quality"] == table.to_dicts()
    assert "cards     1.000 (1.000 to 1.000)" in rolecall(*args).stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--max-error", "2"], "max_error is 2.0; it must be between 0 and 1."),
        (["--max-error", ".1", "--accept-above", ".5"], "excludes"),
        (["--as-of", "tomorrow"], "'tomorrow' is no day; write one as 2026-03-31"),
        (["--as-of", "2020-01-01"], "no memberships of the sources job, journey, manual by 2020-01-01"),
        (["--sources", "sales"], "there is no source 'sales'"),
        (["--train", "nothing.h5"], "nothing.h5: there is no such file"),
        (["--cards", "nothing.csv"], "nothing.csv: there is no such file"),
        (["--seed", "one"], "invalid int value: 'one'"),
    ],
)
def test_bad_input(rolecall, world, tmp_path, args, said):
    output = tmp_path / ("more.h5" if "--as-of" in args else "members.csv")
    done = rolecall("groups", "infer", world, *args, "-o", output, check=False)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


def test_outputs_are_kept(rolecall, world, tmp_path):
    for name in ("members.csv", "more.h5"):
        (tmp_path / name).write_text("mine")
        done = rolecall("groups", "infer", world, "-o", tmp_path / name, check=False)
        assert (done.returncode, "exists already" in done.stderr) == (2, True)
        assert (tmp_path / name).read_text() == "mine"
    assert rolecall("groups", "infer", world, "-o", tmp_path / "no" / "folder.csv", check=False).returncode == 3
    assert rolecall("groups", "infer", world, "-o", world, "--force", check=False).returncode == 2


def test_people_without_titles(rolecall, world, tmp_path):
    bundle = write_bundle(tmp_path / "bundle", trees=3)
    people = pl.read_csv(bundle / "people.csv", infer_schema=False)
    people.drop("title").write_csv(bundle / "people.csv")
    untitled = package.import_csv(bundle, tmp_path / "untitled.h5")
    done = rolecall("groups", "infer", untitled.path, "--train", world, check=False)
    assert (done.returncode, "people have no column title" in done.stderr) == (2, True)


def test_no_interpreter(rolecall, world, tmp_path):
    for output in ("members.csv", "more.h5"):
        done = rolecall("groups", "infer", world, "-o", tmp_path / output, env={"ROLECALL_PYTHON": "/no/python"}, check=False)
        assert (done.returncode, "cannot start /no/python" in done.stderr) == (3, True)
    assert not list(tmp_path.iterdir())
