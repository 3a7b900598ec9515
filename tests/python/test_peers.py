"""The peers of experiments/benchmarks do rolecall's work, and all get the same results, held here to slow loops."""

import json
import subprocess
import sys
from collections import Counter, defaultdict

import bench_folder
import pytest

PACKAGES = {
    "duckdb": ["duckdb", "pyarrow"],
    "chdb": ["chdb", "pyarrow"],
    "pandas": ["pandas"],
    "polars": [],
    "numpy": [],
}
PROGRAM = "experiments/benchmarks/peers.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small export; a third as many cap levels make it quick."""
    path = tmp_path_factory.mktemp("bench") / "data"
    bench_folder.write_bench_folder(path, 200_000, cap_levels=7)
    return path


@pytest.fixture(scope="module")
def expected(folder, repo):
    """What every job must find."""
    return slow_checksums(exported(folder, folder, repo))


def exported(folder, rollup, repo):
    sys.path.insert(0, str(repo / "experiments" / "benchmarks"))
    try:
        from peer_data import PeerData
    finally:
        sys.path.pop(0)
    return PeerData(folder, rollup)


def slow_checksums(data):
    log = {name: values.tolist() for name, values in data.log().items()}
    rows = list(zip(log["person"], log["day"], log["type"], strict=True))
    weights = data.weights().tolist()
    daily = defaultdict(int)
    for (person, day, type_), count in Counter(rows).items():
        daily[person, day] += min(count, data.cap) * weights[type_]
    found = {}
    for window in (30, 365):
        scores = defaultdict(int)
        for (person, day), value in daily.items():
            if day >= data.days - window:
                scores[person] += value
        found[f"window:{window}"] = checksum((s, p) for p, s in scores.items())
    moving = defaultdict(int)
    for (person, day), value in daily.items():
        for end in range(day, min(day + 30, data.days)):
            moving[person, end] += value
    found["series/365"] = checksum((s, p + d) for (p, d), s in moving.items())
    found["ingest"] = checksum((sum(row), place) for place, row in enumerate(sorted(rows)))
    won = data.won().tolist()
    features, cap_features = data.features().tolist(), data.cap_features().tolist()
    by_weights = [[dot(w, row) for row in features] for w in data.candidate_weights().tolist()]
    by_caps = [
        [dot(weights, [cap_features[t][c - 1][g] for t, c in enumerate(caps)]) for g in range(data.groups)]
        for caps in data.candidate_caps().tolist()
    ]
    found["whatif/weights"] = {"half_wins": sum(half_wins(scores, won) for scores in by_weights)}
    found["whatif/caps"] = {"half_wins": sum(half_wins(scores, won) for scores in by_caps)}
    return found


def checksum(pairs):
    pairs = list(pairs)
    return {"sum": sum(s for s, _ in pairs), "mixed": sum(s * (place % 1009 + 1) for s, place in pairs)}


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def half_wins(scores, won):
    winners = [s for s, w in zip(scores, won, strict=True) if w]
    losers = [s for s, w in zip(scores, won, strict=True) if not w]
    return sum(2 * (w > loser) + (w == loser) for w in winners for loser in losers)


def peers(repo, *args):
    command = [sys.executable, PROGRAM, *map(str, args)]
    return subprocess.run(command, cwd=repo, capture_output=True, encoding="utf-8", check=False, timeout=300)


@pytest.mark.parametrize("engine", PACKAGES)
def test_engine_finds_what_slow_loops_find(engine, folder, expected, repo, tmp_path):
    for package in PACKAGES[engine]:
        pytest.importorskip(package)
    output = tmp_path / "peers.json"
    done = peers(repo, "--data", folder, "--engines", engine, "--threads", 2, "--repetitions", 1, "-o", output)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(output.read_text(encoding="utf-8"))
    assert found["activities"] == 200_000 and found["threads"] == 2
    assert len(found["results"]) == 8
    for result in found["results"]:
        job = result["job"].removeprefix("score/raw/").removeprefix("score/index/")
        assert result["checksum"] == expected[job], (job, result)
        assert len(result["times"]) == 1 and result["times"][0] > 0


def test_heavy_machines_are_in_the_data(folder, repo):
    data = exported(folder, folder, repo)
    log = data.log()
    cells = Counter(zip(*(values.tolist() for values in log.values()), strict=True))
    assert max(cells.values()) > 2 * data.cap
    assert (log["day"][1:] >= log["day"][:-1]).all()


def altered(folder, tmp_path, checksums):
    """The same folder, whose meta.json says these checksums."""
    copy = tmp_path / "altered"
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).symlink_to(file)
    (copy / "meta.json").unlink()
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    (copy / "meta.json").write_text(json.dumps(meta | {"checksums": checksums}), encoding="utf-8")
    return copy


@pytest.mark.parametrize("name", ["score/raw/window:30", "score/window:30"])
def test_checksum_of_rolecall_is_what_counts(name, folder, expected, repo, tmp_path):
    args = ["--engines", "numpy,polars", "--jobs", "score/raw/window:30", "--threads", 2, "--repetitions", 1]
    right = altered(folder, tmp_path, {name: expected["window:30"], "other": {"sum": 0}})
    done = peers(repo, "--data", right, *args)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "checksums of meta.json that no job has: other" in done.stdout
    (tmp_path / "wrong").mkdir()
    wrong = altered(folder, tmp_path / "wrong", {name: {"sum": 1, "mixed": 1}})
    done = peers(repo, "--data", wrong, *args)
    assert done.returncode == 1
    assert done.stdout.count("WRONG") == 2


def test_ratio_to_rolecall(folder, repo, tmp_path):
    def case(name, time, **more):
        return {"name": name, "run_name": name, "run_type": "iteration", "real_time": time, "time_unit": "us", **more}

    name = "score/index/window:30/activities:200000/threads:"
    bench = {
        "benchmarks": [
            case(name + "1", 900), case(name + "2", 300), case(name + "2", 100), case(name + "2", 200),
            case("score/index/window:365/activities:100/threads:2", 1),
        ]
    }
    (tmp_path / "bench.json").write_text(json.dumps(bench), encoding="utf-8")
    done = peers(
        repo, "--data", folder, "--bench", tmp_path / "bench.json", "--engines", "numpy", "--jobs", "score/index",
        "--threads", 2, "-o", tmp_path / "out.json",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    short, long = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["results"]
    assert short["rolecall"] == pytest.approx(200e-6)
    assert short["ratio"] == pytest.approx(sorted(short["times"])[1] / 200e-6)
    assert long["rolecall"] is None and long["ratio"] is None


def test_engine_that_fails_is_passed_over(folder, repo, tmp_path):
    args = ["--threads", 2, "--repetitions", 1, "--jobs", "whatif/weights", "--engines", "numpy", "--timeout", 0.001]
    done = peers(repo, "--data", folder, *args)
    assert done.returncode == 0 and "took more than 0.001 s" in done.stdout
    hurt = altered(folder, tmp_path, {})
    (hurt / "won.u8").unlink()
    done = peers(repo, "--data", hurt, *args[:-2])
    assert done.returncode == 0 and "FileNotFoundError" in done.stdout


@pytest.mark.parametrize("args", [["--jobs", "none"], ["--engines", "none"], ["--threads", "0"], ["--bench", "none"]])
def test_bad_usage(args, folder, repo):
    assert peers(repo, "--data", folder, *args).returncode == 2


def test_types(repo, tmp_path):
    folder = repo / "experiments" / "benchmarks"
    command = [sys.executable, "-m", "mypy", "--config-file", folder / "mypy.ini", "--cache-dir", tmp_path, folder]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
