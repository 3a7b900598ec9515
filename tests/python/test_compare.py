"""experiments/benchmarks/compare.py on scripts that pretend to be benchmarks."""

import importlib.util
import json
import math
import random
import shutil
import subprocess
import sys

import pytest

PROGRAM = "experiments/benchmarks/compare.py"
FAKE = """#!{python}
import json, random, sys
assert "--benchmark_format=json" in sys.argv
pattern = next((a.split("=", 1)[1] for a in sys.argv if a.startswith("--benchmark_filter=")), "")
log = open({log!r}, "a+")
log.write({name!r})
log.flush()
log.seek(0)
noise = random.Random(len(log.read()))
entries = [
    {{"name": name, "run_name": name, "run_type": "iteration", "time_unit": "ms",
      "real_time": time * noise.uniform(1 - {noise}, 1 + {noise})}}
    for name, time in {cases!r}.items() if name.startswith(pattern)
]
print(json.dumps({{"context": {{}}, "benchmarks": entries}}))
"""


@pytest.fixture
def fake(tmp_path):
    """A script that says it took these times, give or take the noise, and notes that it ran."""

    def make(name, cases, noise=0.005):
        path = tmp_path / name
        text = FAKE.format(python=sys.executable, log=str(tmp_path / "log"), name=name[0], cases=cases, noise=noise)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return path

    return make


@pytest.fixture(scope="module")
def compare(repo):
    """The program as a module."""
    folder = str(repo / "experiments" / "benchmarks")
    sys.path.insert(0, folder)
    try:
        spec = importlib.util.spec_from_file_location("compare_benchmarks", f"{folder}/compare.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(folder)
    return module


def run(repo, *args):
    command = [sys.executable, PROGRAM, *map(str, args)]
    return subprocess.run(command, cwd=repo, capture_output=True, encoding="utf-8", check=False, timeout=300)


def verdicts(path):
    return {case["case"]: case for case in json.loads(path.read_text(encoding="utf-8"))["cases"]}


def test_known_ratios(repo, fake, tmp_path):
    old = fake("old", {"quick": 20, "slow": 10, "same": 5, "gone": 1})
    new = fake("new", {"quick": 10, "slow": 15, "same": 5, "born": 1})
    out = tmp_path / "out.json"
    done = run(repo, "--old", old, "--new", new, "-o", out)
    assert done.returncode == 1, done.stdout + done.stderr
    found = verdicts(out)
    says = {name: case["verdict"] for name, case in found.items()}
    assert says == {"quick": "faster", "slow": "slower", "same": "same"}
    assert found["quick"]["ratio"] == pytest.approx(2, rel=0.02)
    low, high = found["slow"]["interval"]
    assert low <= found["slow"]["ratio"] <= high and high == pytest.approx(2 / 3, rel=0.02)
    assert "gone" in done.stdout and "only in the old one" in done.stdout
    assert "born" in done.stdout and "only in the new one" in done.stdout
    assert (tmp_path / "log").read_text() == "onno" * 5  # ABBA


def test_filter_is_passed_on(repo, fake, tmp_path):
    old, new = fake("old", {"quick": 20, "slow": 10}), fake("new", {"quick": 10, "slow": 15})
    done = run(repo, "--old", old, "--new", new, "--filter", "quick", "--rounds", 6, "-o", tmp_path / "out.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(verdicts(tmp_path / "out.json")) == ["quick"]


def test_noise_is_no_change(repo, fake, tmp_path):
    cases = {f"case{i}": 10 for i in range(8)}
    out = tmp_path / "out.json"
    for noise, possible in ((0.001, {"same"}), (0.2, {"same", "no verdict"})):
        old, new = fake("old", cases, noise), fake("new", cases, noise)
        done = run(repo, "--old", old, "--new", new, "--rounds", 6, "-o", out)
        assert done.returncode == 0, done.stdout + done.stderr
        assert {case["verdict"] for case in verdicts(out).values()} <= possible


def test_few_rounds_have_no_interval(repo, fake, tmp_path):
    old, new = fake("old", {"slow": 1}), fake("new", {"slow": 9})
    done = run(repo, "--old", old, "--new", new, "--rounds", 5, "-o", tmp_path / "out.json")
    assert done.returncode == 0
    assert "Too few rounds" in done.stdout
    found = verdicts(tmp_path / "out.json")["slow"]
    assert found["interval"] is None and found["verdict"] == "no verdict"


def test_margin(repo, fake, tmp_path):
    old, new = fake("old", {"case": 10}, 0), fake("new", {"case": 10.5}, 0)
    for margin, verdict, code in ((2, "slower", 1), (10, "same", 0)):
        done = run(repo, "--old", old, "--new", new, "--rounds", 6, "--margin", margin, "-o", tmp_path / "out.json")
        assert done.returncode == code
        assert verdicts(tmp_path / "out.json")["case"]["verdict"] == verdict


@pytest.mark.parametrize(("base", "says"), [("none-such", "is no revision"), ("2ba337e", "has no rolecall_bench")])
def test_refused_base(repo, base, says):
    found = subprocess.run(["git", "cat-file", "-e", "2ba337e"], cwd=repo, capture_output=True, check=False)
    if found.returncode != 0:
        pytest.skip("no checkout with its history")
    done = run(repo, base)
    assert done.returncode == 2
    assert says in done.stderr
    assert not list((repo / "build").glob("bench-base-*"))


PRESETS = {
    "version": 6,
    "configurePresets": [{"name": "release", "generator": "Ninja", "binaryDir": "${sourceDir}/build"}],
}
CMAKE = """cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES NONE)
file(COPY rolecall_bench DESTINATION ${CMAKE_BINARY_DIR}/bin)
add_custom_target(rolecall_bench)
"""


@pytest.fixture
def small_repo(repo, fake, tmp_path):
    """A repository of two commits, in the first of which the benchmark takes twice as long."""
    root = tmp_path / "repo"
    shutil.copytree(
        repo / "experiments" / "benchmarks", root / "experiments" / "benchmarks", ignore=shutil.ignore_patterns("__*")
    )
    (root / "CMakePresets.json").write_text(json.dumps(PRESETS), encoding="utf-8")
    (root / "CMakeLists.txt").write_text(CMAKE, encoding="utf-8")
    (root / ".gitignore").write_text("/build/\n", encoding="utf-8")

    def git(*args):
        identity = ["-c", "user.name=tester", "-c", "user.email=tester@localhost"]
        subprocess.run(["git", *identity, *args], cwd=root, check=True, capture_output=True)

    git("init", "--quiet")
    for tag, time in (("before", 20), ("after", 10)):
        shutil.copy(fake(tag, {"case": time}), root / "rolecall_bench")
        git("add", ".")
        git("commit", "--quiet", "-m", tag)
        git("tag", tag)
    (root / "build" / "bin").mkdir(parents=True)
    shutil.copy(root / "rolecall_bench", root / "build" / "bin")
    return root


def test_base_is_built_in_a_worktree_that_goes_away(small_repo):
    worktrees = small_repo / "build"
    done = run(small_repo, "before", "--rounds", 6, "--keep", "-o", "build/out.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(small_repo / "build" / "out.json")["case"]["verdict"] == "faster"
    assert len(list(worktrees.glob("bench-base-*"))) == 1
    done = run(small_repo, "before", "--rounds", 6, "-o", "build/out.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(small_repo / "build" / "out.json")["case"]["verdict"] == "faster"
    assert not list(worktrees.glob("bench-base-*"))
    listed = subprocess.run(["git", "worktree", "list"], cwd=small_repo, capture_output=True, text=True, check=True)
    assert len(listed.stdout.splitlines()) == 1


def test_base_that_does_not_build(small_repo):
    (small_repo / "CMakeLists.txt").write_text("rolecall_bench is not CMake\n", encoding="utf-8")
    commit = ["git", "-c", "user.name=tester", "-c", "user.email=tester@localhost", "commit", "-qam", "broken"]
    subprocess.run(commit, cwd=small_repo, check=True)
    done = run(small_repo, "HEAD")
    assert done.returncode == 2
    assert "does not build" in done.stderr
    assert not list((small_repo / "build").glob("bench-base-*"))


def test_programs_that_are_none(repo, fake, tmp_path):
    good = fake("old", {"case": 1})
    bad = tmp_path / "bad"
    bad.write_text("#!/bin/sh\necho hello\n")
    bad.chmod(0o755)
    failing = tmp_path / "failing"
    failing.write_text("#!/bin/sh\nexit 3\n")
    failing.chmod(0o755)
    for other, says in ((bad, "no benchmark results"), (failing, "exit code 3"), (tmp_path / "none", "none")):
        done = run(repo, "--old", good, "--new", other)
        assert done.returncode == 2
        assert says in done.stderr
    assert run(repo).returncode == 2
    assert run(repo, "HEAD", "--old", good).returncode == 2


def test_interval_holds_the_median_as_often_as_it_says(compare):
    assert compare.median_interval([1.0] * 5) is None
    assert compare.median_interval([3, 1, 2, 6, 5, 4]) == (1, 6)
    assert compare.median_interval(list(range(10))) == (1, 8)
    rng = random.Random(7)
    for n in (6, 10, 25):
        held = 0
        for _ in range(2000):
            low, high = compare.median_interval([rng.expovariate(1) for _ in range(n)])
            held += low <= math.log(2) <= high
        assert held / 2000 > 0.94


def test_rounds_of_one_program(compare, fake):
    program = fake("one", {"case": 1}, 0)
    found, only_old, only_new = compare.judge(compare.run_rounds(program, program, None, 6), 0.02)
    assert [v.verdict for v in found] == ["same"] and not only_old and not only_new
