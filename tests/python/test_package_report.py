"""The report: one file that needs nothing else, says all there is to say, and lets nothing of the data run."""

import html
import json
import os
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser

import h5py
import numpy as np
import pytest
import rolecall as package
from rolecall.report import __main__ as command
from rolecall.report.finding import Finding
from rolecall.report.page import FIGURES, vega

from study_file import LENGTHS, ROLES, plausible_values, write_study

SECTIONS = ["models", "weights", "search", "scores", "completeness", "coverage", "use", "provenance", "repeat"]
VOID = {"meta", "link", "img", "br", "hr", "input", "source", "embed"}


class Page(HTMLParser):
    """Elements, attributes and texts of a page; holds that every element is closed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.texts, self.scripts = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data):
        (self.scripts if self.open and self.open[-1] == "script" else self.texts).append(data)

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def read(path):
    return Page(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("report") / "study.h5")


@pytest.fixture(scope="module")
def report(study):
    return package.write_report(study, study.with_name("report.html"))


@pytest.fixture(scope="module")
def page(report):
    return read(report)


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    path = write_study(tmp_path_factory.mktemp("report") / "study.h5", truth=False)
    return read(package.write_report(path, path.with_name("report.html")))


def test_needs_nothing_else(page, report, study):
    policy = next(a["content"] for a in page.of("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    for tag, attributes in page.elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form"), tag
        assert not {"src", "srcset", "action", "data", "style"} & set(attributes), (tag, attributes)
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        if "href" in attributes:
            assert attributes["href"].startswith("#")
    own = report.read_text(encoding="utf-8").replace(vega(), "")
    for forbidden in ("http:", "https:", "file:", "//cdn", "@import", "url(", str(study.parent), "import("):
        assert forbidden not in own, forbidden


def test_vega_is_there_once(report):
    text = report.read_text(encoding="utf-8")
    assert text.count("window.vegaEmbed=") == 1
    assert len(text) < 2_000_000


def test_every_section_and_chart_is_there(page):
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert [i for i in ids if i in SECTIONS] == SECTIONS
    assert len(ids) == len(set(ids))
    assert {a["href"] for a in page.of("a")} <= {f"#{i}" for i in ids}
    specs = json.loads(page.scripts[0])
    assert set(specs) == set(FIGURES) == {a["data-chart"] for a in page.of("div") if "data-chart" in a}


def test_says_what_was_found(page, study):
    text = page.text
    opened = package.open_study(study)
    assert "Searched role weights gain 0.0105 AUC over those of ajo-seed" in text
    assert "95 % interval 0.752 to 0.786" in text
    assert "+0.0105 (+0.0041 to +0.0164)" in text
    assert "AUC, default role weights 0.769 0.752 to 0.786 AUC, role weights found 0.779 0.763 to 0.795" in text
    assert "Gain in AUC +0.0105 +0.0041 to +0.0164" in text
    assert "with the true activity weights held fixed; 95 % intervals." in text
    assert "reaches 0.790 on these groups: no score can be expected to do better." in text
    assert f"the true score reaches {opened.summary.ceiling_auc:.3f}" in text
    for row in opened.models.iter_rows(named=True):
        assert row["model"] in text
    for role in ROLES:
        assert role in text
    for line in opened.best_model.splitlines():
        assert " ".join(line.split()) in text
    made = opened.provenance
    for fact in (made.software, made.commit, made.command, made.cpu, made.content_digest, opened.recipe.world_digest):
        assert fact in text
    assert "rolecall run study.toml -o again.h5" in text
    assert "rolecall generate world.toml -o world.h5" in text


def test_without_truth(imported):
    text = imported.text
    assert "The world was imported, so the best possible score is not known." in text
    assert "Ceiling" not in text
    assert "Truth" not in text
    assert "true" not in text
    assert "AUC, default role weights 0.731 0.713 to 0.749 AUC, role weights found 0.749 0.732 to 0.766" in text
    assert "with all but the role weights as ajo-seed has it; 95 % intervals." in text
    assert "rolecall generate" not in text
    assert "rolecall run study.toml --world world.h5 -o again.h5" in text


def test_without_groups(tmp_path):
    none = {f"scores/{name}": np.zeros(LENGTHS["bins"]) for name in ("won", "lost")}
    none |= {f"completeness/{name}": np.zeros(LENGTHS["bands"]) for name in ("won", "lost")}
    none |= {f"coverage/{name}": np.full(LENGTHS["roles"], np.nan) for name in ("won_if_filled", "won_if_missing")}
    none |= {"summary@groups": 0, "summary@won": 0}
    path = write_study(tmp_path / "study.h5", changes=none)
    text = read(package.write_report(path, tmp_path / "report.html")).text
    assert text.count("There are too few groups to compare.") == 2
    assert "No role is filled in some groups and missing in others." in text


def finding(tmp_path, truth=True, **changes):
    """What is said of the fixture; `gain` and `margin` are (value, low, high), other names those of the summary."""
    for name, short in {"found_gain": "gain", "truth_margin": "margin"}.items():
        for bound, value in zip(("", "_low", "_high"), changes.pop(short, ()), strict=False):
            changes[name + bound] = value
    changes = {name if "/" in name or "@" in name else f"summary@{name}": value for name, value in changes.items()}
    return Finding(package.open_study(write_study(tmp_path / "study.h5", truth=truth, changes=changes)))


def test_a_gain_under_the_true_activity_weights(tmp_path):
    found = finding(tmp_path)
    assert found.headline() == "Searched role weights gain 0.0105 AUC over those of ajo-seed"
    lead = found.lead()
    assert lead.startswith("With the true activity weights held fixed, the role weights of ajo-seed score an AUC")
    assert "score 0.779, a difference of +0.0105 (+0.0041 to +0.0164)." in lead
    assert "activity weights that ajo-seed has itself, the role weights found take the AUC from 0.731 to 0.749" in lead
    assert lead.endswith("a difference of +0.0177 (+0.0087 to +0.0267).")


def test_a_gain_under_the_base_models_own_activity_weights(tmp_path):
    found = finding(tmp_path, truth=False)
    assert found.headline() == "Searched role weights gain 0.0177 AUC over those of ajo-seed"
    lead = found.lead()
    assert lead.startswith("As it is, ajo-seed scores an AUC of 0.731 (95 % interval 0.713 to 0.749)")
    assert lead.endswith("all else the same, score 0.749, a difference of +0.0177 (+0.0087 to +0.0267).")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.002, 0.03, "+0.0300)."), (-0.002, 0.03, "which cannot be told from 0."), (-0.03, -0.002, "worse there.")],
)
def test_what_it_is_worth_under_the_base_models_own_activity_weights(tmp_path, low, high, said):
    values = plausible_values(np.random.default_rng(1))
    bounds = {name: values[f"models/{name}"].copy() for name in ("gain_low", "gain_high")}
    bounds["gain_low"][2], bounds["gain_high"][2] = low, high
    assert finding(tmp_path, **{f"models/{name}": value for name, value in bounds.items()}).lead().endswith(said)


def test_honest_when_nothing_was_gained(tmp_path):
    found = finding(tmp_path, gain=(0.002, -0.004, 0.008))
    assert found.headline() == "No role weights were found that surely beat those of ajo-seed"
    assert "cannot be told from 0: on these data there is no reason to change the weights." in found.lead()


def test_honest_when_it_got_worse(tmp_path):
    found = finding(tmp_path, gain=(-0.02, -0.03, -0.01))
    assert found.headline() == "Searched role weights lose 0.0200 AUC against those of ajo-seed"
    assert "Keep the weights there are." in found.lead()


@pytest.mark.parametrize("gain", [(0.01, np.nan, np.nan), (0.0, np.nan, np.nan)])
def test_honest_when_no_replicate_has_an_auc(tmp_path, gain):
    found = finding(tmp_path, gain=gain)
    assert found.headline() == "No role weights were found that surely beat those of ajo-seed"
    assert "(– to –)" in found.lead()


def test_nothing_to_tell_when_all_score_the_same(tmp_path):
    found = finding(tmp_path, gain=(0, 0, 0), margin=(0, 0, 0), better_than_truth=0)
    assert found.headline() == "Nothing to tell: searched role weights score as those of ajo-seed do"
    assert found.lead().endswith(
        "There is nothing to tell: the model names none of the members' roles, or the scores are tied."
    )
    assert found.beyond().endswith("The true role weights score the same once more.")


@pytest.mark.parametrize(
    ("margin", "said"),
    [
        (
            (0.0028, -0.0012, 0.0061),
            "The true role weights and the best found cannot be told apart on 1,569 groups "
            "(difference +0.0028, 95 % interval −0.0012 to +0.0061). Of the search's",
        ),
        (
            (-0.003, -0.007, 0.0),
            "The true role weights and the best found cannot be told apart on 1,569 groups "
            "(difference −0.0030, 95 % interval −0.0070 to 0.0000). Of the search's",
        ),
        (
            (0.03, 0.01, 0.05),
            "The search did not get all the way: the true role weights are better than the best found on 1,569 groups "
            "(difference +0.0300, 95 % interval +0.0100 to +0.0500). Of the search's",
        ),
        (
            (-0.03, -0.05, -0.01),
            "The best found beats the true role weights on 1,569 groups "
            "(difference −0.0300, 95 % interval −0.0500 to −0.0100): ",
        ),
        (
            (0, 0, 0),
            "The true role weights and the best found score the same AUC, in every replicate: "
            "there is nothing to tell between them.",
        ),
        ((np.nan,) * 3, "The roles of ajo-seed lack some of the world's, so the true role weights cannot be compared."),
        ((0.01, np.nan, np.nan), "so the true role weights cannot be compared."),
    ],
)
def test_the_truth_against_the_best(tmp_path, margin, said):
    beyond = finding(tmp_path, margin=margin).beyond()
    assert said in beyond
    for word in ("noise", "equal", "as well as"):
        assert word not in beyond


@pytest.mark.parametrize(("better", "said"), [(0, "none beat"), (1, "1 beats"), (1234, "1,234 beat"), (-1, None)])
def test_how_many_beat_the_truth(tmp_path, better, said):
    beyond = finding(tmp_path, better_than_truth=better).beyond()
    if said is None:
        assert "candidates" not in beyond
    else:
        assert beyond.endswith(f"Of the search's 300 candidates, {said} the true role weights on the test half.")


@pytest.mark.parametrize(
    ("resampled", "trees", "said"),
    [
        ("account trees", 640, ""),
        ("account trees", 60, ""),
        ("account trees", 29, "only 29 account trees, in two halves. Intervals that rest on fewer than 30 trees are"),
        ("account trees", 59, "only 59 account trees"),
        ("groups", 1, "in 1 account tree, too few to draw from: halves and intervals treat groups as independent."),
        ("groups", 3, "in 3 account trees, too few"),
    ],
)
def test_few_account_trees_are_pointed_out(tmp_path, resampled, trees, said):
    found = finding(tmp_path, resampled=resampled, trees=trees)
    assert said in found.caution()
    assert bool(said) == bool(found.caution())
    page = read(package.write_report(found.study, tmp_path / "report.html"))
    assert found.caution() in page.text
    assert ("warning" in [a.get("class") for a in page.of("p") if a.get("role") == "note"]) == bool(said)
    assert f"replicates that draw {resampled}:" in page.text
    assert (f"won, {trees} account trees" in page.text) == (resampled == "account trees")
    assert ("won, taken as independent" in page.text) == (resampled == "groups")


def test_shares_have_a_range_and_no_interval(page, imported):
    for shown in (page, imported):
        section = shown.text.split("Share of each role in the group score.")[1].split("The search")[0]
        assert "interval" not in section.replace("and is no confidence interval", "").lower()
        assert "Range of the best" in section
    assert "The range of the best over replicates holds the true share for" in page.text
    assert "Truth in range" in page.text


def test_what_is_counted_is_said(page):
    assert page.text.count("All groups with outcomes, of both halves") == 3
    assert "each step holds at least a tenth of the groups" in page.text
    assert "Every candidate on the half that was searched" in page.text


def test_groups_that_score_the_same_are_not_set_apart(tmp_path):
    lost = np.zeros(LENGTHS["bins"])
    lost[0], lost[-1] = 95, 5
    found = finding(tmp_path, **{"scores/won": np.zeros(LENGTHS["bins"]), "scores/lost": lost})
    assert found.scores().startswith("Most groups have about the same score")


def test_the_best_is_one_of_those_near_it(tmp_path):
    """Replicates that drew no won group have no AUC; the best is near itself all the same."""
    replicates = plausible_values(np.random.default_rng(1))["replicates/train_auc"].copy()
    replicates[:, ::40] = np.nan
    said = finding(tmp_path, **{"replicates/train_auc": replicates}).search()
    assert re.search(r"question\. [1-9]\d* of the 302 other candidates cannot be told from the best", said)


def test_many_candidates(tmp_path):
    study = write_study(tmp_path / "study.h5", trials=6_000)
    done = run(study, "-o", tmp_path / "report.html")
    assert (done.returncode, done.stderr) == (0, f"report written to {tmp_path / 'report.html'}\n")
    page = read(tmp_path / "report.html")
    assert "2,000 of 6,000 candidates (all with a name, those near the best, and a sample of the others" in page.text
    assert max(len(rows) for rows in json.loads(page.scripts[0])["search"]["datasets"].values()) == 2_000
    assert (tmp_path / "report.html").stat().st_size < 2_500_000


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}\u2028&amp;"


def test_nothing_of_the_data_runs(tmp_path):
    values = plausible_values(np.random.default_rng(1))
    texts = {name: HOSTILE for name, value in values.items()
             if isinstance(value, str) and "@" in name and name not in ("@format",)}  # fmt: skip
    texts |= {"provenance@parameters": json.dumps({HOSTILE: HOSTILE}), "provenance@created": "2026-03-31T09:30:00Z"}
    texts["recipe@base_model"] = f"name = {json.dumps(HOSTILE)}\n"
    texts["recipe@specification"] = f"question = {json.dumps(HOSTILE)}\n[{json.dumps(HOSTILE)}]\nseed = 1\n"
    texts |= {"roles/name": [f"{HOSTILE}{i}" for i in range(6)], "models/name": [f"{HOSTILE}{i}" for i in range(8)]}
    path = write_study(tmp_path / "study.h5", changes=texts)
    page = read(package.write_report(path, tmp_path / "report.html"))
    assert len(page.of("script")) == 3
    assert not page.of("img")
    assert HOSTILE.replace("\u2028", " ") in page.text.replace("\u2028", " ")
    assert json.loads(page.scripts[0])["models"]["datasets"]
    assert "49" not in page.of("title")


def test_altered_data_are_pointed_out(tmp_path):
    path = write_study(tmp_path / "study.h5")
    with h5py.File(path, "r+") as file:
        file["models/auc"][2] = 0.99
    text = read(package.write_report(path, tmp_path / "report.html")).text
    assert "The data are not as they were written." in text
    assert "Altered since: models/auc." in text


def code_blocks(path):
    """Texts of the code elements that stand in pre elements."""
    found = re.findall(r"<pre><code>(.*?)</code></pre>", path.read_text(encoding="utf-8"), re.DOTALL)
    return [html.unescape(text) for text in found]


@pytest.mark.parametrize("file", ["", "my worlds/world.h5"])
@pytest.mark.filterwarnings("ignore::rolecall.ProgramWarning")
def test_what_it_says_repeats_the_study(tmp_path, monkeypatch, file):
    """The commands of the report, run as they stand, print the digests beside them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my worlds").mkdir()
    small = {"accounts": 200, "people": 1200, "activities": 40_000, "days": 240}
    (tmp_path / "world.toml").write_text(package.generate("first.h5", **small, seed=3).truth.specification)
    study = package.run("studies", "role-weights").stdout
    if file:
        package.generate(file, "world.toml")
        package.run_study("role-weights", "results.h5", world=file, candidates=40)
        (tmp_path / file).unlink()
    else:
        study = re.sub(r"^spec = .*$", 'spec = "world.toml"', study, flags=re.MULTILINE)
        study = re.sub(r"^candidates = .*$", "candidates = 40", study, flags=re.MULTILINE)
        package.run_study(study, "results.h5")
    blocks = code_blocks(package.write_report("results.h5", "report.html"))
    specification, world = blocks[-2:]
    (tmp_path / "study.toml").write_text(specification)
    (tmp_path / "world.toml").write_text(world)
    for line in blocks[-3].splitlines():
        command, _, note = line.partition("  # ")
        program, *arguments = shlex.split(command)
        assert program == "rolecall"
        printed = package.run(*arguments).stdout.strip()
        if "--digest" in arguments:
            assert printed == note


def test_existing_outputs_are_kept(study, tmp_path):
    output = tmp_path / "report.html"
    output.write_text("mine")
    with pytest.raises(FileExistsError, match="exists already"):
        package.write_report(study, output)
    assert output.read_text() == "mine"
    package.write_report(package.open_study(study), output, force=True)
    assert output.read_text().startswith("<!doctype html>")
    with pytest.raises(FileExistsError):
        package.write_report(study, tmp_path, force=True)


def test_nothing_half_written_stays(study, tmp_path, monkeypatch):
    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        package.write_report(study, tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def run(*args):
    command = [sys.executable, "-m", "rolecall.report", *map(str, args)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)


def test_command(study, tmp_path):
    output = tmp_path / "report.html"
    done = run(study, "-o", output)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"report written to {output}\n")
    assert run(study, "-o", output).returncode == 2
    done = run(study, "-o", output, "--force", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_nobody_expected_is_one_line(study, tmp_path, monkeypatch, capsys):
    def fail(*_, **__):
        raise ZeroDivisionError("of two\nlines.")

    for name in ("write_report", "open_study"):
        monkeypatch.setattr(command, name, fail)
        assert command.main([str(study), "-o", str(tmp_path / "report.html")]) == 3
        said = f"rolecall: {study}: no report can be made of this study (ZeroDivisionError: of two lines).\n"
        assert capsys.readouterr() == ("", said)
    assert not list(tmp_path.iterdir())


def test_a_study_that_makes_no_sense_is_one_line(tmp_path):
    nonsense = write_study(tmp_path / "study.h5", changes={"best@trial": 100_000})
    done = run(nonsense, "-o", tmp_path / "report.html")
    assert done.returncode == 3
    assert re.fullmatch(r"rolecall: .+: no report can be made of this study \(IndexError: .+\)\.\n", done.stderr)
    assert not (tmp_path / "report.html").exists()


def test_command_on_bad_input(study, tmp_path):
    text = tmp_path / "text.h5"
    text.write_text("not HDF5")
    broken = write_study(tmp_path / "broken.h5")
    with h5py.File(broken, "r+") as file:
        del file["models"]
    output = tmp_path / "report.html"
    for code, results, where in [
        (2, tmp_path / "nothing.h5", output),
        (2, tmp_path, output),
        (2, text, output),
        (2, broken, output),
        (2, study, tmp_path),
        (3, study, tmp_path / "no" / "folder" / "report.html"),
        (3, study, text / "report.html"),
    ]:
        done = run(results, "-o", where)
        assert done.returncode == code, done.stderr
        assert re.fullmatch(r"rolecall: .+[.?]\n", done.stderr), done.stderr
    assert not output.exists()
    done = run(study)
    assert done.returncode == 2
    assert re.fullmatch(r"rolecall: .+\n", done.stderr)
