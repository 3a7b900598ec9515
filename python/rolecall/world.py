"""Worlds: accounts, people, groups, memberships, activities, outcomes and deals as polars DataFrames."""

import os
from collections.abc import Iterable
from functools import cached_property

import numpy as np
import polars as pl

from rolecall.content_file import ContentFile
from rolecall.reader import Reader
from rolecall.truth import Truth

OUTCOMES = pl.Enum(["open", "won", "lost"])
SOURCES = pl.Enum(["job", "journey", "manual"])
TIME = pl.Datetime("us", "UTC")
DEALS = {
    "deal_id": pl.String(),
    "account_id": pl.String(),
    "solution": pl.String(),
    "pipeline": pl.String(),
    "stage": pl.String(),
    "opened": TIME,
    "closed": TIME,
    "value": pl.Float64(),
    "outcome": OUTCOMES,
}
DEAL_CONTACTS = dict.fromkeys(("deal_id", "person_id", "role"), pl.String())
DEAL_EVENTS = {"deal_id": pl.String(), "event": pl.String(), "time": TIME, "detail": pl.String()}
NO_ROLE = 65535
NEAR = 1 << 16
"""Activity rows (one chunk): ranges nearer than this are read as one."""

ROWS_OF = {
    "accounts": "accounts/account_id",
    "people": "people/person_id",
    "groups": "groups/group_id",
    "members": "members/person",
    "activities": "activities/time",
}
ROWS_OF_DEALS = {
    "deals": "deals/deal_id",
    "deal_contacts": "deals/contacts/person",
    "deal_events": "deals/events/time",
}
TIMES = (
    "groups/created",
    "members/since",
    "members/until",
    "outcomes/date",
    "activities/time",
    "deals/opened",
    "deals/closed",
    "deals/events/time",
)


def open_world(path: str | os.PathLike[str]) -> "World":
    """Opens a world file, imported or generated; tables are read when first asked for.

    Raises FileNotFoundError, PermissionError, or FormatError when it is no world that this package reads.
    """
    return World(path)


class World(ContentFile):
    """A world file. Rows are in ascending order of their ids, columns are named as in the CSV bundle.

    Times are UTC to the microsecond; what is missing is null. Custom columns of the source follow the fixed ones.
    """

    kind = "rolecall.world"

    def __repr__(self) -> str:
        return f"World({str(self.path)!r}: {', '.join(f'{n:,} {name}' for name, n in self.sizes.items())})"

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Rows of each table: accounts, people, groups, members, activities; in worlds with deals also deals,
        deal_contacts, deal_events."""
        with self.reading() as file:
            tables = ROWS_OF | (ROWS_OF_DEALS if "deals" in file else {})
            return {table: len(file.dataset(name)) for table, name in tables.items()}

    @cached_property
    def accounts(self) -> pl.DataFrame:
        """accounts rows: account_id, parent_account_id (null: a root), then name, industry, revenue, …"""
        with self.reading() as file:
            ids = file.texts("accounts/account_id")
            columns = {"account_id": ids, "parent_account_id": pick(ids, file.array("accounts/parent"))}
            return pl.DataFrame(columns | file.custom_columns("accounts", set(columns)))

    @cached_property
    def people(self) -> pl.DataFrame:
        """people rows: person_id, account_id (the primary account; null: none), then title, …"""
        with self.reading() as file:
            accounts = pick(file.texts("accounts/account_id"), file.array("people/account"))
            columns = {"person_id": file.texts("people/person_id"), "account_id": accounts}
            return pl.DataFrame(columns | file.custom_columns("people", set(columns)))

    @cached_property
    def groups(self) -> pl.DataFrame:
        """groups rows: group_id, account_id, solution, created, outcome (open, won, lost; null: none known),
        outcome_date, outcome_value (in the currency of the source), then custom columns of the groups."""
        with self.reading() as file:
            columns = {
                "group_id": file.texts("groups/group_id"),
                "account_id": pick(file.texts("accounts/account_id"), file.array("groups/account")),
                "solution": pick(file.texts("solutions/name"), file.array("groups/solution")),
                "created": file.times("groups/created"),
                "outcome": choose(file.array("outcomes/outcome"), OUTCOMES, first=1),
                "outcome_date": file.times("outcomes/date"),
                "outcome_value": file.numbers("outcomes/value"),
            }
            return pl.DataFrame(columns | file.custom_columns("groups", set(columns)))

    @cached_property
    def outcomes(self) -> pl.DataFrame:
        """One row for each group whose outcome is known: group_id, outcome, date, value, then custom columns."""
        with self.reading() as file:
            columns = {
                "group_id": file.texts("groups/group_id"),
                "outcome": choose(file.array("outcomes/outcome"), OUTCOMES, first=1),
                "date": file.times("outcomes/date"),
                "value": file.numbers("outcomes/value"),
            }
            table = pl.DataFrame(columns | file.custom_columns("outcomes", set(columns)))
        return table.filter(pl.col("outcome").is_not_null())

    @cached_property
    def members(self) -> pl.DataFrame:
        """members rows: group_id, person_id, role, source (job, journey, manual), since and until (days, both
        included; null: always), then custom columns. In order of group, person, role, since."""
        with self.reading() as file:
            of_group = np.repeat(np.arange(self.sizes["groups"]), np.diff(file.integers("members/offsets")))
            columns = {
                "group_id": pick(file.texts("groups/group_id"), of_group),
                "person_id": pick(file.texts("people/person_id"), file.array("members/person")),
                "role": pick(file.texts("roles/name"), file.array("members/role")),
                "source": choose(file.array("members/source"), SOURCES),
                "since": file.times("members/since"),
                "until": file.times("members/until"),
            }
            return pl.DataFrame(columns | file.custom_columns("members", set(columns)))

    @cached_property
    def deals(self) -> pl.DataFrame:
        """deals rows: deal_id, account_id, solution, pipeline, stage, opened, closed, value (in the currency of the
        source), outcome (open, won, lost; null: not recorded), then custom columns. No rows in a world without deals.
        """
        with self.reading() as file:
            if "deals" not in file:
                return pl.DataFrame(schema=DEALS)
            columns = {
                "deal_id": file.texts("deals/deal_id"),
                "account_id": pick(file.texts("accounts/account_id"), file.array("deals/account")),
                "solution": pick(file.texts("solutions/name"), file.array("deals/solution")),
                "pipeline": empty_to_null(file.texts("deals/pipeline")),
                "stage": empty_to_null(file.texts("deals/stage")),
                "opened": file.times("deals/opened"),
                "closed": file.times("deals/closed"),
                "value": file.numbers("deals/value"),
                "outcome": choose(file.array("deals/outcome"), OUTCOMES, first=1),
            }
            return pl.DataFrame(columns | file.custom_columns("deals", set(columns)))

    @cached_property
    def deal_contacts(self) -> pl.DataFrame:
        """People of deals: deal_id, person_id, role (null: none), then custom columns. In order of deal, person, role."""
        with self.reading() as file:
            if "deals" not in file:
                return pl.DataFrame(schema=DEAL_CONTACTS)
            roles = file.integers("deals/contacts/role")
            columns = {
                "deal_id": self._deal_ids(file, "contacts"),
                "person_id": pick(file.texts("people/person_id"), file.array("deals/contacts/person")),
                "role": pick(file.texts("roles/name"), np.where(roles == NO_ROLE, -1, roles)),
            }
            return pl.DataFrame(columns | file.custom_columns("deals/contacts", set(columns)))

    @cached_property
    def deal_events(self) -> pl.DataFrame:
        """What happened to deals: deal_id, event, time, detail (the stage or pipeline entered, or what else is said),
        then custom columns. In order of deal, time, event, detail."""
        with self.reading() as file:
            if "deals" not in file:
                return pl.DataFrame(schema=DEAL_EVENTS)
            columns = {
                "deal_id": self._deal_ids(file, "events"),
                "event": pick(file.texts("deals/events/type_name"), file.array("deals/events/type")),
                "time": file.times("deals/events/time"),
                "detail": empty_to_null(file.texts("deals/events/detail")),
            }
            return pl.DataFrame(columns | file.custom_columns("deals/events", set(columns)))

    def activities(self, people: Iterable[str] | None = None, rows: slice | None = None) -> pl.DataFrame:
        """Activities: person_id, activity, time, count (acts that the row stands for), then custom columns.

        All of them; those of some `people`, by id; or a slice of `rows`, of step 1, counted in the order of the file
        (person, then time), which is also the order here. Only what is asked for is read. Not kept in memory.
        Raises KeyError for a person that the world does not have.
        """
        if people is not None and rows is not None:
            raise ValueError("give people or rows, not both")
        with self.reading() as file:
            offsets = file.integers("activities/offsets")
            ids = file.texts("people/person_id")
            if people is None:
                first, last, step = (rows or slice(None)).indices(int(offsets[-1]))
                if step != 1:
                    raise ValueError("rows must be a slice of step 1")
                return self._activity_rows(file, offsets, ids, first, max(first, last))
            wanted = self._find_people(ids, people)
            runs = near_runs(offsets[:-1][wanted], offsets[1:][wanted])
            parts = [self._activity_rows(file, offsets, ids, first, last) for first, last in runs]
        if not parts:
            return self.activities(rows=slice(0, 0))
        return pl.concat(parts).filter(pl.col("person_id").is_in(ids.gather(wanted).implode()))

    def is_date_only(self, table: str, column: str) -> pl.Series:
        """Which times of a column are a date alone, which is that day in every zone: one bool for each row of the
        table. Columns: groups created; members since, until; outcomes date (of all groups); activities time; deals
        opened, closed; deal_events time."""
        name = f"{table.replace('deal_', 'deals/')}/{column}"
        if name not in TIMES:
            raise KeyError(f"no column of times {column!r} in table {table!r}")
        with self.reading() as file:
            if f"{name}_date_only" in file:
                return pl.Series(column, file.array(f"{name}_date_only") != 0)
            return pl.Series(column, np.zeros(len(file.dataset(name)), bool))

    @cached_property
    def truth(self) -> Truth | None:
        """What the generator knows and no export shows; None for imported worlds."""
        with self.reading() as file:
            return Truth(self) if "truth" in file else None

    def _deal_ids(self, file: Reader, table: str) -> pl.Series:
        """The deal of each row of its contacts or events."""
        ids = file.texts("deals/deal_id")
        return pick(ids, np.repeat(np.arange(len(ids)), np.diff(file.integers(f"deals/{table}/offsets"))))

    def _activity_rows(self, file: Reader, offsets: np.ndarray, ids: pl.Series, first: int, last: int) -> pl.DataFrame:
        rows = slice(first, last)
        of_person = np.repeat(np.arange(len(ids)), np.diff(np.clip(offsets, first, last)))
        types = file.texts("activities/type_name")
        columns = {
            "person_id": pick(ids, of_person),
            "activity": pick(types, file.array("activities/type", rows)),
            "time": file.times("activities/time", rows),
            "count": pl.Series(file.integers("activities/count", rows))
            if "activities/count" in file
            else pl.repeat(1, last - first, dtype=pl.Int64, eager=True),
        }
        return pl.DataFrame(columns | file.custom_columns("activities", set(columns), rows))

    def _find_people(self, ids: pl.Series, people: Iterable[str]) -> np.ndarray:
        """Rows of people, ascending, each once."""
        asked = pl.Series("asked", [people] if isinstance(people, str) else list(people), dtype=pl.String)
        rows = pl.DataFrame({"id": ids}).with_row_index("row")
        found = pl.DataFrame({"id": asked.unique()}).join(rows, on="id", how="left")
        if missing := found.filter(pl.col("row").is_null())["id"].to_list():
            raise KeyError(f"no person {missing[0]!r} in {self.path}")
        return found["row"].sort().to_numpy()


def pick(names: pl.Series, rows: np.ndarray) -> pl.Series:
    """The names of rows; null where a row is negative."""
    if len(names) == 0:
        return pl.Series([None] * len(rows), dtype=names.dtype)
    index = pl.Series(rows.astype(np.int64))
    return names.gather(index.set(index < 0, None).cast(pl.UInt32))


def empty_to_null(texts: pl.Series) -> pl.Series:
    return texts.set(texts == "", None)


def choose(codes: np.ndarray, names: pl.Enum, first: int = 0) -> pl.Series:
    """Names of codes, of which the lowest is `first`; null below."""
    shifted = pl.Series(codes.astype(np.int64) - first)
    return shifted.set(shifted < 0, None).cast(pl.UInt8).cat.to(names)


def near_runs(first: np.ndarray, last: np.ndarray) -> list[tuple[int, int]]:
    """Ascending ranges [first, last), those less than NEAR apart as one; empty ones left out."""
    runs: list[tuple[int, int]] = []
    for low, high in zip(first.tolist(), last.tolist(), strict=True):
        if low == high:
            continue
        if runs and low - runs[-1][1] < NEAR:
            runs[-1] = (runs[-1][0], high)
        else:
            runs.append((low, high))
    return runs
