"""`rolecall deals`: deals scored by rules."""

import csv
import io
import json

import polars as pl
import pytest
import rolecall as package

REPLIES = """
format = "rolecall.rules/1"
name = "replies"

[[score]]
name = "Engagement"

[[score.rule]]
on = { activity = "Reply to Sales Email" }
add = 5
expires_days = 30

[[score]]
name = "Fit"

[[score.rule]]
when = 'account.revenue > 1000'
add = 10

[[score.rule]]
when = 'value >= 500'
add = 10

[[score]]
name = "Total"
sum = ["Engagement", "Fit"]

[[action]]
name = "Hot"
on = { score = "Total", crosses = 30 }
hand_off = "sales"

[[score]]
name = "Interest"
of = "contact"

[[score.rule]]
on = { activity = "*" }
add = 1
"""
FILES = {
    "accounts.csv": "account_id,parent_account_id,name,revenue,vendors\na1,,One,5000,Rival Inc\na2,a1,Two,10,\n",
    "people.csv": "person_id,account_id\np1,a1\np2,a1\np3,a2\n",
    "groups.csv": "group_id,account_id,solution,created\n",
    "activities.csv": "person_id,activity,time\n"
    "p1,Reply to Sales Email,2026-01-02\np2,Reply to Sales Email,2026-01-05\n"
    "p1,Reply to Sales Email,2026-01-09T10:00:00Z\np3,Open Email,2026-01-10\n",
    "deals.csv": "deal_id,account_id,solution,pipeline,stage,opened,closed,value,outcome\n"
    "d1,a1,CRM,New,Proposal,2026-01-01,,1000,open\nd2,a2,CRM,New,Won,2026-01-03,2026-01-20,100,won\n"
    "d3,a1,CRM,Old,Lost,2026-01-04,2026-01-08,300,lost\n",
    "deal_contacts.csv": "deal_id,person_id,role\nd3,p2,Buyer\n",
    "deal_events.csv": "deal_id,event,time,detail\nd1,stage,2026-01-01,Demo\nd1,stage,2026-01-06,Proposal\n",
}


@pytest.fixture
def bundle(tmp_path):
    folder = tmp_path / "bundle"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(REPLIES)
    return path


@pytest.fixture
def deals(rolecall, bundle, rules):
    """Rows of `rolecall deals` with more options."""

    def ask(*more, as_of="2026-01-31"):
        done = rolecall("deals", bundle, "--rules", rules, "--as-of", as_of, "--format", "csv", *more)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    return ask


def test_one_row_per_deal(deals):
    rows = {row["deal_id"]: row for row in deals()}
    assert list(rows) == ["d1", "d2", "d3"]
    assert float(rows["d1"]["Engagement"]) == 15  # three replies of the account's people
    assert float(rows["d1"]["Fit"]) == 20
    assert float(rows["d1"]["Total"]) == 35
    assert float(rows["d3"]["Engagement"]) == 5  # its contact replied once while it was open
    assert [row["competitive"] for row in rows.values()] == ["yes", "no", "yes"]
    assert rows["d3"]["scored_on"] == "2026-01-08"


def test_as_of_an_earlier_day(deals):
    rows = {row["deal_id"]: row for row in deals(as_of="2026-01-05")}
    assert rows["d1"]["stage"] == "Demo"
    assert rows["d3"]["outcome"] == "open"
    assert float(rows["d1"]["Engagement"]) == 10
    assert [row["deal_id"] for row in deals(as_of="2026-01-02")] == ["d1"]


def test_filter_and_sort_inside_a_stage(deals):
    assert [row["deal_id"] for row in deals("--sort", "-Total")] == ["d1", "d3", "d2"]
    assert [row["deal_id"] for row in deals("--stage", "Proposal")] == ["d1"]
    assert [row["deal_id"] for row in deals("--pipeline", "New", "--sort", "Total")] == ["d2", "d1"]
    assert [row["deal_id"] for row in deals("--where", 'score("Total") >= 10 and value < 500')] == ["d3"]
    assert [row["deal_id"] for row in deals("--top", "2")] == ["d1", "d2"]


def test_contacts(deals):
    rows = deals("--level", "contact")
    assert [(row["person_id"], float(row["Interest"])) for row in rows] == [("p1", 2), ("p2", 1), ("p3", 1)]
    assert [row["open_deals"] for row in rows] == ["1", "1", "0"]


def test_which_deals_a_contact_feeds(deals):
    fed = [(row["time"], row["deal_id"]) for row in deals("--feeds", "p2")]
    assert fed == [("2026-01-05", "d1"), ("2026-01-05", "d3")]
    assert [row["deal_id"] for row in deals("--feeds", "p3")] == [""]  # no rule of deals listens


def test_explanations_add_up(deals):
    rows = deals("--explain", "d1", "--since", "2026-01-05", as_of="2026-02-05")
    score = {row["deal_id"]: row for row in deals(as_of="2026-02-05")}["d1"]
    before = {row["deal_id"]: row for row in deals(as_of="2026-01-05")}["d1"]
    for name in ("Engagement", "Fit", "Total"):
        mine = [row for row in rows if row["score"] == name]
        assert sum(int(row["units"]) for row in mine) == float(score[name]) * int(mine[0]["scale"])
        assert sum(float(row["before"]) for row in mine) == float(before[name])
        assert sum(float(row["difference"]) for row in mine) == float(score[name]) - float(before[name])
    assert [row["state"] for row in rows if row["score"] == "Engagement"] == ["expired", "expired", "counts"]


def test_history_is_the_score_of_every_day(deals):
    rows = deals("--from", "2026-01-02", as_of="2026-01-12")
    for day in ("2026-01-03", "2026-01-09", "2026-01-12"):
        now = {row["deal_id"]: row for row in deals(as_of=day)}
        then = {row["deal_id"]: row for row in rows if row["date"] == day}
        assert {d: r["Total"] for d, r in now.items()} == {d: r["Total"] for d, r in then.items()}


def test_actions(deals):
    rows = deals("--actions")
    assert [(r["deal_id"], r["day"], r["does"], r["object"]) for r in rows] == [
        ("d1", "2026-01-05", "hand_off", "sales")
    ]
    assert rows[0]["cause"] == "Total reaches 30"


def test_concentration(deals):
    rows = {row["pipeline"]: row for row in deals("--concentration", as_of="2026-01-05")}
    assert set(rows) == {"New", "Old", "*"}
    assert int(rows["*"]["open_deals"]) == 3
    # What d2 and d3 closed with is not known yet.
    assert float(rows["*"]["open_value"]) == float(rows["New"]["open_value"]) == 1000
    assert float(rows["*"]["herfindahl"]) == float(rows["New"]["top_1"]) == 1


def test_the_end_of_a_deal_is_not_known_before(deals):
    ends = "closed is not missing or days_since(closed) < 9 or value < 1000 or stage in ['Won', 'Lost'] or outcome != 'open'"
    assert deals("--where", ends, as_of="2026-01-05") == []
    assert [r["deal_id"] for r in deals("--where", ends, as_of="2026-01-08")] == ["d3"]
    assert [r["deal_id"] for r in deals("--where", ends, as_of="2026-01-25")] == ["d2", "d3"]
    early = deals(as_of="2026-01-05")
    assert [(r["stage"], r["value"]) for r in early] == [("Demo", "1000"), ("", "nan"), ("", "nan")]
    assert deals("--where", "any_deal(opened > 2026-01-02)", as_of="2026-01-02") == []


def test_evaluation(deals):
    rows = deals("--evaluate", "--replicates", "50", as_of="closed-1d")
    auc = {row["score"]: float(row["value"]) for row in rows if row["metric"] == "auc"}
    assert auc["Total"] == 0  # the one lost is ahead of the one won
    assert {row["won"] for row in rows} == {"1"}
    assert "learned" in auc


def test_threads_make_no_difference(rolecall, bundle, rules):
    texts = {
        rolecall("deals", bundle, "--rules", rules, "--as-of", "2026-01-31", "--format", "csv", "--threads", n).stdout
        for n in (1, 2, 3, 8)
    }
    assert len(texts) == 1


def test_files(rolecall, bundle, rules, tmp_path):
    more = ("deals", bundle, "--rules", rules, "--as-of", "2026-01-31")
    rolecall(*more, "-o", tmp_path / "deals.h5")
    table = package.open_scores(tmp_path / "deals.h5")
    assert table.table["Total"].to_list() == [35.0, 0.0, 15.0]
    assert table.recipe["rules"] == REPLIES
    rolecall(*more, "-o", tmp_path / "deals.json")
    assert json.loads((tmp_path / "deals.json").read_text())[0]["Total"] == 35
    printed = rolecall(*more, "--format", "csv").stdout
    rolecall(*more, "-o", tmp_path / "deals.csv")
    assert (tmp_path / "deals.csv").read_text() == printed


def test_one_csv_file(rolecall, bundle, tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(
        'format = "rolecall.rules/1"\nname = "value"\n[[score]]\nname = "Large"\n'
        "[[score.rule]]\nwhen = 'value >= 300'\nadd = 2.5\n"
    )
    more = ("--rules", path, "--as-of", "2026-01-31", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(rolecall("deals", bundle / "deals.csv", *more).stdout)))
    assert [(r["deal_id"], r["account_id"], float(r["Large"])) for r in rows] == [
        ("d1", "a1", 2.5), ("d2", "a2", 0), ("d3", "a1", 2.5)
    ]  # fmt: skip
    done = rolecall("deals", bundle, "--map", path, *more, check=False)
    assert done.returncode == 2
    assert "--map" in done.stderr


def real_data(shared, name):
    folder = shared / "data" / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return folder


def test_real_deals_won_and_lost(rolecall, repo, shared):
    """448 real deals: the rules that ship tell won from lost, and so does what is learned."""
    deals = real_data(shared, "salvirt-b2b") / "Salvirt_B2B_ML_dataset.csv"
    more = ("--map", repo / "examples/mappings/salvirt-b2b.toml", "--rules", repo / "examples/rules/salvirt-b2b.toml")
    done = rolecall("deals", deals, *more, "--as-of", "2020-01-01", "--evaluate", "--format", "json")
    auc = {row["score"]: row for row in json.loads(done.stdout) if row["metric"] == "auc"}
    assert auc["Total"]["deals"] == 448
    assert auc["Total"]["low"] > 0.7
    assert auc["learned"]["low"] > 0.7


def test_a_pipeline_of_thousands(rolecall, repo, shared, tmp_path):
    folder, world = real_data(shared, "maven-crm"), tmp_path / "maven.h5"
    rolecall("import", "csv", folder, "--map", repo / "examples/mappings/maven-crm.toml", "-o", world)
    more = ("--rules", repo / "examples/rules/maven-crm.toml", "--as-of", "2017-12-31", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(rolecall("deals", world, *more).stdout)))
    assert len(rows) == 8800
    for row in rows:
        assert float(row["Priority"]) == float(row["Fit"]) + float(row["Momentum"])
        assert -10 <= float(row["Fit"]) <= 25
        assert 0 <= float(row["Momentum"]) <= 50
    done = rolecall("deals", world, *more, "--stage", "Engaging", "--sort", "-Priority")
    engaging = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(engaging) == 1589
    order = [float(row["Priority"]) for row in engaging]
    assert order == sorted(order, reverse=True)


def test_from_python(bundle, rules):
    scores = package.deal_scores(bundle, rules, "2026-01-31", where='pipeline = "New"')
    assert scores["deal_id"].to_list() == ["d1", "d2"]
    assert scores["Total"].dtype == pl.Float64
    people = package.deal_scores(bundle, REPLIES, "2026-01-31", level="contact")
    assert people["open_deals"].to_list() == [1, 1, 0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--where", 'score("Totl") > 1'), "Did you mean 'Total'"),
        (("--explain", "d9"), "there is no such deal"),
        (("--sort", "Totl"), "Did you mean 'Total'"),
        (("--explain", "d1", "--since", "2027-01-01"), "later than --as-of"),
        (("--from", "yesterday"), "not a day"),
        (("--actions", "--concentration"), "a table of their own"),
        (("-o", "deals.txt"), "which format"),
    ],
)
def test_bad_requests(rolecall, bundle, rules, more, said, tmp_path):
    done = rolecall("deals", bundle, "--rules", rules, "--as-of", "2026-01-31", *more, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_bad_rules(rolecall, bundle, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(REPLIES.replace("account.revenue", "account.revenu"))
    done = rolecall("deals", bundle, "--rules", path, "--as-of", "2026-01-31", check=False)
    assert done.returncode == 2
    assert "revenu" in done.stderr
    path.write_text(REPLIES.replace('["Engagement", "Fit"]', '["Total"]'))
    done = rolecall("deals", bundle, "--rules", path, "--as-of", "2026-01-31", check=False)
    assert "Total → Total" in done.stderr
    done = rolecall("deals", bundle, "--rules", tmp_path / "none.toml", "--as-of", "2026-01-31", check=False)
    assert done.returncode == 2


def test_the_rule_files_that_ship_are_read(rolecall, bundle, repo):
    found = sorted((repo / "examples" / "rules").glob("*.toml"))
    assert len(found) >= 3
    done = rolecall("deals", bundle, "--rules", repo / "examples/rules/deal-health.toml", "--as-of", "2026-01-31")
    assert "Health" in done.stdout
