"""`rolecall groups`: playbooks, the two jobs, imports, and browsing."""

import csv
import io
import json
import os
import re
import shutil

import pytest

AS_OF = ["--as-of", "2026-03-31"]


@pytest.fixture(scope="module")
def small(examples):
    return examples / "small"


@pytest.fixture
def playbook(examples, tmp_path):
    """The example, with what its interests use published."""
    for name in ("models", "playbooks"):
        shutil.copytree(examples / name, tmp_path / name)
    return tmp_path / "playbooks" / "small.toml"


@pytest.fixture
def published(rolecall, playbook):
    rolecall("groups", "publish", playbook, "template", "By title")
    rolecall("groups", "publish", playbook, "stage-model", "Standard")
    return playbook


def rows(rolecall, *args):
    return list(csv.DictReader(io.StringIO(rolecall("groups", *args, "--format", "csv").stdout)))


def table(folder, name):
    with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def exported(rolecall, world, tmp_path):
    folder = tmp_path / f"{world.stem}-csv"
    rolecall("export", world, "-o", folder)
    return folder


def write_members(path, header, *lines):
    path.write_text(header + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def failure(rolecall, *args):
    done = rolecall("groups", *args, check=False)
    assert done.returncode == 2, done.stderr
    return done.stderr


# ---- the creation job ---------------------------------------------------------------------------


def test_creation_makes_what_its_dry_run_counts(rolecall, small, published, tmp_path):
    args = ["create", small, "--playbook", published, *AS_OF]
    dry = rows(rolecall, *args, "--dry-run")
    assert not list(tmp_path.glob("*.h5"))
    world = tmp_path / "w2.h5"
    assert rows(rolecall, *args, "-o", world) == dry
    folder = exported(rolecall, world, tmp_path)
    before, after = table(small, "groups"), table(folder, "groups")
    assert len(after) - len(before) == sum(int(r["created"]) for r in dry) > 10
    large = {a["account_id"] for a in table(small, "accounts") if float(a["revenue"] or 0) > 1e8}
    assert [int(r["accounts"]) for r in dry] == [len(large), 3, len(large)]
    soil = [g for g in after if g["solution"] == "Soil Lab"]
    assert {g["account_id"] for g in soil} == large | {"acc-001", "acc-002", "acc-005"}
    names = {a["account_id"]: a["name"] for a in table(small, "accounts")}
    for g in soil:
        assert g["name"] == f"Soil Lab for {names[g['account_id']]}"
        assert g["group_id"] == f"soil-lab-{g['account_id']}"
        assert (g["created"], g["stage"]) == ("2026-03-31", "Engaged")
    new = {g["group_id"] for g in after} - {g["group_id"] for g in before}
    members = [m for m in table(folder, "members") if m["group_id"] in new]
    assert len(members) == sum(int(r["members"]) for r in dry)
    assert {(m["source"], m["since"], m["until"]) for m in members} == {("job", "2026-03-31", "")}
    # Nobody is made twice.
    again = rows(rolecall, "create", world, "--playbook", published, *AS_OF, "--dry-run")
    assert all(r["created"] == "0" and r["already_there"] == r["accounts"] for r in again)


def test_what_is_there_is_not_overwritten(rolecall, small, published, tmp_path):
    world = tmp_path / "w2.h5"
    world.write_bytes(b"precious")
    args = ["--playbook", published, *AS_OF]
    members = write_members(tmp_path / "in.csv", "group_id,person_id,role", "grp-001,per-0003,Champion")
    for command in (["create", small, *args], ["maintain", small, *args], ["import", small, members]):
        assert "--force" in failure(rolecall, *command, "-o", world)
    assert world.read_bytes() == b"precious"
    assert sorted(p.name for p in tmp_path.glob("*.h5*")) == ["w2.h5"]


def test_roles_follow_titles(rolecall, small, published, tmp_path):
    world = tmp_path / "w2.h5"
    rolecall("groups", "create", small, "--playbook", published, "--interest", "Soil Lab", *AS_OF, "-o", world)
    folder = exported(rolecall, world, tmp_path)
    titles = {p["person_id"]: p["title"] for p in table(small, "people")}
    roles = {
        (titles[m["person_id"]], m["role"])
        for m in table(folder, "members")
        if m["group_id"].startswith("soil-lab")
    }
    assert ("Chief Financial Officer", "Decision Maker") in roles
    assert ("VP of Finance", "Executive Steering Committee") in roles
    assert ("Director of Procurement", "Champion") in roles
    assert ("Intern", "Other") in roles
    assert len({title for title, _ in roles}) == len(roles), "a title has one role"


def test_drafts_are_for_dry_runs(rolecall, small, playbook, tmp_path):
    args = ["create", small, "--playbook", playbook, *AS_OF]
    said = failure(rolecall, *args, "-o", tmp_path / "w2.h5")
    assert "the roles template of 'Crop Planner' is a draft" in said
    assert "the stage model of 'Crop Planner' is a draft" in said
    done = rolecall("groups", *args, "--dry-run")
    assert "is a draft" in done.stderr and "Soil Lab" in done.stdout
    assert not list(tmp_path.glob("*.h5*"))


# ---- the maintenance job ------------------------------------------------------------------------


def test_maintenance_is_what_its_dry_run_counts_and_then_done(rolecall, small, published, tmp_path):
    args = ["maintain", small, "--playbook", published, "--as-of", "2026-03-20"]
    dry = rows(rolecall, *args, "--dry-run")
    world = tmp_path / "w2.h5"
    assert rows(rolecall, *args, "-o", world) == dry
    (counts,) = dry
    assert all(int(counts[k]) > 0 for k in ("joined", "changed", "kept", "blocked_by_manual"))
    again = tmp_path / "w3.h5"
    (second,) = rows(rolecall, "maintain", world, *args[2:], "-o", again)
    assert second["joined"] == second["left"] == second["changed"] == "0"
    assert rolecall("info", again, "--digest").stdout == rolecall("info", world, "--digest").stdout
    # Higher sources have every row as it was; a membership counts up to the day before it ends.
    before, after = table(small, "members"), table(exported(rolecall, world, tmp_path), "members")

    def others(all_rows):
        return sorted(tuple(m.values()) for m in all_rows if m["source"] != "job")

    assert others(after) == others(before) and others(before)
    jobs = {(m["group_id"], m["person_id"], m["role"], m["since"]): m["until"] for m in after if m["source"] == "job"}
    old = {(m["group_id"], m["person_id"], m["role"], m["since"]): m["until"] for m in before if m["source"] == "job"}
    changed = [jobs[k] for k, until in old.items() if k in jobs and jobs[k] != until]
    assert set(changed) == {"2026-03-19"}
    assert all(since == "2026-03-20" for (*_, since) in jobs.keys() - old.keys())


def test_a_manual_removal_stays(rolecall, small, published, tmp_path):
    world, edited, kept = (tmp_path / f"{n}.h5" for n in "abc")
    args = ["--playbook", published]
    rolecall("groups", "create", small, *args, *AS_OF, "-o", world)
    group = "soil-lab-acc-001"
    person = next(m for m in rows(rolecall, "show", world, group, *args))
    csv_file = write_members(
        tmp_path / "out.csv",
        "group_id,person_id,role,until",
        f"{group},{person['person_id']},{person['role']},2026-03-31",
    )
    (done,) = rows(rolecall, "import", world, csv_file, "-o", edited)
    assert (done["added"], done["gave_way"]) == ("1", "1")
    (counts,) = rows(rolecall, "maintain", edited, *args, "--as-of", "2026-04-01", "-o", kept)
    assert int(counts["blocked_by_manual"]) >= 1
    mine = [m for m in rows(rolecall, "show", kept, group, *args, "--as-of", "2026-04-01") if m["person_id"] == person["person_id"]]
    assert [(m["source"], m["until"], m["active"]) for m in mine] == [("manual", "2026-03-31", "0")]


# ---- imports ------------------------------------------------------------------------------------


def test_import_reports_and_skips_bad_rows(rolecall, small, published, tmp_path):
    bad = write_members(
        tmp_path / "in.csv",
        "group_id,person_id,role,source,since,until",
        "grp-001,per-0003,Champion,manual,2026-03-01,",
        "grp-001,per-0003,Champion,manual,2026-03-05,",
        "grp-999,per-0003,Champion,,,",
        "grp-001,per-9999,Champion,,,",
        "grp-001,per-0004,Emperor,,,",
        "grp-001,per-0004,Champion,boss,,",
    )
    args = ["import", small, bad, "--playbook", published]
    said = failure(rolecall, *args, "-o", tmp_path / "w.h5")
    for row, text in ((3, "already has this role"), (4, "grp-999"), (5, "per-9999"), (7, "boss")):
        assert f"row {row}" in said and text in said
    assert not list(tmp_path.glob("w.*"))
    (counts,) = rows(rolecall, *args, "--on-error", "skip", "-o", tmp_path / "w.h5")
    assert (counts["added"], counts["rejected"]) == ("1", "5")
    with open(tmp_path / "w.rejects.csv", encoding="utf-8", newline="") as file:
        assert sorted(int(r["row"]) for r in csv.DictReader(file)) == [3, 4, 5, 6, 7]


def test_import_obeys_precedence(rolecall, small, tmp_path):
    members = table(small, "members")
    manual = next(m for m in members if m["source"] == "manual" and not m["since"] and not m["until"])
    line = f"{manual['group_id']},{manual['person_id']},Other"
    path = write_members(tmp_path / "in.csv", "group_id,person_id,role", line)
    (counts,) = rows(rolecall, "import", small, path, "--source", "job", "-o", tmp_path / "w.h5")
    assert (counts["added"], counts["blocked_by_manual"]) == ("0", "1")
    same = rolecall("info", tmp_path / "w.h5", "--digest").stdout
    rolecall("import", "csv", small, "-o", tmp_path / "before.h5")
    assert rolecall("info", tmp_path / "before.h5", "--digest").stdout == same


def test_import_lacking_a_column(rolecall, small, tmp_path):
    path = write_members(tmp_path / "in.csv", "group_id,person_id", "grp-001,per-0001")
    assert "the header lacks this column" in failure(rolecall, "import", small, path, "-o", tmp_path / "w.h5")


# ---- browsing -----------------------------------------------------------------------------------


def test_jobs_tell_what_they_take(rolecall, small, published, tmp_path):
    args = ["--playbook", published, *AS_OF, "--plan", "-o", tmp_path / "w.h5"]
    for job in ("create", "maintain"):
        assert "people      about 416" in rolecall("groups", job, small, *args).stdout
    assert not list(tmp_path.glob("*.h5*"))


def test_list_searches_filters_and_sorts(rolecall, small):
    every = rows(rolecall, "list", small, "--model", "ajo-seed")
    scored = list(
        csv.DictReader(
            io.StringIO(rolecall("score", small, "--model", "ajo-seed", *AS_OF, "--format", "csv").stdout)
        )
    )
    assert [(g["group_id"], g["completeness"], g["missing_roles"]) for g in every] == [
        (g["group_id"], g["completeness"], g["missing_roles"]) for g in scored
    ]
    found = rows(rolecall, "list", small, "--model", "ajo-seed", "--search", "BLUEFIELD")
    names = {a["account_id"]: a["name"] for a in table(small, "accounts")}
    assert [g["group_id"] for g in found] == [
        g["group_id"] for g in every if "bluefield" in names[g["account_id"]].lower()
    ]
    assert 0 < len(found) < len(every)
    sorted_rows = rows(
        rolecall, "list", small, "--model", "ajo-seed", "--where", "completeness < 80", "--sort", "-job", "--top", "5"
    )
    jobs = sorted((int(g["job"]) for g in every if float(g["completeness"]) < 80), reverse=True)
    assert [int(g["job"]) for g in sorted_rows] == jobs[:5]
    active = [m for m in table(small, "members") if not m["until"] or m["until"] >= "2026-03-31"]
    active = [m for m in active if not m["since"] or m["since"] <= "2026-03-31"]
    for source in ("manual", "journey", "job"):
        assert sum(int(g[source]) for g in every) == sum(m["source"] == source for m in active)


def test_show_tells_members_and_history(rolecall, small):
    shown = json.loads(rolecall("groups", "show", small, "grp-001", "--model", "ajo-seed", "--format", "json").stdout)
    mine = [m for m in table(small, "members") if m["group_id"] == "grp-001"]
    assert [(m["person_id"], m["role"], m["since"], m["until"]) for m in shown["members"]] == sorted(
        (m["person_id"], m["role"], m["since"], m["until"]) for m in mine
    )
    assert len(shown["history"]) == sum(
        bool(m["since"]) + bool(m["until"] and m["until"] < "2026-03-31") for m in mine
    )
    assert [e["day"] for e in shown["history"]] == sorted(e["day"] for e in shown["history"])
    assert "Did you mean 'grp-001'?" in failure(rolecall, "show", small, "grp-0O1", "--model", "ajo-seed")


def test_what_is_missing_is_asked_for(rolecall, small):
    assert "Give --playbook P.toml, or --model NAME|FILE." in failure(rolecall, "list", small)
    assert "Give -o W2.h5, or --dry-run" in failure(rolecall, "create", small, "--playbook", "x", *AS_OF)
    assert "this takes one day for all groups" in failure(
        rolecall, "create", small, "--playbook", "x", "--as-of", "created", "--dry-run"
    )


# ---- playbooks ----------------------------------------------------------------------------------


def test_published_things_cannot_change(rolecall, small, published):
    text = published.read_text(encoding="utf-8")
    assert "# resurgence" in text and "[[published]]" in text, "comments stay"
    assert "it is published already" in failure(rolecall, "publish", published, "template", "By title")
    published.write_text(text.replace('["Engaged", "Lost"], ', ""), encoding="utf-8")
    said = failure(rolecall, "create", small, "--playbook", published, *AS_OF, "--dry-run")
    assert "the published stage model 'Standard' has been changed" in said and "restore it" in said
    published.write_text(text, encoding="utf-8")
    model = published.parents[1] / "models" / "title-roles.toml"
    model.write_text(model.read_text(encoding="utf-8").replace('"intern", ', ""), encoding="utf-8")
    for command in (["check", published], ["list", small, "--playbook", published]):
        assert "the published template 'By title' has been changed" in failure(rolecall, *command)


def test_a_copy_is_a_draft(rolecall, published):
    rolecall("groups", "copy", published, "template", "By title", "By title 2")
    rolecall("groups", "copy", published, "stage-model", "Standard", "Longer")
    found = {(r["kind"], r["name"]): (r["state"], r["used_by"]) for r in rows(rolecall, "check", published)}
    assert found["template", "By title"] == ("published", "Crop Planner;Soil Lab")
    assert found["template", "By title 2"] == found["stage-model", "Longer"] == ("draft", "")
    text = published.read_text(encoding="utf-8")
    rolecall("groups", "delete", published, "stage-model", "Longer")
    assert published.read_text(encoding="utf-8") == text[: text.index('\n[[stage_model]]\nname = "Longer"')]
    assert "another one has this name" in failure(
        rolecall, "copy", published, "audience", "Large", "Pilots"
    )


def test_what_is_in_use_cannot_go(rolecall, small, published, tmp_path):
    for kind, name in (("template", "By title"), ("stage-model", "Standard"), ("audience", "Large")):
        assert f"this interest uses '{name}'" in failure(rolecall, "delete", published, kind, name)
    before = published.read_text(encoding="utf-8")
    said = failure(rolecall, "delete", published, "interest", "Crop Planner", "--world", small)
    assert "the world has 39 groups for this interest" in said
    assert published.read_text(encoding="utf-8") == before
    rolecall("groups", "delete", published, "interest", "Soil Lab", "--world", small)
    done = rolecall("groups", "delete", published, "interest", "Crop Planner")
    assert "no world was looked at" in done.stderr
    # What nothing uses can go, published or not.
    rolecall("groups", "delete", published, "template", "By title")
    rolecall("groups", "delete", published, "stage-model", "Standard")
    rolecall("groups", "delete", published, "audience", "Large")
    text = published.read_text(encoding="utf-8")
    assert "[[published]]" not in text and "Pilots" in text and "# How the groups of" in text
    model = (published.parents[1] / "models" / "title-roles.toml").read_text(encoding="utf-8")
    assert "[[template]]" not in model and "[[persona]]" in model


def test_a_builtin_template_cannot_be_changed(rolecall, playbook):
    playbook.write_text('format = "rolecall.playbook/1"\nmodel = "ajo-seed"\n', encoding="utf-8")
    said = failure(rolecall, "copy", playbook, "template", "Default", "Mine")
    assert "rolecall models ajo-seed > mine.toml" in said


def test_check_lists_every_problem(rolecall, small, playbook):
    text = playbook.read_text(encoding="utf-8")
    playbook.write_text(
        text.replace("revenue > 1e8", "revenu > 1e8").replace('"acc-005"', '"acc-999"'), encoding="utf-8"
    )
    said = failure(rolecall, "check", playbook, "--world", small)
    assert "has no field 'revenu'. Did you mean 'revenue'?" in said and "'acc-999'" in said
    done = rolecall("groups", "check", playbook)
    assert "draft" in done.stdout
    playbook.write_text(text, encoding="utf-8")
    done = rolecall("groups", "check", playbook, "--world", small)
    assert "38 groups of the world are for 'Cold Chain Monitor'" in done.stderr


def test_a_folder_that_cannot_be_written_leaves_the_playbook(rolecall, playbook):
    if os.geteuid() == 0:
        pytest.skip("the superuser writes everywhere")
    before = playbook.read_text(encoding="utf-8")
    playbook.parent.chmod(0o555)
    try:
        done = rolecall("groups", "publish", playbook, "template", "By title", check=False)
    finally:
        playbook.parent.chmod(0o755)
    assert done.returncode == 3 and playbook.read_text(encoding="utf-8") == before
    assert [p.name for p in playbook.parent.iterdir()] == ["small.toml"]


# ---- roles by title -----------------------------------------------------------------------------


def test_roles_are_counted_and_explained(rolecall, small, examples):
    args = ["roles", small, "--model", examples / "models" / "title-roles.toml"]
    people = rows(rolecall, *args, "--people")
    counts = {r["role"]: int(r["people"]) for r in rows(rolecall, *args)}
    assert sum(counts.values()) == len(people) == len(table(small, "people"))
    for role, n in counts.items():
        assert n == sum(p["role"] == role for p in people)
    by_title = {p["title"]: (p["persona"], p["role"]) for p in people}
    assert by_title["Chief Information Officer"] == ("Top executive", "Decision Maker")
    assert by_title["Head of Innovation"] == ("Director", "Champion")
    assert by_title["Director of Procurement"] == ("Director", "Champion"), "no CTO in direCTOr"
    assert next(p["when"] for p in people if p["role"] == "Champion") == 'persona = "Director"'


def test_titles_of_onet(rolecall, shared, repo, examples, tmp_path):
    titles = shared / "data" / "onet-titles"
    if not titles.is_dir():
        pytest.skip("../shared/data/onet-titles is not there")
    world = tmp_path / "titles.h5"
    rolecall("import", "csv", titles, "--map", examples / "mappings" / "onet-titles.toml", "-o", world)
    args = ["roles", world, "--model", examples / "models" / "title-roles.toml"]
    done = rolecall("groups", *args)
    assert "of 9,218 people are left without a role" in done.stderr
    people = {p["title"]: p["role"] for p in rows(rolecall, *args, "--people")}
    expected = {
        "Chief Executive Officer (CEO)": "Decision Maker",
        "Funeral Director": "",
        "Vice President": "Executive Steering Committee",
        "Executive Assistant": "Other",
    }
    for title, role in expected.items():
        if title in people:
            assert people[title] == role, title
    assert "Chief Executive Officer (CEO)" in people
    # A director has the letters of a CTO, a doctor those of one too.
    chiefs = re.compile(r"officer|president|owner|founder|chief executive|\bC[A-Z]{2,3}\b", re.IGNORECASE)
    top = [title for title, role in people.items() if role == "Decision Maker"]
    assert top and all(chiefs.search(title) for title in top)
    assert sum("director" in title.lower() for title in people) > 300
    assert people["Continuous Mining Operator (CMO)"] == "Practitioner", "letters mean other things elsewhere"
