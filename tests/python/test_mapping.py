"""Foreign files under the mappings of examples/mappings, against what the csv module finds in them."""

import csv
import re
from collections import Counter

import pytest
import rolecall as package


@pytest.fixture(scope="module")
def imported(rolecall, shared, repo, tmp_path_factory):
    """A data set under its mapping: (its folder, the world, what the program said, its list of notes)."""
    cache = {}

    def get(data, mapping):
        if data not in cache:
            folder = shared / "data" / data
            if not folder.is_dir():
                pytest.skip(f"../shared/data/{data} is not there")
            out = tmp_path_factory.mktemp(data) / "world.h5"
            map_file = repo / "examples" / "mappings" / mapping
            done = rolecall("import", "csv", folder, "--map", map_file, "-o", out, "--on-error", "skip")
            listed = out.with_suffix(".rejects.csv")
            notes = read_rows(listed) if listed.exists() else []
            cache[data] = folder, package.open_world(out), done.stderr, notes
        return cache[data]

    return get


@pytest.fixture(scope="module")
def maven(imported):
    return imported("maven-crm", "maven-crm.toml")


@pytest.fixture(scope="module")
def gleif(imported):
    return imported("gleif", "gleif.toml")


def read_rows(path, delimiter=","):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def texts(column):
    return ["" if value is None else value for value in column]


# ---- maven-crm ----------------------------------------------------------------------------------


def test_maven_has_every_account_with_its_words_corrected(maven):
    folder, world, said, notes = maven
    rows = {row["account"]: row for row in read_rows(folder / "accounts.csv")}
    assert world.accounts.height == len(rows) == 85
    for found in world.accounts.iter_rows(named=True):
        row = rows[found["account_id"]]
        assert found["parent_account_id"] == (row["subsidiary_of"] or None)
        assert found["industry"] == row["sector"].replace("technolgy", "technology")
        assert found["country"] == row["office_location"].replace("Philipines", "Philippines")
        assert found["revenue"] == pytest.approx(float(row["revenue"]) * 1e6, rel=1e-15)
        assert found["employees"] == float(row["employees"])
        assert found["year_established"] == row["year_established"]
    assert Counter(world.accounts["industry"]) == {
        "retail": 17, "technology": 12, "medical": 12, "marketing": 8, "finance": 8, "software": 7,
        "entertainment": 6, "telecommunications": 6, "services": 5, "employment": 4,
    }  # fmt: skip
    assert notes == []


def test_maven_has_every_deal_once(maven):
    folder, world, said, _ = maven
    rows = {row["opportunity_id"]: row for row in read_rows(folder / "sales_pipeline.csv")}
    assert world.deals.height == len(rows) == 8800
    assert world.deals["account_id"].null_count() == 1425
    assert world.deals["solution"].n_unique() == 7
    products = {row["product"] for row in read_rows(folder / "products.csv")}
    assert set(world.deals["solution"]) == products
    ends = {"Won": "won", "Lost": "lost", "Engaging": "open", "Prospecting": "open"}
    for found in world.deals.iter_rows(named=True):
        row = rows[found["deal_id"]]
        assert found["account_id"] == (row["account"] or None)
        assert found["solution"] == row["product"].replace("GTXPro", "GTX Pro")
        assert found["stage"] == row["deal_stage"]
        assert found["outcome"] == ends[row["deal_stage"]]
        for ours, theirs in (("opened", "engage_date"), ("closed", "close_date")):
            assert (found[ours].date().isoformat() if found[ours] else "") == row[theirs]
        assert found["value"] == (float(row["close_value"]) if row["close_value"] else None)
        assert found["sales_agent"] == row["sales_agent"]
    assert world.is_date_only("deals", "closed").sum() == 6711
    assert set(world.deals.columns) >= {"sales_agent"}
    assert "deal_stage" not in world.deals.columns


def test_the_program_says_what_the_mapping_changed(maven):
    folder, _, said, _ = maven
    wrong = Counter(row["sector"] for row in read_rows(folder / "accounts.csv"))["technolgy"]
    assert f"sector 'technolgy' → industry 'technology' in {wrong} rows" in said
    assert "office_location 'Philipines' → country 'Philippines' in 1 row\n" in said
    assert "product 'GTXPro' → solution 'GTX Pro' in 1,480 rows" in said
    assert "8,800 deals (1,425 without an account)" in said
    assert "warning" not in said


# ---- salvirt, gleif, onet -----------------------------------------------------------------------


def test_salvirt_keeps_every_answer(imported):
    folder, world, _, _ = imported("salvirt-b2b", "salvirt-b2b.toml")
    rows = read_rows(folder / "Salvirt_B2B_ML_dataset.csv", ";")
    assert world.deals.height == len(rows) == 448
    assert Counter(world.deals["outcome"]) == {"won": 227, "lost": 221}
    answers = [name for name in rows[0] if name != "Status"]
    assert len(answers) == 22
    by_id = {row["deal_id"]: row for row in world.deals.iter_rows(named=True)}
    for number, row in enumerate(rows, start=2):  # the header is row 1
        found = by_id[str(number)]
        assert [found[name] for name in answers] == [row[name] for name in answers]
        assert found["outcome"] == row["Status"].lower()
    assert world.deals["account_id"].null_count() == 448


def walk(parents, entity):
    """From an entity up: its ancestors, itself first, as far as the set goes; and what is named beyond it."""
    path = [entity]
    while parents[path[-1]] in parents:
        path.append(parents[path[-1]])
    return path, parents[path[-1]]


def test_gleif_is_the_forest_that_the_direct_parents_make(gleif):
    folder, world, _, notes = gleif
    rows = {row["lei"]: row for row in read_rows(folder / "accounts_hierarchy.csv")}
    direct = {lei: row["direct_parent_lei"] for lei, row in rows.items()}
    assert world.accounts.height == len(rows) == 1479
    ours = dict(zip(world.accounts["account_id"], texts(world.accounts["parent_account_id"]), strict=True))
    for lei in rows:
        assert walk(ours, lei)[0] == walk(direct, lei)[0]
    assert max(len(walk(ours, lei)[0]) for lei in rows) - 1 == 3
    names = dict(zip(world.accounts["account_id"], world.accounts["name"], strict=True))
    assert names == {lei: row["legal_name"] for lei, row in rows.items()}
    assert set(world.accounts.columns) >= {"category", "country"}
    outside = {lei: parent for lei, parent in direct.items() if parent and parent not in rows}
    listed = {n["value"] for n in notes if n["field"] == "direct_parent_lei"}
    assert listed == set(outside.values())


def test_gleif_lists_every_ultimate_parent_that_is_not_where_the_walk_leads(gleif):
    folder, _, said, notes = gleif
    rows = read_rows(folder / "accounts_hierarchy.csv")
    direct = {row["lei"]: row["direct_parent_lei"] for row in rows}
    expected = {}
    for number, row in enumerate(rows, start=2):
        path, beyond = walk(direct, row["lei"])
        if row["ultimate_parent_lei"] not in ("", path[-1]) and not beyond:
            expected[str(number)] = row["ultimate_parent_lei"]
    found = {n["row"]: n["value"] for n in notes if n["field"] == "ultimate_parent_lei"}
    assert found == expected
    assert len(found) == 10
    assert f"{len({n['row'] for n in notes})} rows stay though something is wrong with them" in said


def test_gleif_stops_at_conflicts_unless_told_to_go_on(rolecall, shared, repo, tmp_path):
    folder = shared / "data" / "gleif"
    if not folder.is_dir():
        pytest.skip("../shared/data/gleif is not there")
    command = ("import", "csv", folder, "--map", repo / "examples" / "mappings" / "gleif.toml")
    done = rolecall(*command, "-o", tmp_path / "w.h5", check=False)
    assert done.returncode == 2
    assert "accounts_hierarchy.csv, row 47, ultimate_parent_lei '213800FKA5MF17RJKT63'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_onet_has_a_person_for_each_title(imported):
    folder, world, _, _ = imported("onet-titles", "onet-titles.toml")
    rows = read_rows(folder / "reported_titles.tsv", "\t")
    assert world.people.height == len(rows) == 9218
    assert world.people["account_id"].null_count() == 9218
    by_id = {row["person_id"]: row for row in world.people.iter_rows(named=True)}
    for number, row in enumerate(rows, start=2):
        found = by_id[str(number)]
        assert found["title"] == row["Reported Job Title"]
        assert found["occupation"] == row["O*NET-SOC Code"]
        assert found["shown_in_my_next_move"] == row["Shown in My Next Move"]


def test_mapped_worlds_are_the_same_whatever_the_order_of_rows(imported, rolecall, repo, tmp_path):
    folder, world, _, _ = imported("maven-crm", "maven-crm.toml")
    for name in ("accounts.csv", "sales_pipeline.csv"):
        head, *rows = (folder / name).read_text(encoding="utf-8").splitlines()
        (tmp_path / name).write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    map_file = repo / "examples" / "mappings" / "maven-crm.toml"
    rolecall("import", "csv", tmp_path, "--map", map_file, "-o", tmp_path / "w.h5")
    assert package.content_digest(tmp_path / "w.h5") == package.content_digest(world.path)


def test_exported_mapped_worlds_are_bundles(imported, rolecall, tmp_path):
    _, world, _, _ = imported("maven-crm", "maven-crm.toml")
    rolecall("export", world.path, "-o", tmp_path / "bundle")
    again = package.import_csv(tmp_path / "bundle", tmp_path / "again.h5")
    assert package.content_digest(again.path) == package.content_digest(world.path)


# ---- without the data ---------------------------------------------------------------------------

MAP = """format = "rolecall.mapping/1"
[deals]
file = "pipeline.csv"
deal_id = "Ref"
account_id = "Firm"
outcome = { column = "State", values = { Won = "won", Gone = "lost" } }
[accounts]
file = "firms.csv"
account_id = "Firm"
parent_account_id = "Owner"
"""


@pytest.fixture
def foreign(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "firms.csv").write_text("Firm,Owner\nAcme,\nAcme West,Acme\nLone,Elsewhere\n")
    (folder / "pipeline.csv").write_text("Ref,Firm,State\nr1,Acme,Won\nr2,,\nr3,Nobody,Won\n")
    (tmp_path / "map.toml").write_text(MAP)
    return folder


def test_rejects_and_notes_share_a_list(rolecall, foreign, tmp_path):
    out = tmp_path / "w.h5"
    done = rolecall("import", "csv", foreign, "--map", tmp_path / "map.toml", "-o", out, "--on-error", "skip")
    assert "no row has the State 'Gone' that the mapping replaces under deals.outcome" in done.stderr
    assert "1 rows were rejected" in done.stderr
    assert "1 rows stay" in done.stderr
    listed = [(r["file"], r["row"], r["field"], r["value"]) for r in read_rows(tmp_path / "w.rejects.csv")]
    assert listed == [("pipeline.csv", "4", "Firm", "Nobody"), ("firms.csv", "4", "Owner", "Elsewhere")]
    world = package.open_world(out)
    assert world.deals["deal_id"].to_list() == ["r1", "r2"]
    assert texts(world.accounts["parent_account_id"]) == ["", "Acme", ""]
    assert world.provenance.parameters["map"].endswith("map.toml")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('file = "firms.csv"', 'file = "frms.csv"'), ["accounts.file 'frms.csv'", "Did you mean 'firms.csv'?"]),
        (('"Owner"', '"Onwer"'), ["accounts.parent_account_id 'Onwer': firms.csv has no such column", "'Owner'"]),
        (("parent_account_id", "parent_acount_id"), ["accounts.parent_acount_id: there is no such key"]),
        (("[deals]", "[deals"), ["map.toml, line 2"]),
        (("mapping/1", "mapping/9"), ["this is not a mapping that this program reads"]),
        (('deal_id = "Ref"', "deal_id = 3"), ["deals.deal_id '3'"]),
    ],
)
def test_bad_mappings_are_refused_before_anything_is_written(change, said, rolecall, foreign, tmp_path):
    (tmp_path / "map.toml").write_text(MAP.replace(*change))
    for option in ((), ("--on-error", "skip"), ("--plan",)):
        out = tmp_path / "w.h5"
        done = rolecall("import", "csv", foreign, "--map", tmp_path / "map.toml", "-o", out, *option, check=False)
        if option == ("--plan",) and done.returncode == 0:
            continue  # a plan reads the files' sizes alone
        assert done.returncode == 2
        for text in said:
            assert text in done.stderr
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "map.toml"]


@pytest.mark.filterwarnings("ignore::rolecall.ProgramWarning")
def test_mappings_from_python(foreign, tmp_path):
    world = package.import_csv(foreign, tmp_path / "w.h5", mapping=tmp_path / "map.toml", on_error="skip")
    assert world.deals["outcome"].to_list() == ["won", None]
    with pytest.raises(package.ProgramError, match="there is no such id in firms.csv"):
        package.import_csv(foreign, tmp_path / "again.h5", mapping=tmp_path / "map.toml")


def test_missing_mappings_and_folders_are_named(rolecall, foreign, tmp_path):
    done = rolecall("import", "csv", foreign, "--map", tmp_path / "no.toml", "-o", tmp_path / "w.h5", check=False)
    assert done.returncode == 2
    assert "no.toml: there is no such file" in done.stderr
    done = rolecall(
        "import", "csv", tmp_path / "no", "--map", tmp_path / "map.toml", "-o", tmp_path / "w.h5", check=False
    )
    assert done.returncode == 2
    assert "there is no such folder" in done.stderr


def test_plans_know_mapped_files(rolecall, foreign, tmp_path):
    out = rolecall("import", "csv", foreign, "--map", tmp_path / "map.toml", "-o", tmp_path / "w.h5", "--plan").stdout
    assert re.search(r"^accounts +about 3$", out, re.M)
    assert not (tmp_path / "w.h5").exists()


def test_example_mappings_say_how_they_are_used(repo):
    found = sorted((repo / "examples" / "mappings").glob("*.toml"))
    assert [path.stem for path in found] == ["gleif", "maven-crm", "onet-titles", "salvirt-b2b"]
    for path in found:
        assert f"--map examples/mappings/{path.name}" in path.read_text(encoding="utf-8")
