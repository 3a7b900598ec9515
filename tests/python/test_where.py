"""`score --where`, and roles from a model's conditions."""

import csv
import io
import shutil

import polars as pl
import pytest
import rolecall as package

AS_OF = ["--model", "ajo-seed", "--as-of", "2026-03-31"]


def rows(rolecall, *args):
    out = rolecall("score", *args, "--format", "csv").stdout
    return list(csv.DictReader(io.StringIO(out)))


def table(folder, name):
    with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def small(examples):
    return examples / "small"


@pytest.fixture(scope="module")
def scored(rolecall, small):
    return rows(rolecall, small, *AS_OF)


@pytest.fixture(scope="module")
def accounts(small):
    return {a["account_id"]: a for a in table(small, "accounts")}


def kept(rolecall, small, where, *more):
    return [r["group_id"] for r in rows(rolecall, small, *AS_OF, "--where", where, *more)]


def test_scores_and_missing_roles(rolecall, small, scored):
    found = kept(rolecall, small, 'missing("Champion") and completeness < 90 and between(engagement, 100, 1000)')
    expected = [
        r["group_id"]
        for r in scored
        if "Champion" in r["missing_roles"].split(";")
        and float(r["completeness"]) < 90
        and 100 <= float(r["engagement"]) <= 1000
    ]
    assert found == expected and expected


def test_attributes_of_the_account(rolecall, small, scored, accounts):
    found = kept(rolecall, small, 'revenue > 1e7 and owns("soil lab") or country = "nl"')

    def holds(a):
        rich = a["revenue"] and float(a["revenue"]) > 1e7
        return (rich and "Soil Lab" in a["products"].split(";")) or a["country"] == "NL"

    assert found == [r["group_id"] for r in scored if holds(accounts[r["account_id"]])]
    assert 0 < len(found) < len(scored)


def test_ancestors(rolecall, small, scored, accounts):
    found = kept(rolecall, small, 'subtree("acc-001")')

    def below(a):
        return a == "acc-001" or (a and below(accounts[a]["parent_account_id"]))

    assert found == [r["group_id"] for r in scored if below(r["account_id"])]
    assert found


def test_scaling_is_over_all_groups(rolecall, small):
    everything = {r["group_id"]: r for r in rows(rolecall, small, "--model", "ajo-2026", "--as-of", "2026-03-31")}
    some = rows(
        rolecall, small, "--model", "ajo-2026", "--as-of", "2026-03-31", "--where", "engagement < 50"
    )
    assert some and all(everything[r["group_id"]] == r for r in some)


def test_each_group_as_of_its_own_day(rolecall, small):
    args = [small, "--model", "ajo-seed", "--as-of", "outcome-7d"]
    everything = rows(rolecall, *args)
    assert [r["group_id"] for r in rows(rolecall, *args, "--where", "outcome = 'open'")] == [
        r["group_id"] for r in everything
    ], "a week ahead nobody knows how it ends"
    args[-1] = "outcome"
    won = rows(rolecall, *args, "--where", "outcome = 'won'")
    outcomes = {o["group_id"]: o["outcome"] for o in table(small, "outcomes")}
    assert [r["group_id"] for r in won] == [
        r["group_id"] for r in everything if outcomes[r["group_id"]] == "won"
    ]


def test_people_and_accounts(rolecall, small):
    people = rows(rolecall, small, *AS_OF, "--level", "person", "--where", 'title has_word "VP" and engagement > 0')
    titles = {p["person_id"]: p["title"] for p in table(small, "people")}
    assert people and all("VP" in titles[r["person_id"]].split() for r in people)
    found = rows(rolecall, small, *AS_OF, "--level", "account", "--where", "depth = 0 and engagement > 100")
    assert found and all(not r["parent_account_id"] and float(r["engagement"]) > 100 for r in found)


def test_top_counts_what_is_left(rolecall, small, scored):
    found = kept(rolecall, small, "engagement < 500", "--sort", "-engagement", "--top", 3)
    below = sorted((r for r in scored if float(r["engagement"]) < 500), key=lambda r: -float(r["engagement"]))
    assert found == [r["group_id"] for r in below[:3]]


def test_from_python(small):
    found = package.score(small, "ajo-seed", "2026-03-31", where='missing("Champion") and engagement > 1000')
    everything = package.score(small, "ajo-seed", "2026-03-31")
    expected = everything.filter((pl.col("engagement") > 1000) & pl.col("missing_roles").str.contains("Champion"))
    assert found.equals(expected) and 0 < found.height < everything.height


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("titel = 'x'", "a group has no field 'titel'"),
        ("missing('Champoin')", "no template of the model has a role 'Champoin'. Did you mean 'Champion'?"),
        ("engagement > 'high'", "Write numbers without quotes."),
        ("engagement >", "a value is expected here"),
        ("engagement", "this is a number, not a condition"),
    ],
)
def test_errors_point_at_the_place(rolecall, small, where, said):
    done = rolecall("score", small, *AS_OF, "--where", where, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert said in lines[0] and lines[1] == f"  {where}" and set(lines[2].strip()) == {"^"}


def test_an_activity_that_never_happened_is_warned_of(rolecall, small):
    done = rolecall("score", small, *AS_OF, "--where", "count('Opne Email') > 0", "--format", "csv")
    assert "'Opne Email' never happened; there is 'Open Email'" in done.stderr


# ---- roles from conditions ----------------------------------------------------------------------

MODEL = """format = "rolecall.model/1"
name = "by title"
[activities]
"*" = 1
[[persona]]
name = "Executive"
when = 'title starts_with ["VP", "Chief", "Head"]'
[[template]]
roles = [
  { name = "Decision Maker", weighting = "Vital", when = 'persona = "Executive"' },
  { name = "Practitioner", weighting = "Normal", when = 'title contains "Manager" and count(*) > 0' },
  { name = "Other", weighting = "Trivial", required = false, when = "true" },
]
"""


@pytest.fixture
def without_members(small, tmp_path):
    bundle = tmp_path / "bundle"
    shutil.copytree(small, bundle)
    (bundle / "members.csv").unlink()
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    return bundle, tmp_path / "model.toml"


def test_conditions_give_roles_where_there_are_no_memberships(rolecall, without_members, tmp_path):
    bundle, model = without_members
    args = ["--model", model, "--as-of", "2026-03-31"]
    done = rolecall("score", bundle, *args, "--format", "csv")
    assert "the model's conditions gave roles to" in done.stderr
    # The same memberships as a file give the same scores.
    active = {a["person_id"] for a in table(bundle, "activities") if a["time"][:10] <= "2026-03-31"}
    people = table(bundle, "people")
    with open(bundle / "members.csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["group_id", "person_id", "role"])
        for group in table(bundle, "groups"):
            for person in people:
                if person["account_id"] != group["account_id"]:
                    continue
                title, role = person["title"], "Other"
                if title.lower().startswith(("vp", "chief", "head")):
                    role = "Decision Maker"
                elif "manager" in title.lower() and person["person_id"] in active:
                    role = "Practitioner"
                out.writerow([group["group_id"], person["person_id"], role])
    assert rolecall("score", bundle, *args, "--format", "csv").stdout == done.stdout
    assert rolecall("evaluate", bundle, "--model", model, "--as-of", "outcome-7d").stdout


def test_a_wrong_condition_names_its_line(rolecall, without_members):
    bundle, model = without_members
    model.write_text(MODEL.replace("title contains", "titel contains"), encoding="utf-8")
    done = rolecall("score", bundle, "--model", model, "--as-of", "2026-03-31", check=False)
    assert done.returncode == 2
    assert f"{model}, line 11, template.roles.when: a person has no field 'titel'" in done.stderr
    model.write_text(MODEL.replace("title contains", "title contain"), encoding="utf-8")
    done = rolecall("score", bundle, "--model", model, "--as-of", "2026-03-31", check=False)
    assert done.returncode == 2 and "line 11, template.roles.when" in done.stderr
