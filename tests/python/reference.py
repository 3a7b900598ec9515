"""An exact, slow scorer of CSV bundles: what the program must say, in two pages.

Everything is a ratio of integers until a root, a half-life or a scaling of roots makes it a double.
Where tests/python needs more than engagement and completeness on one date, this is what it compares with:
decay, as-of dates per group, members, missing roles, displayed scores.
"""

import csv
import math
import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):?(\d\d)?)?)?"
)


def day_of(text, zone):
    """The day, in the zone, of a date or a date-time."""
    y, m, d, hour, minute, second, _, sign, oh, om = _TIME.fullmatch(text).groups()
    if hour is None:
        return date(int(y), int(m), int(d))
    east = timedelta(hours=int(oh or 0), minutes=int(om or 0)) * (-1 if sign == "-" else 1)
    written = datetime(int(y), int(m), int(d), int(hour), int(minute), int(second or 0), tzinfo=UTC)
    return (written - east).astimezone(zone).date()


def exact(number):
    """A number of a model file as the decimal that was written."""
    return Fraction(repr(number))


def signed_root(value):
    return math.sqrt(value) if value >= 0 else -math.sqrt(-value)


@dataclass(frozen=True)
class Role:
    name: str
    value: Fraction
    needed: int
    required: bool


@dataclass(frozen=True)
class Score:
    """One group's row. `completeness` is None when no role is required."""

    day: date
    engagement: Fraction | float
    completeness: Fraction | None
    members: int
    missing_roles: tuple
    rounding: str

    @property
    def engagement_display(self):
        return str(whole(self.engagement, self.rounding))

    @property
    def completeness_display(self):
        return "-" if self.completeness is None else str(whole(self.completeness, self.rounding))


def whole(value, rounding):
    return math.floor(value if rounding == "floor" else value + Fraction(1, 2))


class Model:
    """A model file with its defaults."""

    def __init__(self, path):
        spec = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        self.window = spec.get("window_days", 30)
        self.cap = spec.get("daily_cap", 20)
        self.activities = spec["activities"]
        self.decay = spec.get("decay")
        self.readings = spec.get("readings", {})
        self.zone = ZoneInfo(self.reading("day_boundary", "UTC"))
        bands = dict(Trivial=20, Minor=40, Normal=60, Important=80, Vital=100) | spec.get("bands", {})
        self.templates = []
        for template in spec["template"]:
            roles = [
                Role(
                    r["name"],
                    exact(bands[r["weighting"]] if isinstance(r["weighting"], str) else r["weighting"]),
                    r.get("members_required", 1),
                    r.get("required", True),
                )
                for r in template["roles"]
            ]
            self.templates.append((template.get("solutions", ["*"]), roles))

    def reading(self, name, default="none"):
        return self.readings.get(name, default)

    def roles_of(self, solution):
        for solutions, roles in self.templates:
            if "*" in solutions or solution in solutions:
                return roles
        return []

    def weight_and_cap(self, activity):
        """(weight, cap) of an activity type, cap None for no limit; None when it weighs nothing."""
        entry = self.activities.get(activity, self.activities.get("*"))
        if entry is None:
            return None
        if not isinstance(entry, dict):
            entry = {"weight": entry}
        cap = entry.get("daily_cap", self.cap)
        return exact(entry["weight"]), None if cap == "none" else cap

    def faded(self, age):
        """What is left of a count after `age` days."""
        if self.decay is None:
            return 1
        if self.decay["kind"] == "linear":
            return Fraction(self.window - age, self.window)
        if self.decay["kind"] == "half-life":
            return 0.5 ** (age / self.decay["half_life_days"])
        return (1 - exact(self.decay["step_loss"])) ** (age // 30)


class Bundle:
    """The tables of a bundle folder, with days in the model's zone."""

    def __init__(self, folder, zone):
        def read(name):
            path = Path(folder) / f"{name}.csv"
            if not path.exists():
                return []
            with path.open(encoding="utf-8-sig", newline="") as file:
                return list(csv.DictReader(file))

        def day(row, name):
            return day_of(row[name], zone) if row.get(name) else None

        self.people = [r["person_id"] for r in read("people")]
        self.solution = {r["group_id"]: r["solution"] for r in read("groups")}
        self.created = {r["group_id"]: day(r, "created") for r in read("groups")}
        self.ended = {r["group_id"]: day(r, "date") for r in read("outcomes")}
        self.outcome = {r["group_id"]: r["outcome"] for r in read("outcomes")}
        self.members = defaultdict(list)
        for r in read("members"):
            term = day(r, "since") or date.min, day(r, "until") or date.max
            self.members[r["group_id"]].append((r["person_id"], r["role"], *term))
        self.counts = defaultdict(Counter)  # by person: (type, day) -> number
        for r in read("activities"):
            key = r["activity"], day_of(r["time"], zone)
            self.counts[r["person_id"]][key] += int(r["count"]) if r.get("count") else 1


def parse_as_of(text):
    """('date', date) or ('outcome' | 'created', days to add)."""
    if m := re.fullmatch(r"(outcome|created)([+-]\d+)d", text):
        return m[1], int(m[2])
    return "date", date.fromisoformat(text)


def score(folder, model_path, as_of):
    """Scores every group that has an as-of date: group_id -> Score."""
    return Scorer(folder, model_path).score(as_of)


class Scorer:
    """A bundle under a model; `score` may be asked for several dates."""

    def __init__(self, folder, model_path):
        self.model = Model(model_path)
        self.bundle = Bundle(folder, self.model.zone)
        self.weight_memo = {}

    def dates(self, as_of):
        kind, value = parse_as_of(as_of)
        if kind == "date":
            return dict.fromkeys(self.bundle.solution, value)
        base = self.bundle.ended if kind == "outcome" else self.bundle.created
        return {g: base[g] + timedelta(value) for g in self.bundle.solution if base.get(g)}

    def weights(self, today):
        """Type -> (weight, cap), scaled over what occurred in the window of `today`."""
        if today in self.weight_memo:
            return self.weight_memo[today]
        first = today - timedelta(self.model.window - 1)
        occurred = {k for c in self.bundle.counts.values() for (k, d), n in c.items() if n and first <= d <= today}
        known = {k: self.model.weight_and_cap(k) for k in occurred}
        table = {k: v for k, v in known.items() if v is not None}
        how = self.model.reading("weight_scaling")
        heavy = [w for w, _ in table.values() if w != 0]
        if how != "none" and heavy:
            top, bottom = max(heavy), min(heavy) if how == "min-max" else 0
            table = {
                k: ((Fraction(1) if top == bottom else (w - bottom) / (top - bottom)) if w else w, cap)
                for k, (w, cap) in table.items()
            }
        self.weight_memo[today] = table
        return table

    def person_sum(self, person, today, since):
        weights = self.weights(today)
        first = max(today - timedelta(self.model.window - 1), since or date.min)
        total = Fraction(0)
        for (k, d), n in self.bundle.counts.get(person, {}).items():
            if first <= d <= today and k in weights:
                weight, cap = weights[k]
                total += weight * (n if cap is None else min(n, cap)) * self.model.faded((today - d).days)
        return total

    def person_scores(self, days, since):
        """(person, day) -> score, scaled over all of them."""
        values = {(p, d): self.person_sum(p, d, since) for p in self.bundle.people for d in days}
        if self.model.reading("person_transform") == "sqrt":
            values = {k: signed_root(v) for k, v in values.items()}
        return rescaled(values, self.model.reading("person_scaling"))

    def score(self, as_of):
        dates = self.dates(as_of)
        days = set(dates.values())
        by_since = {}
        raw = {}
        for g, today in dates.items():
            since = self.bundle.created[g] if self.model.reading("since_creation", False) else None
            if since not in by_since:
                by_since[since] = self.person_scores(days, since)
            raw[g] = 0 if since and since > today else self.group_sum(g, today, by_since[since])
        if self.model.reading("group_transform") == "sqrt":
            raw = {g: signed_root(v) for g, v in raw.items()}
        engagement = rescaled(raw, self.model.reading("group_scaling"))
        return {g: self.row(g, dates[g], engagement[g]) for g in dates}

    def present(self, g, today):
        """Role -> people, of those roles of the template that have a member on the day."""
        roles = self.model.roles_of(self.bundle.solution[g])
        there = defaultdict(list)
        for person, role, since, until in self.bundle.members[g]:
            if since <= today <= until:
                there[role].append(person)
        return [(r, there.get(r.name, [])) for r in roles]

    def group_sum(self, g, today, person):
        staffed = [(r, ps) for r, ps in self.present(g, today) if ps]
        if not staffed:
            return Fraction(0)
        denominator = {
            "template": sum(r.value for r in self.model.roles_of(self.bundle.solution[g])),
            "present": sum(r.value for r, _ in staffed),
            "members": sum(r.value * len(ps) for r, ps in staffed),
        }[self.model.reading("role_denominator", "template")]
        how = self.model.reading("aggregation", "sum")
        total = Fraction(0)
        for r, ps in staffed:
            values = [person[p, today] for p in ps]
            one = max(values) if how == "max" else sum(values)
            total += r.value * (one / len(ps) if how == "mean" else one)
        return total / denominator

    def row(self, g, today, engagement):
        staff = self.present(g, today)
        counted = [
            (r, ps) for r, ps in staff if r.required or self.model.reading("completeness_roles", "required") == "all"
        ]
        shares = [Fraction(100 * min(len(ps), r.needed), r.needed) for r, ps in counted]
        return Score(
            today,
            engagement,
            sum(shares) / len(shares) if shares else None,
            len({p for _, ps in staff for p in ps}),
            tuple(r.name for r, ps in staff if r.required and len(ps) < r.needed),
            self.model.reading("display_rounding", "half-up"),
        )


def rescaled(values, how):
    """0…100 over all the values. All but equal (for max: a maximum of 0 or below): 0 or 100."""
    if how == "none" or not values:
        return values
    top = max(values.values())
    bottom = min(values.values()) if how == "min-max" else 0
    if top - bottom <= abs(top) * 1e-12:
        return {k: 100 if v else 0 for k, v in values.items()}
    return {k: (v - bottom) * 100 / (top - bottom) for k, v in values.items()}


def auc(scores, outcomes):
    """Chance that a won group scores above a lost one, ties half; None when a side is empty."""
    won = sorted(s for g, s in scores.items() if outcomes.get(g) == "won")
    lost = sorted(s for g, s in scores.items() if outcomes.get(g) == "lost")
    if not won or not lost:
        return None
    below = sum(sum((w > x) - (w < x) for x in lost) for w in won)
    return Fraction(1, 2) + Fraction(below, 2 * len(won) * len(lost))
