"""Studies that are killed, interrupted or out of room, and go on: the same results to the bit, and nothing left over."""

import os
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import time

import h5py
import pytest
from conftest import BINARY
from test_generate import digest, refused

STUDY = """format = "rolecall.study-spec/2"
name = "fire"
question = "Does it burn?"
[world]
preset = "small"
[model]
base = "vendor"
activities = "truth"
[space]
"role.*.weighting" = [1, 100]
[search]
method = "refine"
candidates = {candidates}
[validation]
folds = 3
[bootstrap]
replicates = 100
"""
SMALL = 12_000  # candidates of a study that takes about a second
LARGE = 100_000  # and of one that takes as long as a test needs


@pytest.fixture
def spec(tmp_path):
    (tmp_path / "fire.toml").write_text(STUDY.format(candidates=SMALL), encoding="utf-8")
    return "fire.toml"


@pytest.fixture
def large(tmp_path):
    (tmp_path / "large.toml").write_text(STUDY.format(candidates=LARGE), encoding="utf-8")
    return "large.toml"


@pytest.fixture(scope="module")
def whole(rolecall, tmp_path_factory):
    """The uninterrupted run: its digest and its seconds."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "fire.toml").write_text(STUDY.format(candidates=SMALL), encoding="utf-8")
    start = time.monotonic()
    rolecall("run", "fire.toml", "-o", "whole.h5", cwd=folder)
    return digest(rolecall, folder / "whole.h5"), time.monotonic() - start


def start(spec, folder, *more, **popen):
    command = [BINARY, "run", spec, "-o", "out.h5", "--quiet", *more]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **popen
    )


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".toml")


def wait_for_progress(folder, process, timeout=60):
    """Until the first rows are on disk."""
    partial = folder / "out.h5.partial"
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        assert process.poll() is None, "the study ended before it was to be stopped"
        if partial.exists() and partial.stat().st_size > 0:
            return partial
        time.sleep(0.01)
    raise AssertionError("no progress was saved")


def stopped(spec, folder):
    """Leaves the work of a killed run."""
    with start(spec, folder) as process:
        wait_for_progress(folder, process)
        process.kill()


# ---- kill -9 ------------------------------------------------------------------------------------


def test_fifty_kills(rolecall, spec, whole, tmp_path):
    """At any moment: no final file or a whole one, and the rest of the work gives the same bits."""
    expected, seconds = whole
    moments = random.Random(20260331)
    reused = []
    for i in range(50):
        with start(spec, tmp_path) as process:
            try:
                process.wait(moments.uniform(0, 1.05 * seconds))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        for path in tmp_path.glob("out.h5"):
            assert digest(rolecall, path) == expected, f"kill {i} left a final file that is not whole"
        done = rolecall("run", spec, "-o", "out.h5", "--resume", cwd=tmp_path)
        assert names(tmp_path) == ["out.h5"], f"kill {i}"
        assert digest(rolecall, tmp_path / "out.h5") == expected, f"kill {i}"
        if match := re.search(r"^resumed: reused ([\d,]+) trials, computed ([\d,]+)$", done.stdout, re.M):
            reused.append(int(match[1].replace(",", "")))
        else:
            assert "the study had been finished, nothing was left to do" in done.stderr
        (tmp_path / "out.h5").unlink()
    assert sum(n > 0 for n in reused) >= 10, f"few kills met work that could be reused: {reused}"
    assert len(set(reused)) > 3, "the kills all met the same moment"


def test_killed_again_and_again(rolecall, spec, whole, tmp_path):
    """Each run goes on where the one before it was killed."""
    expected, seconds = whole
    moments = random.Random(7)
    for _ in range(8):
        with start(spec, tmp_path, "--resume") as process:
            try:
                process.wait(moments.uniform(0.5, 0.9) * seconds)
            except subprocess.TimeoutExpired:
                process.kill()
    rolecall("run", spec, "-o", "out.h5", "--resume", cwd=tmp_path)
    assert names(tmp_path) == ["out.h5"]
    assert digest(rolecall, tmp_path / "out.h5") == expected


def test_killed_between_the_last_save_and_the_name(rolecall, spec, whole, tmp_path):
    rolecall("run", spec, "-o", "out.h5", cwd=tmp_path)
    (tmp_path / "out.h5").rename(tmp_path / "out.h5.partial")
    (tmp_path / "out.h5.partial.new").write_bytes(b"half a file")
    refused(rolecall("run", spec, "-o", "out.h5", cwd=tmp_path, check=False), "out.h5.partial", "--resume", "--force")
    done = rolecall("run", spec, "-o", "out.h5", "--resume", cwd=tmp_path)
    assert "nothing was left to do" in done.stderr
    assert "On groups that no search saw" in done.stdout
    assert names(tmp_path) == ["out.h5"]
    assert digest(rolecall, tmp_path / "out.h5") == whole[0]


@pytest.mark.parametrize("threads", [1, 3])
def test_resumed_with_other_threads(threads, rolecall, spec, whole, tmp_path):
    stopped(spec, tmp_path)
    rolecall("run", spec, "-o", "out.h5", "--resume", "--threads", threads, cwd=tmp_path)
    assert digest(rolecall, tmp_path / "out.h5") == whole[0]


# ---- what may be resumed ------------------------------------------------------------------------


def test_a_finished_study_is_left_alone(rolecall, spec, tmp_path):
    rolecall("run", spec, "-o", "out.h5", cwd=tmp_path)
    before = (tmp_path / "out.h5").read_bytes()
    done = rolecall("run", spec, "-o", "out.h5", "--resume", cwd=tmp_path)
    assert "the study had been finished, nothing was left to do" in done.stderr
    assert (tmp_path / "out.h5").read_bytes() == before
    assert names(tmp_path) == ["out.h5"]


def test_a_finished_study_needs_no_progress(rolecall, spec, tmp_path):
    """A repetition with --force was killed; the result of the first run is there."""
    stopped(spec, tmp_path)
    shutil.copy(tmp_path / "out.h5.partial", tmp_path / "kept")
    rolecall("run", spec, "-o", "out.h5", "--force", cwd=tmp_path)
    (tmp_path / "kept").rename(tmp_path / "out.h5.partial")
    rolecall("run", spec, "-o", "out.h5", "--resume", cwd=tmp_path)
    assert names(tmp_path) == ["out.h5"]


def test_unfinished_work_is_not_overwritten(rolecall, spec, whole, tmp_path):
    stopped(spec, tmp_path)
    before = (tmp_path / "out.h5.partial").read_bytes()
    done = rolecall("run", spec, "-o", "out.h5", cwd=tmp_path, check=False)
    refused(done, "out.h5.partial", "begun and not finished", "--resume", "--force")
    assert (tmp_path / "out.h5.partial").read_bytes() == before
    rolecall("run", spec, "-o", "out.h5", "--force", cwd=tmp_path)
    assert names(tmp_path) == ["out.h5"]
    assert digest(rolecall, tmp_path / "out.h5") == whole[0]


def test_another_study_is_not_resumed(rolecall, spec, tmp_path):
    stopped(spec, tmp_path)
    before = (tmp_path / "out.h5.partial").read_bytes()
    for other in (["--candidates", 4001], ["--seed", 3]):
        done = rolecall("run", spec, "-o", "out.h5", "--resume", *other, cwd=tmp_path, check=False)
        refused(done, "out.h5.partial", "recipe@specification", "another study", "--force")
    assert (tmp_path / "out.h5.partial").read_bytes() == before
    rolecall("run", spec, "-o", "out.h5", "--resume", cwd=tmp_path)
    done = rolecall("run", spec, "-o", "out.h5", "--resume", "--seed", 3, cwd=tmp_path, check=False)
    refused(done, "out.h5", "another study")


def test_damaged_progress_is_refused(rolecall, spec, tmp_path):
    stopped(spec, tmp_path)
    partial = tmp_path / "out.h5.partial"
    partial.write_bytes(partial.read_bytes()[:3000])
    refused(rolecall("run", spec, "-o", "out.h5", "--resume", cwd=tmp_path, check=False), "out.h5.partial", "--force")
    rolecall("run", spec, "-o", "out.h5", "--force", cwd=tmp_path)
    assert names(tmp_path) == ["out.h5"]


def test_nothing_to_resume_starts_anew(rolecall, spec, whole, tmp_path):
    done = rolecall("run", spec, "-o", "out.h5", "--resume", cwd=tmp_path)
    assert "reused 0 trials" in done.stdout
    assert digest(rolecall, tmp_path / "out.h5") == whole[0]


# ---- interrupts, full disks, company ------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_prints_the_command_that_goes_on(how, rolecall, spec, whole, tmp_path):
    with start(spec, tmp_path) as process:
        wait_for_progress(tmp_path, process)
        process.send_signal(how)
        _, err = process.communicate()
    assert process.returncode == 130
    assert "interrupted" in err
    assert names(tmp_path) == ["out.h5.partial"]
    command = next(line for line in err.splitlines() if "--resume" in line)
    done = subprocess.run(shlex.split(command), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"reused [1-9]", done.stdout)
    assert names(tmp_path) == ["out.h5"]
    assert digest(rolecall, tmp_path / "out.h5") == whole[0]


def limit_files(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def test_out_of_room_loses_nothing(rolecall, spec, whole, tmp_path):
    """The disk takes the first saves and not the later ones."""
    stopped(spec, tmp_path)
    saved = (tmp_path / "out.h5.partial").stat().st_size
    with start(spec, tmp_path, "--resume", preexec_fn=limit_files(saved + 2000)) as process:
        _, err = process.communicate()
    assert process.returncode == 3, err
    assert "out.h5" in err
    assert names(tmp_path) == ["out.h5.partial"]
    done = rolecall("run", spec, "-o", "out.h5", "--resume", cwd=tmp_path)
    assert re.search(r"reused [1-9]", done.stdout)
    assert names(tmp_path) == ["out.h5"]
    assert digest(rolecall, tmp_path / "out.h5") == whole[0]


def test_no_room_at_all(spec, tmp_path):
    with start(spec, tmp_path, preexec_fn=limit_files(1000)) as process:
        _, err = process.communicate()
    assert process.returncode == 3, err
    assert names(tmp_path) == []


def test_progress_is_read_while_the_study_runs(rolecall, large, tmp_path):
    seen = []
    with start(large, tmp_path) as process:
        partial = wait_for_progress(tmp_path, process)
        deadline = time.monotonic() + 30
        while len(set(seen)) < 3 and time.monotonic() < deadline and process.poll() is None:
            with h5py.File(partial) as file:
                assert file.attrs["format"] == "rolecall.study-progress/1"
                assert file["recipe"].attrs["study"] == "fire"
                seen.append(sum(len(stage[:]) for stage in file["progress"].values()))
            line = next(r for r in rolecall("runs", tmp_path, "--format", "csv").stdout.splitlines() if "out.h5" in r)
            assert re.search(r'"?unfinished, [\d,]+ trials', line)
            time.sleep(0.05)
        process.kill()
    assert seen == sorted(seen)
    assert len(set(seen)) >= 3, "the progress did not grow"


def test_one_run_at_a_time(rolecall, large, tmp_path):
    """A second run is refused, and does the first no harm."""
    with start(large, tmp_path) as process:
        partial = wait_for_progress(tmp_path, process)
        deadline = time.monotonic() + 5
        times = set()
        while time.monotonic() < deadline and len(times) < 3 and process.poll() is None:
            for more in ([], ["--resume"], ["--force"]):
                done = rolecall("run", large, "-o", "out.h5", *more, cwd=tmp_path, check=False)
                refused(done, "out.h5", "another run is writing this file")
            times.add(partial.stat().st_ino)
        assert process.poll() is None, process.stderr.read()
        assert len(times) > 1, "the first run saved nothing more"
        process.kill()
    assert os.path.exists(partial)
