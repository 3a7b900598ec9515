"""Random bundles and random models: one seed, one case.

    python tests/python/cases.py SEED FOLDER [--beyond]

writes the case to look at: FOLDER/bundle and FOLDER/model.toml, and prints the as-of date.
`beyond` adds what only our own reference covers: decay, and per-group as-of dates.
Inputs whose score is undefined are avoided: members in roles whose values are all 0.
"""

import csv
import datetime as dt
import io
import json
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path

ZONES = ["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Berlin", "Pacific/Apia"]
TYPE_NAMES = [
    "Open Email", "open email", "Click Email", "Visited website", "Klick, E-Mail", 'Say "hi"',
    "Überblick", "访问网站", " leading blank", "trailing blank ", "a;b", "a.b", "tab\there", "Формуляр",
    '"', ",", "=1+1", "emoji 🚀", "null", "NaN", "0", "weight", "two\nlines", "#hash", "it's",
]  # fmt: skip
ROLE_NAMES = [
    "Decision Maker", "Influencer", "Practitioner", "Executive Steering Committee", "Champion",
    "Other", "Entscheider, kaufmännisch", 'The "Boss"', "法务", "decision maker",
]  # fmt: skip
SOLUTIONS = ["AI Seeds", "Weather, Pro", "Größe L", "*x", "Soil"]
BANDS = {"Trivial": 20, "Minor": 40, "Normal": 60, "Important": 80, "Vital": 100}

# Days on which clocks change in one of the zones, and the ends of a month and of a leap February.
TURNING_DAYS = [
    dt.date(2026, 3, 8), dt.date(2025, 11, 2), dt.date(2026, 4, 5), dt.date(2025, 10, 5),
    dt.date(2026, 3, 29), dt.date(2024, 2, 29), dt.date(2025, 12, 31), dt.date(2026, 3, 1),
]  # fmt: skip
# Seconds of the UTC day at which some zone begins a new day.
MIDNIGHTS = [0, 4 * 3600, 5 * 3600, 66600, 46800, 48600, 23 * 3600, 22 * 3600, 10 * 3600, 11 * 3600]


@dataclass
class Table:
    """One CSV file."""

    header: list
    rows: list = field(default_factory=list)

    def text(self, newline="\n"):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator=newline)
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return out.getvalue()

    def column(self, name):
        at = self.header.index(name)
        return [row[at] for row in self.rows]


@dataclass
class Case:
    """A bundle, a model and a date, with the way the files are written."""

    seed: int
    tables: dict
    model: dict
    as_of: str
    newline: str = "\n"
    bom: bool = False

    def write(self, folder):
        """Writes FOLDER/bundle and FOLDER/model.toml; returns the two paths."""
        bundle = Path(folder) / "bundle"
        write_bundle(bundle, self.tables, self.newline, self.bom)
        model = Path(folder) / "model.toml"
        model.write_text(toml_text(self.model), encoding="utf-8")
        return bundle, model

    @property
    def readings(self):
        return self.model.get("readings", {})

    @property
    def is_exact(self):
        """Whether the score is a ratio of integers, so that its double is one and no other."""
        names = ("person_transform", "group_transform", "person_scaling", "group_scaling")
        return all(self.readings.get(n, "none") == "none" for n in names) and "decay" not in self.model


def write_bundle(folder, tables, newline="\n", bom=False):
    """Writes a dict of Tables as a CSV bundle."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        data = table.text(newline).encode("utf-8")
        (folder / f"{name}.csv").write_bytes((b"\xef\xbb\xbf" if bom else b"") + data)


# ---- TOML -------------------------------------------------------------------------------------


def toml_value(value):
    """One value, inline."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return "{ " + ", ".join(f"{toml_key(k)} = {toml_value(v)}" for k, v in value.items()) + " }"


def toml_key(key):
    return json.dumps(key, ensure_ascii=False)


def toml_text(model):
    """A model as TOML: plain keys, then tables, then the templates."""
    plain = [f"{k} = {toml_value(v)}" for k, v in model.items() if not isinstance(v, dict) and k != "template"]
    parts = ["\n".join(plain)]
    for name, table in model.items():
        if isinstance(table, dict):
            lines = [f"{toml_key(k)} = {toml_value(v)}" for k, v in table.items()]
            parts.append("\n".join([f"[{name}]", *lines]))
    for template in model.get("template", []):
        lines = [f"{k} = {toml_value(v)}" for k, v in template.items() if k != "roles"]
        roles = "".join(f"  {toml_value(r)},\n" for r in template["roles"])
        parts.append("\n".join(["[[template]]", *lines, f"roles = [\n{roles}]"]))
    return "\n\n".join(parts) + "\n"


# ---- worlds -----------------------------------------------------------------------------------


def make_case(seed, beyond=False):
    """The case of a seed."""
    rng = random.Random(f"case {seed} {beyond}")
    maker = _Maker(rng)
    tables = maker.tables()
    model = maker.model(beyond)
    case = Case(seed, tables, model, maker.as_of(beyond, model))
    case.newline = "\r\n" if rng.random() < 0.15 else "\n"
    case.bom = rng.random() < 0.1
    return case


class _Maker:
    def __init__(self, rng):
        self.rng = rng

    def chance(self, p):
        return self.rng.random() < p

    def ident(self, prefix, i):
        forms = [f"{prefix}{i}"] * 6 + [f"{prefix},{i}", f'{prefix}"{i}"', f"{prefix} {i}", f"{prefix}ü{i}"]
        return self.rng.choice(forms)

    # -- facts

    def tables(self):
        rng = self.rng
        self.zone = rng.choice(["UTC", rng.choice(ZONES)])
        self.end = rng.choice([*TURNING_DAYS, dt.date(2025, 1, 1) + dt.timedelta(rng.randrange(500))])
        self.end += dt.timedelta(rng.randrange(6))
        self.span = rng.choice([3, 12, 45, 45, 45, 120, 390, rng.randrange(1030, 1600)])
        accounts = self.accounts()
        people = self.people(accounts)
        groups = self.groups(accounts)
        tables = {
            "accounts": accounts,
            "people": people,
            "groups": groups,
            "members": self.members(groups, people),
            "activities": self.activities(people),
        }
        if self.chance(0.75):
            tables["outcomes"] = self.outcomes(groups)
        for table in tables.values():
            if self.chance(0.25):
                self.permute_columns(table)
        return tables

    def permute_columns(self, table):
        order = list(range(len(table.header)))
        self.rng.shuffle(order)
        table.header = [table.header[i] for i in order]
        table.rows = [[row[i] for i in order] for row in table.rows]

    def accounts(self):
        n = self.rng.randint(1, 8)
        ids = [self.ident("a", i) for i in range(n)]
        rows = []
        for i, a in enumerate(ids):
            parent = self.rng.choice(ids[:i]) if i and self.chance(0.6) else ""
            rows.append([a, parent, f"Company {i}, Inc.", self.rng.choice(["", "1500000", "2.5e6"])])
        self.rng.shuffle(rows)
        return Table(["account_id", "parent_account_id", "name", "revenue"], rows)

    def people(self, accounts):
        ids = accounts.column("account_id")
        n = self.rng.choice([1, 2, 5, self.rng.randint(1, 40)])
        titles = ["Director of IT", "Leiter, Einkauf", "", 'VP "Growth"', "两行\n职称"]
        rows = [[self.ident("p", i), self.rng.choice(ids), self.rng.choice(titles)] for i in range(n)]
        self.rng.shuffle(rows)
        return Table(["person_id", "account_id", "title"], rows)

    def groups(self, accounts):
        ids = accounts.column("account_id")
        n = self.rng.choice([0, 1, 3, self.rng.randint(2, 15), self.rng.randint(2, 15)])
        header = ["group_id", "account_id", "solution", "created"]
        rows = []
        for i in range(n):
            created = "" if self.chance(0.25) else self.moment(self.some_day(), 0.3)
            rows.append([self.ident("g", i), self.rng.choice(ids), self.rng.choice(SOLUTIONS), created])
        self.rng.shuffle(rows)
        if self.chance(0.1):
            return Table(header[:3], [row[:3] for row in rows])
        return Table(header, rows)

    def members(self, groups, people):
        everyone = people.column("person_id")
        self.roles = self.rng.sample(ROLE_NAMES, self.rng.randint(1, 6))
        rows = []
        for g in groups.column("group_id"):
            for _ in range(self.rng.choice([0, 1, 3, 5, 9, 9])):
                p, r = self.rng.choice(everyone), self.rng.choice(self.roles)
                if not any(row[:3] == [g, p, r] for row in rows):
                    rows.extend([g, p, r, *rest] for rest in self.terms())
        header = ["group_id", "person_id", "role", "source", "since", "until"]
        self.rng.shuffle(rows)
        if self.chance(0.15) and len({tuple(row[:3]) for row in rows}) == len(rows):
            return Table(header[:3], [row[:3] for row in rows])
        return Table(header, rows)

    def terms(self):
        """Source, since and until of one membership, or of two that do not meet."""
        source = self.rng.choice(["manual", "journey", "job"])
        day = self.some_day()
        kind = self.rng.random()
        if kind < 0.6:
            return [[source, "", ""]]
        if kind < 0.7:
            return [[source, self.moment(day, 0.3), ""]]
        if kind < 0.8:
            return [[source, "", self.moment(day, 0.3)]]
        later = day + dt.timedelta(self.rng.choice([3, 4, 30]))
        if kind < 0.9:
            return [[source, self.moment(day, 0.3), self.moment(later, 0.3)]]
        return [[source, "", self.moment(day, 0.3)], [source, self.moment(later, 0.3), ""]]

    def activities(self, people):
        rng = self.rng
        if self.chance(0.08):
            self.types = [f"Type {i}" for i in range(rng.randint(65, 140))]
        else:
            self.types = rng.sample(TYPE_NAMES, rng.randint(1, 12))
        everyone = people.column("person_id")
        everyone = rng.sample(everyone, rng.randint(1, len(everyone)))
        busy = [(rng.choice(everyone), rng.choice(self.types), self.some_day()) for _ in range(4)]
        counted = self.chance(0.75)
        rows = []
        for _ in range(rng.choice([0, 5, 60, 150, 300, 300, 500])):
            if self.chance(0.3):
                p, k, day = rng.choice(busy)
            else:
                p, k, day = rng.choice(everyone), rng.choice(self.types), self.some_day()
            row = [p, k, self.moment(day, 0.6)] + ([self.count()] if counted else [])
            rows.append(row)
            if self.chance(0.05):
                rows.append(list(row))
        rng.shuffle(rows)
        return Table(["person_id", "activity", "time"] + (["count"] if counted else []), rows)

    def count(self):
        if self.chance(0.01):
            return self.rng.choice(["1000000000", "999999999", "4294967", "65536", "256"])
        return self.rng.choice(["", "", "0", "1", "1", "2", "3", "7", "19", "20", "21", "50"])

    def outcomes(self, groups):
        rows = []
        for g in groups.column("group_id"):
            if self.chance(0.2):
                continue
            outcome = self.rng.choice(["won", "lost", "open"])
            date = "" if outcome == "open" or self.chance(0.15) else self.moment(self.some_day(), 0.3)
            rows.append([g, outcome, date, self.rng.choice(["", "1000", "2500.5"])])
        return Table(["group_id", "outcome", "date", "value"], rows)

    # -- times

    def some_day(self):
        back = int(self.span * self.rng.random() ** 3)
        return self.end - dt.timedelta(back)

    def moment(self, day, p_time):
        """A day as text, with probability p_time as a date-time near some zone's midnight."""
        rng = self.rng
        if not self.chance(p_time):
            return day.isoformat()
        if self.chance(0.6):
            second = rng.choice(MIDNIGHTS) + rng.choice([-1, 0, 0, 1, -3600, 1799])
        else:
            second = rng.randrange(86400)
        utc = dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=second)
        if self.chance(0.1):
            utc -= dt.timedelta(microseconds=1)
        offset = rng.choice([None, 0, 0, 60, -300, 330, 630, 660, -720, 840, 345])
        local = utc + dt.timedelta(minutes=offset or 0)
        return stamp(rng, local, offset)

    # -- opinions

    def number(self, zero=True, negative=True):
        """A weight."""
        kind = self.rng.random()
        if kind < 0.08 and zero:
            return 0
        if kind < 0.18 and negative:
            return self.rng.choice([-1, -7, -2.5])
        if kind < 0.45:
            return self.rng.choice([2.5, 0.1, 33.333, 0.25, 1.0, 12.75])
        return self.rng.choice([1, 1, 2, 3, 5, 30, 60, 90, 1000])

    def model(self, beyond):
        rng = self.rng
        readings = self.random_readings()
        model = {"format": "rolecall.model/1", "name": "case"}
        if not self.chance(0.1):
            model["window_days"] = rng.choice([30, 30, 1, 2, 7, 90, 365, 400, rng.randint(1, 400)])
        if not self.chance(0.1):
            model["daily_cap"] = rng.choice([20, 20, "none", 0, 1, 3, 1000, rng.randint(1, 60)])
        roots = readings.get("group_transform") == "sqrt"
        # The root of a sum that all but cancels is ill conditioned: not a question to ask in floats.
        model["activities"] = self.weights(negative=not (roots and not self.all_linear(readings)))
        if self.chance(0.4):
            model["bands"] = {"Huge": 250, "Vital": rng.choice([100, 120.5]), "Klein, aber": 3}
        if readings or self.chance(0.5):
            model["readings"] = readings
        if beyond and self.chance(0.6):
            model["decay"] = rng.choice([
                {"kind": "linear"},
                {"kind": "half-life", "half_life_days": rng.choice([7, 7.5, 30, 1])},
                {"kind": "monthly-steps", "step_loss": rng.choice([0.25, 0.5, 0.1])},
            ])  # fmt: skip
        bands = BANDS | model.get("bands", {})
        zero = readings.get("role_denominator", "template") == "template"
        model["template"] = [self.template(i, bands, zero) for i in range(rng.randint(1, 3))]
        return model

    @staticmethod
    def all_linear(readings):
        return readings.get("person_transform", "none") == readings.get("person_scaling", "none") == "none"

    def random_readings(self):
        choices = {
            "role_denominator": ["template", "present", "members"],
            "aggregation": ["sum", "mean", "max"],
            "weight_scaling": ["none", "max", "min-max"],
            "person_transform": ["none", "sqrt"],
            "person_scaling": ["none", "max", "min-max"],
            "group_transform": ["none", "sqrt"],
            "group_scaling": ["none", "max", "min-max"],
            "completeness_roles": ["required", "all"],
            "since_creation": [True, False],
            "display_rounding": ["half-up", "floor"],
        }
        changed = self.rng.choice([0.0, 0.3, 0.6, 0.8])
        readings = {k: self.rng.choice(v) for k, v in choices.items() if self.chance(changed)}
        if self.chance(0.3):  # about half of the cases stay exact
            for name in ("person_transform", "group_transform", "person_scaling", "group_scaling"):
                readings.pop(name, None)
        if self.zone != "UTC" or self.chance(0.1):
            readings["day_boundary"] = self.zone
        return readings

    def weights(self, negative):
        activities = {}
        for k in self.types:
            if self.chance(0.15):
                continue
            weight = self.number(negative=negative)
            if self.chance(0.4):
                activity = {"weight": weight}
                if self.chance(0.8):
                    activity["daily_cap"] = self.rng.choice([0, 1, 2, 5, 20, 100, "none"])
                if self.chance(0.5):
                    activity["channel"] = self.rng.choice(["Email", "Web"])
                activities[k] = activity
            else:
                activities[k] = weight
        if self.chance(0.3):
            activities["Never happened"] = 5000
        if self.chance(0.4) or not activities:
            star = self.number(negative=negative)
            activities["*"] = star if self.chance(0.5) else {"weight": star, "daily_cap": 2}
        return activities

    def template(self, i, bands, zero):
        rng = self.rng
        names = [r for r in self.roles if self.chance(0.8)]
        names += rng.sample([f"Role {j}" for j in range(4)], rng.randint(0, 2))
        if not names:
            names = ["Influencer"]
        rng.shuffle(names)
        roles = []
        for j, name in enumerate(names):
            role = {"name": name, "weighting": rng.choice([*bands, 12.5, 7, 33.333])}
            if zero and j > 0 and self.chance(0.1):
                role["weighting"] = 0
            if self.chance(0.3):
                role["members_required"] = rng.randint(1, 5)
            if self.chance(0.25):
                role["required"] = rng.choice([True, False, False])
            roles.append(role)
        if self.chance(0.05):
            for role in roles:
                role["required"] = False
        template = {"name": f"Template {i}"}
        if not self.chance(0.05):
            template["solutions"] = rng.choice([["*"], ["*"], rng.sample(SOLUTIONS, rng.randint(1, 3))])
        return template | {"roles": roles}

    def as_of(self, beyond, model):
        if beyond and self.chance(0.6):
            per_group = self.rng.choice(["outcome-7d", "outcome-0d", "created+30d", "created+0d"])
            readings = model.get("readings", {})
            if not readings.get("since_creation") or readings.get("person_scaling", "none") == "none":
                return per_group
        if self.chance(0.1):
            return (self.end + dt.timedelta(self.rng.choice([-2000, 700]))).isoformat()
        return (self.end + dt.timedelta(self.rng.choice([0, 0, 0, -1, 1, -5, 3, -30]))).isoformat()


def stamp(rng, local, offset):
    """A local date-time as ISO 8601 text; offset in minutes east of UTC, or None for no zone."""
    text = local.strftime("%Y-%m-%d") + rng.choice(["T", "T", "T", " "])
    if local.microsecond:
        text += local.strftime("%H:%M:%S.%f") + rng.choice(["", "", "7"])
    elif local.second or rng.random() < 0.7:
        text += local.strftime("%H:%M:%S") + rng.choice(["", "", "", ".0", ".000", ".000000"])
    else:
        text += local.strftime("%H:%M")
    if offset is None:
        return text
    if offset == 0:
        return text + rng.choice(["Z", "Z", "+00:00", "-00:00"])
    sign, minutes = "-" if offset < 0 else "+", abs(offset)
    forms = [f"{sign}{minutes // 60:02}:{minutes % 60:02}", f"{sign}{minutes // 60:02}{minutes % 60:02}"]
    if minutes % 60 == 0:
        forms.append(f"{sign}{minutes // 60:02}")
    return text + rng.choice(forms)


# ---- a bundle of some size --------------------------------------------------------------------


def large_tables(seed=1, people=4000, rows=260_000, accounts=120, groups=600):
    """A bundle large enough that files are read in several parts and races would show."""
    rng = random.Random(f"large {seed}")
    types = TYPE_NAMES[:12]
    day0 = dt.datetime(2026, 1, 1)
    accounts_t = Table(["account_id", "parent_account_id", "name"])
    for i in range(accounts):
        parent = f"a{rng.randrange(i)}" if i and rng.random() < 0.5 else ""
        accounts_t.rows.append([f"a{i}", parent, f"Company {i}"])
    people_t = Table(["person_id", "account_id", "title", "note"])
    for i in range(people):
        note = 'several\nlines, with ""quotes"" ' * rng.randrange(4)
        people_t.rows.append([f"p{i}", f"a{rng.randrange(accounts)}", "Analyst", note])
    groups_t = Table(["group_id", "account_id", "solution", "created"])
    members_t = Table(["group_id", "person_id", "role", "source", "since"])
    outcomes_t = Table(["group_id", "outcome", "date", "value"])
    for i in range(groups):
        groups_t.rows.append([f"g{i}", f"a{rng.randrange(accounts)}", rng.choice(SOLUTIONS), "2026-01-05"])
        for p in rng.sample(range(people), rng.randrange(10)):
            since = rng.choice(["", "2026-02-01", "2026-03-05T23:30:00-05:00"])
            members_t.rows.append([f"g{i}", f"p{p}", rng.choice(ROLE_NAMES[:6]), "manual", since])
        outcomes_t.rows.append([f"g{i}", rng.choice(["won", "lost"]), "2026-03-20", str(1000 * i)])
    activities_t = Table(["person_id", "activity", "time", "count", "campaign"])
    for _ in range(rows):
        when = day0 + dt.timedelta(seconds=int(rng.random() ** 0.5 * 90 * 86400))
        count = rng.choice(["", "", "", "1", "2", "30"])
        note = 'a "quoted"\nnote' if rng.random() < 0.01 else ""
        person = int(people * rng.random() ** 3)
        activities_t.rows.append([f"p{person}", rng.choice(types), when.isoformat() + "Z", count, note])
    return {
        "accounts": accounts_t, "people": people_t, "groups": groups_t, "members": members_t,
        "activities": activities_t, "outcomes": outcomes_t,
    }  # fmt: skip


if __name__ == "__main__":
    chosen = make_case(int(sys.argv[1]), beyond="--beyond" in sys.argv)
    print(*chosen.write(sys.argv[2]), "--as-of", chosen.as_of)
