"""docs/format.md against what the program writes, in both directions."""

import re

import h5py
import pytest

TABLE_ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|$")


def read_tables(text, heading):
    """Rows of the tables under one heading: {item: [cells]}."""
    section = re.search(rf"^## {re.escape(heading)}.*?$(.*?)(?=^## |\Z)", text, re.M | re.S).group(1)
    rows = {}
    for line in section.splitlines():
        if match := TABLE_ROW.match(line):
            rows[match[1]] = [cell.strip() for cell in match[2].split(" |")]
    return rows


@pytest.fixture(scope="module")
def document(repo):
    return (repo / "docs" / "format.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def world(rolecall, examples, tmp_path_factory):
    path = tmp_path_factory.mktemp("format") / "world.h5"
    rolecall("import", "csv", examples / "worked-example", "-o", path)
    with h5py.File(path) as file:
        yield file


def documented_as(name):
    """The name under which the document lists a dataset."""
    return re.sub(r"/attributes/[^/]+$", "/attributes/<name>", name)


def type_of(dataset):
    return "text" if dataset.dtype.kind in "OS" else dataset.dtype.str[1:]


def datasets_of(file):
    found = {}
    file.visititems(lambda n, item: found.update({n: item}) if isinstance(item, h5py.Dataset) else None)
    return found


def length(file, shape):
    rows = {
        "accounts": "accounts/account_id",
        "people": "people/person_id",
        "solutions": "solutions/name",
        "roles": "roles/name",
        "groups": "groups/group_id",
        "members": "members/person",
        "types": "activities/type_name",
        "activities": "activities/time",
    }
    table, _, more = shape.partition(" + ")
    return len(file[rows[table]]) + int(more or 0)


def test_every_dataset_is_documented(world, document):
    rows = read_tables(document, "Worlds")
    for name, dataset in datasets_of(world).items():
        assert documented_as(name) in rows, f"{name} is not in docs/format.md"
        kind, shape, unit, *_ = rows[documented_as(name)]
        assert type_of(dataset) in kind.split(" or "), name
        assert dataset.shape == (length(world, shape),), name
        assert dataset.attrs.get("unit", "") == unit, name
        assert set(dataset.attrs) <= {"sha256", "unit", "description"}, name


def test_every_documented_dataset_is_written(world, document):
    found = datasets_of(world)
    for name, cells in read_tables(document, "Worlds").items():
        if "@" not in name and cells[3] == "always":
            assert name in found, f"{name} is in docs/format.md but not in the file"


def attributes_of(file):
    found = {f"@{key}": value for key, value in file.attrs.items()}

    def collect(name, item):
        if isinstance(item, h5py.Group):
            found.update({f"{name}@{key}": value for key, value in item.attrs.items()})

    file.visititems(collect)
    return found


def test_attributes_are_those_documented(world, document):
    rows = read_tables(document, "Worlds") | read_tables(document, "Provenance, in every file")
    documented = {name: cells for name, cells in rows.items() if "@" in name}
    found = attributes_of(world)
    assert set(found) == set(documented)
    for name, value in found.items():
        kind = "text" if isinstance(value, str) else value.dtype.str[1:]
        assert kind == documented[name][0], name


@pytest.mark.parametrize("level", ["group", "person"])
def test_series_are_as_documented(level, rolecall, examples, document, tmp_path):
    path = tmp_path / "series.h5"
    range_ = ["--from", "2026-03-01", "--to", "2026-03-31", "--level", level]
    rolecall("series", examples / "small", "--model", "ajo-seed", *range_, "-o", path)
    rows = read_tables(document, "Series")
    with h5py.File(path) as file:
        lengths = {"ids": len(file[f"{level}_id"]), "days": 31}
        found = datasets_of(file)
        wanted = {n: c for n, c in rows.items() if "@" not in n and c[3] in ("always", f"level {level}")}
        assert set(found) == set(wanted)
        for name, (kind, shape, unit, *_) in wanted.items():
            assert type_of(found[name]) == kind, name
            assert found[name].shape == tuple(lengths[part] for part in shape.split(" × ")), name
            assert found[name].attrs.get("unit", "") == unit, name
            assert set(found[name].attrs) <= {"sha256", "unit", "description"}, name
        provenance = read_tables(document, "Provenance, in every file")
        assert set(attributes_of(file)) == {name for name in rows | provenance if "@" in name}
        assert str(file["date"][:].astype("datetime64[D]")[0]) == "2026-03-01"
        assert found["engagement"].chunks[1] == 31
        test_only_standard_filters(file)


def test_version_stands_first(document, world):
    assert world.attrs["format"] in document.splitlines()[0]


def test_texts_and_offsets_read_naturally(world):
    ids = world["people/person_id"].asstr()[:]
    assert list(ids) == sorted(ids)
    offsets = world["activities/offsets"][:]
    assert offsets[0] == 0
    assert offsets[-1] == len(world["activities/time"])


def test_only_standard_filters(world):
    for name, dataset in datasets_of(world).items():
        if dataset.size > 0:
            assert dataset.compression == "gzip", name
            assert dataset.shuffle, name
