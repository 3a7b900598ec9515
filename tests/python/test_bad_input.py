"""Bad input: exit code 2 or 3, a message with the place and the remedy, and nothing half-written."""

import csv
import os
import re
import resource
import signal
import subprocess

import pytest
from conftest import BINARY

BASE = {
    "accounts": ["account_id,parent_account_id,name", "a1,,Acme", "a2,a1,Acme Europe", "a3,a2,Acme Berlin"],
    "people": ["person_id,account_id,title", "ann,a1,Director", "bob,a2,Analyst", "cyd,a3,Clerk"],
    "groups": ["group_id,account_id,solution,created", "g1,a1,AI Seeds,2026-01-01", "g2,a2,AI Seeds,2026-01-05"],
    "members": [
        "group_id,person_id,role,source,since,until",
        "g1,ann,Decision Maker,manual,,",
        "g1,bob,Practitioner,job,2026-01-01,2026-02-01",
        "g2,bob,Practitioner,manual,,",
        "g2,cyd,Practitioner,manual,,",
    ],
    "activities": [
        "person_id,activity,time,count",
        "ann,Open Email,2026-03-01,3",
        "bob,Open Email,2026-03-01T10:00:00Z,",
        "cyd,Click Email,2026-03-02,1",
    ],
    "outcomes": ["group_id,outcome,date,value", "g1,won,2026-03-10,1000", "g2,lost,2026-03-11,"],
}  # fmt: skip

MODEL = """format = "rolecall.model/1"
name = "test"
window_days = 30
daily_cap = 20

[activities]
"Open Email" = 1
"Click Email" = { weight = 2, daily_cap = 5 }

[[template]]
name = "Default"
solutions = ["*"]
roles = [
  { name = "Decision Maker", weighting = "Vital" },
  { name = "Practitioner", weighting = "Normal" },
]
"""

CRASH = re.compile(r"terminate called|Aborted|what\(\)|HDF5-DIAG|#\d\d\d:|Traceback|[Aa]ssert|core dumped|std::|H5E_")


def write(folder, changes=None):
    """Writes the base bundle; `changes` maps a table to its lines, its text, its bytes or None (no file)."""
    folder.mkdir()
    for name, lines in (BASE | (changes or {})).items():
        if lines is None:
            continue
        if isinstance(lines, list):
            lines = "\n".join(lines) + "\n"
        (folder / f"{name}.csv").write_bytes(lines.encode() if isinstance(lines, str) else lines)
    return folder


def line(table, at, text):
    """A change: row `at` (the header is row 1) of the table reads `text`; one past the end adds it."""
    lines = list(BASE[table])
    lines[at - 1 : at] = [text]
    return {table: lines}


def clean(done, code):
    """The exit code is right and the message is meant for a person."""
    codes = code if isinstance(code, tuple) else (code,)
    assert done.returncode in codes, f"exit code {done.returncode}, want {code}\n{done.stderr[-2000:]}"
    assert done.stderr.strip(), "a message"
    assert not CRASH.search(done.stderr), done.stderr[-2000:]
    assert len(done.stderr) < 100_000, "a message that can be read"


def refused(rolecall, bundle, out, *mentions, row=None, code=2, more=()):
    """The import fails cleanly, mentions what it should, and leaves nothing behind."""
    out.mkdir()
    done = rolecall("import", "csv", bundle, "-o", out / "world.h5", *more, check=False)
    clean(done, code)
    for text in mentions:
        assert text in done.stderr, f"no {text!r} in: {done.stderr[-2000:]}"
    if row:
        assert re.search(rf"\b(row|line) {row}\b", done.stderr), f"no row {row} in: {done.stderr[-2000:]}"
    assert list(out.iterdir()) == [], "nothing half-written"
    return done


# ---- rows -------------------------------------------------------------------------------------

# name: (changes, row or None, texts that the message holds)
ROWS = {
    "dangling account of a person": (line("people", 3, "bob,a9,Analyst"), 3, ["people.csv", "account_id", "a9"]),
    "dangling account of a group": (line("groups", 3, "g2,a9,AI Seeds,"), 3, ["groups.csv", "account_id", "a9"]),
    "dangling parent": (line("accounts", 3, "a2,a9,x"), 3, ["accounts.csv", "parent_account_id", "a9"]),
    "dangling person of a member": (line("members", 4, "g2,zed,x,job,,"), 4, ["members.csv", "person_id", "zed"]),
    "dangling group of a member": (line("members", 4, "g9,bob,x,job,,"), 4, ["members.csv", "group_id", "g9"]),
    "dangling person of an activity": (
        line("activities", 3, "zed,Open Email,2026-03-01,1"), 3, ["activities.csv", "person_id", "zed"]),
    "dangling group of an outcome": (line("outcomes", 3, "g9,won,,"), 3, ["outcomes.csv", "group_id", "g9"]),
    "self-parent": (line("accounts", 2, "a1,a1,Acme"), 2, ["accounts.csv", "parent_account_id", "a1"]),
    "cycle": (line("accounts", 2, "a1,a3,Acme"), None, ["accounts.csv", "a1", "a2", "a3"]),
    "duplicate account": (line("accounts", 5, "a2,,Again"), 5, ["accounts.csv", "account_id", "a2"]),
    "duplicate person": (line("people", 5, "bob,a1,Again"), 5, ["people.csv", "person_id", "bob"]),
    "duplicate group": (line("groups", 4, "g1,a1,AI Seeds,"), 4, ["groups.csv", "group_id", "g1"]),
    "duplicate outcome": (line("outcomes", 4, "g1,lost,2026-03-12,"), 4, ["outcomes.csv", "group_id", "g1"]),
    "empty account id": (line("accounts", 3, ",a1,x"), 3, ["accounts.csv", "account_id"]),
    "empty person id": (line("activities", 3, ",Open Email,2026-03-01,1"), 3, ["activities.csv", "person_id"]),
    "empty activity": (line("activities", 3, "bob,,2026-03-01,1"), 3, ["activities.csv", "activity"]),
    "empty time": (line("activities", 3, "bob,Open Email,,1"), 3, ["activities.csv", "time"]),
    "empty role": (line("members", 4, "g2,bob,,job,,"), 4, ["members.csv", "role"]),
    "member twice": (line("members", 6, "g2,bob,Practitioner,job,,"), 6, ["members.csv", "g2", "bob", "Practitioner"]),
    "member twice on one day": (
        line("members", 6, "g1,bob,Practitioner,job,2026-02-01,"), 6, ["members.csv", "g1", "bob"]),
    "until before since": (line("members", 4, "g2,bob,x,job,2026-02-02,2026-02-01"), 4, ["members.csv", "2026-02-01"]),
    "bad source": (line("members", 4, "g2,bob,x,robot,,"), 4, ["members.csv", "source", "robot"]),
    "bad since": (line("members", 4, "g2,bob,x,job,soon,"), 4, ["members.csv", "since", "soon"]),
    "bad outcome": (line("outcomes", 3, "g2,maybe,2026-03-11,"), 3, ["outcomes.csv", "outcome", "maybe"]),
    "bad value": (line("outcomes", 3, "g2,won,2026-03-11,lots"), 3, ["outcomes.csv", "value", "lots"]),
    "value NaN": (line("outcomes", 3, "g2,won,2026-03-11,nan"), 3, ["outcomes.csv", "value", "nan"]),
    "bad outcome date": (line("outcomes", 3, "g2,won,2026-02-30,"), 3, ["outcomes.csv", "date", "2026-02-30"]),
    "bad created": (line("groups", 3, "g2,a2,AI Seeds,2026-13-01"), 3, ["groups.csv", "created", "2026-13-01"]),
    "too few fields": (line("people", 3, "bob,a2"), 3, ["people.csv"]),
    "too many fields": (line("people", 3, "bob,a2,Analyst,more"), 3, ["people.csv"]),
    "stray quote": (line("people", 3, 'bob,a2,An"alyst'), 3, ["people.csv"]),
    "text after a quote": (line("people", 3, 'bob,a2,"An"alyst'), 3, ["people.csv"]),
    "unclosed quote": (line("people", 3, 'bob,a2,"Analyst'), None, ["people.csv", "quote"]),
    "unclosed quote on the last row": (line("activities", 4, 'cyd,"Click,2026-03-02,1'), None, ["activities.csv", "quote"]),
    "NUL byte": (line("people", 3, "bob,a2,Ana\0lyst"), 3, ["people.csv"]),
    "10 MB field": (line("people", 3, "bob,a2," + "x" * 10_000_000), 3, ["people.csv"]),
    "10 MB id": (line("activities", 3, "x" * 10_000_000 + ",k,2026-03-01,1"), 3, ["activities.csv"]),
}  # fmt: skip

for bad in ("-1", "1.5", "abc", "1e3", "+-1", "0x10", "99999999999999999999999", "nan", "1 000"):
    ROWS[f"count {bad}"] = (
        line("activities", 3, f"bob,Open Email,2026-03-01,{bad}"), 3, ["activities.csv", "count", bad])  # fmt: skip
for bad in (
    "2026-02-31", "2026-03-01T25:00:00Z", "2026-03-01T10:60Z", "2025-02-29", "2026-00-10", "01/03/2026",
    "2026-03-01T10:00:00+25:00", "2026-03-01T", "1772323200", "yesterday", "2026-3-1", "0000-01-01",
    "2026-03-01T10:00:00 Europe/Berlin", "20260301x",
):  # fmt: skip
    ROWS[f"time {bad}"] = (
        line("activities", 3, f"bob,Open Email,{bad},1"), 3, ["activities.csv", "time", bad])  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_bad_row(name, rolecall, tmp_path):
    changes, row, mentions = ROWS[name]
    refused(rolecall, write(tmp_path / "bundle", changes), tmp_path / "out", *mentions, row=row)


@pytest.mark.parametrize("name", ["cycle", "count -1", "time 2026-02-31", "unclosed quote", "duplicate person"])
def test_score_refuses_the_same(name, rolecall, tmp_path):
    """A bundle folder given as the world is checked like an import."""
    changes, row, mentions = ROWS[name]
    bundle = write(tmp_path / "bundle", changes)
    (tmp_path / "out").mkdir()
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    more = ["--model", tmp_path / "model.toml", "--as-of", "2026-03-02", "-o", tmp_path / "out" / "scores.csv"]
    done = rolecall("score", bundle, *more, check=False)
    clean(done, 2)
    assert done.stdout == ""
    for text in mentions:
        assert text in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("table", "bad"),
    [("people", b"\xff"), ("people", b"\xc3"), ("activities", b"\xc0\xaf"), ("accounts", b"\xed\xa0\x80"),
     ("activities", b"\xf4\x90\x80\x80"), ("people", "Chef für IT".encode("latin-1"))],
)  # fmt: skip
def test_invalid_utf8(table, bad, rolecall, tmp_path):
    lines = [text.encode() for text in BASE[table]]
    fields = lines[2].split(b",")
    fields[2 if table != "activities" else 1] = b"x" + bad + b"x"
    lines[2] = b",".join(fields)
    bundle = write(tmp_path / "bundle", {table: b"\n".join(lines) + b"\n"})
    done = refused(rolecall, bundle, tmp_path / "out", f"{table}.csv", "UTF-8", row=3)
    done.stderr.encode("utf-8")
    assert "�" not in done.stderr or bad not in done.stderr.encode()


def test_utf16(rolecall, tmp_path):
    bundle = write(tmp_path / "bundle", {"people": "\n".join(BASE["people"]).encode("utf-16")})
    refused(rolecall, bundle, tmp_path / "out", "people.csv")


def test_row_counts_records_with_lines_in_them(rolecall, tmp_path):
    """A field may hold line ends; the place named is still found."""
    lines = ["person_id,account_id,title", 'ann,a1,"several\nlines"', "bob,a9,Analyst", "cyd,a3,Clerk"]
    done = refused(rolecall, write(tmp_path / "bundle", {"people": lines}), tmp_path / "out", "people.csv", "a9")
    assert re.search(r"\brow 3\b|\bline 4\b", done.stderr), done.stderr


def test_all_are_reported_at_once(rolecall, tmp_path):
    changes = {}
    changes |= line("people", 3, "bob,a9,Analyst")
    changes |= line("accounts", 4, "a3,a8,x")
    lines = [*BASE["activities"], "ann,Open Email,2026-02-31,1", "ann,Open Email,2026-03-01,-4", "zed,k,2026-03-01,1"]
    changes["activities"] = lines
    changes |= line("members", 5, "g2,cyd,Practitioner,robot,,")
    wanted = ["a9", "a8", "2026-02-31", "-4", "zed", "robot", "people.csv", "accounts.csv", "activities.csv", "members.csv"]
    done = refused(rolecall, write(tmp_path / "bundle", changes), tmp_path / "out", *wanted)
    assert "'bob'" not in done.stderr, "what hangs on a bad row is no problem of its own"


def test_a_million_problems_stay_readable(rolecall, tmp_path):
    lines = ["person_id,activity,time,count", *["zed,Open Email,2026-03-01,-1"] * 200_000]
    bundle = write(tmp_path / "bundle", {"activities": lines})
    refused(rolecall, bundle, tmp_path / "out", "activities.csv", "zed")


# ---- files ------------------------------------------------------------------------------------

REQUIRED = [
    ("accounts", "account_id"), ("people", "person_id"), ("groups", "group_id"), ("groups", "account_id"),
    ("groups", "solution"), ("members", "group_id"), ("members", "person_id"), ("members", "role"),
    ("activities", "person_id"), ("activities", "activity"), ("activities", "time"),
    ("outcomes", "group_id"), ("outcomes", "outcome"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column"), REQUIRED)
def test_missing_column(table, column, rolecall, tmp_path):
    rows = list(csv.reader(BASE[table]))
    at = rows[0].index(column)
    lines = [",".join(f for i, f in enumerate(row) if i != at) for row in rows]
    refused(rolecall, write(tmp_path / "bundle", {table: lines}), tmp_path / "out", f"{table}.csv", column)


def test_misspelt_column_is_suggested(rolecall, tmp_path):
    lines = ["person_id,activty,time,count", *BASE["activities"][1:]]
    bundle = write(tmp_path / "bundle", {"activities": lines})
    refused(rolecall, bundle, tmp_path / "out", "activities.csv", "activity", "activty")


@pytest.mark.parametrize("table", BASE)
def test_duplicate_column(table, rolecall, tmp_path):
    first = BASE[table][0].split(",")[0]
    lines = [BASE[table][0] + "," + first, *(text + "," for text in BASE[table][1:])]
    refused(rolecall, write(tmp_path / "bundle", {table: lines}), tmp_path / "out", f"{table}.csv", first)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"], ids=["nothing", "blank lines", "mark alone"])
@pytest.mark.parametrize("table", ["accounts", "people", "activities", "outcomes"])
def test_empty_file(table, content, rolecall, tmp_path):
    bundle = write(tmp_path / "bundle", {table: content})
    refused(rolecall, bundle, tmp_path / "out", f"{table}.csv")


@pytest.mark.parametrize("table", ["accounts", "people", "groups", "activities"])
def test_missing_file(table, rolecall, tmp_path):
    refused(rolecall, write(tmp_path / "bundle", {table: None}), tmp_path / "out", f"{table}.csv")


@pytest.mark.parametrize("tables", [["activities"], ["members"], ["outcomes"], ["groups", "members", "outcomes"], list(BASE)])
@pytest.mark.parametrize("ending", ["\n", "", "\r\n", "\n\n"])
def test_header_alone_is_fine(tables, ending, rolecall, tmp_path):
    bundle = write(tmp_path / "bundle", {t: BASE[t][0] + ending for t in tables})
    rolecall("import", "csv", bundle, "-o", tmp_path / "world.h5")
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    done = rolecall(
        "score", tmp_path / "world.h5", "--model", tmp_path / "model.toml", "--as-of", "2026-03-02", "--format", "csv"
    )
    assert len(done.stdout.splitlines()) == (1 if "groups" in tables else 3)


@pytest.mark.parametrize("table", ["members", "outcomes"])
def test_optional_file(table, rolecall, tmp_path):
    rolecall("import", "csv", write(tmp_path / "bundle", {table: None}), "-o", tmp_path / "world.h5")


def test_not_a_bundle(rolecall, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "readme.txt").write_text("hello", encoding="utf-8")
    refused(rolecall, tmp_path / "photos", tmp_path / "out", "photos", "accounts.csv")


def test_no_such_path(rolecall, tmp_path):
    refused(rolecall, tmp_path / "nowhere", tmp_path / "out", "nowhere")
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    more = ["--model", tmp_path / "model.toml", "--as-of", "2026-03-02"]
    done = rolecall("score", tmp_path / "nowhere.h5", *more, check=False)
    clean(done, 2)
    assert "nowhere.h5" in done.stderr


def test_a_file_for_a_folder(rolecall, tmp_path):
    bundle = write(tmp_path / "bundle")
    refused(rolecall, bundle / "people.csv", tmp_path / "out", "people.csv")


def test_folder_in_place_of_a_file(rolecall, tmp_path):
    bundle = write(tmp_path / "bundle", {"people": None})
    (bundle / "people.csv").mkdir()
    refused(rolecall, bundle, tmp_path / "out", "people.csv", code=(2, 3))


# ---- output -----------------------------------------------------------------------------------


def test_existing_output_is_kept(rolecall, tmp_path):
    bundle = write(tmp_path / "bundle")
    out = tmp_path / "world.h5"
    out.write_text("precious", encoding="utf-8")
    done = rolecall("import", "csv", bundle, "-o", out, check=False)
    clean(done, 2)
    assert "world.h5" in done.stderr
    assert "--force" in done.stderr
    assert out.read_text(encoding="utf-8") == "precious"
    assert not (tmp_path / "world.h5.partial").exists()
    rolecall("import", "csv", bundle, "-o", out, "--force")
    rolecall("info", out, "--digest")
    before = out.read_bytes()
    (bundle / "people.csv").write_text("", encoding="utf-8")
    clean(rolecall("import", "csv", bundle, "-o", out, "--force", check=False), 2)
    assert out.read_bytes() == before, "a failed import keeps the file that was there"


def test_existing_scores_are_kept(rolecall, tmp_path):
    bundle = write(tmp_path / "bundle")
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    more = ["--model", tmp_path / "model.toml", "--as-of", "2026-03-02"]
    for name in ("scores.csv", "scores.h5"):
        out = tmp_path / name
        out.write_text("precious", encoding="utf-8")
        done = rolecall("score", bundle, *more, "-o", out, check=False)
        clean(done, 2)
        assert "--force" in done.stderr
        assert out.read_text(encoding="utf-8") == "precious"
        rolecall("score", bundle, *more, "-o", out, "--force")
        assert out.read_bytes() != b"precious"


def test_output_folder_missing(rolecall, tmp_path):
    done = rolecall("import", "csv", write(tmp_path / "bundle"), "-o", tmp_path / "no" / "world.h5", check=False)
    clean(done, (2, 3))
    assert "world.h5" in done.stderr or "no" in done.stderr
    assert not (tmp_path / "no").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_output_folder_read_only(rolecall, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o555)
    done = rolecall("import", "csv", write(tmp_path / "bundle"), "-o", out / "world.h5", check=False)
    out.chmod(0o755)
    clean(done, 3)
    assert "world.h5" in done.stderr
    assert list(out.iterdir()) == []


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no /proc")
def test_output_where_nothing_can_be_made(rolecall, tmp_path):
    done = rolecall("import", "csv", write(tmp_path / "bundle"), "-o", "/proc/world.h5", check=False)
    clean(done, 3)
    assert "world.h5" in done.stderr


@pytest.mark.parametrize("signals", [True, False], ids=["signal", "error"])
@pytest.mark.parametrize("limit", [0, 1024, 20_000])
def test_disk_full(limit, signals, rolecall, tmp_path):
    """A file-size limit stands in for a full disk; with the signal it sends, and without."""
    times = [f"2026-0{1 + i % 3}-0{1 + i % 9}T10:{i % 60:02}:{i // 60 % 60:02}Z" for i in range(40_000)]
    rows = [f"ann,Type {i % 50},{time},{i * 7919 % 1000}" for i, time in enumerate(times)]
    bundle = write(tmp_path / "bundle", {"activities": [BASE["activities"][0], *rows]})
    out = tmp_path / "out"
    out.mkdir()

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if signals else signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [BINARY, "import", "csv", bundle, "-o", out / "world.h5"],
        capture_output=True, encoding="utf-8", preexec_fn=limited, restore_signals=False, timeout=300,
    )  # fmt: skip
    clean(done, 3)
    assert "world.h5" in done.stderr
    assert list(out.iterdir()) == []


def test_full_standard_output(rolecall, tmp_path):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    bundle = write(tmp_path / "bundle")
    command = [BINARY, "score", bundle, "--model", tmp_path / "model.toml", "--as-of", "2026-03-02", "--format", "csv"]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", timeout=300)
    clean(done, 3)


# ---- world files ------------------------------------------------------------------------------


@pytest.fixture
def world(rolecall, tmp_path):
    rolecall("import", "csv", write(tmp_path / "bundle"), "-o", tmp_path / "world.h5")
    return tmp_path / "world.h5"


def refuses_world(rolecall, path, tmp_path):
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    model = ["--model", tmp_path / "model.toml", "--as-of", "2026-03-02"]
    export = ["export", path, "-o", tmp_path / "exported"]
    for args in (["score", path, *model], ["info", path], ["info", path, "--digest"], export):
        done = rolecall(*args, check=False)
        clean(done, 2)
        assert path.name in done.stderr
        assert done.stdout == ""
    assert not (tmp_path / "exported").exists()


@pytest.mark.parametrize("kept", [0, 4, 100, 0.3, 0.5, 0.9, 0.999])
def test_truncated_world(kept, world, rolecall, tmp_path):
    data = world.read_bytes()
    path = tmp_path / "cut.h5"
    path.write_bytes(data[: kept if isinstance(kept, int) else int(len(data) * kept)])
    refuses_world(rolecall, path, tmp_path)


def test_text_file_named_h5(rolecall, tmp_path):
    path = tmp_path / "text.h5"
    path.write_text("not HDF5\n" * 1000, encoding="utf-8")
    refuses_world(rolecall, path, tmp_path)


def test_foreign_hdf5(rolecall, tmp_path):
    import h5py

    path = tmp_path / "foreign.h5"
    with h5py.File(path, "w") as file:
        file["x"] = [1, 2, 3]
    refuses_world(rolecall, path, tmp_path)


def test_damaged_world(world, rolecall, tmp_path):
    """Any one dataset gone or cut short is noticed."""
    import shutil

    import h5py

    names = []
    with h5py.File(world) as file:
        file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
    assert names
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    for i, name in enumerate(names):
        path = tmp_path / f"damaged{i}.h5"
        shutil.copy(world, path)
        with h5py.File(path, "r+") as file:
            del file[name]
        done = rolecall(
            "score", path, "--model", tmp_path / "model.toml", "--as-of", "2026-03-02", "--format", "csv", check=False
        )
        # An optional column may be absent; a crash or an unexplained failure may not be.
        if done.returncode != 0:
            clean(done, 2)
            assert path.name in done.stderr
        assert done.returncode in (0, 2), (name, done.returncode, done.stderr[-500:])


# ---- models -----------------------------------------------------------------------------------

ROLE = '{ name = "Practitioner", weighting = "Normal" },'
# name: (what is replaced, by what, texts that the message holds)
MODELS = {
    "unknown key": ("window_days", "window_dayz", ["window_dayz", "window_days"]),
    "unknown reading": ("[[template]]", '[readings]\nagregation = "sum"\n[[template]]', ["agregation", "aggregation"]),
    "unknown reading value": ("[[template]]", '[readings]\naggregation = "summ"\n[[template]]', ["aggregation", "summ"]),
    "reading of a wrong type": ("[[template]]", "[readings]\nsince_creation = 1\n[[template]]", ["since_creation"]),
    "unknown zone": ("[[template]]", '[readings]\nday_boundary = "Mars/Base"\n[[template]]', ["day_boundary", "Mars/Base"]),
    "unknown key of a role": (ROLE, '{ name = "P", weighting = 1, member_required = 2 },', ["member_required"]),
    "unknown key of an activity": ("daily_cap = 5", "dailycap = 5", ["dailycap", "daily_cap"]),
    "unknown key of a template": ('name = "Default"', 'name = "Default"\nsolution = "x"', ["solution"]),
    "unknown band": ('"Normal"', '"Norml"', ["Norml", "Normal"]),
    "later format": ("rolecall.model/1", "rolecall.model/2", ["format", "rolecall.model/2"]),
    "other format": ("rolecall.model/1", "a.b/1", ["format", "a.b/1"]),
    "no format": ('format = "rolecall.model/1"', "", ["format"]),
    "not TOML": ("[activities]", "[activities", ["line 6"]),
    "key twice": ("daily_cap = 20", "daily_cap = 20\ndaily_cap = 20", ["daily_cap"]),
    "no activities": (
        '[activities]\n"Open Email" = 1\n"Click Email" = { weight = 2, daily_cap = 5 }\n', "", ["activities"]),
    "empty activities": ('"Open Email" = 1\n"Click Email" = { weight = 2, daily_cap = 5 }\n', "", ["activities"]),
    "no roles": (MODEL[MODEL.index("roles = [") :], "roles = []\n", ["roles"]),
    "duplicate role": ('"Practitioner"', '"Decision Maker"', ["Decision Maker"]),
    "21 roles": (ROLE, "".join(f'{{ name = "R{i}", weighting = 1 }},\n' for i in range(20)), ["20"]),
    "weight nan": ('"Open Email" = 1', '"Open Email" = nan', ["Open Email"]),
    "weight inf": ('"Open Email" = 1', '"Open Email" = inf', ["Open Email"]),
    "weight a text": ('"Open Email" = 1', '"Open Email" = "1"', ["Open Email"]),
    "no weight": ("weight = 2, daily_cap = 5", "daily_cap = 5", ["Click Email", "weight"]),
    "cap 1.5": ("daily_cap = 20", "daily_cap = 1.5", ["daily_cap", "1.5"]),
    "cap -1": ("daily_cap = 20", "daily_cap = -1", ["daily_cap", "-1"]),
    "cap a text": ("daily_cap = 20", 'daily_cap = "nones"', ["daily_cap", "nones"]),
    "type cap 1.5": ("daily_cap = 5", "daily_cap = 1.5", ["daily_cap", "1.5"]),
    "type cap -1": ("daily_cap = 5", "daily_cap = -1", ["daily_cap", "-1"]),
    "window 0": ("window_days = 30", "window_days = 0", ["window_days"]),
    "window -1": ("window_days = 30", "window_days = -1", ["window_days", "-1"]),
    "window 1.5": ("window_days = 30", "window_days = 1.5", ["window_days", "1.5"]),
    "members_required 0": (ROLE, '{ name = "P", weighting = 1, members_required = 0 },', ["members_required"]),
    "members_required 1.5": (ROLE, '{ name = "P", weighting = 1, members_required = 1.5 },', ["members_required"]),
    "required a text": (ROLE, '{ name = "P", weighting = 1, required = "yes" },', ["required"]),
    "weighting nan": ('"Normal"', "nan", ["weighting"]),
    "band nan": ("[[template]]", "[bands]\nHuge = nan\n[[template]]", ["Huge"]),
    "no weighting": (ROLE, '{ name = "P" },', ["weighting"]),
    "no role name": (ROLE, "{ weighting = 1 },", ["name"]),
    "unknown decay": ("[[template]]", '[decay]\nkind = "sudden"\n[[template]]', ["kind", "sudden"]),
    "half-life without days": ("[[template]]", '[decay]\nkind = "half-life"\n[[template]]', ["half_life_days"]),
    "half-life 0": ("[[template]]", '[decay]\nkind = "half-life"\nhalf_life_days = 0\n[[template]]', ["half_life_days"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_bad_model(name, rolecall, tmp_path):
    old, new, mentions = MODELS[name]
    assert MODEL.count(old) == 1, "the replacement is of one place"
    path = tmp_path / "mine.toml"
    path.write_text(MODEL.replace(old, new), encoding="utf-8")
    out = tmp_path / "scores.csv"
    bundle = write(tmp_path / "bundle")
    done = rolecall("score", bundle, "--model", path, "--as-of", "2026-03-02", "-o", out, check=False)
    clean(done, 2)
    for text in ["mine.toml", *mentions]:
        assert text in done.stderr, f"no {text!r} in: {done.stderr}"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bundle", "mine.toml"]


def test_unknown_model_name(rolecall, tmp_path):
    done = rolecall("score", write(tmp_path / "bundle"), "--model", "ajo-sed", "--as-of", "2026-03-02", check=False)
    clean(done, 2)
    assert "'ajo-sed'" in done.stderr
    assert "ajo-seed" in done.stderr


def test_model_file_missing(rolecall, tmp_path):
    done = rolecall("score", write(tmp_path / "bundle"), "--model", tmp_path / "no.toml", "--as-of", "2026-03-02", check=False)
    clean(done, 2)
    assert "no.toml" in done.stderr


# ---- the command line -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "as_of", ["2026-02-30", "tomorrow", "", "outcome-", "outcome-7", "outcome-xd", "created+1.5d", "2026-03-02T10:00", "2026"]
)
def test_bad_as_of(as_of, rolecall, tmp_path):
    done = rolecall("score", write(tmp_path / "bundle"), "--model", "ajo-seed", "--as-of", as_of, check=False)
    clean(done, 2)
    assert "as-of" in done.stderr
    assert as_of in done.stderr


@pytest.mark.parametrize(
    "args",
    [
        ["--bogus"], ["bogus"], ["score"], ["import"], ["import", "csv"], ["score", "{b}", "--bogus"],
        ["score", "{b}", "--model", "ajo-seed"], ["score", "{b}", "--as-of", "2026-03-02"],
        ["score", "{b}", "--model", "ajo-seed", "--as-of", "2026-03-02", "--format", "xml"],
        ["score", "{b}", "--model", "ajo-seed", "--as-of", "2026-03-02", "--threads", "-1"],
        ["score", "{b}", "--model", "ajo-seed", "--as-of", "2026-03-02", "--threads", "many"],
        ["score", "{b}", "--model", "ajo-seed", "--as-of", "2026-03-02", "--top", "-3"],
        ["score", "{b}", "--model", "ajo-seed", "--as-of", "2026-03-02", "--sort", "bogus"],
        ["import", "csv", "{b}"], ["info"], ["export", "{b}"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_bad_usage(args, rolecall, tmp_path):
    bundle = write(tmp_path / "bundle")
    done = rolecall(*[a.replace("{b}", str(bundle)) for a in args], check=False)
    clean(done, 2)
    assert done.stdout == ""


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["score", "--help"], ["import", "csv", "--help"], ["models"]])
def test_what_is_no_error(args, rolecall):
    done = rolecall(*args)
    assert done.stdout.strip()
    assert not done.stderr.strip()


def test_unnamed_activities_are_counted_in_a_warning(rolecall, tmp_path):
    rows = [*BASE["activities"], "ann,Sang a song,2026-03-01,41"]
    bundle = write(tmp_path / "bundle", {"activities": rows})
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    done = rolecall("score", bundle, "--model", tmp_path / "model.toml", "--as-of", "2026-03-02", "--format", "csv")
    assert re.search(r"\b(1|41)\b", done.stderr), "the count"
    assert "warning" in done.stderr.lower()


def test_member_in_unknown_role_is_reported(rolecall, tmp_path):
    bundle = write(tmp_path / "bundle", line("members", 6, "g2,ann,Jester,manual,,"))
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    done = rolecall("score", bundle, "--model", tmp_path / "model.toml", "--as-of", "2026-03-02", "--format", "csv")
    assert re.search(r"\b1\b.*\brole", done.stderr)
    assert done.stdout.count("\n") == 3


def test_date_outside_the_log_warns(rolecall, tmp_path):
    bundle = write(tmp_path / "bundle")
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    more = ["--model", tmp_path / "model.toml", "--format", "csv"]
    assert not rolecall("score", bundle, *more, "--as-of", "2026-03-02").stderr.strip()
    done = rolecall("score", bundle, *more, "--as-of", "2031-01-01")
    assert "outside the log" in done.stderr


# ---- going on past bad rows -------------------------------------------------------------------


def rejects_of(out):
    """Where the list of rejects stands: world.rejects.csv beside world.h5."""
    return out.with_suffix(".rejects.csv")


def test_skip_writes_the_good_rows_and_a_list_of_rejects(rolecall, tmp_path):
    changes = {
        "people": [*BASE["people"], "dan,a9,Analyst", "eve,a1"],
        "activities": [
            *BASE["activities"],
            "ann,Open Email,2026-02-31,1",
            "dan,Open Email,2026-03-01,1",  # hangs on a rejected person
            "ann,Open Email,2026-03-01,-4",
            "ann,Click Email,2026-03-03,2",
        ],
    }
    out = tmp_path / "world.h5"
    done = rolecall("import", "csv", write(tmp_path / "bundle", changes), "-o", out, "--on-error", "skip")
    with rejects_of(tmp_path / "world.h5").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rejects = list(reader)
    assert reader.fieldnames == ["file", "row", "field", "value", "problem"]
    places = sorted((r["file"], int(r["row"])) for r in rejects)
    assert places == [
        ("activities.csv", 5), ("activities.csv", 6), ("activities.csv", 7), ("people.csv", 5), ("people.csv", 6),
    ]  # fmt: skip
    by_place = {(r["file"], int(r["row"])): r for r in rejects}
    assert by_place["activities.csv", 5]["field"] == "time"
    assert by_place["activities.csv", 5]["value"] == "2026-02-31"
    assert by_place["activities.csv", 7]["field"] == "count"
    assert by_place["people.csv", 5]["field"] == "account_id"
    assert by_place["people.csv", 5]["value"] == "a9"
    assert all(r["problem"] for r in rejects)
    assert re.search(r"\b5\b", done.stderr), "the count is printed"
    assert rejects_of(out).name in done.stderr

    good = {"activities": [*BASE["activities"], "ann,Click Email,2026-03-03,2"]}
    rolecall("import", "csv", write(tmp_path / "good", good), "-o", tmp_path / "good.h5")
    digests = [rolecall("info", tmp_path / name, "--digest").stdout for name in ("world.h5", "good.h5")]
    assert digests[0] == digests[1], "what is left is the world of the good rows"
    assert not list(tmp_path.glob("*.partial"))


def test_skip_without_rejects(rolecall, tmp_path):
    done = rolecall("import", "csv", write(tmp_path / "bundle"), "-o", tmp_path / "world.h5", "--on-error", "skip")
    assert (tmp_path / "world.h5").exists()
    left = rejects_of(tmp_path / "world.h5")
    assert not left.exists() or left.read_text(encoding="utf-8").splitlines()[1:] == []
    assert "rejected" not in done.stderr or re.search(r"\b(0|no)\b", done.stderr)


@pytest.mark.parametrize(
    "name",
    ["cycle", "self-parent", "duplicate person", "member twice", "member twice on one day", "NUL byte", "10 MB field"],
)
def test_skip_goes_on(name, rolecall, tmp_path):
    """Every problem of a row can be left out, with what hangs on it."""
    changes, _, _ = ROWS[name]
    rolecall("import", "csv", write(tmp_path / "bundle", changes), "-o", tmp_path / "world.h5", "--on-error", "skip")
    with rejects_of(tmp_path / "world.h5").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file))
    rolecall("info", tmp_path / "world.h5", "--digest")


@pytest.mark.parametrize(
    "changes",
    [{"people": ""}, {"people": ["person,account_id", "ann,a1"]}, {"people": None}, ROWS["unclosed quote"][0]],
    ids=["empty", "column missing", "missing", "unclosed quote"],
)
def test_skip_does_not_mend_files(changes, rolecall, tmp_path):
    bundle = write(tmp_path / "bundle", changes)
    refused(rolecall, bundle, tmp_path / "out", "people.csv", more=["--on-error", "skip"])


def test_unknown_command(rolecall):
    done = rolecall("scor", check=False)
    clean(done, 2)
    assert "Did you mean 'score'?" in done.stderr


def test_no_command(rolecall):
    done = rolecall(check=False)
    assert done.returncode == 2
    assert "import" in done.stderr and "evaluate" in done.stderr
