"""Ancestors and subtrees of 1,479 legal entities, against a walk over their file."""

import csv
import io

import pytest


@pytest.fixture(scope="module")
def entities(shared):
    path = shared / "data" / "gleif" / "accounts_hierarchy.csv"
    with open(path, encoding="utf-8", newline="") as file:
        rows = {r["lei"]: r for r in csv.DictReader(file)}
    for row in rows.values():
        row["ancestors"] = []
        parent = row["direct_parent_lei"]
        while parent in rows:
            row["ancestors"].append(parent)
            parent = rows[parent]["direct_parent_lei"]
    return rows


@pytest.fixture(scope="module")
def world(rolecall, shared, repo, tmp_path_factory):
    path = tmp_path_factory.mktemp("gleif") / "gleif.h5"
    mapping = repo / "examples" / "mappings" / "gleif.toml"
    rolecall("import", "csv", shared / "data" / "gleif", "--map", mapping, "-o", path, "--on-error", "skip")
    return path


@pytest.fixture(scope="module")
def where(rolecall, world):
    def ask(condition):
        out = rolecall(
            "score", world, "--model", "ajo-seed", "--as-of", "2026-01-01", "--level", "account",
            "--where", condition, "--format", "csv",
        ).stdout  # fmt: skip
        return {r["account_id"] for r in csv.DictReader(io.StringIO(out))}

    return ask


def test_every_entity_is_an_account(where, entities):
    assert where("true") == set(entities)
    assert {a for a in entities if len(entities[a]["ancestors"]) == 3} == where("depth = 3")
    assert max(len(e["ancestors"]) for e in entities.values()) == 3


@pytest.mark.parametrize("country", ["US", "GB", "DE", "JP"])
def test_ancestors_and_descendants(where, entities, country):
    at = {a for a, e in entities.items() if e["country"] == country}
    below = {a for a, e in entities.items() if any(p in at for p in e["ancestors"])}
    above = {p for a in at for p in entities[a]["ancestors"]}
    assert where(f"any_ancestor(country = '{country.lower()}')") == below
    assert where(f"subtree(country = '{country}')") == below | at
    assert where(f"any_descendant(country = '{country}')") == above
    assert where(f"parent(country = '{country}')") == {
        a for a, e in entities.items() if e["direct_parent_lei"] in at
    }


def test_the_subtree_of_one_entity(where, entities):
    roots = {e["ancestors"][-1] for e in entities.values() if len(e["ancestors"]) == 3}
    assert roots
    for root in roots:
        tree = {a for a, e in entities.items() if a == root or root in e["ancestors"]}
        assert len(tree) > 3 and where(f"subtree('{root}')") == tree


def test_names_beyond_ascii_fold(where, entities):
    names = [(a, e["legal_name"]) for a, e in entities.items() if not e["legal_name"].isascii()]
    assert len(names) > 10
    # Letters whose cases are one character each; "ß" and "İ" are not such.
    names = [(a, n) for a, n in names if n.lower().upper() == n.upper() and len(n.lower()) == len(n)]
    for account, name in names[:25]:
        quoted = name.lower().replace("\\", "\\\\").replace('"', '\\"')
        assert account in where(f'name = "{quoted}"'), name
