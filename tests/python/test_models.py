"""Built-in rules against what their sources publish: docs/models.md has a table for each."""

import csv
import io
import math
from datetime import date, timedelta

import pytest
import rolecall as package

ACCOUNTS = "account_id,parent_account_id,name,industry,revenue\n"
PEOPLE = "person_id,account_id,title\n"
DAY = date(2026, 1, 1)


def after(days):
    return (DAY + timedelta(days)).isoformat()


@pytest.fixture
def scored(rolecall, tmp_path):
    """Scores of people told by title, industry, revenue and what they did: (type, day) or (type, day, count)."""

    def score(rules, people, as_of, replace=None, level="contact"):
        accounts, rows, activities = ACCOUNTS, PEOPLE, "person_id,activity,time,count\n"
        for i, one in enumerate(people):
            accounts += f"a{i},,A,{one.get('industry', '')},{one.get('revenue', '')}\n"
            rows += f"p{i},a{i},{one.get('title', '')}\n"
            for kind, day, *count in one.get("did", []):
                activities += f"p{i},{kind},{after(day)},{count[0] if count else 1}\n"
        activities += f"p0,Nothing,{after(0)},1\n" if len(people[0].get("did", [])) == 0 else ""
        files = {"accounts.csv": accounts, "people.csv": rows, "activities.csv": activities,
                 "groups.csv": "group_id,account_id,solution,created\n"}  # fmt: skip
        if level == "deal":
            files["deals.csv"] = "deal_id,account_id,solution,pipeline,stage,opened,closed,value,outcome\n" + "".join(
                f"d{i},a{i},,,,{DAY},,,open\n" for i in range(len(people))
            )
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        named = rules
        if replace:
            text = rolecall("models", rules).stdout
            assert replace[0] in text
            named = tmp_path / "mine.toml"
            named.write_text(text.replace(*replace))
        done = rolecall("deals", tmp_path, "--rules", named, "--as-of", as_of, "--level", level, "--format", "csv")
        return list(csv.DictReader(io.StringIO(done.stdout)))

    return score


def test_built_in_rules_are_listed_with_the_models(rolecall, repo):
    done = rolecall("models", "--format", "csv")
    kinds = {row["model"]: row["kind"] for row in csv.DictReader(io.StringIO(done.stdout))}
    shipped = {path.stem for path in (repo / "scoring" / "rules").glob("*.toml")}
    assert {name for name, kind in kinds.items() if kind == "rules"} == shipped
    assert kinds["ajo-seed"] == "engagement"
    for name in shipped:
        text = (repo / "scoring" / "rules" / f"{name}.toml").read_text()
        assert rolecall("models", name).stdout == text
        assert "source = [" in text
    page = (repo / "docs" / "models.md").read_text()
    assert all(f"\n## {name}\n" in page for name in kinds)


def test_a_name_that_is_neither_built_in_nor_a_file(rolecall, tmp_path):
    done = rolecall("deals", tmp_path, "--rules", "eloqua-gird", "--as-of", "2026-01-01", check=False)
    assert done.returncode == 2
    assert "Did you mean 'eloqua-grid'" in done.stderr


# marketo-behavior


@pytest.mark.parametrize(("kind", "points"), [
    ("Visit Webpage", 1), ("Open Email", 1), ("Watch Demo", 5), ("Register for Webinar", 5), ("Attend Webinar", 5),
    ("Download Thought Leadership", 5), ("Download Reviews", 12), ("Search for Vendor", 15),
    ("Visit Pricing Page", 5), ("Visit Careers Page", -10),
])  # fmt: skip
def test_marketo_points(scored, kind, points):
    assert float(scored("marketo-behavior", [{"did": [(kind, 0)]}], after(1))[0]["Behavior"]) == points


@pytest.mark.parametrize(("counts_itself", "days", "points"), [
    ("true", 30, 5), ("true", 31, -10), ("true", 32, -10), ("true", 61, -10), ("true", 62, -25),
    ("false", 30, 5), ("false", 31, -10), ("false", 32, -25), ("false", 33, -40), ("false", 62, 5 - 32 * 15),
])  # fmt: skip
def test_marketo_losses_count_as_changes_or_do_not(scored, counts_itself, days, points):
    replace = ("stagnation_counts_itself = true", f"stagnation_counts_itself = {counts_itself}")
    rows = scored("marketo-behavior", [{"did": [("Visit Pricing Page", 0)]}], after(days), replace)
    assert float(rows[0]["Behavior"]) == points


# hubspot-combined


@pytest.mark.parametrize(("loss", "points"), [
    ("0.25", [15, 11.25, 8.4375]), ("0.5", [15, 7.5, 3.75]), ("0.75", [15, 3.75, 0.9375]), ("1.0", [15, 0, 0])
])  # fmt: skip
def test_hubspot_points_fade_month_by_month(scored, loss, points):
    person = {"did": [("Submit Form", 0)]}
    for days, want in zip([29, 30, 60], points, strict=True):
        rows = scored("hubspot-combined", [person], after(days), ("loss = 0.5", f"loss = {loss}"))
        assert float(rows[0]["Engagement"]) == want


def test_hubspot_groups_have_limits(scored):
    person = {"did": [("Submit Form", 0, 5), ("Reply to Sales Email", 0, 7)]}
    row = scored("hubspot-combined", [person, {}], after(0))[0]
    assert [float(row[s]) for s in ("Marketing engagement", "Sales engagement", "Engagement")] == [40, 60, 100]
    row = scored("hubspot-combined", [person, {}], after(30))[0]
    # The ledgers hold 75 and 70; the limits bound what is left of them.
    assert [float(row[s]) for s in ("Marketing engagement", "Sales engagement", "Engagement")] == [37.5, 35, 72.5]


def test_hubspot_grid(scored):
    busy = [("Submit Form", 0, 5), ("Reply to Sales Email", 0, 7)]
    people = [
        {"title": "VP of Sales", "revenue": "2e7", "did": busy},
        {"title": "Director of IT", "revenue": "2e7", "did": [("Submit Form", 0, 5)]},
        {"title": "VP of Sales", "revenue": "1e6", "did": [("Open Email", 0)]},
        {"title": "Analyst", "revenue": "1e6", "did": []},
    ]
    assert [row["Rating"] for row in scored("hubspot-combined", people, after(0))] == ["A1", "A2", "B3", "C3"]


# eloqua-grid


def test_eloqua_profile_is_that_of_the_scorecard(scored):
    people = [
        {"title": "VP Marketing", "industry": "Software", "revenue": "1e9"},
        {"title": "Director of Sales", "industry": "Pharmaceutical", "revenue": "1e8"},
        {"title": "Manager of Sales", "industry": "Software", "revenue": ""},
        {"title": "Manager of Sales", "industry": "Mining", "revenue": "1e6"},
    ]
    rows = scored("eloqua-grid", people, after(0))
    assert [float(row["Profile"]) for row in rows] == [30 + 30 + 25, 15 + 30 + 5, 7.5 + 30, 7.5]
    assert [row["Rating"] for row in rows] == ["A4", "B4", "C4", "D4"]


@pytest.mark.parametrize(("did", "days", "points"), [
    ([("Submit Form", 0)], 6, 35), ([("Submit Form", 0)], 7, 26.25), ([("Submit Form", 0)], 14, 17.5),
    ([("Submit Form", 0)], 30, 0),
    ([("Click Email", 0, 3)], 6, 20), ([("Click Email", 0, 3)], 7, 15), ([("Click Email", 0)], 13, 10),
    ([("Click Email", 0, 2)], 13, 0),  # exactly one click, or three
    ([("Visit Product Page", 0, 3)], 0, 30), ([("Visit Product Page", 0, 3)], 29, 22.5),
    ([("Visit Product Page", 0, 2)], 13, 15),
    ([("Open Email", 0)], 13, 15), ([("Open Email", 0, 3)], 29, 11.25),
    ([("Submit Form", 0), ("Click Email", 0, 3), ("Visit Product Page", 0, 3), ("Open Email", 0, 3)], 0, 100),
])  # fmt: skip
def test_eloqua_engagement_is_that_of_the_scorecard(scored, did, days, points):
    row = scored("eloqua-grid", [{"did": did}], after(days))[0]
    assert float(row["Engagement"]) == points
    step = 1 + sum(points < at for at in (75, 50, 25))
    assert row["Rating"] == f"D{step}"


def test_grades_filter_and_sort(rolecall, repo):
    more = ("--rules", "hubspot-combined", "--level", "contact", "--as-of", "2026-03-31", "--format", "csv")
    done = rolecall("deals", repo / "examples" / "small", *more, "--where", 'grade("Engagement grade") in ["1", "2"]',
                    "--sort", "Rating")  # fmt: skip
    ratings = [row["Rating"] for row in csv.DictReader(io.StringIO(done.stdout))]
    assert len(set(ratings)) > 1
    assert ratings == sorted(ratings)
    assert {rating[1] for rating in ratings} <= {"1", "2"}
    done = rolecall("deals", repo / "examples" / "small", *more, "--where", 'grade("Ratng") = "A1"', check=False)
    assert "Did you mean 'Rating'" in done.stderr


# pardot-grade


@pytest.mark.parametrize(("kind", "points"), [
    ("Submit Form", 50), ("Submit Form Handler", 50), ("Landing Page Success", 50), ("Opportunity Created", 50),
    ("Olark Chat", 10), ("Custom Redirect Click", 3), ("File Access", 3), ("Page View", 1), ("Form Error", -5),
    ("Form Handler Error", -5), ("Landing Page Error", -5), ("Opportunity Lost", -100), ("Open Email", 0),
])  # fmt: skip
def test_pardot_default_points(scored, kind, points):
    assert float(scored("pardot-grade", [{"did": [(kind, 0)]}], after(0))[0]["Score"]) == points


@pytest.mark.parametrize(("thirds", "grade"), [(1, "D+"), (2, "C-"), (3, "C"), (10, "A+")])
def test_pardot_grades_begin_at_d_and_rise_by_thirds(scored, thirds, grade):
    people = [{}, {"title": "CEO"}]
    rows = scored("pardot-grade", people, after(0), ("add = 2\n", f"add = {thirds}\n"))
    assert [row["Grade"] for row in rows] == ["D", grade]


def test_pardot_grades_fall_where_criteria_are_not_matched(scored):
    people = [
        {"title": "Intern"},
        {"title": "Intern", "revenue": "10", "industry": "Mining"},
        {"title": "CEO", "revenue": "1e8", "industry": "Software"},
    ]
    assert [row["Grade"] for row in scored("pardot-grade", people, after(0))] == ["F", "F", "B"]


# demandbase-minutes

TITLES = {"Chief Executive Officer": 2, "CMO": 2, "President": 2, "VP of Sales": 1.5, "Vice President": 1.5,
          "Director of IT": 1.25, "Account Manager": 1, "Analyst": 0.5, "": 0.5}  # fmt: skip


def test_demandbase_weights_by_title(scored):
    did = [("Call", 0), ("Meeting Minute", 0, 60), ("Open Email", 0)]
    rows = scored("demandbase-minutes", [{"title": title, "did": did} for title in TITLES], after(0))
    assert [float(row["Minutes"]) for row in rows] == [61.1] * len(TITLES)
    assert [float(row["Engagement"]) for row in rows] == pytest.approx([61.1 * f for f in TITLES.values()], abs=0)


def test_demandbase_minutes_of_a_deal(scored):
    did = [("Call", 0, 10)]
    rows = scored("demandbase-minutes", [{"title": "CEO", "did": did}, {"did": did}], after(0), level="deal")
    assert [float(row["Account minutes"]) for row in rows] == [20, 5]


def test_demandbase_weights_of_several_fields_multiply(rolecall, scored, tmp_path):
    """CMO 300 % and a tier-1 account 200 %: 600 %."""
    more = 'factor = 2.0\n\n[[score]]\nname = "Tier"\nof = "contact"\nsum = ["Engagement"]\n' + (
        "[[score.multiplier]]\nwhen = 'account.revenue > 100'\nfactor = 2.0\n"
    )
    text = rolecall("models", "demandbase-minutes").stdout
    first = text.index("factor = 2.0")
    after_multipliers = text.index('[[score]]\nname = "Account minutes"')
    changed = text[:first] + "factor = 3.0" + text[first + len("factor = 2.0") : after_multipliers]
    path = tmp_path / "tiers.toml"
    path.write_text(changed + more.removeprefix("factor = 2.0\n\n"))
    rows = scored(path, [{"title": "CMO", "revenue": "1000", "did": [("Call", 0)]}], after(0))
    assert float(rows[0]["Tier"]) == 6


# naive-bayes


def learn(rolecall, tmp_path, deals, *more):
    path = tmp_path / "learnt.toml"
    rolecall("deals", deals, "--learn", "naive-bayes", "--as-of", "2030-01-01", *more, "-o", path, "--force")
    return path


def chances(rolecall, deals, rules, *more):
    done = rolecall("deals", deals, "--rules", rules, "--as-of", "2030-01-01", "--format", "csv", *more)
    return {row["deal_id"]: row for row in csv.DictReader(io.StringIO(done.stdout))}


ODOO = [  # country, state, source, outcome of three closed leads; of an open one; won and lost that reached its stage
    ([(1, 1, 1, "lost"), (2, 2, 2, "lost"), (3, 3, 3, "won")], (1, 2, 3), (1, 1), 33.49),
    ([(1, 2, 2, "lost"), (1, 2, 3, "lost"), (1, 3, 3, "won")], (1, 2, 3), (1, 2), 7.74),
    ([(2, 2, 2, "won"), (1, 2, 1, "lost"), (2, 3, 3, "lost")], (1, 2, 3), (1, 0), 35.09),
]


@pytest.mark.parametrize(("closed", "lead", "reached", "percent"), ODOO)
def test_naive_bayes_of_odoos_own_test(rolecall, tmp_path, closed, lead, reached, percent):
    """Odoo counts the stage as the deals that reached it, in place of a prior; all other fields as here."""
    rows = "deal_id,opened,outcome,Country,State,Source\n"
    rows += "".join(f"c{i},2026-01-01,{o},c{c},s{s},o{w}\n" for i, (c, s, w, o) in enumerate(closed))
    rows += "open,2026-01-01,open,c{},s{},o{}\n".format(*lead)
    path = tmp_path / "deals.csv"
    path.write_text(rows)
    rules = learn(rolecall, tmp_path, path, "--smoothing", "0.1", "--attributes", "Country", "State", "Source")
    odds = float(chances(rolecall, path, rules)["open"]["Log odds"]) - math.log(1 / 2)
    odds += math.log((reached[0] + 0.1) / (reached[1] + 0.1))
    assert 100 / (1 + math.exp(-odds)) == pytest.approx(percent, abs=0.005)


def test_naive_bayes_by_hand(rolecall, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(
        "deal_id,opened,outcome,Size,Note\n"
        'a,2026-01-01,won,Big,"say ""hi"""\nb,2026-01-01,won,big,x\nc,2026-01-01,lost,Small,x\n'
        "d,2026-01-01,lost,,x\ne,2026-01-01,open,BIG,\n"
    )
    rules = learn(rolecall, tmp_path, path, "--attributes", "Size", "Note")
    rows = chances(rolecall, path, rules)
    big = math.log((2 + 1) / (2 + 2)) - math.log((0 + 1) / (1 + 2))  # case makes no difference
    x = math.log((1 + 1) / (2 + 2)) - math.log((2 + 1) / (2 + 2))
    assert float(rows["e"]["Log odds"]) == pytest.approx(big, abs=1e-6)  # as many won as lost
    assert float(rows["b"]["Log odds"]) == pytest.approx(big + x, abs=2e-6)
    assert float(rows["d"]["Log odds"]) == pytest.approx(x, abs=1e-6)  # what is missing adds nothing
    assert float(rows["e"]["Win probability"]) == pytest.approx(1 / (1 + math.exp(-big)), abs=1e-6)
    found = chances(rolecall, path, rules, "--where", 'probability("Win probability") > 0.6')
    assert "e" in found
    assert "d" not in found
    assert package.deal_scores(path, rules, "2030-01-01")["Win probability"].is_between(0, 1).all()


@pytest.mark.parametrize(("more", "said"), [
    (("--attributes", "Sze"), "Did you mean 'Size'"), (("--where", 'outcome = "won"'), "none is won or none is lost"),
    (("-o", "rules.csv"), "TOML"), (("--rules", "pardot-grade"), "excludes"), (("--as-of", "closed-1d"), "a date"),
])  # fmt: skip
def test_what_cannot_be_learnt(rolecall, tmp_path, more, said):
    path = tmp_path / "deals.csv"
    path.write_text("deal_id,opened,outcome,Size\na,2026-01-01,won,Big\nb,2026-01-01,lost,Small\n")
    given = {"--as-of": ("--as-of", "2030-01-01"), "-o": ("-o", "rules.toml")}
    fixed = [item for option, pair in given.items() if option not in more for item in pair]
    done = rolecall("deals", path, "--learn", "naive-bayes", *fixed, *more, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "rules.toml").exists()


def test_naive_bayes_is_that_of_scikit_learn(rolecall, repo, shared, tmp_path):
    naive_bayes = pytest.importorskip("sklearn.naive_bayes")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    source = shared / "data" / "salvirt-b2b" / "Salvirt_B2B_ML_dataset.csv"
    if not source.is_file():
        pytest.skip(f"{source} is not there")
    mapping = ("--map", repo / "examples/mappings/salvirt-b2b.toml")
    rules = learn(rolecall, tmp_path, source, *mapping)
    rows = chances(rolecall, source, rules, *mapping)
    with source.open(encoding="utf-8-sig") as file:
        table = list(csv.DictReader(file, delimiter=";"))
    texts = [[value for name, value in row.items() if name != "Status"] for row in table]
    values = preprocessing.OrdinalEncoder(dtype=int).fit_transform(texts)
    won = [row["Status"] == "Won" for row in table]
    fit = naive_bayes.CategoricalNB(alpha=1).fit(values, won)
    want = fit.predict_proba(values)[:, 1]
    mine = [float(row["Win probability"]) for row in sorted(rows.values(), key=lambda r: int(r["deal_id"]))]
    assert mine == pytest.approx(list(want), abs=2e-5)
