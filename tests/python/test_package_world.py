"""World tables of the package against the CSV files they came from."""

import csv
import datetime as dt
import os
import shutil

import pytest
import rolecall as package


@pytest.fixture(scope="module", params=["small", "worked-example"])
def imported(request, repo, tmp_path_factory):
    """(folder of CSV files, world imported from it)"""
    folder = repo / "examples" / request.param
    return folder, package.import_csv(folder, tmp_path_factory.mktemp("world") / "world.h5")


@pytest.fixture(scope="module")
def small(repo, tmp_path_factory):
    return package.import_csv(repo / "examples" / "small", tmp_path_factory.mktemp("world") / "world.h5")


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_time(text):
    """A time of a CSV file; None when it is empty."""
    if not text:
        return None
    time = dt.datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


def as_like(text, value):
    """A field of a CSV file in the type of what was read; None when it is empty."""
    return None if text == "" else float(text) if isinstance(value, float) else text


def compare_by_id(table, rows, key, renamed=()):
    """Every row and column that both have; columns of the table that no file has are the caller's."""
    rows = {row[key]: row for row in rows}
    assert table[key].to_list() == sorted(rows, key=str.encode)
    names = dict.fromkeys(next(iter(rows.values()))) | dict(renamed)
    for found in table.iter_rows(named=True):
        for name, new in names.items():
            value = found[new or name]
            expected = rows[found[key]][name]
            expected = as_time(expected) if isinstance(value, dt.datetime) else as_like(expected, value)
            assert value == expected, (found[key], name)


def test_accounts(imported):
    folder, world = imported
    compare_by_id(world.accounts, read_csv(folder / "accounts.csv"), "account_id")


def test_people(imported):
    folder, world = imported
    compare_by_id(world.people, read_csv(folder / "people.csv"), "person_id")


def test_groups(imported):
    folder, world = imported
    compare_by_id(world.groups, read_csv(folder / "groups.csv"), "group_id")


def test_outcomes(imported):
    folder, world = imported
    path = folder / "outcomes.csv"
    if not path.exists():
        assert world.outcomes.is_empty()
        assert world.groups["outcome"].is_null().all()
        return
    compare_by_id(world.outcomes, read_csv(path), "group_id")
    of_groups = world.groups.select("group_id", "outcome", date="outcome_date", value="outcome_value")
    assert of_groups.drop_nulls("outcome").equals(world.outcomes)


def test_members(imported):
    folder, world = imported
    expected = [
        (r["group_id"], r["person_id"], r["role"], r.get("source") or "manual",
         as_time(r.get("since")), as_time(r.get("until")))
        for r in read_csv(folder / "members.csv")
    ]  # fmt: skip
    assert sorted(world.members.rows(), key=repr) == sorted(expected, key=repr)
    assert world.members["group_id"].is_sorted()


def test_activities(imported):
    folder, world = imported
    rows = read_csv(folder / "activities.csv")
    expected = [(r["person_id"], r["activity"], as_time(r["time"]), int(r.get("count") or 1)) for r in rows]
    assert sorted(world.activities().rows()) == sorted(expected)
    assert world.sizes["activities"] == len(expected)


def test_dates_alone_are_told_from_times(imported):
    folder, world = imported
    rows = {r["group_id"]: len(r["created"]) == len("2026-03-01") for r in read_csv(folder / "groups.csv")}
    alone = world.is_date_only("groups", "created").to_list()
    assert dict(zip(world.groups["group_id"], alone, strict=True)) == rows
    rows = read_csv(folder / "activities.csv")
    assert world.is_date_only("activities", "time").sum() == sum(len(r["time"]) == 10 for r in rows)
    with pytest.raises(KeyError, match="no column of times"):
        world.is_date_only("groups", "solution")


def test_slices_of_activities_are_those_of_the_whole(small):
    everything = small.activities()
    for rows in (slice(0, 0), slice(0, 10), slice(4990, 7001), slice(-5, None), slice(11_000, 99_999)):
        start, stop, _ = rows.indices(everything.height)
        assert small.activities(rows=rows).equals(everything.slice(start, stop - start))
    with pytest.raises(ValueError, match="step 1"):
        small.activities(rows=slice(0, 10, 2))


@pytest.mark.parametrize("people", [[], ["per-0001"], "per-0001", ["per-0416", "per-0001", "per-0200", "per-0001"]])
def test_activities_of_some_people(small, people, monkeypatch):
    everything = small.activities()
    asked = [people] if isinstance(people, str) else people
    expected = everything.filter(everything["person_id"].is_in(asked))
    assert small.activities(people=people).equals(expected)
    monkeypatch.setattr("rolecall.world.NEAR", 0)  # every range on its own
    assert small.activities(people=people).equals(expected)


def test_an_unknown_person_is_named(small):
    with pytest.raises(KeyError, match="no person 'per-9999'"):
        small.activities(people=["per-0001", "per-9999"])
    with pytest.raises(ValueError, match="not both"):
        small.activities(people=["per-0001"], rows=slice(0, 1))


DEALS = """deal_id,account_id,solution,pipeline,stage,opened,closed,value,outcome,agent
d2,{account},Crop,Direct,"Closed, late",2026-01-01,2026-02-01T10:00:00Z,10.5,won,Zoë
d1,,,,,2026-01-01T00:00:00Z,,,,
d3,{account},,Direct,New,,,0,open,Moses
"""
CONTACTS = """deal_id,person_id,role,note
d2,{person},Signs,x
d2,{person},,
d3,{person},Champion,
"""
EVENTS = """deal_id,event,time,detail,by
d2,stage,2026-01-01,New,
d2,reply,2026-01-02T09:00:00Z,,p
d3,stage,2026-02-01T10:00:00Z,New,
"""


@pytest.fixture(scope="module")
def with_deals(repo, tmp_path_factory):
    """(folder of CSV files, world imported from it)"""
    folder = tmp_path_factory.mktemp("deals") / "bundle"
    shutil.copytree(repo / "examples" / "worked-example", folder)
    person = read_csv(folder / "people.csv")[0]
    ids = {"person": person["person_id"], "account": person["account_id"]}
    for name, text in {"deals": DEALS, "deal_contacts": CONTACTS, "deal_events": EVENTS}.items():
        (folder / f"{name}.csv").write_text(text.format(**ids), encoding="utf-8")
    return folder, package.import_csv(folder, folder.parent / "world.h5")


def as_rows(table):
    """Rows as a CSV file has them: texts, empty for null."""

    def text(value):
        if isinstance(value, float):
            return f"{value:g}"
        return "" if value is None else value

    return sorted(tuple(map(text, row)) for row in table.rows())


def test_deals(with_deals):
    folder, world = with_deals
    rows = read_csv(folder / "deals.csv")
    compare_by_id(world.deals, rows, "deal_id")
    assert world.deals.columns == list(rows[0])
    assert world.deals["account_id"].null_count() == 1
    assert world.deals["outcome"].to_list() == [None, "won", "open"]
    assert world.is_date_only("deals", "opened").to_list() == [False, True, False]
    assert {name: world.sizes[name] for name in ("deals", "deal_contacts", "deal_events")} == {
        "deals": 3,
        "deal_contacts": 3,
        "deal_events": 3,
    }


def test_contacts_and_events_of_deals(with_deals):
    folder, world = with_deals
    contacts = read_csv(folder / "deal_contacts.csv")
    assert as_rows(world.deal_contacts) == sorted(tuple(row.values()) for row in contacts)
    events = read_csv(folder / "deal_events.csv")
    expected = [(r["deal_id"], r["event"], as_time(r["time"]), r["detail"], r["by"]) for r in events]
    assert as_rows(world.deal_events) == sorted(expected)
    assert world.is_date_only("deal_events", "time").to_list() == [True, False, False]


def test_deals_are_exported_as_they_were(with_deals, rolecall, tmp_path):
    folder, world = with_deals
    rolecall("export", world.path, "-o", tmp_path / "out")
    for name in ("deals", "deal_contacts", "deal_events"):
        written, given = (read_csv(f / f"{name}.csv") for f in (tmp_path / "out", folder))
        assert sorted(written, key=repr) == sorted(given, key=repr)
    again = package.import_csv(tmp_path / "out", tmp_path / "again.h5")
    assert package.content_digest(again.path) == package.content_digest(world.path)


def test_the_order_of_rows_of_deals_does_not_matter(with_deals, tmp_path):
    folder, world = with_deals
    shuffled = shutil.copytree(folder, tmp_path / "bundle")
    for name in ("deals", "deal_contacts", "deal_events"):
        head, *rows = (shuffled / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        (shuffled / f"{name}.csv").write_text("\n".join([head, *rows[::-1]]) + "\n", encoding="utf-8")
    again = package.import_csv(shuffled, tmp_path / "again.h5")
    assert package.content_digest(again.path) == package.content_digest(world.path)


def test_a_world_without_deals_has_empty_tables_of_them(small, with_deals):
    for name in ("deals", "deal_contacts", "deal_events"):
        empty, full = (getattr(world, name) for world in (small, with_deals[1]))
        assert empty.is_empty()
        assert dict(empty.schema) == {column: full.schema[column] for column in empty.columns}
    assert "deals" not in small.sizes


def test_imported_worlds_have_no_truth(imported):
    assert imported[1].truth is None


def test_nothing_stays_open(small):
    assert small.accounts.height
    assert small.activities(rows=slice(0, 5)).height
    opened = [os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")]
    assert os.path.realpath(small.path) not in opened


def test_a_file_that_was_replaced_is_refused(small, repo, tmp_path):
    path = shutil.copy(small.path, tmp_path / "world.h5")
    world = package.open_world(path)
    package.import_csv(repo / "examples" / "worked-example", path, force=True)
    with pytest.raises(package.FormatError, match=r"changed since it was opened. Open it again\."):
        world.accounts  # noqa: B018
    assert package.open_world(path).sizes["accounts"] == 1


def test_custom_columns_keep_their_names(repo, tmp_path):
    bundle = shutil.copytree(repo / "examples" / "worked-example", tmp_path / "bundle")
    lines = (bundle / "groups.csv").read_text().splitlines()
    lines = [lines[0] + ",outcome,a/b %,note", lines[1] + ",mine,7,"]
    (bundle / "groups.csv").write_text("\n".join(lines) + "\n")
    groups = package.import_csv(bundle, tmp_path / "world.h5").groups
    assert groups["attribute:outcome"].to_list() == ["mine"]
    assert groups["a/b %"].to_list() in ([7.0], ["7"])
    assert groups["note"].to_list() == [None]
    assert groups["outcome"].to_list() == [None]


def test_what_the_world_says_of_itself(small):
    assert "40 accounts, 416 people, 77 groups" in repr(small)
    assert small.provenance.software.startswith("rolecall ")
    assert small.provenance.parameters["on_error"] == "stop"
    assert small.provenance.created.tzinfo == dt.UTC
