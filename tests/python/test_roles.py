"""Roles from titles: learnable where titles tell, about the majority where they do not, silent where unsure."""

import datetime as dt
import hashlib
import json
import os
import re
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
import rolecall as package
import vl_convert
from rolecall import charts, roles
from rolecall.roles.labelled import ACTS, labelled_rows, last_day, trees
from rolecall.roles.learner import distinct, features, learn, table_of
from rolecall.roles.model import deal
from rolecall.roles.quality import Judged, metrics_of, quality, tree_sums
from rolecall.roles.reject import accept_across, risk_coverage, threshold_for
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, log_loss
from sklearn.model_selection import PredefinedSplit

import onet
from role_world import TITLES, make_world

pytestmark = pytest.mark.filterwarnings("error::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(scope="module")
def clear(tmp_path_factory):
    """Titles that tell the role."""
    return make_world(tmp_path_factory.mktemp("roles"), columns=("department",))


@pytest.fixture(scope="module")
def blurred(tmp_path_factory):
    """Four roles in ten drawn whatever the title; some people with two."""
    return make_world(tmp_path_factory.mktemp("roles"), trees=150, shuffled=0.4, two_roles=0.1)


@pytest.fixture(scope="module")
def model(blurred):
    return roles.fit(blurred)


def test_titles_that_tell_are_learnt(clear):
    model = roles.fit(clear)
    assert model.report.value("accuracy") > 0.98
    assert model.report.value("error_accepted") <= 0.02
    found = model.predict_titles(["vice president (VP) of finance", "ACCOUNTANT", "Senior Head of Operations"])
    assert found["role"].to_list() == ["Decision Maker", "Practitioner", "Champion"]
    assert model.predict_titles(["", None])["accepted"].to_list() == [False, False]
    assert model.predict_titles([]).is_empty()


def test_titles_that_say_nothing_give_base_rates(tmp_path):
    report = (model := roles.fit(make_world(tmp_path, trees=150, shuffled=1.0))).report
    assert report.value("accuracy") < report.value("accuracy", "majority") + 0.06
    assert report.value("log_loss") < report.value("log_loss", "majority") + 0.01
    probability = model.learner.probabilities(pl.DataFrame(
        {"title": sum(TITLES.values(), []), "solution": ["Ledger"] * 10}))  # fmt: skip
    assert np.abs(probability - 1 / 3).max() < 0.1, "probabilities stay near the base rates"
    assert model.threshold == float("inf")
    assert not model.predict_titles(["Accountant"])["accepted"].any()


def test_probabilities_are_calibrated(blurred, model):
    # With a share s drawn anyhow of k roles, a title is right with 1 − s + s / k before second roles: 0.73.
    assert model.report.value("calibration_error") < 0.05
    table = model.report.reliability
    assert table["rows"].sum() == model.report.rows
    top = table.sort("rows").tail(1)
    assert abs(top["predicted"].item() - top["observed"].item()) < 0.05


@pytest.mark.parametrize("max_error", [0.15, 0.25, 0.33])
def test_the_target_of_the_reject_option_is_met(tmp_path, max_error):
    """Titles that tell nearly half of the roles wrong: the threshold keeps to the target, or nothing passes."""
    world = make_world(tmp_path, trees=200, shuffled=0.45, seed=3)
    model = roles.fit(world, roles.RoleOptions(max_error=max_error))
    kept = model.report.curve.filter(pl.col("threshold") >= model.threshold)
    if kept.is_empty():
        assert model.report.curve.filter(pl.col("accepted") >= 30)["error"].min() > max_error
        assert model.threshold == float("inf")
        return
    assert kept["error"][-1] <= max_error
    below = model.report.curve.filter((pl.col("threshold") < model.threshold))
    assert (below["error"] > max_error).all(), "the threshold is the lowest that will do"
    low = model.report.quality.filter(said_by="model", metric="error_accepted")["low"].item()
    assert low is not None and low <= max_error


def test_a_threshold_carries_over_to_new_trees():
    """Confidences that are right as often as they say: the error among those accepted is the target, held out."""
    random = np.random.default_rng(5)
    confidence = random.uniform(0.3, 1, 40_000)
    right = random.random(40_000) < confidence
    accepted = accept_across(confidence, right, np.arange(40_000) % 5, 0.2, None)
    assert abs((~right[accepted]).mean() - 0.2) < 0.01
    assert abs(accepted.mean() - 0.4 / 0.7) < 0.05, "those above 0.6 are wrong 0.2 of the time"
    assert (accept_across(confidence, right, np.zeros(40_000), 0.2, 0.9) == (confidence >= 0.9)).all()


def test_risk_coverage_by_the_letter():
    random = np.random.default_rng(6)
    confidence, right = random.choice([0.2, 0.5, 0.7, 0.9], 300), random.random(300) < 0.6
    curve = risk_coverage(confidence, right)
    assert curve["threshold"].to_list() == [0.9, 0.7, 0.5, 0.2]
    for threshold, accepted, coverage, error in curve.iter_rows():
        passed = confidence >= threshold
        assert (accepted, coverage) == (passed.sum(), pytest.approx(passed.mean()))
        assert error == pytest.approx((~right[passed]).mean())
    assert threshold_for(curve, 1.0) == 0.2
    assert threshold_for(curve.filter(pl.col("accepted") < 30), 1.0) == float("inf")


def test_a_fixed_threshold_is_kept(blurred):
    model = roles.fit(blurred, roles.RoleOptions(accept_above=0.6))
    assert model.threshold == 0.6
    found = model.people(blurred)
    assert (found["accepted"] == (found["probability"] >= 0.6)).all()
    assert roles.fit(blurred, roles.RoleOptions(accept_above=0.0)).report.value("coverage") == 1


def test_folds_never_share_a_tree(blurred):
    options = roles.RoleOptions()
    rows = labelled_rows(blurred, options, None)
    fold = pl.Series("fold", deal(rows, options))
    assert rows.with_columns(fold).group_by("tree").agg(pl.col("fold").n_unique())["fold"].max() == 1
    shares = rows.with_columns(fold).group_by("fold", "role").len()
    assert shares["len"].min() > 0.5 * shares["len"].max() / 2, "each fold has its share of each role"


def test_trees_are_of_roots(clear):
    table = trees(clear).join(clear.accounts, on="account_id")
    of = dict(zip(table["account_id"], table["tree"], strict=True))
    for account, parent in table.select("account_id", "parent_account_id").iter_rows():
        assert parent is None or of[account] == of[parent]
    assert len(set(of.values())) == 40


def test_weights_are_rows(blurred):
    """Rows that say the same are learnt from as one; the slow way learns from each."""
    options = roles.RoleOptions(columns=())
    rows = labelled_rows(blurred, options, None)
    fold, names = deal(rows, options), tuple(sorted(rows["role"].unique()))
    fast = learn(rows, fold, names, options)
    keys, of_row = distinct(rows, options)
    assert len(keys) < len(rows) / 20
    matrix = features(table := table_of(keys, options)).fit(table).transform(table)
    slow = CalibratedClassifierCV(
        LogisticRegression(C=options.inverse_penalty, max_iter=2000, tol=1e-5),
        method="temperature", cv=PredefinedSplit(fold), ensemble=False,
    ).fit(matrix[of_row], rows["role"].to_numpy())  # fmt: skip
    assert tuple(slow.classes_) == names
    assert np.abs(slow.predict_proba(matrix) - fast.probabilities(keys)).max() < 2e-3


def test_metrics_by_the_letter():
    random = np.random.default_rng(7)
    n, k = 500, 4
    truth, tree = random.integers(0, k, n), random.integers(0, 30, n)
    probability = random.dirichlet(np.ones(k), n)
    best, highest = probability.argmax(axis=1), probability.max(axis=1)
    accepted = highest > 0.6
    said = Judged(best, probability, accepted)
    table = quality(truth, tree, said, k, roles.RoleOptions(replicates=250))
    found = dict(table.select("metric", "value").iter_rows())
    assert found["accuracy"] == pytest.approx(accuracy_score(truth, best))
    assert found["macro_f1"] == pytest.approx(f1_score(truth, best, average="macro"))
    assert found["log_loss"] == pytest.approx(log_loss(truth, probability))
    gaps = [abs((best == truth)[at].sum() - highest[at].sum()) for b in range(10)
            if (at := (highest >= b / 10) & (highest < (b + 1) / 10 if b < 9 else True)).any()]  # fmt: skip
    assert found["calibration_error"] == pytest.approx(sum(gaps) / n)
    assert found["coverage"] == pytest.approx(accepted.mean())
    assert found["error_accepted"] == pytest.approx((best != truth)[accepted].mean())
    # An interval, from replicates of which each is what the metric is of the rows drawn.
    draws = np.random.default_rng(1)
    times = np.concatenate([draws.multinomial(30, np.full(30, 1 / 30), size=size) for size in (100, 100, 50)])
    slow = [accuracy_score(truth[at], best[at]) for drawn in times if len(at := np.repeat(np.arange(n), drawn[tree]))]
    row = table.filter(metric="accuracy")
    assert row["low"].item() == pytest.approx(np.quantile(slow, 0.025))
    assert row["high"].item() == pytest.approx(np.quantile(slow, 0.975))


def test_a_role_nobody_said_is_wrong():
    sums = tree_sums(np.array([0, 1]), np.array([5, 6]), Judged(np.array([-1, 1])), 2)
    assert metrics_of(sums.sum(axis=0, keepdims=True), 2)["accuracy"] == [0.5]


def test_same_bits(blurred, model):
    """Whatever the threads, and however often."""

    def digest(threads):
        command = [sys.executable, "-m", "rolecall.roles", blurred.path, "--format", "json", "--as-of", "2026-03-01"]
        env = {**os.environ, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "POLARS_MAX_THREADS": threads}
        done = subprocess.run(command, capture_output=True, env=env, check=True, timeout=300)
        return hashlib.sha256(done.stdout).hexdigest()

    assert len({digest(threads) for threads in ("1", "1", "2", "3", "8")}) == 1
    again = roles.fit(blurred)
    assert again.propose(blurred).equals(model.propose(blurred))
    assert not roles.fit(blurred, roles.RoleOptions(seed=2)).report.quality.equals(again.report.quality)


def test_people_with_two_roles_train_both(blurred, model):
    assert model.report.rows == len(blurred.members)
    assert model.report.people < model.report.rows
    assert model.report.confusion.drop("role").to_numpy().sum() == model.report.rows


def test_proposals_leave_members_alone(blurred, model):
    found = model.propose(blurred)
    members = set(blurred.members.select("group_id", "person_id").iter_rows())
    assert not members & set(found.select("group_id", "person_id").iter_rows())
    expected = {(f"g{t}", f"na{t}") for t in range(150)}
    assert set(found.select("group_id", "person_id").iter_rows()) == expected, "of the group's account, not of its parts"
    assert model.propose(blurred, dt.date(2025, 12, 31)).is_empty(), "the groups were made later"


def test_only_what_was_known(clear):
    assert last_day(clear) == dt.date(2026, 1, 15)
    rows = labelled_rows(clear, roles.RoleOptions(behaviour=True), dt.date(2026, 1, 3))
    assert len(rows) == 3 * 40, "of memberships that had begun"
    assert rows.select(pl.col(f"^{ACTS}.*$")).to_numpy().sum() == 0
    rows = labelled_rows(clear, roles.RoleOptions(behaviour=True), dt.date(2026, 1, 11))
    acts = rows.select(pl.col(f"^{ACTS}.*$")).to_numpy()
    assert acts.sum() == 40 * (1 + 2), "of the two who had acted"


def test_behaviour_tells_where_titles_do_not(tmp_path):
    """The type of what somebody does is that of the role, however it was drawn."""
    world = make_world(tmp_path, shuffled=1.0)
    assert roles.fit(world).report.value("accuracy") < 0.5
    model = roles.fit(world, roles.RoleOptions(behaviour=True))
    assert model.report.value("accuracy") > 0.95
    assert model.predict_titles(["Accountant"])["role"][0] in TITLES, "acts that nobody counted are none"


def test_against_cards(blurred):
    right = blurred.members.select("person_id", "role")
    model = roles.fit(blurred, cards=right)
    assert model.report.value("accuracy", "cards") > 0.85, "right but for second roles"
    wrong = right.with_columns(role=pl.lit("Nobody"))
    assert roles.fit(blurred, cards=wrong).report.value("accuracy", "cards") == 0
    with pytest.raises(KeyError, match="no log_loss of cards"):
        model.report.value("log_loss", "cards")


def test_too_little_to_learn_from(tmp_path):
    def complaint(name, **options):
        with pytest.raises(roles.DataError) as error:
            roles.fit(make_world(tmp_path / name, **options))
        return str(error.value)

    assert "all members have the role Champion" in complaint("one", titles={"Champion": ["Head"]})
    assert "no member has a title" in complaint("untitled", titles=dict.fromkeys(TITLES, [""]))
    assert "too few account trees (Champion in 3, Decision Maker in 3" in complaint("few", trees=3, people=20)
    with pytest.raises(roles.DataError, match="no memberships of the sources job"):
        roles.fit(make_world(tmp_path / "sources"), roles.RoleOptions(sources=("job",)))
    with pytest.raises(roles.DataError, match="by 2020-01-01"):
        roles.fit(make_world(tmp_path / "early"), as_of=dt.date(2020, 1, 1))


def test_rare_roles_are_left_out_and_named(tmp_path):
    titles = {**TITLES, "Legal": ["Counsel"]}
    world = make_world(tmp_path, trees=30, people=4, titles=titles)
    many = roles.RoleOptions(fewest_trees=int(labelled_rows(world, roles.RoleOptions(), None)
                             .group_by("role").agg(pl.col("tree").n_unique())["tree"].min() + 1))  # fmt: skip
    report = roles.fit(world, many).report
    assert report.left_out
    assert set(report.left_out).isdisjoint(report.confusion["role"])


@pytest.mark.parametrize(
    ("name", "value"),
    [("folds", 2), ("inverse_penalty", 0), ("max_error", 0), ("max_error", 1), ("accept_above", 1.5),
     ("fewest_trees", 4), ("replicates", 0), ("confidence", 1)],
)  # fmt: skip
def test_options_out_of_range(name, value):
    with pytest.raises(ValueError, match=f"{name} is {value}; it must be "):
        roles.RoleOptions(**{name: value})


def draw(chart):
    """The chart as SVG, at the width of a phone."""
    spec = json.loads(chart.to_json())
    spec["width"] = 320
    return vl_convert.vegalite_to_svg(json.dumps(spec))


def test_charts(blurred, model):
    drawn = draw(charts.role_reliability(model))
    assert "members who have it" in drawn
    assert "20 %" in drawn
    chosen = roles.fit(blurred, roles.RoleOptions(accept_above=0.5))
    assert re.search(r"from 0\.5\d* on", draw(charts.role_risk(chosen)))
    silent = roles.fit(blurred, roles.RoleOptions(max_error=0.001))
    assert not re.search(r"from 0\.\d+ on", draw(charts.role_risk(silent))), "no threshold, no dot"


def test_real_titles(shared, tmp_path):
    """O*NET's titles tell the kind of occupation of those whose other titles were not seen."""
    if not (shared / "data" / "onet-titles").is_dir():
        pytest.skip("../shared/data/onet-titles is not there")
    world = package.import_csv(onet.write_bundle(shared / "data", tmp_path / "bundle"), tmp_path / "world.h5")
    report = roles.fit(world, roles.RoleOptions(max_error=0.1)).report
    assert report.rows == 9218
    assert report.value("accuracy") > report.value("accuracy", "majority") + 0.1
    assert report.value("calibration_error") < 0.05
    low = report.quality.filter(said_by="model", metric="error_accepted")["low"].item()
    assert low <= 0.1
