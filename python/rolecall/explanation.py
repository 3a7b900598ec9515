"""Why a group scores what it does, and why its score changed."""

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from rolecall.program import Pathish, as_file, call
from rolecall.world import World

NUMBERS = {
    "day": pl.Date,
    "count": pl.UInt64,
    "counted": pl.UInt64,
    "weight": pl.Float64,
    "role_share": pl.Float64,
    "contribution": pl.Float64,
}
"""Columns of a ledger that are no texts."""


@dataclass(frozen=True)
class Explanation:
    """A ledger that adds up exactly, and what stands beside it."""

    rows: pl.DataFrame
    """docs/explain.md has the columns. Numerators and denominators are texts of any length."""
    steps: pl.DataFrame
    """What follows the last sum: step, person_id, role, value, detail. None of a change."""
    summary: dict[str, Any]
    """All but rows and steps: of a score as_of, engagement, people, …; of a change before, after, causes, …"""

    @property
    def sum(self) -> Fraction:
        """Σ numerator / denominator."""
        if self.rows.is_empty():
            return Fraction(0)
        return Fraction(sum(map(int, self.rows["numerator"])), int(self.rows["denominator"][0]))


def explain(
    world: Pathish | World,
    group: str,
    model: Pathish,
    as_of: str,
    since: str | None = None,
    *,
    threads: int | None = None,
) -> Explanation:
    """Why a group scores what it does on a day; with `since`, an earlier day, why the score changed between the two.

    `world`, `model` and `as_of` are those of `rolecall.score`; `since` is written as `as_of`.
    """
    with as_file(model) as path:
        options = {"--model": path, "--as-of": as_of, "--since": since, "--format": "json"}
        found = json.loads(call("explain", world, group, options=options, threads=threads))
    steps = {name: pl.String for name in ("step", "person_id", "role")} | {"value": pl.Float64, "detail": pl.String}
    return Explanation(
        rows=_rows(found.pop("rows"), COLUMNS if since is None else CHANGE_COLUMNS),
        steps=pl.DataFrame(found.pop("steps", []), schema=steps),
        summary=found,
    )


COLUMNS = (
    "group_id", "person_id", "role", "activity", "day", "count", "counted", "weight", "role_share", "contribution",
    "numerator", "denominator",
)  # fmt: skip
CHANGE_COLUMNS = (
    "group_id", "cause", "person_id", "role", "activity", "day", "count", "counted", "contribution", "numerator",
    "denominator",
)  # fmt: skip


def _rows(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pl.DataFrame:
    kinds = {name: NUMBERS.get(name, pl.String) for name in columns}
    as_read = {name: pl.String if kind == pl.Date else kind for name, kind in kinds.items()}
    return pl.DataFrame(rows, schema=as_read).with_columns(pl.col("day").str.to_date())
