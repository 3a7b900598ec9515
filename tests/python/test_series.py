"""Daily series: the score of every day, in every form the program writes them."""

import csv
import datetime as dt
import io
import os
import re
import resource
import subprocess

import h5py
import pytest
import rolecall as package
from conftest import BINARY

MODELS = ["ajo-seed", "ajo-2026"]
FROM, TO = "2026-02-20", "2026-03-05"
RANGE = ["--from", FROM, "--to", TO]


@pytest.fixture(scope="module")
def generated(rolecall, tmp_path_factory):
    path = tmp_path_factory.mktemp("series") / "w.h5"
    rolecall("generate", "--accounts", 60, "--people", 500, "--activities", 40_000, "--seed", 3, "-o", path)
    return path


@pytest.fixture(params=["small", "generated"])
def world(request, examples):
    return request.getfixturevalue("generated") if request.param == "generated" else examples / "small"


def days(first, last):
    first, last = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return [str(first + dt.timedelta(d)) for d in range((last - first).days + 1)]


def series_csv(rolecall, world, *args):
    return rolecall("series", world, *args, "--format", "csv").stdout


def refused(rolecall, *args, code=2):
    done = rolecall("series", *args, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    return done.stderr


# ---- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["group", "person"])
@pytest.mark.parametrize("model", MODELS)
def test_every_day_is_its_score(model, level, rolecall, world):
    """As text, so to the last digit; in order of id, then date; and nothing else."""
    expected = {}
    for day in days(FROM, TO):
        text = rolecall("score", world, "--model", model, "--as-of", day, "--level", level, "--format", "csv").stdout
        for row in csv.DictReader(io.StringIO(text)):
            expected[row[f"{level}_id"], day] = row["engagement"]
    assert len(expected) >= 50 * len(days(FROM, TO))
    assert len(set(expected.values())) > 8
    lines = [f"date,{level}_id,engagement"]
    lines += [
        f"{day},{row},{expected[row, day]}" for row, day in sorted(expected, key=lambda k: (k[0].encode(), k[1]))
    ]
    assert series_csv(rolecall, world, "--model", model, "--level", level, *RANGE) == "\n".join(lines) + "\n"


def test_worked_example(rolecall, shared):
    bundle = shared / "oracle" / "worked-example"
    text = series_csv(rolecall, bundle, "--model", bundle / "model.toml", "--from", "2026-02-28", "--to", "2026-03-31")
    rows = {row["date"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["2026-03-02"]["engagement"] == "35.25"
    assert rows["2026-02-28"]["engagement"] == "0"


def test_one_day(rolecall, examples):
    day = ["--from", TO, "--to", TO]
    rows = series_csv(rolecall, examples / "small", "--model", "ajo-seed", *day).splitlines()
    assert len(rows) == 1 + 77
    assert rolecall("series", examples / "small", "--model", "ajo-seed", *day).stdout.count("█") == 20


@pytest.mark.parametrize("model", MODELS)
def test_any_number_of_threads_makes_the_same(model, rolecall, generated, tmp_path):
    texts, digests = set(), set()
    for threads in (1, 2, 3, 8):
        more = ["--model", model, "--level", "person", "--threads", threads]
        texts.add(series_csv(rolecall, generated, *more))
        rolecall("series", generated, *more, "-o", tmp_path / "s.h5", "--force")
        digests.add(rolecall("info", tmp_path / "s.h5", "--digest").stdout)
    assert (len(texts), len(digests)) == (1, 1)


# ---- forms --------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["group", "person"])
def test_every_form_says_the_same(level, rolecall, world, tmp_path):
    args = [world, "--model", "ajo-seed", "--level", level]  # the whole log: several waves of text
    printed = series_csv(rolecall, *args)
    rolecall("series", *args, "-o", tmp_path / "s.csv")
    rolecall("series", *args, "-o", tmp_path / "s.h5")
    rolecall("export", tmp_path / "s.h5", "-o", tmp_path / "out")
    assert (tmp_path / "s.csv").read_text(encoding="utf-8") == printed
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["series.csv"]
    assert (tmp_path / "out" / "series.csv").read_text(encoding="utf-8") == printed


def test_ids_are_quoted(rolecall, examples, tmp_path):
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    for file in (examples / "worked-example").glob("*.csv"):
        text = file.read_text(encoding="utf-8").replace("crop-planner-for-acme", '"a ""b"", c"')
        (bundle / file.name).write_text(text, encoding="utf-8")
    model = examples / "worked-example" / "model.toml"
    text = series_csv(rolecall, bundle, "--model", model, "--from", "2026-03-02", "--to", "2026-03-02")
    assert text == 'date,group_id,engagement\n2026-03-02,"a ""b"", c",35.25\n'


def test_the_file_carries_its_recipe(rolecall, generated, tmp_path):
    path = tmp_path / "s.h5"
    rolecall("series", generated, "--model", "ajo-seed", *RANGE, "-o", path)
    series = package.open_series(path)
    digest = rolecall("info", generated, "--digest").stdout.strip()
    assert series.recipe | {"model": ""} == {
        "model": "", "from": FROM, "to": TO, "level": "group", "world_digest": digest,
    }  # fmt: skip
    (tmp_path / "m.toml").write_text(series.recipe["model"], encoding="utf-8")
    again = tmp_path / "again.h5"
    rolecall("series", generated, "--model", tmp_path / "m.toml", *RANGE, "-o", again)
    assert rolecall("info", again, "--digest").stdout == rolecall("info", path, "--digest").stdout
    assert package.content_digest(path) == rolecall("info", path, "--digest").stdout.strip()
    text = rolecall("info", path).stdout
    assert "rolecall.series/1" in text
    assert "days since 1970-01-01" in text
    assert series.provenance.parameters == {
        "world": str(generated), "model": "ajo-seed", "from": FROM, "to": TO, "level": "group",
    }  # fmt: skip


def test_an_altered_series_is_noticed(rolecall, generated, tmp_path):
    path = tmp_path / "s.h5"
    rolecall("series", generated, "--model", "ajo-seed", *RANGE, "-o", path)
    with h5py.File(path, "r+") as file:
        file["engagement"][3, 4] += 1
    done = rolecall("info", path, check=False)
    assert done.returncode == 1
    assert "altered since it was written: engagement" in done.stdout
    with h5py.File(path, "r+") as file:
        del file["date"]
    done = rolecall("export", path, "-o", tmp_path / "out", check=False)
    assert done.returncode == 2
    assert "date: the dataset is missing" in done.stderr
    assert not (tmp_path / "out").exists()


# ---- for people ---------------------------------------------------------------------------------


def test_the_table(rolecall, examples):
    world = examples / "small"
    text = rolecall("series", world, "--model", "ajo-seed", *RANGE, "--top", 3).stdout
    rows = list(csv.DictReader(io.StringIO(series_csv(rolecall, world, "--model", "ajo-seed", *RANGE))))
    by_id = {}
    for row in rows:
        by_id.setdefault(row["group_id"], []).append(float(row["engagement"]))
    top = sorted(by_id, key=lambda g: (-by_id[g][-1], g))[:3]
    title, blank, header, *lines, more = text.splitlines()
    assert title == f"engagement of ajo-seed from {FROM} to {TO}: 77 groups"
    assert blank == ""
    assert header.split() == ["group_id", "first", "last", "change", "highest", "on", "course"]
    assert more == "… 74 more of 77; --top N shows more, --format csv all"
    for group, line in zip(top, lines, strict=True):
        v = by_id[group]
        peak = max(v)
        cells = line.split()
        figures = [f"{x:.2f}" for x in (v[0], v[-1], v[-1] - v[0], peak)]
        assert cells[:6] == [group, *figures, days(FROM, TO)[v.index(peak)]]
        assert cells[6] == "".join("▁▂▃▄▅▆▇█"[min(7, int(x / peak * 8))] for x in v)


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_the_table_fits_the_terminal(width, rolecall, generated):
    pty, fcntl, termios, struct = (pytest.importorskip(m) for m in ("pty", "fcntl", "termios", "struct"))
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    command = [BINARY, "series", generated, "--model", "ajo-seed", "--quiet", "--top", "5"]
    with subprocess.Popen(command, stdout=theirs) as running:
        os.close(theirs)
        text = b""
        try:
            while part := os.read(ours, 65536):
                text += part
        except OSError:  # the other end is closed
            pass
        assert running.wait() == 0
    os.close(ours)
    table = text.decode().splitlines()[2:-1]
    assert len(table) == 6
    longest = max(map(len, table))
    # 12 blocks at least, 60 at most, and as many as there is room for; the figures are never cut.
    assert longest <= max(width, 75)
    (course,) = {len(line.split()[-1]) for line in table[1:]}
    assert 12 <= course <= 60
    assert course in (12, 60) or longest == width


def test_days_left_out_are_those_of_the_log(rolecall, examples):
    world = examples / "small"
    done = rolecall("series", world, "--model", "ajo-seed", "--format", "csv")
    dates = [line.split(",")[0] for line in done.stdout.splitlines()[1:]]
    assert (min(dates), max(dates)) == ("2025-12-02", "2026-03-31")
    assert "from 2025-12-02 to 2026-03-31: the first and the last day of the log" in done.stderr
    done = rolecall("series", world, "--model", "ajo-seed", "--from", "2026-03-01")
    assert "from 2026-03-01 to 2026-03-31: the last day is that of the log" in done.stderr
    done = rolecall("series", world, "--model", "ajo-seed", "--to", "2026-03-01", "--quiet")
    assert done.stderr == ""


def test_days_outside_the_log_are_warned_of(rolecall, examples):
    done = rolecall("series", examples / "small", "--model", "ajo-seed", "--from", "2026-03-30", "--to", "2026-04-04")
    assert "warning: 4 of 6 days lie outside the log, which runs from 2025-12-02 to 2026-03-31." in done.stderr
    done = rolecall("series", examples / "small", "--model", "ajo-seed", *RANGE)
    assert "outside" not in done.stderr


# ---- what is refused ----------------------------------------------------------------------------

ERRORS = {
    "the day before": (["--from", "2026-03-05", "--to", "2026-03-04"], ["--from '2026-03-05'", "2026-03-04", "Swap"]),
    "no such day": (["--from", "2026-02-30", "--to", TO], ["--from '2026-02-30'", "2026-03-02"]),
    "no day": (["--from", FROM, "--to", "outcome-7d"], ["--to 'outcome-7d'", "not a day"]),
    "beyond the log": (["--from", "2026-04-01"], ["--from '2026-04-01'", "2026-03-31", "Give --to"]),
    "before the log": (["--to", "2020-01-01"], ["2020-01-01", "Give --from"]),
    "no such level": ([*RANGE, "--level", "account"], ["--level", "account"]),
    "no such format": ([*RANGE, "--format", "json"], ["--format", "json"]),
    "no such ending": ([*RANGE, "-o", "s.json"], ["--output 's.json'", ".h5 or .csv"]),
    "top of a csv": ([*RANGE, "--format", "csv", "--top", "3"], ["--top '3'", "every row"]),
    "a plan without days": (["--from", FROM, "--plan"], ["--to", "Give both"]),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name, rolecall, examples):
    args, words = ERRORS[name]
    said = refused(rolecall, examples / "small", "--model", "ajo-seed", *args)
    for word in words:
        assert word in said, said


def test_more_than_the_machine_has_is_refused(rolecall, tmp_path):
    world = tmp_path / "w.h5"
    rolecall("generate", "--accounts", 2_000, "--people", 400_000, "--activities", 1_000, "-o", world)
    args = [world, "--model", "ajo-seed", "--from", "0001-01-01", "--to", "9999-12-31", "--level", "person"]
    said = refused(rolecall, *args)
    for word in ("--from, --to", "0001-01-01 … 9999-12-31", "3,652,059 days of 400,000 people take 11687 GB", "--plan"):
        assert word in said
    assert "memory      about 116" in rolecall("series", *args, "--plan").stdout


def test_people_have_no_series_since_creation(rolecall, examples, tmp_path):
    text = package.model_text("ajo-seed").replace("since_creation = false", "since_creation = true")
    assert "since_creation = true" in text
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    said = refused(rolecall, examples / "small", "--model", tmp_path / "m.toml", *RANGE, "--level", "person")
    assert "--level group" in said
    assert series_csv(rolecall, examples / "small", "--model", tmp_path / "m.toml", *RANGE)


def test_outputs_are_kept(rolecall, examples, generated, tmp_path):
    for name in ("s.csv", "s.h5"):
        path = tmp_path / name
        path.write_text("mine", encoding="utf-8")
        said = refused(rolecall, generated, "--model", "ajo-seed", *RANGE, "-o", path)
        assert "--force" in said
        assert path.read_text(encoding="utf-8") == "mine"
        rolecall("series", generated, "--model", "ajo-seed", *RANGE, "-o", path, "--force")
        assert path.stat().st_size > 1_000
    said = refused(rolecall, generated, "--model", "ajo-seed", *RANGE, "-o", generated, "--force")
    assert "this is the input" in said


@pytest.mark.parametrize("name", ["s.csv", "s.h5"])
@pytest.mark.parametrize("limit", [0, 1_000, 60_000])
def test_a_full_disk_leaves_nothing(name, limit, generated, tmp_path):
    done = subprocess.run(
        [BINARY, "series", generated, "--model", "ajo-seed", "--level", "person", "-o", tmp_path / name],
        capture_output=True, encoding="utf-8", timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert name in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_standard_output(generated):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with open("/dev/full", "w", encoding="utf-8") as full:
        command = [BINARY, "series", generated, "--model", "ajo-seed", "--format", "csv"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", timeout=300)
    assert done.returncode == 3
    assert "standard output" in done.stderr


def test_text_is_never_held_whole(rolecall, tmp_path):
    """Of 18 million rows, some 400 MB of text, next to nothing beyond the matrix."""
    world, profile = tmp_path / "w.h5", tmp_path / "p.json"
    rolecall("generate", "--accounts", 100, "--people", 50_000, "--activities", 20_000, "-o", world)
    peaks = {}
    for name, more in {"table": [], "csv": ["-o", tmp_path / "s.csv"]}.items():
        rolecall("series", world, "--model", "ajo-seed", "--level", "person", "--from", "2025-04-01", "--to",
                 "2026-03-31", "--profile-json", profile, "--force", *more)  # fmt: skip
        peaks[name] = int(re.search(r'"peak_memory_bytes": (\d+)', profile.read_text(encoding="utf-8"))[1])
    assert (tmp_path / "s.csv").stat().st_size > 350e6
    (tmp_path / "s.csv").unlink()
    assert peaks["csv"] < peaks["table"] + 30e6


# ---- in Python ----------------------------------------------------------------------------------


def test_in_python(rolecall, generated, tmp_path):
    path = tmp_path / "s.h5"
    rolecall("series", generated, "--model", "ajo-seed", *RANGE, "-o", path)
    series = package.open_series(path)
    text = series_csv(rolecall, generated, "--model", "ajo-seed", *RANGE)
    rows = [(dt.date.fromisoformat(d), g, float(v)) for d, g, v in list(csv.reader(io.StringIO(text)))[1:]]
    assert series.long.rows() == rows
    assert series.long.columns == ["date", "group_id", "engagement"]
    assert series.matrix.shape == (len(series.ids), 14)
    assert series.wide.columns == ["group_id", *days(FROM, TO)]
    some = series.ids[5]
    assert series.of(some).rows() == [(d, v) for d, g, v in rows if g == some]
    assert series.wide.row(5) == (some, *series.of(some)["engagement"])
    assert series.on("2026-03-01").rows() == [(g, v) for d, g, v in rows if str(d) == "2026-03-01"]
    assert "14 days" in repr(series)
    with pytest.raises(KeyError, match="no group_id 'x'"):
        series.of("x")
    with pytest.raises(KeyError, match="2026-02-20 to 2026-03-05"):
        series.on(dt.date(2026, 3, 6))
    with pytest.raises(package.FormatError, match="where rolecall.series/1 is needed"):
        package.open_series(generated)
