"""rolecall_bench verifies and times every case, and experiments/benchmarks/table.py prints what it found."""

import json
import re
import subprocess
import sys

import conftest
import pytest

BENCH = conftest.BINARY.with_name("rolecall_bench")
TABLE = "experiments/benchmarks/table.py"
CASES = {
    "score/index/window:30",
    "score/index/window:365",
    "score/raw/window:30",
    "score/raw/window:365",
    "person/window:365",
    "ingest",
    "simulate/year",
    "rollup",
    "series/365",
    "generate",
    "generate/streams",
    "hdf5/write",
    "hdf5/read",
    "csv/import",
    "predicate/text",
    "predicate/history",
    "predicate/role-cards",
    "deals/plain",
    "deals/full",
}
WITH_PEERS = {"generate", "hdf5/write", "hdf5/read", "person/window:365"}
WITHOUT_BYTES = {"rollup", "generate/streams"}
WITHOUT_BYTES_BEGIN = ("whatif/", "predicate/", "deals/", "simulate/")
WHAT_IF = {"whatif/weights", "whatif/weights+roles", "whatif/caps"}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What a short run of every case wrote: its JSON file, by path and parsed."""
    if not BENCH.is_file():
        pytest.fail(f"no program at {BENCH}: run `make all`", pytrace=False)
    folder = tmp_path_factory.mktemp("bench")
    path = folder / "bench.json"
    command = [
        BENCH, "--activities=100000", "--threads=all", "--benchmark_min_time=0.001",
        f"--benchmark_out={path}", "--benchmark_out_format=json",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(folder.iterdir()) == [path], "temporary files are left"
    return path, json.loads(path.read_text(encoding="utf-8"))


def test_every_case_is_verified_and_timed(found):
    _, document = found
    entries = {}
    for entry in document["benchmarks"]:
        match = re.fullmatch(r"(.+)/activities:100000/threads:[1-9]\d*", entry["name"])
        assert match, entry["name"]
        assert not entry.get("error_occurred"), entry
        entries[match[1]] = entry
    assert set(entries) >= CASES
    assert WHAT_IF <= set(entries) or not WHAT_IF & set(entries)
    for name, entry in entries.items():
        assert entry["median_seconds"] > 0 and entry["items_per_second"] > 0, name
        if name not in WITHOUT_BYTES and not name.startswith(WITHOUT_BYTES_BEGIN):
            assert entry["bytes_per_second"] > 0 and entry["read_bandwidth"] > 0, name
            share = entry["bytes_per_second"] / entry["read_bandwidth"]
            assert entry["bandwidth_share"] == pytest.approx(share), name
        if name in WITH_PEERS:
            assert entry["peer_ratio"] == pytest.approx(entry["peer_seconds"] / entry["median_seconds"]), name
    person = entries["person/window:365"]
    assert person["times_linear"] == pytest.approx(1 / person["peer_ratio"])


def table(repo, *args):
    command = [sys.executable, TABLE, *map(str, args)]
    return subprocess.run(command, cwd=repo, capture_output=True, encoding="utf-8", check=False, timeout=60)


def test_table_has_every_case(found, repo):
    path, document = found
    names = [entry["name"].split("/activities:")[0] for entry in document["benchmarks"]]
    plain, markdown = table(repo, path), table(repo, path, "--markdown")
    assert plain.returncode == markdown.returncode == 0, plain.stderr + markdown.stderr
    assert "100,000 activities, " in plain.stdout
    assert [line.split()[0] for line in plain.stdout.splitlines()[4:]] == ["case", *names]
    rows = [line for line in markdown.stdout.splitlines() if line.startswith("|")]
    assert rows[0] == "| case | median time | items/s | bytes/s | of bandwidth | to peer |"
    assert [row.split("`")[1] for row in rows[2:]] == names
    assert {row.count("|") for row in rows} == {7}


def entry(name, **counters):
    return {"name": name, "run_name": name, "run_type": "iteration", "real_time": 1, "time_unit": "ms", **counters}


def test_table_shows_medians_of_repetitions(repo, tmp_path):
    name = "hdf5/write/activities:5000000/threads:1"
    counters = {"items_per_second": 2e9, "bytes_per_second": 1.4e10, "bandwidth_share": 0.25, "peer_ratio": 8.125}
    runs = [entry(name, median_seconds=s, **counters) for s in (4.0, 0.00125, 0.001)]
    aggregate = {**entry(name, median_seconds=9), "run_type": "aggregate", "aggregate_name": "mean"}
    path = tmp_path / "bench.json"
    path.write_text(json.dumps({"context": {"num_cpus": 1}, "benchmarks": [*runs, aggregate]}), encoding="utf-8")
    done = table(repo, path, "--markdown")
    assert done.returncode == 0, done.stderr
    assert "5,000,000 activities, 1 thread\n" in done.stdout
    assert done.stdout.splitlines()[-1] == "| `hdf5/write` | 1.250 ms | 2 G/s | 14 GB/s | 25.0 % | 8.12 × |"


def test_table_fails_on_a_wrong_case(repo, tmp_path):
    wrong = entry("rollup/activities:1000/threads:2", error_occurred=True, error_message="not the reference's")
    path = tmp_path / "bench.json"
    path.write_text(json.dumps({"benchmarks": [wrong]}), encoding="utf-8")
    done = table(repo, path)
    assert done.returncode == 1
    assert "WRONG" in done.stdout and "not the reference's" in done.stderr


@pytest.mark.parametrize("text", ["", "[]", '{"benchmarks": []}'])
def test_table_refuses_files_without_cases(text, repo, tmp_path):
    path = tmp_path / "bench.json"
    path.write_text(text, encoding="utf-8")
    done = table(repo, path)
    assert done.returncode == 2 and done.stderr.startswith("error: ")
    assert table(repo, tmp_path / "none.json").returncode == 2
