"""A tuner of one's own: the protocol of lines, and the class that speaks it."""

import json
import subprocess

import optuna
import pytest
import rolecall as package
from conftest import BINARY

pytestmark = pytest.mark.filterwarnings("ignore::rolecall.ProgramWarning")
optuna.logging.set_verbosity(optuna.logging.WARNING)

STUDY = """\
format = "rolecall.study-spec/2"
name = "mine"
question = "?"
kind = "tune"
[space]
"role.*.weighting" = { low = 1, high = 100, whole = true }
daily_cap = [1, 20, "none"]
window_days = { low = 7, high = 60, whole = true, scale = "log" }
[search]
method = "external"
candidates = 8
[bootstrap]
replicates = 20
"""
CHAMPION = "role.Champion.weighting"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return package.generate(tmp_path_factory.mktemp("world") / "world.h5", preset="small", seed=1)


def speak(world, folder, lines, *more):
    """Runs the study on these lines; returns what was answered, and the process."""
    (folder / "mine.toml").write_text(STUDY, encoding="utf-8")
    command = [BINARY, "run", folder / "mine.toml", "--world", world, "-o", folder / "out.h5", *more]
    done = subprocess.run(command, input="\n".join(lines), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done


def proposal(**values):
    return json.dumps({"values": values})


def test_lines(world, tmp_path):
    bad = ["no JSON", "[1]", "{}", '{"values": 3}', proposal(window_days=True), proposal(window_days=5),
           proposal(daily_cap=2), proposal(daily_cap="some"), proposal(window_day=7), "\ud7ff\0" * 3]  # fmt: skip
    good = [proposal(), proposal(daily_cap="none", window_days=14), "", proposal(**{CHAMPION: 100.0})]
    (space, *answers), done = speak(world, tmp_path, [*bad, *good])
    parameters = {p["name"]: p for p in space["parameters"]}
    assert parameters["daily_cap"] == {"name": "daily_cap", "values": [1, 20, "none"]}
    assert parameters["window_days"] == {"name": "window_days", "low": 7, "high": 60, "whole": True, "scale": "log"}
    assert parameters[CHAMPION] == {"name": CHAMPION, "low": 1, "high": 100, "whole": True, "scale": "linear"}
    assert (space["objective"], space["budget"]) == ("auc", 8)
    assert [r["origin"] for r in space["references"]] == ["default", "equal"], "the truth is not given away"
    assert space["references"][0]["values"]["daily_cap"] == 20
    for answer in answers[: len(bad)]:
        assert list(answer) == ["error"]
        assert "\n" not in answer["error"]
    told = answers[len(bad) :]
    study = package.open_study(tmp_path / "out.h5")
    assert [a["value"] for a in told] == study.trials.filter(origin="search")["value"].to_list()
    assert [study.trials["value"][a["trial"]] for a in told] == [a["value"] for a in told]
    assert told[0]["value"] == space["references"][0]["value"], "what is left out is as in the base model"
    assert "auc" in done.stderr
    assert "did you mean" in " ".join(a.get("error", "") for a in answers).lower()


def test_the_budget_ends_the_search(world, tmp_path):
    answers, _ = speak(world, tmp_path, [proposal(window_days=7 + i) for i in range(20)])
    assert len(answers) == 1 + 8
    assert package.open_study(tmp_path / "out.h5").trials.filter(origin="search").height == 8


def test_other_kinds_search_many_times(world, tmp_path):
    (tmp_path / "mine.toml").write_text(STUDY.replace('"tune"', '"recovery"'), encoding="utf-8")
    done = package.run("run", tmp_path / "mine.toml", "-o", tmp_path / "out.h5", check=False)
    assert done.returncode == 2
    assert not (tmp_path / "out.h5").exists()


def test_optuna_beats_the_default(world, tmp_path):
    with package.Tuner("role-weights", tmp_path / "out.h5", world=world, candidates=60) as tuner:
        assert tuner.left == tuner.budget == 60
        default = tuner.references[0].value
        search = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=1))
        search.optimize(lambda trial: tuner.evaluate(tuner.suggest(trial)), n_trials=tuner.left)
        assert tuner.left == 0
        with pytest.raises(RuntimeError, match="all 60 candidates"):
            tuner.evaluate({})
    assert search.best_value > default
    study = tuner.study
    tried = study.trials.filter(origin="search")
    assert tried["value"].to_list() == [trial.value for trial in search.trials]
    for parameter in tuner.parameters:
        assert tried[parameter.name].to_list() == [trial.params[parameter.name] for trial in search.trials]
    assert (study.summary.method, study.summary.folds) == ("external", 1)
    assert study.best_model
    again = package.Tuner("role-weights", tmp_path / "out.h5", world=world, candidates=60, resume=True)
    with again:  # it had been finished
        assert again.left == 0
    assert again.study.summary.finding == study.summary.finding


def tune(output, world, points, stop=False, **more):
    with package.Tuner(STUDY, output, world=world, **more) as tuner:
        values = [tuner.evaluate(point) for point in points]
        if stop:
            raise KeyboardInterrupt
    return values, tuner.study


def stopped(output, world, points, **more):
    with pytest.raises(KeyboardInterrupt):
        tune(output, world, points, stop=True, **more)


def points(*windows):
    return [{"window_days": w, CHAMPION: 50 + w} for w in windows]


def test_resumed_it_is_the_same_to_the_bit(world, tmp_path):
    whole, study = tune(tmp_path / "whole.h5", world, points(10, 20, 30, 40, 50))
    stopped(tmp_path / "out.h5", world, points(10, 20, 30))
    values, resumed = tune(tmp_path / "out.h5", world, points(10, 20, 30, 40, 50), resume=True)
    assert values == whole
    assert package.content_digest(resumed) == package.content_digest(study)


def test_resumed_with_other_proposals_nothing_is_mixed_up(world, tmp_path):
    """Values belong to their points, wherever the two runs differ, time and again."""
    stopped(tmp_path / "out.h5", world, points(10, 20, 30, 40))
    stopped(tmp_path / "out.h5", world, points(10, 25, 30, 45, 12), resume=True)
    stopped(tmp_path / "out.h5", world, points(11, 25, 30), resume=True)
    wanted = points(10, 25, 30, 40, 14)
    values, resumed = tune(tmp_path / "out.h5", world, wanted, resume=True)
    whole, study = tune(tmp_path / "whole.h5", world, wanted)
    assert values == whole
    assert package.content_digest(resumed) == package.content_digest(study)


def test_progress_can_be_looked_at(world, tmp_path):
    many = points(*range(10, 15))
    stopped(tmp_path / "out.h5", world, many)
    progress = package.open_progress(tmp_path / "out.h5")
    assert progress.recipe.study == "mine"
    assert [len(rows) for rows in progress.stages.values()][-1] == len(many)
    assert "mine" in repr(progress)
    with pytest.raises(FileNotFoundError):
        package.open_progress(tmp_path / "none.h5")


def test_what_is_wrong_is_said(world, tmp_path):
    with package.Tuner(STUDY, tmp_path / "out.h5", world=world) as tuner:
        for wrong in ({"window_days": 1}, {"nobody": 3}, {"window_days": None}, {"window_days": float("nan")}):
            with pytest.raises(package.ProposalError):
                tuner.evaluate(wrong)
        assert tuner.left == 8
        assert tuner.evaluate({"daily_cap": float("inf")}) == tuner.evaluate({"daily_cap": "none"})
        with pytest.raises(RuntimeError, match="when the block"):
            tuner.study  # noqa: B018
    assert tuner.study.trials.filter(origin="search").height == 2
    with pytest.raises(package.ProgramError, match="exists already"):
        tune(tmp_path / "out.h5", world, [])
    with pytest.raises(package.ProgramError, match="Did you mean"):
        tune(tmp_path / "more.h5", world, [], seed=None, candidates=None, threads=None).__class__
        package.Tuner("role-weight", tmp_path / "more2.h5").__enter__()


def test_words_and_ranges_are_suggested():
    class Trial:
        def suggest_categorical(self, name, choices):
            return choices[-1]

        def suggest_int(self, name, low, high, *, log=False):
            return (low, high, log)

        def suggest_float(self, name, low, high, *, log=False):
            return (low, high, log)

    tuner = package.Tuner("role-weights", "out.h5")
    tuner.parameters = (
        package.Parameter("a", values=(1, "none")),
        package.Parameter("b", low=1, high=9, whole=True, log=True),
        package.Parameter("c", low=0.5, high=2),
    )
    assert tuner.suggest(Trial()) == {"a": "none", "b": (1, 9, True), "c": (0.5, 2, False)}
