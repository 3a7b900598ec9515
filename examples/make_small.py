#!/usr/bin/env python3
"""Makes examples/small: a small made-up market of business customers, as a CSV bundle.

    python3 examples/make_small.py [FOLDER]         default: the folder `small` beside this script

Standard library only, and the same bytes wherever it runs: of the random generator it uses nothing but
random(), whose sequence Python guarantees, and no function of the mathematics library.

What is in it, and what the figures may show:
* 40 companies and parts of companies in a forest, about 400 people with job titles;
* two solutions, "Crop Planner" and "Cold Chain Monitor", each offered to nearly all of them;
* buying groups whose members hold the six default roles; some joined later, some left;
* 120 days of the 34 activity types of the `ajo-seed` model, to 2026-03-31, with quiet weekends, office
  hours, and a few mail scanners ("bots") that open and click hundreds of times a day;
* outcomes. Every group has a hidden interest. Interest makes its people act, more so in the last weeks before
  a decision. Whether it buys depends on interest, on how many of the five required roles are staffed, on
  whether the decision maker takes part, and on luck. So engagement and completeness foretell the outcome,
  imperfectly.
"""

import csv
import datetime as dt
import random
import sys
from pathlib import Path

SEED = 20260331
LAST_DAY = dt.date(2026, 3, 31)
DAYS = 120

INDUSTRIES = ["Agriculture", "Food & Beverage", "Logistics", "Retail", "Chemicals"]
COUNTRIES = ["US", "DE", "FR", "JP", "BR", "NL", "SE", "GB"]
STEMS = [
    "Ackermann", "Bluefield", "Cérès", "Dalgård", "Evergreen", "Fernando", "Grünwald", "Harvest Moon",
    "Ibérica", "Juniper", "Kôchi", "Lindqvist", "Meadowlark", "Nørrebro", "Oakhurst", "Pão Dourado",
    "Quillon", "Redwater", "São Bento", "Tillage", "Uplands", "Vermeer",
]  # fmt: skip
FORMS = ["Foods", "Farms", "Logistics", "Seeds, Inc.", "& Sons", "Trading", "Cooperative", "Group"]
PARTS = ["Europe", "Americas", "Asia Pacific", "Research", "Distribution", "North", "South"]
FIRST = [
    "Ada", "Ben", "Chloé", "David", "Elif", "Farid", "Grace", "Hiro", "Ines", "Jürgen", "Kavya", "Liam",
    "Mei", "Nils", "Olga", "Pedro", "Quinn", "Rosa", "Søren", "Tara", "Uma", "Victor", "Wanda", "Yusuf", "Zoë",
]  # fmt: skip
LAST = [
    "Almeida", "Berg", "Costa", "Dubois", "Eriksen", "Fischer", "García", "Hoffmann", "Ito", "Jansen",
    "Kim", "Larsen", "Moreau", "Novák", "O'Brien", "Patel", "Rossi", "Silva", "Tanaka", "Weber",
]  # fmt: skip

# Role: (titles it comes from, chance that a group has it, most members)
ROLES = {
    "Decision Maker": (["VP of Operations", "Director of Procurement", "Chief Operating Officer"], 0.72, 2),
    "Executive Steering Committee": (["Chief Financial Officer", "VP of Finance", "Chief Information Officer"], 0.55, 2),
    "Champion": (["Head of Innovation", "Program Manager", "Senior Agronomist"], 0.6, 1),
    "Influencer": (["Enterprise Architect", "Quality Manager", "Sustainability Lead"], 0.75, 2),
    "Practitioner": (["Agronomist", "Warehouse Supervisor", "Planner", "Data Analyst"], 0.9, 4),
    "Other": (["Assistant", "Intern", "Legal Counsel"], 0.3, 1),
}  # fmt: skip
REQUIRED = [role for role in ROLES if role != "Other"]

# (activity, how often it happens among all, how far into a purchase: 0 anyone, 1 only the interested)
ACTIVITIES = [
    ("Open Email", 30, 0.0), ("Click Email", 9, 0.2), ("Open Sales Email", 10, 0.3), ("Click Sales Email", 4, 0.5),
    ("Reply to Sales Email", 2, 0.8), ("Interesting Moment", 4, 0.5), ("Register for Event", 2, 0.4),
    ("Attend Event", 1.5, 0.6), ("Has Attended Event", 1, 0.6), ("Asset Downloads in Webinar", 1.5, 0.5),
    ("Asks Questions in Webinar", 0.8, 0.7), ("Responded to a Poll in Webinar", 0.8, 0.5),
    ("Call to Action Clicked in Webinar", 0.8, 0.6), ("Click RTP Call to Action", 3, 0.4),
    ("Fill Out Facebook Lead Ads Form", 0.8, 0.1), ("Tap Push Notification", 2, 0.1),
    ("Mobile App Activity", 5, 0.3), ("Mobile App Session", 4, 0.3), ("View In-App Message", 2, 0.1),
    ("Tap In-App Message", 1, 0.3), ("Subscribe SMS", 0.5, 0.3), ("Click Link in SMS V2", 0.7, 0.3),
    ("Engaged with a Dialogue", 2, 0.5), ("Interacted with Document in Dialogue", 1, 0.6),
    ("Scheduled Meeting in Dialogue", 0.6, 0.9), ("Reached Dialogue Goal", 0.8, 0.8),
    ("Engaged with an Agent in Dialogue", 0.7, 0.8), ("Clicked Link in Chat in Dialogue", 0.8, 0.5),
    ("Engaged with a Conversational Flow", 1.5, 0.4), ("Scheduled Meeting in Conversational Flow", 0.5, 0.9),
    ("Reached Conversational Flow Goal", 0.6, 0.8), ("Interacted with Document in Conversational Flow", 0.7, 0.6),
    ("Engaged with an Agent in Conversational Flow", 0.5, 0.8),
    ("Clicked Link in Chat in Conversational Flow", 0.6, 0.5),
]  # fmt: skip
WEEKDAY = [0.95, 1.15, 1.2, 1.1, 0.9, 0.18, 0.12]  # Monday first, relative


class Dice:
    """Draws made of random() alone."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def below(self, n):
        return int(self.random() * n)

    def pick(self, items):
        return items[self.below(len(items))]

    def chance(self, p):
        return self.random() < p

    def weighted(self, items, weights):
        at = self.random() * total(weights)
        for item, weight in zip(items, weights, strict=True):
            at -= weight
            if at < 0:
                return item
        return items[-1]

    def sample(self, items, n):
        items = list(items)
        return [items.pop(self.below(len(items))) for _ in range(min(n, len(items)))]

    def bell(self):
        """About normal, mean 0 and deviation 1: twelve uniform draws, less their mean."""
        return total(self.random() for _ in range(12)) - 6

    def times(self, mean):
        """A count of about that mean."""
        whole = int(mean)
        spread = sum(1 for _ in range(2 * whole) if self.chance(0.5))
        return spread + (1 if self.chance(mean - whole) else 0)


def total(numbers):
    """Their sum from left to right; that of sum() depends on the version of Python."""
    result = 0.0
    for number in numbers:
        result += number
    return result


def day_before(n):
    return LAST_DAY - dt.timedelta(n)


def make_accounts(dice):
    """Rows of accounts.csv; parts come after what they are part of."""
    rows = []
    names = [f"{stem} {dice.pick(FORMS)}" for stem in STEMS]
    for i in range(40):
        if i < len(names):
            parent, name, industry = "", names[i], dice.pick(INDUSTRIES)
            employees = 50 + dice.below(40) ** 2 * 5
        else:
            above = rows[dice.below(i)]
            used = [row[2] for row in rows]
            part = dice.pick([p for p in PARTS if f"{above[2]} {p}" not in used])
            parent, name, industry = above[0], f"{above[2]} {part}", above[3]
            employees = 20 + above[6] // (2 + dice.below(4))
        revenue = employees * (120 + dice.below(200)) * 1000
        owned = "Soil Lab" if dice.chance(0.3) else ""
        rows.append([f"acc-{i + 1:03}", parent, name, industry, dice.pick(COUNTRIES), revenue, employees, owned])
    return rows


def make_people(dice, accounts):
    """Rows of people.csv, and the same by account."""
    titles = [t for role, (ts, _, _) in ROLES.items() for t in ts for _ in range(3 if role == "Practitioner" else 1)]
    rows, by_account = [], {row[0]: [] for row in accounts}
    for account in accounts:
        for _ in range(6 + dice.below(9)):
            name = f"{dice.pick(FIRST)} {dice.pick(LAST)}"
            row = [f"per-{len(rows) + 1:04}", account[0], name, dice.pick(titles), account[4]]
            rows.append(row)
            by_account[account[0]].append(row)
    return rows, by_account


class Group:
    """A buying group with what only this script knows: its interest."""

    def __init__(self, dice, number, account, solution):
        self.id = f"grp-{number:03}"
        self.account = account
        self.solution = solution
        self.created = day_before(DAYS - 1 + 20 - dice.below(65))
        self.interest = dice.bell()
        self.members = []  # (person, role, source, since, until)
        self.decided = None
        self.outcome = "open"


def make_groups(dice, accounts, by_account):
    children = {row[0]: [a[0] for a in accounts if a[1] == row[0]] for row in accounts}
    groups = []
    for account in accounts:
        for solution, share in (("Crop Planner", 0.93), ("Cold Chain Monitor", 0.87)):
            if dice.chance(share):
                group = Group(dice, len(groups) + 1, account, solution)
                nearby = [p for a in [account[0], *children[account[0]]] for p in by_account[a]]
                staff(dice, group, nearby)
                groups.append(group)
    return groups


def staff(dice, group, people):
    """Assigns roles by title; the interested staff more roles."""
    for role, (titles, share, most) in ROLES.items():
        fitting = [p for p in people if p[3] in titles]
        if not fitting or not dice.chance(min(0.97, max(0.15, share + 0.12 * group.interest))):
            continue
        for person in dice.sample(fitting, 1 + dice.below(most)):
            source = dice.weighted(["manual", "journey", "job"], [2, 3, 5])
            since = until = ""
            if dice.chance(0.25):
                since = day_before(dice.below(90)).isoformat()
            elif dice.chance(0.06):
                until = day_before(dice.below(60)).isoformat()
            group.members.append((person, role, source, since, until))


def decide(dice, groups):
    """Dates and outcomes. About one in five is still open."""
    for group in groups:
        if dice.chance(0.22):
            continue
        group.decided = day_before(dice.below(70))
        roles = {role for _, role, _, since, _ in group.members if not since or since <= group.decided.isoformat()}
        coverage = sum(role in roles for role in REQUIRED) / len(REQUIRED)
        merit = 0.75 * group.interest + 2.0 * (coverage - 0.6) + (0.35 if "Decision Maker" in roles else -0.35)
        group.outcome = "won" if merit + 0.8 * dice.bell() > 0.25 else "lost"


def make_activities(dice, people, groups):
    """Rows of activities.csv, in order of time."""
    pull = {row[0]: [] for row in people}  # the groups that move a person to act
    for group in groups:
        for person, *_ in group.members:
            if group not in pull[person[0]]:
                pull[person[0]].append(group)
    bots = {row[0] for row in dice.sample([row for row in people if pull[row[0]]], 4)}
    rows = []
    for person in people:
        groups_of = pull[person[0]]
        eager = 0.4 + 1.2 * dice.random() ** 2
        for back in range(DAYS - 1, -1, -1):
            day = day_before(back)
            heat = max([warmth(group, day) for group in groups_of], default=0.08)
            n = dice.times(0.6 * eager * heat * WEEKDAY[day.weekday()])
            for _ in range(n):
                keen = min(1.0, heat / 2)
                weights = [often * (1 - depth + 1.6 * depth * keen) for _, often, depth in ACTIVITIES]
                activity = dice.weighted(ACTIVITIES, weights)[0]
                count = 2 + dice.below(3) if activity.startswith("Mobile App") and dice.chance(0.4) else ""
                rows.append([office_hour(dice, day), person[0], activity, count])
        if person[0] in bots:
            rows += scanner(dice, person[0])
    rows.sort(key=lambda row: [str(field) for field in row])
    return [[person, activity, time, count] for time, person, activity, count in rows]


def warmth(group, day):
    """How much a group's business moves its people on a day."""
    base = max(0.12, 0.75 + 0.5 * group.interest)
    if group.decided is None:
        return base
    ahead = (group.decided - day).days
    if ahead < 0:
        return 0.15
    return base * (1.6 if ahead < 35 else 0.8)


def office_hour(dice, day):
    hour = 7 + dice.below(6) + dice.below(7)
    return f"{day}T{hour:02}:{dice.below(60):02}:{dice.below(60):02}Z"


def scanner(dice, person):
    """A mail gateway that opens and clicks everything: one row a day and kind, with its count."""
    rows = []
    for back in range(DAYS):
        day = day_before(back)
        if day.weekday() < 5 and dice.chance(0.3):
            rows.append([day.isoformat(), person, "Open Email", 40 + dice.below(300)])
            rows.append([day.isoformat(), person, "Click Email", 20 + dice.below(120)])
    return rows


def write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(folder):
    dice = Dice(SEED)
    accounts = make_accounts(dice)
    people, by_account = make_people(dice, accounts)
    groups = make_groups(dice, accounts, by_account)
    decide(dice, groups)
    activities = make_activities(dice, people, groups)

    folder.mkdir(parents=True, exist_ok=True)
    write(
        folder / "accounts.csv",
        ["account_id", "parent_account_id", "name", "industry", "country", "revenue", "employees", "products"],
        accounts,
    )
    write(folder / "people.csv", ["person_id", "account_id", "name", "title", "country"], people)
    write(
        folder / "groups.csv",
        ["group_id", "account_id", "solution", "created"],
        [[g.id, g.account[0], g.solution, g.created] for g in groups],
    )
    members = [[g.id, p[0], *rest] for g in groups for p, *rest in g.members]
    write(folder / "members.csv", ["group_id", "person_id", "role", "source", "since", "until"], members)
    write(folder / "activities.csv", ["person_id", "activity", "time", "count"], activities)
    outcomes = []
    for g in groups:
        value = 5000 + g.account[6] * (20 + dice.below(30))
        outcomes.append([g.id, g.outcome, g.decided or "", "" if g.outcome == "lost" else value])
    write(folder / "outcomes.csv", ["group_id", "outcome", "date", "value"], outcomes)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent / "small")
