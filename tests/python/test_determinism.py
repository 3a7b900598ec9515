"""The same facts give the same bytes: for any threads, any order of rows and columns, either form of a world."""

import copy
import random

import pytest
from cases import large_tables, make_case, toml_text, write_bundle

THREADS = (1, 2, 3, 8)
MODELS = {
    "linear": {},
    "roots": {
        "weight_scaling": "max", "person_transform": "sqrt", "person_scaling": "max",
        "role_denominator": "present", "group_transform": "sqrt", "group_scaling": "max",
        "day_boundary": "America/New_York",
    },
}  # fmt: skip


def digest(rolecall, path):
    out = rolecall("info", path, "--digest").stdout
    assert out.endswith("\n")
    assert len(out.split()) == 1, "the digest alone, on one line"
    return out


@pytest.fixture(scope="session")
def tables():
    return large_tables()


@pytest.fixture(scope="session")
def bundle(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("large") / "bundle"
    write_bundle(folder, tables)
    assert (folder / "activities.csv").stat().st_size > 9_000_000, "read in more than one part"
    return folder


@pytest.fixture(scope="session")
def world(bundle, rolecall, tmp_path_factory):
    path = tmp_path_factory.mktemp("world") / "world.h5"
    rolecall("import", "csv", bundle, "-o", path, "--threads", 1)
    return path


@pytest.fixture(params=MODELS)
def model(request, tables, tmp_path):
    names = sorted(set(tables["activities"].column("activity")))
    roles = sorted(set(tables["members"].column("role")))
    weights = {n: (2.5, 30, 0.1, 60)[i % 4] for i, n in enumerate(names)}
    spec = {"format": "rolecall.model/1", "name": request.param, "activities": weights}
    if MODELS[request.param]:
        spec["readings"] = MODELS[request.param]
    cards = [{"name": r, "weighting": 20 * (i + 1)} for i, r in enumerate(roles)]
    spec["template"] = [{"name": "t", "solutions": ["*"], "roles": cards}]
    path = tmp_path / "model.toml"
    path.write_text(toml_text(spec), encoding="utf-8")
    return path


@pytest.mark.parametrize("threads", THREADS)
def test_import_digest_by_threads(threads, bundle, world, rolecall, tmp_path):
    path = tmp_path / "again.h5"
    rolecall("import", "csv", bundle, "-o", path, "--threads", threads)
    assert digest(rolecall, path) == digest(rolecall, world)


@pytest.mark.parametrize("as_of", ["2026-03-15", "outcome-7d", "created+30d"])
def test_score_bytes_by_threads(as_of, bundle, world, model, rolecall):
    outputs = {
        (where.name, threads): rolecall(
            "score", where, "--model", model, "--as-of", as_of, "--format", "csv", "--threads", threads
        ).stdout
        for where in (bundle, world)
        for threads in THREADS
    }
    first = outputs["bundle", 1]
    assert first.count("\n") > 100
    assert {key: text == first for key, text in outputs.items()} == dict.fromkeys(outputs, True)


def shuffled(tables):
    rng = random.Random("shuffle")
    tables = copy.deepcopy(tables)
    for table in tables.values():
        rng.shuffle(table.rows)
    return tables


def permuted(tables):
    tables = copy.deepcopy(tables)
    for table in tables.values():
        table.header.reverse()
        for row in table.rows:
            row.reverse()
    return tables


REWRITTEN = {
    "shuffled rows": lambda t: (shuffled(t), {}),
    "permuted columns": lambda t: (permuted(t), {}),
    "both": lambda t: (permuted(shuffled(t)), {}),
    "byte order mark": lambda t: (t, {"bom": True}),
}


@pytest.mark.parametrize("how", REWRITTEN)
def test_digest_of_rewritten_bundle(how, tables, world, rolecall, tmp_path):
    changed, style = REWRITTEN[how](tables)
    write_bundle(tmp_path / "bundle", changed, **style)
    path = tmp_path / "again.h5"
    rolecall("import", "csv", tmp_path / "bundle", "-o", path)
    assert digest(rolecall, path) == digest(rolecall, world)


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_digest_of_small_rewritten_bundles(seed, rolecall, tmp_path):
    """Line ends, byte order mark, order and quoting say nothing about the world."""
    case = make_case(seed)
    found = {}
    for name, tables, newline, bom in [
        ("plain", case.tables, "\n", False),
        ("CRLF", case.tables, "\r\n", False),
        ("byte order mark", case.tables, "\n", True),
        ("shuffled", shuffled(case.tables), "\n", False),
        ("permuted", permuted(case.tables), "\r\n", True),
    ]:
        folder = tmp_path / name
        write_bundle(folder, tables, newline, bom)
        rolecall("import", "csv", folder, "-o", tmp_path / f"{name}.h5")
        found[name] = digest(rolecall, tmp_path / f"{name}.h5")
    write_bundle(tmp_path / "quoted", case.tables)
    for name, table in case.tables.items():
        lines = [",".join('"' + f.replace('"', '""') + '"' for f in row) for row in [table.header, *table.rows]]
        text = "\n".join(lines)  # no line end after the last row
        (tmp_path / "quoted" / f"{name}.csv").write_bytes(text.encode())
    rolecall("import", "csv", tmp_path / "quoted", "-o", tmp_path / "quoted.h5")
    found["quoted"] = digest(rolecall, tmp_path / "quoted.h5")
    assert found == dict.fromkeys(found, found["plain"])


def test_digest_tells_worlds_apart(rolecall, tmp_path):
    """One changed fact changes the digest."""
    base = {
        "accounts": "account_id,name\na,A\n",
        "people": "person_id,account_id,title\np,a,Boss\n",
        "groups": "group_id,account_id,solution,created\ng,a,s,2026-01-01\n",
        "members": "group_id,person_id,role,source,since,until\ng,p,r,manual,2026-01-01,\n",
        "activities": "person_id,activity,time,count\np,k,2026-01-02,1\n",
        "outcomes": "group_id,outcome,date,value\ng,won,2026-02-01,10\n",
    }
    changes = [
        ("accounts", "a,A", "a,B"), ("people", "Boss", "boss"), ("groups", ",s,", ",t,"),
        ("groups", "2026-01-01", "2026-01-01T00:00:00Z"), ("members", ",r,", ",q,"),
        ("members", "manual", "job"), ("members", "2026-01-01,", ",2026-01-01"),
        ("activities", ",1", ",2"), ("activities", "2026-01-02", "2026-01-03"),
        ("activities", "k", "K"), ("outcomes", "won", "lost"), ("outcomes", ",10", ",11"),
        ("outcomes", "2026-02-01", "2026-02-02"), ("accounts", "name", "nome"),
    ]  # fmt: skip
    digests = {}
    for i, (file, old, new) in enumerate([("accounts", "", ""), *changes]):
        folder = tmp_path / str(i)
        folder.mkdir()
        for name, text in base.items():
            head, _, rest = text.partition("\n")
            if name == file and old in rest:
                rest = rest.replace(old, new, 1)
            elif name == file:
                head = head.replace(old, new, 1)
            (folder / f"{name}.csv").write_text(f"{head}\n{rest}", encoding="utf-8")
        rolecall("import", "csv", folder, "-o", tmp_path / f"{i}.h5")
        digests[file, old, new] = digest(rolecall, tmp_path / f"{i}.h5")
    assert len(set(digests.values())) == len(digests)


def test_export_and_import_again(world, rolecall, tmp_path):
    """A world survives the way through a CSV bundle."""
    rolecall("export", world, "-o", tmp_path / "bundle")
    rolecall("import", "csv", tmp_path / "bundle", "-o", tmp_path / "again.h5")
    assert digest(rolecall, tmp_path / "again.h5") == digest(rolecall, world)


def test_h5py_reads_every_dataset(world):
    """Standard filters only."""
    import h5py

    seen = []

    def read(name, item):
        if isinstance(item, h5py.Dataset):
            item[()]
            seen.append(name)

    with h5py.File(world) as file:
        file.visititems(read)
    assert len(seen) > 10
