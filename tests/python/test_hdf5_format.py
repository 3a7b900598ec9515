"""docs/format.md against what the program writes, in both directions."""

import re

import h5py
import pytest

TABLE_ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|$")


def read_tables(text, heading):
    """Rows of the tables under one heading: {item: [cells]}."""
    section = re.search(rf"^## {re.escape(heading)}.*?$(.*?)(?=^## |\Z)", text, re.M | re.S).group(1)
    return rows_of(section)


def read_kind(text, kind):
    """Rows of what every study has, and of what this kind of study has."""
    studies = re.search(r"^## Studies: .*?$(.*?)(?=^## )", text, re.M | re.S).group(1)
    every, *kinds = re.split(r"^### Kind ", studies, flags=re.M)
    own = next(part for part in kinds if part.startswith(f"`{kind}`"))
    return rows_of(every) | rows_of(own)


def rows_of(section):
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


STUDY = """format = "rolecall.study-spec/2"
name = "small"
question = "What are roles worth?"
[model]
base = "{base}"
activities = "{activities}"
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


@pytest.fixture(scope="module", params=["generated", "imported"])
def study(request, rolecall, examples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    generated = request.param == "generated"
    base = {"base": "vendor", "activities": "truth"} if generated else {"base": "ajo-seed", "activities": "base"}
    text = STUDY.format(**base) + ('[world]\npreset = "small"\n' if generated else "")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    more = [] if generated else ["--world", examples / "small"]
    rolecall("run", folder / "study.toml", *more, "-o", folder / "study.h5")
    with h5py.File(folder / "study.h5") as file:
        yield file


def study_name(name, file):
    """The name under which the document lists a dataset or attribute of a study."""
    if match := re.fullmatch(r"tables/[^/@]+@description", name):
        return match[0].replace(match[0].split("/")[1].split("@")[0], "<table>")
    if re.fullmatch(r"recipe@against_\d+", name):
        return "recipe@against_<n>"
    if name.startswith("tables/replicates/"):
        return "tables/replicates/<model>"
    parameters = file["tables/parameters/parameter"].asstr()[:]
    if name.startswith("tables/trials/") and name.removeprefix("tables/trials/") in parameters:
        return "tables/trials/<parameter>"
    return name


def study_lengths(file):
    rows = {
        "models": "models/model", "folds": "folds/name", "parameters": "parameters/parameter", "trials": "trials/value",
        "bins": "scores/low", "bands": "completeness/low", "roles": "coverage/role",
        "probability bins": "reliability/predicted", "capacities": "capacity/share",
    }  # fmt: skip
    lengths = {table: len(file[f"tables/{column}"]) for table, column in rows.items()}
    lengths["models × metrics, model by model"] = 11 * lengths["models"]
    lengths["replicates"] = int(file["summary"].attrs["replicates"])
    return lengths


def test_studies_are_as_documented(study, document):
    rows = read_kind(document, "tune")
    lengths = study_lengths(study)
    truth = "ceiling_auc" in study["summary"].attrs
    seen = set()
    for name, dataset in datasets_of(study).items():
        documented = study_name(name, study)
        assert documented in rows, f"{name} is not in docs/format.md"
        kind, shape, unit, *_ = rows[documented]
        assert type_of(dataset) in kind.split(" or "), name
        assert dataset.shape == (lengths[shape],), name
        assert dataset.attrs.get("unit", "") == unit, name
        assert set(dataset.attrs) <= {"sha256", "unit", "description"}, name
        seen.add(documented)
    provenance = read_tables(document, "Provenance, in every file")
    for name, value in attributes_of(study).items():
        documented = study_name(name, study)
        assert documented in rows | provenance, f"{name} is not in docs/format.md"
        kind = (rows | provenance)[documented][0]
        assert ("text" if isinstance(value, str) else value.dtype.str[1:]) == kind, name
        seen.add(documented)
    patterns = {"tables/<table>/<column>", "summary@<name>"}
    absent = set() if truth else {name for name, cells in rows.items() if "with truth" in cells}
    assert (set(rows) | set(provenance)) - patterns - absent == seen


def test_progress_is_as_documented(repo, document):
    rows = read_tables(document, "Studies at work")
    with h5py.File(repo / "tests" / "data" / "study_progress_v1.h5") as file:
        for name, dataset in datasets_of(file).items():
            assert re.fullmatch(r"progress/[^/]+", name)
            assert (type_of(dataset), dataset.ndim) == (rows["progress/<stage>"][0], 2)
        provenance = read_tables(document, "Provenance, in every file")
        for name in attributes_of(file):
            assert re.sub(r"recipe@.*", "recipe@<name>", name) in rows | provenance
        assert file.attrs["format"] == "rolecall.study-progress/1"


# ---- files that there were ----------------------------------------------------------------------

KEPT = ["world_v1", "scores_v1", "series_v1", "study_v1", "study_v2", "study_progress_v1"]
REFUSED = {
    "study_v1": ["too old", "Run the study again"],
    "study_progress_v1": ["not finished", "--resume"],
}


def test_a_file_of_every_version_is_kept(repo, document):
    kept = {}
    for path in sorted((repo / "tests" / "data").glob("*.h5")):
        with h5py.File(path) as file:
            kept[path.stem] = file.attrs["format"]
    assert set(kept) == set(KEPT)
    assert set(re.findall(r"`(rolecall\.[^`]+)`", document.splitlines()[0])) <= set(kept.values())


@pytest.mark.parametrize("name", KEPT)
def test_kept_files_are_described(name, rolecall, repo):
    path = repo / "tests" / "data" / f"{name}.h5"
    out = rolecall("info", path).stdout
    with h5py.File(path) as file:
        assert re.search(rf"^format +{re.escape(file.attrs['format'])}$", out, re.M)
        digest = file["provenance"].attrs["content_digest"]
    assert rolecall("info", path, "--digest").stdout.strip() == digest
    assert "altered" not in out


@pytest.mark.parametrize("name", KEPT)
def test_kept_files_are_exported_or_refused(name, rolecall, repo, tmp_path):
    done = rolecall("export", repo / "tests" / "data" / f"{name}.h5", "-o", tmp_path / "out", check=False)
    if name not in REFUSED:
        assert done.returncode == 0, done.stderr
        assert any((tmp_path / "out").glob("*.csv"))
        return
    assert done.returncode == 2
    for text in (f"{name}.h5", *REFUSED[name]):
        assert text in done.stderr
    assert list(tmp_path.iterdir()) == []


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
