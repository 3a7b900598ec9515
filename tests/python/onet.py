"""Real job titles with made-up roles: O*NET's reported titles, a role by what kind of occupation each belongs to."""

import csv

ROLES = {"11": "Decision Maker"} | dict.fromkeys(("13", "15", "17", "19", "23", "25", "27", "29"), "Influencer")
"""By SOC major group: management, then the professions; all others are practitioners. Nobody reported these roles."""


def reported_titles(folder):
    """(occupation code, title) of every title that was reported."""
    with (folder / "onet-titles" / "reported_titles.tsv").open(encoding="utf-8", newline="") as file:
        return [(row["O*NET-SOC Code"], row["Reported Job Title"]) for row in csv.DictReader(file, delimiter="\t")]


def write_bundle(shared_data, folder):
    """A bundle of an account and a group for each occupation, whose titles are the people."""
    titles = reported_titles(shared_data)
    codes = sorted({code for code, _ in titles})
    tables = {
        "accounts": [["account_id"], *([code] for code in codes)],
        "groups": [["group_id", "account_id", "solution"], *([f"g{code}", code, "any"] for code in codes)],
        "people": [["person_id", "account_id", "title"]],
        "members": [["group_id", "person_id", "role"]],
        "activities": [["person_id", "activity", "time"]],
    }
    for i, (code, title) in enumerate(titles):
        tables["people"].append([f"p{i:05}", code, title])
        tables["members"].append([f"g{code}", f"p{i:05}", ROLES.get(code[:2], "Practitioner")])
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    return folder
