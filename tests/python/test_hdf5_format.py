"""docs/format.md against what the program writes, in both directions."""

import re
import shutil
import tomllib

import h5py
import pytest

TABLE_ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|$")


def read_tables(text, heading):
    """Rows of the tables under one heading: {item: [cells]}."""
    section = re.search(rf"^## {re.escape(heading)}.*?$(.*?)(?=^## |\Z)", text, re.M | re.S).group(1)
    return rows_of(section)


def study_sections(text):
    """Parts of the chapter on studies by heading; the first, of what every study has, by ""."""
    studies = re.search(r"^## Studies: .*?$(.*?)(?=^## )", text, re.M | re.S).group(1)
    parts = re.split(r"^### (.+)$", studies, flags=re.M)
    return {"": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))


def read_kind(text, kind):
    """Rows of what every study has, of what this kind has, and of the shared tables that it refers to."""
    sections = study_sections(text)
    own = sections[f"Kind `{kind}`"]
    by_link = {heading.lower().replace(" ", "-"): section for heading, section in sections.items()}
    parts = [sections[""], own, *(by_link[link] for link in re.findall(r"\]\(#([^)]+)\)", own))]
    rows = {}
    for part in parts:
        for name, cells in rows_of(part).items():
            assert name not in rows, f"{name} is in docs/format.md twice"
            rows[name] = cells
    return rows


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


def test_deals_are_as_documented(rolecall, examples, document, tmp_path):
    bundle = shutil.copytree(examples / "worked-example", tmp_path / "bundle")
    person, account = (bundle / "people.csv").read_text().splitlines()[1].split(",")[:2]
    write_deals(bundle, person, account)
    rolecall("import", "csv", bundle, "-o", tmp_path / "world.h5")
    rows = read_tables(document, "Worlds with deals")
    with h5py.File(tmp_path / "world.h5") as file:
        found = {name: item for name, item in datasets_of(file).items() if name.startswith("deals/")}
        assert {documented_as(name) for name in found} == set(rows)
        lengths = {"deals": 2, "deals + 1": 3, "contacts": 3, "event types": 2, "events": 4}
        for name, dataset in found.items():
            kind, shape, unit, *_ = rows[documented_as(name)]
            assert type_of(dataset) in kind.split(" or "), name
            assert dataset.shape == (lengths[shape],), name
            assert dataset.attrs.get("unit", "") == unit, name
        last = len(file["roles/name"]) - 1
        assert list(file["deals/contacts/role"]) == [last, 65535, 65535]
        assert file.attrs["format"] == "rolecall.world/1"


def write_deals(bundle, person, account):
    """Two deals with everything that a file can say of them."""
    tables = {
        "deals": f"""deal_id,account_id,solution,pipeline,stage,opened,closed,value,outcome,agent
d1,{account},Crop,Direct,Closed,2026-01-01,2026-02-01T10:00:00Z,10.5,won,Zoe
d2,,,,,2026-01-01T00:00:00Z,2026-03-01,,,
""",
        "deal_contacts": f"deal_id,person_id,role,note\nd2,{person},,x\nd1,{person},\u00c4lteste,\nd1,{person},,\n",
        "deal_events": """deal_id,event,time,detail,by
d1,stage,2026-01-01,Open,
d1,reply,2026-01-02T09:00:00Z,,p
d1,stage,2026-02-01T10:00:00Z,Closed,
d2,reply,2026-01-01,,
""",
    }
    for name, text in tables.items():
        (bundle / f"{name}.csv").write_text(text, encoding="utf-8")


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


STUDY_HEAD = """format = "rolecall.study-spec/2"
name = "small"
question = "What are roles worth?"
kind = "{kind}"
bootstrap.replicates = 20
"""
SMALL_WORLD = """
[world]
preset = "small"
set = ["size.accounts = 300", "size.people = 3000", "size.activities = 60000", "size.days = 120"]
"""
ROLES = 6  # of the model that these worlds come with
STUDIES = {
    "tune": """
[model]
base = "vendor"
activities = "truth"
against = ["ajo-seed"]
[space]
"role.*.weighting" = [1, 100]
"window_days" = [7, 30]
"decay.kind" = ["none", "linear"]
[search]
method = "random"
candidates = 10
[validation]
folds = 2
""",
    "models": """
[model]
against = ["ajo-2026", "vendor"]
""",
    "readings": """
[model]
against = ["ajo-2026", "vendor"]
""",
    "hand-off": """
[hand_off]
capacity = 0.125
""",
    "sweep": """
[worlds]
seeds = 2
vary = ["machines.bots"]
values = [0, 0.02]
[model]
base = "vendor"
[space]
daily_cap = [1, 20, "none"]
window_days = [7, 30]
""",
    "recovery": """
[worlds]
seeds = 3
accounts = [200, 300]
[model]
base = "vendor"
activities = "truth"
[space]
"role.*.weighting" = { low = 0, high = 100 }
[search]
method = "logistic"
""",
    "power": """
[worlds]
seeds = 3
accounts = [200, 300]
effect = 0.005
[model]
base = "vendor"
""",
    "tuners": """
[worlds]
seeds = 2
[model]
base = "vendor"
activities = "truth"
[space]
"role.*.weighting" = { low = 1, high = 100 }
[search]
candidates = 20
methods = ["random", "halving", "logistic"]
[validation]
folds = 2
""",
    "bg-nbd": """
[worlds]
seeds = 3
accounts = [200, 300]
""",
    "calibration": """
[worlds]
seeds = 3
[simulation]
scenarios = ["small", "small-business"]
set = ["run.days = 60", "run.burn_in = 30", "world.size.accounts = 60", "world.size.people = 600"]
""",
    "group-size": """
[worlds]
seeds = 2
vary = ["deal.veto", "deal.veto_unknown"]
values = [0.1, 0.2, 0.3]
[simulation]
scenarios = ["small"]
set = ["run.days = 60", "run.burn_in = 30", "world.size.accounts = 60", "world.size.people = 600"]
""",
}
# Kinds that make no world of a preset's.
WITHOUT_WORLD = {"bg-nbd", "calibration", "group-size"}
# Tables whose length is that of what a study says; others are as long as their first column.
STUDY_LENGTHS = {
    "hand-off": {"policies × shares, policy by policy": 8 * 51},
    "sweep": {"values × points, value by value": 2 * 6, "values": 2},
    "recovery": {"sizes × parameters, size by size": 2 * ROLES, "sizes": 2, "sizes × seeds, size by size": 2 * 3},
    "power": {"sizes": 2, "sizes × seeds, size by size": 2 * 3},
    "tuners": {
        "methods": 3,
        "methods × checkpoints, method by method": 3 * 8,
        "methods × worlds, world by world": 3 * 2,
        "worlds": 2,
    },
    "bg-nbd": {"sizes × parameters, size by size": 2 * 4, "sizes × seeds, size by size": 2 * 3, "weeks": 8},
    "calibration": {"scenarios × seeds, scenario by scenario": 2 * 3},
    "group-size": {"sizes": 4, "rates × sizes, rate by rate": 3 * 4, "rates": 3},
}
# Kinds that may read a world, once more on one whose truth nobody knows.
IMPORTED = {
    "tune": """
[model]
base = "ajo-seed"
against = ["ajo-2026"]
[space]
"role.*.weighting" = [1, 100]
[search]
candidates = 10
[validation]
folds = 2
""",
    "models": """
[model]
against = ["ajo-2026"]
""",
    "readings": """
[model]
against = ["ajo-2026"]
""",
    "hand-off": "",
}
TEMPLATES = """
[[template]]
name = "Field"
solutions = ["Field Service"]
roles = [{ name = "Champion", weighting = 100 }, { name = "Influencer", weighting = 20 }]
[[template]]
name = "Default"
solutions = ["*"]
roles = [{ name = "Champion", weighting = 50 }]
"""


@pytest.fixture(
    scope="module",
    params=[*STUDIES, *(f"{kind}, imported" for kind in IMPORTED), "models, two templates"],
)
def study(request, rolecall, examples, tmp_path_factory):
    """A small study and its kind."""
    folder = tmp_path_factory.mktemp("study")
    kind, _, variant = request.param.partition(", ")
    text = STUDY_HEAD.format(kind=kind)
    world = []
    if variant == "two templates":
        model = 'format = "rolecall.model/1"\nname = "two"\n[activities]\n"*" = 1\n' + TEMPLATES
        (folder / "two.toml").write_text(model, encoding="utf-8")
        text += f"{SMALL_WORLD}[model]\nbase = \"{folder / 'two.toml'}\"\n"
    elif variant == "imported":
        text += IMPORTED[kind]
        world = ["--world", examples / "small"]
    else:
        text += STUDIES[kind] + ("" if kind in WITHOUT_WORLD else SMALL_WORLD)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    rolecall("run", folder / "study.toml", *world, "-o", folder / "study.h5")
    with h5py.File(folder / "study.h5") as file:
        yield kind, variant, file


def names_in(file, kind):
    """What <…> of the document stands for in this file."""
    tables, spec = file["tables"], tomllib.loads(file["recipe"].attrs["specification"])

    def column(name):
        return list(dict.fromkeys(tables[name].asstr()[:])) if name in tables else []

    parameters = {"tune": "parameters/parameter", "recovery": "recovery/parameter"}
    return {
        "model": column("models/model"),
        "parameter": list(spec["space"]) if kind == "sweep" else column(parameters.get(kind, "")),
        "reading": column("axes/axis"),
        "n": [str(i + 1) for i in range(len(spec["model"]["against"]))],
        "place": [str(i + 1) for i in range(len(spec["simulation"]["scenarios"]))],
        "kpi": [c for c in tables.get("runs", {}) if c not in ("scenario", "seed")] if kind == "calibration" else [],
        "customers": [f"{n:g}" for n in spec["worlds"]["accounts"]],
        "table": list(tables),
    }


def written_out(rows, names):
    """The rows with every name for each <…>, and without what is said of all kinds alike."""
    every = {"tables/<table>/<column>", "summary@<name>"}
    result = {}
    for item, cells in rows.items():
        if item not in every:
            pattern = re.search("<(.+?)>", item)
            for name in names[pattern[1]] if pattern else [""]:
                result[item.replace(pattern[0], name) if pattern else item] = cells
    return result


def check_length(dataset, shape, lengths):
    assert dataset.ndim == 1, dataset.name
    if shape not in lengths:  # the first column of the first table of this length says it
        assert len(dataset) > 0, f"{dataset.name}: {shape}"
    assert len(dataset) == lengths.setdefault(shape, len(dataset)), f"{dataset.name}: {shape}"


def test_studies_are_as_documented(study, document):
    kind, variant, file = study
    found, attributes, summary = datasets_of(file), attributes_of(file), file["summary"].attrs
    rows = read_kind(document, kind) | read_tables(document, "Provenance, in every file")
    holds = {
        "with truth": variant != "imported",
        "one template": variant != "two templates",
        "kind `tune`": kind == "tune",
    }
    patterns = {"per model", "per model against", "per parameter", "per reading crossed", "per size", "per scenario", "per KPI"}
    rows = written_out(rows, names_in(file, kind))
    present = {name: cells[3 if "@" not in name else 1] for name, cells in rows.items()}
    assert set(present.values()) <= {"always", *holds, *patterns}
    assert {name for name, when in present.items() if holds.get(when, True)} == {*found, *attributes}

    lengths = dict(STUDY_LENGTHS.get(kind, {})) if not variant else {}
    if "replicates" in summary:
        lengths["replicates"] = summary["replicates"]
    if "tables/models/model" in found:
        models = len(found["tables/models/model"])
        lengths |= {"models": models, "models × metrics, model by model": 11 * models}
    if kind == "models":
        lengths["pairs"] = models * (models - 1) / 2
    if kind == "readings":
        lengths["combinations"] = summary["combinations"]
    for name, dataset in found.items():
        types, shape, unit, *_ = rows[name]
        assert type_of(dataset) in types.split(" or "), name
        check_length(dataset, shape, lengths)
        assert unit in (dataset.attrs.get("unit", ""), "the KPI's own"), name
        assert set(dataset.attrs) <= {"sha256", "unit", "description"}, name
    for name, value in attributes.items():
        assert ("text" if isinstance(value, str) else value.dtype.str[1:]) == rows[name][0], name


def test_every_kind_of_study_is_documented(rolecall, document, tmp_path):
    """And tested: the program says which kinds there are when it is asked for another one."""
    (tmp_path / "study.toml").write_text(STUDY_HEAD.format(kind="none such"), encoding="utf-8")
    done = rolecall("run", tmp_path / "study.toml", "-o", tmp_path / "study.h5", check=False)
    known = set(re.search(r"Known: (.+)\.", done.stderr)[1].split(", "))
    sections = study_sections(document)
    assert {heading for heading in sections if heading.startswith("Kind ")} == {f"Kind `{kind}`" for kind in known}
    assert set(re.findall("`([^`]+)`", rows_of(sections[""])["recipe@kind"][-1])) == known
    assert set(STUDIES) == known


def test_shared_tables_are_referred_to(document):
    """Every section that is no kind's own is what some kind has."""
    sections = study_sections(document)
    kinds = "".join(section for heading, section in sections.items() if heading.startswith("Kind "))
    shared = {h.lower().replace(" ", "-") for h in sections if h and not h.startswith("Kind ")}
    assert set(re.findall(r"\]\(#([^)]+)\)", kinds)) == shared


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
