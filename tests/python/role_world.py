"""Small worlds in which titles say as much of roles as a test wants."""

import csv
import random

import rolecall as package

TITLES = {
    "Decision Maker": ["Chief Financial Officer", "VP of Finance", "President, Operations"],
    "Champion": ["Director of Finance", "Head of Operations", "Senior Director"],
    "Practitioner": ["Financial Analyst", "Accountant", "Process Engineer", "Senior Accountant"],
}


def write_bundle(folder, trees=40, people=6, seed=1, shuffled=0.0, titles=TITLES, columns=(), two_roles=0.0):
    """A bundle of `trees` families of a parent and a part, each with `people` members of one group.

    A share `shuffled` has a role drawn whatever the title says; a share `two_roles` a second role.
    """
    draw = random.Random(seed)
    roles = list(titles)
    tables = {
        "accounts": [["account_id", "parent_account_id"]],
        "people": [["person_id", "account_id", "title", *columns]],
        "groups": [["group_id", "account_id", "solution", "created"]],
        "members": [["group_id", "person_id", "role", "source", "since"]],
        "activities": [["person_id", "activity", "time", "count"]],
    }
    for t in range(trees):
        tables["accounts"] += [[f"a{t}", ""], [f"b{t}", f"a{t}"]]
        tables["groups"].append([f"g{t}", f"a{t}", "Ledger", "2026-01-01"])
        for i in range(people):
            person, role = f"p{t}-{i}", draw.choice(roles)
            title = draw.choice(titles[role])
            role = draw.choice(roles) if draw.random() < shuffled else role
            tables["people"].append([person, f"{draw.choice('ab')}{t}", title, *(draw.choice("xyz") for _ in columns)])
            tables["members"].append([f"g{t}", person, role, "manual", f"2026-01-0{1 + i % 9}"])
            if draw.random() < two_roles:
                other = draw.choice([r for r in roles if r != role])
                tables["members"].append([f"g{t}", person, other, "manual", ""])
            tables["activities"].append([person, f"act of {role}", f"2026-01-{10 + i % 9}T10:00:00Z", 1 + i % 3])
        # Somebody of the account who is no member, and somebody of another part of the family.
        for letter in "ab":
            tables["people"].append([f"n{letter}{t}", f"{letter}{t}", titles[roles[t % len(roles)]][0], *("x" for _ in columns)])
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    return folder


def make_world(folder, **options):
    return package.import_csv(write_bundle(folder / "bundle", **options), folder / "world.h5")
